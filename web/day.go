package web

import (
	"context"
	"time"

	"heard/chat"
	"heard/feedback/issues"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/search"
)

// dayRoutes are what stands beside the work: the agent's day, and what a ticket is related to.
func (s *Server) dayRoutes() []route {
	return []route{
		{"GET", "/api/v1/me/day", agent(tickets.MeRead), perRead, op("My day so far, in the desk's zone, and my queues", s.myDay)},
		{"GET", "/api/v1/tickets/{id}/related", agent(tickets.TicketRead), perRead, op("Other tickets of the customer and of the topic, and its issue", s.relatedTickets)},
	}
}

// wireDay is an agent's day.
type wireDay struct {
	Resolved      int            `json:"resolved"`
	Replies       int            `json:"replies" doc:"To tickets that one has or had last"`
	CSAT          wireDayScore   `json:"csat"`
	Open          int            `json:"open"`
	Snoozed       int            `json:"snoozed"`
	Waiting       int            `json:"waiting" doc:"Of the open ones: with a message that nobody has answered"`
	Load          int            `json:"load"`
	Capacity      int            `json:"capacity"`
	Queues        []wireDayQueue `json:"queues" doc:"Of one's teams"`
	FirstResponse *int64         `json:"first_response_p50_s" doc:"null without a first answer today"`
}

type wireDayScore struct {
	N         int `json:"n"`
	Satisfied int `json:"satisfied"`
}

type wireDayQueue struct {
	Team    events.ID `json:"team"`
	Name    string    `json:"name"`
	Waiting int       `json:"waiting"`
	Longest int64     `json:"longest_wait_s"`
}

func (s *Server) myDay(ctx context.Context, _ *struct{}) (*answer[wireDay], error) {
	c := callerOf(ctx)
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	now := s.events.Now()
	local := now.Std().In(snap.Zone())
	d, err := s.store.DayOf(ctx, c.agent.ID, events.TimeOf(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())))
	if err != nil {
		return nil, err
	}
	out := wireDay{Resolved: d.Resolved, Replies: d.Replies, CSAT: wireDayScore{d.Answers, d.Satisfied}, Open: d.Open, Snoozed: d.Snoozed,
		Waiting: d.Waiting, Queues: []wireDayQueue{}}
	if d.Responses > 0 {
		seconds := d.FirstResponse / 1000
		out.FirstResponse = &seconds
	}
	loads, err := s.store.Loads(ctx)
	if err != nil {
		return nil, err
	}
	out.Load, out.Capacity = chat.Taken(snap, loads)[c.agent.ID], c.agent.Capacity
	out.Queues, err = s.queuesOf(ctx, c.rights.Teams, snap, now)
	return ok(out, err)
}

// queuesOf are the queues of some teams.
func (s *Server) queuesOf(ctx context.Context, teams []events.ID, snap *tickets.Snapshot, now events.Time) ([]wireDayQueue, error) {
	counts, err := s.store.StandingCounts(ctx, tickets.Scope{Restricted: true, Teams: teams})
	if err != nil {
		return nil, err
	}
	out := make([]wireDayQueue, len(teams))
	for i, team := range teams {
		out[i] = wireDayQueue{Team: team, Name: snap.TeamName(team)}
		for _, n := range counts {
			if n.Team != team || n.Queued == 0 {
				continue
			}
			out[i].Waiting += n.Queued
			out[i].Longest = max(out[i].Longest, int64(now.Sub(n.QueuedSince)/time.Second))
		}
	}
	return out, nil
}

// wireRelated is what stands beside a ticket.
type wireRelated struct {
	Previous []WireTicket         `json:"previous" doc:"Of the same customer, newest message first; at most 5"`
	Similar  []WireTicket         `json:"similar" doc:"Of the same topic, those with words in common first; at most 5"`
	Issue    *issues.IssueOfTopic `json:"issue"`
}

const (
	maxRelated = 5
	lookedAt   = 60 // tickets of a topic among which the most alike are looked for
)

func (s *Server) relatedTickets(ctx context.Context, in *getID) (*answer[wireRelated], error) {
	t, err := s.ticket(ctx, in.ID.ID, tickets.TicketRead)
	if err != nil {
		return nil, err
	}
	rights := callerOf(ctx).rights
	out := wireRelated{Previous: []WireTicket{}, Similar: []WireTicket{}}
	beside := func(f tickets.Filter) ([]tickets.Listed, error) {
		f.Scope = tickets.TicketScope(rights)
		f.Conds = append(f.Conds, tickets.Cond{SQL: "t.id <> ?", Args: []any{int64(t.ID)}})
		rows, _, err := s.store.Tickets(ctx, f)
		return rows, err
	}
	if t.CustomerID != 0 {
		rows, err := beside(tickets.Filter{Customer: t.CustomerID, Limit: maxRelated})
		if err != nil {
			return nil, err
		}
		out.Previous = filled(each(rows, ticketWire))
	}
	if t.TopicID != 0 {
		rows, err := beside(tickets.Filter{Topic: t.TopicID, Limit: lookedAt, Conds: []tickets.Cond{{SQL: "NOT t.spam"},
			{SQL: "t.customer_id <> ?", Args: []any{int64(t.CustomerID)}}}})
		if err != nil {
			return nil, err
		}
		search.Alike(t, rows)
		out.Similar = filled(each(rows[:min(len(rows), maxRelated)], ticketWire))
	}
	for _, list := range [][]WireTicket{out.Previous, out.Similar} {
		if err := s.nameTopics(ctx, list); err != nil {
			return nil, err
		}
	}
	if issuesFor(ctx, tickets.IssueList) == nil {
		out.Issue, err = s.issues.OfTopic(ctx, t.TopicID)
	}
	return ok(out, err)
}
