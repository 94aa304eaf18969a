package tickets

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// visitorTokenLen is the length of 128 random bits as URL-safe text.
const visitorTokenLen = 22

// StartIn is a browser that says hello to an inbox.
type StartIn struct {
	Inbox    string  // public key
	Visitor  string  // the token that the browser was given before; "" for none
	Identity *string // a signed identity; nil for none. An empty one is refused: it is never a fallback
	Language string  // as the browser says it in Accept-Language: it finds who speaks it
}

// StartOut is what the browser goes on with.
type StartOut struct {
	Token    string // new, or the one that it came with
	Visitor  Visitor
	Customer Customer
	Inbox    Inbox
}

// StartVisitor begins or goes on with a browser's session. An unknown, ended or foreign token is no error: the
// browser gets a new one. A signed identity moves an anonymous browser, with the conversations that this browser
// began, to the customer whom it proves, and the browser gets a new token: whoever knew the old one proved nothing.
func (p *People) StartVisitor(ctx context.Context, in StartIn) (StartOut, error) {
	inbox, err := p.InboxByKey(ctx, in.Inbox)
	if err != nil {
		return StartOut{}, err
	}
	s := starting{people: p, inbox: inbox, sent: in.Visitor, language: firstLanguage(in.Language)}
	if in.Identity != nil {
		secrets, err := p.inboxSecrets(ctx, inbox.ID)
		if err != nil {
			return StartOut{}, err
		}
		who, err := verifyIdentity(*in.Identity, inbox.Key, secrets, p.log.Now().Std())
		if err != nil {
			return StartOut{}, err
		}
		s.who = &who
	} else if inbox.RequireIdentity {
		return StartOut{}, refused("this inbox demands one")
	}
	row, token, err := p.visitorByToken(ctx, in.Visitor)
	if err != nil {
		return StartOut{}, err
	}
	if row != nil && row.InboxID == inbox.ID { // inboxes never cross
		s.row, s.token = row, token
	}
	out, err := s.run(ctx)
	if out.Customer.Verified && !out.Visitor.Proven { // who it is, is told to whoever can prove to be it
		out.Customer = Customer{ID: out.Customer.ID, Attrs: map[string]string{}, CreatedAt: out.Customer.CreatedAt}
	}
	return out, err
}

// starting is one StartVisitor on its way.
type starting struct {
	people   *People
	inbox    *Inbox
	who      *proof        // what a signed identity says; nil for none
	row      *visitorRow   // nil for a browser that we do not know
	token    *visitorToken // the one it came with
	sent     string        // the same in clear
	language string
	barred   bool // a block was carried over to who it turned out to be
}

func (s *starting) run(ctx context.Context) (out StartOut, err error) {
	now := s.people.log.Now()
	if s.row != nil && s.who == nil && now < s.token.CreatedAt.Add(VisitorRotate) {
		if err := s.people.seenVisitor(ctx, s.row, s.token); err != nil {
			return StartOut{}, err
		}
		c, err := s.people.Customer(ctx, s.row.CustomerID)
		if err != nil {
			return StartOut{}, err
		}
		return StartOut{Token: s.sent, Visitor: s.row.visitor(s.token, now), Customer: *c, Inbox: *s.inbox}, nil
	}
	locks, err := s.locks(ctx)
	if err != nil {
		return StartOut{}, err
	}
	unit := events.Unit{By: events.SystemActor, Locks: locks}
	err = s.people.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		s.barred = false
		out, err = s.write(ctx, tx, &locks)
		return err
	})
	if s.barred {
		s.people.dir.Forget()
	}
	return out, err
}

// locks is what will probably be touched.
func (s *starting) locks(ctx context.Context) (l events.Locks, err error) {
	if s.row == nil && s.who == nil {
		return l, nil
	}
	if s.row == nil {
		l.Customers, err = s.people.provenBefore(ctx, *s.who)
		return l, err
	}
	l.Visitors, l.Customers = []events.ID{s.row.ID}, []events.ID{s.row.CustomerID}
	if s.who == nil {
		return l, nil
	}
	if l.Tickets, err = visitorTickets(ctx, s.people.log.Read(), s.row); err != nil {
		return l, err
	}
	proven, err := s.people.provenBefore(ctx, *s.who)
	l.Customers = append(l.Customers, proven...)
	return l, err
}

