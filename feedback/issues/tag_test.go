package issues

import (
	"context"
	"slices"
	"testing"
	"time"

	"heard/feedback/issues/tagger"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/google/uuid"
)

// taught imports tagged tickets of a shop and lets a tagging learn from them.
func (d *shop) taught() *Tagging {
	d.t.Helper()
	var list []tickets.History
	for range 40 {
		for _, matter := range []string{"card", "refund", "invoice", "crash"} {
			h := d.told(matter, 1+d.rng.IntN(30), 1)
			h.Tags = []string{matter}
			list = append(list, h)
		}
	}
	d.load(list)
	s := NewTagging(d.log, tickets.NewDirectory(d.log))
	d.must(s.Train(d.t.Context()))
	return s
}

// suggested catches the consumer up and returns what it suggests for a ticket.
func (d *shop) suggested(s *Tagging, ticket events.ID) []string {
	d.t.Helper()
	if _, err := d.log.CatchUp(d.t.Context(), s.Consumer()); err != nil {
		d.t.Fatal(err)
	}
	row, err := d.tickets.Ticket(d.t.Context(), ticket)
	d.must(err)
	list, err := s.Suggested(d.t.Context(), ticket, row.TagNames)
	d.must(err)
	out := []string{}
	for _, x := range list {
		if x.Confidence < 0.5 || x.Confidence > 1 {
			d.t.Errorf("%q has the confidence %v", x.Tag, x.Confidence)
		}
		out = append(out, x.Tag)
	}
	return out
}

func (d *shop) answer(ticket, customer events.ID, body string) {
	d.t.Helper()
	_, err := d.tickets.Post(d.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: customer}, Sender: tickets.VisitorSender(customer),
		Ticket: ticket, NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: body}})
	d.must(err)
}

const (
	aboutRefund = "I want a refund, the shoes do not fit, I sent the parcel back."
	aboutCrash  = "The app crashes as soon as the camera starts, on my android phone."
)

func TestTagsAreSuggestedAtArrival(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		early := d.post(2, aboutCrash)
		s := d.taught()
		if got := d.suggested(s, early); !slices.Equal(got, []string{"crash"}) {
			t.Errorf("an open ticket of before the training is suggested %q", got)
		}
		ticket := d.post(1, "Hello there")
		if got := d.suggested(s, ticket); len(got) != 0 {
			t.Errorf("a greeting is suggested %q", got)
		}
		d.answer(ticket, 1, aboutRefund)
		if got := d.suggested(s, ticket); !slices.Equal(got, []string{"refund"}) {
			t.Errorf("the second message is suggested %q", got)
		}
		// Another node reads the same model, and says the same.
		other := NewTagging(d.log, tickets.NewDirectory(d.log))
		d.must(other.Load(t.Context()))
		if got := other.live.Suggest([]string{aboutRefund}, nil, 3); !slices.Equal(got, s.live.Suggest([]string{aboutRefund}, nil, 3)) || len(got) == 0 {
			t.Errorf("another node suggests %v", got)
		}
		d.check()
	})
}

func TestAnswersToSuggestedTagsAreMeasured(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		s := d.taught()
		taken, dropped, open := d.post(1, aboutRefund), d.post(2, aboutRefund), d.post(1, aboutCrash)
		for _, id := range []events.ID{taken, dropped, open} {
			if got := d.suggested(s, id); len(got) != 1 {
				t.Fatalf("ticket %s is suggested %q", id, got)
			}
		}
		_, err := d.tickets.Tag(t.Context(), ann, taken, []string{"refund"}, nil)
		d.must(err)
		for range 2 { // again is nothing
			d.must(s.Dismiss(t.Context(), ann, dropped, " Refund "))
		}
		d.answer(dropped, 2, "once more: "+aboutRefund)
		for _, id := range []events.ID{taken, dropped} {
			if got := d.suggested(s, id); len(got) != 0 {
				t.Errorf("ticket %s is suggested %q after it was settled", id, got)
			}
		}
		for name, call := range map[string]error{
			"one that is not suggested": s.Dismiss(t.Context(), ann, open, "refund"),
			"one that was taken":        s.Dismiss(t.Context(), ann, taken, "refund"),
			"none":                      s.Dismiss(t.Context(), ann, open, "  "),
		} {
			if f := fault.Of(call); f == nil || f.Kind != fault.Invalid || f.Fields[0].Field != "tag" {
				t.Errorf("dismissing %s: %v", name, call)
			}
		}
		q, err := s.Quality(t.Context())
		d.must(err)
		if q.Taken != 1 || q.Dismissed != 1 || q.Waiting != 1 || q.Precision.N != 2 || q.Precision.Value != 0.5 || q.Precision.Low > 0.1 || q.Precision.High < 0.9 {
			t.Errorf("quality = %+v, precision %+v", q, q.Precision)
		}
		if q.Tickets != 160 || q.Offered != 4 || len(q.Tags) != 4 || q.TrainedAt == 0 || q.HeldOut.N < 100 || q.HeldOut.Value < 0.9 {
			t.Errorf("quality = %+v, held out %+v", q, q.HeldOut)
		}
		// Taking the tag off again says that it was wrong.
		_, err = d.tickets.Tag(t.Context(), ann, taken, nil, []string{"refund"})
		d.must(err)
		if got := d.suggested(s, taken); len(got) != 0 {
			t.Errorf("a tag that was taken off is suggested again: %q", got)
		}
		if q, err = s.Quality(t.Context()); err != nil || q.Taken != 0 || q.Dismissed != 2 {
			t.Errorf("after it was taken off: %+v, %v", q, err)
		}
		if k := d.kinds(); k["tag.dismissed"] != 1 {
			t.Errorf("%d dismissals in the log", k["tag.dismissed"])
		}
		d.check()
	})
}

