package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations"
	"heard/tickets/sabotage"
)

// sabotageTag builds a server that can break its promises.
const sabotageTag = "heardbreak"

// TestABrokenServerIsSeen: the checker, let loose on servers that break one promise each, names it.
func TestABrokenServerIsSeen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		attack  attack
		promise string // its letter; of two, whichever the clients run into
		says    string
	}{
		{"an acked batch is undone", attack{db: migrations.SQLite, env: always("HEARD_SABOTAGE=" + sabotage.Lose + ":12")}, "a", "is lost"},
		{"a message is stored again", attack{db: migrations.SQLite, env: always("HEARD_SABOTAGE=" + sabotage.Twice + ":2")}, "ab", "stored "},
		{"a replay leaves an event out", attack{db: migrations.SQLite, env: always("HEARD_SABOTAGE=" + sabotage.Skip + ":2")}, "e", "did not get"},
		{"a replay is out of order", attack{db: migrations.SQLite, env: always("HEARD_SABOTAGE=" + sabotage.Reorder + ":2")}, "e", "after"},
		{"a node lacks the newest event", attack{db: migrations.Postgres, nodes: 2, env: func(node int) []string {
			if node == 0 {
				return nil
			}
			return []string{"HEARD_SABOTAGE=" + sabotage.Hide}
		}}, "c", "events for agents at"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := tt.attack
			a.tags = sabotageTag
			a.config = check.Config{For: 2 * time.Second, Settle: 4 * time.Second}
			r, _ := a.run(t)
			if !slices.ContainsFunc(r.Violations, func(v check.Violation) bool {
				return strings.Contains(tt.promise, v.Promise) && strings.Contains(v.What, tt.says)
			}) {
				t.Errorf("the checker found %d violations, none of %s with %q: %v", len(r.Violations), tt.promise, tt.says,
					r.Violations[:min(3, len(r.Violations))])
			}
		})
	}
}

func always(env ...string) func(int) []string {
	return func(int) []string { return env }
}

// TestFaultKillInTheMoment: a node that dies between the commit and its publication, or between the commit and the
// answer, has stored what nobody was told of. The client's next try finds it, and others hear of it all the same.
func TestFaultKillInTheMoment(t *testing.T) {
	t.Parallel()
	for _, moment := range []string{sabotage.Answer, sabotage.Publish} {
		for _, a := range []attack{{db: migrations.SQLite}, {db: migrations.Postgres, nodes: 2}} {
			t.Run(moment+" "+a.db, func(t *testing.T) {
				t.Parallel()
				deaths := 0
				a.tags, a.config = sabotageTag, check.Config{For: 3 * time.Second}
				a.play = func(ctx context.Context, e *faults.Env) (err error) {
					// Not before the clients have begun: nobody would start a node again that dies then.
					if err := restart(ctx, e, "HEARD_SABOTAGE="+moment+":60"); err != nil {
						return err
					}
					if deaths, err = revive(ctx, e, 3*time.Second, 3); err != nil {
						return err
					}
					return restart(ctx, e)
				}
				r, _ := a.run(t)
				holds(t, r)
				if deaths == 0 {
					t.Error("no node died: the run shows nothing")
				}
				t.Logf("%d deaths", deaths)
			})
		}
	}
}

// revive starts nodes again that died by themselves, for a time and until there were enough.
func revive(ctx context.Context, e *faults.Env, for_ time.Duration, enough int) (deaths int, err error) {
	for end := time.Now().Add(for_); time.Now().Before(end) || deaths < enough && time.Now().Before(end.Add(20*time.Second)); {
		for _, n := range e.Nodes {
			if !n.Died() {
				continue
			}
			deaths++
			e.Mark(n.Name + " died")
			if err := begin(ctx, n); err != nil {
				return deaths, err
			}
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return deaths, ctx.Err()
		}
	}
	return deaths, nil
}

// restart kills all nodes and starts them with these variables.
func restart(ctx context.Context, e *faults.Env, env ...string) error {
	for _, n := range e.Nodes {
		if err := n.Kill(); err != nil {
			return err
		}
		n.With(env...)
		if err := begin(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// begin starts a node. It may die again while it starts: that is for revive to see.
func begin(ctx context.Context, n *faults.Node) error {
	if err := n.Start(ctx); err != nil && !n.Died() {
		return err
	}
	return nil
}

// TestFaultClocks: nodes whose clocks are wrong keep the order, the ids and the leases.
func TestFaultClocks(t *testing.T) {
	t.Parallel()
	for _, shift := range []string{"1h", "-1h", "24h", "5m"} {
		t.Run(shift, func(t *testing.T) {
			if _, long := long(t); !long && shift != "1h" && shift != "-1h" {
				t.Skip("the long form only")
			}
			t.Parallel()
			r, _ := attack{db: migrations.Postgres, nodes: 2, tags: sabotageTag, env: func(node int) []string {
				if node == 0 {
					return nil
				}
				return []string{"HEARD_CLOCK=" + shift}
			}}.run(t)
			holds(t, r)
		})
	}
}
