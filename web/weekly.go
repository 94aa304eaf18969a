package web

import (
	"context"
	"net/http"

	"heard/feedback/rollups"
	"heard/feedback/weekly"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// weeklyRoutes are what stands around the weekly report: actions, subscribers, links.
func (s *Server) weeklyRoutes() []route {
	api := "/api/v1/reports"
	act, subscribe, share := agent(tickets.ReportAct), agent(tickets.ReportSubscribe), agent(tickets.ReportShare)
	return []route{
		{"GET", api + "/actions", agent(tickets.ReportRead), perRead, op("What people agreed to do, those due first before the others", s.listActions)},
		{"POST", api + "/actions", act, perWrite, op("Agree to do something", s.addAction)},
		{"PATCH", api + "/actions/{id}", act, perWrite, op("Change what was agreed, or say that it is done", s.patchAction).repeatable()},
		{"GET", api + "/subscribers", subscribe, perRead, op("Who gets the report by mail: oneself, for managers everybody", s.listSubscribers)},
		{"POST", api + "/subscribers", subscribe, perWrite, op("Have the report sent to an agent, or to an address outside", s.addSubscriber)},
		{"DELETE", api + "/subscribers/{id}", subscribe, perWrite, op("Send the report no more", s.dropSubscriber)},
		{"POST", api + "/weekly/{week}/mail", subscribe, perWrite, op("Send a week to a subscriber once more", s.mailAgain)},
		{"GET", api + "/shares", share, perRead, op("The links that open a report without signing in", s.listShares)},
		{"POST", api + "/weekly/{week}/share", share, perWrite, op("Make a link that opens a report without signing in", s.addShare).once()},
		{"DELETE", api + "/shares/{id}", share, perWrite, op("End a link", s.dropShare)},
	}
}

func (s *Server) listActions(ctx context.Context, in *struct {
	State string `query:"state" enum:"open,done,dropped"`
	Limit int    `query:"limit" minimum:"1" maximum:"500"`
}) (*answer[list[weekly.ReportAction]], error) {
	most := in.Limit
	if most == 0 {
		most = 100
	}
	rows, err := s.weekly.Actions(ctx, in.State, most)
	return ok(items(rows, ""), err)
}

func (s *Server) addAction(ctx context.Context, in *struct {
	Body struct {
		Text  string    `json:"text" doc:"One line of at most 200 characters"`
		Owner events.ID `json:"owner,omitempty"`
		Due   string    `json:"due,omitempty" doc:"A day like 2026-11-23"`
		Issue events.ID `json:"issue,omitempty"`
	}
}) (*made[*weekly.ReportAction], error) {
	b := in.Body
	return created(s.weekly.AddAction(ctx, callerOf(ctx).actor(), weekly.ActionIn{Text: b.Text, Owner: b.Owner, Due: b.Due, Issue: b.Issue}))
}

func (s *Server) patchAction(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Text  *string             `json:"text,omitempty"`
		Owner optional[events.ID] `json:"owner,omitempty"`
		Due   optional[string]    `json:"due,omitempty"`
		State *string             `json:"state,omitempty" doc:"open, done or dropped"`
	}
}) (*answer[*weekly.ReportAction], error) {
	b := in.Body
	return ok(s.weekly.ChangeAction(ctx, callerOf(ctx).actor(), in.ID.ID,
		weekly.ActionPatch{Text: b.Text, Owner: b.Owner.given(), Due: b.Due.given(), State: b.State}))
}

// subscriberList is the list, and whether this installation sends mail at all.
type subscriberList struct {
	Items []weekly.Subscriber `json:"items"`
	Mail  bool                `json:"mail" doc:"False: mail is not set up, and nothing goes out"`
}

func (s *Server) listSubscribers(ctx context.Context, _ *struct{}) (*answer[subscriberList], error) {
	c := callerOf(ctx)
	of := c.agent.ID
	if tickets.Can(c.rights, tickets.ReportSubscribe, tickets.AtDesk) {
		of = 0
	}
	rows, err := s.weekly.Subscribers(ctx, of)
	return ok(subscriberList{rows, s.letters != nil}, err)
}

// mailAgain sends a week once more, to oneself, or for managers to anybody.
func (s *Server) mailAgain(ctx context.Context, in *struct {
	Week string `path:"week" maxLength:"8" example:"2026-W46"`
	Body struct {
		Subscriber events.ID `json:"subscriber"`
	}
}) (*struct{}, error) {
	if s.letters == nil {
		return nil, fault.New(fault.Unsupported, "mail is not set up: see --smtp")
	}
	if in.Body.Subscriber == 0 {
		return nil, fault.On("subscriber", "must be given")
	}
	sub, err := s.subscriber(ctx, in.Body.Subscriber)
	if err != nil {
		return nil, err
	}
	return nil, s.letters.Again(ctx, callerOf(ctx).actor(), in.Week, sub.ID)
}

