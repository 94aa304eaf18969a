package web

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"heard/chat"

	"github.com/coder/websocket"
)

// sockets is what the socket connections of a server share: a connection has things of its own only while it needs
// them.
type sockets struct {
	peers    peers
	codecs   sync.Pool
	calls    sync.Pool
	lot      lot
	doorway  doorway
	crew     crew
	portable bool            // nothing is parked
	panicked func(value any) // a session did
}

func newSockets(most int, portable bool, panicked func(any)) *sockets {
	s := &sockets{peers: peers{max: most}, portable: portable, panicked: panicked}
	s.crew.jobs = make(chan socketJob)
	return s
}

func (s *sockets) call() *rawCall {
	if call, ok := s.calls.Get().(*rawCall); ok {
		return call
	}
	call := &rawCall{}
	call.bind()
	return call
}

func (s *sockets) codec() (*codec, error) {
	if k, ok := s.codecs.Get().(*codec); ok {
		return k, nil
	}
	return newCodec()
}

// begin takes a connection over. What came before is handled before anybody else can read.
func (s *sockets) begin(conn net.Conn, early []byte, peer string, make func(*socketConn) session) {
	c := &socketConn{net: conn, raw: rawConn(conn), fd: -1, in: s, early: early, peer: peer}
	c.sess = make(c)
	c.hello = time.AfterFunc(helloWithin, c.unknown)
	if len(early) > 0 {
		s.wake(c)
		return
	}
	s.await(c)
}

// await has a connection wake when something comes: parked, or with a goroutine of its own.
func (s *sockets) await(c *socketConn) {
	if s.portable || !s.lot.park(c, s.wake) {
		go s.readAlong(c)
	}
}

// wake has what came for a parked connection handled.
func (s *sockets) wake(c *socketConn) { s.do(socketJob{s: s, c: c}) }

// do has a job done, at once or when its turn in the doorway comes.
func (s *sockets) do(j socketJob) {
	if j.inside = !j.c.known.Load(); !j.inside || s.doorway.enter(j) {
		s.crew.do(j)
	}
}

// readAlong waits for a connection's bytes. They are handled by the crew, so that this stack stays small.
func (s *sockets) readAlong(c *socketConn) {
	buf := make([]byte, 512)
	done := make(chan bool)
	for again := true; again; {
		n, err := c.net.Read(buf)
		if err != nil {
			c.reading.Lock()
			s.hungUp(c)
			c.reading.Unlock()
			return
		}
		c.early = buf[:n] // used up when the crew is done
		s.do(socketJob{s: s, c: c, done: done})
		again = <-done
	}
}

// burst handles all that has come, and tells whether more may.
func (s *sockets) burst(c *socketConn, inside bool) (again bool) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if inside {
		c.inside.Store(true)
		late := time.AfterFunc(doorwayFor, func() { s.leaveDoorway(c) })
		defer s.leaveDoorway(c)
		defer late.Stop()
	}
	if c.ended {
		return false
	}
	defer func() {
		if v := recover(); v != nil {
			s.panicked(v)
			c.deaf, again = true, true
			c.sess.End(int(websocket.StatusInternalError), "")
		}
	}()
	if !c.deaf && !c.closing.Load() {
		c.deaf = !s.read(c)
	}
	if (c.deaf || c.closing.Load()) && !c.drain() {
		s.hungUp(c)
		return false
	}
	return true
}

// read hands every message that is there to the session, and tells whether more may follow. A connection that fails
// is closed.
func (s *sockets) read(c *socketConn) (more bool) {
	k, err := s.codec()
	if err != nil {
		s.panicked(err)
		c.Close(0, "")
		return false
	}
	k.attach(c)
	ctx := context.Background() // the deadlines of what a frame asks for are the session's
	for !c.closing.Load() {
		kind, data, err := k.next()
		switch {
		case errors.Is(err, errIdle):
			k.conn = nil
			s.codecs.Put(k)
			return true
		case err != nil:
			if code, reason := k.ending(err); code != 0 {
				c.sess.End(code, reason)
			} else {
				c.Close(0, "")
			}
			return false
		case kind != websocket.MessageText:
			c.sess.End(chat.CloseProtocol, "text frames only")
			return false
		}
		c.sess.Handle(ctx, data)
		if c.hello != nil && c.sess.SaidHello() {
			c.hello.Stop()
			c.hello = nil
			c.known.Store(true)
		}
	}
	return false
}

