package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/tickets/events"
)

// CustomerFilter picks customers, those with the newest message of a ticket first; those who never had one come last.
type CustomerFilter struct {
	Scope      Scope  // restricted: those with a ticket that it holds, and only these are counted
	Query      string // the beginning of a word of the name, of the address or of the business's own id
	Email      string
	ExternalID string
	Rated      bool // with how satisfied they were
	Cursor     string
	Limit      int // 1 to 100; 50 unless set
}

// ListedCustomer is a customer with what a list shows of the tickets.
type ListedCustomer struct {
	Customer
	Tickets, Open int
	LastContact   events.Time
	Rated         bool // whether the next two were asked for
	Answers       int  // to the question how satisfied one was
	Satisfied     int
}

// maxFound bounds how many customers a search puts in order: the newest ones.
const maxFound = 2000

// Customers lists customers within a scope. next is the cursor of the page after, "" at the end.
func (s *Store) Customers(ctx context.Context, f CustomerFilter) (list []ListedCustomer, next string, err error) {
	limit := pageSize(f.Limit)
	var from cursor
	if f.Cursor != "" {
		if from, _, err = parseCursor(f.Cursor, []leg{{mark: newestFirst}}); err != nil {
			return nil, "", err
		}
	}
	var rows []customerPlace
	if f.Query+f.Email+f.ExternalID != "" {
		rows, err = s.customersFound(ctx, f, from, limit+1)
	} else {
		rows, err = s.customersByContact(ctx, f, from, limit+1)
	}
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].String()
	}
	ids := make([]events.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.customer
	}
	list, err = s.customersNamed(ctx, f, ids)
	return list, next, err
}

// CustomerKnown returns one customer as lists show it. The scope narrows what is counted, not whether it is found.
func (s *Store) CustomerKnown(ctx context.Context, f CustomerFilter, id events.ID) (*ListedCustomer, error) {
	list, err := s.customersNamed(ctx, f, []events.ID{id})
	if err != nil || len(list) == 0 {
		return &ListedCustomer{}, err
	}
	return &list[0], nil
}

// customerPlace is a customer, and where in the list it stands.
type customerPlace struct {
	cursor
	customer events.ID
}

func (s *Store) customerPlaces(ctx context.Context, text string, args ...any) (out []customerPlace, err error) {
	rows, err := s.stmts.query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list customers: %w", err)
	}
	return out, each(rows, func(rows *sql.Rows) error {
		var p customerPlace
		if err := rows.Scan(&p.customer, &p.at, &p.id); err != nil {
			return fmt.Errorf("list customers: %w", err)
		}
		p.mark = newestFirst
		out = append(out, p)
		return nil
	})
}

// within is the condition that a ticket, called by that name, is in the scope.
func (s *Store) within(scope Scope, ticket string) (string, []any) {
	if !scope.Restricted {
		return "", nil
	}
	return " AND (" + s.stmts.among(ticket+".team_id") + " OR (" + ticket + ".assignee_id = ? AND " + ticket + ".assignee_id > 0))",
		[]any{s.stmts.list(scope.Teams), int64(scope.Agent)}
}

// customersByContact walks the tickets from the newest message on and stops at each that is its customer's newest.
func (s *Store) customersByContact(ctx context.Context, f CustomerFilter, from cursor, most int) (out []customerPlace, err error) {
	if from.at > 0 || from.id == 0 {
		outer, args := s.within(f.Scope, "t")
		inner, more := s.within(f.Scope, "n")
		if from.id > 0 {
			outer, args = outer+" AND (t.said_at, t.id) < (?, ?)", append(args, int64(from.at), int64(from.id))
		}
		out, err = s.customerPlaces(ctx, `SELECT t.customer_id, t.said_at, t.id FROM tickets t WHERE t.customer_id > 0`+outer+`
			AND t.id = (SELECT n.id FROM tickets n WHERE n.customer_id = t.customer_id`+inner+` ORDER BY n.said_at DESC, n.id DESC LIMIT 1)
			ORDER BY t.said_at DESC, t.id DESC LIMIT ?`, append(append(args, more...), most)...)
		if err != nil || len(out) == most || f.Scope.Restricted {
			return out, err
		}
		from = cursor{}
	}
	text, args := "", []any{}
	if from.id > 0 {
		text, args = " AND c.id < ?", append(args, int64(from.id))
	}
	rest, err := s.customerPlaces(ctx, `SELECT c.id, 0, c.id FROM customers c WHERE c.merged_into = 0
		AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.customer_id = c.id)`+text+` ORDER BY c.id DESC LIMIT ?`, append(args, most-len(out))...)
	return append(out, rest...), err
}

// customersFound looks for customers by their names and puts the newest of those in order.
func (s *Store) customersFound(ctx context.Context, f CustomerFilter, from cursor, most int) ([]customerPlace, error) {
	inner, args := s.within(f.Scope, "t")
	conds, more := f.conditions()
	args = append(append(args, more...), maxFound)
	outer := ""
	if f.Scope.Restricted {
		outer = " AND q.contact > 0"
	}
	if from.id > 0 {
		outer, args = outer+" AND (q.contact, q.id) < (?, ?)", append(args, int64(from.at), int64(from.id))
	}
	return s.customerPlaces(ctx, `SELECT q.id, q.contact, q.id FROM (SELECT c.id, COALESCE((SELECT MAX(t.said_at) FROM tickets t
		WHERE t.customer_id = c.id`+inner+`), 0) AS contact FROM customers c WHERE c.merged_into = 0`+conds+` ORDER BY c.id DESC LIMIT ?) q
		WHERE TRUE`+outer+` ORDER BY q.contact DESC, q.id DESC LIMIT ?`, append(args, most)...)
}

