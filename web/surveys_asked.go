package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/feedback/stats"
	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"rsc.io/qr"
)

// surveyQR draws the public link, four units of quiet around it, dark on light in either theme: scanners want that.
func (s *Server) surveyQR(ctx context.Context, in *getID) (*reportOut, error) {
	d, err := s.surveys.Survey(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	if d.LinkKey == "" {
		return nil, fault.New(fault.NotFound, "this survey has no link")
	}
	code, err := qr.Encode(s.site.url("/s/"+d.LinkKey), qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw the link: %w", err)
	}
	const quiet = 4
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	size := code.Size + 2*quiet
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="%d" height="%d" fill="#fff"/><path fill="#000" d="%s"/></svg>`,
		size, size, size, size, path.String())
	return &reportOut{ContentType: "image/svg+xml", Body: []byte(svg)}, nil
}

type wireSurveyLink struct {
	URL string `json:"url" doc:"Whoever holds it answers as this customer, once, within 90 days"`
}

func (s *Server) linkSurvey(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Customer events.ID `json:"customer"`
	}
}) (*made[wireSurveyLink], error) {
	d, err := s.surveys.Survey(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	ref, err := s.surveys.Ref(ctx, d, in.Body.Customer)
	if err != nil {
		return nil, err
	}
	return created(wireSurveyLink{s.site.url("/s/" + d.LinkKey + "?p=" + url.QueryEscape(ref))}, nil)
}

type wireRoundDecision struct {
	Round      int64          `json:"round"`
	Customer   events.ID      `json:"customer"`
	Asked      bool           `json:"asked"`
	Reason     surveys.Reason `json:"reason"`
	Invitation events.ID      `json:"invitation"`
	At         events.Time    `json:"at"`
}

func (s *Server) surveyDecisions(ctx context.Context, in *struct {
	ID     pathID `path:"id"`
	Cursor string `query:"cursor" maxLength:"60"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100"`
}) (*answer[list[wireRoundDecision]], error) {
	if err := tickets.Permit(callerOf(ctx).rights, tickets.SurveyDecisionRead, tickets.AtDesk); err != nil {
		return nil, err // people of a round are of no team
	}
	if _, err := s.surveys.Survey(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	limit := PageIn{Limit: in.Limit}.size()
	var after surveys.RoundDecision
	if in.Cursor != "" {
		round, customer, _ := strings.Cut(in.Cursor, "-")
		var err error
		if after.Round, err = strconv.ParseInt(round, 10, 64); err == nil {
			after.CustomerID, err = events.ParseID(customer)
		}
		if err != nil {
			return nil, fault.On("cursor", "is not one of ours")
		}
	}
	rows, err := s.surveys.RoundDecisions(ctx, in.ID.ID, after, limit+1)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = fmt.Sprintf("%d-%s", rows[limit-1].Round, rows[limit-1].CustomerID)
	}
	return ok(items(each(rows, func(d *surveys.RoundDecision) wireRoundDecision {
		return wireRoundDecision{d.Round, d.CustomerID, d.Asked, d.Reason, d.InvitationID, d.At}
	}), next), nil)
}

type wireTurnoutGroup struct {
	By       string     `json:"by" doc:"channel, wait (for the first human answer), handoffs"`
	Group    string     `json:"group" doc:"chat, under_5m, 2_or_more and so on"`
	Asked    int        `json:"asked"`
	Answered int        `json:"answered"`
	Interval [2]float64 `json:"interval" doc:"Of answered ÷ asked; Wilson, 95 %"`
	Verdict  string     `json:"verdict" doc:"Against everybody else who was asked: up, down, no_clear_change, not_enough_data"`
}

type wireTurnout struct {
	From     string             `json:"from"`
	To       string             `json:"to"`
	Asked    int                `json:"asked"`
	Answered int                `json:"answered"`
	Interval [2]float64         `json:"interval" doc:"Of answered ÷ asked; Wilson, 95 %"`
	Groups   []wireTurnoutGroup `json:"groups"`
}

// bounds are the moments at which the first of two days begins and the second one ends, in the desk's time zone.
func (s *Server) bounds(ctx context.Context, first, last string) (from, to events.Time, err error) {
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return 0, 0, err
	}
	a, errFirst := time.ParseInLocation(time.DateOnly, first, snap.Zone())
	b, errLast := time.ParseInLocation(time.DateOnly, last, snap.Zone())
	if errFirst != nil || errLast != nil || b.Before(a) {
		return 0, 0, fault.On("to", "must not be before from")
	}
	return events.TimeOf(a), events.TimeOf(b.AddDate(0, 0, 1)), nil
}

