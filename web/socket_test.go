package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"heard/chat"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/google/uuid"
)

// socketPatience is how long a test waits for what must come; nothing is measured by it.
const socketPatience = 20 * time.Second

// listened is a session that notes what it was handed.
type listened struct {
	*chat.WidgetSession
	mu     sync.Mutex
	frames []string
	closed chan struct{}
}

func (l *listened) Handle(ctx context.Context, data []byte) {
	l.mu.Lock()
	l.frames = append(l.frames, string(data))
	l.mu.Unlock()
	l.WidgetSession.Handle(ctx, data)
}

func (l *listened) Closed() {
	l.WidgetSession.Closed()
	close(l.closed)
}

// socketRig is a server of sockets on a real listener, with little room in the kernel so that a reader is soon slow.
type socketRig struct {
	*testDesk
	addr     string
	sessions chan *listened
	wrap     func(*listened) session // when set
}

func newSocketRig(t *testing.T, portable bool) *socketRig {
	t.Helper()
	d := newDeskAt(t, dbtest.SQLite(t), Config{Portable: portable})
	r := &socketRig{testDesk: d, sessions: make(chan *listened, 100)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		d.server.upgrade(w, req, func(c *socketConn) session {
			l := &listened{WidgetSession: d.server.hub.Widget(c, ""), closed: make(chan struct{})}
			r.sessions <- l
			if r.wrap != nil {
				return r.wrap(l)
			}
			return l
		})
	}))
	small := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF, 8<<10) })
	}}
	listener, err := small.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	r.addr = listener.Addr().String()
	return r
}

// both runs a test with parked connections and with those that are read by a goroutine each.
func both(t *testing.T, fn func(t *testing.T, r *socketRig)) {
	for _, portable := range []bool{false, true} {
		t.Run(fmt.Sprintf("portable=%v", portable), func(t *testing.T) { fn(t, newSocketRig(t, portable)) })
	}
}

// rawSocket is a client that says exactly what it wants to.
type rawSocket struct {
	t       *testing.T
	conn    *net.TCPConn
	in      *bufio.Reader
	session *listened
}

const shake = "GET /ws/widget HTTP/1.1\r\nHost: help.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: heard.v1\r\n\r\n"

// dial connects; early is sent in the same packet as the request.
func (r *socketRig) dial(t *testing.T, early []byte) *rawSocket {
	t.Helper()
	dialer := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4<<10) })
	}}
	conn, err := dialer.DialContext(t.Context(), "tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(2 * socketPatience))
	s := &rawSocket{t: t, conn: conn.(*net.TCPConn), in: bufio.NewReader(conn)}
	s.write(append([]byte(shake), early...))
	res, err := http.ReadResponse(s.in, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("the upgrade was answered with %v, %v", res, err)
	}
	s.session = <-r.sessions
	return s
}

func (s *rawSocket) write(b []byte) {
	s.t.Helper()
	if _, err := s.conn.Write(b); err != nil {
		s.t.Fatal(err)
	}
}

// part is a client's frame: opcode, whether it is the last of its message, and the masked payload.
func part(opcode byte, fin bool, payload string) []byte {
	b := []byte{opcode}
	if fin {
		b[0] |= 0x80
	}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{0x12, 0x34, 0x56, 0x78}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i%4])
	}
	return b
}

func textPart(payload string) []byte { return part(1, true, payload) }

