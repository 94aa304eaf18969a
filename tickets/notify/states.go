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

// What has no event: a reply that was held and refused, a report that was made. The first is told in the unit that
// refuses it; the second is a state of a row, and whoever looks often enough misses none.

// Report is a weekly report that is ready.
type Report struct {
	Week string // 2026-W47
	At   events.Time
}

// reportNews is how long a report is news.
const reportNews = 24 * time.Hour

// Look tells of what became so since the last look.
func (s *Store) Look(ctx context.Context) error {
	due, err := s.reports(ctx)
	if err != nil || len(due) == 0 {
		return err
	}
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		return s.put(ctx, tx, due)
	})
}

// Refused tells the author of a held message that it does not go out, in the unit that refuses it.
func (s *Store) Refused(ctx context.Context, tx *events.Tx, o *tickets.Outgoing) error {
	return s.put(ctx, tx, []Due{{Agent: o.Agent, Kind: OutgoingRefused, Ticket: o.Ticket, By: events.SystemActor}})
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
