package main

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// chatLoad is customers who each write as soon as the last message was acked, and an agent who reads all.
type chatLoad struct {
	*load
	customers        []*peer
	conversations    []string
	acks, deliveries []time.Duration
	refused          int
	waiting          int // customers without their last ack
}

func (c *chatLoad) connect() error {
	n := c.plan.Sockets
	c.customers, c.conversations = make([]*peer, n), make([]string, n)
	err := c.each(n, func(i int, up func()) (err error) {
		c.customers[i], err = c.widget(i, c.plan.Visitors[i], func() { c.begin(i, up) })
		return err
	})
	if err != nil {
		return err
	}
	parts := (n + watchedBy - 1) / watchedBy
	return c.each(parts, func(i int, up func()) error {
		var p *peer
		p, err := c.console(i, c.conversations[i*watchedBy:min((i+1)*watchedBy, n)], func() {
			p.frame = c.delivered
			up()
		})
		return err
	})
}

// begin opens a conversation, as the first message of a customer does.
func (c *chatLoad) begin(i int, up func()) {
	p := c.customers[i]
	p.frame = func(text []byte) {
		if isType(text, "error") {
			c.fail("a conversation was refused: %s", text)
		}
		var ack struct{ Type, Conversation string }
		if isType(text, "ack") && json.Unmarshal(text, &ack) == nil {
			c.conversations[i] = ack.Conversation
			up()
		}
	}
	p.send(`{"type":"send","client_id":"` + uuid.NewString() + `","body":"hello"}`)
}

func (c *chatLoad) run() (any, error) {
	start := time.Now()
	end := start.Add(time.Duration(c.plan.Seconds) * time.Second)
	c.waiting = len(c.customers)
	for i := range c.customers {
		c.write(i, end)
	}
	_, err := c.swarm.run(func() bool { return c.waiting == 0 || c.err != nil }, end.Add(10*time.Second))
	took := time.Since(start)
	if err == nil {
		_, err = c.swarm.run(func() bool { return len(c.deliveries) >= len(c.acks) }, time.Now().Add(5*time.Second))
	}
	return chatFigures{
		Throughput: float64(len(c.acks)) / took.Seconds(),
		AckP50ms:   quantileMs(c.acks, 0.50), AckP99ms: quantileMs(c.acks, 0.99),
		DeliveryP50ms: quantileMs(c.deliveries, 0.50), DeliveryP99ms: quantileMs(c.deliveries, 0.99),
		Errors: c.refused + c.waiting + max(len(c.acks)-len(c.deliveries), 0),
	}, err
}

// write sends a customer's next message; its ack sends the one after.
func (c *chatLoad) write(i int, end time.Time) {
	if !time.Now().Before(end) {
		c.waiting--
		return
	}
	p, sent := c.customers[i], time.Since(c.begun)
	p.frame = func(text []byte) {
		switch {
		case isType(text, "ack"):
			c.acks = append(c.acks, time.Since(c.begun)-sent)
		case isType(text, "error"):
			c.refused++
		default:
			return
		}
		c.write(i, end)
	}
	p.send(message(c.conversations[i], sent, "and as long as people write."))
}

func (c *chatLoad) delivered(text []byte) {
	if at, ok := sentAt(text); ok {
		c.deliveries = append(c.deliveries, time.Since(c.begun)-time.Duration(at))
	}
}

// fanoutLoad is one conversation that all look at, and a customer who writes.
type fanoutLoad struct {
	*load
	sender *peer
	flying []flying
	took   []time.Duration
	sent   int
	last   time.Time
}

// flying is a message that has not arrived everywhere.
type flying struct {
	at      int64
	arrived int
}

func (f *fanoutLoad) connect() error {
	if err := f.each(f.plan.Sockets, func(i int, up func()) error {
		var p *peer
		p, err := f.widget(i, f.plan.Visitors[0], func() {
			p.frame = f.arrived
			up()
		})
		return err
	}); err != nil {
		return err
	}
	return f.each(1, func(i int, up func()) (err error) {
		f.sender, err = f.widget(i, f.plan.Visitors[0], up)
		return err
	})
}

func (f *fanoutLoad) run() (any, error) {
	start := time.Now()
	end := start.Add(time.Duration(f.plan.Seconds) * time.Second)
	f.sender.frame = func(text []byte) {
		if isType(text, "error") {
			f.fail("a message was refused: %s", text)
		}
	}
	if f.plan.Rate > 0 {
		f.paced(start, time.Duration(float64(time.Second)/f.plan.Rate), end)
	} else {
		for range 4 {
			f.send()
		}
	}
	if _, err := f.swarm.run(func() bool { return f.err != nil }, end); err != nil {
		return nil, err
	}
	f.plan.Rate = -1 // no more
	_, err := f.swarm.run(func() bool { return len(f.flying) == 0 || f.err != nil }, end.Add(10*time.Second))
	return fanoutFigures{Watchers: f.plan.Sockets, Deliveries: float64(len(f.took)) / f.last.Sub(start).Seconds(),
		P50ms: quantileMs(f.took, 0.5), P99ms: quantileMs(f.took, 0.99), Missing: f.sent*f.plan.Sockets - len(f.took)}, err
}