// next reads one frame of the server.
func (s *rawSocket) next() (opcode byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(s.in, head); err != nil {
		return 0, nil, err
	}
	n := int(head[1])
	if head[0]&0x80 == 0 || n > 127 {
		s.t.Fatalf("not a whole, unmasked frame: %x", head)
	}
	if n >= 126 {
		more := make([]byte, 2+6*(n-126))
		if _, err := io.ReadFull(s.in, more); err != nil {
			return 0, nil, err
		}
		n = 0
		for _, b := range more {
			n = n<<8 | int(b)
		}
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(s.in, payload)
	return head[0] & 0xf, payload, err
}

// await reads on until a frame of the opcode comes that holds a text.
func (s *rawSocket) await(opcode byte, holds string) {
	s.t.Helper()
	for {
		op, payload, err := s.next()
		if err != nil {
			s.t.Fatalf("no frame %x with %q came: %v", opcode, holds, err)
		}
		if op == opcode && bytes.Contains(payload, []byte(holds)) {
			return
		}
	}
}

// closed reads on until the good-bye and the end, and returns its code: 1005 for none in it, 1006 without a good-bye.
func (s *rawSocket) closed() (code int) {
	s.t.Helper()
	code = 1006
	for {
		op, payload, err := s.next()
		if ne, ok := err.(net.Error); ok && ne.Timeout() {
			s.t.Fatal("the connection was not closed")
		}
		switch {
		case err != nil:
			return code
		case op != 8:
		case len(payload) >= 2:
			code = int(binary.BigEndian.Uint16(payload))
		default:
			code = 1005
		}
	}
}

// gone waits until the session was told that its connection has ended.
func (s *rawSocket) gone() {
	s.t.Helper()
	select {
	case <-s.session.closed:
	case <-time.After(socketPatience):
		s.t.Error("the session was not told that its connection has ended")
	}
}

func helloOf(token string) string { return `{"type":"hello","visitor":"` + token + `"}` }

const ping = `{"type":"ping"}`

// TestSocketsReadWhateverWayItComes: messages come whole, in order and once, however their bytes are cut and joined.
func TestSocketsReadWhateverWayItComes(t *testing.T) {
	both(t, func(t *testing.T, r *socketRig) {
		hello, long := helloOf(r.visitor()), `{"type":"typing","conversation":"1","on":true,"preview":"`+strings.Repeat("ü", 20_000)+`"}`
		all := slices.Concat(textPart(hello), textPart(ping), textPart(long), textPart(ping))
		want := []string{hello, ping, long, ping}
		pieces := func(size int) func(*rawSocket) {
			return func(s *rawSocket) {
				for piece := range slices.Chunk(all, size) {
					s.write(piece)
				}
			}
		}
		tests := []struct {
			name  string
			early []byte
			say   func(*rawSocket)
			want  []string
		}{
			{"all at once", nil, func(s *rawSocket) { s.write(all) }, want},
			{"with the request", all[:len(hello)+20], func(s *rawSocket) { s.write(all[len(hello)+20:]) }, want},
			{"a piece of a header with the request", all[:3], func(s *rawSocket) { s.write(all[3:]) }, want},
			{"in small pieces", nil, pieces(7), want},
			{"in big pieces", nil, pieces(4095), want},
			{"byte by byte, with pauses", nil, func(s *rawSocket) {
				for i, b := range slices.Concat(textPart(hello), textPart(ping)) {
					s.write([]byte{b})
					if i%5 == 0 {
						time.Sleep(time.Millisecond) // so that some are read alone
					}
				}
			}, []string{hello, ping}},
			{"in fragments, with a ping between", nil, func(s *rawSocket) {
				s.write(part(1, false, hello[:9]))
				s.write(part(9, true, "between"))
				s.await(10, "between") // answered although the message has only begun
				s.write(part(0, false, hello[9:30]))
				s.write(part(0, false, ""))
				s.write(part(0, true, hello[30:]))
				s.write(textPart(ping))
			}, []string{hello, ping}},
			{"with pings and pongs around", nil, func(s *rawSocket) {
				s.write(slices.Concat(part(9, true, ""), textPart(hello), part(10, true, "unasked"), part(9, true, "after")))
				s.await(10, "after")
				s.write(part(9, true, "again"))
				s.await(10, "again")
				s.write(textPart(ping))
			}, []string{hello, ping}},
		}
		for _, tt := range tests {
			s := r.dial(t, tt.early)
			tt.say(s)
			for _, frame := range tt.want {
				if frame == ping {
					s.await(1, `"pong"`)
				}
			}
			s.session.mu.Lock()
			if got := s.session.frames; !slices.Equal(got, tt.want) {
				t.Errorf("%s: the session was handed %.100q, want %.100q", tt.name, got, tt.want)
			}
			s.session.mu.Unlock()
			s.write(part(8, true, "\x03\xe8bye"))
			if got := s.closed(); got != 1000 {
				t.Errorf("%s: closed with %d, want 1000", tt.name, got)
			}
			s.conn.Close()
			s.gone()
		}
	})
}

// TestSocketsEnd: every way to end has its code, and the session is told.
func TestSocketsEnd(t *testing.T) {
	both(t, func(t *testing.T, r *socketRig) {
		unmasked := []byte{0x81, 2, '{', '}'}
		tests := []struct {
			name  string
			say   []byte
			after func(*rawSocket)
			want  int
		}{
			{"a good-bye", part(8, true, "\x03\xe9going"), nil, 1001},
			{"a good-bye of our own numbers", part(8, true, "\x0f\xa1"), nil, 4001},
			{"a good-bye without a code", part(8, true, ""), nil, 1005},
			{"a good-bye, and nothing more", part(8, true, "\x03\xe8"), func(s *rawSocket) { _ = s.conn.CloseWrite() }, 1000},
			{"a good-bye in half a byte", part(8, true, "\x03"), nil, 1002},
			{"a forbidden code", part(8, true, "\x03\xed"), nil, 1002},
			{"a binary message", part(2, true, "{}"), nil, 1002},
			{"an opcode that is not", part(3, true, "{}"), nil, 1002},
			{"a reserved bit", part(0x41, true, "{}"), nil, 1002},
			{"a continuation of nothing", part(0, true, "{}"), nil, 1002},
			{"a message in a message", slices.Concat(part(1, false, "{"), part(1, true, "}")), nil, 1002},
			{"a ping in parts", part(9, false, "a"), nil, 1002},
			{"a long ping", part(9, true, strings.Repeat("a", 126)), nil, 1002},
			{"no mask", unmasked, nil, 1002},
			{"too much", textPart(strings.Repeat("a", chat.MaxFrame+1)), nil, 1009},
			{"too much in parts", slices.Concat(part(1, false, strings.Repeat("a", chat.MaxFrame)), part(0, true, "aa")), nil, 1009},
			{"invalid text", textPart("\xff"), nil, 1007},
			{"no hello", textPart(ping), nil, 4009},
			{"the end", nil, func(s *rawSocket) { _ = s.conn.CloseWrite() }, 1006},
			{"the end in a header", []byte{0x81}, func(s *rawSocket) { _ = s.conn.CloseWrite() }, 1006},
			{"the end in a message", part(1, false, "{"), func(s *rawSocket) { _ = s.conn.CloseWrite() }, 1006},
		}
		for _, tt := range tests {
			s := r.dial(t, nil)
			s.write(tt.say)
			if tt.after != nil {
				tt.after(s)
			}
			if got := s.closed(); got != tt.want {
				t.Errorf("%s: closed with %d, want %d", tt.name, got, tt.want)
			}
			s.conn.Close()
			s.gone()
		}
		// Cut without a word, in the middle of everything.
		s := r.dial(t, nil)
		s.write(slices.Concat(textPart(helloOf(r.visitor())), part(1, false, "{")))
		s.await(1, "welcome")
		_ = s.conn.SetLinger(0)
		s.conn.Close()
		s.gone()
		if n := len(r.server.sockets.peers.n); n != 0 {
			t.Errorf("%d addresses are counted with connections", n)
		}
	})
}

// TestASlowReaderMissesNothing: events, answers and pongs reach a reader that takes little at a time, whole and in
// order; one that takes nothing for too long is told so when it wakes.
func TestASlowReaderMissesNothing(t *testing.T) {
	both(t, func(t *testing.T, r *socketRig) {
		ctx, stop := context.WithCancel(t.Context())
		running := make(chan struct{})
		go func() {
			defer close(running)
			_ = r.server.hub.Run(ctx) // ends with its context
		}()
		t.Cleanup(func() { stop(); <-running })
		out, err := r.people.StartVisitor(t.Context(), tickets.StartIn{Inbox: r.inbox.Key})
		if err != nil {
			t.Fatal(err)
		}
		var conversation tickets.PostOut
		post := func() {
			t.Helper()
			m := tickets.NewMessage{ClientID: uuid.NewString(), Body: strings.Repeat("x", 15_000)}
			if conversation, err = r.server.chat.SendAs(t.Context(), out.Visitor, conversation.Ticket, m, chat.Beginning{}); err != nil {
				t.Fatal(err)
			}
		}
		post()
		s := r.dial(t, nil)
		s.write(slices.Concat(textPart(helloOf(out.Token)), textPart(ping)))
		s.await(1, `"pong"`)
		const messages = 10
		for i := range messages {
			post()
			s.write(part(9, true, fmt.Sprint(i)))
		}
		seq, pongs, posted := conversation.Seq, 0, 0
		last := int64(0)
		for pongs < messages || posted < messages {
			op, payload, err := s.next()
			if err != nil {
				t.Fatalf("after %d messages and %d pongs: %v", posted, pongs, err)
			}
			if op == 10 {
				if string(payload) != fmt.Sprint(pongs) {
					t.Fatalf("pong %q, want %d", payload, pongs)
				}
				pongs++
				continue
			}
			var f struct {
				Type  string
				Event struct {
					Seq  int64
					Body string
				}
			}
			if err := json.Unmarshal(payload, &f); err != nil {
				t.Fatal(err)
			}
			if f.Type != "event" {
				continue
			}
			if f.Event.Seq <= last {
				t.Fatalf("event %d came after %d", f.Event.Seq, last)
			}
			if last = f.Event.Seq; len(f.Event.Body) == 15_000 {
				posted++
			}
		}
		if last != seq {
			t.Errorf("the last event was %d, want %d", last, seq)
		}
		for range 60 {
			post()
		}
		if got := s.closed(); got != chat.CloseTooSlow {
			t.Errorf("closed with %d, want %d", got, chat.CloseTooSlow)
		}
		s.conn.Close()
		s.gone()
	})
}
