package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

type wireTold struct {
	At              events.Time    `json:"at"`
	Ticket          events.ID      `json:"ticket" doc:"Whose resolve it was about; null for somebody of a round"`
	Round           int64          `json:"round" doc:"Of a scheduled survey; 0 for a resolve"`
	Customer        events.ID      `json:"customer"`
	CustomerName    string         `json:"customer_name"`
	Survey          events.ID      `json:"survey" doc:"null: the inbox's own"`
	Kind            string         `json:"kind"`
	Asked           bool           `json:"asked"`
	Reason          surveys.Reason `json:"reason"`
	AnsweredAt      events.Time    `json:"answered_at"`
	WithdrawnAt     events.Time    `json:"withdrawn_at" doc:"null: it was not taken back"`
	WithdrawnReason surveys.Reason `json:"withdrawn_reason"`
}

type wireTally struct {
	Reason    surveys.Reason `json:"reason"`
	N         int            `json:"n"`
	Withdrawn int            `json:"withdrawn" doc:"Of those who were asked: taken back afterwards"`
}

type wireDecisions struct {
	From    string      `json:"from"`
	To      string      `json:"to"`
	Decided int         `json:"decided"`
	Asked   int         `json:"asked"`
	Reasons []wireTally `json:"reasons" doc:"Of all decisions of these days, whatever the list is narrowed to"`
	Items   []wireTold  `json:"items"`
	Next    string      `json:"next"`
}

type listDecisionsIn struct {
	From   string `query:"from" required:"true" maxLength:"40" doc:"The first day, in the desk's time zone; or a time in it"`
	To     string `query:"to" required:"true" maxLength:"40" doc:"The last day; or the first time after it"`
	Reason string `query:"reason" maxLength:"40" doc:"One word of the reasons; all unless set"`
	Cursor string `query:"cursor" maxLength:"100"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100"`
}

// listDecisions tells why people were asked, or not: counts of some days, and the decisions one by one.
func (s *Server) listDecisions(ctx context.Context, in *listDecisionsIn) (*answer[wireDecisions], error) {
	part, err := s.part(ctx, tickets.SurveyDecisionRead)
	if err != nil {
		return nil, err
	}
	f := surveys.ToldFilter{Reason: surveys.Reason(in.Reason), Teams: part.Teams, Limit: PageIn{Limit: in.Limit}.size() + 1}
	if f.Reason != "" && !slices.Contains(surveys.Reasons(), f.Reason) {
		return nil, fault.On("reason", fmt.Sprintf("must be one of %q", surveys.Reasons()))
	}
	if f.After, err = placeOf(in.Cursor); err != nil {
		return nil, err
	}
	out := wireDecisions{}
	if out.From, out.To, err = s.days(ctx, in.From, in.To); err != nil {
		return nil, err
	}
	if f.From, f.To, err = s.bounds(ctx, out.From, out.To); err != nil {
		return nil, err
	}
	tallies, err := s.surveys.Tallies(ctx, f)
	if err != nil {
		return nil, err
	}
	out.Reasons = each(tallies, func(t *surveys.Tally) wireTally {
		out.Decided += t.N
		if t.Reason == surveys.Asked {
			out.Asked = t.N
		}
		return wireTally{t.Reason, t.N, t.Withdrawn}
	})
	rows, err := s.surveys.Told(ctx, f)
	if err != nil {
		return nil, err
	}
	if len(rows) == f.Limit {
		rows = rows[:f.Limit-1]
		p := rows[len(rows)-1].Place()
		out.Next = fmt.Sprintf("%d-%d-%d-%d-%d", p.At, p.Ticket, p.K, p.Survey, p.Round)
	}
	out.Items = each(rows, func(t *surveys.Told) wireTold {
		return wireTold{t.At, t.Ticket, t.Round, t.Customer, t.Name, t.Survey, t.Kind, t.Asked, t.Reason, t.AnsweredAt, t.WithdrawnAt, t.WithdrawnWhy}
	})
	return ok(out, nil)
}

// placeOf reads a cursor of the list.
func placeOf(cursor string) (p surveys.Place, err error) {
	if cursor == "" {
		return p, nil
	}
	var more string
	n, err := fmt.Sscanf(strings.ReplaceAll(cursor, "-", " ")+" .", "%d %d %d %d %d %s", &p.At, &p.Ticket, &p.K, &p.Survey, &p.Round, &more)
	if err != nil || n != 6 || more != "." || p.At <= 0 || p.Ticket < 0 || p.K < 0 || p.Survey < 0 || p.Round < 0 {
		return p, fault.On("cursor", "is not one of ours")
	}
	return p, nil
}
