package events_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// post is what a Bulk of these tests works on: a message row, an event, and the ticket's heads.
type post struct {
	ticket events.ID
	n      int
	fail   bool // spoils the whole bulk
	seq    int64
}

func newPosts(l *events.Log) *events.Bulk[post] {
	return events.NewBulk(l, events.BulkOptions[post]{
		Locks: func(p *post) events.Locks { return events.Locks{Tickets: []events.ID{p.ticket}} },
		Do:    doPosts,
	})
}

var messageColumns = []string{"ticket_id", "seq", "by_kind", "by_id", "body", "at"}

func doPosts(ctx context.Context, tx *events.Tx, reqs []*post) error {
	rows := make([][]any, len(reqs))
	for i, p := range reqs {
		e := tx.RecordBy(ada, p.ticket, said{N: p.n})
		p.seq = e.Seq
		rows[i] = []any{p.ticket, e.Seq, ada.Kind, ada.ID, `a "body" \ with {odd}, signs`, e.At}
		if p.fail {
			return errRefused
		}
	}
	return tx.Insert(ctx, "messages", messageColumns, rows)
}

func TestBulk(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		ids := newTickets(t, l, 3)
		posts := newPosts(l)
		const n = 300
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				p := &post{ticket: ids[i%len(ids)], n: i, fail: i%100 == 50}
				err := posts.Write(context.Background(), p)
				if p.fail != errors.Is(err, errRefused) || !p.fail && (err != nil || p.seq == 0) {
					t.Errorf("post %d: seq %d, %v", i, p.seq, err)
				}
			})
		}
		wg.Wait()
		var kept, whole int
		err := l.Read().QueryRowContext(t.Context(), `SELECT count(*), coalesce(sum(CASE WHEN m.body = ? AND e.pos > 0
			THEN 1 ELSE 0 END), 0) FROM messages m LEFT JOIN events e ON e.ticket_id = m.ticket_id AND e.seq = m.seq`,
			`a "body" \ with {odd}, signs`).Scan(&kept, &whole)
		if err != nil || kept != n-3 || whole != kept {
			t.Errorf("%d messages, %d of them whole, %v; want %d", kept, whole, err, n-3)
		}
	})
}

func TestInsertTakesAllTypes(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		err := l.Write(t.Context(), events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
			return tx.Insert(ctx, "customers", []string{"name"}, nil)
		})
		if err != nil {
			t.Errorf("no rows: %v", err)
		}
		err = l.Write(t.Context(), events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
			rows := [][]any{{events.Agent, true, 1.5, events.Time(3)}, {"{x,\"y\"}", false, nil, events.ID(4)}}
			_, err := tx.ExecContext(ctx, `CREATE TEMPORARY TABLE all_types (s TEXT, b BOOLEAN, f DOUBLE PRECISION, i BIGINT)`)
			if err != nil {
				return err
			}
			if err := tx.Insert(ctx, "all_types", []string{"s", "b", "f", "i"}, rows); err != nil {
				return err
			}
			var n int
			err = tx.NewRaw(`SELECT count(*) FROM all_types WHERE s = 'agent' AND b AND f = 1.5 AND i = 3
				OR s = '{x,"y"}' AND NOT b AND f IS NULL AND i = 4`).Scan(ctx, &n)
			if err == nil && n != 2 {
				err = fmt.Errorf("%d rows came back as they were, want 2", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		err = l.Write(t.Context(), events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
			return tx.Insert(ctx, "customers", []string{"name"}, [][]any{{struct{}{}}})
		})
		if err == nil {
			t.Error("a struct went into a column")
		}
	})
}

func TestNeedLocks(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		ids := newTickets(t, l, 2)
		var wg sync.WaitGroup
		for range 5 { // alone and together
			for range 3 {
				wg.Go(func() {
					err := l.Write(context.Background(), events.Unit{By: ada, Locks: events.Locks{Tickets: ids[:1]}},
						func(_ context.Context, tx *events.Tx) error {
							tx.Record(ids[0], said{})
							if tx.Head(ids[1]).Seq == 0 {
								return events.NeedLocks{Locks: events.Locks{Tickets: ids[1:], Customers: ids}}
							}
							tx.Record(ids[1], said{})
							return nil
						})
					if err != nil {
						t.Errorf("write: %v", err)
					}
				})
			}
			wg.Wait()
		}
		if n := len(eventstest.All(t, l)); n != 2+30 {
			t.Errorf("%d events, want 32", n)
		}
		asked := 0
		err := l.Write(t.Context(), events.Unit{}, func(context.Context, *events.Tx) error {
			asked++
			return events.NeedLocks{}
		})
		if err == nil || asked > 4 {
			t.Errorf("asked %d times: %v; want an end", asked, err)
		}
	})
}

func TestDueIsSettledFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		clock := eventstest.NewClock()
		l := eventstest.Open(t, db, events.Options{Now: clock.Now, Vocabulary: vocabulary(),
			Settle: func(ctx context.Context, tx *events.Tx, due []events.ID) error {
				for _, id := range due {
					tx.RecordAt(tx.Now.Add(-time.Minute), events.SystemActor, id, thought{N: 99})
				}
				_, err := tx.NewRaw(`UPDATE tickets SET closes_at = 0 WHERE closes_at > 0 AND closes_at <= ?`, tx.Now).Exec(ctx)
				return err
			}})
		id := newTickets(t, l, 1)[0]
		err := l.Write(t.Context(), events.Unit{}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE tickets SET closes_at = ? WHERE id = ?`, tx.Now.Add(time.Hour), id).Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := say(l, id, 1); err != nil {
				t.Fatal(err)
			}
			clock.Advance(time.Hour)
		}
		if err := say(l, id, 2); err != nil {
			t.Fatal(err)
		}
		evs := eventstest.All(t, l)
		if len(evs) != 5 || evs[2].Kind != "test.thought" || evs[2].At != evs[3].At.Add(-time.Minute) {
			t.Errorf("events = %+v, want the due one third and dated before the fourth", evs)
		}
		eventstest.Check(t, l, nil)
	})
}

func TestFlushed(t *testing.T) {
	each(t, func(t *testing.T, _ *migrations.DB, l *events.Log) {
		id := newTickets(t, l, 1)[0]
		flush := func(fail bool) func(ctx context.Context, tx *events.Tx) error {
			return func(ctx context.Context, tx *events.Tx) error {
				tx.Record(id, said{})
				h := tx.Head(id)
				_, err := tx.NewRaw(`UPDATE tickets SET last_seq = ?, public_seq = ?, last_at = ? WHERE id = ?`,
					h.Seq, h.Public, h.At, id).Exec(ctx)
				if err != nil {
					return err
				}
				tx.Flushed(id)
				if fail {
					return errRefused
				}
				return nil
			}
		}
		u := events.Unit{By: ada, Locks: events.Locks{Tickets: []events.ID{id}}}
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				switch i % 3 {
				case 0:
					if err := say(l, id, i); err != nil {
						t.Errorf("say: %v", err)
					}
				default:
					if err := l.Write(context.Background(), u, flush(i%3 == 1)); (err != nil) != (i%3 == 1) {
						t.Errorf("flush: %v", err)
					}
				}
			})
		}
		wg.Wait()
	})
}