// write makes, identifies or rotates inside the transaction. held is what the unit locked; when that is not enough
// the unit runs again with more.
func (s *starting) write(ctx context.Context, tx *events.Tx, held *events.Locks) (StartOut, error) {
	if s.row == nil {
		c, err := s.customer(ctx, tx)
		if err != nil {
			return StartOut{}, err
		}
		return s.fresh(ctx, tx, c)
	}
	row := &visitorRow{}
	if err := readRow(ctx, tx, row, s.row.ID, "visitor"); err != nil {
		return StartOut{}, err
	}
	if s.who == nil {
		c := &Customer{}
		if err := readRow(ctx, tx, c, row.CustomerID, "customer"); err != nil {
			return StartOut{}, err
		}
		return s.rotate(ctx, tx, row, c)
	}
	c, err := s.people.prove(ctx, tx, *s.who)
	if err != nil {
		return StartOut{}, err
	}
	if row.CustomerID == c.ID {
		if s.token.ProvedUntil > tx.Now {
			return s.prolong(ctx, tx, row, c)
		}
		return s.rotate(ctx, tx, row, c)
	}
	was := &Customer{}
	if err := readRow(ctx, tx, was, row.CustomerID, "customer"); err != nil {
		return StartOut{}, err
	}
	if was.Verified { // another person at the same browser
		return s.fresh(ctx, tx, c)
	}
	s.barred = was.Blocked
	if err := c.inherit(ctx, tx, was); err != nil {
		return StartOut{}, err
	}
	if err := adopt(ctx, tx, row, c, held); err != nil {
		return StartOut{}, err
	}
	return s.rotate(ctx, tx, row, c)
}

// customer returns the proven customer, or a new anonymous one.
func (s *starting) customer(ctx context.Context, tx *events.Tx) (*Customer, error) {
	if s.who != nil {
		return s.people.prove(ctx, tx, *s.who)
	}
	c := &Customer{Attrs: map[string]string{}, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
		return nil, fmt.Errorf("insert customer: %w", err)
	}
	return c, nil
}

// fresh makes a new visitor for a customer.
func (s *starting) fresh(ctx context.Context, tx *events.Tx, c *Customer) (StartOut, error) {
	row := &visitorRow{CustomerID: c.ID, InboxID: s.inbox.ID, CreatedAt: tx.Now, LastSeenAt: tx.Now, Language: s.language}
	if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
		return StartOut{}, fmt.Errorf("insert visitor: %w", err)
	}
	return s.issue(ctx, tx, row, c, &visitorToken{})
}

// rotate gives a visitor a child of the token that it came with.
func (s *starting) rotate(ctx context.Context, tx *events.Tx, row *visitorRow, c *Customer) (StartOut, error) {
	row.LastSeenAt = tx.Now
	if _, err := tx.NewUpdate().Model(row).WherePK().Column("customer_id", "last_seen_at").Exec(ctx); err != nil {
		return StartOut{}, fmt.Errorf("update visitor %d: %w", row.ID, err)
	}
	_, err := tx.NewRaw(`DELETE FROM visitor_tokens WHERE visitor_id = ? AND expires_at <= ?`, row.ID, tx.Now).Exec(ctx)
	if err != nil {
		return StartOut{}, fmt.Errorf("drop old tokens of visitor %d: %w", row.ID, err)
	}
	return s.issue(ctx, tx, row, c, s.token)
}

// issue makes a token; it takes over the parent's proof unless a newer one was shown.
func (s *starting) issue(ctx context.Context, tx *events.Tx, row *visitorRow, c *Customer, parent *visitorToken) (StartOut, error) {
	clear := randomText(16)
	t := &visitorToken{TokenHash: hashToken(clear), VisitorID: row.ID, ParentHash: parent.TokenHash, CreatedAt: tx.Now,
		ExpiresAt: tx.Now.Add(VisitorIdle), ProvedUntil: parent.ProvedUntil}
	if s.who != nil {
		t.ProvedUntil = s.who.Until
	}
	if _, err := tx.NewInsert().Model(t).Exec(ctx); err != nil {
		return StartOut{}, fmt.Errorf("insert token of visitor %d: %w", row.ID, err)
	}
	return StartOut{Token: clear, Visitor: row.visitor(t, tx.Now), Customer: *c, Inbox: *s.inbox}, nil
}

