package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"heard/feedback/rollups"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// dashboardRoutes are the pages of figures.
func (s *Server) dashboardRoutes() []route {
	return []route{
		{"GET", "/api/v1/reports/dashboards/{page}", agent(tickets.FigureRead), perRead,
			op("A page of figures: tiles and panels, as JSON, CSV or XLSX", s.getDashboard).unhurried()},
	}
}

// NarrowIn are the parameters that narrow figures to a part of the desk.
type NarrowIn struct {
	Channel    string `query:"channel" enum:"chat,api,email"`
	Inbox      string `query:"inbox" maxLength:"20"`
	Team       string `query:"team" maxLength:"20"`
	Agent      string `query:"agent" maxLength:"20"`
	Tag        string `query:"tag" maxLength:"50"`
	Topic      string `query:"topic" maxLength:"20"`
	Touchpoint string `query:"touchpoint" maxLength:"20"`
}

// touchpoints are the places where an interaction can happen.
func touchpoints() []string {
	return []string{"advertising", "social", "marketing", "sales", "pricing", "payment", "delivery", "product", "support"}
}

// narrow is the part of the desk that is asked for, within the part whose figures the caller may see.
func (s *Server) narrow(ctx context.Context, in *NarrowIn) (rollups.Filter, error) {
	f, err := s.part(ctx, tickets.FigureRead)
	if err != nil {
		return f, err
	}
	own := f.Agent
	var wrong fault.Fields
	for _, p := range []struct {
		field, text string
		into        *events.ID
	}{{"inbox", in.Inbox, &f.Inbox}, {"team", in.Team, &f.Team}, {"agent", in.Agent, &f.Agent}, {"topic", in.Topic, &f.Topic}} {
		if p.text == "" {
			continue
		}
		id, err := events.ParseID(p.text)
		if err != nil {
			wrong.Add(p.field, "is not an id")
		}
		*p.into = id
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return f, err
	}
	if f.Inbox != 0 && snap.Inboxes[f.Inbox] == nil {
		wrong.Add("inbox", "is none of this desk")
	}
	if f.Team != 0 && snap.Teams[f.Team] == nil && f.Teams == nil {
		wrong.Add("team", "is none of this desk")
	}
	if in.Touchpoint != "" && !slices.Contains(touchpoints(), in.Touchpoint) {
		wrong.Add("touchpoint", "must be one of "+fmt.Sprint(touchpoints()))
	}
	if err := s.narrowTo(ctx, in.Tag, f.Topic, &wrong); err != nil {
		return f, err
	}
	if err := wrong.Err(); err != nil {
		return f, err
	}
	f.Tag, f.Channel, f.Touchpoint = strings.ToLower(strings.TrimSpace(in.Tag)), tickets.Channel(in.Channel), in.Touchpoint
	switch {
	case own != 0 && f.Agent != own:
		return f, fault.New(fault.NotFound, "there is no such agent, or you may not see its figures")
	case own == 0 && f.Agent != 0:
		if err := mayNameAgents(callerOf(ctx).rights); err != nil {
			return f, err
		}
		if snap.AgentName(f.Agent) == "" {
			return f, fault.New(fault.NotFound, "there is no such agent, or you may not see its figures")
		}
	}
	if f.Team != 0 && f.Teams != nil && !slices.Contains(f.Teams, f.Team) {
		return f, fault.New(fault.NotFound, "there is no such team, or you may not see its figures")
	}
	return f, nil
}

// narrowTo looks for a tag and a topic: a page about what is not there would be empty, and look like an answer. A tag of
// tickets that the caller does not see is not there either.
func (s *Server) narrowTo(ctx context.Context, tag string, topic events.ID, wrong *fault.Fields) error {
	if tag != "" {
		found, err := s.store.TagNames(ctx, tickets.TicketScope(callerOf(ctx).rights), tag)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			wrong.Add("tag", "is on no ticket that you see")
		}
	}
	if topic == 0 {
		return nil
	}
	found, err := s.issues.TopicNames(ctx, []events.ID{topic})
	if err == nil && len(found) == 0 {
		wrong.Add("topic", "is none of this desk")
	}
	return err
}

