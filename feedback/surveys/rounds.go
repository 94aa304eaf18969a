package surveys

import (
	"context"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// A scheduled survey goes in rounds of so many days. Customers are in buckets by their ids; each weekday of a round
// takes its share of the buckets, so that a day's work is a day's share of the customers, found by an index.

const (
	buckets  = 997 // prime: the index customers_bucket says the same
	opensAt  = 9   // hour of a weekday, in the desk's zone, from which its share is asked
	stepSize = 50  // customers in one transaction
)

// progress is how far a round has come.
type progress struct {
	bun.BaseModel `bun:"table:survey_rounds"`

	SurveyID   events.ID `bun:",pk"`
	Round      int64
	BeganAt    events.Time // midnight of its first day
	Bucket     int64       // the next one to look at
	CustomerID events.ID   // within it: everybody up to here was looked at
	UpdatedAt  events.Time
}

// RoundDecision is why somebody was asked, or not, in a round.
type RoundDecision struct {
	bun.BaseModel `bun:"table:survey_round_decisions"`

	SurveyID     events.ID
	Round        int64
	CustomerID   events.ID
	Asked        bool
	Reason       Reason
	InvitationID events.ID
	At           events.Time
}

// AskDue asks everybody who is due by now in the rounds of the scheduled surveys. It can be stopped at any moment and
// goes on where it stood.
func (s *Store) AskDue(ctx context.Context) error {
	var ids []events.ID
	err := s.log.Read().NewRaw(`SELECT id FROM surveys WHERE trigger = ? AND disabled_at = 0 ORDER BY position, id`, OnSchedule).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("list scheduled surveys: %w", err)
	}
	for _, id := range ids {
		for more := true; more; {
			if more, err = s.step(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// step decides about a few customers, in one transaction with how far the round has come.
func (s *Store) step(ctx context.Context, id events.ID) (more bool, err error) {
	err = s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		more = false
		if err := s.alone(ctx, tx); err != nil {
			return err
		}
		k, err := s.desk(ctx, tx)
		if err != nil {
			return err
		}
		var def *Survey
		for i := range k.defs {
			if k.defs[i].ID == id {
				def = &k.defs[i]
			}
		}
		if def == nil { // turned off meanwhile
			return nil
		}
		p, err := readProgress(ctx, tx, def, k.snap.Zone())
		if err != nil {
			return err
		}
		due := p.due(def, tx.Now, k.snap.Zone())
		if p.Bucket >= due {
			return nil
		}
		more = true
		r := rounder{s: s, tx: tx, desk: k, def: def, round: p.Round}
		if err := r.bucket(ctx, p); err != nil {
			return err
		}
		p.UpdatedAt = tx.Now
		_, err = tx.NewInsert().Model(p).On("CONFLICT (survey_id) DO UPDATE").
			Set("round = EXCLUDED.round, began_at = EXCLUDED.began_at, bucket = EXCLUDED.bucket, customer_id = EXCLUDED.customer_id, updated_at = EXCLUDED.updated_at").
			Exec(ctx)
		return wrap("note how far a round has come", err)
	})
	return more, err
}

// readProgress says where the round stands; a round that is over and done gives way to the one of now.
func readProgress(ctx context.Context, tx *events.Tx, def *Survey, zone *time.Location) (*progress, error) {
	var found []progress
	if err := tx.NewSelect().Model(&found).Where("survey_id = ?", def.ID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read round of survey %s: %w", def.ID, err)
	}
	if len(found) == 0 {
		return &progress{SurveyID: def.ID, Round: 1, BeganAt: midnight(def.StartsAt, zone)}, nil
	}
	p := &found[0]
	if def.StartsAt > p.BeganAt && midnight(def.StartsAt, zone) > p.BeganAt { // it was turned on again: a round from then
		return &progress{SurveyID: def.ID, Round: p.Round + 1, BeganAt: midnight(def.StartsAt, zone)}, nil
	}
	if p.Bucket < buckets || dayOf(p.BeganAt, tx.Now, zone) < def.EveryDays {
		return p, nil
	}
	whole := dayOf(p.BeganAt, tx.Now, zone) / def.EveryDays * def.EveryDays
	y, m, d := p.BeganAt.Std().In(zone).Date()
	return &progress{SurveyID: def.ID, Round: p.Round + 1, BeganAt: events.TimeOf(time.Date(y, m, d+whole, 0, 0, 0, 0, zone))}, nil
}

// due is how many buckets may have been looked at by now.
func (p *progress) due(def *Survey, now events.Time, zone *time.Location) int64 {
	today := dayOf(p.BeganAt, now, zone)
	if today >= def.EveryDays { // what was missed is caught up with
		return buckets
	}
	y, m, d := p.BeganAt.Std().In(zone).Date()
	var all, gone int64
	for i := range def.EveryDays {
		day := time.Date(y, m, d+i, opensAt, 0, 0, 0, zone)
		if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
			continue
		}
		all++
		if !now.Std().Before(day) {
			gone++
		}
	}
	return (buckets*gone + all - 1) / all
}

func midnight(t events.Time, zone *time.Location) events.Time {
	y, m, d := t.Std().In(zone).Date()
	return events.TimeOf(time.Date(y, m, d, 0, 0, 0, 0, zone))
}

// dayOf counts the days from one moment to another, by the calendar.
func dayOf(from, to events.Time, zone *time.Location) int {
	y, m, d := from.Std().In(zone).Date()
	first := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	y, m, d = to.Std().In(zone).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(first) / (24 * time.Hour))
}