// paced sends at a rate; one that is late is sent at once.
func (f *fanoutLoad) paced(next time.Time, pace time.Duration, end time.Time) {
	if !next.Before(end) {
		return
	}
	f.send()
	next = next.Add(pace)
	f.after(time.Until(next), func() { f.paced(next, pace, end) })
}

func (f *fanoutLoad) send() {
	at := time.Since(f.begun)
	f.flying = append(f.flying, flying{at: int64(at)})
	f.sent++
	f.sender.send(message(f.plan.Visitors[0].Conversation, at, padding))
}

// arrived notes an arrival; without a rate the last of a message lets the next one be sent.
func (f *fanoutLoad) arrived(text []byte) {
	at, ok := sentAt(text)
	if !ok {
		return
	}
	f.last = time.Now()
	f.took = append(f.took, f.last.Sub(f.begun)-time.Duration(at))
	for i := range f.flying {
		if f.flying[i].at != at {
			continue
		}
		if f.flying[i].arrived++; f.flying[i].arrived == f.plan.Sockets {
			f.flying = append(f.flying[:i], f.flying[i+1:]...)
			if f.plan.Rate == 0 {
				f.send()
			}
		}
		return
	}
}

// stormLoad is many who are cut off at once and come back to where they were, and some who go on writing.
type stormLoad struct {
	*load
	victims []*peer
	writers []*peer
	acks    []time.Duration
	written int
	refused int // told so: their writers know
	back    int
	tries   int
	over    bool
}

func (s *stormLoad) connect() error {
	n := s.plan.Sockets
	s.victims, s.writers = make([]*peer, n), make([]*peer, stormWriters)
	if err := s.each(n, func(i int, up func()) (err error) {
		s.victims[i], err = s.widget(i, s.plan.Visitors[i], up)
		return err
	}); err != nil {
		return err
	}
	return s.each(stormWriters, func(i int, up func()) (err error) {
		s.writers[i], err = s.widget(i, s.plan.Visitors[n+i], up)
		return err
	})
}

func (s *stormLoad) run() (any, error) {
	for i := range s.writers {
		s.write(i)
	}
	start := time.Now()
	for _, p := range s.victims {
		p.cut()
	}
	for i := range s.victims {
		s.comeBack(i, 0)
	}
	ok, err := s.swarm.run(func() bool { return s.back == len(s.victims) || s.err != nil }, start.Add(connectWithin))
	took := time.Since(start).Seconds()
	if err == nil && !ok {
		s.fail("only %d of %d came back", s.back, len(s.victims))
	}
	s.over = true
	if err == nil {
		_, err = s.swarm.run(func() bool { return len(s.acks)+s.refused == s.written }, time.Now().Add(10*time.Second))
	}
	return stormFigures{Sockets: len(s.victims), Seconds: took, Tries: s.tries, Written: s.written,
		Refused: s.refused, Lost: s.written - len(s.acks) - s.refused, AckP99: quantileMs(s.acks, 0.99)}, err
}

// write has a writer write twenty times a second, ack or not.
func (s *stormLoad) write(i int) {
	if s.over {
		return
	}
	p, who := s.writers[i], s.plan.Visitors[len(s.victims)+i]
	p.frame = func(text []byte) {
		if isType(text, "error") {
			s.refused++
		}
		if at, ok := sentAt(text); ok { // the writer hears its own messages too
			s.acks = append(s.acks, time.Since(s.begun)-time.Duration(at))
		}
	}
	s.written++
	p.send(message(who.Conversation, time.Since(s.begun), padding))
	s.after(50*time.Millisecond, func() { s.write(i) })
}

// comeBack connects a victim again, and again after a pause when it fails: with full jitter between half a second and
// thirty, as the widget does, and not before the server said.
func (s *stormLoad) comeBack(i, failed int) {
	who := s.plan.Visitors[i]
	s.tries++
	p := &peer{}
	s.victims[i] = p
	p.gone = func(_ int, wait time.Duration) {
		most := min(500*time.Millisecond<<min(failed, 6), 30*time.Second)
		s.after(wait+rand.N(most), func() { s.comeBack(i, failed+1) })
	}
	p.open = func() {
		p.send(`{"type":"hello","visitor":"` + who.Token + `","resume":[{"conversation":"` + who.Conversation + `","after":` +
			strconv.FormatInt(who.Seq, 10) + `}]}`)
	}
	p.frame = func(text []byte) {
		switch {
		case isType(text, "resumed"):
			s.back++
			p.frame = func([]byte) {}
		case isType(text, "error"):
			p.end(0, 0)
		}
	}
	if err := s.dial(s.url(i), "/ws/widget", p); err != nil {
		p.end(0, 0)
	}
}
