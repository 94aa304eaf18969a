package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/weekly"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// reportRoutes are the figures, the weekly report as data, and its page.
func (s *Server) reportRoutes() []route {
	api := "/api/v1/reports"
	return []route{
		{"GET", api + "/weekly", agent(tickets.ReportRead), perRead, op("List the weekly reports, newest first", s.listReports)},
		{"GET", api + "/weekly/{week}", agent(tickets.ReportRead), perRead, op("The report of a week, as JSON or CSV", s.getReport).unhurried()},
		{"GET", api + "/figures", agent(tickets.FigureRead), perRead, op("One figure over some days", s.getFigures).unhurried()},
		{"GET", "/reports/weekly/{week}", agent(tickets.ReportRead), perRead, plain(s.serveReport).as(pageForm).unhurried()},
		{"GET", "/reports/weekly/{week}/figures", agent(tickets.ReportRead), perRead, plain(s.serveEveryFigure).as(pageForm).unhurried()},
		{"GET", "/reports/weekly/{week}/mail", agent(tickets.ReportRead), perRead, plain(s.serveReportMail).as(pageForm).unhurried()},
		{"POST", "/reports/weekly/{week}/actions", sessionOnly(tickets.ReportAct).filled(), perWrite, plain(s.takeAction).as(pageForm)},
		{"GET", "/reports/shared/{token}", form(tickets.ReportByLink), perSurvey, plain(s.serveSharedReport).as(pageForm).unhurried()},
		{"GET", "/reports/unsubscribe/{token}", form(tickets.ReportByLink), perSurvey, plain(s.askUnsubscribe).as(pageForm)},
		{"POST", "/reports/unsubscribe/{token}", form(tickets.ReportByLink), perSurvey, plain(s.unsubscribe).as(pageForm)},
	}
}

// part is the part of the desk whose figures a caller may see: all of it, its teams, or itself.
func (s *Server) part(ctx context.Context, a tickets.Action) (rollups.Filter, error) {
	v := callerOf(ctx).rights
	switch {
	case tickets.Can(v, a, tickets.AtDesk), v.AllTeams && tickets.Can(v, a, tickets.InTeam):
		return rollups.Filter{}, nil
	case tickets.Can(v, a, tickets.InTeam):
		return rollups.Filter{Teams: append([]events.ID{}, v.Teams...)}, nil
	case tickets.Can(v, a, tickets.Own) && v.Agent != 0:
		return rollups.Filter{Agent: v.Agent}, nil
	}
	return rollups.Filter{}, tickets.Permit(v, a, tickets.AtDesk)
}

func (s *Server) listReports(ctx context.Context, in *struct {
	Limit int `query:"limit" minimum:"1" maximum:"100"`
}) (*answer[list[rollups.Listed]], error) {
	part, err := s.part(ctx, tickets.ReportRead)
	if err != nil {
		return nil, err
	}
	most := in.Limit
	if most == 0 {
		most = 53
	}
	rows, err := s.rollups.Weeks(ctx, most, part)
	return ok(items(rows, ""), err)
}

// reportOut is a report as JSON, or as the text of a file.
type reportOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	ETag        string `header:"ETag"`
	Body        any
}

func (s *Server) getReport(ctx context.Context, in *struct {
	Week   string `path:"week" maxLength:"8" example:"2026-W46"`
	Format string `query:"format" enum:"json,csv,text,html,stored" doc:"html is the mail; stored is what was kept of a finished week, byte for byte"`
}) (*reportOut, error) {
	if in.Format == "stored" {
		return s.storedReport(ctx, in.Week)
	}
	rep, err := s.report(ctx, in.Week)
	if err != nil {
		return nil, err
	}
	reader := weekly.Inside()
	reader.Base = s.site.base.String()
	switch in.Format {
	case "csv":
		var b bytes.Buffer
		if err := rep.WriteCSV(&b); err != nil {
			return nil, fmt.Errorf("write report %s as CSV: %w", in.Week, err)
		}
		return &reportOut{ContentType: "text/csv; charset=utf-8; header=present",
			Disposition: `attachment; filename="heard-` + rep.Week + `.csv"`, Body: b.Bytes()}, nil
	case "text":
		return &reportOut{ContentType: "text/plain; charset=utf-8", Body: []byte(weekly.Text(weekly.Look(rep, reader), weekly.Plain))}, nil
	case "html":
		text, err := weekly.HTML(weekly.Look(rep, reader), reader.Base+reportPath(rep.Week), "")
		return &reportOut{ContentType: "text/html; charset=utf-8", Body: []byte(text)}, err
	}
	var b bytes.Buffer
	if err := rep.WriteJSON(&b); err != nil {
		return nil, fmt.Errorf("write report %s: %w", in.Week, err)
	}
	return &reportOut{ContentType: "application/json", Body: b.Bytes()}, nil
}

