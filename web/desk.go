package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
)

func (s *Server) listTeams(ctx context.Context, in *struct{ PageIn }) (*answer[list[wireTeam]], error) {
	rows, err := s.people.Teams(ctx)
	if err != nil {
		return nil, err
	}
	return listed(rows, in.PageIn, func(t *tickets.Team) events.ID { return t.ID }, teamWire)
}

func (s *Server) getTeam(ctx context.Context, in *getID) (*answer[wireTeam], error) {
	t, err := s.people.Team(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return ok(teamWire(t), nil)
}

func (s *Server) createTeam(ctx context.Context, in *struct {
	Body struct {
		Name       string      `json:"name"`
		Schedule   events.ID   `json:"schedule,omitempty"`
		IsDefault  bool        `json:"is_default,omitempty"`
		AutoAssign *bool       `json:"auto_assign,omitempty"`
		Agents     []events.ID `json:"agents,omitempty"`
		RoutingIn
	}
}) (*made[wireTeam], error) {
	b := in.Body
	t, err := s.people.CreateTeam(ctx, callerOf(ctx).actor(), tickets.TeamIn{Name: b.Name, ScheduleID: b.Schedule,
		IsDefault: b.IsDefault, AutoAssign: b.AutoAssign, Agents: b.Agents, Routing: b.patch()})
	if err != nil {
		return nil, err
	}
	return created(teamWire(t), nil)
}

func (s *Server) patchTeam(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name       *string             `json:"name,omitempty"`
		Schedule   optional[events.ID] `json:"schedule,omitempty"`
		IsDefault  *bool               `json:"is_default,omitempty"`
		AutoAssign *bool               `json:"auto_assign,omitempty"`
		Agents     *[]events.ID        `json:"agents,omitempty"`
		RoutingIn
	}
}) (*answer[wireTeam], error) {
	b := in.Body
	t, err := s.people.ChangeTeam(ctx, callerOf(ctx).actor(), in.ID.ID, tickets.TeamPatch{Name: b.Name,
		ScheduleID: b.Schedule.given(), IsDefault: b.IsDefault, AutoAssign: b.AutoAssign, Agents: b.Agents, Routing: b.patch()})
	if err != nil {
		return nil, err
	}
	return ok(teamWire(t), nil)
}

func (s *Server) listSchedules(ctx context.Context, in *struct{ PageIn }) (*answer[list[wireSchedule]], error) {
	rows, err := s.people.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	return listed(rows, in.PageIn, func(x *tickets.Schedule) events.ID { return x.ID }, scheduleWire)
}

func (s *Server) getSchedule(ctx context.Context, in *getID) (*answer[wireSchedule], error) {
	x, err := s.people.Schedule(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return ok(scheduleWire(x), nil)
}

func (s *Server) createSchedule(ctx context.Context, in *struct {
	Body struct {
		Name      string         `json:"name"`
		TimeZone  string         `json:"time_zone" doc:"An IANA zone, Europe/Berlin"`
		Intervals []wireInterval `json:"intervals,omitempty" maxItems:"200"`
		Holidays  []string       `json:"holidays,omitempty" maxItems:"1000"`
	}
}) (*made[wireSchedule], error) {
	b := in.Body
	x, err := s.people.CreateSchedule(ctx, callerOf(ctx).actor(), tickets.ScheduleIn{Name: b.Name, TimeZone: b.TimeZone,
		Intervals: intervals(b.Intervals), Holidays: b.Holidays})
	if err != nil {
		return nil, err
	}
	return created(scheduleWire(x), nil)
}

func (s *Server) patchSchedule(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name      *string         `json:"name,omitempty"`
		TimeZone  *string         `json:"time_zone,omitempty"`
		Intervals *[]wireInterval `json:"intervals,omitempty" maxItems:"200"`
		Holidays  *[]string       `json:"holidays,omitempty" maxItems:"1000"`
	}
}) (*answer[wireSchedule], error) {
	b := in.Body
	patch := tickets.SchedulePatch{Name: b.Name, TimeZone: b.TimeZone, Holidays: b.Holidays}
	if b.Intervals != nil {
		list := intervals(*b.Intervals)
		patch.Intervals = &list
	}
	x, err := s.people.ChangeSchedule(ctx, callerOf(ctx).actor(), in.ID.ID, patch)
	if err != nil {
		return nil, err
	}
	return ok(scheduleWire(x), nil)
}

