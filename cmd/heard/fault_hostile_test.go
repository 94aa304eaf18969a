package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"heard/migrations"

	"github.com/google/uuid"
)

// endsWithin is how long the server may take to end a connection that breaks the rules.
const endsWithin = 30 * time.Second

// TestHostileFrames: what is no WebSocket frame, or none of ours, ends that connection with the code that the protocol
// names, and nothing else suffers.
func TestHostileFrames(t *testing.T) {
	t.Parallel()
	b := attack{db: migrations.SQLite}.field(t)
	visitor, conversation := b.visitor(t)
	hello := []byte(`{"type":"hello","visitor":"` + visitor + `"}`)
	tests := []struct {
		name string
		data []byte
		want []int // close codes; 0: the connection may end without one
	}{
		{"reserved opcode", wire(0x83, true, []byte("x")), []int{1002}},
		{"reserved control opcode", wire(0x8b, true, nil), []int{1002}},
		{"not masked", wire(0x81, false, []byte(`{"type":"ping"}`)), []int{1002}},
		{"reserved bits", wire(0xf1, true, []byte(`{"type":"ping"}`)), []int{1002}},
		{"continuation of nothing", wire(0x80, true, []byte("x")), []int{1002}},
		{"fragmented ping", wire(0x09, true, []byte("x")), []int{1002}},
		{"long ping", wire(0x89, true, bytes.Repeat([]byte("x"), 126)), []int{1002}},
		{"binary", wire(0x82, true, []byte(`{"type":"ping"}`)), []int{1002, 1003}},
		{"invalid UTF-8", wire(0x81, true, []byte("{\"type\":\"\xff\"}")), []int{1007}},
		{"2^63 bytes", append([]byte{0x81, 0xff}, bytes.Repeat([]byte{0xff}, 12)...), []int{1002, 1009}},
		{"10 MB", wire(0x81, true, bytes.Repeat([]byte("x"), 10<<20)), []int{1009}},
		{"fragments beyond the bound", bytes.Repeat(wire(0x01, true, bytes.Repeat([]byte("x"), 30<<10)), 1), nil},
		{"close with a bad code", wire(0x88, true, []byte{0, 1}), []int{1002, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := rawSocket(t, b.Nodes[0].URL, "/ws/widget")
			defer c.Close()
			c.write(wire(0x81, true, hello))
			c.await(t, `"welcome"`)
			c.write(tt.data)
			if tt.want == nil { // two more fragments, the last of which is too much
				c.write(wire(0x00, true, bytes.Repeat([]byte("x"), 30<<10)))
				c.write(wire(0x00, true, bytes.Repeat([]byte("x"), 30<<10)))
				tt.want = []int{1009}
			}
			code := c.code(t)
			for _, w := range tt.want {
				if code == w {
					return
				}
			}
			t.Errorf("closed with %d, want one of %v", code, tt.want)
		})
	}
	t.Run("ping flood", func(t *testing.T) {
		c := rawSocket(t, b.Nodes[0].URL, "/ws/widget")
		defer c.Close()
		c.write(wire(0x81, true, hello))
		c.await(t, `"welcome"`)
		_ = c.SetWriteDeadline(time.Now().Add(3 * time.Second)) // it may stop taking them
		for range 200 {
			if _, err := c.Write(bytes.Repeat(wire(0x89, true, []byte("are you there?")), 500)); err != nil {
				break
			}
		}
	})
	t.Run("no hello", func(t *testing.T) {
		c := rawSocket(t, b.Nodes[0].URL, "/ws/widget")
		defer c.Close()
		if code := c.code(t); code != 4009 {
			t.Errorf("closed with %d, want 4009", code)
		}
	})
	b.stillServes(t, visitor, conversation)
}

