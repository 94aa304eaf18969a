package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// ticket loads a ticket that the caller may do an action on. What it may not see is answered as not found.
func (s *Server) ticket(ctx context.Context, id events.ID, a tickets.Action) (*tickets.Listed, error) {
	t, err := s.store.Ticket(ctx, id)
	if err != nil {
		return nil, err
	}
	v := callerOf(ctx).rights
	if err := tickets.Permit(v, tickets.TicketRead, v.ToTicket(&t.Ticket)); err != nil {
		return nil, fault.New(fault.NotFound, "there is no such ticket")
	}
	return t, tickets.Permit(v, a, v.ToTicket(&t.Ticket))
}

type listTicketsIn struct {
	View   string   `query:"view" doc:"mine, unassigned, all, mentions, team:ID or saved:ID"`
	Status []string `query:"status,explode" doc:"One or more, repeated or separated by commas. mine and team show open and pending unless set, unassigned shows open."`
	Query  string   `query:"q" maxLength:"500" doc:"Terms that must all hold: words and \"phrases\" of the subject, the customer or the conversation, a number, and key:value, -key:value or key:a,b with the keys is, assignee, team, tag, channel, inbox, priority, from, topic, csat, has, before, after, created, waiting and subject"`
	Topic  string   `query:"topic"`
	Issue  string   `query:"issue"`
	Tag    string   `query:"tag" maxLength:"50"`
	Live   string   `query:"live" enum:"any,waiting,queued,offered" doc:"Tickets that stand so at this moment, as the live page counts them"`
	IDs    string   `query:"ids" doc:"Up to 100 ids, separated by commas"`
	BehindIn
	Customer string        `query:"customer"`
	Order    tickets.Order `query:"order" enum:"newest,oldest,waiting" doc:"By the newest public message, newest first unless set. waiting begins with the customers who wait for an answer, longest first; tickets on which nobody waits come after them, newest first. A cursor belongs to its order"`
	FromEnd  bool          `query:"from_end" doc:"Begin with the last ticket of the order and read towards the first"`
	Cursor   string        `query:"cursor" maxLength:"200"`
	Limit    int           `query:"limit" minimum:"1" maximum:"100"`
}

func (s *Server) listTickets(ctx context.Context, in *listTicketsIn) (*answer[ticketList], error) {
	f, err := s.filter(ctx, in)
	if err != nil {
		return nil, err
	}
	var out ticketList
	var rows []tickets.Listed
	if in.Figure != "" || in.Week != "" {
		rows, out.Next, out.Behind, err = s.ticketsBehind(ctx, in, f)
	} else {
		rows, out.Next, err = s.store.Tickets(ctx, f)
	}
	if err != nil {
		return nil, err
	}
	if out.Partial = f.Bounded; f.Patience > 0 && out.Next != "" && len(rows) < cmp.Or(f.Limit, tickets.DefaultPage) {
		out.Partial, out.ReadTo = true, f.ReadTo(out.Next)
	}
	found, err := s.search.Passages(ctx, in.Query, rows)
	if err != nil {
		return nil, err
	}
	drafted, err := s.store.Drafted(ctx, callerOf(ctx).agent.ID, rows)
	if err != nil {
		return nil, err
	}
	out.Items = filled(each(rows, func(t *tickets.Listed) WireTicket {
		w := ticketWire(t)
		w.Draft = drafted[t.ID]
		if p, there := found[t.ID]; there {
			w.Found = &WireFound{p.Seq, p.Note, p.Text}
		}
		return w
	}))
	return ok(out, s.nameTopics(ctx, out.Items))
}

// filter turns the query into what the store lists, within what the caller may see.
func (s *Server) filter(ctx context.Context, in *listTicketsIn) (f tickets.Filter, err error) {
	l := tickets.List{View: in.View, Query: in.Query, Narrowed: in.Topic+in.Issue+in.IDs+in.Customer+in.Tag+in.Figure+in.Live != ""}
	for _, list := range in.Status {
		for part := range strings.SplitSeq(list, ",") {
			l.Statuses = append(l.Statuses, tickets.Status(part))
		}
	}
	if f, err = s.search.List(ctx, callerOf(ctx).rights, l); err != nil {
		return f, err
	}
	f.Tag, f.Order, f.FromEnd, f.Cursor, f.Limit = in.Tag, in.Order, in.FromEnd, in.Cursor, in.Limit
	if err := standing(in, &f); err != nil {
		return f, err
	}
	if in.Figure != "" || in.Week != "" {
		if in.IDs+in.Live+in.Issue+in.Customer != "" {
			return f, fault.On("figure", "does not go with ids, live, issue or customer")
		}
		if in.Order != "" || in.FromEnd {
			return f, fault.On("order", "does not go with figure: those tickets have an order of their own")
		}
		f.Tag = "" // narrows the figure
		return f, nil
	}
	if f.Topic, err = optionalID("topic", in.Topic); err != nil {
		return f, err
	}
	if f.Customer, err = optionalID("customer", in.Customer); err != nil {
		return f, err
	}
	if in.Issue != "" {
		if err := s.ofIssue(ctx, in.Issue, &f); err != nil {
			return f, err
		}
	}
	f.IDs, err = idsOf(in.IDs)
	return f, err
}

