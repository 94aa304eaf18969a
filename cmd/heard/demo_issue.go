package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/feedback/issues"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// plot is what the crew did about one matter, once a night had told of it.
type plot struct {
	intent string
	issue  events.ID // 0: not told of yet
	acts   []act     // that are still to come
}

// act is a change of an issue by somebody: so many working days after the night that told of it, or at a moment.
type act struct {
	days, hour, minute int
	at                 time.Time
	by                 int // agent
	patch              func() issues.Patch
}

// findIssues lets the nights of the history pass, one by one, and the crew act between them: the bug was taken in hand and
// fixed by a release, the lamp was seen to, and a new page about returns changed little. It comes before the weekly
// reports are frozen, so that they tell of it.
func (w *demoWriter) findIssues(ctx context.Context) error {
	if err := w.app.issues.Load(ctx); err != nil {
		return err
	}
	for _, c := range w.app.consumers() {
		if _, err := w.app.log.CatchUp(ctx, c); err != nil {
			return fmt.Errorf("consumer %s: %w", c.Name, err)
		}
	}
	if err := w.markers(ctx); err != nil {
		return err
	}
	plots := w.plots()
	err := w.app.issues.Relive(ctx, func(ctx context.Context, held events.Time) error {
		for i := range plots {
			if err := w.play(ctx, &plots[i], held.Std().In(w.plan.Until.Location())); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.gather(ctx, &plots[0])
}

// plots are the crew's. Patches are made anew for each use.
func (w *demoWriter) plots() []plot {
	const emi, carla, ada = 4, 2, 0
	to := func(status issues.Status) func() issues.Patch {
		return func() issues.Patch { return issues.Patch{Status: &status} }
	}
	taken := func(owner int, name, key string) func() issues.Patch {
		return func() issues.Patch {
			status := issues.InProgress
			p := issues.Patch{Status: &status, Owner: &w.desk.agents[owner], Name: &name}
			if key != "" {
				p.Tracker = &issues.Tracker{URL: "https://tracker.example/browse/" + key, Key: key}
			}
			return p
		}
	}
	fixed := func(in string, at time.Time) func() issues.Patch {
		return func() issues.Patch {
			status, moment := issues.Marked, events.TimeOf(at)
			if in != "" {
				return issues.Patch{Status: &status, FixedIn: &in}
			}
			return issues.Patch{Status: &status, FixedAt: &moment}
		}
	}
	list := []plot{
		{intent: bugIntent, acts: []act{
			{days: 0, hour: 9, minute: 20, by: emi, patch: to(issues.Acknowledged)},
			{days: 1, hour: 10, minute: 5, by: emi, patch: taken(emi, "Checkout says payment failed, but the card is charged", "SHOP-218")},
			{at: w.plan.BugFixed.Add(25 * time.Minute), by: emi, patch: fixed(demoRelease, w.plan.BugFixed)}}},
		{intent: risingIntent, acts: []act{
			{days: 1, hour: 11, minute: 10, by: ada, patch: to(issues.Acknowledged)},
			{days: 3, hour: 14, minute: 40, by: carla, patch: taken(carla, "Alba lamps flicker", "")}}},
	}
	if w.plan.NewPage.After(w.plan.From) {
		list = append(list, plot{intent: returnIntent, acts: []act{
			{days: 2, hour: 9, minute: 50, by: ada, patch: to(issues.Acknowledged)},
			{at: w.plan.NewPage, by: ada, patch: fixed("", w.plan.NewPage)}}})
	}
	return list
}

// demoRelease ends the bug; the one before brought it.
const demoRelease = "Shop 2.14.1"

// markers notes what the shop shipped and what broke.
func (w *demoWriter) markers(ctx context.Context) error {
	by := events.Actor{Kind: events.Agent, ID: w.desk.agents[0]}
	at := func(t time.Time) events.Time { return events.TimeOf(t) }
	if w.plan.BugFrom.After(w.plan.Until) {
		return nil
	}
	bug := issues.Incident{Name: "Checkout fails after the charge", From: at(w.plan.BugFrom)}
	releases := []issues.Release{{Version: "Shop 2.14.0", At: at(w.plan.BugFrom.Add(-70 * time.Minute)), Notes: "New checkout with the bank’s app."}}
	if !w.plan.BugFixed.After(w.plan.Until) {
		bug.To = at(w.plan.BugFixed)
		releases = append(releases, issues.Release{Version: demoRelease, At: bug.To, Notes: "The checkout waits for the bank’s answer."})
	}
	for _, r := range releases {
		if _, _, err := w.app.issues.AddRelease(ctx, by, r); err != nil {
			return err
		}
	}
	_, _, err := w.app.issues.AddIncident(ctx, by, bug)
	return err
}

// play looks whether a night told of a matter, and does what the crew did before the next one.
func (w *demoWriter) play(ctx context.Context, p *plot, held time.Time) error {
	if p.issue == 0 {
		found, err := w.issuesOf(ctx, p.intent)
		if err != nil || len(found) == 0 {
			return err
		}
		p.issue = found[0]
		for i := range p.acts {
			if a := &p.acts[i]; a.at.IsZero() {
				a.at = workday(held, a.days, a.hour, a.minute)
			}
		}
	}
	for len(p.acts) > 0 && p.acts[0].at.Before(held.AddDate(0, 0, 1)) && !p.acts[0].at.After(w.plan.Until) {
		a := p.acts[0]
		p.acts = p.acts[1:]
		by := events.Actor{Kind: events.Agent, ID: w.desk.agents[a.by]}
		if err := w.app.issues.ChangeAt(ctx, by, p.issue, a.patch(), events.TimeOf(a.at)); err != nil {
			return fmt.Errorf("act on the issue of %s: %w", p.intent, err)
		}
	}
	return nil
}

// workday is a time of the day on which a night ended, or so many working days later.
func workday(held time.Time, days, hour, minute int) time.Time {
	at := time.Date(held.Year(), held.Month(), held.Day(), hour, minute, 0, 0, held.Location())
	for {
		if weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday; !weekend {
			if days == 0 {
				return at
			}
			days--
		}
		at = at.AddDate(0, 0, 1)
	}
}

// gather makes one issue of those that are about a matter.
func (w *demoWriter) gather(ctx context.Context, p *plot) error {
	found, err := w.issuesOf(ctx, p.intent)
	if err != nil || p.issue == 0 {
		return err // a short history is not enough to find it
	}
	lead := events.Actor{Kind: events.Agent, ID: w.desk.agents[4]}
	for _, id := range found {
		if id == p.issue {
			continue
		}
		if err := w.app.issues.Merge(ctx, lead, id, p.issue); err != nil {
			return err
		}
	}
	return nil
}

// issuesOf are the issues most of whose tickets are about an intent, oldest first.
func (w *demoWriter) issuesOf(ctx context.Context, intent string) ([]events.ID, error) {
	if len(w.about[intent]) == 0 {
		return nil, nil
	}
	var rows []struct {
		IssueID  events.ID
		N, Total int
	}
	err := w.app.log.Read().NewRaw(`SELECT i.issue_id, SUM(CASE WHEN t.id IN (?) THEN 1 ELSE 0 END) AS n, COUNT(*) AS total
		FROM issue_topics i JOIN issues x ON x.id = i.issue_id JOIN tickets t ON t.topic_id = i.topic_id
		WHERE x.merged_into = 0 GROUP BY i.issue_id`, bun.List(w.about[intent])).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read issues of %s: %w", intent, err)
	}
	var out []events.ID
	for _, r := range rows {
		if 2*r.N > r.Total {
			out = append(out, r.IssueID)
		}
	}
	slices.Sort(out)
	return out, nil
}
