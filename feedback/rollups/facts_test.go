package rollups_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"heard/feedback"
	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// themed gives the desk's tickets random topics and tags, and says so in the log.
func themed(d *desk, rng *rand.Rand) {
	d.t.Helper()
	var ids []events.ID
	d.must(d.log.Read().NewRaw(`SELECT id FROM tickets ORDER BY id`).Scan(d.t.Context(), &ids))
	for _, id := range ids {
		if rng.IntN(3) > 0 {
			d.about(id, events.ID(1+rng.IntN(3)))
		}
		if rng.IntN(4) == 0 {
			_, err := d.store.Tag(d.t.Context(), agent(1), id, []string{fmt.Sprint("tag", rng.IntN(2)), fmt.Sprint("tag", rng.IntN(4))}, nil)
			d.must(err)
		}
	}
}

// about assigns a topic as the machine does.
func (d *desk) about(id, topic events.ID) {
	d.t.Helper()
	u := events.Unit{By: events.SystemActor, Locks: events.Locks{Tickets: []events.ID{id}}}
	d.must(d.log.Write(d.t.Context(), u, func(ctx context.Context, tx *events.Tx) error {
		tx.Record(id, topicAssigned(topic))
		for _, query := range []string{`INSERT INTO topic_members (ticket_id, topic_id, at, assigned_at) VALUES (?1, ?0, 1, 1)
			ON CONFLICT (ticket_id) DO UPDATE SET topic_id = excluded.topic_id`, `UPDATE tickets SET topic_id = ?0 WHERE id = ?1`} {
			if _, err := tx.NewRaw(query, topic, id).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// rated answers some surveys of the desk's tickets.
func rated(d *desk, rng *rand.Rand) {
	d.t.Helper()
	var rows []struct {
		TicketID events.ID
		At       events.Time
	}
	d.must(d.log.Read().NewRaw(`SELECT ticket_id, at FROM observations WHERE figure = 'first_resolution' ORDER BY ticket_id`).Scan(d.t.Context(), &rows))
	var invited [][]any
	for _, row := range rows {
		a := surveys.Answer{Ticket: row.TicketID, Inbox: 1, Team: 1, Agent: events.ID(1 + rng.IntN(3)), Channel: tickets.Chat, AskedAt: row.At, Scale: 5}
		if rng.IntN(2) == 0 {
			a.AnsweredAt, a.Score = row.At.Add(time.Duration(rng.IntN(72))*time.Hour), 1+rng.IntN(5)
		}
		d.surveys.list = append(d.surveys.list, a)
		invited = append(invited, []any{fmt.Sprint("p", row.TicketID), "csat", row.TicketID, 1, 1, a.AskedAt, a.AskedAt, a.AnsweredAt})
	}
	d.must(d.log.Write(d.t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		return tx.Insert(ctx, "survey_invitations", []string{"public_id", "kind", "ticket_id", "customer_id", "inbox_id", "asked_at", "expires_at", "answered_at"}, invited)
	}))
}

func sameTold(got, want rollups.Told) error {
	if got.N != want.N || got.Hits != want.Hits || got.Calendar != want.Calendar || got.Business != want.Business || !maps.Equal(got.Words, want.Words) {
		return fmt.Errorf("%+v, one by one %+v", got, want)
	}
	for i := range got.Median {
		// Of an even number, the sketch knows each of the two in the middle to 1 %, and the median lies between.
		if math.Abs(got.Median[i]-want.Median[i]) > 0.0101*want.Median[i]+1e-9 {
			return fmt.Errorf("median %v, one by one %v", got.Median, want.Median)
		}
	}
	return nil
}

// The facts of days and months say what the observations say, whatever is asked: over the change of the clocks, over
// months, after late events, after tickets changed their topics and tags.
func TestFactsAgreeWithObservations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-05-20 12:00")
		rng := rand.New(rand.NewPCG(5, 9))
		random(d, rng, 90, local(t, "2026-02-10 00:00"), local(t, "2026-05-20 00:00"))
		themed(d, rng)
		d.run()
		rated(d, rng)
		d.later(24 * time.Hour)
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, forgetDays))
		d.run()
		agree(t, d)
		random(d, rng, 20, local(t, "2026-03-01 00:00"), local(t, "2026-04-10 00:00")) // late
		themed(d, rng)
		_, err := d.log.CatchUp(t.Context(), d.Consumer())
		d.must(err)
		d.must(d.Refresh(t.Context()))
		agree(t, d) // many days are stale
		d.run()
		agree(t, d)
	})
}

