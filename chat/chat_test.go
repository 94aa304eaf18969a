package chat_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/chat"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"

	"github.com/google/uuid"
)

func TestACustomerAndAnAgentTalk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		ada := r.agent("ada", 4)
		console := r.console(ada)
		console.say(map[string]any{"type": "list", "view": "mine"})
		console.kind("counts")

		w := r.widget(r.visitor(), nil)
		if got := w.kind("welcome"); got["availability"] != "online" || got["epoch"] != r.log.Epoch() {
			t.Errorf("welcome = %v", got)
		}
		conv, _ := w.send("", "Where is my parcel?")
		if e := w.event("ticket.assigned"); e["data"].(map[string]any)["agent_name"] != "ada" {
			t.Errorf("assigned = %v", e)
		}
		console.next("changed", func(m map[string]any) bool {
			tk, _ := m["ticket"].(map[string]any)
			return m["type"] == "changed" && tk["id"] == conv
		})
		console.next("notify", func(m map[string]any) bool { return m["type"] == "notify" && m["kind"] == "assigned" })

		console.say(map[string]any{"type": "watch", "ticket": conv, "after": 0})
		console.kind("resumed")
		if e := console.event("message.posted"); e["body"] != "Where is my parcel?" {
			t.Errorf("the agent reads %v", e)
		}
		w.say(map[string]any{"type": "typing", "conversation": conv, "on": true})
		if got := console.kind("typing"); got["on"] != true || got["ticket"] != conv {
			t.Errorf("typing = %v", got)
		}
		console.say(map[string]any{"type": "typing", "ticket": conv, "on": true})
		if got := w.kind("typing"); got["preview"] != nil || got["by"].(map[string]any)["name"] != "ada" {
			t.Errorf("the customer sees %v", got)
		}
		console.say(map[string]any{"type": "send", "client_id": uuid.NewString(), "ticket": conv, "body": "On its way."})
		console.kind("ack")
		answer := w.next("answer", func(m map[string]any) bool {
			e, _ := m["event"].(map[string]any)
			return m["type"] == "event" && e["body"] == "On its way."
		})["event"].(map[string]any)
		w.say(map[string]any{"type": "seen", "conversation": conv, "seq": answer["seq"]})
		if got := console.kind("seen"); got["seq"] != answer["seq"] {
			t.Errorf("seen = %v", got)
		}
		if log := w.log(conv); !rising(log) {
			t.Errorf("the customer was told %v", log)
		}
		for _, kind := range []string{"ticket.routed", "note.posted"} {
			for _, m := range w.all() {
				if e, ok := m["event"].(map[string]any); ok && e["kind"] == kind {
					t.Errorf("the customer sees %s", kind)
				}
			}
		}
		r.check()
	})
}

func TestASendIsRepeatedWithoutADouble(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		w := r.widget(r.visitor(), nil)
		id := uuid.NewString()
		f := map[string]any{"type": "send", "client_id": id, "body": "hello"}
		w.say(f)
		first := w.kind("ack")
		w.say(f)
		again := w.kind("ack")
		if first["conversation"] != again["conversation"] || first["seq"] != again["seq"] || first["at"] != again["at"] {
			t.Errorf("acks differ: %v and %v", first, again)
		}
		f["body"] = "something else"
		w.say(f)
		if got := w.kind("error"); got["code"] != "client_id_reused" || got["client_id"] != id {
			t.Errorf("reuse = %v", got)
		}
		r.check()
	})
}

func TestResumeFillsWhatWasMissed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		token := r.visitor()
		w := r.widget(token, nil)
		conv, seq := w.send("", "one")
		w.end()
		id, err := events.ParseID(conv)
		r.must(err)
		ada := r.agent("ada", 4)
		for n := range 450 { // more than one page
			_, err := r.store.Post(t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Agent, ID: ada.ID},
				Sender: tickets.AgentSender(ada.ID), Ticket: id,
				NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: fmt.Sprint(n)}})
			r.must(err)
		}
		back := r.widget(token, map[string]any{"epoch": r.log.Epoch(), "resume": []map[string]any{{"conversation": conv, "after": seq}}})
		through := int64(back.kind("resumed")["through"].(float64))
		log := back.log(conv)
		if !rising(log) || log[0] <= seq || log[len(log)-1] != through || len(log) < 450 {
			t.Errorf("resumed with %d events from %d to %d, through %d", len(log), log[0], log[len(log)-1], through)
		}
	})
}

