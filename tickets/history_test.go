package tickets_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func (d *desk) history(name string, from events.Time) tickets.History {
	at := func(m int) events.Time { return from.Add(time.Duration(m) * time.Minute) }
	return tickets.History{ExternalID: name, Inbox: inbox, Customer: withEmail, Channel: tickets.Chat, Subject: "Lamp",
		Tags: []string{"Lamps"}, Fields: map[string]string{"order": "7"},
		Steps: []tickets.Step{
			{At: at(0), Kind: tickets.StepMessage, By: events.Actor{Kind: events.Customer}, Body: "It is dark"},
			{At: at(2), Kind: tickets.StepMessage, By: ann, Body: "Since when?"},
			{At: at(3), Kind: tickets.StepNote, By: ann, Body: "third one today"},
			{At: at(4), Kind: tickets.StepHandoff, By: ann, To: tickets.To{Agent: 2}, Reason: "skill", Body: "yours"},
			{At: at(5), Kind: tickets.StepMessage, By: ben, Body: "Solved"},
			{At: at(6), Kind: tickets.StepResolve, By: ben},
			{At: at(6), Kind: tickets.StepResolve, By: ben},
			{At: at(60), Kind: tickets.StepMessage, By: events.Actor{Kind: events.Customer}, Body: "Not at all"},
			{At: at(61), Kind: tickets.StepMessage, By: ben, Body: "Now"},
			{At: at(62), Kind: tickets.StepResolve, By: ben},
		}}
}

func TestImportTellsAHistoryAtItsOwnTimes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		from := d.log.Now().Add(-days(30))
		d.exec("UPDATE customers SET created_at = ? WHERE id = 2", int64(d.log.Now()))
		bad := d.history("bad", from)
		bad.Steps[1].Body = ""
		gone := d.history("gone", from)
		gone.Customer = 404
		list := []tickets.History{d.history("h1", from), bad, gone, d.history("h1", from), d.history("h2", d.log.Now().Add(-days(1)))}
		out, err := d.Import(t.Context(), list)
		d.must(err)
		if out[0].Err != nil || out[0].Ticket == 0 || out[1].Err == nil || out[2].Err == nil || !out[3].Repeated ||
			out[3].Ticket != out[0].Ticket || out[4].Err != nil {
			t.Fatalf("import = %+v", out)
		}
		if f := fault.Of(out[1].Err).Fields; len(f) != 1 || f[0].Field != "steps[1].body" {
			t.Errorf("the bad one says %+v", f)
		}
		wantKinds(t, d.kinds(out[0].Ticket), "ticket.opened", "ticket.tagged", "message.posted", "ticket.assigned",
			"message.posted", "note.posted", "note.posted", "ticket.handed_off", "message.posted", "ticket.status_changed",
			"ticket.unassigned", "message.posted", "ticket.status_changed", "ticket.queued", "ticket.assigned",
			"message.posted", "ticket.status_changed", "ticket.unassigned", "ticket.status_changed")
		if since := d.count("SELECT created_at FROM customers WHERE id = 2"); since != int(from) {
			t.Errorf("the customer is known since %d, want the first contact %d", since, from)
		}
		all, err := d.log.Of(t.Context(), out[0].Ticket, 0, 2, false)
		d.must(err)
		change, err := d.log.Decode(&all[1])
		d.must(err)
		if tagged, is := change.(tickets.TicketTagged); !is || !tagged.Imported || all[1].By != sys {
			t.Errorf("the tag was set by %+v: %+v, want by the import", all[1].By, change)
		}
		row := d.row(out[0].Ticket)
		if row.CreatedAt != from || row.Status != tickets.Closed || row.ResolvedAt != from.Add(62*time.Minute) ||
			row.UpdatedAt != row.ResolvedAt.Add(days(reopenDays)) || !row.Imported || row.Reopens != 1 || row.Handoffs != 1 ||
			row.FirstResponseAt != from.Add(2*time.Minute) || row.ExternalID != "h1" || !slices.Equal(row.TagNames, []string{"lamps"}) {
			t.Errorf("row = %s", dump(row))
		}
		if row := d.row(out[4].Ticket); row.Status != tickets.Resolved {
			t.Errorf("a young history is %s", row.Status)
		}
		evs, err := d.log.Events(t.Context(), 0, 1000)
		d.must(err)
		for _, e := range evs {
			if !e.Imported {
				t.Errorf("%s at %d is not marked as imported", e.Kind, e.Pos)
			}
		}
		again, err := d.Import(t.Context(), list[:1])
		d.must(err)
		if head, _ := d.log.Head(t.Context()); !again[0].Repeated || head != int64(len(evs)) {
			t.Errorf("importing twice: %+v, %d events, want %d", again, head, len(evs))
		}
		d.check()
	})
}