// A desk from before there were packed facts makes them of its days, and nothing else of these.
func TestPackedFactsOfOldDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-05-20 12:00")
		rng := rand.New(rand.NewPCG(3, 8))
		random(d, rng, 40, local(t, "2026-03-25 00:00"), local(t, "2026-05-20 00:00"))
		themed(d, rng)
		d.run()
		count := func() (packed, rest int) {
			d.must(d.log.Read().NewRaw(`SELECT COUNT(*) FROM period_facts WHERE dim LIKE '%.%'`).Scan(t.Context(), &packed))
			d.must(d.log.Read().NewRaw(`SELECT COUNT(*) FROM period_facts WHERE dim NOT LIKE '%.%'`).Scan(t.Context(), &rest))
			return packed, rest
		}
		packed, rest := count()
		d.must(d.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			for _, query := range []string{`DELETE FROM period_facts WHERE dim LIKE '%.%'`,
				`INSERT INTO stale_days (day, mark, packed) SELECT period, 1, TRUE FROM fact_periods WHERE LENGTH(period) = 10
					ON CONFLICT (day) DO UPDATE SET mark = stale_days.mark + 1, packed = TRUE`} {
				if _, err := tx.NewRaw(query).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		}))
		agree(t, d)
		d.run()
		agree(t, d)
		if p, r := count(); packed == 0 || p != packed || r != rest {
			t.Errorf("%d packed rows and %d others, want %d and %d", p, r, packed, rest)
		}
		if v, err := d.Verify(t.Context()); err != nil || v.Differences > 0 {
			t.Errorf("verify: %+v, %v", v, err)
		}
	})
}

// forgetDays makes every day be made again: surveys by hand tell nobody that they changed.
func forgetDays(ctx context.Context, tx *events.Tx) error {
	_, err := tx.NewRaw(`UPDATE fact_periods SET definition_version = 0`).Exec(ctx)
	return err
}

func agree(t *testing.T, d *desk) {
	t.Helper()
	filters := []rollups.Filter{{}, {Team: 1}, {Channel: tickets.Chat}, {Agent: 2}, {Tag: "tag1"}, {Topic: 2}, {Touchpoint: "support"},
		{Team: 1, Channel: tickets.API}, {Agent: 1, Channel: tickets.Chat, Inbox: 1}, {Teams: []events.ID{2}}, {Teams: []events.ID{1, 2}, Channel: tickets.Chat}, {Tag: "never"},
		{Topic: 2, Channel: tickets.Chat}, {Tag: "tag1", Team: 1}, {Topic: 1, Agent: 2, Channel: tickets.API}}
	checked := 0
	for _, span := range []rollups.Days{{From: "2026-02-01", To: "2026-05-20"}, {From: "2026-03-20", To: "2026-04-08"}} {
		for _, f := range filters {
			for _, figure := range rollups.Keys() {
				for _, by := range []string{"", "day", "month", "inbox", "team", "agent", "channel", "tag", "topic", "touchpoint"} {
					if checked++; by != "" && checked%3 > 0 {
						continue // every question in the end, not all of them each time
					}
					q := rollups.Query{Figure: figure, From: span.From, To: span.To, By: by, Filter: f}
					fast, slow, ok, err := d.BothWays(t.Context(), q)
					d.must(err)
					if !ok || skipped(figure) {
						continue
					}
					for part := range maps.Keys(slow) {
						if err := sameTold(fast[part], slow[part]); err != nil {
							t.Errorf("%s %v by %q of %+v: %q: %v", figure, span, by, f, part, err)
						}
					}
					for part := range fast {
						if _, ok := slow[part]; !ok && fast[part].N > 0 {
							t.Errorf("%s %v by %q of %+v: %q is in no observation", figure, span, by, f, part)
						}
					}
				}
			}
			fast, slow, err := d.Levels(t.Context(), span, f)
			d.must(err)
			if f.Agent == 0 && !maps.Equal(fast, slow) {
				t.Errorf("backlog %v of %+v: %v, one by one %v", span, f, fast, slow)
			}
		}
	}
}

// skipped are the figures that are made from time alone, and the one that stands.
func skipped(figure rollups.Key) bool {
	switch figure {
	case rollups.Handling, rollups.Ownership, rollups.Online, rollups.Occupancy, rollups.Backlog:
		return true
	}
	return false
}

func topicAssigned(topic events.ID) events.Change {
	return feedback.TopicAssigned{Topic: topic, Sure: true}
}
