package check

import (
	"fmt"
	"slices"
	"sort"
)

// Violation is a promise that was broken, with the proof.
type Violation struct {
	Promise string `json:"promise"` // its letter in the package's description
	What    string `json:"what"`
}

func (v Violation) String() string { return v.Promise + ": " + v.What }

// verdict gathers what Verify finds.
type verdict struct {
	h     *History
	first *Stored // what all nodes must agree with
	found []Violation
	sites map[string][]site // body → where it is stored
}

type site struct {
	conversation string
	event        Event
}

func (v *verdict) add(promise, format string, args ...any) {
	v.found = append(v.found, Violation{promise, fmt.Sprintf(format, args...)})
}

// Verify holds the history against the promises and returns what was broken, the gravest first.
func (h *History) Verify() []Violation {
	if len(h.Stored) == 0 {
		return []Violation{{"c", "no node was read back"}}
	}
	v := &verdict{h: h, first: h.Stored[0], sites: map[string][]site{}}
	for id, list := range v.first.Agents {
		for _, e := range list {
			if e.Kind == "message.posted" || e.Kind == "note.posted" {
				v.sites[e.Body] = append(v.sites[e.Body], site{id, e})
			}
		}
	}
	v.messages()
	v.sequences()
	v.nodes()
	v.order()
	v.segments()
	v.logs()
	v.owners()
	v.counters()
	sort.SliceStable(v.found, func(i, j int) bool { return v.found[i].Promise < v.found[j].Promise })
	return v.found
}

// messages is a and b: what was acked is there once, what was not is there once at most, what was refused is not.
func (v *verdict) messages() {
	known := make(map[string]bool, len(v.h.Ops))
	for _, op := range v.h.Ops {
		known[op.Body] = true
		at := v.sites[op.Body]
		if op.Wrong && (op.Outcome == OK || len(at) > 0) {
			v.add("b", "%s had to be refused, is %s and stored %d times", op.name(), op.Outcome, len(at))
			continue
		}
		switch op.Outcome {
		case OK:
			v.acked(op, at)
		case Unknown:
			if len(at) > 1 {
				v.add("b", "%s has no answer and is stored %d times: %s", op.name(), len(at), places(at))
			}
		case Failed:
			if len(at) > 0 {
				v.add("b", "%s was refused (%s) and is stored: %s", op.name(), op.Why, places(at))
			}
		}
		if op.Outcome != OK {
			for _, s := range at {
				if s.event.Kind != op.kind() {
					v.add("b", "%s is stored as %s", op.name(), s.event.Kind)
				}
			}
		}
	}
	for body, at := range v.sites {
		if !known[body] {
			v.add("b", "nobody wrote %q, stored at %s", short(body), places(at))
		}
	}
}

func (v *verdict) acked(op *Op, at []site) {
	switch {
	case len(at) == 0:
		v.add("a", "%s was acked by %s as %d of conversation %s and is lost", op.name(), op.Node, op.Seq, op.Conversation)
		return
	case len(at) > 1:
		v.add("a", "%s was acked and is stored %d times: %s", op.name(), len(at), places(at))
		return
	}
	s := at[0]
	if s.conversation != op.Conversation || s.event.Seq != op.Seq || s.event.At != op.At || s.event.Kind != op.kind() {
		v.add("a", "%s was acked as %d of conversation %s at %s and is stored as %s (%s at %s)", op.name(), op.Seq,
			op.Conversation, op.At, places(at), s.event.Kind, s.event.At)
	}
	for _, again := range op.Repeats {
		if again.Conversation != op.Conversation || again.Seq != op.Seq || again.At != op.At {
			v.add("a", "%s was acked as %d of %s at %s; the same id and text then got %d of %s at %s from %s", op.name(),
				op.Seq, op.Conversation, op.At, again.Seq, again.Conversation, again.At, again.Node)
		}
	}
}

// sequences is c on one node: 1, 2, 3 … for agents; for customers the public part, each naming the one before.
func (v *verdict) sequences() {
	for id, list := range v.first.Agents {
		for i, e := range list {
			if e.Seq != int64(i)+1 || e.Prev != int64(i) {
				v.add("c", "conversation %s has seq %d (prev %d) at place %d", id, e.Seq, e.Prev, i+1)
				break
			}
		}
		v.public(id, list, v.first.Customers[id])
	}
}

