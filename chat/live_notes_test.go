package chat_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"heard/tickets"
)

// Typing, read marks and viewers know no nodes.
func TestLiveAcrossNodes(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, time.Hour)
	ada, bob := a.agent("ada", 4), a.agent("bob", 4)
	onA := a.console(ada)
	w := b.widget(b.visitor(), nil)
	conv, seq := w.send("", "first")
	w.event("ticket.assigned")
	aside := b.console(bob) // looks at nothing
	watch := map[string]any{"type": "watch", "ticket": conv}
	onA.say(watch)
	onA.viewers([]*tickets.Agent{ada}, nil)
	onB := b.console(bob)
	onB.say(watch) // asks, and is answered
	onB.viewers([]*tickets.Agent{ada, bob}, nil)
	onA.viewers([]*tickets.Agent{ada, bob}, nil)

	w.say(map[string]any{"type": "typing", "conversation": conv, "on": true})
	if m := onA.kind("typing"); m["ticket"] != conv || m["conversation"] != nil {
		t.Errorf("typing at the console = %v", m)
	}
	onA.say(map[string]any{"type": "typing", "ticket": conv, "on": true})
	if m := w.kind("typing"); m["conversation"] != conv || m["ticket"] != nil || m["by"].(map[string]any)["name"] != "ada" {
		t.Errorf("typing at the widget = %v", m)
	}
	onA.say(map[string]any{"type": "seen", "ticket": conv, "seq": seq})
	if m := w.kind("seen"); m["seq"] != float64(seq) {
		t.Errorf("seen at the widget = %v", m)
	}
	w.say(map[string]any{"type": "seen", "conversation": conv, "seq": seq})
	onA.kind("seen")

	second := a.console(bob) // on both nodes: one viewer
	second.say(watch)
	second.viewers([]*tickets.Agent{ada, bob}, nil)
	second.say(map[string]any{"type": "composing", "ticket": conv, "on": true})
	onB.viewers([]*tickets.Agent{ada, bob}, []*tickets.Agent{bob})
	onB.end()
	second.say(map[string]any{"type": "composing", "ticket": conv, "on": false})
	second.viewers([]*tickets.Agent{ada, bob}, nil)
	for _, kind := range []string{"typing", "viewers", "seen"} {
		if got := aside.count(kind); got != 0 {
			t.Errorf("a console that looks at nothing was shown %d of %s", got, kind)
		}
	}
	n.check()
}

// Viewers of a node that is gone vanish: at its agents' end, or when nothing was heard for long.
func TestViewersOfADeadNode(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"time", "lease", "leaves"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			n, a, b := newNodes(t, time.Hour)
			ada, bob := a.agent("ada", 4), a.agent("bob", 4)
			w := b.widget(b.visitor(), nil)
			conv, _ := w.send("", "first")
			onA, onB := a.console(ada), b.console(bob)
			for _, c := range []*client{onA, onB} {
				c.say(map[string]any{"type": "watch", "ticket": conv})
			}
			onB.viewers([]*tickets.Agent{ada, bob}, nil)
			if how == "leaves" {
				onA.end()
				onB.viewers([]*tickets.Agent{bob}, nil)
				return
			}
			n.taps[a].cut()
			a.stop()
			if how == "time" {
				b.hub.RefreshViewers(time.Now().Add(30 * time.Second))
				b.hub.RefreshViewers(time.Now().Add(61 * time.Second))
			} else {
				n.age(a)
				_, err := b.people.NodesGone(t.Context())
				n.must(err)
			}
			onB.viewers([]*tickets.Agent{bob}, nil)
		})
	}
}

