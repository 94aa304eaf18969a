package tickets

// TitleOf is titleOf for tests.
func TitleOf(body string) string { return titleOf(body) }
