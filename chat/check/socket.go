package check

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// maxFrame is the largest server frame that a client takes.
const maxFrame = 1 << 20

func (r *Run) dial(ctx context.Context, node, path string) (*websocket.Conn, error) {
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(node, "http")+path,
		&websocket.DialOptions{Subprotocols: []string{"heard.v1"}, Host: r.o.Host})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(maxFrame)
	return ws, nil
}

// socket is one connection of a client that has been welcomed.
type socket struct {
	ws       *websocket.Conn
	node     string
	gone     chan struct{} // closed when nothing comes any more
	segments map[string]*Segment
	begun    time.Duration

	mu      sync.Mutex
	waiting map[string]chan frame // client id → where the answer goes
	watched map[string]bool       // what was asked for → whether `resumed` came
	leave   bool                  // the server asked us to go elsewhere
}

func newSocket(node string) *socket {
	return &socket{node: node, gone: make(chan struct{}), segments: map[string]*Segment{}, waiting: map[string]chan frame{},
		watched: map[string]bool{}}
}

// follow notes that a conversation is asked for; false means that it was before.
func (s *socket) follow(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.watched[id]
	if !known {
		s.watched[id] = false
	}
	return !known
}

func (s *socket) resumed(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched[id] = true
}

// unanswered lists what was asked for in vain so far.
func (s *socket) unanswered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for id, done := range s.watched {
		if !done {
			out = append(out, id)
		}
	}
	return out
}

// frame is what a client reads of a server's frame.
type frame struct {
	Type         string  `json:"type"`
	Conversation string  `json:"conversation"`
	Ticket       string  `json:"ticket"`
	ClientID     string  `json:"client_id"`
	Seq          int64   `json:"seq"`
	At           string  `json:"at"`
	Through      int64   `json:"through"`
	Code         string  `json:"code"`
	Detail       string  `json:"detail"`
	WithinS      float64 `json:"within_s"`
	Event        Event   `json:"event"`
}

func (f frame) of() string {
	if f.Conversation != "" {
		return f.Conversation
	}
	return f.Ticket
}

var (
	errGone    = errors.New("the connection is gone")
	errSilence = errors.New("no answer in time")
)

// say sends a frame.
func (s *socket) say(ctx context.Context, patience time.Duration, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.ws.Write(ctx, websocket.MessageText, b)
}

// ask sends a frame with a client id and waits for the ack or the error that names it.
func (s *socket) ask(ctx context.Context, patience time.Duration, clientID string, v any) (frame, error) {
	answer := make(chan frame, 1)
	s.mu.Lock()
	s.waiting[clientID] = answer
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.waiting, clientID)
		s.mu.Unlock()
	}()
	if err := s.say(ctx, patience, v); err != nil {
		return frame{}, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case f := <-answer:
		return f, nil
	case <-s.gone:
		select { // it may have come just before the end
		case f := <-answer:
			return f, nil
		default:
			return frame{}, errGone
		}
	case <-timer.C:
		return frame{}, errSilence
	case <-ctx.Done():
		return frame{}, ctx.Err()
	}
}

// settle hands an ack or an error to whoever waits for it.
func (s *socket) settle(f frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.waiting[f.ClientID]; c != nil {
		select {
		case c <- f:
		default: // a second answer to the same frame: the first one counts, and the store tells the rest
		}
	}
}

func (s *socket) over() bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

func (s *socket) toldToLeave() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leave
}
