package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// benchTickets is how many tickets, of four messages each, the benchmark makes; HEARD_SEARCH_TICKETS says otherwise.
const benchTickets = 25_000

// benchBatch is how many of them one transaction holds.
const benchBatch = 50

// words of messages follow Zipf's law over 50,000 words.
type speaker struct {
	r *rand.Rand
	z *rand.Zipf
}

func newSpeaker() speaker {
	r := rand.New(rand.NewPCG(1, 2))
	return speaker{r, rand.NewZipf(r, 1.1, 10, 50_000)}
}

func (s speaker) word() string { return fmt.Sprintf("w%dx", s.z.Uint64()) }

func (s speaker) say(least, most int) string {
	out := make([]string, least+s.r.IntN(most-least+1))
	for i := range out {
		out[i] = s.word()
	}
	return strings.Join(out, " ")
}

// fill writes tickets and their messages, and indexes them.
func (d *desk) fill(b *testing.B, n int) {
	b.Helper()
	sp := newSpeaker()
	now := int64(d.log.Now())
	for from := 1; from <= n; from += benchBatch {
		var rows, said [][]any
		set := map[events.ID]bool{}
		for id := from; id < from+benchBatch; id++ {
			at := now - int64((id*7919)%n)*1000
			status := []string{"open", "closed", "closed", "resolved", "pending", "closed"}[id%6]
			rows = append(rows, []any{id, sp.say(3, 6), status, "chat", int64(d.inbox.ID), 1 + id%2, 1, at, at})
			for seq := range 4 {
				said = append(said, []any{id, seq + 1, "customer", sp.say(6, 20), at})
			}
			set[events.ID(id)] = true
		}
		d.must(d.log.Write(b.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			err := tx.Insert(ctx, "tickets", []string{"id", "subject", "status", "channel", "inbox_id", "customer_id", "team_id", "created_at", "updated_at"}, rows)
			if err != nil {
				return err
			}
			if err := tx.Insert(ctx, "messages", []string{"ticket_id", "seq", "by_kind", "body", "at"}, said); err != nil {
				return err
			}
			return d.remake(ctx, tx, set, false)
		}))
	}
	d.must(d.log.Write(b.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.ExecContext(ctx, "ANALYZE tickets")
		if err == nil && tx.Dialect() == migrations.Postgres {
			_, err = tx.ExecContext(ctx, "ANALYZE search_texts")
		}
		return err
	}))
}

// BenchmarkSearch is the newest 20 tickets of two words, of rare and of common ones, among 100,000 messages.
func BenchmarkSearch(b *testing.B) {
	n := benchTickets
	if s := os.Getenv("HEARD_SEARCH_TICKETS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for name, open := range map[string]func(testing.TB) *migrations.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := newDesk(b, open(b))
			begin := time.Now()
			d.fill(b, n)
			b.Logf("%d tickets made and indexed in %s", n, time.Since(begin).Round(time.Millisecond))
			sp := newSpeaker()
			for kind, query := range map[string]func() string{
				"two words":           func() string { return sp.word() + " " + sp.word() },
				"two common words":    func() string { return fmt.Sprintf("w%dx w%dx", sp.r.IntN(5), sp.r.IntN(5)) },
				"two words, open":     func() string { return "is:open " + sp.word() + " " + sp.word() },
				"a rare word":         func() string { return fmt.Sprintf("w%dx", 10_000+sp.r.IntN(30_000)) },
				"a phrase":            func() string { return fmt.Sprintf(`"w%dx w%dx"`, sp.r.IntN(20), sp.r.IntN(20)) },
				"two words, one not":  func() string { return sp.word() + " -" + sp.word() },
				"from and a word":     func() string { return "from:ana " + sp.word() },
				"tokens alone":        func() string { return "is:open priority:normal channel:chat -has:note" },
				"beginning of a word": func() string { return fmt.Sprintf("w%d", 1000+sp.r.IntN(900)) },
			} {
				b.Run(kind, func(b *testing.B) { d.measure(b, query) })
			}
		})
	}
}

func (d *desk) measure(b *testing.B, query func() string) {
	var lat []time.Duration
	for b.Loop() {
		q, err := Parse(query())
		d.must(err)
		begin := time.Now()
		f := tickets.Filter{Limit: 20}
		d.must(d.Narrow(b.Context(), d.caller(0), q, &f))
		if _, _, err := d.Tickets(b.Context(), f); err != nil {
			b.Fatal(err)
		}
		lat = append(lat, time.Since(begin))
	}
	slices.Sort(lat)
	b.ReportMetric(float64(lat[len(lat)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(lat[len(lat)*99/100].Microseconds())/1000, "p99-ms")
}
