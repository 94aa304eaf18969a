package surveys

import (
	"context"
	"fmt"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// Revised is a survey that is not what it was: its answer was changed, or it was taken back.
type Revised struct {
	Answer
	Before []Stood // what the answer was, oldest first
}

// Stood is a score and until when it stood.
type Stood struct {
	Until events.Time
	Score int
}

// ScoreAt is the score as it stood just before a moment.
func (r *Revised) ScoreAt(t events.Time) int {
	for _, was := range r.Before {
		if was.Until >= t {
			return was.Score
		}
	}
	return r.Score
}

// Revised returns the surveys of a kind that were sent or answered in [from, to), and of which somebody thought better.
func (s *Store) Revised(ctx context.Context, kind string, from, to events.Time) ([]Revised, error) {
	list, err := s.sent(ctx, `i.kind = ? AND (i.withdrawn_at > 0 AND i.asked_at >= ? AND i.asked_at < ?
		OR i.answered_at > 0 AND i.answered_at >= ? AND i.answered_at < ? AND EXISTS (SELECT 1 FROM survey_scores AS x WHERE x.invitation_id = i.id))`,
		`i.asked_at, i.id`, kind, from, to, from, to)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	out, at, ids := make([]Revised, len(list)), map[events.ID]int{}, make([]events.ID, len(list))
	for i := range list {
		out[i].Answer, ids[i], at[list[i].Invitation] = list[i], list[i].Invitation, i
	}
	var rows []struct {
		InvitationID events.ID
		UntilAt      events.Time
		Score        int
	}
	err = s.log.Read().NewRaw(`SELECT invitation_id, until_at, score FROM survey_scores WHERE invitation_id IN (?) ORDER BY invitation_id, until_at`,
		bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read what answers were: %w", err)
	}
	for _, row := range rows {
		x := &out[at[row.InvitationID]]
		x.Before = append(x.Before, Stood{row.UntilAt, row.Score})
	}
	return out, nil
}