// subscriber loads one that the caller may change: its own, or for managers any.
func (s *Server) subscriber(ctx context.Context, id events.ID) (*weekly.Subscriber, error) {
	sub, err := s.weekly.Subscriber(ctx, id)
	if err != nil {
		return nil, err
	}
	c, relation := callerOf(ctx), tickets.AtDesk
	if sub.Agent != 0 {
		relation = ownOr(c, sub.Agent)
	}
	return sub, tickets.Permit(c.rights, tickets.ReportSubscribe, relation)
}

func (s *Server) addSubscriber(ctx context.Context, in *struct {
	Body struct {
		Agent    events.ID `json:"agent,omitempty" doc:"Oneself, or for managers any agent"`
		Address  string    `json:"address,omitempty" doc:"Outside, in place of an agent: for managers"`
		Language *string   `json:"language,omitempty"`
		Weekday  *int      `json:"weekday,omitempty" doc:"1 is Monday, the default"`
		Hour     *int      `json:"hour,omitempty" doc:"In the desk's time zone; 8 unless set"`
		Quotes   bool      `json:"quotes,omitempty" doc:"An address outside sees customers' words"`
		Tickets  bool      `json:"tickets,omitempty" doc:"An address outside sees links to tickets"`
	}
}) (*made[*weekly.Subscriber], error) {
	b, c := in.Body, callerOf(ctx)
	relation := tickets.AtDesk
	if b.Address == "" {
		if b.Agent == 0 {
			b.Agent = c.agent.ID
		}
		relation = ownOr(c, b.Agent)
	}
	if err := tickets.Permit(c.rights, tickets.ReportSubscribe, relation); err != nil {
		return nil, fault.New(fault.Forbidden, "you may have it sent to yourself only")
	}
	if b.Agent != 0 {
		snap, err := s.people.Directory().Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		if a := snap.Agents[b.Agent]; a != nil && !tickets.Can(tickets.Caller{Agent: a.ID, Role: a.Role}, tickets.ReportRead, tickets.InTeam) {
			return nil, fault.On("agent", "may not read the report")
		}
	}
	sub, fresh, err := s.weekly.Subscribe(ctx, c.actor(), weekly.SubscriberIn{Agent: b.Agent, Address: b.Address, Language: b.Language,
		Weekday: b.Weekday, Hour: b.Hour, Quotes: b.Quotes, Tickets: b.Tickets})
	if err != nil {
		return nil, err
	}
	out := &made[*weekly.Subscriber]{Status: http.StatusOK, Body: sub}
	if fresh {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (s *Server) dropSubscriber(ctx context.Context, in *onID) (*struct{}, error) {
	sub, err := s.subscriber(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.weekly.Unsubscribe(ctx, callerOf(ctx).actor(), sub.ID)
}

func (s *Server) listShares(ctx context.Context, _ *struct{}) (*answer[list[weekly.ReportLink]], error) {
	rows, err := s.weekly.Shares(ctx)
	return ok(items(rows, ""), err)
}

// sharedLink is a fresh link, shown this once.
type sharedLink struct {
	ID        events.ID   `json:"id"`
	URL       string      `json:"url"`
	ExpiresAt events.Time `json:"expires_at"`
}

func (s *Server) addShare(ctx context.Context, in *struct {
	Week string `path:"week" maxLength:"8" example:"2026-W46"`
	Body struct {
		Quotes  bool `json:"quotes,omitempty" doc:"Whoever has the link sees customers' words"`
		Tickets bool `json:"tickets,omitempty" doc:"Whoever has the link sees links to tickets"`
		Days    *int `json:"days,omitempty" minimum:"1" maximum:"365" doc:"How long it opens: 1 to 365, 30 unless set"`
	}
}) (*made[sharedLink], error) {
	b, days := in.Body, 0
	if b.Days != nil {
		days = *b.Days
	}
	if first, err := s.rollups.FirstWeek(ctx); err != nil {
		return nil, err
	} else if rollups.ParseWeek(in.Week) == nil && in.Week < first {
		return nil, fault.On("week", "lies before the first ticket")
	}
	x, err := s.weekly.Share(ctx, callerOf(ctx).actor(), weekly.ShareIn{Week: in.Week, Quotes: b.Quotes, Tickets: b.Tickets, Days: days})
	if err != nil {
		return nil, err
	}
	return created(sharedLink{x.ID, s.site.base.String() + weekly.SharedPath + s.weekly.Token(x), x.ExpiresAt}, nil)
}

func (s *Server) dropShare(ctx context.Context, in *onID) (*struct{}, error) {
	return nil, s.weekly.Revoke(ctx, callerOf(ctx).actor(), in.ID.ID)
}