// The bus was away: when it is back, each node knows again who looks.
func TestViewersWhenTheBusReturns(t *testing.T) {
	t.Parallel()
	n, a, b := newNodes(t, time.Hour)
	ada, bob := a.agent("ada", 4), a.agent("bob", 4)
	w := b.widget(b.visitor(), nil)
	conv, _ := w.send("", "first")
	onA, onB := a.console(ada), b.console(bob)
	n.taps[a].cut()
	for _, c := range []*client{onA, onB} {
		c.say(map[string]any{"type": "watch", "ticket": conv})
	}
	onA.viewers([]*tickets.Agent{ada}, nil)
	onB.viewers([]*tickets.Agent{bob}, nil)
	n.taps[a].mend() // only this side was told; it says and asks
	onA.viewers([]*tickets.Agent{ada, bob}, nil)
	onB.viewers([]*tickets.Agent{ada, bob}, nil)
}

// What no node of ours would say, nobody is shown, and nothing breaks.
func TestStrangeNotes(t *testing.T) {
	t.Parallel()
	_, a, _ := newNodes(t, time.Hour)
	w := a.widget(a.visitor(), nil)
	conv, _ := w.send("", "first")
	c := a.console(a.agent("ada", 4))
	w.event("ticket.assigned")
	c.say(map[string]any{"type": "watch", "ticket": conv})
	c.kind("viewers")
	good := fmt.Sprintf(`{"k":"to_widgets","t":%q,"f":{"type":"typing","conversation":"1","ticket":"2","by":{"kind":"agent","id":"7","name":"x"},"on":true,"preview":"secret","more":1}}`, conv)
	for _, f := range []string{`{"type":"event"}`, `{"type":"welcome"}`, `{"type":"error","by":{"kind":"agent"}}`, `{"type":"event","by":{"kind":"agent"}}`, `[]`, `null`, `"typing"`,
		`7`, `{}`, `{"type":"typing"}`, `{"type":"seen","seq":-1,"by":{"kind":"agent"}}`, `{"type":"typing","by":{"kind":"god"}}`,
		`{"type":"typing","Type":"event","by":{"kind":"agent"},"on":"yes"}`, `{"type":"seen","by":{"kind":"agent","id":"-4"}}`, strings.Repeat("[", 4000)} {
		for _, k := range []string{"to_widgets", "to_consoles"} {
			a.hub.HearNote("x", fmt.Appendf(nil, `{"k":%q,"t":%q,"f":%s}`, k, conv, f))
			a.hub.HearNote("x", fmt.Appendf(nil, `{"k":%q,"t":%q}`, k, conv))
		}
	}
	many, _ := json.Marshal(strings.Split(strings.Repeat("1,", 501)+"1", ","))
	for _, list := range []string{string(many), `["-1"]`, `[null]`, `"1"`, `{}`} {
		a.hub.HearNote("x", fmt.Appendf(nil, `{"k":"viewers","t":%q,"a":%s,"c":[]}`, conv, list))
	}
	for _, s := range []string{"", "{}", "null", `{"k":"explode"}`, `{"k":"touch"}`, `{"k":"touch","t":"-5"}`, `{"k":"ask","t":"99"}`, `{"k":"end_sign_in"}`,
		`{"k":"end_visitor","v":"77"}`, `{"k":"to_widgets","k":"to_consoles"}`, good + strings.Repeat(" ", 40<<10)} {
		a.hub.HearNote("x", []byte(s))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		b := []byte(good)
		for range 1 + r.IntN(4) {
			b[r.IntN(len(b))] = byte(r.IntN(256))
		}
		a.hub.HearNote("x", b[:r.IntN(len(b))]) // never whole
	}
	if got := w.count("typing") + w.count("seen") + c.count("typing") + c.count("seen") + c.count("viewers"); got != 1 {
		t.Errorf("%d frames came of what nobody may say, want the one of the viewers before", got-1)
	}
	a.hub.HearNote("x", []byte(good))
	m := w.kind("typing")
	if m["conversation"] != conv || m["ticket"] != nil || m["preview"] != nil || m["more"] != nil {
		t.Errorf("a note became %v", m)
	}
	for _, s := range []*client{w, c} {
		s.say(map[string]any{"type": "ping"})
		s.kind("pong")
		if s.count("error") > 0 {
			t.Error("an error came")
		}
	}
}
