package web

import (
	"context"
	"fmt"
	"slices"

	"heard/feedback/rollups"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// maxBehind bounds how many tickets a figure's link opens, page by page.
const maxBehind = 10_000

// BehindIn are the parameters of lists of tickets behind a figure. What narrows a figure narrows the figure then, not
// the list: the team is the one that it was counted for.
type BehindIn struct {
	Figure  string `query:"figure" maxLength:"40" doc:"With week, or from and to: the tickets behind a figure, as the report or the page of figures counts them"`
	Week    string `query:"week" maxLength:"8"`
	From    string `query:"from" maxLength:"40" doc:"With figure: the first day"`
	To      string `query:"to" maxLength:"40" doc:"With figure: the last day"`
	Time    string `query:"time" enum:"calendar,business" doc:"With figure: how its durations are measured"`
	Bucket  string `query:"bucket" maxLength:"40" doc:"With figure: a part of it, as a page of figures links to"`
	Hit     string `query:"hit" enum:"0,1,all" doc:"With figure: those that make a share, the others, or all that it is of. Without it all, in a week those that make it (of satisfaction, all)"`
	Channel string `query:"channel" enum:"chat,api,email" doc:"With live or figure"`
	Inbox   string `query:"inbox" maxLength:"20" doc:"With figure"`
	Team    string `query:"team" maxLength:"20" doc:"With live or figure"`
	Agent   string `query:"agent" maxLength:"20" doc:"With figure"`
	Touch   string `query:"touchpoint" maxLength:"20" doc:"With figure"`
	AsOf    string `query:"as_of" enum:"now,end" doc:"With figure: as known now, or as it stood when the days were over"`
}

// wireBehind tells how many tickets are behind a figure. Counted may be more: a ticket can be handed off twice.
type wireBehind struct {
	Counted   int  `json:"counted"`
	Tickets   int  `json:"tickets"`
	Hidden    int  `json:"hidden"`    // tickets that are not the caller's to see any more
	Truncated bool `json:"truncated"` // the list ends before all of them

	Share   *wireSplit        `json:"share,omitempty" doc:"Of a share: what it is made of"`
	Answers []wireAnswerAlone `json:"answers,omitempty" doc:"The newest answers to survey rounds: the figure counts them, and no ticket led to them"`
}

// wireSplit tells what a share is made of, and which part of it is listed.
type wireSplit struct {
	Hits  int    `json:"hits"` // what makes it, each as often as it counts
	All   int    `json:"all"`  // what it is of
	Shown string `json:"shown" enum:"0,1,all"`
}

// wireAnswerAlone is an answer that no ticket led to.
type wireAnswerAlone struct {
	Score int         `json:"score"`
	Scale int         `json:"scale"`
	At    events.Time `json:"at"`
}

// ticketList is a list of tickets; of those behind a figure, its first page says how many there are.
type ticketList struct {
	Items  []WireTicket `json:"items"`
	Next   string       `json:"next,omitempty" doc:"The cursor of the page after; absent on the last."`
	Behind *wireBehind  `json:"behind,omitempty"`
	// A search that would take long is answered in part, and says so.
	Partial bool        `json:"partial,omitempty" doc:"There may be more than was looked for: see read_to, or ask for less"`
	ReadTo  events.Time `json:"read_to,omitempty" doc:"Of a page that ends early: down to when tickets were looked through. next goes on from there"`
}

// check refuses what means nothing without a figure.
func (in *BehindIn) check(live bool) error {
	var wrong fault.Fields
	for _, p := range [][2]string{{"from", in.From}, {"to", in.To}, {"time", in.Time}, {"bucket", in.Bucket}, {"hit", in.Hit},
		{"inbox", in.Inbox}, {"agent", in.Agent}, {"touchpoint", in.Touch}, {"as_of", in.AsOf}} {
		if p[1] != "" && in.Figure == "" {
			wrong.Add(p[0], "goes with figure")
		}
	}
	for _, p := range [][2]string{{"channel", in.Channel}, {"team", in.Team}} {
		if p[1] != "" && in.Figure == "" && !live {
			wrong.Add(p[0], "goes with live or figure")
		}
	}
	return wrong.Err()
}

// behind finds the tickets behind a figure of some days or of a week's report.
func (s *Server) behind(ctx context.Context, in *listTicketsIn) (*rollups.Behind, error) {
	q := rollups.BehindQuery{Figure: rollups.Key(in.Figure), Business: in.Time == "business", Bucket: in.Bucket, Known: rollups.Known(in.AsOf), Limit: maxBehind}
	if hit := in.hits(); hit != "all" {
		is := hit == "1"
		q.Hit = &is
	}
	var err error
	if q.Week = in.Week; q.Week != "" {
		if in.From+in.To+in.Time+in.Bucket+in.Channel+in.Inbox+in.Team+in.Agent+in.Touch+in.AsOf != "" {
			return nil, fault.On("week", "goes with figure alone, and with hit")
		}
		if q.Filter, err = s.part(ctx, tickets.FigureRead); err != nil {
			return nil, err
		}
		return s.rollups.Behind(ctx, q)
	}
	q.Filter, err = s.narrow(ctx, &NarrowIn{Channel: in.Channel, Inbox: in.Inbox, Team: in.Team, Agent: in.Agent, Tag: in.Tag, Topic: in.Topic,
		Touchpoint: in.Touch})
	if err != nil {
		return nil, err
	}
	if in.Figure == "" || in.From == "" || in.To == "" {
		var wrong fault.Fields
		for _, p := range [][2]string{{"figure", in.Figure}, {"from", in.From}, {"to", in.To}} {
			if p[1] == "" {
				wrong.Add(p[0], "must be given: a figure needs its days, or its week")
			}
		}
		return nil, wrong.Err()
	}
	if q.From, q.To, err = s.days(ctx, in.From, in.To); err != nil {
		return nil, err
	}
	return s.rollups.Behind(ctx, q)
}

// hits is which part of a share is asked for. A weekly report names what makes it (12 reopened tickets), but of
// satisfaction all that were rated.
func (in *BehindIn) hits() string {
	switch {
	case in.Hit != "":
		return in.Hit
	case in.Week != "" && rollups.IsShare(rollups.Key(in.Figure)) && rollups.Key(in.Figure) != rollups.CSAT:
		return "1"
	}
	return "all"
}

// ticketsBehind lists tickets in the order of a figure, which may be many: the slowest or the newest first. The cursor
// is the last id of the page before. Pages in which nothing else of the filter holds are passed over.
func (s *Server) ticketsBehind(ctx context.Context, in *listTicketsIn, f tickets.Filter) (rows []tickets.Listed, next string, told *wireBehind, err error) {
	found, err := s.behind(ctx, in)
	if err != nil {
		return nil, "", nil, err
	}
	ids := found.IDs
	if f.Cursor != "" {
		last, err := events.ParseID(f.Cursor)
		at := slices.Index(ids, last)
		if err != nil || at < 0 {
			return nil, "", nil, fault.On("cursor", "is not one that this list gave")
		}
		ids, f.Cursor = ids[at+1:], ""
	} else {
		told = &wireBehind{Counted: found.Counted, Tickets: found.Tickets, Truncated: found.Truncated}
		seen, err := s.store.CountSeen(ctx, f.Scope, ids)
		if err != nil {
			return nil, "", nil, fmt.Errorf("count what is seen: %w", err)
		}
		told.Hidden = len(ids) - seen
		if found.Share != nil {
			told.Share = &wireSplit{Hits: found.Share.Hits, All: found.Share.All, Shown: in.hits()}
		}
		for _, a := range found.Alone {
			told.Answers = append(told.Answers, wireAnswerAlone{a.Score, a.Scale, a.At})
		}
	}
	size := f.Limit
	if size == 0 {
		size = tickets.MaxPage
	}
	for f.Limit = size; len(rows) == 0 && len(ids) > 0; ids = ids[len(f.IDs):] {
		f.IDs = ids[:min(size, len(ids))]
		if rows, _, err = s.store.Tickets(ctx, f); err != nil {
			return nil, "", nil, err
		}
	}
	if len(ids) > 0 {
		next = f.IDs[len(f.IDs)-1].String()
	}
	place := make(map[events.ID]int, len(f.IDs))
	for i, id := range f.IDs {
		place[id] = i
	}
	slices.SortFunc(rows, func(a, b tickets.Listed) int { return place[a.ID] - place[b.ID] })
	return rows, next, told, nil
}
