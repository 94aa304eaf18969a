package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// importing writes histories together: what they stand on is read in a few queries for all, and every row is inserted
// once, as the fold left it.
type importing struct {
	*work
	known   map[externalKey]events.ID
	people  map[events.ID]person
	inboxes map[events.ID]entry
	tags    map[string]events.ID
	ids     []events.ID // for new tickets
	made    []*Ticket
}

// externalKey is what a history is called, and where.
type externalKey struct {
	inbox events.ID
	name  string
}

// person is what a history needs to know of its customer.
type person struct {
	organization events.ID
	address      bool // can be answered outside of a chat
	since        events.Time
}

// entry is what a history needs to know of its inbox.
type entry struct {
	team       events.ID
	touchpoint string
	reopen     time.Duration // how long a resolved ticket can be opened again
}

// ImportTx is Import inside a unit of work of the caller, for histories that were validated: what else belongs to them
// is kept or lost together with them. A history that is refused fails all.
func ImportTx(ctx context.Context, tx *events.Tx, list []History) ([]ImportOut, error) {
	b := &importing{work: newWork(tx)}
	if err := b.read(ctx, list); err != nil {
		return nil, err
	}
	b.trace = map[events.ID][]events.Event{}
	out := make([]ImportOut, len(list))
	for i := range list {
		h := &list[i]
		key := externalKey{h.Inbox, h.ExternalID}
		if id := b.known[key]; id != 0 {
			out[i] = ImportOut{Ticket: id, Repeated: true}
			continue
		}
		t, err := b.replay(h)
		if err != nil {
			return nil, err
		}
		b.known[key] = t.ID
		out[i] = ImportOut{Ticket: t.ID, Events: b.trace[t.ID]}
	}
	if err := b.insertTickets(ctx); err != nil {
		return nil, err
	}
	if err := b.knownSince(ctx); err != nil {
		return nil, err
	}
	return out, b.flush(ctx)
}

// knownSince moves customers back to their first contact: the day of an import says nothing about a person.
func (b *importing) knownSince(ctx context.Context) error {
	first := map[events.ID]events.Time{}
	for _, t := range b.made {
		at, seen := first[t.CustomerID]
		if t.CreatedAt < b.people[t.CustomerID].since && (!seen || t.CreatedAt < at) {
			first[t.CustomerID] = t.CreatedAt
		}
	}
	if len(first) == 0 {
		return nil
	}
	var pairs [][2]string
	for _, id := range slices.Sorted(maps.Keys(first)) { // in order: two imports do not wait for each other
		pairs = append(pairs, [2]string{id.String(), strconv.FormatInt(int64(first[id]), 10)})
	}
	dialect := b.tx.Dialect()
	args, err := events.PairsOf(dialect, pairs)
	if err != nil {
		return err
	}
	_, err = b.tx.NewRaw(`UPDATE customers SET created_at = CAST(k.b AS BIGINT) FROM `+events.Pairs(dialect)+`
		WHERE customers.id = CAST(k.a AS BIGINT) AND customers.created_at > CAST(k.b AS BIGINT)`, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("set since when customers are known: %w", err)
	}
	return nil
}

// read gets everything that the histories stand on.
func (b *importing) read(ctx context.Context, list []History) (err error) {
	if err = b.readImported(ctx, list); err != nil {
		return fmt.Errorf("look for histories: %w", err)
	}
	if err = b.readPeople(ctx, list); err != nil {
		return fmt.Errorf("read customers: %w", err)
	}
	if err = b.readInboxes(ctx); err != nil {
		return fmt.Errorf("read inboxes: %w", err)
	}
	if err = b.readTags(ctx, list); err != nil {
		return err
	}
	b.ids, err = b.tx.NextIDs(ctx, "tickets", len(list)-len(b.known))
	return err
}