func (s *Server) listInboxes(ctx context.Context, in *struct{ PageIn }) (*answer[list[wireInbox]], error) {
	rows, err := s.people.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	return listed(rows, in.PageIn, func(x *tickets.Inbox) events.ID { return x.ID }, s.inboxWire)
}

func (s *Server) getInbox(ctx context.Context, in *getID) (*answer[wireInbox], error) {
	x, err := s.people.Inbox(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return ok(s.inboxWire(x), nil)
}

func (s *Server) createInbox(ctx context.Context, in *struct {
	Body struct {
		Name            string             `json:"name"`
		Kind            tickets.InboxKind  `json:"kind" enum:"website,api"`
		Team            events.ID          `json:"team,omitempty"`
		Schedule        events.ID          `json:"schedule,omitempty"`
		Touchpoint      string             `json:"touchpoint,omitempty"`
		Origins         []string           `json:"origins,omitempty"`
		ReopenDays      *int               `json:"reopen_days,omitempty"`
		RequireIdentity bool               `json:"require_identity,omitempty"`
		CSAT            *wireCSAT          `json:"csat,omitempty"`
		Brand           string             `json:"brand,omitempty"`
		Settings        *wireInboxSettings `json:"settings,omitempty"`
	}
}) (*made[wireInbox], error) {
	b := in.Body
	x, err := s.people.CreateInbox(ctx, callerOf(ctx).actor(), tickets.InboxIn{Name: b.Name, Kind: b.Kind, TeamID: b.Team,
		ScheduleID: b.Schedule, Touchpoint: b.Touchpoint, Origins: b.Origins, ReopenDays: b.ReopenDays,
		RequireIdentity: b.RequireIdentity, CSAT: csat(b.CSAT), Brand: b.Brand, Settings: settingsOr(b.Settings)})
	if err != nil {
		return nil, err
	}
	return created(s.inboxWire(x), nil)
}

func csat(w *wireCSAT) *tickets.CSATPolicy {
	if w == nil {
		return nil
	}
	p := tickets.CSATPolicy(*w)
	return &p
}

func settingsOr(w *wireInboxSettings) tickets.InboxSettings {
	if w == nil {
		return tickets.InboxSettings{Prechat: []tickets.PrechatField{}, Offline: true}
	}
	return w.settings()
}

func (s *Server) patchInbox(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name            *string             `json:"name,omitempty"`
		Team            optional[events.ID] `json:"team,omitempty"`
		Schedule        optional[events.ID] `json:"schedule,omitempty"`
		Touchpoint      *string             `json:"touchpoint,omitempty"`
		Origins         *[]string           `json:"origins,omitempty"`
		ReopenDays      *int                `json:"reopen_days,omitempty"`
		RequireIdentity *bool               `json:"require_identity,omitempty"`
		CSAT            *wireCSAT           `json:"csat,omitempty"`
		Brand           *string             `json:"brand,omitempty"`
		Settings        *wireInboxSettings  `json:"settings,omitempty" doc:"Replaces all"`
		Disabled        *bool               `json:"disabled,omitempty"`
	}
}) (*answer[wireInbox], error) {
	b := in.Body
	patch := tickets.InboxPatch{Name: b.Name, TeamID: b.Team.given(), ScheduleID: b.Schedule.given(), Touchpoint: b.Touchpoint,
		Origins: b.Origins, ReopenDays: b.ReopenDays, RequireIdentity: b.RequireIdentity, CSAT: csat(b.CSAT), Brand: b.Brand, Disabled: b.Disabled}
	if b.Settings != nil {
		settings := b.Settings.settings()
		patch.Settings = &settings
	}
	x, err := s.people.ChangeInbox(ctx, callerOf(ctx).actor(), in.ID.ID, patch)
	if err != nil {
		return nil, err
	}
	return ok(s.inboxWire(x), nil)
}

