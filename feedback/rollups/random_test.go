package rollups_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// random imports tickets with lawful random lives between the two moments.
func random(d *desk, rng *rand.Rand, n int, from, to events.Time) {
	for i := range n {
		at := from + events.Time(rng.Int64N(int64(to-from)))
		channel := tickets.Chat
		if rng.IntN(3) == 0 {
			channel = tickets.API
		}
		steps := []tickets.Step{{At: at, Kind: tickets.StepMessage, By: customer, Body: "words"}}
		resolved := false
		for range rng.IntN(14) {
			at += events.Time(rng.Int64N(int64(30 * time.Hour / time.Millisecond)))
			if at >= to {
				break
			}
			step := tickets.Step{At: at, Kind: tickets.StepMessage, By: agent(events.ID(1 + rng.IntN(3))), Body: "words"}
			switch rng.IntN(8) {
			case 0, 1:
				step.By, resolved = customer, false
			case 2:
				step.By = events.Actor{Kind: events.Bot}
			case 3:
				step.Kind, resolved = tickets.StepResolve, true
			case 4:
				if resolved {
					continue
				}
				step.Kind, step.To, step.Reason = tickets.StepHandoff, tickets.To{Agent: events.ID(1 + rng.IntN(3))}, "skill"
			case 5:
				if len(steps) > 1 || channel == tickets.API {
					continue
				}
				step.Kind, step.By = tickets.StepLeave, customer
			}
			steps = append(steps, step)
		}
		d.n++
		_, err := d.store.Import(d.t.Context(), []tickets.History{{ExternalID: fmt.Sprint("r", d.n), Inbox: 1, Customer: events.ID(1 + i%9), Channel: channel, Subject: "s", Steps: steps}})
		if err != nil && len(steps) > 0 { // a step that the state does not take leaves the ticket out
			continue
		}
	}
}

// slow tells a week's figures by going through every event that happened before its end, ticket by ticket.
type slow struct {
	n    map[rollups.Key]int
	hits map[rollups.Key]int
	sum  map[rollups.Key]float64 // seconds
}

func slowly(evs []events.Event, from, to events.Time) slow {
	out := slow{map[rollups.Key]int{}, map[rollups.Key]int{}, map[rollups.Key]float64{}}
	byTicket := map[events.ID][]events.Event{}
	for _, e := range evs {
		if e.TicketID != 0 {
			byTicket[e.TicketID] = append(byTicket[e.TicketID], e)
		}
	}
	in := func(t events.Time) bool { return t >= from && t < to }
	took := func(key rollups.Key, d time.Duration) { out.n[key]++; out.sum[key] += d.Seconds() }
	share := func(key rollups.Key, hit bool) {
		if out.n[key]++; hit {
			out.hits[key]++
		}
	}
	for _, list := range byTicket {
		var f, late tickets.Facts // as known at the end, and an hour after it
		standing := false
		for _, e := range list {
			if e.At < to.Add(time.Hour) {
				late.Fold(e)
			}
			if e.At >= to {
				continue
			}
			f.Fold(e)
			if c, ok := e.Change.(tickets.StatusChanged); ok {
				standing = c.To != tickets.Resolved && c.To != tickets.Closed
			} else if _, ok := e.Change.(tickets.TicketOpened); ok {
				standing = true
			}
		}
		if standing {
			out.n[rollups.Backlog]++
		}
		if f.OpenedAt == 0 {
			continue
		}
		if in(f.OpenedAt) {
			out.n[rollups.Volume]++
			if f.Opened.Channel == tickets.Chat {
				abandoned, _ := late.AbandonedChat(to.Add(time.Hour))
				share(rollups.Abandoned, late.LeftAt != 0 && late.LeftAt < to.Add(time.Hour) && abandoned)
			}
		}
		if r := f.FirstResponse; in(r.To) {
			took(rollups.FirstResponse, r.To.Sub(r.From))
		}
		for _, r := range f.Responses {
			if in(r.To) {
				took(rollups.NextResponse, r.To.Sub(r.From))
			}
		}
		for _, s := range f.QueueSpans {
			if in(s.To) {
				took(rollups.QueueWait, s.To.Sub(s.From))
			}
		}
		for _, m := range f.Moves {
			if in(m.At) {
				out.n[rollups.Handoffs]++
			}
		}
		if len(f.Resolves) == 0 {
			continue
		}
		first, last := f.Resolves[0].At, f.Resolves[len(f.Resolves)-1].At
		if in(last) {
			out.n[rollups.Resolved]++
			took(rollups.LastResolution, last.Sub(f.OpenedAt))
		}
		if in(first) {
			took(rollups.FirstResolution, first.Sub(f.OpenedAt))
			share(rollups.Reopen, len(f.Reopens) > 0)
			share(rollups.OneTouch, f.OneTouch())
			share(rollups.HandoffShare, slices.ContainsFunc(f.Moves, func(m tickets.Move) bool { return m.At < first }))
		}
	}
	return out
}

func TestFiguresAgreeWithASlowReference(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db, "2026-05-01 12:00")
		rng := rand.New(rand.NewPCG(11, 4))
		random(d, rng, 150, local(t, "2026-03-02 00:00"), local(t, "2026-04-06 00:00"))
		d.run()
		all := eventstest.All(t, d.log)
		cal, err := d.Calendar(t.Context())
		d.must(err)
		seen := 0
		for _, week := range []string{"2026-W10", "2026-W11", "2026-W12", "2026-W13", "2026-W14", "2026-W15"} {
			rep := d.report(week)
			from, to := cal.Week(week)
			want := slowly(all, from, to)
			for _, f := range rep.Figures {
				switch f.Key {
				case rollups.FirstContact, rollups.CSAT, rollups.Responses, rollups.CustomerWait, rollups.OpenTime, rollups.PingPong:
					continue // by hand, in other tests
				}
				seen += f.N
				if f.N != want.n[f.Key] {
					t.Errorf("%s, %s: n = %d, want %d", week, f.Key, f.N, want.n[f.Key])
				}
				if f.Hits != nil && *f.Hits != want.hits[f.Key] {
					t.Errorf("%s, %s: hits = %d, want %d", week, f.Key, *f.Hits, want.hits[f.Key])
				}
				if f.Unit == rollups.Seconds && f.N > 0 && f.N == want.n[f.Key] {
					if mean := want.sum[f.Key] / float64(f.N); math.Abs(float64(*f.Calendar.Mean)-mean) > 1e-3 {
						t.Errorf("%s, %s: mean = %v, want %v", week, f.Key, *f.Calendar.Mean, mean)
					}
				}
			}
		}
		if seen < 1000 {
			t.Errorf("only %d observations: the test tests little", seen)
		}
	})
}
