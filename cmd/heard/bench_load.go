package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// benchLoadCmd plays customers and an agent over real sockets.
type benchLoadCmd struct{}

// watchedBy is how many conversations one console socket of the agent follows.
const watchedBy = 150

// Run reads a plan from the standard input and writes figures to the standard output.
func (benchLoadCmd) Run(ctx context.Context, o *output) error {
	var plan loadPlan
	if err := json.NewDecoder(os.Stdin).Decode(&plan); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	l := &load{plan: plan, begun: time.Now()}
	if err := l.connect(ctx); err != nil {
		return err
	}
	l.run(ctx)
	return json.NewEncoder(o.out).Encode(l.figures())
}

// load is the state of a run. Times are kept relative to begun.
type load struct {
	plan  loadPlan
	begun time.Time

	customers []*loadCustomer
	consoles  []*websocket.Conn

	mu         sync.Mutex
	deliveries []time.Duration
	took       time.Duration
	errors     int
}

type loadCustomer struct {
	ws           *websocket.Conn
	conversation string
	acks         []time.Duration
}

func (l *load) connect(ctx context.Context) error {
	l.customers = make([]*loadCustomer, l.plan.Customers)
	group, all := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i := range l.customers {
		group.Go(func() (err error) {
			l.customers[i], err = l.customer(all)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for part := range slices.Chunk(l.customers, watchedBy) {
		ws, err := l.console(ctx, part)
		if err != nil {
			return err
		}
		l.consoles = append(l.consoles, ws)
	}
	return nil
}

// customer begins a visitor's session, connects it, and opens a conversation.
func (l *load) customer(ctx context.Context) (*loadCustomer, error) {
	visitor, err := l.visitor(ctx)
	if err != nil {
		return nil, err
	}
	ws, err := l.dial(ctx, "/ws/widget", map[string]any{"type": "hello", "visitor": visitor})
	if err != nil {
		return nil, err
	}
	c := &loadCustomer{ws: ws}
	ack, err := c.send(ctx, "hello")
	if err != nil {
		return nil, err
	}
	var opened struct {
		Conversation string `json:"conversation"`
	}
	if err := json.Unmarshal(ack, &opened); err != nil {
		return nil, err
	}
	c.conversation = opened.Conversation
	return c, nil
}

// visitor begins a session and returns its token.
func (l *load) visitor(ctx context.Context) (string, error) {
	body, err := json.Marshal(map[string]string{"inbox": l.plan.Inbox})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.plan.URL+"/api/widget/session", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("begin a session: %w", err)
	}
	defer res.Body.Close()
	var session struct {
		Visitor string `json:"visitor"`
	}
	if err := json.NewDecoder(res.Body).Decode(&session); err != nil || session.Visitor == "" {
		return "", fmt.Errorf("begin a session: status %d: %w", res.StatusCode, err)
	}
	return session.Visitor, nil
}

func (l *load) console(ctx context.Context, part []*loadCustomer) (*websocket.Conn, error) {
	ws, err := l.dial(ctx, "/ws/console", map[string]any{"type": "hello", "token": l.plan.Token})
	if err != nil {
		return nil, err
	}
	for _, c := range part {
		if err := writeJSON(ctx, ws, map[string]any{"type": "watch", "ticket": c.conversation}); err != nil {
			return nil, err
		}
	}
	// Frames are handled in order, so the answer to this one says that all are watched.
	if err := writeJSON(ctx, ws, map[string]any{"type": "ping"}); err != nil {
		return nil, err
	}
	_, err = readType(ctx, ws, "pong")
	return ws, err
}

func (l *load) dial(ctx context.Context, path string, hello map[string]any) (*websocket.Conn, error) {
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(l.plan.URL, "http")+path,
		&websocket.DialOptions{Subprotocols: []string{"heard.v1"}})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	ws.SetReadLimit(1 << 20)
	if err := writeJSON(ctx, ws, hello); err != nil {
		return nil, err
	}
	_, err = readType(ctx, ws, "welcome")
	return ws, err
}

func writeJSON(ctx context.Context, ws *websocket.Conn, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return ws.Write(ctx, websocket.MessageText, b)
}

// readType passes frames over until one of a type comes. Our server writes the type first.
func readType(ctx context.Context, ws *websocket.Conn, kind string) ([]byte, error) {
	want, refused := []byte(`{"type":"`+kind+`"`), []byte(`{"type":"error"`)
	for {
		_, b, err := ws.Read(ctx)
		switch {
		case err != nil:
			return nil, err
		case bytes.HasPrefix(b, want):
			return b, nil
		case bytes.HasPrefix(b, refused):
			return nil, fmt.Errorf("refused: %s", b)
		}
	}
}

// send sends one message and waits for its ack.
func (c *loadCustomer) send(ctx context.Context, body string) ([]byte, error) {
	if err := c.write(ctx, body); err != nil {
		return nil, err
	}
	return readType(ctx, c.ws, "ack")
}

func (c *loadCustomer) write(ctx context.Context, body string) error {
	b := make([]byte, 0, 160)
	b = append(b, `{"type":"send","client_id":"`...)
	b = append(b, uuid.NewString()...)
	if c.conversation != "" {
		b = append(b, `","conversation":"`...)
		b = append(b, c.conversation...)
	}
	b = append(b, `","body":"`...)
	b = append(b, body...)
	b = append(b, `"}`...)
	return c.ws.Write(ctx, websocket.MessageText, b)
}

// run has every customer write, each waiting for its ack, until the time is over; then waits for the last deliveries.
func (l *load) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var listening, writing sync.WaitGroup
	for _, ws := range l.consoles {
		listening.Go(func() { l.listen(ctx, ws) })
	}
	start := time.Now()
	end := start.Add(time.Duration(l.plan.Seconds) * time.Second)
	for _, c := range l.customers {
		writing.Go(func() { l.write(ctx, c, end) })
	}
	writing.Wait()
	l.took = time.Since(start)
	for deadline := time.Now().Add(5 * time.Second); l.missing() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	for _, ws := range l.consoles {
		_ = ws.CloseNow() // ends the listeners
	}
	listening.Wait()
}

