package check

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Config is a run.
type Config struct {
	URLs     []string // of the nodes
	Host     string   // that clients ask for; that of the URL unless set
	Inbox    string   // public key
	Tokens   []string // API tokens of agents who may see and take every ticket
	Visitors int
	Agents   int // connections of agents, over the tokens in turn
	For      time.Duration
	Settle   time.Duration // how long all may take to come to rest in the end; 20 s unless set
	Pace     time.Duration // the mean pause of a client between its messages; 40 ms unless set
	Patience time.Duration // how long a client waits for an answer; 4 s unless set
	Seed     uint64
}

func (c Config) withDefaults() Config {
	if c.Settle == 0 {
		c.Settle = 20 * time.Second
	}
	if c.Pace == 0 {
		c.Pace = 40 * time.Millisecond
	}
	if c.Patience == 0 {
		c.Patience = 4 * time.Second
	}
	return c
}

func (c Config) check() error {
	if len(c.URLs) == 0 || c.Inbox == "" || len(c.Tokens) == 0 || c.Visitors < 1 || c.Agents < 1 || c.For <= 0 {
		return errors.New("a check needs the address of a node, an inbox, a token, a visitor, an agent and some seconds")
	}
	return nil
}

// Run is a check under way.
type Run struct {
	o       Config
	begun   time.Time
	end     time.Time
	history *History
	clients []*client

	mu            sync.Mutex
	conversations []string
	owners        map[string]*client // conversation → its visitor
	ids           []string           // of the agents, by token
}

// New prepares a run.
func New(o Config) (*Run, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return &Run{o: o.withDefaults(), history: &History{Seen: map[string]int64{}}, owners: map[string]*client{}}, nil
}

// Do runs the clients, waits for all to come to rest, reads every node back, and judges. faults run beside the clients;
// when they return, everything must be whole again. The clients go on for a moment after that.
func (r *Run) Do(ctx context.Context, faults func(ctx context.Context, mark func(string)) error) (*Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.begun = time.Now()
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	faulty := make(chan error, 1)
	go func() {
		if faults == nil {
			faulty <- nil
			return
		}
		faulty <- faults(ctx, r.Mark)
	}()
	stop := make(chan struct{})
	var writers, listeners sync.WaitGroup
	for _, c := range r.clients {
		listeners.Go(func() { c.listen(ctx) })
		writers.Go(func() { c.write(ctx, stop) })
	}
	timer := time.NewTimer(time.Until(r.end))
	defer timer.Stop()
	var err error
	select {
	case err = <-faulty:
		faulty <- nil
	case <-timer.C:
	}
	if err == nil {
		select {
		case err = <-faulty: // a fault may take longer than the run
		case <-ctx.Done():
		}
	}
	if pause := max(time.Until(r.end), r.o.Pace*10); err == nil {
		r.Mark("whole")
		_ = sleep(ctx, pause)
	}
	close(stop)
	writers.Wait()
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = r.finish(ctx)
	}
	cancel()
	for _, c := range r.clients {
		c.drop()
	}
	listeners.Wait()
	if err != nil {
		return nil, err
	}
	return r.report(), nil
}

// prepare brings the agents on line and the clients into being.
func (r *Run) prepare(ctx context.Context) error {
	api := newAPI(r, rand.New(rand.NewPCG(r.o.Seed, 1)))
	for _, token := range r.o.Tokens {
		var me struct {
			Agent struct{ ID string } `json:"agent"`
			ID    string              `json:"id"`
		}
		if err := api.must(ctx, "GET", "/api/v1/me", token, nil, &me); err != nil {
			return fmt.Errorf("whose token: %w", err)
		}
		if me.ID == "" {
			me.ID = me.Agent.ID
		}
		r.ids = append(r.ids, me.ID)
		if err := api.must(ctx, "PUT", "/api/v1/me/availability", token, map[string]any{"state": "online"}, nil); err != nil {
			return fmt.Errorf("bring an agent on line: %w", err)
		}
	}
	for i := range r.o.Visitors {
		r.clients = append(r.clients, newClient(r, fmt.Sprintf("visitor %d", i+1), uint64(100+i)))
	}
	for i := range r.o.Agents {
		c := newClient(r, fmt.Sprintf("agent %d", i+1), uint64(10_000+i))
		c.token, c.agent = r.o.Tokens[i%len(r.o.Tokens)], r.ids[i%len(r.ids)]
		r.clients = append(r.clients, c)
	}
	var all sync.WaitGroup
	errs := make([]error, r.o.Visitors)
	for i := range errs {
		all.Go(func() { errs[i] = r.clients[i].begin(ctx) })
	}
	all.Wait()
	r.end = time.Now().Add(r.o.For)
	return errors.Join(errs...)
}

// Mark notes that a fault begins or ends.
func (r *Run) Mark(name string) {
	r.history.mu.Lock()
	defer r.history.mu.Unlock()
	r.history.Marks = append(r.history.Marks, Mark{name, r.now()})
}

// now is the run's clock: monotonic, and the same for all clients, since they are one process.
func (r *Run) now() time.Duration { return time.Since(r.begun) }

// opened tells the agents of a conversation.
func (r *Run) opened(id string, c *client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.owners[id] == nil {
		r.owners[id] = c
		r.conversations = append(r.conversations, id)
	}
}

func (r *Run) known() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.conversations)
}

// finish lets the outboxes empty and the viewers see the end, and reads every node back.
func (r *Run) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 4*r.o.Settle)
	defer cancel()
	var all sync.WaitGroup
	for _, c := range r.clients {
		all.Go(func() { c.empty(ctx, time.Now().Add(r.o.Settle)) })
	}
	all.Wait()
	if err := r.watchToTheEnd(ctx); err != nil {
		return err
	}
	for _, url := range r.o.URLs {
		s, err := r.readBack(ctx, url)
		if err != nil {
			return fmt.Errorf("read %s back: %w", url, err)
		}
		r.history.Stored = append(r.history.Stored, s)
	}
	for _, c := range r.clients {
		r.history.Logs = append(r.history.Logs, c.logList()...)
	}
	return nil
}

// watchToTheEnd waits until every viewer has the newest event of what it follows, as the first node tells it. Nothing
// is written any more, so that nothing shows a viewer that it lacks the last frame: it must have come by itself.
func (r *Run) watchToTheEnd(ctx context.Context) error {
	api := newAPI(r, rand.New(rand.NewPCG(r.o.Seed, 2)))
	customers, agents := map[string]int64{}, map[string]int64{}
	for _, id := range r.known() {
		list, err := api.eventsOf(ctx, "", "/api/v1/tickets/"+id, r.o.Tokens[0], 0)
		if err != nil && !unknown(err) {
			return fmt.Errorf("read conversation %s: %w", id, err)
		}
		for _, e := range list {
			if agents[id] = e.Seq; slices.Contains(alwaysPublic, e.Kind) {
				customers[id] = e.Seq
			}
		}
	}
	for deadline := time.Now().Add(r.o.Settle); ; {
		var late []string
		for _, c := range r.clients {
			head := agents
			if c.token == "" {
				head = customers
			}
			late = append(late, c.behind(ctx, head)...)
		}
		if len(late) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			r.history.Stale = late
			return nil
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
