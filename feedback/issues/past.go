package issues

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"time"

	"heard/tickets/events"
)

// heldAt is when the night that follows a day is held.
func (l *ledger) heldAt(day int) events.Time {
	y, m, d := time.Unix(int64(l.first+day+1)*24*60*60, 0).UTC().Date()
	return events.TimeOf(time.Date(y, m, d, nightHour, 0, 0, 0, l.zone))
}

func (l *ledger) weekday(day int) time.Weekday {
	return time.Unix(int64(l.first+day)*24*60*60, 0).UTC().Weekday()
}

// effective is the night that a flag counts for; 0 for this one. What came with an import, or while no night ran, would
// have been found in the night after it happened. What nights saw and did not find is news of today.
func (n *nightly) effective(l *ledger, f Flag) events.Time {
	held := l.heldAt(f.Day)
	if f.Test.Hours > 0 || held >= l.now {
		return 0
	}
	if n.before == 0 {
		return held
	}
	known, on := 0, f.on()
	window := max(f.Test.Window, 1)
	for i := l.firstOf(f.Day - window + 1); i < len(l.members) && l.members[i].day <= f.Day; i++ {
		if m := &l.members[i]; slices.Contains(on, int64(m.TopicID)) {
			if known++; n.fresh[m.TicketID] {
				known -= 2
			}
		}
	}
	if known >= 0 {
		return 0
	}
	return held
}

// firstOf is the first member of a day or a later one.
func (l *ledger) firstOf(day int) int {
	return sort.Search(len(l.members), func(i int) bool { return l.members[i].day >= day })
}

// mostlyFresh says whether most of the desk's tickets are new to the nights, as after an import.
func (n *nightly) mostlyFresh(l *ledger) bool {
	fresh := 0
	for i := range l.members {
		if n.fresh[l.members[i].TicketID] {
			fresh++
		}
	}
	return 2*fresh > len(l.members)
}

// when is the moment that a change of an issue counts for: never in the future, nor before what happened to it last.
func (x *issue) when(tx *events.Tx) events.Time {
	if x.at == 0 {
		return tx.Now
	}
	return min(max(x.at, x.last), tx.Now)
}

// date says for which moment the changes of an issue count that follow; 0 is now.
func (x *issue) date(ctx context.Context, tx *events.Tx, at events.Time) error {
	if x.at = at; at == 0 {
		return nil
	}
	err := tx.NewRaw(`SELECT COALESCE(MAX(at), 0) FROM issue_history WHERE issue_id = ?`, x.ID).Scan(ctx, &x.last)
	if err != nil {
		return fmt.Errorf("read history of issue %s: %w", x.ID, err)
	}
	return nil
}

// standing is how an issue stood at a moment.
type standing struct {
	status Status
	kind   Kind
	owner  events.ID
}

// standings takes the steps of issues back that came at a moment or later. An issue that was opened then is missing.
func (s *Store) standings(ctx context.Context, list []*issue, at events.Time) (map[events.ID]standing, error) {
	out := make(map[events.ID]standing, len(list))
	for _, x := range list {
		out[x.ID] = standing{x.Status, x.Kind, x.OwnerID}
	}
	var rows []struct {
		IssueID         events.ID
		What, FromValue string
	}
	err := s.log.Read().NewRaw(`SELECT issue_id, what, from_value FROM issue_history WHERE at >= ? ORDER BY at DESC, id DESC`, at).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read how issues stood: %w", err)
	}
	for _, r := range rows {
		x, ok := out[r.IssueID]
		if !ok {
			continue
		}
		switch r.What {
		case "status":
			x.status = Status(r.FromValue)
		case "kind":
			x.kind = Kind(r.FromValue)
		case "owner":
			id, _ := strconv.ParseInt(r.FromValue, 10, 64) // we wrote it
			x.owner = events.ID(id)
		case "split":
			if r.FromValue != "" {
				x.status = "" // this one was made by it
			}
		}
		if out[r.IssueID] = x; x.status == "" {
			delete(out, r.IssueID)
		}
	}
	return out, nil
}

// readLast reads when each issue's newest step was.
func (s *Store) readLast(ctx context.Context, list []*issue) error {
	var rows []struct {
		IssueID events.ID
		At      events.Time
	}
	if err := s.log.Read().NewRaw(`SELECT issue_id, MAX(at) AS at FROM issue_history GROUP BY issue_id`).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("read history of issues: %w", err)
	}
	last := make(map[events.ID]events.Time, len(rows))
	for _, r := range rows {
		last[r.IssueID] = r.At
	}
	for _, x := range list {
		x.last = last[x.ID]
	}
	return s.readBack(ctx, list)
}

// readBack reads when each issue came back last.
func (s *Store) readBack(ctx context.Context, list []*issue) error {
	var rows []struct {
		IssueID events.ID
		At      events.Time
	}
	err := s.log.Read().NewRaw(`SELECT issue_id, MAX(at) AS at FROM issue_history WHERE what = 'status' AND to_value = ? GROUP BY issue_id`,
		string(Regressed)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read history of issues: %w", err)
	}
	back := make(map[events.ID]events.Time, len(rows))
	for _, r := range rows {
		back[r.IssueID] = r.At
	}
	for _, x := range list {
		x.back = back[x.ID]
	}
	return nil
}
