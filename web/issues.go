package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"heard/feedback/issues"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// issueRoutes are what customers keep writing about, and what people decide about it.
func (s *Server) issueRoutes() []route {
	api := "/api/v1/issues"
	return []route{
		{"GET", api, agent(tickets.IssueList), perRead, op("List recurring issues, those that cost most first", s.listIssues)},
		{"GET", api + "/{id}", agent(tickets.IssueRead), perRead, op("One issue with its evidence", s.getIssue)},
		{"PATCH", api + "/{id}", agent(tickets.IssueWrite), perWrite, op("Acknowledge, name, own or close an issue", s.patchIssue)},
		{"POST", api + "/{id}/merge", agent(tickets.IssueMerge), perWrite, op("Make an issue part of another one", s.mergeIssue).unhurried()},
		{"POST", api + "/{id}/keep", agent(tickets.IssueSplit), perWrite, op("Say that tickets belong to an issue: they stay there", s.keepInIssue).repeatable()},
		{"POST", api + "/{id}/split", agent(tickets.IssueSplit), perWrite, op("Take tickets out into an issue of their own", s.splitIssue).unhurried()},
	}
}

// wireIssueDetail is an issue with what its page shows.
type wireIssueDetail struct {
	issues.Issue
	Quotes     []issues.QuoteView `json:"quotes"`
	Tickets    []WireTicket       `json:"tickets_sample" doc:"The newest of them that you may see"`
	History    []issues.Step      `json:"history"`
	Candidates []issues.Candidate `json:"merge_candidates"`
	Unsure     []WireTicket       `json:"split_candidates" doc:"Tickets that nearly went elsewhere, as far as you may see them"`
	Said       map[string]string  `json:"said" doc:"By ticket of both lists: the customer's sentence that says best what the matter is, masked"`
	Markers    []issues.Marker    `json:"markers" doc:"Releases and incidents in the time of the trend"`
}

// issuesFor asks whether the caller may do that to the desk's issues: they are about all of its tickets.
func issuesFor(ctx context.Context, a tickets.Action) error {
	v := callerOf(ctx).rights
	return tickets.Permit(v, a, v.ToDesk())
}

type listIssuesIn struct {
	Status []string `query:"status,explode" doc:"One or more, repeated or separated by commas"`
	Kind   string   `query:"kind" maxLength:"60" doc:"One or more of new, rising, burst, regressed, recurring, separated by commas"`
}

func (s *Server) listIssues(ctx context.Context, in *listIssuesIn) (*answer[*issues.List], error) {
	if err := issuesFor(ctx, tickets.IssueList); err != nil {
		return nil, err
	}
	var f issues.Filter
	for _, list := range in.Status {
		for part := range strings.SplitSeq(list, ",") {
			f.Statuses = append(f.Statuses, issues.Status(part))
		}
	}
	if in.Kind != "" {
		for part := range strings.SplitSeq(in.Kind, ",") {
			f.Kinds = append(f.Kinds, issues.Kind(part))
		}
	}
	return ok(s.issues.List(ctx, f))
}

func (s *Server) getIssue(ctx context.Context, in *getID) (*answer[wireIssueDetail], error) {
	if err := issuesFor(ctx, tickets.IssueRead); err != nil {
		return nil, err
	}
	return ok(s.issueDetail(ctx, in.ID.ID))
}

const sampleTickets = 10

// issueDetail is an issue with its evidence, as far as the caller may see the tickets that it comes from.
func (s *Server) issueDetail(ctx context.Context, id events.ID) (w wireIssueDetail, err error) {
	d, err := s.issues.Issue(ctx, id)
	if err != nil {
		return w, err
	}
	scope := tickets.TicketScope(callerOf(ctx).rights)
	quotes, err := s.quotesIn(ctx, scope, d.Quotes)
	if err != nil {
		return w, err
	}
	topics, err := s.issues.TopicsOf(ctx, d.ID)
	if err != nil {
		return w, err
	}
	sample, _, err := s.store.Tickets(ctx, tickets.Filter{Scope: scope, Topics: topics, Limit: sampleTickets})
	if err != nil {
		return w, err
	}
	w = wireIssueDetail{Issue: d.Issue, Quotes: issues.Newest(quotes), Tickets: each(sample, ticketWire), History: d.History,
		Candidates: d.Candidates}
	if w.Title = ""; len(quotes) > 0 {
		w.Title = quotes[0].Text
	}
	if err := s.beside(ctx, scope, &w); err != nil {
		return w, err
	}
	if err := s.saidIn(ctx, &w); err != nil {
		return w, err
	}
	return w, s.nameTopics(ctx, w.Tickets)
}

// beside adds what an issue is read beside: releases and incidents, and tickets that may not belong.
func (s *Server) beside(ctx context.Context, scope tickets.Scope, w *wireIssueDetail) error {
	w.Unsure, w.Markers = []WireTicket{}, []issues.Marker{}
	unsure, err := s.issues.Unsure(ctx, w.ID)
	if err != nil {
		return err
	}
	if len(unsure) > 0 {
		seen, _, err := s.store.Tickets(ctx, tickets.Filter{Scope: scope, IDs: unsure, Limit: sampleTickets})
		if err != nil {
			return err
		}
		w.Unsure = each(seen, ticketWire)
	}
	from := s.events.Now().Add(-time.Duration(max(1, len(w.Trend))) * 24 * time.Hour)
	w.Markers, err = s.issues.Markers(ctx, from, s.events.Now()+1)
	return err
}