// alwaysPublic are kinds of events that the protocol shows to customers.
var alwaysPublic = []string{"ticket.opened", "message.posted", "message.edited", "message.redacted", "ticket.assigned",
	"ticket.handed_off", "conversation.ended", "ticket.status_changed", "survey.asked", "wait.promised"}

func (v *verdict) public(id string, all, shown []Event) {
	next, prev := 0, int64(0)
	for _, e := range all {
		if !slices.Contains(alwaysPublic, e.Kind) {
			continue
		}
		if next >= len(shown) {
			v.add("c", "conversation %s: the customer is not shown %d (%s)", id, e.Seq, e.Kind)
			return
		}
		if shown[next].Seq != e.Seq {
			v.add("c", "conversation %s: the customer is shown %s in the place of %s", id, shown[next].name(), e.name())
			return
		}
		c := shown[next]
		if c.Prev != prev || c.Kind != e.Kind || c.Body != e.Body || c.At != e.At {
			v.add("c", "conversation %s: the customer is shown %s, after %d; it is %s", id, c.name(), prev, e.name())
			return
		}
		next, prev = next+1, c.Seq
	}
	if next < len(shown) {
		v.add("c", "conversation %s: the customer is shown %s, which is not public", id, shown[next].name())
	}
}

// nodes is c between nodes: all answer the same.
func (v *verdict) nodes() {
	for _, other := range v.h.Stored[1:] {
		v.agree(other, "agents", v.first.Agents, other.Agents)
		v.agree(other, "the customer", v.first.Customers, other.Customers)
		for id, t := range v.first.Tickets {
			if o := other.Tickets[id]; o != t {
				v.add("c", "conversation %s is %+v at %s and %+v at %s", id, t, v.first.Node, o, other.Node)
			}
		}
	}
}

func (v *verdict) agree(other *Stored, who string, a, b map[string][]Event) {
	for id, list := range a {
		theirs := b[id]
		if len(theirs) != len(list) {
			v.add("c", "conversation %s has %d events for %s at %s and %d at %s", id, len(list), who, v.first.Node, len(theirs), other.Node)
			continue
		}
		for i := range list {
			if !list[i].same(theirs[i]) {
				v.add("c", "conversation %s for %s is %s at %s and %s at %s", id, who, list[i].name(), v.first.Node, theirs[i].name(), other.Node)
				break
			}
		}
	}
}

// order is d: in a conversation, a message that was acked before another was sent has the smaller seq.
func (v *verdict) order() {
	type stored struct {
		op  *Op
		seq int64
	}
	by := map[string][]stored{}
	for _, op := range v.h.Ops {
		if at := v.sites[op.Body]; len(at) == 1 {
			by[at[0].conversation] = append(by[at[0].conversation], stored{op, at[0].event.Seq})
		}
	}
	for id, list := range by {
		slices.SortFunc(list, func(a, b stored) int { return int(a.seq - b.seq) })
		// From the newest down: the earliest ack among those with a greater seq must not lie before this one was sent.
		var earliest *stored
		for i := len(list) - 1; i >= 0; i-- {
			if e := earliest; e != nil && e.op.Done < list[i].op.Invoked {
				v.add("d", "conversation %s: %s was acked as %d at %v, before %s was sent at %v, which became %d", id,
					e.op.name(), e.seq, e.op.Done, list[i].op.name(), list[i].op.Invoked, list[i].seq)
				break
			}
			if op := list[i].op; op.Outcome == OK && (earliest == nil || op.Done < earliest.op.Done) {
				earliest = &list[i]
			}
		}
	}
}

func (o *Op) name() string {
	return fmt.Sprintf("%q of %s (%s, sent at %v to %s, try %d)", short(o.Body), o.Client, o.ClientID, o.Invoked, o.Node, o.Tries)
}

func (o *Op) kind() string {
	if o.Note {
		return "note.posted"
	}
	return "message.posted"
}

func (e Event) name() string {
	return fmt.Sprintf("%d (prev %d, %s by %s %s at %s, %q)", e.Seq, e.Prev, e.Kind, e.By.Kind, e.By.ID, e.At, short(e.Body))
}

func places(at []site) string {
	s := ""
	for i, p := range at {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%d of %s", p.event.Seq, p.conversation)
	}
	return s
}

func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
