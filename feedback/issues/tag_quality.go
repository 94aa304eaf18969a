package issues

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"heard/feedback/stats"
	"heard/tickets/events"
)

// qualityDays is how far back people's answers to suggestions count.
const qualityDays = 90

// SuggestionQuality says how good the suggested tags are: by what agents did about them, and by tickets that the model
// had not seen.
type SuggestionQuality struct {
	TrainedAt events.Time  `json:"trained_at" doc:"null: there is nothing to learn from yet"`
	Tickets   int          `json:"tickets" doc:"Tagged tickets that the model was fitted to"`
	Offered   int          `json:"tags_offered" doc:"Tags that are suggested: at least 10 examples, and right often enough on tickets that the model had not seen"`
	Days      int          `json:"days" doc:"How far back the answers of agents count"`
	Taken     int          `json:"taken"`
	Dismissed int          `json:"dismissed"`
	Waiting   int          `json:"waiting" doc:"Suggestions that nobody answered"`
	Precision *Share       `json:"precision" doc:"taken of taken and dismissed; null before the first answer"`
	HeldOut   *Share       `json:"held_out"`
	Tags      []TagQuality `json:"tags"`
}

// TagQuality is the quality of one tag's suggestions.
type TagQuality struct {
	Tag       string  `json:"tag"`
	Examples  int     `json:"examples"`
	Offered   bool    `json:"offered"`
	From      float64 `json:"from,omitempty" doc:"The confidence from which it is suggested"`
	HeldOut   *Share  `json:"held_out"`
	Taken     int     `json:"taken"`
	Dismissed int     `json:"dismissed"`
	Precision *Share  `json:"precision"`
}

// Quality measures the suggestions.
func (s *Tagging) Quality(ctx context.Context) (*SuggestionQuality, error) {
	st, err := s.read(ctx, false)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	model := s.live
	s.mu.Unlock()
	names, err := s.tagNames(ctx)
	if err != nil {
		return nil, err
	}
	answers, err := s.answers(ctx)
	if err != nil {
		return nil, err
	}
	out := &SuggestionQuality{TrainedAt: st.TrainedAt, Days: qualityDays, Tags: []TagQuality{}}
	rows := map[int64]TagQuality{}
	right, heldOut := 0, 0
	if model != nil {
		out.Tickets = model.Examples()
		for _, t := range model.Tags() {
			row := TagQuality{Examples: t.Examples, Offered: t.Offered}
			if t.Offered {
				out.Offered++
				right, heldOut = right+t.Right, heldOut+t.HeldOut
				row.From, row.HeldOut = t.From, partOf(t.Right, t.HeldOut)
			}
			rows[t.ID] = row
		}
	}
	for _, a := range answers {
		row := rows[a.TagID]
		switch a.Outcome {
		case tagTaken:
			row.Taken, out.Taken = a.N, out.Taken+a.N
		case tagDismissed:
			row.Dismissed, out.Dismissed = a.N, out.Dismissed+a.N
		default:
			out.Waiting += a.N
		}
		rows[a.TagID] = row
	}
	for id, row := range rows {
		if row.Tag = names[id]; row.Tag != "" {
			row.Precision = partOf(row.Taken, row.Taken+row.Dismissed)
			out.Tags = append(out.Tags, row)
		}
	}
	slices.SortFunc(out.Tags, byUse)
	out.Precision, out.HeldOut = partOf(out.Taken, out.Taken+out.Dismissed), partOf(right, heldOut)
	return out, nil
}

// answered is how many suggestions of a tag came to the same.
type answered struct {
	TagID   int64
	Outcome string
	N       int
}

func (s *Tagging) answers(ctx context.Context) (rows []answered, err error) {
	err = s.log.Read().NewRaw(`SELECT tag_id, outcome, COUNT(*) AS n FROM tag_suggestions WHERE suggested_at >= ? GROUP BY tag_id, outcome`,
		s.log.Now().Add(-qualityDays*24*time.Hour)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count answers to suggested tags: %w", err)
	}
	return rows, nil
}

func (s *Tagging) tagNames(ctx context.Context) (map[int64]string, error) {
	var rows []struct {
		ID   int64
		Name string
	}
	if err := s.log.Read().NewRaw(`SELECT id, name FROM tags`).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	out := make(map[int64]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}

// byUse orders tags, the most used first.
func byUse(a, b TagQuality) int {
	return cmp.Or(cmp.Compare(b.Examples, a.Examples), strings.Compare(a.Tag, b.Tag))
}

// partOf is a proportion with its interval, nil when nothing was counted.
func partOf(k, n int) *Share {
	if n == 0 {
		return nil
	}
	s := shareOf(stats.Rate{Hits: k, N: n})
	return &s
}
