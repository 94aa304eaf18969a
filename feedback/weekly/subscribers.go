package weekly

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/feedback/rollups"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Subscriber gets the report by mail: an agent, or an address outside.
type Subscriber struct {
	ID        events.ID   `json:"id"`
	Agent     events.ID   `json:"agent"`
	AgentName string      `json:"agent_name"`
	Address   string      `json:"address"`
	Language  string      `json:"language"`
	Weekday   int         `json:"weekday" doc:"1 is Monday"`
	Hour      int         `json:"hour" doc:"In the desk's time zone"`
	Quotes    bool        `json:"quotes" doc:"An address outside sees customers' words"`
	Tickets   bool        `json:"tickets" doc:"An address outside sees links to tickets"`
	CreatedAt events.Time `json:"created_at"`
	NextAt    events.Time `json:"next_at" doc:"When the next mail goes out"`

	Mailed string `json:"-"` // the newest week whose mail was queued
}

// SubscriberIn asks for a subscription. Nil is the default: Monday at eight, in English.
type SubscriberIn struct {
	Agent           events.ID
	Address         string
	Language        *string
	Weekday, Hour   *int
	Quotes, Tickets bool
}

// Languages are those that mails are written in.
func Languages() []string { return []string{"en"} }

const (
	monday  = 1
	morning = 8
)

func (in *SubscriberIn) check(ctx context.Context, s *Store) (Subscriber, error) {
	var wrong fault.Fields
	out := Subscriber{Agent: in.Agent, Language: "en", Weekday: monday, Hour: morning, Quotes: in.Quotes, Tickets: in.Tickets}
	switch {
	case in.Agent != 0 && in.Address != "":
		wrong.Add("address", "must be absent when an agent is given")
	case in.Agent == 0:
		out.Address = address(&wrong, "address", in.Address)
	default:
		if err := s.owner(ctx, &wrong, "agent", in.Agent); err != nil {
			return out, err
		}
	}
	if in.Language != nil {
		if out.Language = *in.Language; !slices.Contains(Languages(), out.Language) {
			wrong.Add("language", fmt.Sprintf("must be one of %q", Languages()))
		}
	}
	if in.Weekday != nil {
		if out.Weekday = *in.Weekday; out.Weekday < 1 || out.Weekday > 7 {
			wrong.Add("weekday", "must be between 1 and 7; 1 is Monday")
		}
	}
	if in.Hour != nil {
		if out.Hour = *in.Hour; out.Hour < 0 || out.Hour > 23 {
			wrong.Add("hour", "must be between 0 and 23")
		}
	}
	return out, wrong.Err()
}

// Subscribe adds a subscriber. Whoever is one already is answered with what it has, so that asking twice is harmless.
func (s *Store) Subscribe(ctx context.Context, by events.Actor, in SubscriberIn) (sub *Subscriber, fresh bool, err error) {
	row, err := in.check(ctx, s)
	if err != nil {
		return nil, false, err
	}
	var id events.ID
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		var ids []events.ID
		err := tx.NewRaw(`INSERT INTO report_subscribers (agent_id, address, language, weekday, hour, quotes, tickets, created_at, created_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`, row.Agent, row.Address, row.Language, row.Weekday, row.Hour,
			row.Quotes, row.Tickets, tx.Now, agentOf(by)).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("insert subscriber: %w", err)
		}
		if fresh = len(ids) > 0; fresh {
			id = ids[0]
			changed(tx, "report_subscriber", id, "created")
			return nil
		}
		err = tx.NewRaw(`SELECT id FROM report_subscribers WHERE ended_at = 0 AND agent_id = ? AND address = ?`, row.Agent, row.Address).Scan(ctx, &ids)
		if err != nil || len(ids) == 0 {
			return fmt.Errorf("read subscriber: %w", err)
		}
		id = ids[0]
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	sub, err = s.Subscriber(ctx, id)
	return sub, fresh, err
}

// Unsubscribe ends a subscription. One that has ended stays ended, without an error: links in mails are clicked twice.
func (s *Store) Unsubscribe(ctx context.Context, by events.Actor, id events.ID) error {
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`UPDATE report_subscribers SET ended_at = ? WHERE id = ? AND ended_at = 0`, tx.Now, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("end subscription %d: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		_, err = tx.NewRaw(`UPDATE report_shares SET revoked_at = ? WHERE subscriber_id = ? AND revoked_at = 0`, tx.Now, id).Exec(ctx)
		changed(tx, "report_subscriber", id, "removed")
		return err
	})
}

