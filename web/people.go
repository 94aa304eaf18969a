package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// PageIn asks for one page of a list.
type PageIn struct {
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100"`
}

// after reads the cursor, which is the id that the page before ended with.
func (in PageIn) after() (events.ID, error) { return optionalID("cursor", in.Cursor) }

// cut cuts a page out of rows that are all in memory, sorted by id.
func cut[T any](rows []T, in PageIn, id func(*T) events.ID) ([]T, string, error) {
	after, err := in.after()
	if err != nil {
		return nil, "", err
	}
	limit := in.Limit
	if limit == 0 {
		limit = 100
	}
	start := 0
	for start < len(rows) && id(&rows[start]) <= after {
		start++
	}
	if rows = rows[start:]; len(rows) <= limit {
		return rows, "", nil
	}
	return rows[:limit], id(&rows[limit-1]).String(), nil
}

// listed answers a page of rows in their wire form.
func listed[T, W any](rows []T, in PageIn, id func(*T) events.ID, wire func(*T) W) (*answer[list[W]], error) {
	rows, next, err := cut(rows, in, id)
	return ok(items(each(rows, wire), next), err)
}

type customersIn struct {
	PageIn
	Query      string `query:"q" maxLength:"200" doc:"The beginning of a word of the name, of the address or of the external id"`
	Email      string `query:"email" maxLength:"320"`
	ExternalID string `query:"external_id" maxLength:"200"`
}

func (s *Server) listCustomers(ctx context.Context, in *customersIn) (*answer[list[wireKnownCustomer]], error) {
	f := knownTo(callerOf(ctx).rights)
	f.Query, f.Email, f.ExternalID, f.Cursor, f.Limit = in.Query, in.Email, in.ExternalID, in.Cursor, in.Limit
	rows, next, err := s.store.Customers(ctx, f)
	return ok(items(each(rows, knownWire), next), err)
}

// knownTo is what a caller may know of customers.
func knownTo(v tickets.Caller) tickets.CustomerFilter {
	return tickets.CustomerFilter{Scope: tickets.TicketScope(v), Rated: tickets.Can(v, tickets.SurveyRead, tickets.InTeam)}
}

// toCustomer is how a customer stands to the caller: whoever sees one of the customer's tickets sees the customer.
func (s *Server) toCustomer(ctx context.Context, id events.ID) (tickets.Relation, error) {
	v := callerOf(ctx).rights
	scope := tickets.TicketScope(v)
	if !scope.Restricted {
		return tickets.InTeam, nil
	}
	found, _, err := s.store.Tickets(ctx, tickets.Filter{Scope: scope, Customer: id, Limit: 1})
	if err != nil || len(found) == 0 {
		return tickets.AtDesk, err
	}
	return tickets.InTeam, nil
}

