package events

// Channel is the name of the log's notices, for tests.
func (l *Log) Channel() string { return l.channel() }