func (b *importing) readImported(ctx context.Context, list []History) error {
	b.known = map[externalKey]events.ID{}
	keys := make([][2]string, len(list))
	for i := range list {
		keys[i] = [2]string{list[i].Inbox.String(), list[i].ExternalID}
	}
	dialect := b.tx.Dialect()
	args, err := events.PairsOf(dialect, keys)
	if err != nil {
		return err
	}
	rows, err := b.tx.Query(ctx, `SELECT t.inbox_id, t.external_id, t.id FROM `+events.Pairs(dialect)+`
		JOIN tickets t ON t.inbox_id = CAST(k.a AS BIGINT) AND t.external_id = k.b AND t.external_id <> ''`, args...)
	if err != nil {
		return err
	}
	return each(rows, func(rows *sql.Rows) error {
		var k externalKey
		var id events.ID
		if err := rows.Scan(&k.inbox, &k.name, &id); err != nil {
			return err
		}
		b.known[k] = id
		return nil
	})
}

func (b *importing) readPeople(ctx context.Context, list []History) error {
	b.people = make(map[events.ID]person, len(list))
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].Customer
	}
	dialect := b.tx.Dialect()
	rows, err := b.tx.Query(ctx, "SELECT id, organization_id, (email <> '' OR phone <> ''), created_at FROM customers WHERE "+events.Among(dialect, "id"),
		events.IDs(dialect, ids))
	if err != nil {
		return err
	}
	return each(rows, func(rows *sql.Rows) error {
		var id events.ID
		var p person
		if err := rows.Scan(&id, &p.organization, &p.address, &p.since); err != nil {
			return err
		}
		b.people[id] = p
		return nil
	})
}

func (b *importing) readInboxes(ctx context.Context) error {
	b.inboxes = map[events.ID]entry{}
	rows, err := b.tx.Query(ctx, `SELECT id, CASE WHEN team_id <> 0 THEN team_id ELSE
		COALESCE((SELECT MIN(id) FROM teams WHERE is_default), (SELECT MIN(id) FROM teams), 0) END, touchpoint, reopen_days FROM inboxes`)
	if err != nil {
		return err
	}
	return each(rows, func(rows *sql.Rows) error {
		var id events.ID
		var e entry
		var days int64
		if err := rows.Scan(&id, &e.team, &e.touchpoint, &days); err != nil {
			return err
		}
		e.reopen = time.Duration(days) * 24 * time.Hour
		b.inboxes[id] = e
		return nil
	})
}

