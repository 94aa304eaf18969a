package issues

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"heard/feedback/stats"
	"heard/migrations"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	burstQ     = 0.01 // false discovery rate of one look: there are 24 a day
	burstRatio = 2    // times the usual from which a few hours are worth telling
	burstLeast = 5
	hourMillis = 60 * 60 * 1000
)

// burstWindows are the last hours that are looked at.
func burstWindows() []int { return []int{3, 6, 24} }

// recent is a topic with enough tickets in the last day to be looked at, and its usual ones.
type recent struct {
	topic events.ID
	last  []arrival
	usual []int64        // openings in the baseline and before, ascending
	off   map[int64]bool // days of the baseline, back from now, on which it was flagged
}

type arrival struct {
	at       int64
	customer events.ID
}

// Bursts looks at the last hours: a topic with many more tickets than its share of all of them would be opens an issue
// before the night does, or goes on with the episode that is open. Shares, not hours of the week: a busy Monday
// morning is busy in all topics. It reads the tickets of a day, and older ones only of topics that might be told.
func (s *Store) Bursts(ctx context.Context) error {
	s.nights.Lock()
	defer s.nights.Unlock()
	flags, err := s.lastHours(ctx, int64(s.log.Now()))
	if err != nil || len(flags) == 0 {
		return err
	}
	return s.alarm(ctx, flags)
}

// lastHours tests the topics that have had tickets in the last day.
func (s *Store) lastHours(ctx context.Context, now int64) ([]Flag, error) {
	list, err := s.recents(ctx, now)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	db := s.log.Read()
	from, to := now-(gapDays+baselineDays)*dayMillis, now-gapDays*dayMillis
	var first, usual, topics int64
	var opened []int64
	for _, q := range []struct {
		into any
		sql  string
		args []any
	}{
		{&first, `SELECT COALESCE(MIN(created_at), 0) FROM tickets`, nil},
		{&usual, `SELECT COUNT(*) FROM tickets WHERE created_at >= ? AND created_at < ?`, []any{from, to}},
		{&topics, `SELECT COUNT(*) FROM topics WHERE tickets > 0`, nil},
		{&opened, `SELECT created_at FROM tickets WHERE created_at > ? AND created_at <= ?`, []any{now - dayMillis, now}},
	} {
		if err := db.NewRaw(q.sql, q.args...).Scan(ctx, q.into); err != nil {
			return nil, fmt.Errorf("count tickets of the last hours: %w", err)
		}
	}
	if usual == 0 || now-first < warmUp*dayMillis {
		return nil, nil
	}
	flags, ps := make([]Flag, len(list)), make([]float64, max(len(list), int(topics)))
	for i := range ps {
		ps[i] = 1
	}
	for i := range list {
		flags[i] = list[i].test(now, usual, opened)
		ps[i] = flags[i].Test.P
	}
	qs := stats.BenjaminiHochberg(ps)
	for i := range flags {
		flags[i].Test.Q = qs[i]
	}
	return slices.DeleteFunc(flags, func(f Flag) bool { return f.Test.Q > burstQ }), nil
}

// recents finds the topics with support in the last day, and reads what is usual for them.
func (s *Store) recents(ctx context.Context, now int64) (list []*recent, err error) {
	var rows []struct {
		TopicID, CustomerID events.ID
		At                  int64
	}
	err = s.log.Read().NewRaw(`SELECT m.topic_id, t.customer_id, m.at FROM topic_members m JOIN tickets t ON t.id = m.ticket_id
		WHERE m.at > ? AND m.at <= ? AND m.topic_id <> 0 AND t.merged_into = 0 AND NOT t.spam ORDER BY m.topic_id, m.at, m.ticket_id`,
		now-dayMillis, now).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read tickets of the last hours: %w", err)
	}
	byTopic := map[events.ID]*recent{}
	for _, r := range rows {
		x := byTopic[r.TopicID]
		if x == nil {
			x = &recent{topic: r.TopicID, off: map[int64]bool{}}
			byTopic[r.TopicID], list = x, append(list, x)
		}
		x.last = append(x.last, arrival{r.At, r.CustomerID})
	}
	list = slices.DeleteFunc(list, func(x *recent) bool {
		n, customers := x.support(now, 24)
		return n < burstLeast || customers < leastCustomers
	})
	return list, s.readUsual(ctx, now, list, byTopic)
}