// prolong keeps a token that was proven before and is proven again.
func (s *starting) prolong(ctx context.Context, tx *events.Tx, row *visitorRow, c *Customer) (StartOut, error) {
	t := *s.token
	t.ProvedUntil = max(t.ProvedUntil, s.who.Until)
	_, err := tx.NewUpdate().Model(&t).WherePK().Column("proved_until").Exec(ctx)
	if err != nil {
		return StartOut{}, fmt.Errorf("prolong the proof of visitor %d: %w", row.ID, err)
	}
	out := StartOut{Token: s.sent, Visitor: row.visitor(&t, tx.Now), Customer: *c, Inbox: *s.inbox}
	return out, touchVisitor(ctx, tx, row.ID, &t)
}

// adopt moves what an anonymous browser began to a proven customer. The anonymous customer, when nothing is left of
// it, points to the proven one from then on.
func adopt(ctx context.Context, tx *events.Tx, row *visitorRow, c *Customer, held *events.Locks) error {
	from := row.CustomerID
	mine, err := visitorTickets(ctx, tx, row)
	if err != nil {
		return err
	}
	by := events.Actor{Kind: events.Customer, ID: c.ID}
	if err := moveTickets(ctx, tx, mine, held, by, CustomerIdentified{Customer: c.ID, From: from}); err != nil {
		return err
	}
	row.CustomerID = c.ID
	var left int
	err = tx.NewRaw(`SELECT (SELECT count(*) FROM visitors WHERE customer_id = ? AND id <> ?)
		+ (SELECT count(*) FROM tickets WHERE customer_id = ?)
		+ (SELECT count(*) FROM identities WHERE customer_id = ?)`, from, row.ID, from, from).Scan(ctx, &left)
	if err != nil {
		return fmt.Errorf("look what is left of customer %d: %w", from, err)
	}
	if left > 0 {
		return nil
	}
	_, err = tx.NewRaw(`UPDATE customers SET merged_into = ?, updated_at = ?
		WHERE id = ? OR (merged_into = ? AND merged_into > 0)`, c.ID, tx.Now, from, from).Exec(ctx)
	if err != nil {
		return fmt.Errorf("merge customer %d: %w", from, err)
	}
	tx.RecordBy(by, 0, CustomerMerged{Into: c.ID, From: from})
	return nil
}

// Visitor returns the browser that a token belongs to, or Unauthenticated.
func (p *People) Visitor(ctx context.Context, token string) (Visitor, error) {
	no := fault.New(fault.Unauthenticated, "this visitor token is not good (any more)")
	row, t, err := p.visitorByToken(ctx, token)
	if err != nil {
		return Visitor{}, err
	}
	if row == nil {
		return Visitor{}, no
	}
	v := row.visitor(t, p.log.Now())
	snap, err := p.dir.Snapshot(ctx)
	if err != nil {
		return Visitor{}, err
	}
	inbox := snap.Inboxes[row.InboxID]
	if inbox == nil || inbox.DisabledAt != 0 || (inbox.RequireIdentity && !v.Proven) {
		return Visitor{}, no
	}
	return v, p.seenVisitor(ctx, row, t)
}

// LogoutVisitor ends all tokens of the browser that shows one of them.
func (p *People) LogoutVisitor(ctx context.Context, token string) error {
	row, _, err := p.visitorByToken(ctx, token)
	if err != nil || row == nil {
		return err
	}
	return p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw(`DELETE FROM visitor_tokens WHERE visitor_id = ?`, row.ID).Exec(ctx); err != nil {
			return fmt.Errorf("end tokens of visitor %d: %w", row.ID, err)
		}
		return nil
	})
}