func TestManyHistories(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		var list []tickets.History
		for i := range 100 {
			list = append(list, d.history(fmt.Sprint("n", i), d.log.Now().Add(-days(20)+time.Duration(i)*time.Hour)))
		}
		list[50].Steps = append(list[50].Steps, tickets.Step{At: d.log.Now(), Kind: tickets.StepPending, By: ann}) // does not fit: no harm
		list[60].Steps = []tickets.Step{list[60].Steps[0], {At: list[60].Steps[0].At, Kind: tickets.StepLeave, By: sys}}
		list[60].Customer = nameless
		out, err := d.Import(t.Context(), list)
		d.must(err)
		for i, o := range out {
			if o.Err != nil || o.Ticket == 0 {
				t.Errorf("history %d: %+v", i, o)
			}
		}
		if row := d.row(out[60].Ticket); row.Status != tickets.Closed {
			t.Errorf("the abandoned one is %s", row.Status)
		}
		d.check()
	})
}

func TestHistoryValidationNamesTheField(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	now := d.log.Now()
	tests := []struct {
		want string
		do   func(h *tickets.History)
	}{
		{"external_id", func(h *tickets.History) { h.ExternalID = "" }},
		{"external_id", func(h *tickets.History) { h.ExternalID = strings.Repeat("x", 300) }},
		{"channel", func(h *tickets.History) { h.Channel = "fax" }},
		{"inbox", func(h *tickets.History) { h.Inbox = 0 }},
		{"customer", func(h *tickets.History) { h.Customer = 0 }},
		{"priority", func(h *tickets.History) { h.Priority = "x" }},
		{"subject", func(h *tickets.History) { h.Subject = "\xff" }},
		{"tags[0]", func(h *tickets.History) { h.Tags = []string{""} }},
		{"steps", func(h *tickets.History) { h.Steps = nil }},
		{"steps[0].at", func(h *tickets.History) { h.Steps[0].At = 0 }},
		{"steps[1].at", func(h *tickets.History) { h.Steps[1].At = h.Steps[0].At - 1 }},
		{"steps[9].at", func(h *tickets.History) { h.Steps[9].At = now + 1 }},
		{"steps[0].by", func(h *tickets.History) { h.Steps[0].By.Kind = "ghost" }},
		{"steps[1].by", func(h *tickets.History) { h.Steps[1].By.ID = 0 }},
		{"steps[2].by", func(h *tickets.History) { h.Steps[2].By.Kind = events.Customer }},
		{"steps[3].to", func(h *tickets.History) { h.Steps[3].To = tickets.To{} }},
		{"steps[3].reason", func(h *tickets.History) { h.Steps[3].Reason = "" }},
		{"steps[4].body", func(h *tickets.History) { h.Steps[4].Body = strings.Repeat("x", 17000) }},
		{"steps[5].kind", func(h *tickets.History) { h.Steps[5].Kind = "explode" }},
	}
	for _, tt := range tests {
		h := d.history("x", now.Add(-days(3)))
		tt.do(&h)
		err := h.Validate(now)
		if fault.KindOf(err) != fault.Invalid || fault.Of(err).Fields[0].Field != tt.want {
			t.Errorf("%s: %v", tt.want, err)
		}
	}
}

func FuzzHistory(f *testing.F) {
	now := events.TimeOf(time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC))
	good, err := json.Marshal((&desk{}).history("fuzz", now.Add(-days(3))))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"ExternalID":"x","Steps":[{}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var h tickets.History
		if json.Unmarshal(b, &h) != nil {
			return
		}
		err := h.Validate(now)
		if err == nil {
			if again := h.Validate(now); again != nil {
				t.Errorf("valid once, then %v", again)
			}
			return
		}
		wrong := fault.Of(err)
		if wrong.Kind != fault.Invalid || len(wrong.Fields) == 0 || slices.ContainsFunc(wrong.Fields, func(w fault.Field) bool { return w.Field == "" || w.Detail == "" }) {
			t.Errorf("says %+v", wrong)
		}
	})
}
