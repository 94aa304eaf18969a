//go:build unix

package web

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// rawConn is the system's own connection under a transport, nil for one that is more than that, such as TLS.
func rawConn(conn net.Conn) syscall.RawConn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil // it was closed, as the first read will tell
	}
	return raw
}

// rawCall makes one system call on a connection without waiting. Its functions are bound once, since a closure for
// every call would be garbage for every frame.
type rawCall struct {
	p         []byte
	n         int
	err       error
	onRead    func(uintptr) bool
	onWritten func(uintptr) bool
}

func (c *rawCall) bind() {
	c.onRead = func(fd uintptr) bool {
		c.n, c.err = syscall.Read(int(fd), c.p)
		return true
	}
	c.onWritten = func(fd uintptr) bool {
		c.n, c.err = syscall.Write(int(fd), c.p)
		return true
	}
}

// read reads what is there: 0 without an error when nothing is, io.EOF at the end.
func (c *rawCall) read(conn syscall.RawConn, p []byte) (int, error) {
	c.p, c.n, c.err = p, 0, nil
	if err := conn.Read(c.onRead); err != nil {
		return 0, err
	}
	if c.p = nil; c.n == 0 && c.err == nil {
		return 0, io.EOF
	}
	return c.result()
}

// write writes what is taken at once.
func (c *rawCall) write(conn syscall.RawConn, p []byte) (int, error) {
	c.p, c.n, c.err = p, 0, nil
	if err := conn.Write(c.onWritten); err != nil {
		return 0, err
	}
	c.p = nil
	return c.result()
}

func (c *rawCall) result() (int, error) {
	if errors.Is(c.err, syscall.EAGAIN) || errors.Is(c.err, syscall.EINTR) {
		return 0, nil
	}
	return max(c.n, 0), c.err
}

func shutdown(fd uintptr) error { return syscall.Shutdown(int(fd), syscall.SHUT_RDWR) }
