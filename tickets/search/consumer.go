package search

import (
	"context"
	"database/sql"
	"fmt"

	"heard/tickets"
	"heard/tickets/events"
)

// Consumer keeps the index. A document is made from the rows as they are now, so a repeat changes nothing, and what was
// edited or redacted is gone from it.
func (s *Searcher) Consumer() events.Consumer {
	kinds := []string{}
	for _, c := range []events.Change{tickets.TicketOpened{}, tickets.FieldChanged{}, tickets.MessagePosted{}, tickets.NotePosted{}, tickets.MessageEdited{},
		tickets.MessageRedacted{}, tickets.CustomerIdentified{}, tickets.CustomerMerged{}, tickets.ContactGiven{}, tickets.SettingChanged{}} {
		kinds = append(kinds, c.EventKind())
	}
	return events.Consumer{Name: "search", Kinds: kinds, Handle: s.handle}
}

// maxOfCustomer bounds how many tickets of a customer learn its new name; the newest do.
const maxOfCustomer = 2000

// stale is what a batch of events asks to be made again: the newest stretch of a ticket, or all of it.
type stale struct {
	newest, whole map[events.ID]bool
}

func (st stale) add(ticket events.ID, whole bool) {
	switch {
	case whole:
		st.whole[ticket] = true
		delete(st.newest, ticket)
	case !st.whole[ticket]:
		st.newest[ticket] = true
	}
}

func (s *Searcher) handle(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	st := stale{map[events.ID]bool{}, map[events.ID]bool{}}
	for i := range evs {
		if err := s.notice(ctx, tx, &evs[i], st); err != nil {
			return err
		}
	}
	if err := s.remake(ctx, tx, st.newest, false); err != nil {
		return err
	}
	return s.remake(ctx, tx, st.whole, true)
}

func (s *Searcher) notice(ctx context.Context, tx *events.Tx, e *events.Event, st stale) error {
	change, err := s.log.Decode(e)
	if err != nil {
		return err
	}
	switch c := change.(type) {
	case tickets.SettingChanged:
		if c.Noun != "customer" {
			return nil
		}
		ids, err := ticketsOf(ctx, tx, c.ID)
		for _, id := range ids {
			st.add(id, true)
		}
		return err
	case tickets.FieldChanged:
		if c.Field == "subject" {
			st.add(e.TicketID, true)
		}
	case tickets.TicketOpened, tickets.MessagePosted, tickets.NotePosted:
		st.add(e.TicketID, false)
	default:
		if e.TicketID != 0 {
			st.add(e.TicketID, true)
		}
	}
	return nil
}

func ticketsOf(ctx context.Context, tx *events.Tx, customer events.ID) (out []events.ID, err error) {
	rows, err := tx.Query(ctx, "SELECT id FROM tickets WHERE customer_id = ? ORDER BY id DESC LIMIT ?", int64(customer), maxOfCustomer)
	if err != nil {
		return nil, fmt.Errorf("find tickets of a customer: %w", err)
	}
	return out, eachRow(rows, func() error {
		var id events.ID
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	})
}

// eachRow runs fn for every row and closes rows.
func eachRow(rows *sql.Rows, fn func() error) (err error) {
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	for rows.Next() {
		if err := fn(); err != nil {
			return err
		}
	}
	return rows.Err()
}
