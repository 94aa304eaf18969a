package notify

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// What has no event: a reply that was held and refused, a report that was made. Both are states of rows, and whoever
// looks often enough misses none.

// Report is a weekly report that is ready.
type Report struct {
	Week string // 2026-W47
	At   events.Time
}

const (
	refusedNews = time.Hour      // a refusal that is older is no news
	reportNews  = 24 * time.Hour // nor is a report
)

// Look tells of what became so since the last look.
func (s *Store) Look(ctx context.Context) error {
	due, err := s.refused(ctx)
	if err != nil {
		return err
	}
	reports, err := s.reports(ctx)
	if err != nil {
		return err
	}
	if due = append(due, reports...); len(due) == 0 {
		return nil
	}
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		return s.put(ctx, tx, due)
	})
}

// refused finds replies that were not sent and whose authors do not know.
func (s *Store) refused(ctx context.Context) ([]Due, error) {
	var rows []struct{ AgentID, TicketID events.ID }
	err := s.log.Read().NewRaw(`SELECT DISTINCT o.agent_id, o.ticket_id FROM outgoing AS o WHERE o.updated_at > ? AND o.state = ?
		AND NOT EXISTS (SELECT 1 FROM notifications AS n WHERE n.ticket_id = o.ticket_id AND n.kind = ? AND n.agent_id = o.agent_id AND n.at >= o.updated_at)`,
		s.log.Now().Add(-refusedNews), tickets.OutRefused, OutgoingRefused).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("find replies that were refused: %w", err)
	}
	var due []Due
	for _, r := range rows {
		due = append(due, Due{Agent: r.AgentID, Kind: OutgoingRefused, Ticket: r.TicketID, By: events.SystemActor})
	}
	return due, nil
}

// reports tells everybody who may read the desk's report that there is a new one, once.
func (s *Store) reports(ctx context.Context) ([]Due, error) {
	if s.NewestReport == nil {
		return nil, nil
	}
	r, err := s.NewestReport(ctx)
	if err != nil || r.Week == "" || s.log.Now().Sub(r.At) > reportNews {
		return nil, err
	}
	about := weekID(r.Week)
	var told []events.ID
	err = s.log.Read().NewRaw(`SELECT agent_id FROM notifications WHERE ticket_id = 0 AND kind = ? AND about_id = ?`, ReportReady, about).Scan(ctx, &told)
	if err != nil {
		return nil, fmt.Errorf("read who knows of a report: %w", err)
	}
	desk, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var due []Due
	for id := range desk.Agents {
		if c := desk.Caller(id); tickets.Can(c, tickets.ReportRead, c.ToDesk()) && !slices.Contains(told, id) {
			due = append(due, Due{Agent: id, Kind: ReportReady, About: about, By: events.SystemActor})
		}
	}
	return due, nil
}

// weekID is a week as a number: 202647.
func weekID(week string) events.ID {
	n, err := strconv.ParseInt(strings.Replace(week, "-W", "", 1), 10, 64)
	if err != nil {
		return 0
	}
	return events.ID(n)
}
