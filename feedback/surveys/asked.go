package surveys

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"heard/feedback/stats"
	"heard/tickets"
	"heard/tickets/events"
)

// Request is one asking, with what may have to do with whether an answer came.
type Request struct {
	Invitation, Survey events.ID
	Kind               string
	Ticket, Customer   events.ID
	Inbox, Team        events.ID
	Channel            tickets.Channel
	Mailed             bool        // a letter went out
	FirstWait          events.Time // from the opening to the first human answer, in ms; -1: there was none, or no ticket
	Handoffs           int64
	AskedAt            events.Time
	AnsweredAt         events.Time // 0: not
}

// Asked returns who was asked in [from, to). Who came by a link was not asked; a survey that was taken back neither.
func (s *Store) Asked(ctx context.Context, from, to events.Time) ([]Request, error) {
	list := []Request{}
	err := s.log.Read().NewRaw(`SELECT i.id AS invitation, i.survey_id AS survey, i.kind, i.ticket_id AS ticket, i.customer_id AS customer,
			i.inbox_id AS inbox, i.team_id AS team, COALESCE(t.channel, i.channel) AS channel, i.mailed_at > 0 AS mailed,
			CASE WHEN COALESCE(t.first_response_at, 0) = 0 THEN -1 ELSE t.first_response_at - t.created_at END AS first_wait,
			COALESCE(t.handoffs, 0) AS handoffs, i.asked_at, i.answered_at
		FROM survey_invitations AS i LEFT JOIN tickets AS t ON t.id = i.ticket_id
		WHERE i.withdrawn_at = 0 AND i.asked_at > 0 AND i.asked_at >= ? AND i.asked_at < ? AND (t.id IS NULL OR t.merged_into = 0 AND NOT t.spam)
		ORDER BY i.asked_at, i.id`, from, to).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("read who was asked: %w", err)
	}
	return list, nil
}

// What non-response is looked at by.
const (
	ByChannel  = "channel"
	ByWait     = "wait"     // for the first human answer
	ByHandoffs = "handoffs" //
)

// Turnout is how many of a group answered, against all others who were asked.
type Turnout struct {
	By       string         `json:"by"`    // channel, wait, handoffs
	Group    string         `json:"group"` // chat; under_5m, 5m_to_1h, 1h_to_8h, over_8h, none; 0, 1, 2_or_more
	Rate     stats.Rate     `json:"rate"`
	Interval stats.Interval `json:"interval"` // Wilson, 95 %
	// Against compares the group's rate with that of everybody else: where it is up or down, the score speaks more, or
	// less, for this group than for the others.
	Against stats.Comparison `json:"against"`
}

// Turnouts tells who answered against who was asked. Groups stand in a fixed order; one that nobody is in is left out.
func Turnouts(asked []Request) []Turnout {
	var out []Turnout
	for _, by := range []string{ByChannel, ByWait, ByHandoffs} {
		groups := map[string]stats.Rate{}
		var all stats.Rate
		for i := range asked {
			name := asked[i].group(by)
			r := groups[name]
			r.N++
			all.N++
			if asked[i].AnsweredAt != 0 {
				r.Hits++
				all.Hits++
			}
			groups[name] = r
		}
		for _, name := range groupsOf(by, groups) {
			r := groups[name]
			rest := stats.Rate{Hits: all.Hits - r.Hits, N: all.N - r.N}
			out = append(out, Turnout{by, name, r, stats.Wilson(r, stats.Level), stats.CompareRates(rest, r)})
		}
	}
	return out
}

func (r *Request) group(by string) string {
	const minute, hour = 60_000, 3_600_000
	switch {
	case by == ByChannel:
		return cmp.Or(string(r.Channel), "none")
	case by == ByHandoffs:
		return []string{"0", "1", "2_or_more"}[min(max(r.Handoffs, 0), 2)]
	case r.FirstWait < 0:
		return "none"
	case r.FirstWait < 5*minute:
		return "under_5m"
	case r.FirstWait < hour:
		return "5m_to_1h"
	case r.FirstWait < 8*hour:
		return "1h_to_8h"
	}
	return "over_8h"
}

// groupsOf orders the groups that somebody is in.
func groupsOf(by string, groups map[string]stats.Rate) []string {
	order := []string{string(tickets.Chat), string(tickets.Email), string(tickets.API)}
	switch by {
	case ByWait:
		order = []string{"under_5m", "5m_to_1h", "1h_to_8h", "over_8h"}
	case ByHandoffs:
		order = []string{"0", "1", "2_or_more"}
	}
	order = append(order, "none")
	return slices.DeleteFunc(order, func(name string) bool { return groups[name].N == 0 })
}