var errNoSubscriber = fault.New(fault.NotFound, "there is no such subscriber")

// Subscriber returns one that has not ended.
func (s *Store) Subscriber(ctx context.Context, id events.ID) (*Subscriber, error) {
	list, err := s.subscribers(ctx, ` AND id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoSubscriber
	}
	return &list[0], nil
}

// Subscribers lists all, or those of one agent.
func (s *Store) Subscribers(ctx context.Context, agent events.ID) ([]Subscriber, error) {
	if agent != 0 {
		return s.subscribers(ctx, ` AND agent_id = ?`, agent)
	}
	return s.subscribers(ctx, ``)
}

func (s *Store) subscribers(ctx context.Context, where string, args ...any) ([]Subscriber, error) {
	list := []Subscriber{}
	err := s.log.Read().NewRaw(`SELECT id, agent_id AS agent, address, language, weekday, hour, quotes, tickets, created_at, mailed
		FROM report_subscribers WHERE ended_at = 0`+where+` ORDER BY id`, args...).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("list subscribers: %w", err)
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	cal, now := rollups.NewCalendar(snap.Settings), s.log.Now()
	for i := range list {
		sub := &list[i]
		sub.AgentName = snap.AgentName(sub.Agent)
		sub.NextAt = sub.next(cal, now)
	}
	return list, nil
}

// moment is when the mail about a week goes out: on the subscriber's day of the week after, at its hour there.
func (sub *Subscriber) moment(cal rollups.Calendar, week string) events.Time {
	next := rollups.AddWeeks(week, 1)
	from, _ := cal.Week(next)
	zone := cal.Zone(next)
	first := from.Std().In(zone)
	return events.TimeOf(time.Date(first.Year(), first.Month(), first.Day()+sub.Weekday-1, sub.Hour, 0, 0, 0, zone))
}

// newest is the week whose mail was due last.
func (sub *Subscriber) newest(cal rollups.Calendar, now events.Time) string {
	week := rollups.AddWeeks(cal.WeekOf(now), -1)
	if sub.moment(cal, week) > now {
		return rollups.AddWeeks(week, -1)
	}
	return week
}

// next is the first moment from now on whose mail is not queued yet.
func (sub *Subscriber) next(cal rollups.Calendar, now events.Time) events.Time {
	week := rollups.AddWeeks(cal.WeekOf(now), -1)
	for at := sub.moment(cal, week); ; at = sub.moment(cal, week) {
		if at >= now && week > sub.Mailed {
			return at
		}
		week = rollups.AddWeeks(week, 1)
	}
}

// Recipient is to whom a report is written, and what of it.
type Recipient struct {
	Address, Name string
	Agent         bool
	Reader        Reader
	Filter        rollups.Filter
}

// recipient is what a subscriber may read now; nil when it is nothing any more.
func (s *Store) recipient(ctx context.Context, sub *Subscriber) (*Recipient, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if sub.Agent == 0 {
		return &Recipient{Address: sub.Address, Reader: Outside(sub.Quotes, sub.Tickets)}, nil
	}
	a := snap.Agents[sub.Agent]
	if a == nil || a.DisabledAt != 0 {
		return nil, nil
	}
	f, ok := Part(snap.Caller(a.ID))
	if !ok {
		return nil, nil
	}
	return &Recipient{Address: a.Email, Name: a.Name, Agent: true, Reader: Inside(), Filter: f}, nil
}

// Part is the part of the desk whose report a caller may read; false for none.
func Part(v tickets.Caller) (rollups.Filter, bool) {
	switch {
	case tickets.Can(v, tickets.ReportRead, tickets.AtDesk), v.AllTeams && tickets.Can(v, tickets.ReportRead, tickets.InTeam):
		return rollups.Filter{}, true
	case tickets.Can(v, tickets.ReportRead, tickets.InTeam):
		return rollups.Filter{Teams: append([]events.ID{}, v.Teams...)}, true
	}
	return rollups.Filter{}, false
}
