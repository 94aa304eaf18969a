package search

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// none is the value of what is not there.
const none = "none"

// states are the values of is: that are no status.
func states() []string {
	return []string{"unassigned", "mine", "waiting", "unread", "spam", "offline", "handed_off", "reopened"}
}

// things are the values of has:.
func things() []string { return []string{"attachment", "note", "draft", "comment"} }

// checkValues refuses values that are wrong at any desk.
func (t Term) checkValues() error {
	for _, v := range t.Values {
		word := strings.ToLower(v.Text)
		switch t.Key {
		case "is":
			if !isStatus(word) && !slices.Contains(states(), word) {
				return errAt(t, "takes open, pending, snoozed, resolved, closed, %s", strings.Join(states(), ", "))
			}
		case "has":
			if !slices.Contains(things(), word) {
				return errAt(t, "takes %s", strings.Join(things(), ", "))
			}
		case "channel":
			if !slices.Contains([]tickets.Channel{tickets.Chat, tickets.API, tickets.Email}, tickets.Channel(word)) {
				return errAt(t, "takes chat, api or email")
			}
		case "priority":
			if !slices.Contains([]tickets.Priority{tickets.Low, tickets.Normal, tickets.High, tickets.Urgent}, tickets.Priority(word)) {
				return errAt(t, "takes low, normal, high or urgent")
			}
		case "csat":
			if _, _, ok := scoreOf(word); word != none && !ok {
				return errAt(t, "takes a score such as 1, <=2 or >=4, or none")
			}
		case "before", "after", "created":
			if _, err := spanOf(t, word, 0, time.UTC); err != nil {
				return err
			}
		case "waiting":
			if _, _, ok := ageOf(word); !ok {
				return errAt(t, "takes a time such as >2h, <30m or 3d")
			}
		case "tag":
			if _, err := tickets.CleanTag(v.Text); err != nil {
				return errAt(t, "is no tag")
			}
		case "from", "subject":
			if len(cut(v.Text).words) == 0 {
				return errAt(t, "needs a letter or a digit")
			}
		}
	}
	return nil
}

func isStatus(word string) bool {
	return tickets.CheckStatuses([]tickets.Status{tickets.Status(word)}) == nil
}

// comparison splits `<=2` into the operator and the rest; op is "" when there is none.
func comparison(s string) (op, rest string) {
	for _, op := range []string{"<=", ">=", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			return op, rest
		}
	}
	return "", s
}

// scoreOf reads `<=2`. The operator is SQL's.
func scoreOf(s string) (op string, score int64, ok bool) {
	op, rest := comparison(s)
	if op == "" {
		op = "="
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	return op, n, err == nil && n >= 1 && n <= 10 && len(rest) <= 2
}

// durationOf reads 30m, 2h, 3d or 2w.
func durationOf(s string) (time.Duration, bool) {
	if len(s) < 2 || len(s) > 6 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 32)
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s[len(s)-1]]
	return time.Duration(n) * unit, err == nil && unit > 0
}

// ageOf reads `>2h`: how old, and whether at least that.
func ageOf(s string) (age time.Duration, older, ok bool) {
	op, rest := comparison(s)
	age, ok = durationOf(rest)
	return age, op != "<" && op != "<=", ok && op != "="
}

// span is the moments from (included) to (not included); 0 has no bound.
type span struct{ from, to events.Time }

// spanOf reads the value of before, after and created: a day, a comparison with one, a range of days, or an age.
func spanOf(t Term, s string, now events.Time, zone *time.Location) (span, error) {
	op, rest := comparison(s)
	if t.Key != "created" && op != "" {
		return span{}, errAt(t, "takes a day such as 2026-11-01, or an age such as 3d")
	}
	if age, ok := durationOf(rest); ok && op != "=" {
		moment := now.Add(-age)
		if t.Key == "before" || op == ">" || op == ">=" {
			return span{to: moment}, nil // an age above that
		}
		return span{from: moment}, nil
	}
	first, last, ranged := strings.Cut(rest, "..")
	if !ranged {
		last = first
	}
	begin, err := time.ParseInLocation(time.DateOnly, first, zone)
	end, err2 := time.ParseInLocation(time.DateOnly, last, zone)
	if err != nil || err2 != nil || ranged && (op != "" || t.Key != "created") || begin.Year() < 1970 || end.Year() < 1970 || end.Before(begin) {
		return span{}, errAt(t, "takes a day such as 2026-11-01, or an age such as 3d")
	}
	from, to := events.TimeOf(begin), events.TimeOf(end.AddDate(0, 0, 1))
	switch {
	case t.Key == "before" || op == "<":
		return span{to: from}, nil
	case t.Key == "after" || op == ">=":
		return span{from: from}, nil
	case op == ">":
		return span{from: to}, nil
	case op == "<=":
		return span{to: to}, nil
	}
	return span{from, to}, nil
}
