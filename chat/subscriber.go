package chat

import (
	"bytes"
	"sync"
	"sync/atomic"
)

// Bounds of what waits for one connection, and of what is written in one go.
const (
	maxQueuedBytes  = 256 << 10
	maxQueuedFrames = 1024
	maxJoined       = 64 << 10
)

// Conn is one connection as the web package has it. It is given whole frames, one after the other, by one caller at a
// time; what it is given is shared and must not be changed. Close is called once, after the last frame, and may be
// called again.
type Conn interface {
	// TryWrite writes what the connection takes at once, and returns how much that was. It never waits.
	TryWrite(p []byte) (n int, err error)
	// Write writes all of it. It waits for a slow reader, but not for one that takes nothing.
	Write(p []byte) error
	// Close says good-bye with a code and a reason, and does not wait for an answer. Code 0 cuts without a word.
	Close(code int, reason string)
}

// Subscriber is the sending side of one connection: a bounded queue that never blocks whoever fills it. Whatever
// leaves, pongs and the good-bye too, leaves through it, so that nothing comes between the parts of a frame.
type Subscriber struct {
	conn  Conn
	shard *shard

	mu     sync.Mutex
	room   *sync.Cond // told when the queue was taken or the connection ended; made by the first who waits
	queue  []Frame
	bytes  int
	busy   bool // somebody writes or is about to: that one alone takes from the queue and calls conn
	closed bool // nothing is queued any more
	code   int  // to say good-bye with
	reason string

	lastSeen atomic.Int64 // Unix milliseconds of the newest client frame
}

// open binds a new subscriber to its connection and to the shard that writes for it.
func (s *Subscriber) open(conn Conn, sh *shard) { s.conn, s.shard = conn, sh }

// Send queues a frame and leaves the writing to the shard, which joins what comes together. A connection that cannot
// keep up is closed with 4008 instead.
func (s *Subscriber) Send(f Frame) {
	if s.push(f) {
		s.shard.add(s)
	}
}

// Reply queues a frame and writes it at once, unless somebody writes already: for answers to the one who asked, with
// no other receivers to write for meanwhile.
func (s *Subscriber) Reply(f Frame) {
	if s.push(f) {
		var scratch []byte
		s.flush(&scratch)
	}
}

// SendValue encodes and queues a frame for this connection alone.
func (s *Subscriber) SendValue(v any) { s.Send(encode(v)) }

// push queues a frame and tells whether the caller must see to the writing.
func (s *Subscriber) push(f Frame) (mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if len(s.queue) >= maxQueuedFrames || (s.bytes+len(f.wire) > maxQueuedBytes && len(s.queue) > 0) {
		s.closed, s.code, s.reason = true, CloseTooSlow, "too slow"
		s.queue, s.bytes = nil, 0 // whoever writes finishes its frame and then says so
		s.tell()
		return s.claim()
	}
	s.queue = append(s.queue, f)
	s.bytes += len(f.wire)
	return s.claim()
}

// claim makes the caller the one who writes, if nobody is. The lock is held.
func (s *Subscriber) claim() bool {
	mine := !s.busy
	s.busy = true
	return mine
}

// tell wakes those who wait for room. The lock is held.
func (s *Subscriber) tell() {
	if s.room != nil {
		s.room.Broadcast()
	}
}

// SendWait queues a frame when there is room for it: for long replays, which wait for their reader and for nobody
// else. It gives up when the connection ends.
func (s *Subscriber) SendWait(f Frame) {
	s.mu.Lock()
	for !s.closed && (len(s.queue) >= maxQueuedFrames/2 || s.bytes > maxQueuedBytes/2) {
		if s.room == nil {
			s.room = sync.NewCond(&s.mu)
		}
		s.room.Wait()
	}
	s.mu.Unlock()
	s.Send(f)
}

// flush writes what is queued, as long as the connection takes it at once. What it does not take goes to a goroutine
// that waits for the reader; there is none while nobody is slow.
func (s *Subscriber) flush(scratch *[]byte) {
	for batch := s.take(scratch); batch != nil; batch = s.take(scratch) {
		n, err := s.conn.TryWrite(batch)
		if err != nil {
			s.fail()
			return
		}
		if n < len(batch) {
			go s.wait(bytes.Clone(batch[n:]))
			return
		}
	}
}

// wait writes the rest of a batch and what was queued meanwhile.
func (s *Subscriber) wait(rest []byte) {
	var scratch []byte
	for ; rest != nil; rest = s.take(&scratch) {
		if err := s.conn.Write(rest); err != nil {
			s.fail()
			return
		}
	}
}

// take takes what is to be written next: one frame as it is, several joined. When nothing is left the caller is no
// longer the one who writes, and a connection that was closed ends.
func (s *Subscriber) take(scratch *[]byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch len(s.queue) {
	case 0:
		if s.closed {
			s.conn.Close(s.code, s.reason) // it stays busy: nothing may follow
		} else {
			s.busy = false
		}
		return nil
	case 1:
		f := s.queue[0]
		s.queue, s.bytes = nil, 0
		s.tell()
		return f.wire
	}
	joined, n := (*scratch)[:0], 0
	for _, f := range s.queue {
		if n > 0 && len(joined)+len(f.wire) > maxJoined {
			break
		}
		joined = append(joined, f.wire...)
		n++
	}
	*scratch = joined
	s.bytes -= len(joined)
	if s.queue = s.queue[n:]; len(s.queue) == 0 {
		s.queue = nil
	}
	s.tell()
	return joined
}

// fail ends a connection that takes no more. The caller stays the one who writes, so that nobody tries again.
func (s *Subscriber) fail() {
	s.mu.Lock()
	s.closed, s.queue, s.bytes = true, nil, 0
	s.tell()
	s.mu.Unlock()
	s.conn.Close(0, "")
}

// Close closes the connection after what is queued was written.
func (s *Subscriber) Close(code int, reason string) {
	s.mu.Lock()
	mine := false
	if !s.closed {
		s.closed, s.code, s.reason = true, code, reason
		s.tell()
		mine = s.claim()
	}
	s.mu.Unlock()
	if mine {
		var scratch []byte
		s.flush(&scratch)
	}
}

// Gone tells whether nothing can be sent any more.
func (s *Subscriber) Gone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// shard writes for its subscribers, one after the other, in a goroutine that ends when nothing is left. While it goes
// through many, what comes for the later ones joins what they are owed already, and leaves in the same write.
type shard struct {
	mu      sync.Mutex
	ready   []*Subscriber
	running bool
}

func (sh *shard) add(s *Subscriber) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.ready = append(sh.ready, s)
	if !sh.running {
		sh.running = true
		go sh.run()
	}
}

func (sh *shard) run() {
	var list []*Subscriber
	var scratch []byte
	for {
		sh.mu.Lock()
		list, sh.ready = sh.ready, list[:0]
		if len(list) == 0 {
			sh.running, sh.ready = false, nil
			sh.mu.Unlock()
			return
		}
		sh.mu.Unlock()
		for i, s := range list {
			s.flush(&scratch)
			list[i] = nil
		}
	}
}
