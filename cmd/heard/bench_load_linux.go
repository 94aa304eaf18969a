package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	watchedBy     = 150 // conversations that one console socket of the agent follows
	connectAtOnce = 200 // connections that are being made at the same time
	connectWithin = 3 * time.Minute
	heartbeat     = 25 * time.Second
)

// load is the state of a run. Times are kept relative to begun.
type load struct {
	*swarm
	plan  loadPlan
	begun time.Time
	err   error
}

// Run reads a plan from the standard input, connects, says so, and goes on as the plan says when it is told to.
func (benchLoadCmd) Run(ctx context.Context, o *output) error {
	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return err
	}
	l := &load{begun: time.Now()}
	if err := json.Unmarshal(line, &l.plan); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	if l.swarm, err = newSwarm(); err != nil {
		return err
	}
	run, err := l.mode()
	if err != nil {
		return err
	}
	fmt.Fprintln(o.out, "ready")
	word, err := input.ReadString('\n')
	if word == "" && errors.Is(err, io.EOF) {
		return nil
	}
	figures, err := run()
	if err = errors.Join(err, l.err); err != nil {
		return err
	}
	return json.NewEncoder(o.out).Encode(figures)
}

// mode connects what the plan asks for and returns what is to be measured.
func (l *load) mode() (run func() (any, error), err error) {
	switch l.plan.Mode {
	case "chat":
		c := &chatLoad{load: l}
		return c.run, c.connect()
	case "idle":
		return func() (any, error) { return nil, nil }, l.idle()
	case "fanout":
		f := &fanoutLoad{load: l}
		return f.run, f.connect()
	case "storm":
		s := &stormLoad{load: l}
		return s.run, s.connect()
	}
	return nil, fmt.Errorf("there is no load %q", l.plan.Mode)
}

func (l *load) url(i int) string { return l.plan.URLs[i%len(l.plan.URLs)] }

// fail ends the run.
func (l *load) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf(format, args...)
	}
}

// each begins n connections, connectAtOnce at a time; begin makes the i-th and calls up when it is where it should be.
func (l *load) each(n int, begin func(i int, up func()) error) error {
	began, ready := 0, 0
	more := func() {
		for began < n && began-ready < connectAtOnce && l.err == nil {
			if err := begin(began, func() { ready++ }); err != nil {
				l.fail("connect: %w", err)
			}
			began++
		}
	}
	more()
	ok, err := l.swarm.run(func() bool {
		more()
		return ready == n || l.err != nil
	}, time.Now().Add(connectWithin))
	if err == nil && !ok {
		err = fmt.Errorf("only %d of %d connections came up", ready, n)
	}
	return errors.Join(err, l.err)
}

// lost is the end of a connection that should have stayed.
func (l *load) lost(what string) func(int, time.Duration) {
	return func(status int, _ time.Duration) { l.fail("%s was cut off (status %d)", what, status) }
}

// widget connects a visitor; up is called when its hello is through.
func (l *load) widget(i int, who loadPerson, up func()) (*peer, error) {
	p := &peer{gone: l.lost("a widget")}
	p.open = func() {
		p.send(`{"type":"hello","visitor":"` + who.Token + `"}`)
		p.send(`{"type":"ping"}`) // frames are handled in order, so its answer says that hello is done
	}
	p.frame = l.greeted(p, i, "/ws/widget", up)
	return p, l.dial(l.url(i), "/ws/widget", p)
}

// greeted waits for the end of a hello. A database that is too busy for it is asked again a little later.
func (l *load) greeted(p *peer, i int, path string, up func()) func([]byte) {
	return func(text []byte) {
		switch {
		case bytes.Contains(text, []byte(`"code":"unavailable"`)):
			p.cut()
			l.after(time.Second, func() {
				if err := l.dial(l.url(i), path, p); err != nil {
					l.fail("connect again: %w", err)
				}
			})
		case isType(text, "error"):
			l.fail("a hello was refused: %s", text)
		case isType(text, "pong"):
			p.frame = func([]byte) {}
			l.after(heartbeat, func() { l.beat(p) })
			up()
		}
	}
}

// beat keeps a connection from being taken for dead, while others still come.
func (l *load) beat(p *peer) {
	if p.fd >= 0 {
		p.send(`{"type":"ping"}`)
		l.after(heartbeat, func() { l.beat(p) })
	}
}

// console connects an agent who follows some tickets; up is called when it does.
func (l *load) console(i int, watched []string, up func()) (*peer, error) {
	p := &peer{gone: l.lost("a console")}
	p.open = func() {
		p.send(`{"type":"hello","token":"` + l.plan.Tokens[i%len(l.plan.Tokens)] + `"}`)
		for _, id := range watched {
			p.send(`{"type":"watch","ticket":"` + id + `"}`)
		}
		p.send(`{"type":"ping"}`)
	}
	p.frame = l.greeted(p, i, "/ws/console", up)
	return p, l.dial(l.url(i), "/ws/console", p)
}

// idle connects and does nothing: each visitor in its conversation, each console with one ticket and a list on screen.
func (l *load) idle() error {
	return l.each(l.plan.Sockets, func(i int, up func()) error {
		if l.plan.Kind != "console" {
			_, err := l.widget(i, l.plan.Visitors[i], up)
			return err
		}
		ticket := l.plan.Visitors[i%len(l.plan.Visitors)].Conversation
		var p *peer
		p, err := l.console(i, []string{ticket}, func() {
			p.send(`{"type":"list","view":"mine"}`)
			up()
		})
		return err
	})
}

// message is the frame of a message that carries its time.
func message(conversation string, at time.Duration, padding string) string {
	return `{"type":"send","client_id":"` + uuid.NewString() + `","conversation":"` + conversation +
		`","body":"message sent at ` + strconv.FormatInt(int64(at), 10) + ` ` + padding + `"}`
}

// padding makes a message as long as people write.
var padding = strings.Repeat("x", 120)