func (f CustomerFilter) conditions() (text string, args []any) {
	if f.Email != "" {
		text, args = text+" AND c.email = ?", append(args, strings.ToLower(f.Email))
	}
	if f.ExternalID != "" {
		text += " AND c.id = (SELECT customer_id FROM identities WHERE realm = 0 AND kind = ? AND value = ?)"
		args = append(args, string(ByExternalID), f.ExternalID)
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		low := escapeLike(strings.ToLower(q)) + "%"
		r, n := utf8.DecodeRuneInString(q)
		title := escapeLike(string(unicode.ToUpper(r))+q[n:]) + "%" // SQLite knows the small letters of English only
		text += ` AND (lower(c.name) LIKE ? ESCAPE '!' OR lower(c.name) LIKE ? ESCAPE '!' OR c.name LIKE ? ESCAPE '!' OR c.name LIKE ? ESCAPE '!'
			OR c.email LIKE ? ESCAPE '!' OR lower(c.external_id) LIKE ? ESCAPE '!')`
		args = append(args, low, "% "+low, title, "% "+title, low, low)
	}
	return text, args
}

// customersNamed reads customers, in that order, with what is counted of their tickets.
func (s *Store) customersNamed(ctx context.Context, f CustomerFilter, ids []events.ID) ([]ListedCustomer, error) {
	if len(ids) == 0 {
		return []ListedCustomer{}, nil
	}
	found, err := s.customerRows(ctx, ids)
	if err != nil {
		return nil, err
	}
	if err := s.countTicketsOf(ctx, f, ids, found); err != nil {
		return nil, err
	}
	out := make([]ListedCustomer, 0, len(ids))
	for _, id := range ids {
		if c := found[id]; c != nil {
			out = append(out, *c)
		}
	}
	return out, nil
}

func (s *Store) customerRows(ctx context.Context, ids []events.ID) (map[events.ID]*ListedCustomer, error) {
	rows, err := s.stmts.query(ctx, `SELECT id, name, email, phone, external_id, verified, organization_id, attrs, blocked, blocked_at,
		block_reason, created_at FROM customers WHERE `+s.stmts.among("id"), s.stmts.list(ids))
	if err != nil {
		return nil, fmt.Errorf("read customers: %w", err)
	}
	out := make(map[events.ID]*ListedCustomer, len(ids))
	return out, each(rows, func(rows *sql.Rows) error {
		c := &ListedCustomer{}
		err := rows.Scan(&c.ID, &c.Name, &c.Email, &c.Phone, &c.ExternalID, &c.Verified, &c.OrganizationID, jsonText{&c.Attrs}, &c.Blocked,
			&c.BlockedAt, &c.BlockReason, &c.CreatedAt)
		if err != nil {
			return fmt.Errorf("read customers: %w", err)
		}
		out[c.ID] = c
		return nil
	})
}

func (s *Store) countTicketsOf(ctx context.Context, f CustomerFilter, ids []events.ID, into map[events.ID]*ListedCustomer) error {
	scope, args := s.within(f.Scope, "t")
	args = append([]any{s.stmts.list(ids)}, args...)
	count := func(text string, scan func(c *ListedCustomer) []any) error {
		rows, err := s.stmts.query(ctx, text+" WHERE "+s.stmts.among("t.customer_id")+scope+" GROUP BY t.customer_id", args...)
		if err != nil {
			return fmt.Errorf("count tickets of customers: %w", err)
		}
		return each(rows, func(rows *sql.Rows) error {
			var id events.ID
			var c ListedCustomer
			if err := rows.Scan(append([]any{&id}, scan(&c)...)...); err != nil {
				return fmt.Errorf("count tickets of customers: %w", err)
			}
			if known := into[id]; known != nil {
				known.Tickets, known.Open, known.LastContact = max(known.Tickets, c.Tickets), max(known.Open, c.Open), max(known.LastContact, c.LastContact)
				known.Answers, known.Satisfied = c.Answers, c.Satisfied
			}
			return nil
		})
	}
	err := count(`SELECT t.customer_id, COUNT(*), SUM(CASE WHEN t.status IN ('open', 'pending', 'snoozed') THEN 1 ELSE 0 END), MAX(t.said_at)
		FROM tickets t`, func(c *ListedCustomer) []any { return []any{&c.Tickets, &c.Open, &c.LastContact} })
	if err != nil || !f.Rated {
		return err
	}
	for _, c := range into {
		c.Rated = true
	}
	return count(`SELECT t.customer_id, COUNT(*), SUM(CASE WHEN r.score >= CASE WHEN i.high = 10 THEN 9 ELSE 4 END THEN 1 ELSE 0 END)
		FROM tickets t JOIN survey_invitations i ON i.ticket_id = t.id AND i.kind = 'csat' AND i.answered_at > 0 AND i.withdrawn_at = 0
		JOIN survey_responses r ON r.invitation_id = i.id`, func(c *ListedCustomer) []any { return []any{&c.Answers, &c.Satisfied} })
}
