package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"heard/migrations/dbtest"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

const (
	killRounds    = 4
	killCustomers = 12
	killAfter     = 250 // acks of a round
	killInFlight  = 4   // messages a customer has under way
)

// TestKilledUnderLoad keeps the first three promises of delivery through SIGKILL: what was acked is stored once, under
// the seq that the ack told, and what was not is stored once when it is sent again.
func TestKilledUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills servers")
	}
	binary := filepath.Join(t.TempDir(), "heard")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the server: %v\n%s", err, out)
	}
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		k := &killed{t: t, ctx: ctx, binary: binary, store: []string{"--data", t.TempDir(), "--database", dsn}}
		k.serve()
		k.setUp()
		for range killRounds {
			k.round()
		}
		k.check()
		k.kill()
	})
}

// killed is a server that is killed again and again, and its customers.
type killed struct {
	t         *testing.T
	ctx       context.Context
	binary    string
	store     []string
	server    *exec.Cmd
	url       string
	token     string
	customers []*killCustomer
	acks      atomic.Int64
}

// killCustomer writes, and knows what has been acked.
type killCustomer struct {
	visitor, conversation string
	name                  string
	written               int
	open                  []killMessage    // not acked, oldest first
	acked                 map[string]int64 // body → seq
}

type killMessage struct{ id, body string }