func (l *load) write(ctx context.Context, c *loadCustomer, end time.Time) {
	for time.Now().Before(end) {
		sent := time.Since(l.begun)
		if _, err := c.send(ctx, "message sent at "+strconv.FormatInt(int64(sent), 10)+" and as long as people write."); err != nil {
			l.mu.Lock()
			l.errors++
			l.mu.Unlock()
			if !errors.Is(err, context.Canceled) {
				fmt.Fprintln(os.Stderr, "a customer:", err)
			}
			return
		}
		c.acks = append(c.acks, time.Since(l.begun)-sent)
	}
}

// listen notes when messages arrive at the agent.
func (l *load) listen(ctx context.Context, ws *websocket.Conn) {
	for {
		_, b, err := ws.Read(ctx)
		if err != nil {
			return
		}
		sent, ok := sentAt(b)
		if !ok {
			continue
		}
		took := time.Since(l.begun) - time.Duration(sent)
		l.mu.Lock()
		l.deliveries = append(l.deliveries, took)
		l.mu.Unlock()
	}
}

func (l *load) missing() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	acks := 0
	for _, c := range l.customers {
		acks += len(c.acks)
	}
	return acks - len(l.deliveries)
}

// figures sums the run up. A message that was acked and not delivered is an error.
func (l *load) figures() chatFigures {
	var acks []time.Duration
	for _, c := range l.customers {
		acks = append(acks, c.acks...)
	}
	slices.Sort(acks)
	slices.Sort(l.deliveries)
	return chatFigures{
		Throughput: float64(len(acks)) / l.took.Seconds(),
		AckP50ms:   quantileMs(acks, 0.50), AckP99ms: quantileMs(acks, 0.99),
		DeliveryP50ms: quantileMs(l.deliveries, 0.50), DeliveryP99ms: quantileMs(l.deliveries, 0.99),
		Errors: l.errors + max(len(acks)-len(l.deliveries), 0),
	}
}

// quantileMs is the q-quantile of sorted durations, in milliseconds: the value at the nearest rank.
func quantileMs(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i]) / float64(time.Millisecond)
}
