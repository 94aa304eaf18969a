package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// good is a history in which every promise held: one conversation on two nodes, a visitor and an agent who take turns,
// a note that the visitor does not see, a message without an answer, a refused one, and viewers who came back.
func good() *History {
	h := &History{Seen: map[string]int64{"7": 4}}
	at := func(n int64) string { return fmt.Sprintf("2026-11-16T10:00:%02d.000Z", n) }
	all := []Event{
		{Seq: 1, Kind: "ticket.opened", At: at(1), By: Actor{"customer", "3"}},
		{Seq: 2, Kind: "message.posted", At: at(1), By: Actor{"customer", "3"}, Body: "one"},
		{Seq: 3, Kind: "ticket.assigned", At: at(2), By: Actor{"system", ""}, Data: json.RawMessage(`{"agent":"5"}`)},
		{Seq: 4, Kind: "message.posted", At: at(3), By: Actor{"agent", "5"}, Body: "two"},
		{Seq: 5, Kind: "note.posted", At: at(4), By: Actor{"agent", "5"}, Body: "three"},
		{Seq: 6, Kind: "message.posted", At: at(5), By: Actor{"customer", "3"}, Body: "four"},
		{Seq: 7, Kind: "message.posted", At: at(6), By: Actor{"agent", "5"}, Body: "five"},
	}
	for i := range all {
		all[i].Prev = int64(i)
	}
	var public []Event
	for _, e := range all {
		if e.Kind != "note.posted" {
			if e.Prev = 0; len(public) > 0 {
				e.Prev = public[len(public)-1].Seq
			}
			public = append(public, e)
		}
	}
	op := func(client, body string, seq int64, outcome Outcome) {
		n := time.Duration(len(h.Ops)) * time.Second
		o := &Op{Client: client, Conversation: "7", ClientID: "id of " + body, Body: body, Note: body == "three", Invoked: n,
			Done: n + time.Second/2, Outcome: outcome, Node: "a", Tries: 1, Why: "422 invalid"}
		if outcome == OK {
			o.Seq, o.At = seq, all[seq-1].At
		}
		h.Ops = append(h.Ops, o)
	}
	op("visitor", "one", 2, OK)
	op("agent", "two", 4, OK)
	op("agent", "three", 5, OK)
	op("visitor", "four", 6, OK)
	op("agent", "five", 7, Unknown)
	op("visitor", "six", 0, Failed)
	op("visitor", "seven", 0, Unknown)
	h.Ops[0].Repeats = []Answer{{"7", 2, all[1].At, "b"}}
	for _, node := range []string{"a", "b"} {
		h.Stored = append(h.Stored, &Stored{Node: node,
			Agents: map[string][]Event{"7": slices.Clone(all)}, Customers: map[string][]Event{"7": slices.Clone(public)},
			Tickets:       map[string]Ticket{"7": {LastSeq: 7, Assignee: "5", Status: "open"}},
			Conversations: map[string]Conversation{"7": {ID: "7", LastSeq: 7, SeenSeq: 4, Unread: 1}},
			Ownership:     map[string][]Owned{"7": {{From: at(1), To: at(2), Team: "1"}, {From: at(2), Agent: "5", Team: "1"}}},
			Counts:        map[string]int{"all": 1, "mine": 1}, Recounts: map[string]int{"all": 1, "mine": 1}})
	}
	shown := func(list []Event) (out []Shown) {
		for _, e := range list {
			out = append(out, Shown{Event: e})
		}
		return out
	}
	h.Segments = []*Segment{
		{Viewer: "visitor", Customer: true, Node: "a", Conversation: "7", Through: -1, Events: shown(public[:3])},
		{Viewer: "visitor", Customer: true, Node: "b", Conversation: "7", Resumed: true, After: 2, Through: 6, Before: 3,
			Events: shown(append(slices.Clone(public[2:5]), public[4], public[5]))},
		{Viewer: "agent", Node: "a", Conversation: "7", Resumed: true, After: 0, Through: 7, Before: 7, Events: shown(all)},
	}
	h.Logs = []*ViewLog{{Viewer: "visitor", Customer: true, Conversation: "7", Events: slices.Clone(public)},
		{Viewer: "agent", Conversation: "7", Events: slices.Clone(all)}}
	return h
}

