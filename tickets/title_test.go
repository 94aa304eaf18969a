package tickets_test

import (
	"context"
	"strings"
	"testing"

	"heard/tickets"
	"heard/tickets/events"
)

// TestTitleOfAChat: a ticket without a subject is called by how its customer began.
func TestTitleOfAChat(t *testing.T) {
	long := strings.Repeat("parcel ", 30)
	for name, c := range map[string]struct{ body, want string }{
		"plain":          {"My parcel\n\n  is   lost", "My parcel is lost"},
		"marks":          {"# Hello\n> **Where** is _my_ `order`, ~~or~~ snake_case_name?\n- first", "Hello Where is my order, or snake_case_name? first"},
		"links":          {"See [the shop](https://x.test/a) and ![photo](y.png)!", "See the shop and photo!"},
		"numbers":        {"#123 is 2 * 3 = 6, costs 5*4*3", "#123 is 2 * 3 = 6, costs 5*4*3"},
		"fence":          {"```\ncode\n```", "code"},
		"nothing but it": {"***", "***"},
		"long":           {long, strings.TrimSpace(long[:119]) + "…"},
		"just fits":      {strings.Repeat("é", 120), strings.Repeat("é", 120)},
		"too long":       {strings.Repeat("é", 121), strings.Repeat("é", 119) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tickets.TitleOf(c.body); got != c.want {
				t.Errorf("title of %q = %q, want %q", c.body, got, c.want)
			}
		})
	}
}

func TestTitleStaysTheFirstWords(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		d.say(ann, id, "Hi, what is it?")
		second := d.say(cus, id, "My **parcel** is lost")
		d.say(cus, id, "Thank you!")
		title := func() string { return d.row(id).ShownTitle() }
		if got := title(); got != "Hello" {
			t.Errorf("title = %q, want what the customer said first", got)
		}
		_, err := d.RedactMessage(t.Context(), ann, tickets.EditIn{Ticket: id, Seq: 2, Anybody: true})
		d.must(err)
		if got := title(); got != "My parcel is lost" {
			t.Errorf("after redacting the first message the title = %q, want the second", got)
		}
		_, err = d.RedactMessage(t.Context(), ann, tickets.EditIn{Ticket: id, Seq: second.Seq, Anybody: true})
		d.must(err)
		_, err = d.RedactMessage(t.Context(), ann, tickets.EditIn{Ticket: id, Seq: second.Seq + 1, Anybody: true})
		d.must(err)
		if got := title(); got != "" {
			t.Errorf("after redacting all the title = %q, want none", got)
		}
		d.check()
	})
}

// TestOldTicketsHaveTitlesToo: what was written before titles were kept is read from the messages.
func TestOldTicketsHaveTitlesToo(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		d.say(cus, id, "Thank you!")
		d.must(d.log.Write(t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE tickets SET title = '' WHERE id = ?", int64(id))
			return err
		}))
		list, _, err := d.Tickets(t.Context(), tickets.Filter{})
		d.must(err)
		if len(list) != 1 || list[0].ShownTitle() != "Hello" || d.row(id).ShownTitle() != "Hello" {
			t.Errorf("titles are %q in the list and %q alone, want Hello", list[0].ShownTitle(), d.row(id).ShownTitle())
		}
	})
}

// TestWhoSaidThePreview: a list tells who wrote what stands as the preview, whatever was done since. The time is that of
// the newest message, also when its words were taken back: no act moves a row.
func TestWhoSaidThePreview(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		check := func(what string, by events.ID) {
			t.Helper()
			list, _, err := d.Tickets(t.Context(), tickets.Filter{})
			d.must(err)
			one, err := d.Ticket(t.Context(), id)
			d.must(err)
			for _, got := range []*tickets.Listed{&list[0], one} {
				if got.SaidBy != by || (got.SaidName != "") != (by != 0) || got.SaidAt == 0 || got.SaidAt > got.LastAt {
					t.Errorf("%s: said by agent %d %q at %d, want agent %d, not after %d", what, got.SaidBy, got.SaidName, got.SaidAt, by, got.LastAt)
				}
			}
		}
		check("the customer wrote", 0)
		answer := d.say(ann, id, "We look at it")
		check("an agent answered", ann.ID)
		_, err := d.Note(t.Context(), ann, id, tickets.NoteIn{Sender: tickets.AgentSender(ann.ID), NewMessage: tickets.NewMessage{ClientID: newID(), Body: "Ask Ben"}})
		d.must(err)
		check("a note is nobody's answer", ann.ID)
		_, err = d.RedactMessage(t.Context(), ann, tickets.EditIn{Ticket: id, Seq: answer.Seq, Anybody: true})
		d.must(err)
		check("the answer is gone", 0)
		if got, err := d.Ticket(t.Context(), id); err != nil || got.SaidAt != answer.At {
			t.Errorf("said at %d, error %v; want %d, when the answer was given", got.SaidAt, err, answer.At)
		}
	})
}