func (b *importing) readTags(ctx context.Context, list []History) error {
	b.tags = map[string]events.ID{}
	var names []string
	for i := range list {
		names = append(names, list[i].Tags...)
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	rows, err := b.tx.QueryContext(ctx, "SELECT id, name FROM tags WHERE name IN (?)", bun.List(names))
	if err == nil {
		err = each(rows, func(rows *sql.Rows) error {
			var id events.ID
			var name string
			err := rows.Scan(&id, &name)
			b.tags[name] = id
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("read tags: %w", err)
	}
	for _, name := range names {
		if b.tags[name] != 0 {
			continue
		}
		ids, err := b.makeTags(ctx, []string{name})
		if err != nil {
			return err
		}
		b.tags[name] = ids[0]
	}
	return nil
}

// replay opens the ticket of a history and takes its steps.
func (b *importing) replay(h *History) (*Ticket, error) {
	in, ok := b.inboxes[h.Inbox]
	who, is := b.people[h.Customer]
	if !ok || !is {
		return nil, fault.On("inbox", "or customer does not exist")
	}
	if h.Team != 0 {
		in.team = h.Team
	}
	t := &Ticket{ID: b.ids[len(b.made)], Subject: h.Subject, Fields: h.Fields, ExternalID: h.ExternalID}
	b.made = append(b.made, t)
	b.tx.Opened(t.ID)
	b.tickets[t.ID] = t
	first := h.Steps[0]
	b.recordAt(first.At, first.By, t, TicketOpened{Channel: h.Channel, Inbox: h.Inbox, Customer: h.Customer,
		Organization: who.organization, Team: in.team, Touchpoint: in.touchpoint, Priority: h.Priority, Imported: !h.Here})
	for _, name := range h.Tags {
		// Tags came with the history; whoever wrote first did not set them.
		b.recordAt(first.At, events.SystemActor, t, TicketTagged{Tag: b.tags[name], Imported: !h.Here})
	}
	for i, step := range h.Steps {
		if err := b.take(t, step, who, in); err != nil {
			return nil, fmt.Errorf("history %q, step %d: %w", h.ExternalID, i, err)
		}
	}
	for range 2 { // what time did to it since: it woke, it closed
		if at, changes := t.due(b.tx.Now); changes != nil {
			b.recordAt(at, events.SystemActor, t, changes...)
		}
	}
	return t, nil
}

// take does one step by the same decisions as live work. What does not fit the state any more (a resolve of what is
// resolved) changes nothing; a message to what is closed is refused.
func (b *importing) take(t *Ticket, s Step, who person, in entry) error {
	switch s.Kind {
	case StepMessage:
		if t.Status == Closed {
			return errClosed
		}
		b.recordAt(s.At, s.By, t, t.beforeMessage(s.By)...)
		b.sayAt(s.At, s.By, t, &Message{Body: s.Body})
		b.recordAt(s.At, s.By, t, t.afterMessage(s.By)...)
		return nil
	case StepNote:
		b.sayAt(s.At, s.By, t, &Message{Note: true, Body: s.Body})
		return nil
	case StepTell:
		b.recordAt(s.At, s.By, t, s.Tell(b.trace[t.ID])...)
		return nil
	}
	changes, err := b.decide(t, s, who, in)
	if err != nil && fault.KindOf(err) != fault.Conflict {
		return err
	}
	b.recordAt(s.At, s.By, t, changes...)
	return nil
}

func (b *importing) decide(t *Ticket, s Step, who person, in entry) ([]events.Change, error) {
	switch s.Kind {
	case StepAssign:
		return t.assign(s.To)
	case StepHandoff:
		if t.AssigneeID == 0 || s.To.Agent == t.AssigneeID {
			return t.assign(s.To)
		}
		var noteSeq int64
		if s.Body != "" {
			noteSeq = b.sayAt(s.At, s.By, t, &Message{Note: true, Body: s.Body}).Seq
		}
		return t.handOff(s.To, s.Reason, noteSeq)
	case StepPending:
		return t.toStatus(Pending)
	case StepReopen:
		var owner events.ID
		if s.By.Kind == events.Agent { // whoever it was elsewhere that took it up again
			owner = s.By.ID
		}
		return t.reopen(s.By, owner, 0)
	case StepLeave:
		return t.abandon(who.address, s.At), nil
	}
	until := s.At.Add(in.reopen)
	switch s.Kind {
	case StepEnd:
		return t.end(who.address, until), nil
	case StepSpam:
		return t.markSpam(until), nil
	}
	return t.resolve(s.By, ByAgent, until)
}

// openedColumns are the columns of a ticket that only its opening sets.
var openedColumns = []string{"id", "subject", "fields", "external_id", "channel", "inbox_id", "visitor_id", "organization_id",
	"touchpoint", "imported", "offline", "created_at"}

// insertTickets writes the rows of new tickets whole.
func (b *importing) insertTickets(ctx context.Context) error {
	rows, tagged := make([][]any, len(b.made)), [][]any{}
	for i, t := range b.made {
		opened := []any{int64(t.ID), t.Subject, jsonOf(t.Fields, "{}"), t.ExternalID, string(t.Channel), int64(t.InboxID), int64(t.VisitorID),
			int64(t.OrganizationID), t.Touchpoint, t.Imported, t.Offline, int64(t.CreatedAt)}
		rows[i] = append(opened, t.folded()[1:]...)
		for _, tag := range t.Tags {
			tagged = append(tagged, []any{int64(t.ID), int64(tag)})
		}
	}
	if err := b.tx.Insert(ctx, "tickets", slices.Concat(openedColumns, foldedColumns), rows); err != nil {
		return err
	}
	if err := b.tx.Insert(ctx, "ticket_tags", []string{"ticket_id", "tag_id"}, tagged); err != nil {
		return err
	}
	b.tx.Flushed(b.dirty...)
	b.dirty = nil
	clear(b.isDirty)
	return nil
}
