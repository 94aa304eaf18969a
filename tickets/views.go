package tickets

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Listed is a ticket with the names that go with its ids.
type Listed struct {
	Ticket
	CustomerName string // as given; "" for most visitors
	CustomerMail string
	AssigneeName string
	TeamName     string
	TagNames     []string // in alphabetical order

	// Of the preview, which is the newest public message: which agent wrote it, if one did.
	SaidBy   events.ID
	SaidName string
}

// CalledBy is what to call the customer in front of agents: by name, else by the address, "" for who gave neither.
func (t *Listed) CalledBy() string { return cmp.Or(t.CustomerName, t.CustomerMail) }

// View is a built-in list.
type View string

const (
	ViewAll        View = "all"
	ViewMine       View = "mine"       // of Filter.Agent
	ViewUnassigned View = "unassigned" // nobody has it
	ViewTeam       View = "team"       // of Filter.Team
)

// Scope is what a viewer may see at all: every ticket, or those of Teams and those that Agent has.
type Scope struct {
	Restricted bool
	Teams      []events.ID
	Agent      events.ID
}

// Filter says which tickets to list, and in which order: that of what people wrote, so that an act moves no ticket.
type Filter struct {
	Order    Order // NewestFirst unless set
	FromEnd  bool  // the last tickets of the order come first
	Scope    Scope
	View     View // ViewAll unless set
	Agent    events.ID
	Team     events.ID
	Statuses []Status // every status unless set
	Customer events.ID
	Topic    events.ID
	Topics   []events.ID // nil: no condition
	Tag      string
	Channel  Channel
	Standing Standing      // "": no condition
	IDs      []events.ID   // at most 100; nil: no condition
	Conds    []Cond        // all must hold
	Walk     []Cond        // all must hold, and do so often: the list is walked and each ticket is tried
	Among    []events.ID   // in order; the list is walked and these are kept; nil: no condition
	Bounded  bool          // there is more than Walk and Among tell of
	Known    int           // the conditions that make Walk and Among hold for so many tickets at least
	Patience time.Duration // how long to look before a page ends where it is; 0: as long as it takes
	Cursor   string
	Limit    int // 1 to 100; 50 unless set
}

// Cond is a condition on a ticket's row, which is called t. Its text is code; whatever comes from outside is in Args.
type Cond struct {
	SQL  string
	Each string // the same, better to be asked of one ticket after the other; "": SQL is
	Args []any
}

// Limits of lists.
const (
	MaxPage     = 100
	DefaultPage = 50
	maxListIDs  = 100
)

// listing is a query in the making.
type listing struct {
	s     *statements
	legs  []leg  // from the one of the cursor on
	from  cursor // in the first leg
	conds []string
	args  []any
}

func (l *listing) where(cond string, args ...any) {
	l.conds = append(l.conds, cond)
	l.args = append(l.args, args...)
}

// Tickets lists tickets. next is the cursor of the page after this one, "" at the end. Nothing is counted.
func (s *Store) Tickets(ctx context.Context, f Filter) (items []Listed, next string, err error) {
	if f.Limit == 0 {
		f.Limit = DefaultPage
	}
	return s.patiently(ctx, f)
}

// listed lists tickets in one statement, if their order has one leg.
func (s *Store) listed(ctx context.Context, f Filter) (items []Listed, next string, err error) {
	l, err := s.listing(f)
	if err != nil {
		return nil, "", err
	}
	if len(l.legs) > 1 {
		return s.listedByLegs(ctx, f)
	}
	text, args := l.text(f, l.legs[0])
	rows, err := s.stmts.query(ctx, text, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list tickets: %w", err)
	}
	if items, err = scanListed(rows); err != nil {
		return nil, "", err
	}
	if err := s.nameTags(ctx, items); err != nil {
		return nil, "", err
	}
	if err := s.titleOld(ctx, items); err != nil {
		return nil, "", err
	}
	if len(items) > f.Limit {
		items = items[:f.Limit]
		last := items[f.Limit-1]
		next = cursor{l.legs[0].mark, last.SaidAt, last.ID}.String()
	}
	return items, next, s.nameWords(ctx, items)
}