// surveyTurnout tells who answered against who was asked, by channel, wait and handoffs.
func (s *Server) surveyTurnout(ctx context.Context, in *struct {
	From string `query:"from" required:"true" maxLength:"40" doc:"The first day, in the desk's time zone; or a time in it"`
	To   string `query:"to" required:"true" maxLength:"40" doc:"The last day; or the first time after it"`
	Kind string `query:"kind" enum:"csat,nps,ces" doc:"All unless set"`
}) (*answer[wireTurnout], error) {
	part, err := s.part(ctx, tickets.SurveyDecisionRead)
	if err != nil {
		return nil, err
	}
	out := wireTurnout{}
	if out.From, out.To, err = s.days(ctx, in.From, in.To); err != nil {
		return nil, err
	}
	from, to, err := s.bounds(ctx, out.From, out.To)
	if err != nil {
		return nil, err
	}
	asked, err := s.surveys.Asked(ctx, from, to)
	if err != nil {
		return nil, err
	}
	mine := asked[:0]
	for _, a := range asked {
		if in.Kind != "" && a.Kind != in.Kind || part.Teams != nil && !slices.Contains(part.Teams, a.Team) {
			continue
		}
		mine = append(mine, a)
		if out.Asked++; a.AnsweredAt != 0 {
			out.Answered++
		}
	}
	rate := stats.Wilson(stats.Rate{Hits: out.Answered, N: out.Asked}, stats.Level)
	out.Interval = [2]float64{rate.Low, rate.High}
	groups := surveys.Turnouts(mine)
	out.Groups = each(groups, func(g *surveys.Turnout) wireTurnoutGroup {
		return wireTurnoutGroup{g.By, g.Group, g.Rate.N, g.Rate.Hits, [2]float64{g.Interval.Low, g.Interval.High}, string(g.Against.Verdict)}
	})
	return ok(out, nil)
}

type wireSurveyDecision struct {
	Seq        int64          `json:"seq" doc:"Of the resolve"`
	Survey     events.ID      `json:"survey"`
	Kind       string         `json:"kind"`
	Asked      bool           `json:"asked"`
	Reason     surveys.Reason `json:"reason"`
	Invitation events.ID      `json:"invitation"`
	At         events.Time    `json:"at"`
	// Of an asking that was taken back before it was answered.
	WithdrawnAt     events.Time    `json:"withdrawn_at" doc:"null: it was not taken back"`
	WithdrawnReason surveys.Reason `json:"withdrawn_reason" doc:"reopened, spam, blocked, merged, opted_out; empty when it was not"`
}

type wireSurveyResponse struct {
	Invitation events.ID   `json:"invitation"`
	Survey     events.ID   `json:"survey"`
	Kind       string      `json:"kind"`
	AskedAt    events.Time `json:"asked_at"`
	AnsweredAt events.Time `json:"answered_at"`
	Score      int         `json:"score"`
	Scale      int         `json:"scale"`
	Reasons    []string    `json:"reasons"`
	Comment    string      `json:"comment"`
	Via        string      `json:"via"`
}

type wireTicketSurveys struct {
	Decisions []wireSurveyDecision `json:"decisions"`
	Responses []wireSurveyResponse `json:"responses"`
}

func (s *Server) ticketSurveys(ctx context.Context, in *getID) (*answer[wireTicketSurveys], error) {
	t, err := s.ticket(ctx, in.ID.ID, tickets.SurveyDecisionRead)
	if err != nil {
		return nil, err
	}
	decisions, err := s.surveys.Decisions(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	answers, err := s.surveys.Of(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	return ok(wireTicketSurveys{
		each(decisions, func(d *surveys.Made) wireSurveyDecision {
			return wireSurveyDecision{d.Seq, d.SurveyID, d.Kind, d.Asked, d.Reason, d.InvitationID, d.At, d.WithdrawnAt, d.WithdrawnWhy}
		}),
		each(answers, func(a *surveys.Answer) wireSurveyResponse {
			return wireSurveyResponse{a.Invitation, a.Survey, a.Kind, a.AskedAt, a.AnsweredAt, a.Score, a.Scale, filled(a.Reasons), a.Comment, a.Via}
		})}, nil)
}
