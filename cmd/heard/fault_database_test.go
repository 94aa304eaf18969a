package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"heard/chat/check/faults"
	"heard/migrations"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

// busy is what a machine that does other things may add to the times that the promises name.
const busy = 3 * time.Second

// TestDatabaseAway holds what is promised while the database cannot be reached: writes are refused within two seconds,
// sockets stay open and say so, the node lives and is not ready; and when it is back, all recovers by itself within ten.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		db    string
		begin func(ctx context.Context, b *away) (end func() error, err error)
		ready bool // reads still work, so that the node may be ready
	}{
		{"PostgreSQL killed", migrations.Postgres, func(ctx context.Context, b *away) (func() error, error) {
			server := b.Database.(faults.Postgres).Server
			return func() error { return server.Restart(ctx) }, server.Crash()
		}, false},
		{"PostgreSQL stopped", migrations.Postgres, func(_ context.Context, b *away) (func() error, error) {
			return b.Database.Thaw, b.Database.Freeze()
		}, false},
		{"PostgreSQL unreachable", migrations.Postgres, func(_ context.Context, b *away) (func() error, error) {
			b.proxy.Silence(true)
			return func() error { b.proxy.Silence(false); return nil }, nil
		}, false},
		{"SQLite locked", migrations.SQLite, func(ctx context.Context, b *away) (func() error, error) {
			return b.Database.Lock(ctx)
		}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newAway(t, tt.db)
			end, err := tt.begin(t.Context(), b)
			if err != nil {
				t.Fatal(err)
			}
			b.refused(t, tt.ready)
			if err := end(); err != nil {
				t.Fatal(err)
			}
			b.back(t, time.Now())
		})
	}
}

// away is a node whose database will go, with a visitor and an agent who are connected.
type away struct {
	*battle
	proxy                 *faults.Proxy // between the node and PostgreSQL
	url                   string
	visitor, conversation string
	widget, console       *listener
	unsure                string // the client id of what was refused
}

// newAway starts a node; its database is reached through a proxy that can fall silent.
func newAway(t *testing.T, db string) *away {
	t.Helper()
	a := &away{}
	at := attack{db: db}
	if db == migrations.Postgres {
		at.through = func(dsn string) string {
			u, err := url.Parse(dsn)
			if err != nil {
				t.Fatal(err)
			}
			if a.proxy, err = faults.NewProxy(u.Host); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = a.proxy.Close() })
			u.Host = a.proxy.Addr()
			return u.String()
		}
	}
	a.battle = at.field(t)
	a.url = a.Nodes[0].URL
	if err := a.AwaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	var session struct{ Visitor string }
	a.call(t, "POST", "/api/widget/session", "", map[string]any{"inbox": a.Inbox}).into(t, 200, &session)
	a.visitor = session.Visitor
	var opened struct{ Conversation string }
	a.call(t, "POST", "/api/widget/conversations", a.visitor, map[string]any{}).into(t, 201, &opened)
	a.conversation = opened.Conversation
	a.widget = listenTo(t, a.url+"/ws/widget", map[string]any{"type": "hello", "visitor": a.visitor})
	a.console = listenTo(t, a.url+"/ws/console", map[string]any{"type": "hello", "token": a.Tokens[0]})
	return a
}

// refused holds what is promised meanwhile.
func (a *away) refused(t *testing.T, ready bool) {
	t.Helper()
	a.unsure = uuid.NewString()
	for range 3 {
		begun := time.Now()
		answer := a.call(t, "POST", "/api/widget/conversations/"+a.conversation+"/messages", a.visitor,
			map[string]any{"client_id": a.unsure, "body": "Is anybody there?"})
		if took := time.Since(begun); answer.status != 503 || answer.header.Get("Retry-After") == "" || took > 2*time.Second+busy {
			t.Errorf("a write got %d, Retry-After %q, after %v; want 503 within 2 s", answer.status, answer.header.Get("Retry-After"), took)
		}
	}
	a.widget.want(t, `"degraded":true`, 15*time.Second)
	a.console.want(t, `"degraded":true`, 15*time.Second)
	a.widget.say(t, map[string]any{"type": "ping"})
	a.widget.want(t, `"pong"`, 10*time.Second)
	if status := a.call(t, "GET", "/healthz", "", nil).status; status != 200 {
		t.Errorf("healthz = %d", status)
	}
	if ready {
		return
	}
	if status := a.call(t, "GET", "/readyz", "", nil).status; status != 503 {
		t.Errorf("readyz = %d while the database is away", status)
	}
}