// TestHostileBodies: bodies without measure are refused before they are kept.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	b := attack{db: migrations.SQLite}.field(t)
	visitor, conversation := b.visitor(t)
	before := resident(t, b.Nodes[0].PID())
	deep := strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000)
	var keys strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&keys, `"k%d":1,`, i)
	}
	tests := []struct {
		name   string
		body   io.Reader
		length int64
	}{
		{"1 GB with its length", io.LimitReader(zeros{}, 1<<30), 1 << 30},
		{"1 GB without", io.LimitReader(zeros{}, 1<<30), -1},
		{"deep", strings.NewReader(`{"body":` + deep + `}`), -1},
		{"many keys", strings.NewReader(`{` + keys.String() + `"body":"x"}`), -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), endsWithin)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, "POST", b.Nodes[0].URL+"/api/widget/conversations/"+conversation+"/messages", tt.body)
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = tt.length
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer "+visitor)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				if ctx.Err() != nil {
					t.Errorf("no answer within %v", endsWithin)
				}
				return // cut off in the middle of the body, which is as good
			}
			defer res.Body.Close()
			if res.StatusCode/100 != 4 {
				t.Errorf("status %d", res.StatusCode)
			}
		})
	}
	if grown := resident(t, b.Nodes[0].PID()) - before; grown > 50<<20 {
		t.Errorf("the server has grown by %d MiB, want at most 50", grown>>20)
	}
	b.stillServes(t, visitor, conversation)
}

// TestSlowClients: those who send a byte now and then, or read none, keep nobody waiting and are sent away.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	b := attack{db: migrations.SQLite}.field(t)
	visitor, conversation := b.visitor(t)
	var slow []net.Conn
	for i := range 200 {
		c, err := net.Dial("tcp", strings.TrimPrefix(b.Nodes[0].URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		head := "POST /api/widget/session HTTP/1.1\r\nHost: " + strings.TrimPrefix(b.Nodes[0].URL, "http://") + "\r\n"
		if i%2 == 0 { // the others never end their headers
			head += "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
		}
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	reader := rawSocket(t, b.Nodes[0].URL, "/ws/widget")
	defer reader.Close()
	reader.write(wire(0x81, true, []byte(`{"type":"hello","visitor":"`+visitor+`"}`)))
	reader.await(t, `"welcome"`)
	ok := listenTo(t, b.Nodes[0].URL+"/ws/widget", map[string]any{"type": "hello", "visitor": visitor})
	text := strings.Repeat("much to read ", 1200)
	for i := range 400 { // 6 MB, of which the slow reader takes nothing
		b.call(t, "POST", "/api/widget/conversations/"+conversation+"/messages", visitor,
			map[string]any{"client_id": uuid.NewString(), "body": text + strconv.Itoa(i)}).ok(t)
		ok.want(t, `much to read `+strconv.Itoa(i)+`"`, 20*time.Second)
	}
	reader.drainSlowly(t)
	for _, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(endsWithin))
		if _, err := io.Copy(io.Discard, c); err != nil && os.IsTimeout(err) {
			t.Error("a connection that sends no request to its end is kept")
			break
		}
	}
	b.stillServes(t, visitor, conversation)
}

// visitor begins a session with a conversation.
func (b *battle) visitor(t *testing.T) (visitor, conversation string) {
	t.Helper()
	var session struct{ Visitor string }
	b.call(t, "POST", "/api/widget/session", "", map[string]any{"inbox": b.Inbox}).into(t, 200, &session)
	var opened struct{ Conversation string }
	b.call(t, "POST", "/api/widget/conversations", session.Visitor, map[string]any{}).into(t, 201, &opened)
	return session.Visitor, opened.Conversation
}

// stillServes holds that others were not harmed, and that nothing panicked.
func (b *battle) stillServes(t *testing.T, visitor, conversation string) {
	t.Helper()
	b.call(t, "POST", "/api/widget/conversations/"+conversation+"/messages", visitor,
		map[string]any{"client_id": uuid.NewString(), "body": "still there?"}).ok(t)
	text := b.Nodes[0].LogTail(1 << 20)
	if strings.Contains(text, "panic") {
		t.Errorf("the server panicked:\n%s", text)
	}
	if lines := strings.Count(text, "\n"); lines > 200 {
		t.Errorf("the server logged %d lines about it", lines)
	}
}

