package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// eachBench runs a benchmark on both databases.
func eachBench(b *testing.B, fn func(b *testing.B, db *migrations.DB)) {
	b.Run("sqlite", func(b *testing.B) { fn(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { fn(b, dbtest.Postgres(b)) })
}

// BenchmarkPost is 100 customers who send as fast as they are acked.
func BenchmarkPost(b *testing.B) {
	eachBench(b, func(b *testing.B, db *migrations.DB) {
		const customers = 100
		d := newDesk(b, db)
		ids := make([]events.ID, customers)
		for i := range ids {
			ids[i] = d.start(cus)
		}
		lat := make([][]time.Duration, customers)
		var wg sync.WaitGroup
		b.ResetTimer()
		for i, id := range ids {
			n := b.N / customers
			if i < b.N%customers {
				n++
			}
			wg.Go(func() {
				for range n {
					in := d.postIn(cus, id, "A message of an ordinary length, as people write them in a chat.")
					begin := time.Now()
					if _, err := d.Post(context.Background(), in); err != nil {
						b.Error(err)
						return
					}
					lat[i] = append(lat[i], time.Since(begin))
				}
			})
		}
		wg.Wait()
		b.StopTimer()
		all := slices.Sorted(slices.Values(slices.Concat(lat...)))
		b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "msg/s")
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	})
}

// fill makes n tickets of 8 agents in 4 teams, a tenth of them open, without history.
func fill(b *testing.B, d *desk, n int) {
	b.Helper()
	statuses := []tickets.Status{tickets.Open, tickets.Closed, tickets.Closed, tickets.Resolved, tickets.Closed,
		tickets.Pending, tickets.Closed, tickets.Closed, tickets.Closed, tickets.Resolved}
	columns := []string{"subject", "status", "channel", "inbox_id", "customer_id", "team_id", "assignee_id", "last_owner_id",
		"preview", "created_at", "updated_at", "said_at"}
	for from := 0; from < n; from += 1000 {
		rows := make([][]any, 0, 1000)
		for i := from; i < from+1000; i++ {
			st, at := statuses[i%10], int64(d.log.Now())-int64(i*7919%n)*1000
			owner := i / 10 % 9
			rows = append(rows, []any{fmt.Sprint("Subject ", i), string(st), "chat", 1, i%2 + 1, i%4 + 1,
				owner * flagOf(st != tickets.Resolved && st != tickets.Closed), owner, "The newest words of it", at, at, at})
		}
		d.must(d.log.Write(b.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
			return tx.Insert(ctx, "tickets", columns, rows)
		}))
	}
}

func flagOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// BenchmarkLists is the first page of 50 among 100,000 tickets.
func BenchmarkLists(b *testing.B) {
	eachBench(b, func(b *testing.B, db *migrations.DB) {
		d := newDesk(b, db)
		fill(b, d, 100_000)
		d.must(d.log.Write(b.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.ExecContext(ctx, "ANALYZE tickets")
			return err
		}))
		live := []tickets.Status{tickets.Open, tickets.Pending}
		for _, f := range []struct {
			name string
			tickets.Filter
		}{
			{"mine", tickets.Filter{View: tickets.ViewMine, Agent: 1, Statuses: live}},
			{"unassigned", tickets.Filter{View: tickets.ViewUnassigned, Statuses: live[:1]}},
			{"all", tickets.Filter{}},
			{"all_open", tickets.Filter{Statuses: live}},
			{"team", tickets.Filter{View: tickets.ViewTeam, Team: 2, Statuses: live}},
			{"restricted", tickets.Filter{Scope: tickets.Scope{Restricted: true, Teams: []events.ID{2, 3}, Agent: 1}, Statuses: live}},
		} {
			b.Run(f.name, func(b *testing.B) {
				var lat []time.Duration
				for b.Loop() {
					begin := time.Now()
					list, _, err := d.Tickets(b.Context(), f.Filter)
					if err != nil || len(list) == 0 {
						b.Fatal(len(list), err)
					}
					lat = append(lat, time.Since(begin))
				}
				slices.Sort(lat)
				b.ReportMetric(float64(lat[len(lat)/2].Microseconds())/1000, "p50-ms")
			})
		}
	})
}