type secretAnswer struct {
	Secret string `json:"secret" doc:"Shown this once. Two are active at most: the oldest gives way."`
}

func (s *Server) addInboxSecret(ctx context.Context, in *onID) (*made[secretAnswer], error) {
	secret, err := s.people.AddInboxSecret(ctx, callerOf(ctx).actor(), in.ID.ID)
	return created(secretAnswer{secret}, err)
}

type wireSettings struct {
	DeskName           string   `json:"desk_name"`
	TimeZone           string   `json:"time_zone"`
	HandoffReasons     []string `json:"handoff_reasons"`
	SurveyCooldownDays int      `json:"survey_cooldown_days"`
	SurveyMost90Days   int      `json:"survey_most_90_days" doc:"Surveys that one person gets in 90 days at most; 0: no such limit"`
	SurveyQuietFrom    string   `json:"survey_quiet_from" doc:"Mail with surveys waits from then, like 21:00, in the desk's zone"`
	SurveyQuietTo      string   `json:"survey_quiet_to"`
	HourlyRate         float64  `json:"hourly_rate"`
	Currency           string   `json:"currency"`
	ImpactReopen       float64  `json:"impact_reopen" doc:"Hours that a reopened ticket counts for in an issue's impact"`
	ImpactHandoff      float64  `json:"impact_handoff" doc:"Hours for one that was handed on"`
	ImpactCSAT         float64  `json:"impact_csat" doc:"Hours for a ticket and a point of lost satisfaction"`
}

func settingsOf(in tickets.Settings) wireSettings {
	return wireSettings{DeskName: in.DeskName, TimeZone: in.TimeZone, HandoffReasons: filled(in.HandoffReasons),
		SurveyCooldownDays: in.SurveyCooldownDays, SurveyMost90Days: in.SurveyMost90Days,
		SurveyQuietFrom: in.SurveyQuietFrom, SurveyQuietTo: in.SurveyQuietTo, HourlyRate: in.HourlyRate, Currency: in.Currency,
		ImpactReopen: in.ImpactReopen, ImpactHandoff: in.ImpactHandoff, ImpactCSAT: in.ImpactCSAT}
}

func (s *Server) getSettings(ctx context.Context, _ *struct{}) (*answer[wireSettings], error) {
	set, err := s.people.Settings(ctx)
	return ok(settingsOf(set), err)
}

func (s *Server) patchSettings(ctx context.Context, in *struct {
	Body struct {
		DeskName           *string   `json:"desk_name,omitempty"`
		TimeZone           *string   `json:"time_zone,omitempty"`
		HandoffReasons     *[]string `json:"handoff_reasons,omitempty"`
		SurveyCooldownDays *int      `json:"survey_cooldown_days,omitempty"`
		SurveyMost90Days   *int      `json:"survey_most_90_days,omitempty"`
		SurveyQuietFrom    *string   `json:"survey_quiet_from,omitempty"`
		SurveyQuietTo      *string   `json:"survey_quiet_to,omitempty"`
		HourlyRate         *float64  `json:"hourly_rate,omitempty"`
		Currency           *string   `json:"currency,omitempty"`
		ImpactReopen       *float64  `json:"impact_reopen,omitempty"`
		ImpactHandoff      *float64  `json:"impact_handoff,omitempty"`
		ImpactCSAT         *float64  `json:"impact_csat,omitempty"`
	}
}) (*answer[wireSettings], error) {
	set, err := s.people.ChangeSettings(ctx, callerOf(ctx).actor(), tickets.SettingsPatch(in.Body))
	return ok(settingsOf(set), err)
}
