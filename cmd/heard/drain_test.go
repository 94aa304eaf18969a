package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestLeavingTellsSocketsToGoElsewhere: a client hears drain, then the close code, and the process ends well.
func TestLeavingTellsSocketsToGoElsewhere(t *testing.T) {
	data := t.TempDir()
	base, _, stop := serving(t, "--data", data)
	key := must(t, "inbox", "add", "--data", data, "--name", "Shop", "--kind", "website")
	res, err := http.Post(base+"/api/widget/session", "application/json", strings.NewReader(`{"inbox":"`+key+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var session struct{ Visitor string }
	if err := json.NewDecoder(res.Body).Decode(&session); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, strings.Replace(base, "http", "ws", 1)+"/ws/widget", &websocket.DialOptions{Subprotocols: []string{"heard.v1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	if err := ws.Write(ctx, websocket.MessageText, []byte(`{"type":"hello","visitor":"`+session.Visitor+`"}`)); err != nil {
		t.Fatal(err)
	}
	next := func() (string, error) {
		_, b, err := ws.Read(ctx)
		var f struct{ Type string }
		if err == nil {
			err = json.Unmarshal(b, &f)
		}
		return f.Type, err
	}
	if kind, err := next(); err != nil || kind != "welcome" {
		t.Fatalf("first frame = %q, %v", kind, err)
	}
	if err := ws.Write(ctx, websocket.MessageText, []byte(`{"type":"ping"}`)); err != nil { // its answer says that hello is done
		t.Fatal(err)
	}
	for kind := ""; kind != "pong"; {
		if kind, err = next(); err != nil {
			t.Fatal(err)
		}
	}
	left := make(chan int, 1)
	go func() { left <- stop() }()
	drained := false
	for {
		kind, err := next()
		if err != nil {
			if got := websocket.CloseStatus(err); got != 4503 {
				t.Errorf("closed with %d (%v), want 4503", got, err)
			}
			break
		}
		drained = drained || kind == "drain"
	}
	if !drained {
		t.Error("no drain frame came before the close")
	}
	if code := <-left; code != exitDone {
		t.Errorf("serve left with %d", code)
	}
}