// customer loads a customer on whom the caller may do an action.
func (s *Server) customer(ctx context.Context, id events.ID, a tickets.Action) (*tickets.Customer, error) {
	c, err := s.people.Customer(ctx, id)
	if err != nil {
		return nil, err
	}
	near, err := s.toCustomer(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if near == tickets.AtDesk && tickets.Can(callerOf(ctx).rights, a, tickets.AtDesk) {
		return c, nil
	}
	return c, tickets.Permit(callerOf(ctx).rights, a, near)
}

func (s *Server) getCustomer(ctx context.Context, in *getID) (*answer[wireKnownCustomer], error) {
	c, err := s.customer(ctx, in.ID.ID, tickets.CustomerRead)
	if err != nil {
		return nil, err
	}
	known, err := s.store.CustomerKnown(ctx, knownTo(callerOf(ctx).rights), c.ID)
	if err != nil {
		return nil, err
	}
	return ok(knownWire(known), nil)
}

func (s *Server) customerTickets(ctx context.Context, in *struct {
	ID pathID `path:"id"`
	PageIn
}) (*answer[list[WireTicket]], error) {
	c, err := s.customer(ctx, in.ID.ID, tickets.CustomerRead)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.store.Tickets(ctx, tickets.Filter{Scope: tickets.TicketScope(callerOf(ctx).rights),
		Customer: c.ID, Cursor: in.Cursor, Limit: in.Limit})
	return ok(items(each(rows, ticketWire), next), err)
}

func (s *Server) createCustomer(ctx context.Context, in *struct {
	Body struct {
		ExternalID   string            `json:"external_id,omitempty"`
		Email        string            `json:"email,omitempty"`
		Phone        string            `json:"phone,omitempty"`
		Name         string            `json:"name,omitempty"`
		Organization events.ID         `json:"organization,omitempty"`
		Attrs        map[string]string `json:"attrs,omitempty"`
	}
}) (*made[wireCustomer], error) {
	b := in.Body
	c, err := s.people.EnsureCustomer(ctx, callerOf(ctx).actor(), tickets.CustomerIn{ExternalID: b.ExternalID, Email: b.Email,
		Phone: b.Phone, Name: b.Name, OrganizationID: b.Organization, Attrs: b.Attrs})
	if err != nil {
		return nil, err
	}
	return created(customerWire(c), nil)
}

func (s *Server) patchCustomer(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name         *string           `json:"name,omitempty"`
		Phone        *string           `json:"phone,omitempty"`
		Organization *events.ID        `json:"organization,omitempty"`
		Blocked      *bool             `json:"blocked,omitempty"`
		Attrs        map[string]string `json:"attrs,omitempty" doc:"Replaces all"`
	}
}) (*answer[wireCustomer], error) {
	if _, err := s.customer(ctx, in.ID.ID, tickets.CustomerWrite); err != nil {
		return nil, err
	}
	b := in.Body
	c, err := s.people.ChangeCustomer(ctx, callerOf(ctx).actor(), in.ID.ID, tickets.CustomerPatch{Name: b.Name, Phone: b.Phone,
		Organization: b.Organization, Blocked: b.Blocked, Attrs: b.Attrs})
	if err != nil {
		return nil, err
	}
	return ok(customerWire(c), nil)
}

func (s *Server) mergeCustomers(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		From events.ID `json:"from" doc:"The customer who becomes part of this one"`
	}
}) (*answer[wireCustomer], error) {
	if _, err := s.customer(ctx, in.ID.ID, tickets.CustomerMerge); err != nil {
		return nil, err
	}
	if _, err := s.customer(ctx, in.Body.From, tickets.CustomerMerge); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.On("from", "does not exist")
		}
		return nil, err
	}
	c, err := s.people.MergeCustomers(ctx, callerOf(ctx).actor(), in.ID.ID, in.Body.From)
	if err != nil {
		return nil, err
	}
	return ok(customerWire(c), nil)
}

func (s *Server) listOrganizations(ctx context.Context, in *struct{ PageIn }) (*answer[list[wireOrganization]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	rows, next, err := s.people.Organizations(ctx, before, in.Limit)
	return ok(items(each(rows, organizationWire), next.String()), err)
}

func (s *Server) getOrganization(ctx context.Context, in *getID) (*answer[wireOrganization], error) {
	o, err := s.people.Organization(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return ok(organizationWire(o), nil)
}

func (s *Server) createOrganization(ctx context.Context, in *struct {
	Body struct {
		Name   string            `json:"name"`
		Domain string            `json:"domain,omitempty"`
		Attrs  map[string]string `json:"attrs,omitempty"`
	}
}) (*made[wireOrganization], error) {
	o, err := s.people.CreateOrganization(ctx, callerOf(ctx).actor(), tickets.OrganizationIn(in.Body))
	if err != nil {
		return nil, err
	}
	return created(organizationWire(o), nil)
}

func (s *Server) patchOrganization(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name   *string           `json:"name,omitempty"`
		Domain *string           `json:"domain,omitempty"`
		Attrs  map[string]string `json:"attrs,omitempty"`
	}
}) (*answer[wireOrganization], error) {
	o, err := s.people.ChangeOrganization(ctx, callerOf(ctx).actor(), in.ID.ID, tickets.OrganizationPatch(in.Body))
	if err != nil {
		return nil, err
	}
	return ok(organizationWire(o), nil)
}

