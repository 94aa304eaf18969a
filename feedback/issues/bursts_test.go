package issues

import (
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// placed gives the tickets of the last hours their topics, as the consumer does on arrival.
func (d *shop) placed(word string) {
	d.t.Helper()
	db := d.log.Read()
	var topic events.ID
	d.must(db.NewRaw(`SELECT m.topic_id FROM topic_members m JOIN messages x ON x.ticket_id = m.ticket_id
		WHERE x.by_kind = 'customer' AND x.body LIKE ? AND m.topic_id <> 0 GROUP BY m.topic_id ORDER BY COUNT(*) DESC, m.topic_id LIMIT 1`,
		"%"+word+"%").Scan(d.t.Context(), &topic))
	var rows []struct {
		ID        events.ID
		CreatedAt events.Time
	}
	d.must(db.NewRaw(`SELECT t.id, t.created_at FROM tickets t WHERE NOT EXISTS (SELECT 1 FROM topic_members m WHERE m.ticket_id = t.id)
		AND EXISTS (SELECT 1 FROM messages x WHERE x.ticket_id = t.id AND x.by_kind = 'customer' AND x.body LIKE ?) ORDER BY t.id`,
		"%"+word+"%").Scan(d.t.Context(), &rows))
	var list []assignment
	for _, r := range rows {
		list = append(list, assignment{ticket: r.ID, to: topic, at: r.CreatedAt, sure: true})
	}
	d.must(d.reassign(d.t.Context(), system, list, assign))
}

func (d *shop) bursts() {
	d.t.Helper()
	d.must(d.Bursts(d.t.Context()))
}

func TestABurstIsToldBeforeTheNight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		d.weeks()
		d.night()
		d.clock.Advance(24 * time.Hour)
		before := d.kinds()["issue.flagged"]
		d.bursts()
		if n := d.kinds()["issue.flagged"]; n != before {
			t.Fatalf("a quiet day raised %d flags", n-before)
		}
		d.burst("crash", 14, 0)
		d.placed("camera")
		d.bursts()
		x := d.about("camera")
		if x.Kind != KindBurst && x.Kind != KindNew || x.Test.Hours == 0 || x.Test.Observed < 6 || !strings.Contains(x.Test.Sentence, "hours from") {
			t.Fatalf("issue = %s, test %+v", x.Kind, x.Test)
		}
		if len(detailOf(d, x.ID).Quotes) == 0 || x.Tickets < 6 {
			t.Errorf("%d tickets, quotes %+v", x.Tickets, detailOf(d, x.ID).Quotes)
		}
		raised := d.kinds()["issue.flagged"]
		if raised != before+1 {
			t.Errorf("%d flags for one burst", raised-before)
		}

		// An hour later it is the same episode, and in the night as well.
		d.clock.Advance(time.Hour)
		d.burst("crash", 4, 0)
		d.placed("camera")
		d.bursts()
		if y := d.about("camera"); y.ID != x.ID || y.Test.Observed <= x.Test.Observed || d.kinds()["issue.flagged"] != raised {
			t.Errorf("an hour later: %+v, %d flags", y.Test, d.kinds()["issue.flagged"])
		}
		d.clock.Advance(13 * time.Hour)
		d.night()
		if y := d.about("camera"); y.ID != x.ID || d.kinds()["issue.flagged"] != raised || y.Test.Hours != 0 {
			t.Errorf("after the night: %+v, %d flags", y.Test, d.kinds()["issue.flagged"])
		}
		d.bursts()
		if y := d.about("camera"); y.Test.Hours != 0 {
			t.Errorf("a look at some hours replaced what the night found: %+v", y.Test)
		}
		d.check()
	})
}

func detailOf(d *shop, id events.ID) *Detail {
	d.t.Helper()
	x, err := d.Issue(d.t.Context(), id)
	d.must(err)
	return x
}

func TestBusyHoursAndOneCustomerAreNoBurst(t *testing.T) {
	d := newShop(t, dbtest.SQLite(t))
	d.weeks()
	d.night()
	d.clock.Advance(24 * time.Hour)
	before := d.kinds()["issue.flagged"]
	for _, matter := range []string{"card", "refund", "invoice", "crash"} { // three times the usual, of everything
		d.burst(matter, 4, 0)
	}
	for _, word := range []string{"card", "refund", "invoice", "camera"} {
		d.placed(word)
	}
	d.bursts()
	var list []tickets.History
	for range 14 { // and one person again and again
		h := d.told("invoice", 0, 1)
		h.Customer = 7
		list = append(list, h)
	}
	d.load(list)
	d.placed("invoice")
	d.bursts()
	if n := d.kinds()["issue.flagged"]; n != before {
		t.Errorf("raised %d flags", n-before)
	}
}

func TestTheLikeOfLastMonthIsNoBurst(t *testing.T) {
	now := int64(1000) * dayMillis
	x := recent{topic: 1, off: map[int64]bool{}}
	for age := int64(gapDays + baselineDays); age > gapDays; age-- {
		n := 1
		if age == 30 || age == 60 {
			n = 12
		}
		for range n {
			x.usual = append(x.usual, now-age*dayMillis+1)
		}
	}
	var opened []int64
	for i := range int64(40) {
		opened = append(opened, now-i*hourMillis/2)
		if i < 12 {
			x.last = append(x.last, arrival{now - i*hourMillis/2, events.ID(i + 1)})
		}
	}
	if f := x.test(now, 56*30, opened); f.Test.P < 1 {
		t.Errorf("as on the same days of two months: %+v", f.Test)
	}
	x.usual = x.usual[:0]
	for age := int64(gapDays + baselineDays); age > gapDays; age-- {
		x.usual = append(x.usual, now-age*dayMillis+1)
	}
	if f := x.test(now, 56*30, opened); f.Test.P > 0.001 || f.Test.Hours == 0 || f.Kind != KindBurst {
		t.Errorf("twelve where one is usual: %s %+v", f.Kind, f.Test)
	}
}