// standing reads which tickets of this moment are asked for, and refuses what means nothing alone.
func standing(in *listTicketsIn, f *tickets.Filter) error {
	if err := in.check(in.Live != ""); err != nil || in.Live == "" {
		return err
	}
	f.Standing, f.Channel = tickets.Standing(in.Live), tickets.Channel(in.Channel)
	if in.Team == "" {
		return nil
	}
	if in.View != "" && in.View != string(tickets.ViewAll) {
		return fault.On("team", "does not go with view")
	}
	team, err := optionalID("team", in.Team)
	f.View, f.Team = tickets.ViewTeam, team
	return err
}

func optionalID(field, s string) (events.ID, error) {
	if s == "" {
		return 0, nil
	}
	id, err := events.ParseID(s)
	if err != nil {
		return 0, fault.On(field, "is not an id")
	}
	return id, nil
}

func idsOf(s string) ([]events.ID, error) {
	if s == "" {
		return nil, nil
	}
	var out []events.ID
	for part := range strings.SplitSeq(s, ",") {
		id, err := events.ParseID(part)
		if err != nil || len(out) == 100 {
			return nil, fault.On("ids", "must be at most 100 ids separated by commas")
		}
		out = append(out, id)
	}
	return out, nil
}

func (s *Server) getTicket(ctx context.Context, in *getID) (*answer[wireTicketDetail], error) {
	t, err := s.ticket(ctx, in.ID.ID, tickets.TicketRead)
	if err != nil {
		return nil, err
	}
	return ok(s.ticketDetail(ctx, t))
}

func (s *Server) ticketDetail(ctx context.Context, t *tickets.Listed) (wireTicketDetail, error) {
	v := callerOf(ctx).rights
	w := wireTicketDetail{WireTicket: ticketWire(t), Fields: t.Fields, CustomerSeenSeq: t.CustomerSeenSeq,
		LastOwner: t.LastOwnerID, Spam: t.Spam, Offline: t.Offline, FollowUpOf: t.FollowUpOf, FollowedBy: []events.ID{},
		Permissions: onTickets(tickets.Permissions(v, v.ToTicket(&t.Ticket))), Passed: t.Passed}
	if w.Fields == nil {
		w.Fields = map[string]string{}
	}
	one := []WireTicket{w.WireTicket}
	if err := s.nameTopics(ctx, one); err != nil {
		return w, err
	}
	w.WireTicket = one[0]
	if t.FollowedBy != 0 {
		w.FollowedBy = append(w.FollowedBy, t.FollowedBy)
	}
	var err error
	if w.SuggestedTags, err = s.tagging.Suggested(ctx, t.ID, t.TagNames); err != nil {
		return w, err
	}
	if w.Visit, err = s.visit(ctx, t); err != nil || t.CustomerID == 0 {
		return w, err
	}
	customer, err := s.people.Customer(ctx, t.CustomerID)
	if err != nil {
		return w, err
	}
	wire := customerWire(customer)
	w.CustomerDetail = &wire
	return w, nil
}

// onTickets keeps the actions that are done to tickets.
func onTickets(all []tickets.Action) []tickets.Action {
	return slices.DeleteFunc(all, func(a tickets.Action) bool { return !strings.HasPrefix(string(a), "ticket.") })
}

type eventsIn struct {
	ID    pathID `path:"id"`
	After int64  `query:"after" minimum:"0" doc:"Only events with a greater seq"`
	Limit int    `query:"limit" minimum:"1" maximum:"200"`
}

// page is how many events one answer holds.
func (in *eventsIn) page() int {
	if in.Limit == 0 {
		return 100
	}
	return in.Limit
}

func (s *Server) ticketEvents(ctx context.Context, in *eventsIn) (*answer[list[tickets.WireEvent]], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketRead); err != nil {
		return nil, err
	}
	return s.eventPage(ctx, in, tickets.ForAgent)
}

func (s *Server) ticketOwnership(ctx context.Context, in *getID) (*answer[list[wireSegment]], error) {
	if _, err := s.ticket(ctx, in.ID.ID, tickets.TicketOwnership); err != nil {
		return nil, err
	}
	rows, err := s.store.Ownership(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return ok(items(each(rows, func(g *tickets.Segment) wireSegment { return segmentWire(*g, snap) }), ""), nil)
}

// eventPage answers the events behind a seq, as that kind of viewer may see them.
func (s *Server) eventPage(ctx context.Context, in *eventsIn, v tickets.Viewer) (*answer[list[tickets.WireEvent]], error) {
	rows, more, err := s.store.Events(ctx, in.ID.ID, v, in.After, in.page())
	if err != nil {
		return nil, err
	}
	if v == tickets.ForAgent {
		if err := s.nameTopicsIn(ctx, rows); err != nil {
			return nil, err
		}
	}
	next := ""
	if more {
		next = strconv.FormatInt(rows[len(rows)-1].Seq, 10)
	}
	return ok(items(rows, next), nil)
}
