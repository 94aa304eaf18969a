package tickets

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Order is how the tickets of a list follow on each other. It changes nothing about which they are.
type Order string

const (
	NewestFirst    Order = "newest"  // by the newest public message
	OldestFirst    Order = "oldest"  // the same from the other end
	WaitingLongest Order = "waiting" // whose customer waits for an answer, longest first; then the others, newest first
)

// leg is a stretch of an order that indexes hold: one column up or down.
type leg struct {
	mark   byte   // of its cursors
	cond   string // which tickets are in it; "" for all
	column string
	down   bool
}

// A ticket waits as long as its row says so: what is done with waits no more, whatever its customer wrote last.
const (
	awaited   = "t.waiting_since > 0" // and the statuses of its branch
	unawaited = "(t.waiting_since = 0 OR t.status IN ('resolved', 'closed'))"

	bySaid    = "t.said_at"
	byWaiting = "t.waiting_since"
)

// newestFirst marks the cursors of the usual order. Those of a former version, which ordered by the newest change, have no
// mark: they would lead to a wrong page.
const newestFirst = 'n'

// legs are the stretches of a list's order, in the order of its pages.
func (f Filter) legs() ([]leg, error) {
	newest, oldest := leg{newestFirst, "", bySaid, true}, leg{'o', "", bySaid, false}
	switch f.Order {
	case "", NewestFirst:
		if f.FromEnd {
			return []leg{oldest}, nil
		}
		return []leg{newest}, nil
	case OldestFirst:
		if f.FromEnd {
			return []leg{newest}, nil
		}
		return []leg{oldest}, nil
	case WaitingLongest:
		if f.FromEnd {
			return []leg{{'I', unawaited, bySaid, false}, {'W', awaited, byWaiting, true}}, nil
		}
		return []leg{{'w', awaited, byWaiting, false}, {'i', unawaited, bySaid, true}}, nil
	}
	return nil, fault.On("order", "must be newest, oldest or waiting")
}

// cursor is a place in a list: behind the ticket with this time and id, in the leg of that mark.
type cursor struct {
	mark byte
	at   events.Time
	id   events.ID
}

func (c cursor) String() string {
	b := binary.BigEndian.AppendUint64([]byte{c.mark}, uint64(c.at))
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(b, uint64(c.id)))
}

// parseCursor reads a cursor of a list with these legs, and finds its leg.
func parseCursor(s string, legs []leg) (c cursor, at int, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err == nil && len(b) == 16 {
		return cursor{}, 0, fault.On("cursor", "is of an older version, whose lists had another order: read the list from its beginning")
	}
	if err != nil || len(b) != 17 || !strings.ContainsRune("nowiWI", rune(b[0])) {
		return cursor{}, 0, fault.On("cursor", "is not one that a list gave")
	}
	c = cursor{b[0], events.Time(binary.BigEndian.Uint64(b[1:])), events.ID(binary.BigEndian.Uint64(b[9:]))}
	if c.at < 0 || c.id <= 0 {
		return cursor{}, 0, fault.On("cursor", "is not one that a list gave")
	}
	if at = slices.IndexFunc(legs, func(l leg) bool { return l.mark == c.mark }); at < 0 {
		return cursor{}, 0, fault.On("cursor", "is of a list in another order: read this one from its beginning")
	}
	return c, at, nil
}

// behind is the condition that a ticket comes after a place of this leg.
func (l leg) behind(c cursor) (string, []any) {
	than := ">"
	if l.down {
		than = "<"
	}
	return "(" + l.column + ", t.id) " + than + " (?, ?)", []any{int64(c.at), int64(c.id)}
}

// order sorts the columns at and id of a leg.
func (g leg) order(at, id string) string {
	if g.down {
		return " ORDER BY " + at + " DESC, " + id + " DESC"
	}
	return " ORDER BY " + at + ", " + id
}

// page finds ids of one leg for every status, each in the order of its index, merged and cut.
func (l *listing) page(f Filter, g leg, most int) (string, []any) {
	var parts []string
	var args []any
	for _, b := range f.branches(g) {
		if g.mark == l.from.mark {
			cond, at := g.behind(l.from)
			b.conds, b.args = append(b.conds, cond), append(b.args, at...)
		}
		part := "SELECT t.id, " + g.column + " AS at FROM tickets t"
		if conds := append(b.conds, l.conds...); len(conds) > 0 {
			part += " WHERE " + strings.Join(conds, " AND ")
		}
		parts = append(parts, "SELECT * FROM ("+part+g.order(g.column, "t.id")+" LIMIT ?) b")
		args = append(append(append(args, b.args...), l.args...), most)
	}
	return "SELECT * FROM (" + strings.Join(parts, " UNION ALL ") + ") u" + g.order("at", "id") + " LIMIT ?", append(args, most)
}

// branch is what holds for the tickets of one index.
type branch struct {
	conds []string
	args  []any
}

// branches are the indexes to look into for one leg. Who is awaited is few: those of all statuses are in one. Of the others, a
// status says who they are wherever it can.
func (f Filter) branches(g leg) (out []branch) {
	statuses := f.statuses()
	if g.column == byWaiting {
		b := f.branch("")
		b.conds = append(b.conds, g.cond)
		b.conds, b.args = f.meant(b.conds, b.args)
		return []branch{b}
	}
	for _, st := range statuses {
		b := f.branch(st)
		switch {
		case g.cond == "" || st == Resolved || st == Closed:
		case st == "":
			b.conds = append(b.conds, g.cond)
		default:
			b.conds = append(b.conds, "t.waiting_since = 0")
			if st == Open { // an index of its own has the few that are left, and knows them by these words
				b.conds = append(b.conds, "t.status = 'open'")
			}
		}
		out = append(out, b)
	}
	return out
}

// meant leaves out the statuses that a list of who waits does not mean. It is asked in a way that no index of statuses serves
// and no statistics judge: the planners would read that index, or think so few are left that they may as well be sorted.
func (f Filter) meant(conds []string, args []any) ([]string, []any) {
	out, statuses := "'resolved', 'closed'", f.statuses()
	for _, st := range []Status{Open, Pending, Snoozed} {
		if statuses[0] != "" && !slices.Contains(statuses, st) {
			out, args = out+", ?", append(args, string(st))
		}
	}
	return append(conds, "CASE WHEN t.status IN ("+out+") THEN FALSE ELSE TRUE END"), args
}
