package rollups_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// A year of a desk with a million tickets: 2,740 a day, 20 teams, 60 agents, 3 channels, 60 topics. Only the rows of days
// and months are there, which is what a page of a year reads.
func BenchmarkDashboardOfAYear(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *migrations.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := newDesk(b, open(b), "2026-03-01 12:00")
			d.must(d.WriteYear(b.Context(), rollups.Days{From: "2025-03-01", To: "2026-02-28"}, writeRows))
			for _, page := range rollups.Pages() {
				for _, f := range []rollups.Filter{{}, {Channel: tickets.Chat}} {
					b.Run(fmt.Sprintf("%s/%s", page, f.Channel), func(b *testing.B) {
						for b.Loop() {
							_, err := d.Dashboard(b.Context(), page, rollups.DashboardQuery{From: "2025-03-01", To: "2026-02-28", Filter: f})
							d.must(err)
						}
					})
				}
			}
		})
	}
}

// writeRows fills a day with facts as a large desk has them, through what makes the facts of every day.
func writeRows(day time.Time, add func(o rollups.Observation)) {
	rng := rand.New(rand.NewPCG(uint64(day.Unix()), 1))
	channels := []tickets.Channel{tickets.Chat, tickets.API, tickets.Email}
	ticket := events.ID(day.Unix() / 86400 * 10_000)
	const many = 274 // a tenth of the tickets: nearly as many rows, since most parts of a day have a ticket or two
	for range many {
		ticket++
		team := events.ID(1 + rng.IntN(20))
		at := events.TimeOf(day.Add(time.Duration(6+rng.IntN(14)) * time.Hour))
		o := rollups.Observation{Ticket: ticket, At: at, Inbox: 1 + team%2, Team: team, Channel: channels[rng.IntN(3)]}
		for _, figure := range rollups.Keys() {
			o.Figure, o.Agent, o.Hit = figure, team*3-events.ID(rng.IntN(3)), 0
			if figure == rollups.Volume || figure == rollups.Abandoned {
				o.Agent = 0
			}
			if rng.IntN(4) == 0 {
				o.Hit = at
			}
			o.Calendar = int64(1e6 * math.Exp(1.2*rng.NormFloat64()))
			o.Business = o.Calendar / 3
			add(o)
		}
	}
}
