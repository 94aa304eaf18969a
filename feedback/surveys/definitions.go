package surveys

import (
	"context"
	"fmt"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
)

// Patch changes a survey; nil leaves a field. Its kind, its scale and its trigger stay: answers belong to them.
type Patch struct {
	Name       *string
	InboxID    *events.ID
	Brand      *string
	Touchpoint *string
	Language   *string
	Channel    *tickets.Channel
	Position   *int
	Share      *int
	MailDelayS *int64
	RemindDays *int
	LowScore   *int
	EveryDays  *int
	Segment    *Segment
	Texts      *Texts
	Disabled   *bool
}

// Surveys lists the definitions in the order in which they are tried.
func (s *Store) Surveys(ctx context.Context) ([]Survey, error) {
	list := []Survey{}
	if err := s.log.Read().NewSelect().Model(&list).OrderExpr("position, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list surveys: %w", err)
	}
	return list, nil
}

// Create adds a survey. It asks from now on; nothing that was resolved before is asked about.
func (s *Store) Create(ctx context.Context, by events.Actor, in Survey) (*Survey, error) {
	if in.Share == 0 {
		in.Share = 100
	}
	if in.High == 0 {
		in.High = UsualHigh(in.Kind)
	}
	if in.LowScore == 0 && in.Kind != NPS { // no score of theirs is 0
		in.LowScore = UsualLow(in.Kind, in.High)
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	in.LinkKey = ""
	if in.Trigger == OnLink {
		in.LinkKey = publicID()
	}
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if err := in.checkReach(ctx, tx); err != nil {
			return err
		}
		in.ID, in.StartsAt, in.CreatedAt, in.UpdatedAt = 0, tx.Now, tx.Now, tx.Now
		if _, err := tx.NewInsert().Model(&in).Exec(ctx); err != nil {
			return fmt.Errorf("insert survey: %w", err)
		}
		tx.Record(0, tickets.SettingChanged{Noun: "survey", ID: in.ID, Action: "created"})
		return nil
	})
	return &in, err
}

// Change changes a survey. What was asked already keeps its scale and is shown with the words of now.
func (s *Store) Change(ctx context.Context, by events.Actor, id events.ID, p Patch) (*Survey, error) {
	var out *Survey
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		var found []Survey
		if err := tx.NewSelect().Model(&found).Where("id = ?", id).Scan(ctx); err != nil {
			return fmt.Errorf("read survey %s: %w", id, err)
		}
		if len(found) == 0 {
			return noSurvey()
		}
		out = &found[0]
		was := *out
		changed := out.patch(p, tx.Now)
		if err := out.check(); err != nil || len(changed) == 0 {
			return err
		}
		if out.reach() != was.reach() { // what the desk has lost since is no reason to refuse other words
			if err := out.checkReach(ctx, tx); err != nil {
				return err
			}
		}
		out.UpdatedAt = tx.Now
		if _, err := tx.NewUpdate().Model(out).WherePK().ExcludeColumn("kind", "high", "trigger", "link_key", "created_at").Exec(ctx); err != nil {
			return fmt.Errorf("update survey %s: %w", id, err)
		}
		tx.Record(0, tickets.SettingChanged{Noun: "survey", ID: id, Action: "changed", Fields: changed})
		return nil
	})
	return out, err
}

// patch applies a patch and names what it touched.
func (s *Survey) patch(p Patch, now events.Time) (changed []string) {
	set := func(name string, given bool, apply func()) {
		if given {
			apply()
			changed = append(changed, name)
		}
	}
	set("name", p.Name != nil, func() { s.Name = *p.Name })
	set("inbox", p.InboxID != nil, func() { s.InboxID = *p.InboxID })
	set("brand", p.Brand != nil, func() { s.Brand = *p.Brand })
	set("touchpoint", p.Touchpoint != nil, func() { s.Touchpoint = *p.Touchpoint })
	set("language", p.Language != nil, func() { s.Language = *p.Language })
	set("channel", p.Channel != nil, func() { s.Channel = *p.Channel })
	set("position", p.Position != nil, func() { s.Position = *p.Position })
	set("share", p.Share != nil, func() { s.Share = *p.Share })
	set("mail_delay_s", p.MailDelayS != nil, func() { s.MailDelayS = *p.MailDelayS })
	set("remind_days", p.RemindDays != nil, func() { s.RemindDays = *p.RemindDays })
	set("low_score", p.LowScore != nil, func() { s.LowScore = *p.LowScore })
	set("every_days", p.EveryDays != nil, func() { s.EveryDays = *p.EveryDays })
	set("segment", p.Segment != nil, func() { s.Segment = *p.Segment })
	set("texts", p.Texts != nil, func() { s.Texts = *p.Texts })
	set("disabled", p.Disabled != nil && *p.Disabled != (s.DisabledAt != 0), func() {
		s.DisabledAt = 0
		if *p.Disabled {
			s.DisabledAt = now
		} else {
			s.StartsAt = now // whoever was due meanwhile was not missed: a new round begins
		}
	})
	return changed
}

// match returns the survey for a resolved ticket: the most specific one in service whose conditions all hold, then
// the first in order. nil: none, and the inbox's own policy decides.
func match(defs []Survey, t *target) *Survey {
	var best *Survey
	most := -1
	for i := range defs {
		d := &defs[i]
		n, fits := d.fits(t)
		if fits && n > most {
			best, most = d, n
		}
	}
	return best
}

// target is what the conditions of a survey look at.
type target struct {
	inbox      events.ID
	brand      string
	touchpoint string
	language   string
	channel    tickets.Channel
}

// fits tells whether a survey is for a ticket, and how many conditions said so.
func (s *Survey) fits(t *target) (conditions int, fits bool) {
	if s.Trigger != OnResolve || s.DisabledAt != 0 {
		return 0, false
	}
	for _, c := range []struct{ given, holds bool }{
		{s.InboxID != 0, s.InboxID == t.inbox},
		{s.Brand != "", sameWords(s.Brand, t.brand)},
		{s.Touchpoint != "", s.Touchpoint == t.touchpoint},
		{s.Language != "", speaks(t.language, s.Language)},
		{s.Channel != "", s.Channel == t.channel},
	} {
		if c.given && !c.holds {
			return 0, false
		}
		if c.given {
			conditions++
		}
	}
	return conditions, true
}

func sameWords(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// speaks tells whether a language tag is the wanted one or a form of it.
func speaks(tag, wanted string) bool {
	tag, wanted = strings.ToLower(tag), strings.ToLower(wanted)
	return tag == wanted || strings.HasPrefix(tag, wanted+"-")
}
