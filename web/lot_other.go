//go:build !linux

package web

// lot parks nothing here: every connection is read by a goroutine of its own.
type lot struct{}

func (l *lot) park(*socketConn, func(*socketConn)) bool { return false }
func (l *lot) leave(*socketConn)                        {}