func TestAGoodHistoryHolds(t *testing.T) {
	if got := good().Verify(); len(got) > 0 {
		t.Errorf("violations = %v", got)
	}
}

// onAll changes what every node says.
func onAll(fn func(s *Stored)) func(*History) {
	return func(h *History) {
		for _, s := range h.Stored {
			fn(s)
		}
	}
}

// TestEveryBrokenPromiseIsSeen breaks each promise in a history that was good.
func TestEveryBrokenPromiseIsSeen(t *testing.T) {
	tests := []struct {
		name    string
		spoil   func(h *History)
		promise string
		says    string
	}{
		{"an acked message is lost", onAll(func(s *Stored) {
			s.Agents["7"] = slices.Delete(s.Agents["7"], 5, 6)
			s.Customers["7"] = slices.Delete(s.Customers["7"], 4, 5)
		}), "a", "is lost"},
		{"an acked message is doubled", onAll(func(s *Stored) {
			e := s.Agents["7"][1]
			e.Seq, e.Prev = 8, 7
			s.Agents["7"] = append(s.Agents["7"], e)
		}), "a", "stored 2 times: 2 of 7, 8 of 7"},
		{"acked under another seq", func(h *History) { h.Ops[0].Seq = 3 }, "a", "acked as 3"},
		{"acked into another conversation", func(h *History) { h.Ops[0].Conversation = "8" }, "a", "of conversation 8"},
		{"acked at another time", func(h *History) { h.Ops[0].At = "then" }, "a", "at then"},
		{"a repeat gets another answer", func(h *History) { h.Ops[0].Repeats[0].Seq = 9 }, "a", "then got 9"},
		{"a note becomes a message", func(h *History) { h.Ops[1].Note = true }, "a", "message.posted"},
		{"an unanswered message is doubled", onAll(func(s *Stored) {
			e := s.Agents["7"][6]
			e.Seq, e.Prev = 8, 7
			s.Agents["7"] = append(s.Agents["7"], e)
		}), "b", "has no answer and is stored 2 times"},
		{"a refused message is stored", onAll(func(s *Stored) { s.Agents["7"][6].Body = "six" }), "b", "was refused (422 invalid) and is stored"},
		{"a message that nobody wrote", onAll(func(s *Stored) { s.Agents["7"][6].Body = "eight" }), "b", "nobody wrote"},
		{"a wrong message is taken", func(h *History) { h.Ops[0].Wrong = true }, "b", "had to be refused"},
		{"a gap", onAll(func(s *Stored) { s.Agents["7"][6].Seq = 9 }), "c", "seq 9 (prev 6) at place 7"},
		{"a wrong prev for the customer", onAll(func(s *Stored) { s.Customers["7"][4].Prev = 5 }), "c", "after 4"},
		{"the customer is shown a note", onAll(func(s *Stored) {
			s.Customers["7"] = slices.Insert(s.Customers["7"], 4, s.Agents["7"][4])
		}), "c", "note.posted"},
		{"the customer is not shown a message", onAll(func(s *Stored) { s.Customers["7"] = s.Customers["7"][:5] }), "c", "not shown 7"},
		{"nodes differ in length", func(h *History) { h.Stored[1].Agents["7"] = h.Stored[1].Agents["7"][:6] }, "c", "7 events for agents at a and 6 at b"},
		{"nodes differ in text", func(h *History) { h.Stored[1].Agents["7"][3].Body = "other" }, "c", "at b"},
		{"nodes differ in the owner", func(h *History) { h.Stored[1].Tickets["7"] = Ticket{LastSeq: 7, Assignee: "6", Status: "open"} }, "c", "Assignee:6"},
		{"reordered against real time", func(h *History) { h.Ops[3].Invoked, h.Ops[3].Done = 0, time.Second/4 }, "d", "was acked as 6"},
		{"a viewer is shown what is not stored", func(h *History) { h.Segments[0].Events[1].Seq = 5 }, "e", "which is not stored"},
		{"a viewer is shown another text", func(h *History) { h.Segments[0].Events[1].Body = "other" }, "e", "stored is"},
		{"a viewer is shown an older event later", func(h *History) {
			e := h.Segments[0].Events
			e[1], e[2] = e[2], e[1]
		}, "e", "shown 2 of conversation 7 after 3"},
		{"a resume skips an event", func(h *History) {
			s := h.Segments[1]
			s.Events, s.Before = slices.Delete(s.Events, 1, 2), 2
		}, "e", "did not get 4"},
		{"a viewer lacks an event", func(h *History) { h.Logs[0].Events = slices.Delete(h.Logs[0].Events, 2, 3) }, "e", "at place 3"},
		{"a viewer lacks the end", func(h *History) { h.Logs[0].Events = h.Logs[0].Events[:4] }, "e", "has only 4 of the 6"},
		{"a viewer has too much", func(h *History) { h.Logs[0].Events = append(h.Logs[0].Events, Event{Seq: 8}) }, "e", "has 7 events"},
		{"a viewer on line was left behind", func(h *History) { h.Stale = []string{"visitor was left behind"} }, "e", "left behind"},
		{"two owners at once", onAll(func(s *Stored) { s.Ownership["7"][0].To = "" }), "f", "ends at \"\""},
		{"a hole in the ownership", onAll(func(s *Stored) { s.Ownership["7"][1].From = "later" }), "f", "goes on at later"},
		{"an owned ticket is routed", onAll(func(s *Stored) {
			s.Agents["7"][6] = Event{Seq: 7, Prev: 6, Kind: "ticket.assigned", By: Actor{"system", ""}, Data: json.RawMessage(`{"agent":"6"}`)}
			s.Customers["7"][5] = Event{Seq: 7, Prev: 6, Kind: "ticket.assigned", By: Actor{"system", ""}}
		}), "f", "was routed to agent 6 while agent 5 had it"},
		{"the row names another owner", onAll(func(s *Stored) { s.Tickets["7"] = Ticket{LastSeq: 7, Assignee: "6"} }), "f", "its log says \"5\""},
		{"last_seq is wrong", onAll(func(s *Stored) { s.Tickets["7"] = Ticket{LastSeq: 6, Assignee: "5"} }), "i", "last_seq is 6"},
		{"unread is wrong", onAll(func(s *Stored) { s.Conversations["7"] = Conversation{LastSeq: 7, SeenSeq: 4, Unread: 2} }), "i", "unread 2"},
		{"a read mark is lost", func(h *History) { h.Seen["7"] = 6 }, "i", "6 was confirmed"},
		{"a counter is wrong", func(h *History) { h.Stored[1].Counts = map[string]int{"all": 2} }, "i", "counts 2, listed are 1"},
		{"no node was read", func(h *History) { h.Stored = nil }, "c", "no node"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := good()
			tt.spoil(h)
			got := h.Verify()
			if !slices.ContainsFunc(got, func(v Violation) bool { return v.Promise == tt.promise && strings.Contains(v.What, tt.says) }) {
				t.Errorf("violations = %v, want one of %s with %q", got, tt.promise, tt.says)
			}
		})
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		seen[tt.promise] = true
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, []string{"a", "b", "c", "d", "e", "f", "i"}) {
		t.Errorf("promises that a test breaks: %v", got)
	}
}

