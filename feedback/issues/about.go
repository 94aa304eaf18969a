package issues

import (
	"context"
	"fmt"

	"heard/feedback"
	"heard/tickets/events"
)

// About returns a reader of what the rows of an event about issues, releases or incidents are called now, for other
// programs. base is where the console is found.
func (s *Store) About(base string) func(ctx context.Context, e events.Event) (map[string]any, error) {
	return func(ctx context.Context, e events.Event) (map[string]any, error) {
		switch c := e.Change.(type) {
		case feedback.IssueFlagged:
			return s.aboutIssue(ctx, base, c.Issue)
		case feedback.IssueStatusChanged:
			return s.aboutIssue(ctx, base, c.Issue)
		case feedback.IssueChanged:
			return s.aboutIssue(ctx, base, c.Issue)
		case feedback.IssueMerged:
			return s.aboutIssue(ctx, base, c.Into)
		case feedback.IssueSplit:
			return s.aboutIssue(ctx, base, c.Made)
		case feedback.ReleaseMarked:
			return s.aboutRelease(ctx, c.Release)
		case feedback.ReleaseChanged:
			return s.aboutRelease(ctx, c.Release)
		case feedback.IncidentMarked:
			return s.aboutIncident(ctx, c.Incident)
		case feedback.IncidentChanged:
			return s.aboutIncident(ctx, c.Incident)
		}
		return nil, nil
	}
}

func (s *Store) aboutRelease(ctx context.Context, id events.ID) (map[string]any, error) {
	return s.aboutRow(ctx, "release", `SELECT version AS name, url, at, 0 AS to_at FROM releases WHERE id = ?`, id)
}

func (s *Store) aboutIncident(ctx context.Context, id events.ID) (map[string]any, error) {
	return s.aboutRow(ctx, "incident", `SELECT name, url, from_at AS at, to_at FROM incidents WHERE id = ?`, id)
}

func (s *Store) aboutIssue(ctx context.Context, base string, id events.ID) (map[string]any, error) {
	d, err := s.Issue(ctx, id)
	if err != nil {
		return nil, err
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"issue": map[string]any{
		"id": d.ID, "name": d.Name, "status": d.Status, "kind": d.Kind, "test": d.Test.Sentence, "owner": d.Owner,
		"owner_name": snap.AgentName(d.Owner), "tickets": d.Tickets, "customers": d.Customers, "hours_per_week": d.Impact.Hours,
		"verdict": d.Verdict, "tracker": d.Tracker, "fixed_in": d.FixedIn, "cost": d.Cost, "url": fmt.Sprintf("%s/issues/%s", base, d.ID),
	}}, nil
}

// aboutRow is a marker; none when it is gone.
func (s *Store) aboutRow(ctx context.Context, noun, query string, id events.ID) (map[string]any, error) {
	var rows []struct {
		Name, URL string
		At, ToAt  events.Time
	}
	if err := s.log.Read().NewRaw(query, id).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read %s: %w", noun, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return map[string]any{noun: Marker{noun, rows[0].Name, rows[0].At, rows[0].ToAt, rows[0].URL}}, nil
}