const recoverWithin = 10 * time.Second

// back holds what is promised afterwards.
func (a *away) back(t *testing.T, since time.Time) {
	t.Helper()
	within := func() time.Duration { return time.Until(since.Add(recoverWithin + busy)) }
	a.widget.want(t, `"degraded":false`, within())
	a.console.want(t, `"degraded":false`, within())
	for {
		answer := a.call(t, "POST", "/api/widget/conversations/"+a.conversation+"/messages", a.visitor,
			map[string]any{"client_id": a.unsure, "body": "Is anybody there?"})
		if answer.status/100 == 2 {
			break
		}
		if within() < 0 {
			t.Fatalf("a write got %d, %v after the database came back", answer.status, time.Since(since))
		}
		time.Sleep(100 * time.Millisecond)
	}
	a.widget.want(t, `Is anybody there?`, within())
	for a.call(t, "GET", "/readyz", "", nil).status != 200 {
		if within() < 0 {
			t.Fatalf("the node is not ready %v after the database came back", time.Since(since))
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("recovered %v after the database came back", time.Since(since).Round(10*time.Millisecond))
	answer := a.call(t, "GET", "/api/v1/tickets/"+a.conversation+"/events", a.Tokens[0], nil)
	if n := strings.Count(answer.body, "Is anybody there?"); n != 1 {
		t.Errorf("the message that was refused and sent again is stored %d times", n)
	}
}

// reply is what a call got.
type reply struct {
	status int
	header http.Header
	body   string
}

func (a reply) into(t *testing.T, status int, v any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		t.Fatal(err)
	}
}

// call asks the first node.
func (b *battle) call(t *testing.T, method, path, token string, body any) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	status, header, text, err := ask(ctx, method, b.Nodes[0].URL+path, token, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return reply{status, header, text}
}

// listener is a socket whose frames are read as they come.
type listener struct {
	ws     *websocket.Conn
	frames chan string
	seen   []string
	ended  error // once frames is closed
}

func listenTo(t *testing.T, address string, hello map[string]any) *listener {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, strings.Replace(address, "http", "ws", 1), &websocket.DialOptions{Subprotocols: []string{"heard.v1"}})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = ws.CloseNow() })
	l := &listener{ws: ws, frames: make(chan string, 10_000)}
	go func() {
		defer close(l.frames)
		for {
			_, b, err := ws.Read(context.Background())
			if err != nil {
				l.ended = err
				return
			}
			l.frames <- string(b)
		}
	}()
	l.say(t, hello)
	l.want(t, `"type":"welcome"`, 30*time.Second)
	return l
}

func (l *listener) say(t *testing.T, v any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := l.ws.Write(ctx, websocket.MessageText, b); err != nil {
		t.Fatalf("say %s: %v", b, err)
	}
}

// want waits for a frame that holds a fragment.
func (l *listener) want(t *testing.T, fragment string, within time.Duration) {
	t.Helper()
	timer := time.NewTimer(max(within, time.Second))
	defer timer.Stop()
	for {
		select {
		case f, ok := <-l.frames:
			if !ok {
				t.Fatalf("the socket ended (%v) before %s came; it got %q", l.ended, fragment, l.seen)
			}
			if l.seen = append(l.seen, f); strings.Contains(f, fragment) {
				return
			}
		case <-timer.C:
			t.Fatalf("%s did not come within %v; the socket got %q", fragment, within, l.seen)
		}
	}
}
