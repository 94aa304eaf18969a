package tickets

import (
	"context"
	"database/sql"
	"fmt"

	"heard/migrations"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// readKnown finds the client ids of the batch that were used before: one query for all.
func (b *batch) readKnown(ctx context.Context, posts []*post) error {
	b.known = make(map[clientKey]posted, len(posts))
	keys := make([][2]string, 0, len(posts))
	for _, p := range posts {
		if !p.bare {
			keys = append(keys, [2]string{p.in.Sender, p.in.ClientID})
		}
	}
	return b.eachPair(ctx, keys, knownQuery, func(rows *sql.Rows) error {
		var k clientKey
		var p posted
		if err := rows.Scan(&k.sender, &k.client, &p.ticket, &p.seq, &p.at, &p.hash); err != nil {
			return fmt.Errorf("look for repeats: %w", err)
		}
		b.known[k] = p
		return nil
	})
}

// eachPair asks about pairs of sender and client id in one query, and hands each row of the answer to scan.
func (b *batch) eachPair(ctx context.Context, keys [][2]string, query func(dialect string) string, scan func(*sql.Rows) error) error {
	if len(keys) == 0 {
		return nil
	}
	dialect := b.tx.Dialect()
	args, err := events.PairsOf(dialect, keys)
	if err != nil {
		return err
	}
	rows, err := b.tx.Query(ctx, query(dialect), args...)
	if err != nil {
		return fmt.Errorf("look for client ids: %w", err)
	}
	return each(rows, scan)
}

// readTaken finds the client ids of held messages that did not go out: a late repeat must not send what its author took
// back. Only agents hold messages, so that customers' posts cost nothing.
func (b *batch) readTaken(ctx context.Context, posts []*post) error {
	b.taken = map[clientKey]bool{}
	var keys [][2]string
	for _, p := range posts {
		if !p.bare && p.in.By.Kind != events.Customer {
			keys = append(keys, [2]string{p.in.Sender, p.in.ClientID})
		}
	}
	return b.eachPair(ctx, keys, takenQuery, func(rows *sql.Rows) error {
		var k clientKey
		if err := rows.Scan(&k.sender, &k.client); err != nil {
			return fmt.Errorf("look for what was taken back: %w", err)
		}
		b.taken[k] = true
		return nil
	})
}

// takenQuery is to held messages what knownQuery is to messages.
func takenQuery(dialect string) string {
	const same = "o.sender = k.a AND o.client_id = k.b AND o.state IN ('undone', 'refused')"
	if dialect == migrations.Postgres {
		return "SELECT o.sender, o.client_id FROM " + events.Pairs(dialect) + " CROSS JOIN LATERAL (SELECT * FROM outgoing o WHERE " + same + " LIMIT 1) o"
	}
	return "SELECT o.sender, o.client_id FROM " + events.Pairs(dialect) + " JOIN outgoing o ON " + same
}

// refuseTaken refuses the client id of a held message that did not go out.
func (w *work) refuseTaken(ctx context.Context, sender, client string) error {
	rows, err := w.tx.QueryContext(ctx, `SELECT id FROM outgoing WHERE sender = ? AND client_id = ? AND state IN ('undone', 'refused')`, sender, client)
	if err != nil {
		return fmt.Errorf("look for what was taken back: %w", err)
	}
	var id events.ID
	switch found, err := one(rows, &id); {
	case err != nil:
		return fmt.Errorf("look for what was taken back: %w", err)
	case found:
		return errTakenBack
	}
	return nil
}

// knownQuery finds messages by pairs of sender and client id. The plan of a prepared statement is made while the table
// is small, and kept: PostgreSQL is left no choice but the index, or it would read ever more of the table.
func knownQuery(dialect string) string {
	const columns, same = "m.sender, m.client_id, m.ticket_id, m.seq, m.at, m.content_hash", "m.sender = k.a AND m.client_id = k.b AND m.client_id <> ''"
	if dialect == migrations.Postgres {
		return "SELECT " + columns + " FROM " + events.Pairs(dialect) + " CROSS JOIN LATERAL (SELECT * FROM messages m WHERE " + same + " LIMIT 1) m"
	}
	return "SELECT " + columns + " FROM " + events.Pairs(dialect) + " JOIN messages m ON " + same
}

// homeKey and home: where a new ticket belongs.
type homeKey struct{ inbox, customer events.ID }

type home struct {
	team         events.ID
	touchpoint   string
	organization events.ID
}

// readHomes reads what new tickets take from their inbox and customer: one query for all.
func (b *batch) readHomes(ctx context.Context, posts []*post) error {
	b.homes = map[homeKey]home{}
	var args []any
	for _, p := range posts {
		if p.in.Ticket == 0 {
			args = append(args, int64(p.in.Open.Inbox), int64(p.in.Open.Customer))
		}
	}
	return b.readHomesOf(ctx, args)
}

func (b *batch) readHomesOf(ctx context.Context, args []any) error {
	if len(args) == 0 {
		return nil
	}
	rows, err := b.tx.QueryContext(ctx, `WITH k (inbox, customer) AS (VALUES `+tuples(len(args)/2, 2)+`)
		SELECT DISTINCT i.id, c.id, CASE WHEN i.team_id <> 0 THEN i.team_id ELSE
			COALESCE((SELECT MIN(id) FROM teams WHERE is_default), (SELECT MIN(id) FROM teams), 0) END,
			i.touchpoint, c.organization_id
		FROM k JOIN inboxes i ON i.id = k.inbox JOIN customers c ON c.id = k.customer`, args...)
	if err != nil {
		return fmt.Errorf("read inboxes: %w", err)
	}
	return each(rows, func(rows *sql.Rows) error {
		var k homeKey
		var h home
		if err := rows.Scan(&k.inbox, &k.customer, &h.team, &h.touchpoint, &h.organization); err != nil {
			return fmt.Errorf("read inboxes: %w", err)
		}
		b.homes[k] = h
		return nil
	})
}

// homeOf returns where a new ticket belongs, reading it when no post of the batch named it.
func (b *batch) homeOf(ctx context.Context, key homeKey) (home, error) {
	if _, ok := b.homes[key]; !ok {
		if err := b.readHomesOf(ctx, []any{int64(key.inbox), int64(key.customer)}); err != nil {
			return home{}, err
		}
	}
	h, ok := b.homes[key]
	if !ok {
		return home{}, fault.On("inbox", "or customer does not exist")
	}
	return h, nil
}

// open inserts a new ticket and records its opening.
func (b *batch) open(ctx context.Context, p *post, in OpenIn, followUpOf events.ID) (*Ticket, error) {
	h, err := b.homeOf(ctx, homeKey{in.Inbox, in.Customer})
	if err != nil {
		return nil, err
	}
	if in.Team != 0 {
		h.team = in.Team
	}
	t := &Ticket{Subject: in.Subject, Fields: in.Fields}
	err = b.insert(ctx, b.tx.Now, p.in.By, t, TicketOpened{Channel: in.Channel, Inbox: in.Inbox, Customer: in.Customer,
		Visitor: in.Visitor, Organization: h.organization, Team: h.team, Touchpoint: h.touchpoint,
		Priority: in.Priority, FollowUpOf: followUpOf, Offline: in.Offline, Agreed: in.Agreed})
	p.out.Opened = err == nil
	if err == nil && in.Says != "" {
		err = b.begin(ctx, t, in.Says)
	}
	return t, err
}

// begin makes what an automation had said on the page the first message of a conversation. The customer has read it.
func (b *batch) begin(ctx context.Context, t *Ticket, text string) error {
	e := b.say(events.Actor{Kind: events.Automation}, t, &Message{Body: text})
	_, err := b.tx.ExecContext(ctx, `UPDATE tickets SET customer_seen_seq = ? WHERE id = ?`, e.Seq, int64(t.ID))
	if err != nil {
		return fmt.Errorf("note what was read before the chat: %w", err)
	}
	return nil
}

// insert makes the row of a new ticket, with the columns that the fold sets at the opening only, and records that.
func (w *work) insert(ctx context.Context, at events.Time, by events.Actor, t *Ticket, c TicketOpened) error {
	rows, err := w.tx.QueryContext(ctx, `INSERT INTO tickets (subject, fields, external_id, status, channel, inbox_id,
		customer_id, visitor_id, organization_id, touchpoint, imported, offline, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		t.Subject, jsonOf(t.Fields, "{}"), t.ExternalID, string(Open), string(c.Channel), int64(c.Inbox),
		int64(c.Customer), int64(c.Visitor), int64(c.Organization), c.Touchpoint, c.Imported, c.Offline, int64(at), int64(at))
	if err == nil {
		_, err = one(rows, &t.ID)
	}
	if err != nil {
		return fmt.Errorf("insert ticket: %w", err)
	}
	w.tx.Opened(t.ID)
	w.tickets[t.ID] = t
	w.recordAt(at, by, t, c)
	return nil
}

// maxNewer bounds what the send guard answers.
const maxNewer = 50

// guard refuses a post whose author has not seen the newest words of somebody else.
func (b *batch) guard(ctx context.Context, p *post, t *Ticket) error {
	if p.in.LastSeq == nil || p.out.Opened || b.tx.Head(t.ID).Public <= *p.in.LastSeq {
		return nil
	}
	newer, err := b.newer(ctx, p, t)
	if err != nil {
		return err
	}
	for _, item := range b.fresh[t.ID] {
		if item.Event.Seq > *p.in.LastSeq && (item.Event.By.Kind != p.in.By.Kind || item.Event.By.ID != p.in.By.ID) {
			newer = append(newer, item)
		}
	}
	if len(newer) == 0 {
		return nil
	}
	refusal := fault.New(fault.NewerMessages, "there are newer messages")
	refusal.Extra = newer
	return refusal
}

func (b *batch) newer(ctx context.Context, p *post, t *Ticket) ([]ThreadItem, error) {
	rows, err := b.tx.QueryContext(ctx, `SELECT `+itemColumns+` FROM messages m
		JOIN events e ON e.ticket_id = m.ticket_id AND e.seq = m.seq AND e.ticket_id <> 0
		WHERE m.ticket_id = ? AND m.seq > ? AND NOT m.note AND NOT (m.by_kind = ? AND m.by_id = ?)
		ORDER BY m.seq LIMIT ?`,
		int64(t.ID), *p.in.LastSeq, string(p.in.By.Kind), int64(p.in.By.ID), maxNewer)
	if err != nil {
		return nil, fmt.Errorf("read newer messages: %w", err)
	}
	return scanItems(rows)
}

// itemColumns and scanItems read events (e) with their messages (m).
const itemColumns = `e.pos, e.ticket_id, e.seq, e.prev, e.public, e.kind, e.at, e.recorded_at, e.by_kind, e.by_id, e.by_token, e.imported, e.data,
	m.seq, m.note, m.sender, m.client_id, m.body, m.attachments, m.edited_at, m.redacted_at`

func scanItems(rows *sql.Rows) ([]ThreadItem, error) {
	out := []ThreadItem{}
	err := each(rows, func(rows *sql.Rows) error {
		var it ThreadItem
		var seq, edited, redacted sql.NullInt64
		var note sql.NullBool
		var sender, client, body sql.NullString
		var data string
		var files []Attachment
		e := &it.Event
		err := rows.Scan(&e.Pos, &e.TicketID, &e.Seq, &e.Prev, &e.Public, &e.Kind, &e.At, &e.RecordedAt, &e.By.Kind,
			&e.By.ID, &e.By.Token, &e.Imported, &data, &seq, &note, &sender, &client, &body, nullJSON{&files}, &edited, &redacted)
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		e.Data = []byte(data)
		if seq.Valid {
			it.Message = &Message{TicketID: e.TicketID, Seq: seq.Int64, Note: note.Bool, ByKind: e.By.Kind,
				ByID: e.By.ID, Sender: sender.String, ClientID: client.String, Body: body.String, Attachments: files, At: e.At,
				EditedAt: events.Time(edited.Int64), RedactedAt: events.Time(redacted.Int64)}
		}
		out = append(out, it)
		return nil
	})
	return out, err
}

// nullJSON is jsonText that takes NULL for nothing.
type nullJSON struct{ to any }

// Scan implements sql.Scanner.
func (j nullJSON) Scan(src any) error {
	if src == nil {
		return nil
	}
	return jsonText(j).Scan(src)
}
