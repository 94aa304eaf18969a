package tickets_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func eachDesk(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) { fn(t, newDesk(t, db)) })
}

// wire reads a ticket's events as a viewer sees them, by seq.
func (d *desk) wire(id events.ID, v tickets.Viewer) map[int64]tickets.WireEvent {
	d.t.Helper()
	list, _, err := d.Events(d.t.Context(), id, v, 0, 100)
	d.must(err)
	out := map[int64]tickets.WireEvent{}
	for _, w := range list {
		out[w.Seq] = w
	}
	return out
}

func TestEditedMessageReadsAsItIsNow(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		said := d.say(ann, id, "It costs 10")
		own := tickets.EditIn{Ticket: id, Seq: said.Seq}
		first, err := d.EditMessage(t.Context(), ann, own, "It costs 12")
		d.must(err)
		second, err := d.EditMessage(t.Context(), ann, own, "It costs 15")
		d.must(err)
		again, err := d.EditMessage(t.Context(), ann, own, "It costs 15")
		d.must(err)
		if first.Seq != said.Seq+1 || second.Seq != said.Seq+2 || again.Seq != 0 {
			t.Errorf("events are %d, %d and %d, want %d, %d and none", first.Seq, second.Seq, again.Seq, said.Seq+1, said.Seq+2)
		}
		for _, v := range []tickets.Viewer{tickets.ForAgent, tickets.ForCustomer} {
			got := d.wire(id, v)
			if w := got[said.Seq]; w.Body != "It costs 15" || w.Data["edited_at"] == nil {
				t.Errorf("viewer %d: the message = %+v", v, w)
			}
			for _, seq := range []int64{first.Seq, second.Seq} {
				if w := got[seq]; w.Kind != "message.edited" || w.Body != "It costs 15" || w.Data["target_seq"] != said.Seq {
					t.Errorf("viewer %d: the edit = %+v", v, w)
				}
			}
			if w := got[second.Seq]; w.Prev != first.Seq {
				t.Errorf("viewer %d: prev = %d, want %d", v, w.Prev, first.Seq)
			}
		}
		versions, err := d.Versions(t.Context(), id, said.Seq)
		d.must(err)
		if len(versions) != 2 || versions[0].Body != "It costs 10" || versions[1].Body != "It costs 12" || versions[1].By.ID != ann.ID {
			t.Errorf("versions = %+v", versions)
		}
		if row := d.row(id); row.Preview != "It costs 15" || row.AgentMessages != 1 || row.LastSeq != second.Seq {
			t.Errorf("row: preview %q, %d messages, last seq %d", row.Preview, row.AgentMessages, row.LastSeq)
		}
		// A repeat of the message itself is the message, whatever became of it.
		in := d.postIn(ann, id, "Later")
		later, err := d.Post(t.Context(), in)
		d.must(err)
		_, err = d.EditMessage(t.Context(), ann, tickets.EditIn{Ticket: id, Seq: later.Seq}, "Later today")
		d.must(err)
		if out, err := d.Post(t.Context(), in); err != nil || !out.Repeated || out.Seq != later.Seq {
			t.Errorf("a repeat after an edit = %+v, %v", out, err)
		}
		_, err = d.EditMessage(t.Context(), ann, own, "It costs 16") // not the newest: the preview is another's
		d.must(err)
		if row := d.row(id); row.Preview != "Later today" {
			t.Errorf("preview = %q", row.Preview)
		}
		d.check()
	})
}

