package issues

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"heard/feedback"
	"heard/feedback/stats"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// TrueSize is how many of an issue's tickets belong there, as far as people's checks can tell.
type TrueSize struct {
	Of         int    `json:"of" doc:"Tickets of the period, as the machine counts them"`
	Value      int    `json:"value"`
	Low        int    `json:"low"`
	High       int    `json:"high"`
	Kept       int    `json:"kept" doc:"Checked tickets that belong"`
	Moved      int    `json:"moved" doc:"Checked tickets that people took out"`
	Definition string `json:"definition"`
}

const trueSizeDefinition = "Tickets of the period × the share of checked tickets that belong: Beta(1 + kept, 1 + moved), its mean and its middle 95 %. " +
	"A ticket is checked when a person says that it belongs to the issue, or moves it out or in by itself; joining whole issues checks none. " +
	"Who looks at doubtful tickets first finds more that do not belong: the true share is rather higher."

// checks are what people decided about single tickets of an issue.
type checks struct{ kept, moved int }

// size estimates how many of n tickets belong; nil before the first check.
func (c checks) size(n int) *TrueSize {
	if c.kept+c.moved == 0 {
		return nil
	}
	a, b := float64(1+c.kept), float64(1+c.moved)
	of := func(share float64) int { return int(math.Round(float64(n) * share)) }
	return &TrueSize{Of: n, Value: of(a / (a + b)), Low: of(stats.BetaQuantile(0.5-stats.Level/2, a, b)), High: of(stats.BetaQuantile(0.5+stats.Level/2, a, b)),
		Kept: c.kept, Moved: c.moved, Definition: trueSizeDefinition}
}

// checks reads people's decisions about single tickets, by issue. The newest about a ticket and an issue counts.
func (s *Store) checks(ctx context.Context, l *ledger) (map[*issue]checks, error) {
	var pinned []events.ID
	if err := s.log.Read().NewRaw(`SELECT ticket_id FROM topic_members WHERE pinned ORDER BY ticket_id`).Scan(ctx, &pinned); err != nil {
		return nil, fmt.Errorf("list checked tickets: %w", err)
	}
	issueOf := func(topic events.ID) *issue {
		if t := l.topics.lives(topic); t != nil {
			return l.ofTopic[t.ID]
		}
		return nil
	}
	type decided struct {
		ticket events.ID
		x      *issue
	}
	kept := map[decided]bool{}
	for some := range slices.Chunk(pinned, readAtOnce) {
		var rows []struct {
			TicketID events.ID
			Data     string
		}
		err := s.log.Read().NewRaw(`SELECT ticket_id, data FROM events WHERE ticket_id IN (?) AND kind = ? ORDER BY ticket_id, seq`, bun.List(some),
			feedback.TopicCorrected{}.EventKind()).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("read checks of tickets: %w", err)
		}
		for _, r := range rows {
			var c feedback.TopicCorrected
			if err := json.Unmarshal([]byte(r.Data), &c); err != nil {
				return nil, fmt.Errorf("read a check of ticket %s: %w", r.TicketID, err)
			}
			from, to := issueOf(c.From), issueOf(c.Topic)
			if from == to && c.From != c.Topic {
				continue // its topic went up in another, whatever is in it
			}
			if from != nil {
				kept[decided{r.TicketID, from}] = false
			}
			if to != nil {
				kept[decided{r.TicketID, to}] = true
			}
		}
	}
	out := map[*issue]checks{}
	for d, belongs := range kept {
		c := out[d.x]
		if belongs {
			c.kept++
		} else {
			c.moved++
		}
		out[d.x] = c
	}
	return out, nil
}

// Keep says that tickets belong to an issue: they are pinned where they are, and count as checked.
func (s *Store) Keep(ctx context.Context, by events.Actor, id events.ID, ids []events.ID) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 0 || len(ids) > maxSplit || ids[0] <= 0 {
		return fault.On("tickets", fmt.Sprintf("must be 1 to %d", maxSplit))
	}
	s.nights.Lock()
	defer s.nights.Unlock()
	err := s.log.Write(ctx, events.Unit{By: by, Locks: events.Locks{Tickets: ids}}, func(ctx context.Context, tx *events.Tx) error {
		x, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		stay, err := x.holds(ctx, tx, ids)
		if err != nil {
			return err
		}
		for i := range stay {
			stay[i].to = stay[i].from
		}
		return correct(ctx, tx, stay)
	})
	if err != nil {
		return err
	}
	if err := s.pinLive(ctx, ids); err != nil {
		return err
	}
	return s.measureNow(ctx)
}

// pinLive tells this node's model where people placed tickets.
func (s *Store) pinLive(ctx context.Context, ids []events.ID) error {
	topics, err := s.catalog(ctx)
	if err != nil {
		return err
	}
	have, err := membersOf(ctx, s.log.Read(), ids)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, m := range have {
		if t := topics.lives(m.TopicID); t != nil && s.live != nil {
			s.live.Place(int64(id), t.Key, true)
		}
	}
	return nil
}

// checkedOf is how many of the tickets that people checked belonged to their issue; nil before the first.
func checkedOf(list []*issue) *Share {
	kept, all := 0, 0
	for _, x := range list {
		if size := figuresOf(x.Figures).TrueSize; size != nil {
			kept, all = kept+size.Kept, all+size.Kept+size.Moved
		}
	}
	return partOf(kept, all)
}
