package surveys

import (
	"context"
	"fmt"
	"slices"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Form is what the survey's page needs, and no more: nothing of the conversation.
type Form struct {
	Shown
	Desk     string // name of the desk
	Locale   string // of the inbox; "" for none
	Language string // of the person; "" for unknown
	Color    string // of the inbox's brand; "" for none
	// State is open, answered (the answer may be changed), final (it may not any more), withdrawn or ended.
	State State
	// What was answered: the score (below the scale for none) and what was chosen. What was written is not shown:
	// a link may reach somebody else.
	Score  int
	Ticked []string // reasons
	Chosen map[string]string
}

// State is where a survey stands.
type State string

const (
	StateOpen      State = "open"
	StateAnswered  State = "answered"
	StateFinal     State = "final"
	StateWithdrawn State = "withdrawn"
	StateEnded     State = "ended"
)

func (inv *Invitation) state(now events.Time) State {
	switch {
	case inv.AnsweredAt != 0 && now < inv.AnsweredAt.Add(Editable):
		return StateAnswered
	case inv.AnsweredAt != 0:
		return StateFinal
	case inv.WithdrawnAt != 0:
		return StateWithdrawn
	case now >= inv.ExpiresAt:
		return StateEnded
	}
	return StateOpen
}

// Look returns the form behind a link. It records nothing: scanners and previews follow every link.
func (s *Store) Look(ctx context.Context, token string) (*Form, error) {
	return s.LookIn(ctx, token, "")
}

// LookIn is Look in a language, "" for the person's.
func (s *Store) LookIn(ctx context.Context, token, language string) (*Form, error) {
	inv, err := s.invitation(ctx, token)
	if err != nil {
		return nil, err
	}
	if language != "" {
		inv.Language = language
	}
	shown, err := s.shown(ctx, inv)
	if err != nil {
		return nil, err
	}
	f := &Form{Shown: shown, Language: inv.Language, State: inv.state(s.log.Now()), Score: shown.Scale[0] - 1}
	if err := s.dressFor(ctx, f, inv); err != nil {
		return nil, err
	}
	if inv.AnsweredAt == 0 {
		return f, nil
	}
	var r Response
	if err := s.log.Read().NewSelect().Model(&r).Where("invitation_id = ?", inv.ID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	f.Score, f.Ticked, f.Chosen = r.Score, r.Reasons, map[string]string{}
	for _, q := range shown.Questions {
		if q.Type != AskText {
			f.Chosen[q.Key] = r.Answers[q.Key]
		}
	}
	return f, nil
}

// dress says in whose name a form asks.
func (s *Store) dress(ctx context.Context, f *Form, inbox events.ID) error {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	f.Desk = snap.Settings.DeskName
	if in := snap.Inboxes[inbox]; in != nil {
		f.Locale, f.Color = in.Settings.Locale, in.Settings.Color
		if in.Brand != "" {
			f.Desk = in.Brand
		}
	}
	return nil
}

// dressFor is dress for an invitation. One that is about no ticket asks in the name of the survey's brand.
func (s *Store) dressFor(ctx context.Context, f *Form, inv *Invitation) error {
	if err := s.dress(ctx, f, inv.InboxID); err != nil {
		return err
	}
	if inv.TicketID == 0 && inv.Brand != "" {
		f.Desk = inv.Brand
	}
	return nil
}

// AnswerIn is what the person says.
type AnswerIn struct {
	Score   int
	Comment *string           // nil keeps the one given before
	Reasons *[]string         // keys; nil keeps those chosen before
	Answers map[string]string // to the survey's own questions; those that are absent stay as they were, "" takes one back
	Via     string
}

// AnswerOut is what is kept.
type AnswerOut struct {
	Ticket  events.ID
	Token   string
	Score   int
	Comment string
	Reasons []string
	Answers map[string]string
	// Repeated: the same was said before; nothing was written.
	Repeated bool
}

// Answer keeps an answer. The same again is fine; another one replaces it within Editable of the first.
func (s *Store) Answer(ctx context.Context, token string, in AnswerIn) (AnswerOut, error) {
	inv, err := s.invitation(ctx, token)
	if err != nil {
		return AnswerOut{}, err
	}
	shown, err := s.shown(ctx, inv)
	if err != nil {
		return AnswerOut{}, err
	}
	if err := in.clean(shown); err != nil {
		return AnswerOut{}, err
	}
	var out AnswerOut
	unit := events.Unit{By: events.Actor{Kind: events.Customer, ID: inv.CustomerID}}
	if inv.TicketID != 0 {
		unit.Tickets = []events.ID{inv.TicketID}
	}
	err = s.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		var now Invitation
		if err := tx.NewSelect().Model(&now).Where("id = ?", inv.ID).Scan(ctx); err != nil {
			return fmt.Errorf("read survey %s: %w", inv.ID, err)
		}
		out, err = s.answer(ctx, tx, &now, in)
		return err
	})
	out.Token = token
	return out, err
}

