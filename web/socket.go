package web

import (
	"bufio"
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/coder/websocket"
)

const (
	subprotocol = "heard.v1"
	helloWithin = 10 * time.Second
	perPeer     = 2000 // connections of one address at once
)

// socketRoutes are the two sockets. Who calls is told in the first frame, or by the console's cookie.
func (s *Server) socketRoutes() []route {
	return []route{
		{"GET", "/ws/widget", socket(tickets.VisitorSocket), perStart, plain(s.widgetSocket)},
		{"GET", "/ws/console", socket(tickets.ConsoleSocket), perStart, plain(s.consoleSocket)},
	}
}

// session is what chat makes of a connection.
type session interface {
	Handle(ctx context.Context, frame []byte)
	Closed()
	SaidHello() bool
	Pong(payload []byte)
	End(code int, reason string)
}

func (s *Server) widgetSocket(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	s.upgrade(w, r, func(c *socketConn) session { return s.hub.Widget(c, origin) })
}

// consoleSocket takes the cookie from our exact origin only: a page of another site, and a program without an Origin,
// must show a token.
func (s *Server) consoleSocket(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if origin != "" && origin != s.site.origin() {
		s.refuse(w, r, errCrossSite)
		return
	}
	var who events.ID
	var signIn string
	if origin != "" {
		var err error
		if who, signIn, err = s.signedIn(r); err != nil {
			s.refuse(w, r, err)
			return
		}
	}
	s.upgrade(w, r, func(c *socketConn) session { return s.hub.Console(c, who, signIn) })
}

// signedIn returns the agent of the session cookie and the session; 0 for none.
func (s *Server) signedIn(r *http.Request) (agent events.ID, token string, err error) {
	if token = s.sessionToken(r); token == "" {
		return 0, "", nil
	}
	a, err := s.people.Session(r.Context(), token)
	if fault.KindOf(err) == fault.Unauthenticated {
		return 0, "", nil // the hello is refused, in the protocol's own words
	}
	if err != nil {
		return 0, "", err
	}
	return a.ID, token, nil
}

// upgrade turns the request into a socket and returns at once: an idle connection keeps neither the request nor its
// buffers. The library shakes hands; what is read and written then is ours to arrange (sockets.go).
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, begin func(*socketConn) session) {
	if !offers(r, subprotocol) {
		s.refuse(w, r, fault.New(fault.Unsupported, "the subprotocol heard.v1 is required"))
		return
	}
	peer := addressKey(s.clientAddr(r))
	if !s.sockets.peers.enter(peer) {
		s.refuse(w, r, fault.New(fault.RateLimited, "too many connections from this address").After(30*time.Second))
		return
	}
	if s.sockets.doorway.full() {
		s.sockets.peers.leave(peer)
		wait := 5*time.Second + rand.N(15*time.Second) // not all at once again
		s.refuse(w, r, fault.New(fault.Unavailable, "too many come at once").After(wait))
		return
	}
	door := &socketDoor{ResponseWriter: w}
	shaken, err := websocket.Accept(door, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // the origin is checked above, and by the inbox's list at hello
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		s.sockets.peers.leave(peer)
		return // Accept has answered
	}
	_ = shaken.CloseNow() // closes nothing: the connection was kept from it
	s.sockets.begin(door.conn, door.early, peer, begin)
}

func (s *Server) socketPanicked(v any) {
	s.metrics.failures.Add(1)
	s.log.Error("socket panicked", "panic", v, "stack", stack())
}

// offers tells whether the client offers a subprotocol.
func offers(r *http.Request, name string) bool {
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		if slices.ContainsFunc(strings.Split(line, ","), func(p string) bool { return strings.TrimSpace(p) == name }) {
			return true
		}
	}
	return false
}

// socketDoor keeps a connection that is taken over from net/http, and gives the library nothing to hold.
type socketDoor struct {
	http.ResponseWriter
	conn  net.Conn
	early []byte // came with the request
}

// Unwrap lets the library find what else it needs.
func (d *socketDoor) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// Hijack implements http.Hijacker. net/http may have read the first frames already.
func (d *socketDoor) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(d.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early, _ := rw.Reader.Peek(rw.Reader.Buffered()) // never short: it asks for what is there
	d.conn, d.early = conn, slices.Clone(early)
	var nobody codec
	return &nobody, bufio.NewReadWriter(bufio.NewReaderSize(&nobody, 16), bufio.NewWriterSize(&nobody, 16)), nil
}

// peers counts connections by address.
type peers struct {
	mu  sync.Mutex
	n   map[string]int
	max int // 0: no bound
}

func (p *peers) enter(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.max > 0 && p.n[key] >= p.max {
		return false
	}
	if p.n == nil {
		p.n = map[string]int{}
	}
	p.n[key]++
	return true
}

func (p *peers) leave(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.n[key]--; p.n[key] <= 0 {
		delete(p.n, key)
	}
}