// saidIn adds what customers wrote in the tickets of both lists, which the caller may see.
func (s *Server) saidIn(ctx context.Context, w *wireIssueDetail) error {
	var ids []events.ID
	for _, t := range slices.Concat(w.Tickets, w.Unsure) {
		ids = append(ids, t.ID)
	}
	said, err := s.issues.Said(ctx, ids)
	w.Said = make(map[string]string, len(said))
	for id, text := range said {
		w.Said[id.String()] = text
	}
	return err
}

// quotesIn leaves out what customers wrote in tickets that the caller may not see.
func (s *Server) quotesIn(ctx context.Context, scope tickets.Scope, quotes []issues.QuoteView) ([]issues.QuoteView, error) {
	ids := make([]events.ID, len(quotes))
	for i, q := range quotes {
		ids[i] = q.Ticket
	}
	seen, _, err := s.store.Tickets(ctx, tickets.Filter{Scope: scope, IDs: ids, Limit: tickets.MaxPage})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(quotes, func(q issues.QuoteView) bool {
		return !slices.ContainsFunc(seen, func(t tickets.Listed) bool { return t.ID == q.Ticket })
	}), nil
}

// nameTopics fills in what the topics of tickets are called.
func (s *Server) nameTopics(ctx context.Context, list []WireTicket) error {
	var ids []events.ID
	for i := range list {
		if list[i].Topic != 0 && !slices.Contains(ids, list[i].Topic) {
			ids = append(ids, list[i].Topic)
		}
	}
	names, err := s.issues.TopicNames(ctx, ids)
	for i := range list {
		list[i].TopicName = names[list[i].Topic]
	}
	return err
}

// nameTopicsIn adds to events about topics what these are called.
func (s *Server) nameTopicsIn(ctx context.Context, rows []tickets.WireEvent) error {
	var ids []events.ID
	for _, e := range rows {
		if id, ok := e.Data["topic"].(events.ID); ok && id != 0 {
			ids = append(ids, id)
		}
	}
	names, err := s.issues.TopicNames(ctx, ids)
	for _, e := range rows {
		if id, ok := e.Data["topic"].(events.ID); ok && id != 0 {
			e.Data["name"] = names[id]
		}
	}
	return err
}

type patchIssueIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Status  *issues.Status           `json:"status,omitempty" doc:"flagged, acknowledged, in_progress, fixed or wont_fix; the others follow from tests"`
		Name    *string                  `json:"name,omitempty"`
		Owner   optional[events.ID]      `json:"owner,omitempty"`
		FixedAt optional[events.Time]    `json:"fixed_at,omitempty" doc:"With status fixed: since when; now unless set"`
		FixedIn optional[string]         `json:"fixed_in,omitempty" doc:"With status fixed: the version of a release, whose time is that of the fix"`
		Tracker optional[issues.Tracker] `json:"tracker,omitempty" doc:"Where work goes on elsewhere; null for none"`
	}
}

func (s *Server) patchIssue(ctx context.Context, in *patchIssueIn) (*answer[wireIssueDetail], error) {
	if err := issuesFor(ctx, tickets.IssueWrite); err != nil {
		return nil, err
	}
	b := in.Body
	err := s.issues.Change(ctx, callerOf(ctx).actor(), in.ID.ID, issues.Patch{Status: b.Status, Name: b.Name, Owner: b.Owner.given(),
		FixedAt: b.FixedAt.given(), FixedIn: b.FixedIn.given(), Tracker: b.Tracker.given()})
	if err != nil {
		return nil, err
	}
	return ok(s.issueDetail(ctx, in.ID.ID))
}

type mergeIssueIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Into events.ID `json:"into"`
	}
}

func (s *Server) mergeIssue(ctx context.Context, in *mergeIssueIn) (*answer[wireIssueDetail], error) {
	if err := issuesFor(ctx, tickets.IssueMerge); err != nil {
		return nil, err
	}
	if in.Body.Into == 0 {
		return nil, fault.On("into", "must be given")
	}
	if err := s.issues.Merge(ctx, callerOf(ctx).actor(), in.ID.ID, in.Body.Into); err != nil {
		return nil, err
	}
	return ok(s.issueDetail(ctx, in.Body.Into))
}

type splitIssueIn struct {
	ID   pathID `path:"id"`
	Body struct {
		Tickets []events.ID `json:"tickets" minItems:"1" maxItems:"200"`
	}
}

func (s *Server) splitIssue(ctx context.Context, in *splitIssueIn) (*made[wireIssueDetail], error) {
	if err := issuesFor(ctx, tickets.IssueSplit); err != nil {
		return nil, err
	}
	if hasZero(in.Body.Tickets) {
		return nil, fault.On("tickets", "must hold ids")
	}
	id, err := s.issues.Split(ctx, callerOf(ctx).actor(), in.ID.ID, in.Body.Tickets)
	if err != nil {
		return nil, err
	}
	return created(s.issueDetail(ctx, id))
}

func (s *Server) keepInIssue(ctx context.Context, in *splitIssueIn) (*answer[wireIssueDetail], error) {
	if err := issuesFor(ctx, tickets.IssueSplit); err != nil {
		return nil, err
	}
	if hasZero(in.Body.Tickets) {
		return nil, fault.On("tickets", "must hold ids")
	}
	if err := s.issues.Keep(ctx, callerOf(ctx).actor(), in.ID.ID, in.Body.Tickets); err != nil {
		return nil, err
	}
	return ok(s.issueDetail(ctx, in.ID.ID))
}

// ofIssue narrows a list of tickets to those of an issue.
func (s *Server) ofIssue(ctx context.Context, issue string, f *tickets.Filter) error {
	if err := issuesFor(ctx, tickets.IssueRead); err != nil {
		return err
	}
	id, err := optionalID("issue", issue)
	if err != nil {
		return err
	}
	f.Topics, err = s.issues.TopicsOf(ctx, id)
	return err
}