// answer writes the first answer, or a changed one.
func (s *Store) answer(ctx context.Context, tx *events.Tx, inv *Invitation, in AnswerIn) (AnswerOut, error) {
	var had []Response
	if err := tx.NewSelect().Model(&had).Where("invitation_id = ?", inv.ID).Scan(ctx); err != nil {
		return AnswerOut{}, fmt.Errorf("read answer to survey %s: %w", inv.ID, err)
	}
	next := Response{InvitationID: inv.ID, Reasons: []string{}, Answers: map[string]string{}, Via: in.Via, ChangedAt: tx.Now}
	if len(had) > 0 {
		next = had[0]
		next.ChangedAt = tx.Now
	}
	changed := next.say(in)
	out := AnswerOut{Ticket: inv.TicketID, Score: next.Score, Comment: next.Comment, Reasons: next.Reasons, Answers: next.Answers}
	if len(had) > 0 && !changed {
		out.Repeated = true
		return out, nil
	}
	if err := answerable(ctx, tx, inv); err != nil {
		return AnswerOut{}, err
	}
	if len(had) > 0 && had[0].Score != next.Score {
		_, err := tx.NewRaw(`INSERT INTO survey_scores (invitation_id, until_at, score) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, inv.ID, tx.Now, had[0].Score).Exec(ctx)
		if err != nil {
			return AnswerOut{}, fmt.Errorf("keep what the answer was: %w", err)
		}
	}
	if err := s.keep(ctx, tx, inv, &next, len(had) > 0); err != nil {
		return AnswerOut{}, err
	}
	return out, s.followUp(ctx, tx, inv, next.Score)
}

// say puts what a person says into an answer, and tells whether that changes it.
func (r *Response) say(in AnswerIn) (changed bool) {
	changed = r.Score != in.Score
	r.Score = in.Score
	if in.Comment != nil {
		changed = changed || r.Comment != *in.Comment
		r.Comment = *in.Comment
	}
	if in.Reasons != nil {
		changed = changed || !slices.Equal(r.Reasons, *in.Reasons)
		r.Reasons = *in.Reasons
	}
	if r.Answers == nil {
		r.Answers = map[string]string{}
	}
	for key, said := range in.Answers {
		changed = changed || r.Answers[key] != said
		if r.Answers[key] = said; said == "" {
			delete(r.Answers, key)
		}
	}
	return changed
}

// hasEnded is the answer to what was good once.
func hasEnded() error { return fault.New(fault.Closed, "this survey has ended") }

// answerable refuses what came too late. A ticket that is open again has no survey, even if nobody has taken it back yet.
func answerable(ctx context.Context, tx *events.Tx, inv *Invitation) error {
	switch inv.state(tx.Now) {
	case StateAnswered:
		return nil
	case StateFinal:
		return fault.New(fault.Closed, "this answer cannot be changed any more")
	case StateWithdrawn:
		return fault.New(fault.Closed, "this survey was taken back because the conversation goes on")
	case StateEnded:
		return hasEnded()
	}
	if inv.TicketID == 0 {
		return nil
	}
	var status tickets.Status
	if err := tx.NewRaw(`SELECT status FROM tickets WHERE id = ?`, inv.TicketID).Scan(ctx, &status); err != nil {
		return fmt.Errorf("read ticket %s: %w", inv.TicketID, err)
	}
	if status != tickets.Resolved && status != tickets.Closed {
		return fault.New(fault.Closed, "this survey was taken back because the conversation goes on")
	}
	return nil
}

// keep writes a response and says so. The log keeps every score that was ever given; the row holds the newest.
func (s *Store) keep(ctx context.Context, tx *events.Tx, inv *Invitation, r *Response, changed bool) error {
	_, err := tx.NewInsert().Model(r).On("CONFLICT (invitation_id) DO UPDATE").
		Set("score = EXCLUDED.score, comment = EXCLUDED.comment, reasons = EXCLUDED.reasons, answers = EXCLUDED.answers, changed_at = EXCLUDED.changed_at").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep answer to survey %s: %w", inv.ID, err)
	}
	if !changed {
		_, err := tx.NewRaw(`UPDATE survey_invitations SET answered_at = ? WHERE id = ?`, r.ChangedAt, inv.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note answer to survey %s: %w", inv.ID, err)
		}
		if err := s.unplan(ctx, tx, inv); err != nil {
			return err
		}
	}
	tx.Record(inv.TicketID, feedback.SurveyAnswered{Invitation: inv.ID, Kind: inv.Kind, Score: r.Score, Scale: inv.High,
		Agent: inv.AgentID, Team: inv.TeamID, Changed: changed, Survey: inv.SurveyID, Via: r.Via, Customer: unlessTicket(inv)})
	return nil
}
