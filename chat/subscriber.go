package chat

import (
	"sync"
	"sync/atomic"
)

// Bounds of what waits for one connection.
const (
	maxQueuedBytes  = 256 << 10
	maxQueuedFrames = 1024
)

// Conn is one connection as the web package has it. Write sends text frames, in order, and may block on a slow
// reader; frames are shared and must not be changed. Close may be called at any time and more than once.
type Conn interface {
	Write(frames [][]byte) error
	Close(code int, reason string)
}

// Subscriber is the sending side of one connection: a bounded queue that never blocks whoever fills it.
type Subscriber struct {
	conn Conn

	mu      sync.Mutex
	room    sync.Cond // told when the queue was taken or the connection ended
	queue   [][]byte
	bytes   int
	writing bool
	closed  bool
	code    int // to close with once the queue is written
	reason  string

	lastSeen atomic.Int64 // Unix milliseconds of the newest client frame
}

// NewSubscriber returns an open, empty one.
func NewSubscriber(conn Conn) *Subscriber {
	s := &Subscriber{conn: conn}
	s.room.L = &s.mu
	return s
}

// Send queues a frame. A connection that cannot keep up is closed with 4008 instead.
func (s *Subscriber) Send(frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	if len(s.queue) >= maxQueuedFrames || s.bytes+len(frame) > maxQueuedBytes {
		s.closed, s.queue, s.bytes = true, nil, 0
		s.room.Broadcast()
		go s.conn.Close(CloseTooSlow, "too slow")
		return
	}
	s.add(frame)
}

// SendWait queues a frame when there is room for it: for long replays, which wait for their reader and for nobody
// else. It gives up when the connection ends.
func (s *Subscriber) SendWait(frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.closed && (len(s.queue) >= maxQueuedFrames/2 || s.bytes > maxQueuedBytes/2) {
		s.room.Wait()
	}
	if !s.closed {
		s.add(frame)
	}
}

func (s *Subscriber) add(frame []byte) {
	s.queue = append(s.queue, frame)
	s.bytes += len(frame)
	if !s.writing {
		s.writing = true
		go s.flush()
	}
}

// SendValue encodes and queues a frame for this connection alone.
func (s *Subscriber) SendValue(v any) { s.Send(encode(v)) }

// flush writes until the queue is empty; then it ends, so that an idle connection costs no goroutine.
func (s *Subscriber) flush() {
	for {
		s.mu.Lock()
		frames := s.queue
		if len(frames) == 0 {
			s.writing = false
			code, reason := s.code, s.reason
			s.mu.Unlock()
			if code != 0 {
				s.conn.Close(code, reason)
			}
			return
		}
		s.queue, s.bytes = nil, 0
		s.room.Broadcast()
		s.mu.Unlock()
		if err := s.conn.Write(frames); err != nil {
			s.mu.Lock()
			s.closed, s.writing, s.queue, s.bytes = true, false, nil, 0
			s.room.Broadcast()
			s.mu.Unlock()
			s.conn.Close(CloseDone, "")
			return
		}
	}
}

// Close closes the connection after what is queued was written.
func (s *Subscriber) Close(code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed, s.code, s.reason = true, code, reason
	s.room.Broadcast()
	if !s.writing {
		s.writing = true
		go s.flush()
	}
}

// Gone tells whether nothing can be sent any more.
func (s *Subscriber) Gone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}