func TestWhoMayEditAndRedact(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id, other := d.start(cus), d.start(cus)
		said := d.say(ann, id, "Hello")
		refused := func(name string, want fault.Kind, by events.Actor, in tickets.EditIn, body string) {
			t.Helper()
			before := d.row(id).LastSeq
			var err error
			if body == "" {
				_, err = d.RedactMessage(t.Context(), by, in)
			} else {
				_, err = d.EditMessage(t.Context(), by, in, body)
			}
			wantKind(t, name, err, want)
			if got := d.row(id).LastSeq; got != before {
				t.Errorf("%s: a refusal left events", name)
			}
		}
		own := tickets.EditIn{Ticket: id, Seq: said.Seq}
		all := tickets.EditIn{Ticket: id, Seq: said.Seq, Anybody: true}
		refused("another agent edits", fault.Forbidden, ben, own, "x")
		refused("another agent redacts", fault.Forbidden, ben, own, "")
		refused("a bot of the same id", fault.Forbidden, events.Actor{Kind: events.Bot, ID: ann.ID}, own, "x")
		refused("of another ticket", fault.NotFound, ann, tickets.EditIn{Ticket: other, Seq: said.Seq + 1, Anybody: true}, "x")
		refused("what is no message", fault.NotFound, ann, tickets.EditIn{Ticket: id, Seq: 1, Anybody: true}, "")
		refused("empty", fault.Invalid, ann, own, " ")
		refused("too long", fault.TooLarge, ann, own, strings.Repeat("x", tickets.MaxBody+1))
		refused("broken text", fault.Invalid, ann, own, "a\x00b")
		refused("a customer's words", fault.Forbidden, ann, tickets.EditIn{Ticket: id, Seq: 2, Anybody: true}, "I love it")
		refused("a customer's words by an agent", fault.Forbidden, ann, tickets.EditIn{Ticket: id, Seq: 2}, "")
		d.clock.Advance(24*time.Hour + time.Millisecond)
		refused("after a day", fault.Forbidden, ann, own, "x")
		_, err := d.EditMessage(t.Context(), ben, all, "Hello again") // a lead
		d.must(err)
		_, err = d.RedactMessage(t.Context(), ben, tickets.EditIn{Ticket: id, Seq: 2, Anybody: true})
		d.must(err)
		_, err = d.SetStatus(t.Context(), ann, id, tickets.Closed)
		d.must(err)
		refused("an edit in a closed ticket", fault.Closed, ben, all, "x")
		if _, err := d.RedactMessage(t.Context(), ben, all); err != nil {
			t.Errorf("redacting in a closed ticket: %v", err)
		}
		refused("an edit of what is gone", fault.Closed, ben, all, "x")
		d.check()
	})
}

func TestRedactedTextIsGoneEverywhere(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		const secret, former = "card 4111111111111111", "card 5500000000000004"
		id := d.start(cus)
		in := d.postIn(cus, id, secret)
		theirs, err := d.Post(t.Context(), in)
		d.must(err)
		mine := d.say(ann, id, former)
		_, err = d.EditMessage(t.Context(), ann, tickets.EditIn{Ticket: id, Seq: mine.Seq}, secret)
		d.must(err)
		d.must(d.log.Write(t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`INSERT INTO idempotency (owner, key, request_hash, status, answer, created_at) VALUES
				('a1', 'k1', 'h', 200, ?, ?), ('a1', 'k2', 'h', 200, ?, ?)`, `{"id":"1","preview":"`+secret+`","unread":0}`, tx.Now,
				`{"id":"1","preview":"`+former+`"}`, tx.Now).Exec(ctx)
			return err
		}))
		if n := len(d.places("card 4111")); n != 3 {
			t.Fatalf("before, the words stand in %v", d.places("card 4111"))
		}
		before := d.row(id)
		unread, err := d.Conversations(t.Context(), tickets.Visitor{ID: 1, CustomerID: nameless}, 10)
		d.must(err)
		for _, seq := range []int64{theirs.Seq, mine.Seq} {
			out, err := d.RedactMessage(t.Context(), ben, tickets.EditIn{Ticket: id, Seq: seq, Anybody: true})
			d.must(err)
			again, err := d.RedactMessage(t.Context(), ben, tickets.EditIn{Ticket: id, Seq: seq, Anybody: true})
			d.must(err)
			if out.Seq == 0 || again.Seq != 0 {
				t.Errorf("redacting %d is event %d, again %d", seq, out.Seq, again.Seq)
			}
		}
		for _, v := range []tickets.Viewer{tickets.ForAgent, tickets.ForCustomer} {
			for seq, w := range d.wire(id, v) {
				if text := dump(w); strings.Contains(text, "4111") || strings.Contains(text, "5500") {
					t.Errorf("viewer %d reads %d as %s", v, seq, text)
				}
			}
			if w := d.wire(id, v)[mine.Seq]; w.Body != "" || w.Data["redacted"] != true {
				t.Errorf("viewer %d: the message = %+v", v, w)
			}
		}
		if left := append(d.places("card 4111"), d.places("card 5500")...); len(left) > 0 {
			t.Errorf("the words still stand in %v", left)
		}
		row := d.row(id)
		if row.Preview != "" || row.Unread != before.Unread || row.CustomerMessages != before.CustomerMessages || row.WaitingSince != before.WaitingSince {
			t.Errorf("row before %+v, after %+v", before.Ticket, row.Ticket)
		}
		list, err := d.Conversations(t.Context(), tickets.Visitor{ID: 1, CustomerID: nameless}, 10)
		d.must(err)
		if list[0].Unread != unread[0].Unread-1 {
			t.Errorf("unread = %d, was %d: what is gone is nothing to read", list[0].Unread, unread[0].Unread)
		}
		if out, err := d.Post(t.Context(), in); err != nil || !out.Repeated || out.Seq != theirs.Seq {
			t.Errorf("a repeat of a redacted message = %+v, %v", out, err)
		}
		if kept := d.count(`SELECT COUNT(*) FROM idempotency WHERE answer LIKE '%"unread":0}'`); kept != 1 {
			t.Error("the rest of a kept answer is gone too")
		}
		d.check()
	})
}

