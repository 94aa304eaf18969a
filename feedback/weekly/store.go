package weekly

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heard/feedback/rollups"
	"heard/feedback/weekly/lines"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Store keeps actions, subscribers and links.
type Store struct {
	log *events.Log
	dir *tickets.Directory
	key []byte // signs links
}

// New returns the store. The desk's key makes and checks the links of reports.
func New(ctx context.Context, log *events.Log, people *tickets.People) (*Store, error) {
	key, err := people.SigningKey(ctx, "reports")
	if err != nil {
		return nil, fmt.Errorf("read the key of report links: %w", err)
	}
	return &Store{log: log, dir: people.Directory(), key: key}, nil
}

// thisWeek is the desk's week of now.
func (s *Store) thisWeek(ctx context.Context) (string, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return "", err
	}
	return rollups.NewCalendar(snap.Settings).WeekOf(s.log.Now()), nil
}

const (
	maxText    = 200
	maxAddress = 254
)

// line cleans one line of text: runs of white space become one space, nothing invisible stays.
func line(wrong *fault.Fields, field, text string, most int) string {
	if !utf8.ValidString(text) {
		wrong.Add(field, "is not valid UTF-8")
		return ""
	}
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case strings.ContainsFunc(text, lines.Hidden):
		wrong.Add(field, "must not hold control characters")
	case text == "":
		wrong.Add(field, "must not be empty")
	case utf8.RuneCountInString(text) > most:
		wrong.Add(field, fmt.Sprintf("must hold at most %d characters", most))
	}
	return text
}

// address checks the shape of an e-mail address and lower-cases it.
func address(wrong *fault.Fields, field, text string) string {
	text = strings.TrimSpace(text)
	addr, err := mail.ParseAddress(text)
	if err != nil || len(text) > maxAddress || addr.Name != "" || addr.Address != text || strings.ContainsFunc(text, lines.Hidden) ||
		strings.ContainsAny(text, " \"<>,;") {
		wrong.Add(field, "is not an e-mail address")
		return ""
	}
	return strings.ToLower(text)
}

// due checks the day by which something is to be done: none, or one from the beginning of the week in which it was agreed.
func (s *Store) due(ctx context.Context, wrong *fault.Fields, week, day string) error {
	if day == "" {
		return nil
	}
	if date, err := time.Parse(time.DateOnly, day); err != nil || date.Year() < 2000 || date.Year() > 2199 {
		wrong.Add("due", "must be a day like 2026-11-23")
		return nil
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	cal := rollups.NewCalendar(snap.Settings)
	from, _ := cal.Week(week)
	if first := cal.DayOf(from); day < first {
		wrong.Add("due", "must not be before "+first+", when the week begins in which the action was made")
	}
	return nil
}

// owner checks that an agent may be given work; 0 is nobody.
func (s *Store) owner(ctx context.Context, wrong *fault.Fields, field string, id events.ID) error {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	if a := snap.Agents[id]; id != 0 && (a == nil || a.DisabledAt != 0) {
		wrong.Add(field, "is not an agent of this desk")
	}
	return nil
}

// exists asks whether a row of a table is there.
func (s *Store) exists(ctx context.Context, table string, id events.ID) (bool, error) {
	var found []events.ID
	if err := s.log.Read().NewRaw(`SELECT id FROM `+table+` WHERE id = ?`, id).Scan(ctx, &found); err != nil {
		return false, fmt.Errorf("look for a row of %s: %w", table, err)
	}
	return len(found) > 0, nil
}

// changed records a change of what belongs to the report, for the audit trail.
func changed(tx *events.Tx, noun string, id events.ID, action string, fields ...string) {
	slices.Sort(fields)
	tx.Record(0, tickets.SettingChanged{Noun: noun, ID: id, Action: action, Fields: fields})
}
