package issues

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"heard/feedback"
	"heard/feedback/issues/tagger"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Tagging suggests tags for tickets and learns from what agents do about it.
type Tagging struct {
	log *events.Log
	dir *tickets.Directory

	mu      sync.Mutex
	live    *tagger.Model // nil: nothing learned yet
	version int64         // of the stored model that live is; −1 until it was looked for
	looked  int           // day on which the last look said that too little is new
	loaded  chan struct{} // closed when a model was looked for
}

// NewTagging returns it. Follow or Load makes its consumer able to work.
func NewTagging(log *events.Log, dir *tickets.Directory) *Tagging {
	return &Tagging{log: log, dir: dir, version: -1, loaded: make(chan struct{})}
}

// Outcomes of a suggestion; none yet is empty.
const (
	tagTaken     = "taken"
	tagDismissed = "dismissed"
)

// suggestedFor is how long after a message a tag is still suggested for it: a log that is read from its beginning holds
// what is long past.
const suggestedFor = 24 * time.Hour

// mostSuggested is how many tags are suggested for a ticket at one time.
const mostSuggested = 3

// Consumer suggests tags as a ticket's first messages come, and notes what became of suggestions. Imported history is
// tagged or past.
func (s *Tagging) Consumer() events.Consumer {
	return events.Consumer{
		Name: "tag-suggestions",
		Kinds: []string{tickets.TicketOpened{}.EventKind(), tickets.MessagePosted{}.EventKind(), tickets.TicketTagged{}.EventKind(),
			tickets.TicketUntagged{}.EventKind()},
		Ready: s.Loaded, Handle: s.handle,
	}
}