// storedReport is what was kept of a finished week, for whoever may see all of the desk.
func (s *Server) storedReport(ctx context.Context, week string) (*reportOut, error) {
	part, err := s.part(ctx, tickets.ReportRead)
	if err != nil {
		return nil, err
	}
	body, err := s.rollups.Stored(ctx, week)
	if err == nil && (body == nil || part.Teams != nil) {
		err = fault.New(fault.NotFound, "nothing is stored of this week")
	}
	if err != nil {
		return nil, err
	}
	return &reportOut{ContentType: "application/json", ETag: fmt.Sprintf(`"%x"`, sha256.Sum256(body)), Body: body}, nil
}

// report is the report of a week as the caller may see it.
func (s *Server) report(ctx context.Context, week string) (*rollups.Report, error) {
	part, err := s.part(ctx, tickets.ReportRead)
	if err != nil {
		return nil, err
	}
	return s.rollups.Report(ctx, week, part)
}

type figuresIn struct {
	Figure string `query:"figure" required:"true" maxLength:"40"`
	From   string `query:"from" required:"true" maxLength:"40" doc:"The first day, in the desk's time zone; or a time in it"`
	To     string `query:"to" required:"true" maxLength:"40" doc:"The last day; or the time at which it is over, as a report's to"`
	By     string `query:"by" enum:"day,week,month,inbox,team,agent,channel,tag,topic,touchpoint" doc:"One number for each; all together unless set"`
	NarrowIn
	Time string `query:"time" enum:"calendar,business" doc:"Of durations; calendar unless set"`
	AsOf string `query:"as_of" enum:"now,end" doc:"end: as it stood when the days were over, as weekly reports tell it, for days, weeks and months each at their own end; now unless set"`
}

func (s *Server) getFigures(ctx context.Context, in *figuresIn) (*answer[*rollups.Series], error) {
	f, err := s.narrow(ctx, &in.NarrowIn)
	if err != nil {
		return nil, err
	}
	if rights := callerOf(ctx).rights; in.By == "agent" && tickets.Can(rights, tickets.FigureRead, tickets.InTeam) {
		if err := mayNameAgents(rights); err != nil {
			return nil, err
		}
	}
	from, to, err := s.days(ctx, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return ok(s.rollups.Series(ctx, rollups.Query{Figure: rollups.Key(in.Figure), From: from, To: to, By: in.By,
		Business: in.Time == "business", Known: rollups.Known(in.AsOf), Filter: f}))
}

// days reads two days of the desk, written as days or as times. A time at the end is the first that is not asked for,
// so that the from and to of a report are understood as they are.
func (s *Server) days(ctx context.Context, from, to string) (first, last string, err error) {
	cal, err := s.rollups.Calendar(ctx)
	if err != nil {
		return "", "", err
	}
	var wrong fault.Fields
	day := func(field, text string, back time.Duration) string {
		if _, err := time.Parse(time.DateOnly, text); err == nil {
			return text
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			wrong.Add(field, "must be a day like 2026-11-09, or a time in RFC 3339")
			return ""
		}
		return cal.DayOf(events.TimeOf(at.Add(-back)))
	}
	first, last = day("from", from, 0), day("to", to, time.Millisecond)
	return first, last, wrong.Err()
}

// mayNameAgents asks for the right to tables that name agents.
func mayNameAgents(v tickets.Caller) error {
	if tickets.Can(v, tickets.AgentFigureRead, tickets.InTeam) {
		return nil
	}
	return tickets.Permit(v, tickets.AgentFigureRead, tickets.AtDesk)
}

// refusePage tells a person why a page is not for them. Who is not signed in goes to the console, which asks for it.
func (s *Server) refusePage(w http.ResponseWriter, r *http.Request, err error) {
	if fault.KindOf(err) != fault.Unauthenticated {
		s.pageProblem(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/reports", http.StatusSeeOther)
}

// reportPath is where the page of a week is.
func reportPath(week string) string { return "/reports/weekly/" + url.PathEscape(week) }