// readUsual reads the older tickets of some topics, and the days on which they were flagged.
func (s *Store) readUsual(ctx context.Context, now int64, list []*recent, byTopic map[events.ID]*recent) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]events.ID, len(list))
	for i, x := range list {
		ids[i] = x.topic
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	var rows []struct {
		TopicID events.ID
		At      int64
	}
	err = s.log.Read().NewRaw(`SELECT topic_id, at FROM topic_members WHERE topic_id IN (?) AND at >= ? AND at < ? ORDER BY at`,
		bun.List(ids), now-(gapDays+baselineDays)*dayMillis, now-gapDays*dayMillis).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read usual tickets of topics: %w", err)
	}
	for _, r := range rows {
		byTopic[r.TopicID].usual = append(byTopic[r.TopicID].usual, r.At)
	}
	today := dayOf(events.Time(now), snap.Zone())
	var days []struct {
		TopicID events.ID
		Day     int
	}
	err = s.log.Read().NewRaw(`SELECT topic_id, day FROM issue_flags WHERE topic_id IN (?) AND day >= ?`, bun.List(ids),
		today-gapDays-baselineDays).Scan(ctx, &days)
	if err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	for _, d := range days {
		for before := range 3 { // and the two days before, as in the night
			byTopic[d.TopicID].off[int64(today-d.Day+before)] = true
		}
	}
	return nil
}

// support counts the tickets of the last hours, at most perCustomer of one customer, and the customers.
func (x *recent) support(now int64, hours int) (conversations, customers int) {
	seen := map[events.ID]int{}
	for _, a := range x.last {
		if a.at > now-int64(hours)*hourMillis {
			if seen[a.customer]++; seen[a.customer] <= perCustomer {
				conversations++
			}
		}
	}
	return conversations, len(seen)
}

// test compares the topic's part of the last hours with its usual part. all is how many tickets of any topic the
// baseline has, opened those of the last day.
func (x *recent) test(now, all int64, opened []int64) Flag {
	f := Flag{Topic: int64(x.topic), Kind: KindBurst, Test: Test{Window: 1, P: 1, Q: 1}}
	count, days := 0.3, float64(baselineDays)
	for age := int64(gapDays); age < gapDays+baselineDays; age++ {
		if x.off[age] {
			days--
			continue
		}
		count += float64(x.between(now, age))
	}
	if count < newBelow {
		f.Kind = KindNew
	}
	perDay := float64(all) / baselineDays
	part := count / math.Max(count+1, perDay*(days+2))
	for _, hours := range burstWindows() {
		n, customers := x.support(now, hours)
		others := 0.0
		for _, at := range opened {
			if at > now-int64(hours)*hourMillis {
				others++
			}
		}
		expected := part / (1 - part) * math.Max(0, others-float64(n))
		if n < burstLeast || customers < leastCustomers || float64(n) < burstRatio*expected {
			continue
		}
		kappa := DefaultDetector().Kappa * (0.4 + 0.6*24/float64(hours))
		p := stats.NegBinTail(n, expected, 1/(1/count+kappa)) * float64(len(burstWindows()))
		if p < f.Test.P {
			f.Test.Hours, f.Test.Observed, f.Test.Expected, f.Test.P = hours, n, expected, p
			f.Conversations, f.Customers = n, customers
		}
	}
	if x.usualForTheMonth(now) {
		f.Test.P = 1
	}
	f.Sentence = sentence(f)
	return f
}