type dashboardIn struct {
	Page    string `path:"page" maxLength:"20" example:"overview" doc:"live, overview, satisfaction, speed, volume, handoffs, team or topics"`
	From    string `query:"from" maxLength:"40" doc:"The first day, in the desk's time zone; the last 28 days that are over unless set"`
	To      string `query:"to" maxLength:"40" doc:"The last day"`
	Compare string `query:"compare" enum:"previous,year,none" doc:"With as many days right before, unless set"`
	NarrowIn
	Time   string `query:"time" enum:"calendar,business" doc:"Of durations; calendar unless set"`
	Format string `query:"format" enum:"json,csv,xlsx"`
	Panel  string `query:"panel" maxLength:"60" doc:"With format=csv: one panel of the page by its id, or tiles; all of them unless set"`
}

// livePage is made from the tickets as they stand, not from figures of days.
const livePage rollups.Page = "live"

func (s *Server) getDashboard(ctx context.Context, in *dashboardIn) (*reportOut, error) {
	if in.Panel != "" && in.Format != "csv" {
		return nil, fault.On("panel", "goes with format=csv")
	}
	page, err := s.dashboard(ctx, in)
	if err != nil {
		return nil, err
	}
	file := "heard-" + string(page.Page) + "-" + page.From + "-" + page.To
	if page.Page == livePage {
		file = "heard-live"
	}
	var b bytes.Buffer
	switch in.Format {
	case "csv":
		if err := writeDashboardCSV(&b, page, in.Panel); err != nil {
			return nil, err
		}
		if in.Panel != "" {
			file += "-" + in.Panel
		}
		return &reportOut{ContentType: "text/csv; charset=utf-8; header=present", Disposition: `attachment; filename="` + file + `.csv"`,
			Body: b.Bytes()}, nil
	case "xlsx":
		if err := writeDashboardXLSX(&b, page); err != nil {
			return nil, fmt.Errorf("write the workbook of %s: %w", page.Page, err)
		}
		return &reportOut{ContentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Disposition: `attachment; filename="` + file + `.xlsx"`, Body: b.Bytes()}, nil
	}
	return &reportOut{ContentType: "application/json", Body: page}, nil
}

// dashboard is a page as the caller may see it.
func (s *Server) dashboard(ctx context.Context, in *dashboardIn) (*rollups.Dashboard, error) {
	f, err := s.narrow(ctx, &in.NarrowIn)
	if err != nil {
		return nil, err
	}
	nameless := mayNameAgents(callerOf(ctx).rights)
	switch rollups.Page(in.Page) {
	case livePage:
		if err := in.forDaysOnly(); err != nil {
			return nil, err
		}
		return s.live(ctx)
	case rollups.TeamPage:
		if nameless != nil {
			return nil, nameless
		}
	}
	q := rollups.DashboardQuery{Compare: in.Compare, Business: in.Time == "business", NoAgents: nameless != nil, Filter: f,
		Scope: tickets.TicketScope(callerOf(ctx).rights)}
	if in.From != "" && in.To != "" {
		if q.From, q.To, err = s.days(ctx, in.From, in.To); err != nil {
			return nil, err
		}
	} else if in.From+in.To != "" {
		return nil, fault.On(map[bool]string{true: "from", false: "to"}[in.From == ""], "must be given too")
	}
	page, err := s.rollups.Dashboard(ctx, rollups.Page(in.Page), q)
	if known := (*fault.Error)(nil); err != nil && !errors.As(err, &known) {
		return nil, fmt.Errorf("make the page %s: %w", in.Page, err)
	}
	return page, err
}

// forDaysOnly refuses what makes no sense of this moment.
func (in *dashboardIn) forDaysOnly() error {
	var wrong fault.Fields
	for _, p := range [][2]string{{"from", in.From}, {"to", in.To}, {"compare", in.Compare}, {"time", in.Time}, {"channel", in.Channel},
		{"inbox", in.Inbox}, {"team", in.Team}, {"agent", in.Agent}, {"tag", in.Tag}, {"topic", in.Topic}, {"touchpoint", in.Touchpoint}} {
		if p[1] != "" {
			wrong.Add(p[0], "is not for the live page, which takes format and panel alone")
		}
	}
	return wrong.Err()
}