func (a reply) ok(t *testing.T) {
	t.Helper()
	if a.status/100 != 2 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
}

// wire makes one frame: its first byte, whether it is masked, and its payload.
func wire(first byte, masked bool, payload []byte) []byte {
	out := []byte{first}
	bit := byte(0)
	if masked {
		bit = 0x80
	}
	switch n := len(payload); {
	case n < 126:
		out = append(out, bit|byte(n))
	case n < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, bit|126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, bit|127), uint64(n))
	}
	if masked {
		out = append(out, 0, 0, 0, 0) // a mask that changes nothing is one too
	}
	return append(out, payload...)
}

// raw is a WebSocket of which only the handshake is right.
type raw struct {
	net.Conn
	in *bufio.Reader
}

func rawSocket(t *testing.T, url, path string) *raw {
	t.Helper()
	host := strings.TrimPrefix(url, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: heard.v1\r\n\r\n", path, host)
	if err != nil {
		t.Fatal(err)
	}
	r := &raw{c, bufio.NewReader(c)}
	_ = c.SetReadDeadline(time.Now().Add(endsWithin))
	res, err := http.ReadResponse(r.in, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v, %v", res, err)
	}
	return r
}

// write sends bytes. The server may have hung up before the last of them.
func (r *raw) write(b []byte) {
	_ = r.SetWriteDeadline(time.Now().Add(endsWithin))
	_, _ = r.Write(b)
}

// frame reads one frame of the server's.
func (r *raw) frame() (opcode byte, payload []byte, err error) {
	_ = r.SetReadDeadline(time.Now().Add(endsWithin))
	head := make([]byte, 2)
	if _, err := io.ReadFull(r.in, head); err != nil {
		return 0, nil, err
	}
	n := uint64(head[1])
	switch n {
	case 126:
		ext := make([]byte, 2)
		_, err = io.ReadFull(r.in, ext)
		n = uint64(binary.BigEndian.Uint16(ext))
	case 127:
		ext := make([]byte, 8)
		_, err = io.ReadFull(r.in, ext)
		n = binary.BigEndian.Uint64(ext)
	}
	if err != nil {
		return 0, nil, err
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r.in, payload)
	return head[0] & 0x0f, payload, err
}

func (r *raw) await(t *testing.T, fragment string) {
	t.Helper()
	for {
		_, payload, err := r.frame()
		if err != nil {
			t.Fatalf("before %s came: %v", fragment, err)
		}
		if bytes.Contains(payload, []byte(fragment)) {
			return
		}
	}
}

// code reads to the end and returns the close code, 0 for none.
func (r *raw) code(t *testing.T) int {
	t.Helper()
	for {
		opcode, payload, err := r.frame()
		if os.IsTimeout(err) {
			t.Errorf("the connection is still open after %v", endsWithin)
		}
		if err != nil {
			return 0
		}
		if opcode == 8 && len(payload) >= 2 {
			return int(binary.BigEndian.Uint16(payload))
		}
	}
}

// drainSlowly reads what the kernels hold, a byte at a time at first, and wants the end of the connection.
func (r *raw) drainSlowly(t *testing.T) {
	t.Helper()
	for range 3 {
		_, _ = r.in.ReadByte()
		time.Sleep(100 * time.Millisecond)
	}
	_ = r.SetReadDeadline(time.Now().Add(endsWithin))
	n, err := io.Copy(io.Discard, r.in)
	if os.IsTimeout(err) {
		t.Errorf("a reader that takes nothing is kept (%d bytes)", n)
	}
	if n > 5<<20 {
		t.Errorf("a reader that takes nothing was sent all %d bytes", n)
	}
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// resident is the memory of a process.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		t.Skip(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
