package main

import (
	"context"
	"fmt"
	"slices"

	"heard/feedback/issues"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// findIssues runs the first night, and does what people did about the bug: one took it in hand, and it was fixed. It
// comes before the weekly reports are frozen, so that they tell of it.
func (w *demoWriter) findIssues(ctx context.Context) error {
	if err := w.app.issues.Load(ctx); err != nil {
		return err
	}
	for _, c := range w.app.consumers() {
		if _, err := w.app.log.CatchUp(ctx, c); err != nil {
			return fmt.Errorf("consumer %s: %w", c.Name, err)
		}
	}
	if err := w.app.issues.Night(ctx); err != nil {
		return err
	}
	found, err := w.bugIssues(ctx)
	if err != nil || len(found) == 0 {
		return err // a short history is not enough to find it
	}
	lead := events.Actor{Kind: events.Agent, ID: w.desk.agents[4]}
	for _, id := range found[1:] {
		if err := w.app.issues.Merge(ctx, lead, id, found[0]); err != nil {
			return err
		}
	}
	name, taken, fixed, at := "Checkout says payment failed, but the card is charged", issues.InProgress, issues.Marked, events.TimeOf(w.plan.BugFixed)
	if err := w.app.issues.Change(ctx, lead, found[0], issues.Patch{Name: &name, Owner: &lead.ID, Status: &taken}); err != nil {
		return err
	}
	if w.plan.BugFixed.After(w.plan.Until) {
		return nil
	}
	return w.app.issues.Change(ctx, lead, found[0], issues.Patch{Status: &fixed, FixedAt: &at})
}

// bugIssues are the issues most of whose tickets are about the bug, oldest first.
func (w *demoWriter) bugIssues(ctx context.Context) ([]events.ID, error) {
	if len(w.broken) == 0 {
		return nil, nil
	}
	var rows []struct {
		TopicID events.ID
		N       int
	}
	err := w.app.log.Read().NewRaw(`SELECT topic_id, count(*) AS n FROM tickets WHERE id IN (?) AND topic_id <> 0 GROUP BY topic_id`,
		bun.List(w.broken)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read topics of the bug: %w", err)
	}
	list, err := w.app.issues.List(ctx, issues.Filter{})
	if err != nil {
		return nil, err
	}
	var out []events.ID
	for _, topic := range list.Topics {
		for _, r := range rows {
			if r.TopicID == topic.ID && 2*r.N > topic.Tickets && topic.Issue != 0 {
				out = append(out, topic.Issue)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