// TestReportMeasures holds the figures against the good history, whose times are known.
func TestReportMeasures(t *testing.T) {
	h := good()
	h.Marks = []Mark{{"kill", 700 * time.Millisecond}}
	h.Segments[2].Events[3].Arrived = 1800 * time.Millisecond // "two", acked at 1.5 s
	out := (&Run{history: h}).report()
	if out.Ops != 7 || out.OK != 4 || out.Failed != 1 || out.Unknown != 2 || out.Repeats != 1 || out.Events != 7 {
		t.Errorf("counts = %+v", out)
	}
	if out.MaxGapS != 0.3 || out.SilenceS != 1 {
		t.Errorf("longest gap %v s and silence %v s, want 0.3 and 1", out.MaxGapS, out.SilenceS)
	}
	if out.RecoverS != 2.8 { // the visitor's next ack after the mark comes at 3.5 s
		t.Errorf("recovery %v s, want 2.8", out.RecoverS)
	}
	var b strings.Builder
	if out.Print(&b); !strings.HasPrefix(b.String(), "Every promise held.\n") {
		t.Errorf("verdict = %s", b.String())
	}
	h.Logs[0].Events = h.Logs[0].Events[:4]
	b.Reset()
	if (&Run{history: h}).report().Print(&b); !strings.HasPrefix(b.String(), "BROKEN e: visitor has only 4") {
		t.Errorf("verdict = %s", b.String())
	}
}
