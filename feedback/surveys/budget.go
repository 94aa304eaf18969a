package surveys

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
)

// span is how far back, in days, the number of askings is counted.
const span = 90

// person is what the budget knows of somebody, under all the customer rows that are this person.
type person struct {
	id       events.ID // the row that is not merged
	blocked  bool
	optedOut bool
	address  string // hash of it; "" for none
	language string

	open   bool        // a survey waits for an answer
	last   events.Time // of the newest asking that counts
	recent int         // askings within span that count
}

// budget is how often a person may be asked.
type budget struct {
	cooldownDays int
	most         int // in span; 0: no such limit
}

// refuses is the budget's part of a decision: "" when the person may be asked.
func (b budget) refuses(p *person, now events.Time) Reason {
	switch {
	case p.open:
		return AlreadyOpen
	case p.last != 0 && now < p.last+days(b.cooldownDays):
		return Cooldown
	case b.most > 0 && p.recent >= b.most:
		return Budget
	}
	return ""
}

// alone makes this transaction the only one that asks: the cursor of the consumer is the lock that all askings hold,
// so that no two of them can both see that a person was never asked.
func (s *Store) alone(ctx context.Context, tx *events.Tx) error {
	_, err := tx.NewRaw(`UPDATE cursors SET updated_at = ? WHERE name = ?`, tx.Now, consumerName).Exec(ctx)
	return wrap("be the only one who asks", err)
}

// readPerson reads what the budget knows of the person that a customer row belongs to.
func (s *Store) readPerson(ctx context.Context, tx *events.Tx, customer events.ID) (person, error) {
	p := person{id: customer}
	var rows []tickets.Customer
	err := tx.NewSelect().Model(&rows).Column("id", "merged_into", "email", "blocked").Where("id = ?", customer).Scan(ctx)
	if err != nil {
		return p, fmt.Errorf("read customer %s: %w", customer, err)
	}
	if len(rows) == 0 {
		return p, nil
	}
	c := rows[0]
	if c.MergedInto != 0 {
		return s.readPerson(ctx, tx, c.MergedInto)
	}
	p.blocked, p.address = c.Blocked, s.addressHash(c.Email)
	if err := p.history(ctx, tx); err != nil {
		return p, err
	}
	var n int
	if err := tx.NewRaw(`SELECT count(*) FROM survey_optouts WHERE customer_id = ? OR address_hash = ? AND address_hash <> ''
			OR customer_id IN (SELECT id FROM customers WHERE merged_into = ? AND merged_into > 0)`,
		p.id, p.address, p.id).Scan(ctx, &n); err != nil {
		return p, fmt.Errorf("look whether customer %s wants to be asked: %w", p.id, err)
	}
	p.optedOut = n > 0
	var languages []string
	err = tx.NewRaw(`SELECT language FROM visitors WHERE customer_id = ? AND language <> '' ORDER BY last_seen_at DESC, id DESC LIMIT 1`, p.id).
		Scan(ctx, &languages)
	if len(languages) > 0 {
		p.language = languages[0]
	}
	return p, wrap("read the language of a customer", err)
}

// history reads what the person was asked before: under whatever customer row that was, on whatever of the person's
// tickets (a browser that proved who it is leaves its old row behind), at the same address. A survey that was taken
// back before a letter went out was not used, so that it does not count.
func (p *person) history(ctx context.Context, tx *events.Tx) error {
	var past []Invitation
	err := tx.NewSelect().Model(&past).Where("(withdrawn_at = 0 OR mailed_at > 0)").
		Where(`(customer_id = ? OR customer_id IN (SELECT id FROM customers WHERE merged_into = ? AND merged_into > 0)
			OR ticket_id IN (SELECT id FROM tickets WHERE customer_id = ?) OR address_hash = ? AND address_hash <> '')`,
			p.id, p.id, p.id, p.address).
		OrderExpr("id DESC").Limit(100).Scan(ctx)
	if err != nil {
		return fmt.Errorf("read earlier surveys of customer %s: %w", p.id, err)
	}
	for _, inv := range past {
		at := inv.AskedAt
		if at == 0 { // nobody asked: the person came by a link
			at = inv.AnsweredAt
		}
		p.last = max(p.last, at)
		p.open = p.open || inv.AnsweredAt == 0 && inv.WithdrawnAt == 0 && tx.Now < inv.ExpiresAt
		if at > tx.Now-days(span) {
			p.recent++
		}
	}
	return nil
}

// addressHash names an address without keeping it; "" for none.
func (s *Store) addressHash(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	if address == "" {
		return ""
	}
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "address\x00%s", address)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}
