package surveys

import (
	"context"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/jobs"

	"github.com/uptrace/bun"
)

// MailKind is the kind of the jobs that are letters with surveys.
const MailKind = "mail.survey"

// Post is the payload of such a job.
type Post struct {
	Invitation events.ID `json:"invitation"`
	Reminder   bool      `json:"reminder,omitempty"`
}

// settle is what a letter waits at least after the resolve of a chat: a widget that is connected shows the survey by
// then, and no letter is needed.
const settle = 15 * time.Second

// plan makes the letter of an invitation go out in time, and the one reminder some days later.
func (s *Store) plan(ctx context.Context, tx *events.Tx, inv *Invitation, remindDays int) error {
	if inv.MailAt == 0 {
		return nil
	}
	err := jobs.Enqueue(ctx, tx, jobs.New{Kind: MailKind, Key: inv.ID.String(), Payload: Post{Invitation: inv.ID}, At: inv.MailAt})
	if err != nil || remindDays == 0 {
		return err
	}
	return jobs.Enqueue(ctx, tx, jobs.New{Kind: MailKind, Key: reminderKey(inv), Payload: Post{inv.ID, true}, At: inv.MailAt + days(remindDays)})
}

func reminderKey(inv *Invitation) string { return inv.ID.String() + "/reminder" }

// unplan stops letters that have not gone out.
func (s *Store) unplan(ctx context.Context, tx *events.Tx, inv *Invitation) error {
	if inv.MailAt == 0 {
		return nil
	}
	if err := jobs.Cancel(ctx, tx, MailKind, inv.ID.String()); err != nil {
		return err
	}
	return jobs.Cancel(ctx, tx, MailKind, reminderKey(inv))
}

// NoteShown notes that a widget has these surveys on screen, so that no letter is needed. It writes once for each.
func (s *Store) NoteShown(ctx context.Context, ids ...events.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return s.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE survey_invitations SET shown_at = ? WHERE id IN (?) AND shown_at = 0`, tx.Now, bun.List(ids)).Exec(ctx)
		return wrap("note that a survey is shown", err)
	})
}

// Letter is what a letter with a survey says, and to whom.
type Letter struct {
	Shown
	Invitation events.ID
	Reminder   bool
	Round      bool // of a scheduled survey: it follows nothing that just happened
	To, ToName string
	Desk       string // in whose name it asks
	Color      string
	Language   string // of the person, "" for unknown
	Locale     string // of the inbox
	Ticket     events.ID
	Token      string // of the survey's page
	Stop       string // token of the page that ends such letters
}

// Letter prepares a letter that is about to go out, or says why none does any more. Much may have happened since it
// was planned, so all that speaks against asking is looked at again. From here on it counts as sent.
func (s *Store) Letter(ctx context.Context, p Post) (*Letter, error) {
	inv, c, err := s.sending(ctx, p)
	if err != nil {
		return nil, err
	}
	shown, err := s.shown(ctx, inv)
	if err != nil {
		return nil, err
	}
	l := &Letter{Shown: shown, Invitation: inv.ID, Reminder: p.Reminder, Round: inv.Round != 0, To: c.Email, ToName: c.Name, Language: inv.Language,
		Ticket: inv.TicketID, Token: s.Token(inv), Stop: s.stopToken(inv)}
	f := &Form{}
	if err := s.dressFor(ctx, f, inv); err != nil {
		return nil, err
	}
	l.Desk, l.Color, l.Locale = f.Desk, f.Color, f.Locale
	return l, nil
}

// sending checks a letter under the lock of all askings and notes that it goes.
func (s *Store) sending(ctx context.Context, p Post) (*Invitation, *tickets.Customer, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	var inv Invitation
	var c tickets.Customer
	err = s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		inv, c = Invitation{}, tickets.Customer{}
		var found []Invitation
		if err := tx.NewSelect().Model(&found).Where("id = ?", p.Invitation).Scan(ctx); err != nil {
			return fmt.Errorf("read survey %s: %w", p.Invitation, err)
		}
		if len(found) == 0 {
			return jobs.Drop("the survey is gone")
		}
		inv = found[0]
		if err := s.stillNeeded(ctx, tx, &inv, p.Reminder); err != nil {
			return err
		}
		if at := afterQuiet(snap, tx.Now); at > tx.Now {
			return jobs.Later(at)
		}
		person, err := s.readPerson(ctx, tx, inv.CustomerID)
		if err != nil {
			return err
		}
		switch {
		case person.blocked:
			return jobs.Drop(string(Blocked))
		case person.optedOut:
			return jobs.Drop(string(OptedOut))
		case person.address == "":
			return jobs.Drop(string(Unreachable))
		}
		if err := tx.NewSelect().Model(&c).Where("id = ?", person.id).Scan(ctx); err != nil {
			return fmt.Errorf("read customer %s: %w", person.id, err)
		}
		column := "mailed_at"
		if p.Reminder {
			column = "reminded_at"
		}
		_, err = tx.NewRaw(`UPDATE survey_invitations SET ? = ? WHERE id = ? AND ? = 0`, bun.Ident(column), tx.Now, inv.ID, bun.Ident(column)).Exec(ctx)
		return wrap("note that a letter goes", err)
	})
	return &inv, &c, err
}

// stillNeeded says why a letter does not go any more.
func (s *Store) stillNeeded(ctx context.Context, tx *events.Tx, inv *Invitation, reminder bool) error {
	if state := inv.state(tx.Now); state != StateOpen {
		return jobs.Drop("the survey is " + string(state))
	}
	if !reminder && inv.ShownAt != 0 {
		return jobs.Drop("the widget shows it")
	}
	if inv.SurveyID != 0 {
		off, err := tx.NewSelect().Model((*Survey)(nil)).Where("id = ? AND disabled_at > 0", inv.SurveyID).Exists(ctx)
		if err != nil {
			return fmt.Errorf("read survey %s: %w", inv.SurveyID, err)
		}
		if off {
			return jobs.Drop("the survey was turned off")
		}
	}
	if inv.TicketID == 0 {
		return nil
	}
	var t tickets.Ticket
	if err := tx.NewSelect().Model(&t).Where("id = ?", inv.TicketID).Scan(ctx); err != nil {
		return fmt.Errorf("read ticket %s: %w", inv.TicketID, err)
	}
	switch {
	case t.Status != tickets.Resolved && t.Status != tickets.Closed:
		return jobs.Drop(string(Reopened))
	case t.Spam:
		return jobs.Drop(string(Spam))
	case t.MergedInto != 0:
		return jobs.Drop(string(Merged))
	}
	return nil
}
