package tickets_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func owners(segs tickets.Segments) []string {
	out := []string{}
	for _, g := range segs {
		out = append(out, fmt.Sprintf("agent%s/team%s %s", g.AgentID, g.TeamID, g.Reason))
	}
	return out
}

func TestOwnershipTellsTheWholeStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.start(cus)
		for i, s := range []step{
			says(ann),
			handsOff(ann, tickets.To{Agent: 2}, "skill", "knows lamps"),
			handsOff(ben, tickets.To{Team: 2}, "billing", ""),
			assigns(cho, tickets.To{Agent: 3}),
			resolves(cho),
			says(cus),
			assigns(ann, tickets.To{Team: 1}),
			resolves(sys),
			assigns(ann, tickets.To{Team: 2}),
			sets(tickets.Closed),
		} {
			d.clock.Advance(time.Minute)
			if err := s(d, id); err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
		}
		segs, err := d.Ownership(t.Context(), id)
		d.must(err)
		want := []string{"agent/team1 ", "agent1/team1 ", "agent2/team1 skill", "agent/team2 billing", "agent3/team2 ",
			"agent/team ", "agent/team2 ", "agent/team1 ", "agent/team ", "agent/team "}
		if got := owners(segs); !slices.Equal(got, want) {
			t.Errorf("owners = %q\nwant %q", got, want)
		}
		if row := d.row(id); row.Handoffs != 2 || row.Reopens != 1 || row.LastOwnerID != 3 {
			t.Errorf("row = %s", dump(row.Ticket))
		}
		d.check()
	})
}

func TestAnAgentWhoGoesAwayCostsNoPlaceInTheQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		first := d.start(cus)
		d.clock.Advance(time.Minute)
		second := d.start(sam)
		queued := d.row(first).QueuedAt
		for range 2 { // the place outlasts several agents
			d.clock.Advance(time.Minute)
			_, err := d.Assign(t.Context(), sys, first, tickets.To{Agent: 1})
			d.must(err)
			d.clock.Advance(time.Minute)
			if moved, err := d.Requeue(t.Context(), sys, 1); err != nil || len(moved) != 0 {
				t.Errorf("one who is on line lost %v, %v", moved, err)
			}
			d.away(1, tickets.Offline)
			moved, err := d.Requeue(t.Context(), sys, 1)
			d.must(err)
			d.away(1, tickets.Online)
			if !slices.Equal(moved, []events.ID{first}) || d.row(first).QueuedAt != queued {
				t.Errorf("moved %v, queued at %s, want %s", moved, d.row(first).QueuedAt, queued)
			}
		}
		list, err := d.Queue(t.Context())
		d.must(err)
		if len(list) != 2 || list[0].Ticket != first || list[1].Ticket != second {
			t.Errorf("queue = %+v", list)
		}
		d.say(ann, first, "back")
		loads, err := d.Loads(t.Context())
		d.must(err)
		if loads[1].Owned() != 1 || loads[2].Owned() != 0 || len(loads) != 3 {
			t.Errorf("loads = %v", loads)
		}
		d.check()
	})
}

func TestOneOfManyWinsATicket(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		agents := []events.Actor{ann, ben, cho}
		for range 5 {
			id := d.start(cus)
			var wg sync.WaitGroup
			var mu sync.Mutex
			winners := map[events.ID]bool{}
			for i := range 9 {
				wg.Go(func() {
					_, err := d.Claim(context.Background(), agents[i%3], id)
					switch fault.KindOf(err) {
					case "":
						mu.Lock()
						winners[agents[i%3].ID] = true
						mu.Unlock()
					case fault.Conflict:
					default:
						t.Errorf("claim: %v", err)
					}
				})
			}
			wg.Wait()
			if len(winners) != 1 || !winners[d.row(id).AssigneeID] {
				t.Errorf("winners = %v, owner %s", winners, d.row(id).AssigneeID)
			}
			wantKinds(t, d.kinds(id), "ticket.opened", "message.posted", "ticket.assigned")
		}
		d.check()
	})
}

func TestTheRouterAssignsWhatStillWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		door := d.door()
		room := func(l tickets.AgentLoad) bool { return l.Owned() < 1 }
		choice := func(ticket, agent events.ID) tickets.Choice {
			return tickets.Choice{Ticket: ticket, Team: team1, Fits: room,
				Why: tickets.TicketRouted{Agent: agent, Rule: "balanced", Candidates: []tickets.Candidate{{Agent: agent, Capacity: 4}}}}
		}
		first, second := d.start(cus), d.start(sam)
		for _, tt := range []struct {
			name   string
			ticket events.ID
			agent  events.ID
			want   bool
		}{
			{"offline", first, 3, false},
			{"unknown", first, 42, false},
			{"free", first, 2, true},
			{"taken", first, 1, false},
			{"full", second, 2, false},
			{"free for the second", second, 1, true},
		} {
			got, err := door.Carry(t.Context(), choice(tt.ticket, tt.agent))
			if err != nil || got != tt.want {
				t.Errorf("%s: assigned = %t, %v; want %t", tt.name, got, err, tt.want)
			}
		}
		wantKinds(t, d.kinds(first), "ticket.opened", "message.posted", "ticket.routed", "ticket.assigned")
		d.check()
	})
}

func TestWhatFellDueIsDatedThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		closing, waking, leaving, staying := d.start(cus), d.start(cus), d.start(cus), d.start(sam)
		left := d.log.Now()
		d.must(resolves(ann)(d, closing))
		d.must(snoozes(time.Hour)(d, waking))
		d.clock.Advance(10 * time.Minute)
		for _, id := range []events.ID{leaving, staying} {
			_, err := d.Abandon(t.Context(), id, left)
			d.must(err)
		}
		due := map[events.ID]events.Time{closing: d.row(closing).ClosesAt, waking: d.row(waking).SnoozedUntil, leaving: left.Add(time.Hour)}
		d.clock.Advance(days(30))

		// A late act meets the ticket as it is since then: nothing hides the due date.
		if _, err := d.Reopen(t.Context(), ann, closing); fault.KindOf(err) != fault.Closed {
			t.Errorf("reopen after the window: %v", err)
		}
		if out := d.say(cus, leaving, "hello?"); !out.Opened {
			t.Errorf("a message after the chat was abandoned: %+v", out)
		}
		n, err := d.WakeDue(t.Context())
		d.must(err)
		m, err := d.CloseDue(t.Context())
		d.must(err)
		if n != 1 || m != 1 {
			t.Errorf("woke %d, closed %d; want 1 and 1", n, m)
		}
		for id, at := range due {
			evs, err := d.log.Of(t.Context(), id, 0, 100, false)
			d.must(err)
			i := slices.IndexFunc(evs, func(e events.Event) bool { return e.Kind == "ticket.status_changed" && e.At == at })
			if i < 0 || evs[i].By.Kind != events.System {
				t.Errorf("ticket %s has no change of status at %s: %v", id, at, evs)
			}
		}
		if row := d.row(staying); row.Status != tickets.Open || row.ClosesAt != 0 {
			t.Errorf("a customer with an address was given up: %s", dump(row.Ticket))
		}
		d.check()
	})
}

func TestAReturnKeepsTheChat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for _, comesBack := range []step{
			func(d *desk, id events.ID) error { _, err := d.Returned(t.Context(), cus, id); return err },
			says(cus), says(ann),
		} {
			id := d.start(cus)
			_, err := d.Abandon(t.Context(), id, d.log.Now())
			d.must(err)
			d.clock.Advance(30 * time.Minute)
			d.must(comesBack(d, id))
			d.clock.Advance(time.Hour)
			if _, err := d.CloseDue(t.Context()); err != nil || d.row(id).Status != tickets.Open {
				t.Errorf("the chat is %s, %v", d.row(id).Status, err)
			}
		}
		d.check()
	})
}

// Whatever is done in whatever order: the log folds to the rows, and segments tile.
func TestRandomHistoriesFoldAndTile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		for seed := range uint64(12) {
			r := rand.New(rand.NewPCG(seed, 7))
			id := d.start([]events.Actor{cus, sam}[r.IntN(2)])
			owner := events.Actor{Kind: events.Customer, ID: d.row(id).CustomerID}
			for range 40 {
				d.clock.Advance(time.Duration(r.IntN(3)) * time.Duration(r.IntN(int(days(1)))))
				err := randomStep(r, owner)(d, id)
				if kind := fault.KindOf(err); kind == fault.Internal || kind == fault.Unavailable {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if next := d.row(id).FollowedBy; next != 0 {
					id = next
				}
			}
		}
		d.check()
	})
}

func randomStep(r *rand.Rand, customer events.Actor) step {
	agent := []events.Actor{ann, ben, cho}[r.IntN(3)]
	to := []tickets.To{{Agent: 1}, {Agent: 2}, {Agent: 3}, {Team: 1}, {Team: 2}}[r.IntN(5)]
	steps := []step{
		says(customer), says(customer), says(agent), says(bot), resolves(agent), resolves(sys), reopens(agent), reopens(sys),
		sets([]tickets.Status{tickets.Open, tickets.Pending, tickets.Resolved, tickets.Closed}[r.IntN(4)]),
		assigns(agent, to), assigns(agent, to), handsOff(agent, to, "skill", "why"), requeues(agent.ID),
		snoozes(time.Duration(1 + r.IntN(int(days(2))))), ends(customer), sweeps(),
		func(d *desk, id events.ID) error { _, err := d.Abandon(d.t.Context(), id, d.log.Now()); return err },
		func(d *desk, id events.ID) error {
			_, err := d.Tag(d.t.Context(), agent, id, []string{label("t", r.IntN(4))}, []string{label("t", r.IntN(4))})
			return err
		},
		func(d *desk, id events.ID) error {
			_, err := d.SetPriority(d.t.Context(), agent, id, []tickets.Priority{tickets.Low, tickets.Urgent}[r.IntN(2)])
			return err
		},
	}
	return steps[r.IntN(len(steps))]
}