// TestResumeBeyondTheNewestEvent: a client that claims more than was ever written still hears what comes.
func TestResumeBeyondTheNewestEvent(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	token := r.visitor()
	w := r.widget(token, nil)
	conv, seq := w.send("", "one")
	back := r.widget(token, map[string]any{"resume": []map[string]any{{"conversation": conv, "after": 1_000_000}}})
	if got := int64(back.kind("resumed")["through"].(float64)); got != seq && got != seq+1 {
		t.Errorf("resumed through %d, want %d, or %d when a wait was promised meanwhile", got, seq, seq+1)
	}
	w.send(conv, "two")
	if e := back.event("message.posted"); e["body"] != "two" {
		t.Errorf("heard %v, want the new message", e)
	}
}

// TestLiveAndReplayDoNotMix has messages arrive while several sessions resume at random places.
func TestLiveAndReplayDoNotMix(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		token := r.visitor()
		first := r.widget(token, nil)
		conv, _ := first.send("", "begin")
		for n := range 22 { // so that every place named below exists
			first.send(conv, fmt.Sprint("before ", n))
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for n := range 200 {
				first.send(conv, fmt.Sprint(n))
			}
		}()
		var late []*client
		for n := range 8 {
			late = append(late, r.widget(token, map[string]any{"resume": []map[string]any{{"conversation": conv, "after": n * 3}}}))
		}
		<-done
		id, err := events.ParseID(conv)
		r.must(err)
		stored, _, err := r.store.Events(t.Context(), id, tickets.ForCustomer, 0, 499)
		r.must(err)
		var want []int64
		for _, e := range stored {
			want = append(want, e.Seq)
		}
		last := want[len(want)-1]
		for n, c := range late {
			c.next("last event", func(m map[string]any) bool {
				e, _ := m["event"].(map[string]any)
				return e["seq"] == float64(last)
			})
			rest := want[slices.IndexFunc(want, func(s int64) bool { return s > int64(n*3) }):]
			if got := c.log(conv); !slices.Equal(got, rest) {
				t.Errorf("session %d was told %v, want %v", n, got, rest)
			}
		}
	})
}

func TestStrangersSeeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		w := r.widget(r.visitor(), nil)
		conv, _ := w.send("", "private")
		other := r.widget(r.visitor(), map[string]any{"resume": []map[string]any{{"conversation": conv, "after": 0}}})
		if got := other.kind("error"); got["code"] != "not_found" {
			t.Errorf("resume = %v", got)
		}
		for _, f := range []map[string]any{
			{"type": "send", "client_id": uuid.NewString(), "conversation": conv, "body": "mine now"},
			{"type": "typing", "conversation": conv, "on": true},
			{"type": "seen", "conversation": conv, "seq": 1},
			{"type": "end", "conversation": conv},
		} {
			other.say(f)
			if got := other.kind("error"); got["code"] != "not_found" {
				t.Errorf("%s = %v", f["type"], got)
			}
		}
		w.send(conv, "still private")
		if log := other.log(conv); len(log) > 0 {
			t.Errorf("a stranger was told %v", log)
		}
	})
}

func TestHelloIsDemanded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		f := newFrames(t)
		s := r.hub.Widget(f, "")
		s.Handle(t.Context(), []byte(`{"type":"ping"}`))
		if got := f.closed(); got != chat.CloseNoHello {
			t.Errorf("close code without hello = %d", got)
		}
		bad := r.widget("AAAAAAAAAAAAAAAAAAAAAA", nil)
		if got := bad.closed(); got != chat.CloseUnauthenticated {
			t.Errorf("close code for a wrong token = %d", got)
		}
		w := r.widget(r.visitor(), map[string]any{"epoch": "another", "resume": []map[string]any{{"conversation": "1", "after": 0}}})
		if got := w.kind("error"); got["code"] != "reload" {
			t.Errorf("another epoch = %v", got)
		}
	})
}