// between counts the usual tickets of the day that ended so many days ago.
func (x *recent) between(now, age int64) int {
	at := func(t int64) int {
		i, _ := slices.BinarySearch(x.usual, t)
		return i
	}
	return at(now-age*dayMillis) - at(now-(age+1)*dayMillis)
}

// usualForTheMonth is the calendar guard of a single day: the like came one and two months ago.
func (x *recent) usualForTheMonth(now int64) bool {
	best := func(from, to int64) (most int) {
		for age := from; age <= to; age++ {
			most = max(most, x.between(now, age))
		}
		return most
	}
	return float64(len(x.last)) <= 1.35*float64(min(best(28, 32), best(58, 62)))+2
}

// alarm opens issues for flags of the last hours, or goes on with the episodes that are open.
func (s *Store) alarm(ctx context.Context, flags []Flag) error {
	l, err := s.ledger(ctx)
	if err != nil {
		return err
	}
	slices.SortStableFunc(flags, func(a, b Flag) int { return cmp.Compare(a.Test.P, b.Test.P) })
	var fresh []Flag
	for _, f := range flags {
		f.Day = l.today
		x := l.ofTopic[events.ID(f.Topic)]
		if x == nil || l.first+l.today-x.FlagDay > quietDays {
			fresh = append(fresh, f)
		} else if err := s.goesOn(ctx, l, x, f); err != nil {
			return fmt.Errorf("go on with an issue: %w", err)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	n := &nightly{s: s, now: l.now, topics: l.topics}
	s.mu.Lock()
	if s.live != nil {
		n.model, err = s.live.Clone() // arrivals wait for this, and not for what follows
	}
	s.mu.Unlock()
	if err != nil || n.model == nil {
		return err
	}
	n.near, n.cards = n.model.Similar(), n.model.Cards()
	for _, group := range n.grouped(fresh, l) {
		if err := n.raise(ctx, l, group); err != nil {
			return fmt.Errorf("raise an issue: %w", err)
		}
	}
	if err := s.readIssues(ctx, l); err != nil {
		return err
	}
	l.count()
	if err := n.quote(ctx, l); err != nil {
		return err
	}
	return s.measure(ctx, l, n.near)
}

// goesOn notes the day of an open episode. What a night found is not replaced by what a few hours say.
func (s *Store) goesOn(ctx context.Context, l *ledger, x *issue, f Flag) error {
	if x.watched() {
		return nil // what comes right after a fix is the fix's own test to judge
	}
	var was TestView
	hourly := json.Unmarshal([]byte(x.Test), &was) == nil && was.Hours > 0
	day := l.first + f.Day
	return s.system(ctx, func(ctx context.Context, tx *events.Tx) error {
		if err := noteFlag(ctx, tx, events.ID(f.Topic), day); err != nil {
			return err
		}
		if hourly {
			return x.goOn(ctx, tx, f, day)
		}
		_, err := tx.NewRaw(`UPDATE issues SET flag_day = ?, updated_at = ? WHERE id = ? AND flag_day < ?`, day, tx.Now, x.ID, day).Exec(ctx)
		return err
	})
}

// claimed holds a topic until the unit ends and says whether it has an issue by now: a night that an import runs and a
// look at the last hours may both have found it.
func claimed(ctx context.Context, tx *events.Tx, topic events.ID) (bool, error) {
	if tx.Dialect() == migrations.Postgres {
		if _, err := tx.NewRaw(`SELECT id FROM topics WHERE id = ? FOR UPDATE`, topic).Exec(ctx); err != nil {
			return false, fmt.Errorf("claim topic: %w", err)
		}
	}
	var n int
	err := tx.NewRaw(`SELECT COUNT(*) FROM issue_topics i JOIN issues x ON x.id = i.issue_id WHERE i.topic_id = ? AND x.merged_into = 0`, topic).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("claim topic: %w", err)
	}
	return n > 0, nil
}
