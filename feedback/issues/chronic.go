package issues

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"heard/tickets/events"
)

// mostRecurring is how many issues are open only because they never end: more would be a list of everything.
const mostRecurring = 8

// recurring opens issues for what never ends and cost most up to a day, a few at a time.
func (n *nightly) recurring(ctx context.Context, l *ledger, day int, flags []Flag) error {
	room := mostRecurring
	for _, x := range l.issues {
		if x.Kind == KindRecurring && x.Status == Flagged {
			room--
		}
	}
	if room <= 0 || len(flags) == 0 {
		return nil
	}
	groups, err := n.costly(ctx, l, day, flags)
	if err != nil {
		return err
	}
	for _, group := range groups[:min(room, len(groups))] {
		topics := n.card(l, topicIDs(group))
		lead := l.whole(group[0], topics, nil)
		err := n.s.system(ctx, func(ctx context.Context, tx *events.Tx) error {
			return open(ctx, tx, l, lead, topics, n.effective(l, lead))
		})
		if err != nil {
			return fmt.Errorf("raise an issue: %w", err)
		}
	}
	return nil
}

// costly groups flags of recurring topics by card and puts those groups first that cost most. Topics of issues, or
// alike to one, are left out.
func (n *nightly) costly(ctx context.Context, l *ledger, day int, flags []Flag) ([][]Flag, error) {
	flagOf := map[events.ID]Flag{}
	for _, f := range flags {
		flagOf[events.ID(f.Topic)] = f
	}
	var groups [][]Flag
	for _, card := range n.model.Cards() {
		var group []Flag
		taken := false
		for _, key := range append([]int64{card.Topic}, card.Alike...) {
			id := l.topics.heir(key)
			taken = taken || l.ofTopic[id] != nil
			if f, ok := flagOf[id]; ok {
				group = append(group, f)
			}
		}
		if len(group) > 0 && !taken {
			groups = append(groups, group)
		}
	}
	from, to := l.start(day-costDays+1), l.start(day+1)
	if day == l.day {
		from, to = l.start(l.today-l.daysOf(costDays)+1), l.now+1
	}
	all, err := n.s.cases(ctx, from, to)
	if err != nil {
		return nil, err
	}
	l.place(all)
	cost := map[events.ID]float64{}
	for i := range all {
		cost[all[i].topic] += all[i].minutes + 1 // without any minutes the number of tickets decides
	}
	sum := func(g []Flag) (total float64) {
		for _, f := range g {
			total += cost[events.ID(f.Topic)]
		}
		return total
	}
	slices.SortStableFunc(groups, func(a, b []Flag) int { return cmp.Compare(sum(b), sum(a)) })
	return groups, nil
}

// renew counts the issues that never end anew: they have no episode that would go on, and what a night years ago counted
// says nothing beside the figures of this one. A fixed issue keeps what was seen before its fix, and one that ebbed away
// what was seen last: that says its date.
func (s *Store) renew(ctx context.Context, l *ledger) error {
	for _, x := range l.issues {
		if x.Kind != KindRecurring || x.watched() {
			continue
		}
		f, ok := recurring(l.byIssue.series(issueKey(x.ID)), l.day)
		if !ok {
			continue
		}
		test, err := toJSON(testOf(f, l.first+l.day))
		if err != nil {
			return err
		}
		if test == x.Test {
			continue
		}
		x.Test = test
		err = s.system(ctx, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE issues SET test = ? WHERE id = ? AND kind = ?`, test, x.ID, string(KindRecurring)).Exec(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("count a recurring issue: %w", err)
		}
	}
	return nil
}

// test is what an issue was flagged by. What is told of an earlier night says so.
func (x *issue) test(today int) (v TestView) {
	_ = json.Unmarshal([]byte(x.Test), &v) // what does not read is left out: it is ours
	if v.Window == 0 && v.Hours == 0 {
		return v // nothing was tested
	}
	day := x.FlagDay
	if at, err := time.Parse(time.DateOnly, v.Day); err == nil {
		day = int(at.Unix() / (24 * 60 * 60))
	} else if day == 0 {
		day = dayOf(x.FlaggedAt, time.UTC) - 1 // of before tests knew their day
	}
	if day < today-1 {
		v.Sentence += " That was on " + time.Unix(int64(day)*24*60*60, 0).UTC().Format("2 January") + "."
	}
	return v
}