// hungUp ends a connection whose peer sends nothing more. One that is still owed our good-bye ends after it.
func (s *sockets) hungUp(c *socketConn) {
	if c.hung = true; c.closing.Load() || !c.deaf {
		s.finish(c)
	}
}

// said ends a connection that had only waited for our good-bye.
func (s *sockets) said(c *socketConn) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.hung {
		s.finish(c)
	}
}

// finish ends a connection. Whoever reads calls it, once.
func (s *sockets) finish(c *socketConn) {
	if c.ended {
		return
	}
	c.ended = true
	c.closing.Store(true)
	if c.hello != nil {
		c.hello.Stop()
	}
	if t := c.hangUp.Load(); t != nil {
		t.Stop()
	}
	s.lot.leave(c)
	_ = c.net.Close() // the peer may have closed it
	s.peers.leave(c.peer)
	c.sess.Closed()
}

// doorway lets some in at a time of those who have not said who they are. When everybody comes back at once, the others
// wait here, where each costs a line, with their bytes in the kernel; the database is asked no faster than it answers,
// and those who are inside go on as ever.
type doorway struct {
	mu      sync.Mutex
	inside  int
	waiting []socketJob
	gone    int // of waiting, from its beginning
}

const (
	doorwayWide = 16          // at a time: about what the readers of the database are
	doorwayFor  = time.Second // at most: whoever takes longer, with a slow reader or database, holds nobody up
	doorwayMost = 50_000      // wait; others are told to come back later
)

// enter tells whether a job may be done now. The others are kept for next.
func (d *doorway) enter(j socketJob) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside < doorwayWide {
		d.inside++
		return true
	}
	j.c.waits.Store(true)
	d.waiting = append(d.waiting, j)
	return false
}

// next is called by one who leaves the doorway: it hands its place on.
func (d *doorway) next() (j socketJob, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone == len(d.waiting) {
		d.inside--
		d.waiting, d.gone = nil, 0
		return j, false
	}
	j, d.waiting[d.gone] = d.waiting[d.gone], socketJob{}
	d.gone++
	j.c.waits.Store(false)
	return j, true
}

func (d *doorway) full() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.waiting)-d.gone >= doorwayMost
}

// leaveDoorway gives a connection's place to the next who waits, once.
func (s *sockets) leaveDoorway(c *socketConn) {
	if !c.inside.CompareAndSwap(true, false) {
		return
	}
	if j, ok := s.doorway.next(); ok {
		s.crew.do(j)
	}
}

// crew are goroutines that handle what came. They stay a while for the next job, since a stack that has grown is
// worth keeping, and go when there is none.
type crew struct {
	jobs chan socketJob
	idle atomic.Int32
}

type socketJob struct {
	s    *sockets
	c    *socketConn
	done chan<- bool // nil for one that is parked again

	inside bool // it has, or waits for, a place in the doorway
}

const (
	crewIdle = 64 // how many wait for a job
	crewWait = 10 * time.Second
)

func (w *crew) do(j socketJob) {
	select {
	case w.jobs <- j:
	default:
		go w.work(j)
	}
}

func (w *crew) work(j socketJob) {
	rest := time.NewTimer(crewWait)
	defer rest.Stop()
	for {
		again := j.s.burst(j.c, j.inside)
		switch {
		case j.done != nil:
			j.done <- again
		case again:
			j.s.await(j.c)
		}
		if w.idle.Add(1) > crewIdle {
			w.idle.Add(-1)
			return
		}
		rest.Reset(crewWait)
		select {
		case j = <-w.jobs:
			w.idle.Add(-1)
		case <-rest.C:
			w.idle.Add(-1)
			return
		}
	}
}