func (k *killed) serve() {
	k.t.Helper()
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--rate-factor", "0"}, k.store...)
	k.server = exec.Command(k.binary, args...)
	k.server.Stderr = os.Stderr
	out, err := k.server.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.server.Start(); err != nil {
		k.t.Fatal(err)
	}
	server := k.server
	k.t.Cleanup(func() { _ = server.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		k.t.Fatalf("the server ended before it said where it is: %v", err)
	}
	k.url = strings.TrimSpace(strings.TrimPrefix(line, "Heard is at "))
}

// kill ends the server as a power cut would: nothing of it runs any more.
func (k *killed) kill() {
	k.t.Helper()
	if err := k.server.Process.Kill(); err != nil {
		k.t.Fatal(err)
	}
	_ = k.server.Wait() // says that it was killed
}

func (k *killed) cli(args ...string) string {
	k.t.Helper()
	out, err := exec.Command(k.binary, append(args, k.store...)...).Output()
	if err != nil {
		k.t.Fatalf("heard %s: %v", args, err)
	}
	words := strings.Fields(string(out))
	return words[len(words)-1]
}

func (k *killed) setUp() {
	inbox := k.cli("inbox", "add", "--name", "Shop", "--kind", "website")
	k.cli("agent", "add", "--email", "mia@example.com", "--name", "Mia", "--role", "admin")
	k.token = k.cli("token", "add", "--agent", "mia@example.com")
	for i := range killCustomers {
		var session struct{ Visitor string }
		k.call("POST", "/api/widget/session", "", `{"inbox":"`+inbox+`"}`, &session)
		c := &killCustomer{name: "customer " + strconv.Itoa(i), visitor: session.Visitor, acked: map[string]int64{}}
		var opened struct{ Conversation string }
		k.call("POST", "/api/widget/conversations", c.visitor, `{}`, &opened)
		c.conversation = opened.Conversation
		k.customers = append(k.customers, c)
	}
}

// round lets everybody write, kills the server in the middle, starts it again, and has everybody send again what was
// not acked.
func (k *killed) round() {
	k.t.Helper()
	enough := make(chan struct{})
	k.acks.Store(0)
	var all sync.WaitGroup
	for _, c := range k.customers {
		all.Go(func() {
			if err := c.write(k, enough); !errors.Is(err, errGone) {
				k.t.Errorf("%s, before the kill: %v", c.name, err)
			}
		})
	}
	select {
	case <-enough:
	case <-k.ctx.Done():
		k.t.Fatalf("only %d messages were acked", k.acks.Load())
	}
	k.kill()
	all.Wait()
	k.serve()
	lost := 0
	for _, c := range k.customers {
		lost += len(c.open)
		all.Go(func() {
			if err := c.sendAgain(k); err != nil {
				k.t.Errorf("%s, sending again: %v", c.name, err)
			}
		})
	}
	all.Wait()
	if lost == 0 {
		k.t.Error("no message was under way when the server was killed: the test shows nothing")
	}
}

// errGone is how writing ends: the connection is gone.
var errGone = errors.New("the connection is gone")

// write sends without end, a few messages at a time, until the connection dies.
func (c *killCustomer) write(k *killed, enough chan struct{}) error {
	ws, err := c.dial(k)
	if err != nil {
		return err
	}
	defer ws.CloseNow()
	for {
		for len(c.open) < killInFlight {
			c.written++
			c.open = append(c.open, killMessage{uuid.NewString(), c.name + ", message " + strconv.Itoa(c.written)})
			if err := c.send(k, ws, c.open[len(c.open)-1]); err != nil {
				return fmt.Errorf("%w: %w", errGone, err)
			}
		}
		if err := c.ack(k, ws); err != nil {
			return err
		}
		if k.acks.Add(1) == killAfter {
			close(enough)
		}
	}
}

func (c *killCustomer) sendAgain(k *killed) error {
	ws, err := c.dial(k)
	if err != nil {
		return err
	}
	defer ws.CloseNow()
	for len(c.open) > 0 {
		if err := c.send(k, ws, c.open[0]); err != nil {
			return err
		}
		if err := c.ack(k, ws); err != nil {
			return err
		}
	}
	return nil
}

func (c *killCustomer) dial(k *killed) (*websocket.Conn, error) {
	return dialSocket(k.ctx, k.url, "/ws/widget", map[string]any{"type": "hello", "visitor": c.visitor})
}

func (c *killCustomer) send(k *killed, ws *websocket.Conn, m killMessage) error {
	return writeJSON(k.ctx, ws, map[string]any{"type": "send", "client_id": m.id, "conversation": c.conversation, "body": m.body})
}

// ack takes the next ack and strikes its message off.
func (c *killCustomer) ack(k *killed, ws *websocket.Conn) error {
	frame, err := readType(k.ctx, ws, "ack")
	switch {
	case err == nil:
	case k.ctx.Err() != nil || strings.HasPrefix(err.Error(), "refused: "):
		return err
	default:
		return fmt.Errorf("%w: %w", errGone, err)
	}
	var ack struct {
		ClientID string `json:"client_id"`
		Seq      int64  `json:"seq"`
	}
	if err := json.Unmarshal(frame, &ack); err != nil {
		return err
	}
	for i, m := range c.open {
		if m.id == ack.ClientID {
			c.acked[m.body] = ack.Seq
			c.open = append(c.open[:i], c.open[i+1:]...)
			return nil
		}
	}
	return errors.New("an ack for nothing that is under way: " + string(frame))
}

// check holds the store against what was acked, for every customer.
func (k *killed) check() {
	k.t.Helper()
	total := 0
	for _, c := range k.customers {
		stored := k.stored(c.conversation)
		for body, seq := range c.acked {
			if got := stored[body]; len(got) != 1 || got[0] != seq {
				k.t.Errorf("%q was acked as %d and is stored as %v", body, seq, got)
			}
		}
		if len(stored) != c.written || len(c.acked) != c.written {
			k.t.Errorf("%s wrote %d messages, %d were acked and %d are stored", c.name, c.written, len(c.acked), len(stored))
		}
		total += len(stored)
	}
	if total < killRounds*killAfter {
		k.t.Errorf("only %d messages are stored", total)
	}
	k.t.Logf("%d messages through %d kills, each there once", total, killRounds)
}

// stored are the seqs of a ticket's messages by their bodies.
func (k *killed) stored(ticket string) map[string][]int64 {
	out := map[string][]int64{}
	for after := int64(0); ; {
		var page struct {
			Items []struct {
				Seq  int64
				Kind string
				Body string
			}
		}
		k.call("GET", fmt.Sprintf("/api/v1/tickets/%s/events?after=%d", ticket, after), k.token, "", &page)
		if len(page.Items) == 0 {
			return out
		}
		for _, e := range page.Items {
			if after = e.Seq; e.Kind == "message.posted" {
				out[e.Body] = append(out[e.Body], e.Seq)
			}
		}
	}
}

func (k *killed) call(method, path, token, body string, into any) {
	k.t.Helper()
	req, err := http.NewRequestWithContext(k.ctx, method, k.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		k.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 == 2 {
		err = json.Unmarshal(text, into)
	}
	if err != nil || res.StatusCode/100 != 2 {
		k.t.Fatalf("%s %s: %d %s, %v", method, path, res.StatusCode, text, err)
	}
}