// rounder decides about the customers of one step.
type rounder struct {
	s     *Store
	tx    *events.Tx
	desk  *desk
	def   *Survey
	round int64
}

// bucket decides about the next few customers of the current bucket, and moves on when nobody is left in it.
func (r *rounder) bucket(ctx context.Context, p *progress) error {
	list, err := r.candidates(ctx, p)
	if err != nil {
		return err
	}
	for i := range list {
		if err := r.decide(ctx, &list[i]); err != nil {
			return err
		}
		p.CustomerID = list[i].ID
	}
	if len(list) < stepSize {
		p.Bucket, p.CustomerID = p.Bucket+1, 0
	}
	return nil
}

// candidates are the next customers of a bucket whom the desk knows. What can be asked of the database is asked there.
func (r *rounder) candidates(ctx context.Context, p *progress) ([]tickets.Customer, error) {
	var list []tickets.Customer
	g := r.def.Segment
	q := r.tx.NewSelect().Model(&list).Where("id % 997 = ? AND id > ? AND merged_into = 0", p.Bucket, p.CustomerID).
		Where("(email <> '' OR external_id <> '' OR verified)").OrderExpr("id").Limit(stepSize)
	if g.OrganizationID != 0 {
		q = q.Where("organization_id = ?", g.OrganizationID)
	}
	if g.Tag != "" {
		q = q.Where(`EXISTS (SELECT 1 FROM tickets AS t JOIN ticket_tags AS x ON x.ticket_id = t.id JOIN tags AS g ON g.id = x.tag_id
			WHERE t.customer_id = customer.id AND g.name = ?)`, g.Tag)
	}
	if g.ContactWithinDays != 0 {
		q = q.Where(`EXISTS (SELECT 1 FROM tickets AS t JOIN messages AS m ON m.ticket_id = t.id
			WHERE t.customer_id = customer.id AND m.by_kind = ? AND m.at >= ?)`, events.Customer, r.tx.Now-days(g.ContactWithinDays))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read customers of a round: %w", err)
	}
	return list, nil
}

// decide makes the one decision about a person of the segment.
func (r *rounder) decide(ctx context.Context, c *tickets.Customer) error {
	if g := r.def.Segment; g.Attribute != "" && c.Attrs[g.Attribute] != g.Value {
		return nil
	}
	out := &RoundDecision{SurveyID: r.def.ID, Round: r.round, CustomerID: c.ID, At: r.tx.Now}
	made, err := r.tx.NewSelect().Model(out).Where("survey_id = ? AND round = ? AND customer_id = ?", out.SurveyID, out.Round, out.CustomerID).Exists(ctx)
	if err != nil || made {
		return wrap("look for a decision", err)
	}
	person, err := r.s.readPerson(ctx, r.tx, c.ID)
	if err != nil {
		return err
	}
	if out.Reason, err = r.reason(ctx, &person); err != nil {
		return err
	}
	if out.Asked = out.Reason == Asked; out.Asked {
		inv := &Invitation{Kind: r.def.Kind, SurveyID: r.def.ID, High: r.def.High, LowScore: r.def.LowScore, Round: r.round, CustomerID: c.ID,
			InboxID: r.def.InboxID, Channel: tickets.Email, Touchpoint: r.def.Touchpoint, Language: person.language, Brand: r.def.Brand,
			AddressHash: person.address, MailAt: r.tx.Now}
		if err := r.s.ask(ctx, r.tx, inv, r.def, r.desk.snap); err != nil {
			return err
		}
		out.InvitationID = inv.ID
	}
	_, err = r.tx.NewInsert().Model(out).Exec(ctx)
	return wrap("insert round decision", err)
}

func (r *rounder) reason(ctx context.Context, p *person) (Reason, error) {
	settings := r.desk.snap.Settings
	switch {
	case p.blocked:
		return Blocked, nil
	case p.optedOut:
		return OptedOut, nil
	case !r.desk.mail || p.address == "":
		return Unreachable, nil
	}
	var seen []struct{ All, Spam int64 }
	err := r.tx.NewRaw(`SELECT count(*) AS "all", COALESCE(SUM(CASE WHEN spam THEN 1 ELSE 0 END), 0) AS spam FROM tickets WHERE customer_id = ?`, p.id).
		Scan(ctx, &seen)
	if err != nil {
		return "", fmt.Errorf("look for spam: %w", err)
	}
	if n := seen[0]; n.All > 0 && n.All == n.Spam {
		return Spam, nil
	}
	if why := (budget{settings.SurveyCooldownDays, settings.SurveyMost90Days}).refuses(p, r.tx.Now); why != "" {
		return why, nil
	}
	if !drawn(r.def, uint64(p.id), uint64(r.round)) {
		return SampledOut, nil
	}
	return Asked, nil
}

// RoundDecisions lists the decisions of a scheduled survey, newest round first.
func (s *Store) RoundDecisions(ctx context.Context, survey events.ID, after RoundDecision, limit int) ([]RoundDecision, error) {
	list := []RoundDecision{}
	q := s.log.Read().NewSelect().Model(&list).Where("survey_id = ?", survey).OrderExpr("round DESC, customer_id").Limit(int64(limit))
	if after.Round != 0 {
		q = q.Where("(round < ? OR round = ? AND customer_id > ?)", after.Round, after.Round, after.CustomerID)
	}
	return list, wrap("list decisions of a round", q.Scan(ctx))
}