// listAgents shows everybody to everybody: a ticket can be handed to agents of other teams.
func (s *Server) listAgents(ctx context.Context, in *struct{ PageIn }) (*answer[list[wireAgent]], error) {
	rows, err := s.people.Agents(ctx)
	if err != nil {
		return nil, err
	}
	taken, err := s.taken(ctx)
	if err != nil {
		return nil, err
	}
	return listed(rows, in.PageIn, func(a *tickets.Agent) events.ID { return a.ID },
		func(a *tickets.Agent) wireAgent { return agentWire(a, taken[a.ID]) })
}

func (s *Server) getAgent(ctx context.Context, in *getID) (*answer[wireAgent], error) {
	return s.agentNow(ctx, in.ID.ID)
}

type invited struct {
	Agent wireAgent `json:"agent"`
	Link  string    `json:"link" doc:"One-time link, shown this once"`
}

type invitation struct {
	Link string `json:"link" doc:"One-time link, shown this once"`
}

func (s *Server) createAgent(ctx context.Context, in *struct {
	Body struct {
		Email    string       `json:"email"`
		Name     string       `json:"name"`
		Role     tickets.Role `json:"role" enum:"agent,lead,manager,admin"`
		Capacity int          `json:"capacity,omitempty"`
		AllTeams *bool        `json:"all_teams,omitempty"`
		Teams    []events.ID  `json:"teams,omitempty"`
		Skills   []string     `json:"skills,omitempty" maxItems:"50"`
	}
}) (*made[invited], error) {
	b, by := in.Body, callerOf(ctx).actor()
	a, err := s.people.CreateAgent(ctx, by, tickets.AgentIn{Email: b.Email, Name: b.Name, Role: b.Role, Capacity: b.Capacity,
		AllTeams: b.AllTeams, Teams: b.Teams, Skills: b.Skills})
	if err != nil {
		return nil, err
	}
	link, err := s.JoinLink(ctx, by, a.ID)
	if err != nil {
		return nil, err
	}
	return created(invited{agentWire(a, 0), link}, nil)
}

// JoinLink makes a one-time link for an agent to choose a password with.
func (s *Server) JoinLink(ctx context.Context, by events.Actor, agent events.ID) (string, error) {
	token, err := s.people.Invite(ctx, by, tickets.InviteIn{Agent: agent, Kind: tickets.JoinLink})
	if err != nil {
		return "", err
	}
	return s.site.url("/join#" + token), nil
}

func (s *Server) inviteAgent(ctx context.Context, in *onID) (*made[invitation], error) {
	link, err := s.JoinLink(ctx, callerOf(ctx).actor(), in.ID.ID)
	return created(invitation{link}, err)
}

func (s *Server) patchAgent(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name     *string       `json:"name,omitempty"`
		Email    *string       `json:"email,omitempty"`
		Role     *tickets.Role `json:"role,omitempty" enum:"agent,lead,manager,admin"`
		Capacity *int          `json:"capacity,omitempty"`
		AllTeams *bool         `json:"all_teams,omitempty"`
		Teams    *[]events.ID  `json:"teams,omitempty"`
		Skills   *[]string     `json:"skills,omitempty" maxItems:"50"`
		Disabled *bool         `json:"disabled,omitempty"`
	}
}) (*answer[wireAgent], error) {
	b := in.Body
	a, err := s.people.ChangeAgent(ctx, callerOf(ctx).actor(), in.ID.ID, tickets.AgentPatch{Name: b.Name, Email: b.Email,
		Role: b.Role, Capacity: b.Capacity, AllTeams: b.AllTeams, Teams: b.Teams, Skills: b.Skills, Disabled: b.Disabled})
	if err != nil {
		return nil, err
	}
	return s.agentNow(ctx, a.ID)
}