// listing turns the filter into conditions that one index can serve.
func (s *Store) listing(f Filter) (*listing, error) {
	l := &listing{s: s.stmts}
	if f.Limit < 1 || f.Limit > MaxPage {
		return nil, fault.On("limit", fmt.Sprintf("must be 1 to %d", MaxPage))
	}
	switch f.View {
	case "", ViewAll:
	case ViewMine: // the branch of each status says what "mine" is
	case ViewUnassigned:
		l.where("t.assignee_id = 0")
	case ViewTeam:
		l.where("t.team_id = ?", int64(f.Team))
	default:
		return nil, fault.On("view", "must be mine, unassigned, all or team:ID")
	}
	if err := CheckStatuses(f.Statuses); err != nil {
		return nil, err
	}
	if err := l.narrow(f); err != nil {
		return nil, err
	}
	if f.Scope.Restricted { // what nobody has is not "mine" to a scope without an agent
		l.where("("+l.s.among("t.team_id")+" OR (t.assignee_id = ? AND t.assignee_id > 0))", l.s.list(f.Scope.Teams), int64(f.Scope.Agent))
	}
	var err error
	if l.legs, err = f.legs(); err != nil || f.Cursor == "" {
		return l, err
	}
	from, at, err := parseCursor(f.Cursor, l.legs)
	l.from, l.legs = from, l.legs[at:]
	return l, err
}

func (l *listing) narrow(f Filter) error {
	if f.Customer != 0 {
		l.where("t.customer_id = ?", int64(f.Customer))
	}
	if f.Topic != 0 {
		l.where("t.topic_id = ? AND t.topic_id > 0", int64(f.Topic))
	}
	if f.Topics != nil {
		l.where(l.s.among("t.topic_id")+" AND t.topic_id > 0", l.s.list(f.Topics))
	}
	if f.Tag != "" {
		tag, err := CleanTag(f.Tag)
		if err != nil {
			return err
		}
		l.where("t.id IN (SELECT tt.ticket_id FROM tags g JOIN ticket_tags tt ON tt.tag_id = g.id WHERE g.name = ?)", tag)
	}
	if f.Channel != "" {
		l.where("t.channel = ?", string(f.Channel))
	}
	if f.Standing != "" {
		conds, err := f.Standing.conditions()
		if err != nil {
			return err
		}
		for _, cond := range conds {
			l.where(cond)
		}
	}
	if f.IDs != nil {
		if len(f.IDs) > maxListIDs {
			return fault.On("ids", fmt.Sprintf("must be at most %d", maxListIDs))
		}
		l.where(l.s.among("t.id"), l.s.list(f.IDs))
	}
	for _, c := range f.Conds {
		l.where(c.SQL, c.Args...)
	}
	return nil
}

// CheckStatuses refuses a status that is none.
func CheckStatuses(list []Status) error {
	for _, st := range list {
		if !slices.Contains(allStatuses(), st) {
			return fault.On("status", fmt.Sprintf("must be one of %q", allStatuses()))
		}
	}
	return nil
}

func allStatuses() []Status { return []Status{Open, Pending, Snoozed, Resolved, Closed} }

// text puts the query together: the page of ids, and only then the rows and names of what is on it.
func (l *listing) text(f Filter, g leg) (string, []any) {
	page, args := l.page(f, g, f.Limit+1)
	return "SELECT " + ticketColumns + ", COALESCE(c.name, ''), COALESCE(c.email, ''), COALESCE(a.name, ''), COALESCE(m.name, '') FROM (" + page +
		`) p JOIN tickets t ON t.id = p.id LEFT JOIN customers c ON c.id = t.customer_id
		LEFT JOIN agents a ON a.id = t.assignee_id LEFT JOIN teams m ON m.id = t.team_id
		` + g.order("p.at", "p.id"), args
}

// statuses returns the branches to look into; "" is one branch for all.
func (f Filter) statuses() []Status {
	narrow := f.Customer != 0 || f.Topic != 0 || f.Topics != nil || f.Tag != "" || f.IDs != nil
	switch {
	case len(f.Statuses) > 0:
		return slices.Compact(slices.Sorted(slices.Values(f.Statuses)))
	case f.View == ViewMine:
		return []Status{Open, Pending, Snoozed}
	case f.View == "" || f.View == ViewAll || narrow:
		return []Status{""}
	}
	return allStatuses() // the indexes of these views hold the status before the time
}

// branch is what holds for the tickets of one status. Nobody owns a resolved ticket any more: then it is still mine
// when I was the last.
func (f Filter) branch(st Status) (b branch) {
	if f.View == ViewMine {
		column := "t.assignee_id"
		if st == Resolved || st == Closed {
			column = "t.last_owner_id"
		}
		b = branch{[]string{column + " = ?"}, []any{int64(f.Agent)}}
	}
	if st != "" {
		b.conds, b.args = append(b.conds, "t.status = ?"), append(b.args, string(st))
	}
	return b
}

func scanListed(rows *sql.Rows) ([]Listed, error) {
	out := []Listed{}
	err := each(rows, func(rows *sql.Rows) error {
		var t Listed
		if err := rows.Scan(append(t.targets(), &t.CustomerName, &t.CustomerMail, &t.AssigneeName, &t.TeamName)...); err != nil {
			return fmt.Errorf("list tickets: %w", err)
		}
		out = append(out, t)
		return nil
	})
	return out, err
}
