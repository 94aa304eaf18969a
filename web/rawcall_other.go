//go:build !unix

package web

import (
	"net"
	"syscall"
)

// rawConn is nil: here every transport is read and written with the standard library's waiting calls.
func rawConn(net.Conn) syscall.RawConn { return nil }

// rawCall is never made here.
type rawCall struct{}

func (c *rawCall) bind()                                      {}
func (c *rawCall) read(syscall.RawConn, []byte) (int, error)  { return 0, nil }
func (c *rawCall) write(syscall.RawConn, []byte) (int, error) { return 0, nil }

func shutdown(uintptr) error { return nil }