func TestTrainingComesWhenEnoughIsNew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db) // it is noon
		s := NewTagging(d.log, tickets.NewDirectory(d.log))
		d.must(s.Load(t.Context()))
		tag := func(n int) {
			for range n {
				_, err := d.tickets.Tag(t.Context(), ann, d.post(1, aboutRefund), []string{"refund"}, nil)
				d.must(err)
			}
		}
		for _, tt := range []struct {
			name  string
			tags  int
			later time.Duration
			do    func()
			want  int64
		}{
			{"an empty desk", 0, 0, nil, 0},
			{"too few examples", 9, 0, nil, 0},
			{"the first ten", 1, 0, nil, 1},
			{"more on the same day", 20, 0, nil, 1},
			{"one at night", 0, 14 * time.Hour, nil, 2},
			{"a few, the night after", 3, 24 * time.Hour, nil, 2},
			{"the same night, later", 20, time.Hour, nil, 2},
			{"all of them, a night later", 0, 24 * time.Hour, nil, 3},
			{"nothing for six days", 0, 6 * 24 * time.Hour, nil, 3},
			{"nothing for a week", 0, 24 * time.Hour, nil, 4},
			{"a model that cannot be read", 0, time.Hour, func() { d.scrapTags(s) }, 5},
		} {
			d.clock.Advance(tt.later)
			tag(tt.tags)
			if tt.do != nil {
				tt.do()
			}
			d.must(s.TrainIfDue(t.Context()))
			if st, err := s.read(t.Context(), false); err != nil || st.Version != tt.want {
				t.Errorf("%s: %d trainings, want %d (%v)", tt.name, st.Version, tt.want, err)
			}
		}
	})
}

// scrapTags spoils the stored model, as another version of the program would see it.
func (d *shop) scrapTags(s *Tagging) {
	d.must(d.log.Write(d.t.Context(), events.Unit{By: system}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE tag_model SET model = ?`, []byte("scrap")).Exec(ctx)
		return err
	}))
	d.must(s.Load(d.t.Context()))
}

// TestErasedWordsAreForgotten: after a message was taken back, the next training knows nothing of it.
func TestErasedWordsAreForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		var list []tickets.History
		for range 30 {
			h := d.told("card", 2, 1)
			h.Steps[0].Body, h.Tags = "zanzibarquux broke", []string{"special"}
			list = append(list, h)
		}
		d.load(list)
		s := d.taught()
		said := []string{"zanzibarquux"}
		if got := s.live.Suggest(said, nil, 3); len(got) != 1 {
			t.Fatalf("the word leads to %v in the first place", got)
		}
		d.must(d.log.Write(t.Context(), events.Unit{By: system}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE messages SET body = 'broke' WHERE body LIKE '%zanzibarquux%'`).Exec(ctx)
			return err
		}))
		d.must(s.Train(t.Context()))
		if got := s.live.Suggest(said, nil, 3); len(got) != 0 {
			t.Errorf("an erased word leads to %v", got)
		}
		var state []byte
		d.must(d.log.Read().DB.QueryRowContext(t.Context(), `SELECT model FROM tag_model`).Scan(&state))
		m, err := tagger.Restore(state)
		d.must(err)
		if got := m.Suggest(said, nil, 3); len(got) != 0 {
			t.Errorf("the stored model knows an erased word: %v", got)
		}
	})
}
