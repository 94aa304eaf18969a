package web

import (
	"context"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// bulkRoutes are acts on many tickets.
func (s *Server) bulkRoutes() []route {
	return []route{
		{"GET", "/api/v1/tickets/count", agent(tickets.TicketList), perRead, op("How many tickets a list holds, and as of when", s.countTickets)},
		{"POST", "/api/v1/tickets/bulk", agent(tickets.BulkRun), perWrite, op("Do one thing to many tickets", s.startBulk)},
		{"GET", "/api/v1/bulk/{id}", agent(tickets.BulkRead), perRead, op("How far that is", s.getBulk)},
		{"POST", "/api/v1/bulk/{id}/stop", agent(tickets.BulkRun), perWrite, op("End it where it is", s.stopBulk).repeatable()},
		{"POST", "/api/v1/bulk/{id}/undo", agent(tickets.BulkRun), perWrite, op("Give the tickets back what they had", s.undoBulk)},
	}
}

// BulkDo is what is done to each ticket.
type BulkDo struct {
	Kind     tickets.BulkKind `json:"kind" enum:"resolve,reopen,assign,priority,tag,snooze,status"`
	Agent    events.ID        `json:"agent,omitempty" doc:"Of assign: it or team"`
	Team     events.ID        `json:"team,omitempty"`
	Priority tickets.Priority `json:"priority,omitempty" enum:"low,normal,high,urgent"`
	Add      []string         `json:"add,omitempty" maxItems:"30" doc:"Tags"`
	Remove   []string         `json:"remove,omitempty" maxItems:"30"`
	Until    events.Time      `json:"until,omitempty" doc:"Of snooze"`
	Status   tickets.Status   `json:"status,omitempty" enum:"open,pending,resolved"`
}

// BulkSelect is a list, as GET /tickets takes it.
type BulkSelect struct {
	View   string           `json:"view,omitempty"`
	Status []tickets.Status `json:"status,omitempty"`
	Query  string           `json:"q,omitempty"`
}

type bulkIn struct {
	Body struct {
		IDs      []events.ID `json:"ids,omitempty" maxItems:"1000"`
		Select   *BulkSelect `json:"select,omitempty" doc:"In place of ids: every ticket of a list, at most 5,000"`
		Except   []events.ID `json:"except,omitempty" maxItems:"1000" doc:"With select: but for these"`
		AsOf     int64       `json:"as_of,omitempty" minimum:"0" doc:"With select: as GET /tickets/count answers it. Tickets that came in, or were changed, after that are left alone"`
		Do       BulkDo      `json:"do"`
		ClientID string      `json:"client_id,omitempty" doc:"A UUID: a repeat with the same one does nothing again, and is answered with the act that the first one began, for as long as that is kept"`
	}
}

// bulkUndoIn is the undo of an act.
type bulkUndoIn struct {
	ID   pathID `path:"id"`
	Body *struct {
		ClientID string `json:"client_id,omitempty" doc:"As of the act"`
	} `required:"false"`
}

// wireBulk is an act on many tickets.
type wireBulk struct {
	ID       events.ID        `json:"id"`
	Total    int              `json:"total"`
	Done     int              `json:"done"`
	Failed   []wireBulkFailed `json:"failed" doc:"The first 200"`
	State    string           `json:"state" doc:"running or done"`
	Undoable bool             `json:"undoable"`
	Stopped  bool             `json:"stopped,omitempty" doc:"Its agent ended it: done and failed are less than total"`
	LeftOut  int              `json:"left_out,omitempty" doc:"How many tickets of select came or changed after as_of, and were left as they are"`
	Left     []wireBulkFailed `json:"left,omitempty" doc:"The first 200 of them; code and detail are empty"`
}

// wireBulkFailed is a ticket that the act was not done to.
type wireBulkFailed struct {
	Ticket  events.ID `json:"ticket"`
	Number  int64     `json:"number"`
	Subject string    `json:"subject" doc:"Else how its customer began; empty for what one may not see"`
	Code    string    `json:"code" doc:"Of errors; changed: an undo found it changed since"`
	Detail  string    `json:"detail"`
}

func bulkState(b *tickets.Bulk) string {
	if b.Running {
		return "running"
	}
	return "done"
}

// bulkAnswer is how far an act is.
func (s *Server) bulkAnswer(ctx context.Context, b *tickets.Bulk, err error) (*answer[wireBulk], error) {
	if err != nil {
		return nil, err
	}
	return ok(s.bulkWire(ctx, b))
}

func (s *Server) bulkWire(ctx context.Context, b *tickets.Bulk) (wireBulk, error) {
	rights := callerOf(ctx).rights
	failed, err := s.store.BulkFailures(ctx, rights, b.ID)
	if err != nil {
		return wireBulk{}, err
	}
	left, err := s.store.BulkLeft(ctx, rights, b)
	item := func(f *tickets.BulkFailure) wireBulkFailed {
		return wireBulkFailed{f.Ticket, int64(f.Ticket), f.Subject, f.Code, f.Detail}
	}
	return wireBulk{ID: b.ID, Total: b.Total, Done: b.Done, State: bulkState(b), Undoable: b.Undoable(), Failed: each(failed, item),
		Stopped: b.Stopped, LeftOut: b.LeftOut, Left: each(left, item)}, err
}

func (s *Server) startBulk(ctx context.Context, in *bulkIn) (*answer[wireBulk], error) {
	b, c := in.Body, callerOf(ctx)
	same := b
	same.ClientID = ""
	once, err := tickets.NewOnce(b.ClientID, same)
	if err != nil {
		return nil, err
	}
	// What select holds now, and when now is, are no matter to a repeat.
	if known, err := s.store.KnownBulk(ctx, c.agent.ID, once); err != nil || known != nil {
		return s.bulkAnswer(ctx, known, err)
	}
	ids, leftOut, err := s.bulkTickets(ctx, in)
	if err != nil {
		return nil, err
	}
	act := tickets.BulkAct{Kind: b.Do.Kind, Agent: b.Do.Agent, Team: b.Do.Team, Priority: b.Do.Priority, Add: b.Do.Add, Remove: b.Do.Remove,
		Until: b.Do.Until, Status: b.Do.Status}
	bulk, known, err := s.store.StartBulk(ctx, c.actor(), tickets.NewBulk{Agent: c.agent.ID, Act: act, Tickets: ids, LeftOut: leftOut, Once: once})
	if err != nil || known {
		return s.bulkAnswer(ctx, bulk, err)
	}
	return s.beginBulk(ctx, bulk)
}

// bulkTickets are the tickets that the caller means, each once, and those that came or changed after the question was put.
func (s *Server) bulkTickets(ctx context.Context, in *bulkIn) (out, leftOut []events.ID, err error) {
	b := in.Body
	seen := map[events.ID]bool{0: true}
	for _, id := range b.Except {
		seen[id] = true
	}
	add := func(to *[]events.ID, id events.ID) {
		if !seen[id] {
			seen[id] = true
			*to = append(*to, id)
		}
	}
	switch {
	case (b.Select == nil) == (len(b.IDs) == 0):
		return nil, nil, fault.On("ids", "or select must be given, and only one of them")
	case b.Select == nil && len(b.Except) > 0:
		return nil, nil, fault.On("except", "goes with select")
	case b.Select == nil && b.AsOf > 0:
		return nil, nil, fault.On("as_of", "goes with select")
	case b.Select == nil:
		for _, id := range b.IDs {
			add(&out, id)
		}
		return out, nil, nil
	}
	later, err := s.changedLater(ctx, b.AsOf)
	if err != nil {
		return nil, nil, err
	}
	f, err := s.search.List(ctx, callerOf(ctx).rights, tickets.List{View: b.Select.View, Statuses: b.Select.Status, Query: b.Select.Query})
	if err != nil {
		return nil, nil, err
	}
	err = s.store.EachTicket(ctx, f, func(id events.ID) error {
		to := &out
		if later[id] {
			to = &leftOut
		}
		if add(to, id); len(out) > tickets.MaxBulk {
			return fault.On("select", "holds more than 5,000 tickets: narrow it")
		}
		return nil
	})
	return out, leftOut, err
}

// changedLater is what changed after a question was put.
func (s *Server) changedLater(ctx context.Context, asOf int64) (map[events.ID]bool, error) {
	if asOf == 0 {
		return nil, nil
	}
	list, err := s.store.ChangedAfter(ctx, asOf)
	later := make(map[events.ID]bool, len(list))
	for _, id := range list {
		later[id] = true
	}
	return later, err
}

type countIn struct {
	View   string   `query:"view" doc:"As of GET /tickets"`
	Status []string `query:"status,explode" doc:"One or more, repeated or separated by commas"`
	Query  string   `query:"q" maxLength:"500"`
}

// wireCount is how many tickets a list holds.
type wireCount struct {
	Count int   `json:"count" doc:"At most 5,000"`
	More  bool  `json:"more" doc:"There are more than 5,000: no act may be done to them all"`
	AsOf  int64 `json:"as_of" doc:"For an act on these tickets: how far the log went when they were counted"`
}

// countTickets counts exactly what an act on a whole list would be done to.
func (s *Server) countTickets(ctx context.Context, in *countIn) (*answer[wireCount], error) {
	asOf, err := s.store.LogHead(ctx) // before, so that nothing falls between
	if err != nil {
		return nil, err
	}
	out := wireCount{AsOf: asOf}
	var statuses []tickets.Status
	for _, list := range in.Status {
		for name := range strings.SplitSeq(list, ",") {
			statuses = append(statuses, tickets.Status(name))
		}
	}
	f, err := s.search.List(ctx, callerOf(ctx).rights, tickets.List{View: in.View, Statuses: statuses, Query: in.Query})
	if err != nil {
		return nil, err
	}
	err = s.store.EachTicket(ctx, f, func(events.ID) error {
		if out.Count++; out.Count > tickets.MaxBulk {
			out.Count, out.More = tickets.MaxBulk, true
			return errEnough
		}
		return nil
	})
	if out.More {
		err = nil
	}
	return ok(out, err)
}

// errEnough ends a count.
var errEnough = fault.New(fault.Invalid, "there are more")

func (s *Server) getBulk(ctx context.Context, in *getID) (*answer[wireBulk], error) {
	b, err := s.store.Bulk(ctx, callerOf(ctx).agent.ID, in.ID.ID)
	return s.bulkAnswer(ctx, b, err)
}

func (s *Server) stopBulk(ctx context.Context, in *getID) (*answer[wireBulk], error) {
	c := callerOf(ctx)
	b, err := s.store.StopBulk(ctx, c.actor(), c.agent.ID, in.ID.ID)
	return s.bulkAnswer(ctx, b, err)
}

func (s *Server) undoBulk(ctx context.Context, in *bulkUndoIn) (*answer[wireBulk], error) {
	c, client := callerOf(ctx), ""
	if in.Body != nil {
		client = in.Body.ClientID
	}
	once, err := tickets.NewOnce(client, "undo "+in.ID.ID.String())
	if err != nil {
		return nil, err
	}
	b, known, err := s.store.UndoBulk(ctx, c.actor(), c.agent.ID, in.ID.ID, once)
	if err != nil || known {
		return s.bulkAnswer(ctx, b, err)
	}
	return s.beginBulk(ctx, b)
}
