package surveys

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Form is what the survey's page needs, and no more: nothing of the conversation.
type Form struct {
	Kind     string
	Question string
	Scale    [2]int
	Desk     string // name of the desk
	Locale   string // of the inbox; "" for none
	// State is open, answered (Score may be changed), final (may not be changed any more), withdrawn or ended.
	State State
	Score int // of an earlier answer; 0 for none
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
	inv, err := s.invitation(ctx, token)
	if err != nil {
		return nil, err
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f := &Form{Kind: inv.Kind, Question: Question, Scale: [2]int{LowScore, HighScore}, Desk: snap.Settings.DeskName, State: inv.state(s.log.Now())}
	if in := snap.Inboxes[inv.InboxID]; in != nil {
		f.Locale = in.Settings.Locale
	}
	if inv.AnsweredAt != 0 {
		err = s.log.Read().NewRaw(`SELECT score FROM survey_responses WHERE invitation_id = ?`, inv.ID).Scan(ctx, &f.Score)
	}
	return f, wrap("read the answer", err)
}

// AnswerIn is what the person says.
type AnswerIn struct {
	Score   int
	Comment *string // nil keeps the one given before
}

// AnswerOut is what is kept.
type AnswerOut struct {
	Ticket  events.ID
	Score   int
	Comment string
	// Repeated: the same was said before; nothing was written.
	Repeated bool
}

// Answer keeps an answer. The same again is fine; another one replaces it within Editable of the first.
func (s *Store) Answer(ctx context.Context, token string, in AnswerIn) (AnswerOut, error) {
	inv, err := s.invitation(ctx, token)
	if err != nil {
		return AnswerOut{}, err
	}
	if err := in.clean(); err != nil {
		return AnswerOut{}, err
	}
	by := events.Actor{Kind: events.Customer, ID: inv.CustomerID}
	var out AnswerOut
	unit := events.Unit{By: by, Locks: events.Locks{Tickets: []events.ID{inv.TicketID}}}
	err = s.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		var now Invitation
		if err := tx.NewSelect().Model(&now).Where("id = ?", inv.ID).Scan(ctx); err != nil {
			return fmt.Errorf("read survey %s: %w", inv.ID, err)
		}
		out, err = answer(ctx, tx, &now, in)
		return err
	})
	return out, err
}

// clean checks an answer.
func (in *AnswerIn) clean() error {
	var wrong fault.Fields
	if in.Score < LowScore || in.Score > HighScore {
		wrong.Add("score", fmt.Sprintf("must be between %d and %d", LowScore, HighScore))
	}
	if in.Comment != nil {
		text := strings.TrimSpace(strings.ReplaceAll(*in.Comment, "\r\n", "\n"))
		bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
		switch {
		case !utf8.ValidString(text):
			wrong.Add("comment", "is not valid UTF-8")
		case utf8.RuneCountInString(text) > MaxComment:
			wrong.Add("comment", fmt.Sprintf("must hold at most %d characters", MaxComment))
		case strings.ContainsFunc(text, bad):
			wrong.Add("comment", "must not hold control characters")
		}
		in.Comment = &text
	}
	return wrong.Err()
}

// answer writes the first answer, or a changed one.
func answer(ctx context.Context, tx *events.Tx, inv *Invitation, in AnswerIn) (AnswerOut, error) {
	var had []Response
	if err := tx.NewSelect().Model(&had).Where("invitation_id = ?", inv.ID).Scan(ctx); err != nil {
		return AnswerOut{}, fmt.Errorf("read answer to survey %s: %w", inv.ID, err)
	}
	next := Response{InvitationID: inv.ID, Score: in.Score, ChangedAt: tx.Now}
	if len(had) > 0 {
		next.Comment = had[0].Comment
	}
	if in.Comment != nil {
		next.Comment = *in.Comment
	}
	out := AnswerOut{Ticket: inv.TicketID, Score: next.Score, Comment: next.Comment}
	if len(had) > 0 && had[0].Score == next.Score && had[0].Comment == next.Comment {
		out.Repeated = true
		return out, nil
	}
	if err := answerable(ctx, tx, inv); err != nil {
		return AnswerOut{}, err
	}
	return out, keep(ctx, tx, inv, &next, len(had) > 0)
}

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
		return fault.New(fault.Closed, "this survey has ended")
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

// keep writes a response and says so.
func keep(ctx context.Context, tx *events.Tx, inv *Invitation, r *Response, changed bool) error {
	_, err := tx.NewInsert().Model(r).On("CONFLICT (invitation_id) DO UPDATE").
		Set("score = EXCLUDED.score, comment = EXCLUDED.comment, changed_at = EXCLUDED.changed_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep answer to survey %s: %w", inv.ID, err)
	}
	if !changed {
		_, err := tx.NewRaw(`UPDATE survey_invitations SET answered_at = ? WHERE id = ?`, r.ChangedAt, inv.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note answer to survey %s: %w", inv.ID, err)
		}
	}
	tx.Record(inv.TicketID, feedback.SurveyAnswered{Invitation: inv.ID, Kind: inv.Kind, Score: r.Score,
		Scale: HighScore, Agent: inv.AgentID, Team: inv.TeamID, Changed: changed})
	return nil
}
