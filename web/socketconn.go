package web

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"heard/chat"

	"github.com/coder/websocket"
)

const (
	writeWithin = 10 * time.Second // for a piece, to a reader that takes nothing
	writePiece  = 16 << 10
	closeWithin = 5 * time.Second // for the peer to hang up after the good-bye
)

// socketConn is a connection as chat sees it (chat.Conn), and what is kept of it while it is idle.
type socketConn struct {
	net  net.Conn
	raw  syscall.RawConn // nil for a transport that is not the system's own
	fd   int             // while parked
	in   *sockets
	sess session
	peer string

	reading sync.Mutex  // one reads and handles at a time
	early   []byte      // came before anybody read
	hello   *time.Timer // nil once it was said
	known   atomic.Bool // the same, for those who do not read
	waits   atomic.Bool // what came waits in the doorway
	inside  atomic.Bool // it holds a place there
	deaf    bool        // what comes is thrown away: it could not be understood, or the peer said good-bye
	hung    bool        // the peer sends nothing more
	ended   bool

	closing atomic.Bool // good-bye was said: what comes is thrown away
	hangUp  atomic.Pointer[time.Timer]
}

// unknown closes a connection that has not said who it is. One whose words wait in the doorway has done its part.
func (c *socketConn) unknown() {
	switch {
	case c.known.Load():
	case c.waits.Load():
		time.AfterFunc(helloWithin, c.unknown)
	default:
		c.sess.End(chat.CloseNoHello, "hello first")
	}
}

// TryWrite implements chat.Conn.
func (c *socketConn) TryWrite(p []byte) (int, error) {
	if c.raw == nil {
		return 0, nil
	}
	call := c.in.call()
	defer c.in.calls.Put(call)
	return call.write(c.raw, p)
}

// Write implements chat.Conn. A reader that takes a piece now and then is slow, and one that takes none is gone.
func (c *socketConn) Write(p []byte) error {
	for len(p) > 0 {
		n := min(len(p), writePiece)
		if err := c.net.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
			return err
		}
		if _, err := c.net.Write(p[:n]); err != nil {
			return err
		}
		p = p[n:]
	}
	return c.net.SetWriteDeadline(time.Time{})
}

// Close implements chat.Conn: it says good-bye, ends our direction, and leaves the peer a moment to do the same. Where
// one reads the connection, its end is seen there.
func (c *socketConn) Close(code int, reason string) {
	if !c.closing.CompareAndSwap(false, true) {
		return
	}
	defer func() { go c.in.said(c) }()
	if code == 0 {
		c.cut()
		return
	}
	c.hangUp.Store(time.AfterFunc(closeWithin, c.cut))
	frame := goodbye(code, reason)
	if c.raw == nil {
		go func() {
			if err := c.Write(frame); err != nil {
				c.cut()
			}
		}()
		return
	}
	n, err := c.TryWrite(frame)
	if tcp, ok := c.net.(*net.TCPConn); ok && err == nil && n == len(frame) {
		err = tcp.CloseWrite()
	}
	if err != nil || n < len(frame) {
		c.cut() // nothing gets through any more
	}
}

// cut ends the connection under whoever reads it.
func (c *socketConn) cut() {
	if c.raw == nil {
		_ = c.net.Close() // it may be closed already
		return
	}
	_ = c.raw.Control(func(fd uintptr) { _ = shutdown(fd) }) // the same
}

// goodbye is a close frame.
func goodbye(code int, reason string) []byte {
	const final, opClose, most = 0x80, 0x8, 123
	if code == int(websocket.StatusNoStatusRcvd) {
		return []byte{final | opClose, 0}
	}
	reason = reason[:min(len(reason), most)]
	b := append(make([]byte, 0, 4+len(reason)), final|opClose, byte(2+len(reason)))
	return append(binary.BigEndian.AppendUint16(b, uint16(code)), reason...)
}

// readPart waits for more of a message that has begun. One that is slow to say who it is gives its place in the
// doorway away.
func (c *socketConn) readPart(p []byte) (int, error) {
	c.in.leaveDoorway(c)
	if err := c.net.SetReadDeadline(time.Now().Add(partWithin)); err != nil {
		return 0, err
	}
	n, err := c.net.Read(p)
	if err == nil {
		err = c.net.SetReadDeadline(time.Time{})
	}
	return n, err
}

// drain throws away what comes after the good-bye, and tells whether more may come.
func (c *socketConn) drain() (more bool) {
	if c.early = nil; c.raw == nil {
		return true // the next read tells
	}
	call := c.in.call()
	defer c.in.calls.Put(call)
	p := make([]byte, 4<<10)
	for {
		if n, err := call.read(c.raw, p); n == 0 || err != nil {
			return err == nil
		}
	}
}

// ending is how a connection is to be closed after a codec could not go on.
func (k *codec) ending(err error) (code int, reason string) {
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		return chat.CloseTooBig, "too big"
	case k.called:
		return k.code, k.reason
	case !k.cut: // the library finds a frame wrong and says no good-bye: not masked, a negative length
		return chat.CloseProtocol, "broken frame"
	}
	return 0, ""
}
