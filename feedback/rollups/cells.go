package rollups

// SafeCell is a text as a spreadsheet takes it for text: what begins like a formula gets an apostrophe before it.
func SafeCell(s string) string { return safeCell(s) }