func TestBadFramesAreNamed(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	w := r.widget(r.visitor(), nil)
	w.kind("welcome")
	tests := []struct{ frame, code, field string }{
		{`{`, "invalid", ""},
		{`[]`, "invalid", ""},
		{`{"type":"send"} {}`, "invalid", ""},
		{`{"type":"dance"}`, "unsupported", ""},
		{`{"type":1}`, "invalid", "type"},
		{`{"type":"ping","type":"ping"}`, "invalid", ""},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","body":"x","fields":{"name":"a","name":"b"}}`, "invalid", ""},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","body":"x\ud800"}`, "invalid", ""},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","body":"x","attachments":["1"]}`, "not_found", ""},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","body":"x","attachments":[{"id":"1","href":"x"}]}`, "invalid", ""},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","body":"x","colour":"red"}`, "invalid", "colour"},
		{`{"type":"send","Body":"x"}`, "invalid", "Body"},
		{`{"type":"send","client_id":7,"body":"x"}`, "invalid", "client_id"},
		{`{"type":"send","client_id":"nope","body":"x"}`, "invalid", "client_id"},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","body":""}`, "invalid", "body"},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","body":"` + strings.Repeat("x", 16001) + `"}`, "too_large", ""},
		{`{"type":"send","client_id":"` + uuid.NewString() + `","conversation":12,"body":"x"}`, "invalid", ""},
		{`{"type":"hello","visitor":"x"}`, "invalid", ""},
		{`{"type":"hello","visitor":"x","resume":[{"Conversation":"1","after":0}]}`, "invalid", "resume.Conversation"},
		{`{"type":"hello","visitor":"x","resume":[{"ticket":"1","after":0}]}`, "invalid", "resume.ticket"},
		{`{"type":"hello","visitor":"x","resume.after":0}`, "invalid", "resume.after"},
	}
	for _, tt := range tests {
		w.handle(t.Context(), []byte(tt.frame))
		got := w.kind("error")
		field := ""
		if list, ok := got["errors"].([]any); ok {
			field = list[0].(map[string]any)["field"].(string)
		}
		if got["code"] != tt.code || (tt.field != "" && field != tt.field) {
			t.Errorf("%.60s: %v, want %s for %q", tt.frame, got, tt.code, tt.field)
		}
	}
	head, err := r.log.Head(t.Context())
	r.must(err)
	list, err := r.log.Events(t.Context(), 0, int(head))
	r.must(err)
	for _, e := range list {
		if e.TicketID != 0 {
			t.Errorf("a bad frame left %s", e.Kind)
		}
	}
}

// TestBytesThatAreNoTextEndTheConnection: a text frame that is not UTF-8 is an error of WebSocket itself.
func TestBytesThatAreNoTextEndTheConnection(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	w := r.widget(r.visitor(), nil)
	w.kind("welcome")
	w.handle(t.Context(), []byte("{\"type\":\"send\",\"client_id\":\""+uuid.NewString()+"\",\"body\":\"\xff\"}"))
	if got := w.kind("error"); got["code"] != "invalid" {
		t.Errorf("told %v, want invalid", got)
	}
	if code := w.closed(); code != chat.CloseInvalidText {
		t.Errorf("closed with %d, want %d", code, chat.CloseInvalidText)
	}
}

func TestConsoleFramesAreChecked(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	c := r.console(r.agent("ada", 4))
	for frame, field := range map[string]string{
		`{"type":"list"}`: "view",
		`{"type":"list","view":"all","filter":{"status":["strange"]}}`: "status",
		`{"type":"list","view":"all","filter":{"Status":["open"]}}`:    "filter.Status",
		`{"type":"watch","ticket":"1","after":-1}`:                     "after",
		`{"type":"unwatch"}`: "ticket",
	} {
		c.handle(t.Context(), []byte(frame))
		list, _ := c.kind("error")["errors"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["field"] != field {
			t.Errorf("%s: %v, want one about %s", frame, list, field)
		}
	}
}

func TestASlowReaderIsClosedAndNobodyElse(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	token := r.visitor()
	w := r.widget(token, nil)
	slow := newFrames(t)
	slow.stuck = make(chan struct{})
	s := r.hub.Widget(slow, "")
	s.Handle(t.Context(), []byte(`{"type":"hello","visitor":"`+token+`"}`))
	conv, _ := w.send("", "begin")
	body := strings.Repeat("x", 15000)
	for range 40 {
		w.send(conv, body)
	}
	close(slow.stuck) // it wakes, reads what it was sent, and is told
	if got := slow.closed(); got != chat.CloseTooSlow {
		t.Errorf("close code = %d", got)
	}
	if log := w.log(conv); !rising(log) {
		t.Errorf("the other session was told %v", log)
	}
}

func TestTheSendGuard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		w := r.widget(r.visitor(), nil)
		conv, seq := w.send("", "first")
		console := r.console(r.agent("ada", 4))
		_, newer := w.send(conv, "wait, something else")
		f := map[string]any{"type": "send", "client_id": uuid.NewString(), "ticket": conv, "body": "answer", "last_seq": seq}
		console.say(f)
		got := console.kind("error")
		missing, _ := got["events"].([]any)
		if got["code"] != "newer_messages" || len(missing) != 1 || missing[0].(map[string]any)["body"] != "wait, something else" {
			t.Fatalf("guard = %v", got)
		}
		f["last_seq"] = newer
		console.say(f)
		console.kind("ack")
	})
}

