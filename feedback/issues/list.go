package issues

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Filter narrows a list of issues; empty lists narrow nothing.
type Filter struct {
	Statuses []Status
	Kinds    []Kind
}

func (f Filter) check() error {
	for _, st := range f.Statuses {
		if !slices.Contains([]Status{Flagged, Acknowledged, InProgress, Marked, Verified, Ineffective, Regressed, WontFix}, st) {
			return fault.On("status", "is no status of an issue")
		}
	}
	for _, k := range f.Kinds {
		if !slices.Contains([]Kind{KindNew, KindRising, KindBurst, KindRegressed, KindRecurring}, k) {
			return fault.On("kind", "must be new, rising, burst, regressed or recurring")
		}
	}
	return nil
}

// List is all issues, those with the largest impact first, and all topics, largest first.
type List struct {
	Items   []Issue      `json:"items"`
	AsOf    events.Time  `json:"as_of" doc:"When the figures were made; null before the first night"`
	Topics  []TopicBrief `json:"topics"`
	Checked *Share       `json:"checked" doc:"How many checked tickets belonged to their issue; null before the first"`
}

// List returns the issues of the desk. Won't-fix ones leave the ranking: they come last.
func (s *Store) List(ctx context.Context, f Filter) (*List, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	rows, err := s.issues(ctx, `merged_into = 0`)
	if err != nil {
		return nil, err
	}
	topics, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	out := &List{Items: []Issue{}, Topics: briefs(topics, rows)}
	err = s.log.Read().NewRaw(`SELECT COALESCE(MAX(night_at), 0) FROM topic_state`).Scan(ctx, &out.AsOf)
	if err != nil {
		return nil, fmt.Errorf("read topics: %w", err)
	}
	out.Checked = checkedOf(rows)
	rows = slices.DeleteFunc(rows, func(x *issue) bool {
		return len(f.Statuses) > 0 && !slices.Contains(f.Statuses, x.Status) || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, x.Kind)
	})
	ids := make([]events.ID, len(rows))
	for i, x := range rows {
		ids[i] = x.ID
	}
	quotes, err := s.quotes(ctx, ids...)
	if err != nil {
		return nil, err
	}
	now, err := s.presentFor(ctx, rows)
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		out.Items = append(out.Items, x.view(topics, quotes[x.ID], now))
	}
	slices.SortStableFunc(out.Items, func(a, b Issue) int {
		return cmp.Or(compareBool(a.Status == WontFix, b.Status == WontFix), cmp.Compare(b.Impact.Rank, a.Impact.Rank),
			cmp.Compare(b.Customers, a.Customers))
	})
	return out, nil
}

// briefs lists the living topics with tickets.
func briefs(c *catalog, rows []*issue) []TopicBrief {
	issueOf := map[events.ID]events.ID{}
	for _, x := range rows {
		for _, id := range x.covers {
			if t := c.lives(id); t != nil {
				issueOf[t.ID] = x.ID
			}
		}
	}
	out := []TopicBrief{}
	for _, t := range c.byID {
		if t.MergedInto == 0 && t.Tickets > 0 {
			out = append(out, TopicBrief{t.ID, t.label(), t.Tickets, issueOf[t.ID]})
		}
	}
	slices.SortFunc(out, func(a, b TopicBrief) int { return cmp.Or(cmp.Compare(b.Tickets, a.Tickets), cmp.Compare(a.ID, b.ID)) })
	return out
}

// view is an issue as people see it.
func (x *issue) view(c *catalog, quotes []QuoteView, p present) Issue {
	v := Issue{ID: x.ID, Name: x.name(c), Status: x.Status, Kind: x.Kind, Owner: x.OwnerID,
		Figures: figuresOf(x.Figures), FixedAt: x.FixedAt, FixedIn: p.releases[x.FixedIn]}
	if x.TrackerURL != "" {
		v.Tracker = &Tracker{x.TrackerURL, x.TrackerKey}
	}
	v.Figures.weigh(p.weights)
	v.Cost = costOf(v.Figures, x.Kind, p.weights.HourlyRate, p.currency)
	v.Terms = x.words(c)
	if len(quotes) > 0 {
		v.Title = quotes[0].Text
	}
	v.Test = x.test(p.today)
	_ = json.Unmarshal([]byte(x.Verdict), &v.Verdict)
	v.tell(p.zone)
	return v
}

