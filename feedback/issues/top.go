package issues

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	weeksUsual = 4 // how many spans before are taken as usual
	week       = events.Time(7 * 24 * time.Hour / time.Millisecond)
)

// ReportIssue is an issue in a report about a span of time.
type ReportIssue struct {
	ID        events.ID
	Name      string // a person's, or words that several customers used: it may be kept for ever
	Kind      Kind
	Status    Status
	OwnerID   events.ID
	Owner     string
	Tickets   int
	Customers int
	Before    int      // tickets in the span before: the same days of the week before
	Expected  *float64 // tickets that such a span usually has; nil where nobody knows yet
	Hours     float64
	CSAT      *Score
}

// Top returns the issues that cost most in [from, to), at most n, largest impact first, as they stood at its end. Those
// that the desk had decided to live with are left out, and so are those that nothing had told of by then.
func (s *Store) Top(ctx context.Context, from, to events.Time, n int) ([]ReportIssue, error) {
	l, err := s.ledger(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.cases(ctx, from, to)
	if err != nil {
		return nil, err
	}
	l.place(all)
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	then, err := s.standings(ctx, l.issues, to)
	if err != nil {
		return nil, err
	}
	type ranked struct {
		row  ReportIssue
		rank float64
	}
	var rows []ranked
	step := max(1, (to-from+week/2)/week) * week // a running week is held against the same days of those before
	days := max(1, int(to.Sub(from).Hours()+12)/24)
	for _, x := range l.issues {
		stood, known := then[x.ID]
		if !known || stood.status == WontFix {
			continue
		}
		p := l.period(x, all, days)
		if len(p.Issue) == 0 {
			continue
		}
		r := ReportIssue{ID: x.ID, Name: x.name(l.topics), Kind: stood.kind, Status: stood.status, OwnerID: stood.owner, Owner: snap.AgentName(stood.owner),
			Before: l.between(x, from-step, min(to-step, from))}
		if l.start(0) <= from-weeksUsual*step {
			usual := l.usual(x, from, to, step)
			r.Expected, p.Expected = &usual, usual
		}
		i := Measure(p, WeightsOf(snap.Settings))
		r.Tickets, r.Customers, r.Hours, r.CSAT = i.Conversations, i.Customers, i.Hours, scoreOf(i.Satisfaction, p)
		rows = append(rows, ranked{r, i.Rank})
	}
	slices.SortStableFunc(rows, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.row.Customers, a.row.Customers), cmp.Compare(a.row.ID, b.row.ID))
	})
	out := []ReportIssue{}
	for _, r := range rows[:min(n, len(rows))] {
		out = append(out, r.row)
	}
	return out, nil
}

// usual is the mean count of an issue's tickets in the spans before.
func (l *ledger) usual(x *issue, from, to, step events.Time) float64 {
	sum := 0
	for i := events.Time(1); i <= weeksUsual; i++ {
		sum += l.between(x, from-i*step, min(to-i*step, from-(i-1)*step))
	}
	return float64(sum) / weeksUsual
}

// between counts an issue's tickets of a span.
func (l *ledger) between(x *issue, from, to events.Time) (n int) {
	first := sort.Search(len(l.members), func(i int) bool { return l.members[i].At >= from }) // they are in order of time
	for i := first; i < len(l.members) && l.members[i].At < to; i++ {
		if l.ofTopic[l.members[i].TopicID] == x {
			n++
		}
	}
	return n
}

// IssueNames returns how issues are called now.
func (s *Store) IssueNames(ctx context.Context, ids []events.ID) (map[events.ID]string, error) {
	out := map[events.ID]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID, TopicID events.ID
		Name, Terms string
	}
	if err := s.log.Read().NewRaw(`SELECT id, topic_id, name, terms FROM issues WHERE id IN (?)`, bun.List(ids)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read names of issues: %w", err)
	}
	var topics []events.ID
	for _, r := range rows {
		topics = append(topics, r.TopicID)
	}
	labels, err := s.TopicNames(ctx, topics)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if out[r.ID] = r.Name; r.Name == "" && r.Terms != "[]" {
			out[r.ID] = Label(r.Terms)
		}
		out[r.ID] = cmp.Or(out[r.ID], labels[r.TopicID], labelOf(nil))
	}
	return out, nil
}
