package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"
)

// benchSocketsCmd measures what a connection costs that does nothing.
type benchSocketsCmd struct {
	Connections int  `default:"10000" help:"How many."`
	JSON        bool `name:"json" help:"Answer as JSON, in the last line."`
}

type socketFigures struct {
	Connections        int     `json:"connections"`
	BytesPerConnection float64 `json:"bytes_per_connection"` // resident memory as found, no forced collection
}

// Run implements heard bench sockets.
func (c *benchSocketsCmd) Run(ctx context.Context, o *output) error {
	var f socketFigures
	err := withEmbeddedServer(ctx, o, func(plan loadPlan) error {
		before, err := residentBytes()
		if err != nil {
			return err
		}
		plan.Customers, plan.Mode = c.Connections, "idle"
		return plan.watch(ctx, o, func() error {
			time.Sleep(2 * time.Second) // what connecting used settles
			after, err := residentBytes()
			f = socketFigures{c.Connections, float64(after-before) / float64(c.Connections)}
			return err
		}, nil)
	})
	if err != nil {
		return err
	}
	return printBench(o.out, c.JSON, f, fmt.Sprintf("%d idle connections: %.1f kB each, all in", f.Connections, f.BytesPerConnection/1000))
}

// benchFanoutCmd measures one conversation that many connections look at.
type benchFanoutCmd struct {
	Watchers int     `default:"10000" help:"Connections that look at one conversation."`
	Rate     float64 `default:"0" help:"Messages a second; 0: as fast as four at once are delivered to everybody."`
	Seconds  int     `default:"10" help:"How long to measure."`
	JSON     bool    `name:"json" help:"Answer as JSON, in the last line."`
}

type fanoutFigures struct {
	Watchers   int     `json:"watchers"`
	Deliveries float64 `json:"deliveries_per_s"`
	P50ms      float64 `json:"p50_ms"`
	P99ms      float64 `json:"p99_ms"`
	Missing    int     `json:"missing"`
}

// Run implements heard bench fanout.
func (c *benchFanoutCmd) Run(ctx context.Context, o *output) error {
	f := fanoutFigures{}
	err := withEmbeddedServer(ctx, o, func(plan loadPlan) error {
		plan.Customers, plan.Seconds, plan.Rate, plan.Mode = c.Watchers, c.Seconds, c.Rate, "fanout"
		return plan.watch(ctx, o, func() error { return nil }, &f)
	})
	if err != nil {
		return err
	}
	return printBench(o.out, c.JSON, f, fmt.Sprintf("%d watchers: %.0f deliveries/s, %.1f ms p50, %.1f ms p99, %d missing",
		f.Watchers, f.Deliveries, f.P50ms, f.P99ms, f.Missing))
}

func printBench(w io.Writer, asJSON bool, figures any, text string) error {
	if !asJSON {
		_, err := fmt.Fprintln(w, text)
		return err
	}
	return json.NewEncoder(w).Encode(figures)
}

// withEmbeddedServer is withBenchServer on an embedded database in a temporary folder.
func withEmbeddedServer(ctx context.Context, o *output, fn func(loadPlan) error) (err error) {
	dir, err := os.MkdirTemp("", "heard-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return withBenchServer(ctx, o, dir, "sqlite:"+filepath.Join(dir, "bench.db"), fn)
}

// withBenchServer runs a server on an empty database, with all limits off, and fn beside it.
func withBenchServer(ctx context.Context, o *output, dir, dsn string, fn func(loadPlan) error) (err error) {
	flags := serveFlags{storeFlags: storeFlags{Data: dir, Database: dsn}, Listen: "127.0.0.1:0"}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", flags.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	base, err := flags.baseFor(listener.Addr().String())
	if err != nil {
		return err
	}
	a, err := openApp(ctx, flags.storeFlags, slog.New(slog.NewTextHandler(o.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	plan, err := newLoadPlan(ctx, a)
	if err != nil {
		return err
	}
	plan.URL = base.String()
	s, err := newServer(a, flags, base)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.run(running, listener) }()
	err = fn(plan)
	stop()
	return errors.Join(err, <-ended)
}

// residentBytes is the memory of this process that the machine holds now.
func residentBytes() (int64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("resident memory is known on Linux only: %w", err)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			return kib * 1024, err
		}
	}
	return 0, errors.New("resident memory is not told")
}

// watch runs the load in a child process: it connects, ready is called, and with into the child goes on and tells its
// figures.
func (p loadPlan) watch(ctx context.Context, o *output, ready func() error, into any) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, self, "bench", "watch")
	child.Stderr = o.err
	in, err := child.StdinPipe()
	if err != nil {
		return err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return fmt.Errorf("start the load: %w", err)
	}
	answers := bufio.NewReader(out)
	err = json.NewEncoder(in).Encode(p)
	if err == nil {
		_, err = answers.ReadString('\n')
	}
	if err == nil {
		err = ready()
	}
	err = errors.Join(err, in.Close()) // goes on
	if err == nil && into != nil {
		err = json.NewDecoder(answers).Decode(into)
	}
	return errors.Join(err, child.Wait())
}

// benchWatchCmd is the child: many connections of one visitor.
type benchWatchCmd struct{}