// Detail is an issue with its evidence. Quotes are all that are kept, best first: see Newest.
type Detail struct {
	Issue
	Quotes     []QuoteView
	History    []Step
	Candidates []Candidate
}

// Newest picks the quotes to show: the best five, newest first.
func Newest(quotes []QuoteView) []QuoteView {
	out := slices.Clone(quotes[:min(len(quotes), quotesShown)])
	slices.SortStableFunc(out, func(a, b QuoteView) int { return cmp.Compare(b.At, a.At) })
	return out
}

// Issue returns one issue; for one that became part of another, that one.
func (s *Store) Issue(ctx context.Context, id events.ID) (*Detail, error) {
	all, err := s.issues(ctx, `TRUE`)
	if err != nil {
		return nil, err
	}
	byID := map[events.ID]*issue{}
	for _, x := range all {
		byID[x.ID] = x
	}
	x := byID[id]
	for x != nil && x.MergedInto != 0 {
		x = byID[x.MergedInto]
	}
	if x == nil {
		return nil, errNoIssue
	}
	topics, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	quotes, err := s.quotes(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	now, err := s.presentFor(ctx, []*issue{x})
	if err != nil {
		return nil, err
	}
	d := &Detail{Issue: x.view(topics, quotes[x.ID], now), Quotes: quotes[x.ID], Candidates: []Candidate{}}
	for _, like := range d.near {
		if other := byID[like.Issue]; other != nil && other.MergedInto == 0 {
			d.Candidates = append(d.Candidates, Candidate{other.ID, other.name(topics), like.Similarity})
		}
	}
	d.History, err = s.steps(ctx, x.ID)
	return d, err
}

// steps is an issue's history, newest first.
func (s *Store) steps(ctx context.Context, id events.ID) ([]Step, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		At                                events.Time
		ByKind                            events.ActorKind
		ByID                              events.ID
		What, FromValue, ToValue, Verdict string
	}
	err = s.log.Read().NewRaw(`SELECT at, by_kind, by_id, what, from_value, to_value, verdict FROM issue_history WHERE issue_id = ?
		ORDER BY at DESC, id DESC LIMIT 200`, id).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read history of issue: %w", err)
	}
	out := make([]Step, len(rows))
	for i, r := range rows {
		out[i] = Step{At: r.At, By: tickets.WireActor{Kind: r.ByKind, ID: r.ByID}, What: r.What, From: r.FromValue, To: r.ToValue}
		if r.ByKind == events.Agent {
			out[i].By.Name = snap.AgentName(r.ByID)
		}
		_ = json.Unmarshal([]byte(r.Verdict), &out[i].Verdict)
	}
	return out, nil
}

// TopicsOf returns the topics whose tickets are an issue's, for lists of tickets.
func (s *Store) TopicsOf(ctx context.Context, id events.ID) ([]events.ID, error) {
	all, err := s.issues(ctx, `TRUE`)
	if err != nil {
		return nil, err
	}
	for range all {
		i := slices.IndexFunc(all, func(x *issue) bool { return x.ID == id })
		if i < 0 {
			break
		}
		if all[i].MergedInto == 0 {
			return all[i].covers, nil
		}
		id = all[i].MergedInto
	}
	return nil, errNoIssue
}

// TopicNames returns how topics are called, for lists of tickets.
func (s *Store) TopicNames(ctx context.Context, ids []events.ID) (map[events.ID]string, error) {
	out := map[events.ID]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []topic
	err := s.log.Read().NewRaw(`SELECT id, key, name, terms, merged_into, tickets FROM topics WHERE id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read topics: %w", err)
	}
	for i := range rows {
		out[rows[i].ID] = rows[i].label()
	}
	return out, nil
}