// Loaded waits until the consumer can work.
func (s *Tagging) Loaded(ctx context.Context) error {
	select {
	case <-s.loaded:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Tagging) handle(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	var fresh []events.ID
	for _, e := range evs { // a copy: decoding keeps its result in the event, and these are shared
		if e.Imported {
			continue
		}
		change, err := s.log.Decode(&e)
		if err != nil {
			return err
		}
		switch c := change.(type) {
		case tickets.TicketTagged:
			if e.By.Kind == events.Agent {
				err = settle(ctx, tx, e.TicketID, c.Tag, "", tagTaken)
			}
		case tickets.TicketUntagged:
			if e.By.Kind == events.Agent {
				err = settle(ctx, tx, e.TicketID, c.Tag, tagTaken, tagDismissed)
			}
		default:
			if e.By.Kind == events.Customer && e.Seq <= firstEvents && e.At > tx.Now.Add(-suggestedFor) {
				fresh = append(fresh, e.TicketID)
			}
		}
		if err != nil {
			return err
		}
	}
	return s.suggest(ctx, tx, fresh)
}

// settle writes what became of a suggestion, if there is one that stands as from.
func settle(ctx context.Context, tx *events.Tx, ticket, tag events.ID, from, to string) error {
	_, err := tx.NewRaw(`UPDATE tag_suggestions SET outcome = ?, settled_at = ? WHERE ticket_id = ? AND tag_id = ? AND outcome = ?`,
		to, tx.Now, ticket, tag, from).Exec(ctx)
	if err != nil {
		return fmt.Errorf("settle a suggested tag: %w", err)
	}
	return nil
}

// suggest puts what the model says of tickets in place of what it said before. What people settled stays.
func (s *Tagging) suggest(ctx context.Context, tx *events.Tx, ids []events.ID) error {
	s.mu.Lock()
	model, version := s.live, s.version
	s.mu.Unlock()
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if model == nil || len(ids) == 0 {
		return nil
	}
	list, err := tagged(ctx, tx, ids)
	if err != nil {
		return err
	}
	if _, err := tx.NewRaw(`DELETE FROM tag_suggestions WHERE ticket_id IN (?) AND outcome = ''`, bun.List(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("take suggested tags back: %w", err)
	}
	var rows []string
	var args []any
	for _, t := range list {
		for _, x := range model.Suggest(t.Messages, t.Tags, mostSuggested) {
			rows = append(rows, "(?, ?, ?, ?, ?)")
			args = append(args, t.ID, x.Tag, int64(x.Confidence*1000+0.5), version, tx.Now)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err = tx.NewRaw(`INSERT INTO tag_suggestions (ticket_id, tag_id, confidence, version, suggested_at) VALUES `+strings.Join(rows, ", ")+
		` ON CONFLICT (ticket_id, tag_id) DO NOTHING`, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("suggest tags: %w", err)
	}
	return nil
}

// tagged reads tickets that count, with what their customers wrote first and the tags that they have.
func tagged(ctx context.Context, db querier, ids []events.ID) ([]tagger.Example, error) {
	var rows []struct{ ID, CustomerID events.ID }
	err := db.NewRaw(`SELECT id, customer_id FROM tickets WHERE id IN (?) AND merged_into = 0 AND NOT spam ORDER BY id`,
		bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read tagged tickets: %w", err)
	}
	said, err := sayings(ctx, db, ids, firstEvents)
	if err != nil {
		return nil, err
	}
	var given []struct{ TicketID, TagID int64 }
	err = db.NewRaw(`SELECT ticket_id, tag_id FROM ticket_tags WHERE ticket_id IN (?)`, bun.List(ids)).Scan(ctx, &given)
	if err != nil {
		return nil, fmt.Errorf("read tags of tickets: %w", err)
	}
	tags := map[int64][]int64{}
	for _, g := range given {
		tags[g.TicketID] = append(tags[g.TicketID], g.TagID)
	}
	out := make([]tagger.Example, len(rows))
	for i, r := range rows {
		out[i] = tagger.Example{ID: int64(r.ID), Customer: int64(r.CustomerID), Tags: tags[int64(r.ID)]}
		for _, x := range said[r.ID] {
			out[i].Messages = append(out[i].Messages, x.Body)
		}
	}
	return out, nil
}

// TagSuggestion is a tag that a ticket should probably have.
type TagSuggestion struct {
	Tag        string  `json:"tag"`
	Confidence float64 `json:"confidence" doc:"The chance that it is right, measured on tickets that the model had not seen"`
}

// Suggested returns the tags that are suggested for a ticket and that it does not have, the likeliest first.
func (s *Tagging) Suggested(ctx context.Context, ticket events.ID, has []string) ([]TagSuggestion, error) {
	var rows []struct {
		Name       string
		Confidence int64
	}
	err := s.log.Read().NewRaw(`SELECT g.name, s.confidence FROM tag_suggestions s JOIN tags g ON g.id = s.tag_id
		WHERE s.ticket_id = ? AND s.outcome = '' ORDER BY s.confidence DESC, s.tag_id`, ticket).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read suggested tags: %w", err)
	}
	out := []TagSuggestion{}
	for _, r := range rows {
		if !slices.Contains(has, r.Name) && len(out) < mostSuggested {
			out = append(out, TagSuggestion{r.Name, float64(r.Confidence) / 1000})
		}
	}
	return out, nil
}

// Dismiss notes that a suggested tag does not fit a ticket. Again is nothing.
func (s *Tagging) Dismiss(ctx context.Context, by events.Actor, ticket events.ID, tag string) error {
	tag, err := tickets.CleanTag(tag)
	if err != nil {
		return fault.On("tag", "must be 1 to 50 characters")
	}
	u := events.Unit{By: by, Locks: events.Locks{Tickets: []events.ID{ticket}}}
	return s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		var rows []struct {
			TagID   events.ID
			Outcome string
		}
		err := tx.NewRaw(`SELECT s.tag_id, s.outcome FROM tag_suggestions s JOIN tags g ON g.id = s.tag_id WHERE s.ticket_id = ? AND g.name = ?`,
			ticket, tag).Scan(ctx, &rows)
		if err != nil {
			return fmt.Errorf("read suggested tags: %w", err)
		}
		switch {
		case len(rows) == 0:
			return fault.On("tag", "is not suggested for this ticket")
		case rows[0].Outcome == tagDismissed:
			return nil
		case rows[0].Outcome == tagTaken:
			return fault.On("tag", "was taken; remove it from the ticket instead")
		}
		tx.Record(ticket, feedback.TagDismissed{Tag: rows[0].TagID})
		return settle(ctx, tx, ticket, rows[0].TagID, "", tagDismissed)
	})
}

// Load gives this node the stored model. One that cannot be read any more is as none: the next training makes another.
func (s *Tagging) Load(ctx context.Context) error {
	st, err := s.read(ctx, true)
	if err != nil {
		return err
	}
	var m *tagger.Model
	if st.Version != 0 {
		if m, err = tagger.Restore(st.Model); err != nil {
			m = nil
		}
	}
	s.use(m, st.Version)
	return nil
}

func (s *Tagging) use(m *tagger.Model, version int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version < 0 {
		close(s.loaded)
	}
	s.live, s.version = m, version
}

// Follow keeps this node's model the newest, until ctx ends.
func (s *Tagging) Follow(ctx context.Context) error {
	for {
		st, err := s.read(ctx, false)
		if err != nil {
			return err
		}
		s.mu.Lock()
		old := s.version != st.Version
		s.mu.Unlock()
		if old {
			if err := s.Load(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}
