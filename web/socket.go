package web

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/coder/websocket"
)

const (
	subprotocol = "heard.v1"
	helloWithin = 10 * time.Second
	writeWithin = 10 * time.Second // for one gathered write to a reader that takes nothing
	perPeer     = 2000             // connections of one address at once
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
// buffers, only a small reading goroutine.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, begin func(*socketConn) session) {
	if !offers(r, subprotocol) {
		s.refuse(w, r, fault.New(fault.Unsupported, "the subprotocol heard.v1 is required"))
		return
	}
	peer := addressKey(s.clientAddr(r))
	if !s.peers.enter(peer) {
		s.refuse(w, r, fault.New(fault.RateLimited, "too many connections from this address").After(30*time.Second))
		return
	}
	hj := &smallBuffers{ResponseWriter: w}
	conn, err := websocket.Accept(hj, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // the origin is checked above, and by the inbox's list at hello
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		s.peers.leave(peer)
		return // Accept has answered
	}
	conn.SetReadLimit(chat.MaxFrame)
	c := &socketConn{ws: conn, net: hj.conn}
	go s.serveSocket(c, begin(c), peer)
}

func (s *Server) serveSocket(c *socketConn, sess session, peer string) {
	defer s.peers.leave(peer)
	defer sess.Closed()
	defer s.recoverSocket(c)
	hello := time.AfterFunc(helloWithin, func() { c.Close(chat.CloseNoHello, "hello first") })
	defer hello.Stop()
	ctx := context.Background() // a cancellable one would cost a goroutine for every read
	for {
		kind, data, err := readFrame(ctx, c.ws)
		if err != nil {
			c.Close(chat.CloseDone, "")
			return
		}
		if kind != websocket.MessageText {
			c.Close(chat.CloseProtocol, "text frames only")
			return
		}
		sess.Handle(ctx, data)
		if sess.SaidHello() {
			hello.Stop()
		}
	}
}

// readFrame reads one message into a slice of its own size; the library bounds it.
func readFrame(ctx context.Context, ws *websocket.Conn) (websocket.MessageType, []byte, error) {
	kind, r, err := ws.Reader(ctx)
	if err != nil {
		return 0, nil, err
	}
	data, err := io.ReadAll(r)
	return kind, data, err
}

func (s *Server) recoverSocket(c *socketConn) {
	if v := recover(); v != nil {
		s.metrics.failures.Add(1)
		s.log.Error("socket panicked", "panic", v, "stack", stack())
		c.Close(int(websocket.StatusInternalError), "")
	}
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

// socketConn is a connection as chat sees it.
type socketConn struct {
	ws   *websocket.Conn
	net  *corked
	once sync.Once
}

// Write sends frames in one go: gathered, they cost one system call.
func (c *socketConn) Write(frames [][]byte) error {
	if err := c.net.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	c.net.cork()
	for _, f := range frames {
		if err := c.ws.Write(context.Background(), websocket.MessageText, f); err != nil {
			return err
		}
	}
	return c.net.uncork()
}

// Close ends the connection with a code. It waits for nobody: the closing handshake gets a moment of its own.
func (c *socketConn) Close(code int, reason string) {
	c.once.Do(func() {
		go func() {
			defer c.ws.CloseNow()
			_ = c.net.SetWriteDeadline(time.Now().Add(time.Second)) // a closed connection refuses; nothing is left to do
			_ = c.ws.Close(websocket.StatusCode(code), reason)      // the peer may be gone
		}()
	})
}

// smallBuffers lets the library take over a connection with buffers that are small when idle: net/http's own 4 kB each
// way would stay for the connection's life.
type smallBuffers struct {
	http.ResponseWriter
	conn *corked
}

// Unwrap lets the library find what else it needs.
func (b *smallBuffers) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// Hijack implements http.Hijacker. What the server has read already is carried over.
func (b *smallBuffers) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(b.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early, _ := rw.Reader.Peek(rw.Reader.Buffered()) // never short: it asks for what is there
	early = slices.Clone(early)
	b.conn = &corked{Conn: conn}
	r := bufio.NewReaderSize(io.MultiReader(strings.NewReader(string(early)), b.conn), max(16, len(early)))
	if len(early) > 0 {
		_, _ = r.Peek(len(early)) // fills the buffer, which the library carries over in turn
	}
	// 128 bytes hold every control frame, so that one leaves in a single write.
	return b.conn, bufio.NewReadWriter(r, bufio.NewWriterSize(b.conn, 128)), nil
}

// corked is a connection that gathers what is written between cork and uncork.
type corked struct {
	net.Conn
	mu   sync.Mutex
	held bool
	buf  []byte
}

func (c *corked) cork() {
	c.mu.Lock()
	c.held = true
	c.mu.Unlock()
}

// uncork writes what was gathered. The buffer is given up: an idle connection keeps none.
func (c *corked) uncork() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	if len(c.buf) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.buf)
	c.buf = nil
	return err
}

// Write implements net.Conn.
func (c *corked) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held {
		c.buf = append(c.buf, p...)
		return len(p), nil
	}
	return c.Conn.Write(p)
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