// visitorByToken finds a visitor by a token that is good; nil when there is none.
func (p *People) visitorByToken(ctx context.Context, clear string) (*visitorRow, *visitorToken, error) {
	if len(clear) != visitorTokenLen {
		return nil, nil, nil
	}
	now := p.log.Now()
	var t visitorToken
	var v visitorRow
	// Every socket that comes back asks this, all of them at once after an outage: so it is one prepared query.
	rows, err := p.stmts.query(ctx, `SELECT t.token_hash, t.parent_hash, t.created_at, t.first_used_at, t.expires_at, t.proved_until,
			v.id, v.customer_id, v.inbox_id, v.created_at, v.last_seen_at
		FROM visitor_tokens t JOIN visitors v ON v.id = t.visitor_id
		WHERE t.token_hash = ? AND t.expires_at > ?`, hashToken(clear), int64(now))
	if err != nil {
		return nil, nil, wrapFind(err)
	}
	found, err := one(rows, &t.TokenHash, &t.ParentHash, &t.CreatedAt, &t.FirstUsedAt, &t.ExpiresAt, &t.ProvedUntil,
		&v.ID, &v.CustomerID, &v.InboxID, &v.CreatedAt, &v.LastSeenAt)
	if err != nil || !found || now >= v.LastSeenAt.Add(VisitorIdle) {
		return nil, nil, wrapFind(err)
	}
	t.VisitorID = v.ID
	return &v, &t, nil
}

func wrapFind(err error) error {
	if err != nil {
		return fmt.Errorf("find visitor: %w", err)
	}
	return nil
}

// seenVisitor notes a sign of life, at most once an hour, and the first use of a token.
func (p *People) seenVisitor(ctx context.Context, row *visitorRow, t *visitorToken) error {
	if t.FirstUsedAt != 0 && p.log.Now() < row.LastSeenAt.Add(seenEvery) {
		return nil
	}
	return p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		return touchVisitor(ctx, tx, row.ID, t)
	})
}

// touchVisitor also lets the parent of a token that is used for the first time run out: other tabs have VisitorGrace
// to learn the new one.
func touchVisitor(ctx context.Context, tx *events.Tx, visitor events.ID, t *visitorToken) error {
	_, err := tx.NewRaw(`UPDATE visitors SET last_seen_at = ? WHERE id = ? AND last_seen_at < ?`, tx.Now, visitor, tx.Now).Exec(ctx)
	if err == nil && t.FirstUsedAt == 0 {
		_, err = tx.NewRaw(`UPDATE visitor_tokens SET first_used_at = ? WHERE token_hash = ? AND first_used_at = 0`,
			tx.Now, t.TokenHash).Exec(ctx)
	}
	if err == nil && t.FirstUsedAt == 0 && t.ParentHash != "" {
		until := tx.Now.Add(VisitorGrace)
		_, err = tx.NewRaw(`UPDATE visitor_tokens SET expires_at = ? WHERE token_hash = ? AND expires_at > ?`,
			until, t.ParentHash, until).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("touch visitor %d: %w", visitor, err)
	}
	return nil
}

func (v *visitorRow) visitor(t *visitorToken, now events.Time) Visitor {
	return Visitor{ID: v.ID, CustomerID: v.CustomerID, InboxID: v.InboxID, Proven: t.ProvedUntil > now}
}

// visitorTickets lists what a browser began and its customer still holds.
func visitorTickets(ctx context.Context, db rawQuerier, row *visitorRow) (ids []events.ID, err error) {
	err = db.NewRaw(`SELECT id FROM tickets WHERE customer_id = ? AND visitor_id = ? ORDER BY id`,
		row.CustomerID, row.ID).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("read tickets of visitor %d: %w", row.ID, err)
	}
	return ids, nil
}

// needTickets asks for the tickets that the unit has not locked. Asked ones are noted as held, since the unit runs
// again with them.
func needTickets(held *events.Locks, ids []events.ID) error {
	var more []events.ID
	for _, id := range ids {
		if !slices.Contains(held.Tickets, id) {
			more = append(more, id)
		}
	}
	if len(more) == 0 {
		return nil
	}
	held.Tickets = append(slices.Clone(held.Tickets), more...)
	return events.NeedLocks{Locks: events.Locks{Tickets: more}}
}
