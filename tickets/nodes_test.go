package tickets_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// ageNode has a node not shown itself for a while, by whatever clock nodes go by.
func (c *crew) ageNode(node string, by time.Duration) {
	c.t.Helper()
	c.must(c.log.Write(context.Background(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE nodes SET seen_at = seen_at - ? WHERE name = ?`, by.Milliseconds(), node).Exec(ctx)
		return err
	}))
}

func (c *crew) came(node string, a *tickets.Agent) (missed bool) {
	c.t.Helper()
	missed, err := c.AgentCame(context.Background(), node, a.ID)
	c.must(err)
	return missed
}

func (c *crew) seenNode(node string) (missed, dead bool) {
	c.t.Helper()
	missed, dead, err := c.NodeSeen(context.Background(), node)
	c.must(err)
	return missed, dead
}

func (c *crew) is(a *tickets.Agent, want tickets.Availability) {
	c.t.Helper()
	got, err := c.Agent(context.Background(), a.ID)
	c.must(err)
	if got.Availability != want {
		c.t.Errorf("%s is %s, want %s", a.Name, got.Availability, want)
	}
}

func (c *crew) hand(name string) *tickets.Agent {
	c.t.Helper()
	a, err := c.CreateAgent(context.Background(), sys, tickets.AgentIn{Email: name + "@x.test", Name: name, Role: tickets.RoleAgent,
		Capacity: 2, Teams: []events.ID{c.boot.Team}})
	c.must(err)
	return a
}

func TestAgentIsWhereAnyNodeHasIt(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ada, bot := c.hand("ada"), c.hand("bot")
		c.must(c.SetAvailability(t.Context(), sys, bot.ID, tickets.Online, tickets.Chosen))
		if !c.came("one", ada) || !c.came("two", ada) || c.came("two", ada) {
			t.Error("a node is new once")
		}
		c.is(ada, tickets.Online)
		for _, step := range []struct {
			node  string
			agent *tickets.Agent
			want  tickets.Availability
		}{{"one", ada, tickets.Online}, {"one", ada, tickets.Online}, {"three", ada, tickets.Online}, {"two", ada, tickets.Offline},
			{"two", ada, tickets.Offline}, {"one", bot, tickets.Online}} {
			got, err := c.AgentGone(t.Context(), step.node, step.agent.ID)
			c.must(err)
			if got != step.want {
				t.Errorf("%s gone from %s: %s, want %s", step.agent.Name, step.node, got, step.want)
			}
			c.is(step.agent, step.want)
		}
	})
}

func TestNodesThatDie(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ada, bob, cyd := c.hand("ada"), c.hand("bob"), c.hand("cyd")
		c.must(c.SetAvailability(t.Context(), sys, cyd.ID, tickets.Away, tickets.Chosen))
		c.came("dies", ada)
		c.came("dies", bob)
		c.came("lives", bob)
		c.came("dies", cyd)
		c.seenNode("empty")
		c.ageNode("dies", tickets.NodeLease-5*time.Second)
		if gone, err := c.NodesGone(t.Context()); err != nil || gone != nil {
			t.Fatalf("within the lease %v, %v are gone", gone, err)
		}
		c.ageNode("dies", 6*time.Second)
		c.ageNode("empty", time.Hour)
		if _, dead := c.seenNode("lives"); !dead {
			t.Error("the dead node is not noticed")
		}
		var mu sync.Mutex
		var gone []events.ID
		var wg sync.WaitGroup
		for range 4 { // each of them on another node
			wg.Go(func() {
				list, err := c.NodesGone(context.Background())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				gone = append(gone, list...)
			})
		}
		wg.Wait()
		slices.Sort(gone)
		if want := []events.ID{ada.ID, cyd.ID}; !slices.Equal(gone, want) {
			t.Errorf("gone are %v, want %v, each once", gone, want)
		}
		c.is(ada, tickets.Offline)
		c.is(bob, tickets.Online)
		if missed, dead := c.seenNode("lives"); missed || dead {
			t.Errorf("the living node missed %v, others dead %v", missed, dead)
		}
		if missed, _ := c.seenNode("dies"); !missed {
			t.Error("the node that wakes is not told that it was given up")
		}
		if c.came("dies", cyd) {
			t.Error("it is told once")
		}
		c.is(cyd, tickets.Away) // as it chose
		eventstest.Check(t, c.log, nil)
	})
}

// A node wakes in the moment in which another gives it up: whichever is first, either it is not given up or it knows.
func TestNodeWakesWhileGivenUp(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ada := c.hand("ada")
		c.came("sleeps", ada)
		for round := range 20 {
			c.ageNode("sleeps", time.Minute)
			var missed bool
			var wg sync.WaitGroup
			wg.Go(func() {
				if _, err := c.NodesGone(context.Background()); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() { missed, _ = c.seenNode("sleeps") })
			wg.Wait()
			again, _ := c.seenNode("sleeps")
			var n int
			c.must(c.log.Read().NewRaw(`SELECT COUNT(*) FROM node_agents WHERE node = 'sleeps'`).Scan(t.Context(), &n))
			if told := missed || again; (n == 0) != told {
				t.Fatalf("round %d: %d agents are known of a node that was told %v that it was given up", round, n, told)
			}
			c.came("sleeps", ada)
		}
	})
}