// Run connects, says so, waits for the end of its input, and in the mode fanout measures.
func (benchWatchCmd) Run(ctx context.Context, o *output) error {
	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return err
	}
	l := &load{begun: time.Now()}
	if err := json.Unmarshal(line, &l.plan); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	w := &watchers{load: l}
	if err := w.connect(ctx); err != nil {
		return err
	}
	fmt.Fprintln(o.out, "ready")
	if _, err := io.Copy(io.Discard, input); err != nil {
		return err
	}
	if l.plan.Mode != "fanout" {
		return nil
	}
	return json.NewEncoder(o.out).Encode(w.measure(ctx))
}

// watchers are connections of one visitor: all look at the same conversation.
type watchers struct {
	*load
	sender *loadCustomer
	all    []*websocket.Conn
	tokens chan struct{} // fanout without a rate: messages that may still be sent

	count struct {
		sync.Mutex
		arrived map[int64]int // deliveries of each message, by its time
	}
}

func (w *watchers) connect(ctx context.Context) error {
	visitor, err := w.visitor(ctx)
	if err != nil {
		return err
	}
	hello := map[string]any{"type": "hello", "visitor": visitor}
	ws, err := w.dial(ctx, "/ws/widget", hello)
	if err != nil {
		return err
	}
	w.sender = &loadCustomer{ws: ws}
	ack, err := w.sender.send(ctx, "hello")
	if err != nil {
		return err
	}
	var opened struct {
		Conversation string `json:"conversation"`
	}
	if err := json.Unmarshal(ack, &opened); err != nil {
		return err
	}
	w.sender.conversation = opened.Conversation
	w.all = make([]*websocket.Conn, w.plan.Customers)
	group, all := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for i := range w.all {
		group.Go(func() (err error) {
			if w.all[i], err = w.dial(all, "/ws/widget", hello); err != nil {
				return err
			}
			if err := writeJSON(all, w.all[i], map[string]any{"type": "ping"}); err != nil {
				return err
			}
			_, err = readType(all, w.all[i], "pong")
			return err
		})
	}
	return group.Wait()
}

func (w *watchers) measure(ctx context.Context) fanoutFigures {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.tokens = make(chan struct{}, 4)
	w.count.arrived = map[int64]int{}
	var listening sync.WaitGroup
	for _, ws := range w.all {
		listening.Go(func() { w.listen(ctx, ws) })
	}
	go w.drainSender(ctx)
	start := time.Now()
	sent := w.send(ctx, start.Add(time.Duration(w.plan.Seconds)*time.Second))
	want := sent * len(w.all)
	for end := time.Now().Add(10 * time.Second); w.arrived() < want && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	took := time.Since(start)
	for _, ws := range w.all {
		_ = ws.CloseNow() // ends the listeners
	}
	listening.Wait()
	slices.Sort(w.deliveries)
	return fanoutFigures{len(w.all), float64(len(w.deliveries)) / took.Seconds(),
		quantileMs(w.deliveries, 0.5), quantileMs(w.deliveries, 0.99), want - len(w.deliveries)}
}

// send writes messages until the time is over and returns how many.
func (w *watchers) send(ctx context.Context, end time.Time) (n int) {
	pace := time.Duration(0)
	if w.plan.Rate > 0 {
		pace = time.Duration(float64(time.Second) / w.plan.Rate)
	}
	for next := time.Now(); time.Now().Before(end); n++ {
		if pace > 0 {
			time.Sleep(time.Until(next))
			next = next.Add(pace)
		} else {
			select {
			case w.tokens <- struct{}{}:
			case <-time.After(time.Until(end)):
				return n
			}
		}
		at := int64(time.Since(w.begun))
		if err := w.sender.write(ctx, "message sent at "+strconv.FormatInt(at, 10)+" "+strings.Repeat("x", 120)); err != nil {
			return n
		}
	}
	return n
}

func (w *watchers) drainSender(ctx context.Context) {
	for {
		if _, _, err := w.sender.ws.Read(ctx); err != nil {
			return
		}
	}
}

func (w *watchers) arrived() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.deliveries)
}

// listen notes arrivals; the last watcher of a message lets the next one be sent.
func (w *watchers) listen(ctx context.Context, ws *websocket.Conn) {
	for {
		_, b, err := ws.Read(ctx)
		if err != nil {
			return
		}
		sent, ok := sentAt(b)
		if !ok {
			continue
		}
		took := time.Since(w.begun) - time.Duration(sent)
		w.mu.Lock()
		w.deliveries = append(w.deliveries, took)
		w.mu.Unlock()
		w.count.Lock()
		w.count.arrived[sent]++
		last := w.count.arrived[sent] == len(w.all)
		w.count.Unlock()
		if last && w.plan.Rate == 0 {
			<-w.tokens
		}
	}
}

// sentAt reads the time that a message of the load carries.
func sentAt(frame []byte) (int64, bool) {
	mark := []byte(`"body":"message sent at `)
	i := bytes.Index(frame, mark)
	if i < 0 {
		return 0, false
	}
	digits := frame[i+len(mark):]
	digits = digits[:max(bytes.IndexByte(digits, ' '), 0)]
	at, err := strconv.ParseInt(string(digits), 10, 64)
	return at, err == nil
}
