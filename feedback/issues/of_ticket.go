package issues

import (
	"context"
	"fmt"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// IssueOfTopic is the issue that a topic belongs to, as a ticket's pane shows it.
type IssueOfTopic struct {
	ID        events.ID `json:"id"`
	Name      string    `json:"name"`
	State     Status    `json:"state"`
	Tickets   int       `json:"tickets_week" doc:"Opened in the last seven days"`
	Customers int       `json:"customers_week"`
}

// OfTopic returns the issue of a topic; nil when nobody should look at it.
func (s *Store) OfTopic(ctx context.Context, id events.ID) (*IssueOfTopic, error) {
	if id == 0 {
		return nil, nil
	}
	all, err := s.issues(ctx, `merged_into = 0 AND (topic_id = ? OR id IN (SELECT issue_id FROM issue_topics WHERE topic_id = ?))`, id, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	x := all[len(all)-1] // the newest
	names, err := s.IssueNames(ctx, []events.ID{x.ID})
	if err != nil {
		return nil, err
	}
	out := &IssueOfTopic{ID: x.ID, Name: names[x.ID], State: x.Status}
	err = s.log.Read().NewRaw(`SELECT COUNT(*), COUNT(DISTINCT customer_id) FROM tickets WHERE topic_id IN (?) AND topic_id > 0 AND created_at >= ?
		AND merged_into = 0 AND NOT spam`, bun.List(x.covers), s.log.Now()-7*24*60*60*1000).Scan(ctx, &out.Tickets, &out.Customers)
	if err != nil {
		return nil, fmt.Errorf("count tickets of an issue: %w", err)
	}
	return out, nil
}