func TestEditsOfNotesAreForAgents(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		note, err := d.Note(t.Context(), ann, id, tickets.NoteIn{Sender: tickets.AgentSender(1), NewMessage: tickets.NewMessage{ClientID: newID(), Body: "VIP"}})
		d.must(err)
		public := d.row(id).PublicSeq
		in := tickets.EditIn{Ticket: id, Seq: note.Seq}
		_, err = d.EditMessage(t.Context(), ann, in, "A friend")
		d.must(err)
		_, err = d.RedactMessage(t.Context(), ann, in)
		d.must(err)
		if row := d.row(id); row.PublicSeq != public || row.Preview != "Hello" {
			t.Errorf("public seq %d, want %d; preview %q", row.PublicSeq, public, row.Preview)
		}
		for seq := range d.wire(id, tickets.ForCustomer) {
			if seq > public {
				t.Errorf("the customer sees event %d", seq)
			}
		}
		if w := d.wire(id, tickets.ForAgent)[note.Seq+1]; w.Kind != "message.edited" || w.Body != "" || w.Data["note"] != true {
			t.Errorf("the edit of a note that is gone = %+v", w)
		}
		d.check()
	})
}

// places are the columns, of all tables, in which a word stands.
func (d *desk) places(word string) (found []string) {
	d.t.Helper()
	columns := `SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
	if d.log.Dialect() == migrations.Postgres {
		columns = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	rows, err := d.log.Read().QueryContext(d.t.Context(), columns)
	d.must(err)
	defer rows.Close()
	var places [][2]string
	for rows.Next() {
		var p [2]string
		d.must(rows.Scan(&p[0], &p[1]))
		places = append(places, p)
	}
	if d.must(rows.Err()); len(places) < 50 {
		d.t.Fatalf("only %d columns were found", len(places))
	}
	for _, p := range places {
		if d.count(fmt.Sprintf(`SELECT COUNT(*) FROM %s WHERE CAST("%s" AS TEXT) LIKE '%%%s%%'`, p[0], p[1], word)) > 0 {
			found = append(found, p[0]+"."+p[1])
		}
	}
	return found
}

func (d *desk) count(query string) (n int) {
	d.t.Helper()
	d.must(d.log.Read().QueryRowContext(d.t.Context(), query).Scan(&n))
	return n
}