// A message or note of a console names the draft that it was, and takes it along.
func TestWhatIsSentTakesItsDraftWithIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		conv, _ := r.widget(r.visitor(), nil).send("", "hello")
		ticket, err := events.ParseID(conv)
		r.must(err)
		agent := r.agent("ada", 4)
		console := r.signedIn(agent, "ada's browser")
		for frame, kind := range map[string]tickets.WritingKind{"send": tickets.WritingReply, "note": tickets.WritingNote} {
			rev, err := r.store.KeepDraft(t.Context(), agent.ID, tickets.DraftIn{Ticket: ticket, Kind: kind, Body: "answer", Uploader: tickets.AgentSender(agent.ID)})
			r.must(err)
			console.say(map[string]any{"type": frame, "client_id": uuid.NewString(), "ticket": conv, "body": "answer", "draft_rev": rev})
			console.kind("ack")
			if told := console.kind("draft"); told["kind"] != string(kind) || told["gone"] != true {
				t.Errorf("the windows are told %v", told)
			}
		}
		left, err := r.store.Drafts(t.Context(), agent.ID, ticket)
		r.must(err)
		for _, d := range left {
			if d.Body != "" {
				t.Errorf("sent, and a draft still: %+v", d)
			}
		}
	})
}

func TestLoggingOutClosesEveryTab(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	token := r.visitor()
	one, two, other := r.widget(token, nil), r.widget(token, nil), r.widget(r.visitor(), nil)
	v, err := r.people.Visitor(t.Context(), token)
	r.must(err)
	r.hub.EndVisitor(v.ID)
	for _, c := range []*client{one, two} {
		if got := c.closed(); got != chat.CloseUnauthenticated {
			t.Errorf("close code = %d", got)
		}
	}
	other.send("", "still here")
}

func TestDrainClosesEverybody(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), nil)
	w := r.widget(r.visitor(), nil)
	console := r.console(r.agent("ada", 4))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.hub.Drain(ctx, 50*time.Millisecond)
	for _, c := range []*client{w, console} {
		if got := c.closed(); got != chat.CloseDraining {
			t.Errorf("close code = %d", got)
		}
	}
	late := r.widget(r.visitor(), nil)
	if got := late.closed(); got != chat.CloseDraining {
		t.Errorf("close code of a newcomer = %d", got)
	}
}

func TestTypingPreviewOnlyWhereTheInboxAllowsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		ada := r.agent("ada", 4)
		console := r.console(ada)
		visitor := r.widget(r.visitor(), nil)
		conv, _ := visitor.send("", "hello")
		console.say(map[string]any{"type": "watch", "ticket": conv})
		typed := func(text string) any {
			visitor.say(map[string]any{"type": "typing", "conversation": conv, "on": true, "preview": text})
			return console.kind("typing")["preview"]
		}
		if got := typed("my password is"); got != nil {
			t.Errorf("an inbox that forbids it passed on %q", got)
		}
		_, err := r.people.ChangeInbox(t.Context(), events.SystemActor, r.inbox.ID, tickets.InboxPatch{Settings: &tickets.InboxSettings{TypingPreview: true}})
		r.must(err)
		if got := typed("my order"); got != "my order" {
			t.Errorf("an inbox that allows it passed on %v", got)
		}
	})
}

func TestEditsReachBothSidesAndALateResume(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		r := newRig(t, db, nil)
		ada := r.agent("ada", 4)
		console := r.console(ada)
		token := r.visitor()
		visitor := r.widget(token, nil)
		conv, _ := visitor.send("", "hello")
		visitor.event("ticket.assigned")
		console.say(map[string]any{"type": "watch", "ticket": conv})
		id := uuid.NewString()
		console.say(map[string]any{"type": "send", "client_id": id, "ticket": conv, "body": "It costs 10"})
		said := int64(console.next("ack", func(m map[string]any) bool { return m["client_id"] == id })["seq"].(float64))
		ticket, err := events.ParseID(conv)
		r.must(err)
		by, in := events.Actor{Kind: events.Agent, ID: ada.ID}, tickets.EditIn{Ticket: ticket, Seq: said}
		_, err = r.store.EditMessage(t.Context(), by, in, "It costs 12")
		r.must(err)
		for who, c := range map[string]*client{"visitor": visitor, "agent": console} {
			if e := c.event("message.edited"); e["body"] != "It costs 12" || e["data"].(map[string]any)["target_seq"] != float64(said) {
				t.Errorf("the %s reads the edit %v", who, e)
			}
		}
		_, err = r.store.RedactMessage(t.Context(), by, in)
		r.must(err)
		visitor.event("message.redacted")
		console.event("message.redacted")
		late := r.widget(token, map[string]any{"resume": []map[string]any{{"conversation": conv, "after": 0}}})
		late.kind("resumed")
		late.mu.Lock()
		defer late.mu.Unlock()
		for _, m := range late.list {
			e, _ := m["event"].(map[string]any)
			if b, _ := e["body"].(string); strings.Contains(b, "costs") {
				t.Errorf("who comes later reads %v", e)
			}
		}
		r.check()
	})
}
