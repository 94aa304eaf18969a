package issues

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	readAtOnce = 400 // tickets of one query
	lastRead   = 200 // seq behind which nothing new is said about the matter
)

// retold are the kinds of events after which a ticket is read again.
func retold() []string {
	var out []string
	for _, c := range []events.Change{tickets.TicketOpened{}, tickets.MessagePosted{}, tickets.MessageEdited{}, tickets.MessageRedacted{}, tickets.SpamMarked{}, tickets.TicketTagged{}, tickets.TicketUntagged{},
		tickets.CustomerIdentified{}, tickets.CustomerMerged{}} {
		out = append(out, c.EventKind())
	}
	return out
}

// changedSince lists the tickets that say something new in the log behind after, up to head.
func (s *Store) changedSince(ctx context.Context, after, head int64) (ids []events.ID, err error) {
	err = s.log.Read().NewRaw(`SELECT DISTINCT ticket_id FROM events WHERE pos > ? AND pos <= ? AND ticket_id <> 0 AND kind IN (?)
		ORDER BY ticket_id`, after, head, bun.List(retold())).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list changed tickets: %w", err)
	}
	return ids, nil
}

// newest lists the newest tickets of the desk, as many as the model holds.
func (s *Store) newest(ctx context.Context, n int) (ids []events.ID, err error) {
	if err = s.log.Read().NewRaw(`SELECT id FROM tickets ORDER BY created_at DESC, id DESC LIMIT ?`, n).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list newest tickets: %w", err)
	}
	return ids, nil
}

// feed reads tickets and gives them to the model, oldest first.
func (s *Store) feed(ctx context.Context, m *Model, ids []events.ID) error {
	var all []Conversation
	for some := range slices.Chunk(ids, readAtOnce) {
		list, gone, err := s.conversations(ctx, s.log.Read(), some, lastRead)
		if err != nil {
			return err
		}
		for _, id := range gone {
			m.Forget(int64(id))
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b Conversation) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	for i := range all {
		m.Arrive(all[i])
	}
	return nil
}

// conversations reads what customers wrote in tickets. gone are those that count no more: spam, merged, or without a
// word of the customer. through is the last seq that is read.
func (s *Store) conversations(ctx context.Context, db querier, ids []events.ID, through int) (list []Conversation, gone []events.ID, err error) {
	var rows []struct {
		ID, CustomerID events.ID
		CreatedAt      int64
		Counts         bool
	}
	err = db.NewRaw(`SELECT id, customer_id, created_at, (merged_into = 0 AND NOT spam) AS counts FROM tickets WHERE id IN (?) ORDER BY id`,
		bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, nil, fmt.Errorf("read conversations: %w", err)
	}
	said, err := sayings(ctx, db, ids, through)
	if err != nil {
		return nil, nil, err
	}
	tags, err := s.tags.telling(ctx, db, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		if len(said[r.ID]) == 0 || !r.Counts {
			gone = append(gone, r.ID)
			continue
		}
		c := Conversation{ID: int64(r.ID), Customer: int64(r.CustomerID), At: r.CreatedAt, Tag: tags[r.ID]}
		for _, x := range said[r.ID] {
			c.Messages = append(c.Messages, x.Body)
		}
		list = append(list, c)
	}
	return list, gone, nil
}

// saying is a message of a customer.
type saying struct {
	TicketID events.ID
	Seq      int64
	At       events.Time
	Body     string
}

// sayings reads the first messages of customers up to a seq, by ticket and in order.
func sayings(ctx context.Context, db querier, ids []events.ID, through int) (map[events.ID][]saying, error) {
	var rows []saying
	err := db.NewRaw(`SELECT ticket_id, seq, at, SUBSTR(body, 1, ?) AS body FROM messages WHERE ticket_id IN (?) AND seq <= ?
		AND by_kind = 'customer' AND NOT note AND body <> '' ORDER BY ticket_id, seq`, maxText, bun.List(ids), through).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read what customers wrote: %w", err)
	}
	out := make(map[events.ID][]saying, len(ids))
	for _, r := range rows {
		if len(out[r.TicketID]) < maxTurns {
			out[r.TicketID] = append(out[r.TicketID], r)
		}
	}
	return out, nil
}

// querier is what both the reader pool and a transaction can do.
type querier interface {
	NewRaw(query string, args ...any) *bun.RawQuery
}
