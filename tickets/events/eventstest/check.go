package eventstest

import (
	"context"
	"testing"

	"heard/tickets/events"
)

// Check says what is wrong with the log: places without gap from 1, every ticket's seq without gap from 1, prev the
// newest earlier public event, time that never runs backwards, and heads that agree with the rows. fold, if given,
// is then called with each ticket's events in order (0: the desk's); it folds them and compares with the rows.
func Check(t testing.TB, l *events.Log, fold func(t testing.TB, ticket events.ID, evs []events.Event)) {
	t.Helper()
	heads := make(map[events.ID]events.Head)
	logs := make(map[events.ID][]events.Event)
	all := All(t, l)
	for i, e := range all {
		if want := int64(i + 1); e.Pos != want {
			t.Fatalf("event %d of the log has pos %d", want, e.Pos)
		}
		logs[e.TicketID] = append(logs[e.TicketID], e)
		if e.TicketID == 0 {
			if e.Seq != 0 || e.Prev != 0 {
				t.Errorf("pos %d: an event of the desk has seq %d, prev %d", e.Pos, e.Seq, e.Prev)
			}
			continue
		}
		h := heads[e.TicketID]
		if e.Seq != h.Seq+1 || e.Prev != h.Public || e.At < h.At {
			t.Errorf("pos %d, ticket %s: seq %d, prev %d, at %s follows seq %d, public %d, at %s",
				e.Pos, e.TicketID, e.Seq, e.Prev, e.At, h.Seq, h.Public, h.At)
		}
		h.Seq, h.At = e.Seq, e.At
		if e.Public {
			h.Public = e.Seq
		}
		heads[e.TicketID] = h
	}
	checkHeads(t, l, heads, int64(len(all)))
	if fold == nil {
		return
	}
	for ticket, evs := range logs {
		fold(t, ticket, evs)
	}
}

// checkHeads compares the heads that follow from the log with the stored ones.
func checkHeads(t testing.TB, l *events.Log, want map[events.ID]events.Head, length int64) {
	t.Helper()
	ctx := context.Background()
	if pos, err := l.Head(ctx); err != nil || pos != length {
		t.Errorf("head of the log = %d, %v; want %d", pos, err, length)
	}
	rows, err := l.Read().QueryContext(ctx, `SELECT id, last_seq, public_seq, last_at FROM tickets`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var id events.ID
		var h events.Head
		if err := rows.Scan(&id, &h.Seq, &h.Public, &h.At); err != nil {
			t.Fatal(err)
		}
		if h != want[id] {
			t.Errorf("head of ticket %s = %+v, want %+v", id, h, want[id])
		}
		if _, ok := want[id]; ok {
			seen++
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	ofTickets := len(want)
	if seen != ofTickets {
		t.Errorf("%d tickets have events, %d of them have a row", ofTickets, seen)
	}
}
