package issues

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"net/url"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Release is something that the business shipped.
type Release struct {
	ID      events.ID   `json:"id"`
	Version string      `json:"version"`
	At      events.Time `json:"at"`
	URL     string      `json:"url"`
	Notes   string      `json:"notes"`
}

// Incident is something that was broken for a while.
type Incident struct {
	ID   events.ID   `json:"id"`
	Name string      `json:"name"`
	From events.Time `json:"from"`
	To   events.Time `json:"to" doc:"null: it goes on"`
	URL  string      `json:"url"`
}

// Marker is a release or an incident as charts and reports draw it.
type Marker struct {
	Kind string      `json:"kind"` // release or incident
	Name string      `json:"name"`
	At   events.Time `json:"at"`
	To   events.Time `json:"to"` // null: a moment, or it goes on
	URL  string      `json:"url"`
}

const (
	maxVersion = 60
	maxNotes   = 2000
	maxLink    = 2000
	oldest     = events.Time(946684800000) // 2000-01-01: an older moment is a slip
)

// lineOf checks a short text of a person; spaces are made one.
func lineOf(wrong *fault.Fields, field, s string, most int) string {
	out := strings.Join(strings.Fields(s), " ")
	if n := utf8.RuneCountInString(out); n < 1 || n > most || !utf8.ValidString(out) || strings.ContainsFunc(out, unicode.IsControl) {
		wrong.Add(field, fmt.Sprintf("must be 1 to %d characters", most))
	}
	return out
}

// linkOf checks an address that people may follow; "" is none.
func linkOf(wrong *fault.Fields, field, s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || len(s) > maxLink || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		!utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsSpace) || strings.ContainsFunc(s, unicode.IsControl) {
		wrong.Add(field, "must be an address that begins with https:// or http://")
	}
	return s
}

// momentOf checks a moment that has been.
func momentOf(wrong *fault.Fields, field string, at, now events.Time) {
	if at < oldest || at > now.Add(clockSpread) {
		wrong.Add(field, "must not lie in the future, nor before the year 2000")
	}
}

// AddRelease notes a release. The same again is the one that is there; another with its version is refused.
func (s *Store) AddRelease(ctx context.Context, by events.Actor, r Release) (_ Release, fresh bool, err error) {
	var wrong fault.Fields
	now := s.log.Now()
	given, at := r.At, cmp.Or(r.At, now)
	r.At = at
	r.check(&wrong, now)
	r.At = given
	if err := wrong.Err(); err != nil {
		return Release{}, false, err
	}
	out := r
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		out, fresh = r, false
		var ids []events.ID
		err := tx.NewRaw(`INSERT INTO releases (version, at, url, notes, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (version) DO NOTHING RETURNING id`, r.Version, min(at, tx.Now), r.URL, r.Notes, by.ID, tx.Now).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("note release: %w", err)
		}
		if len(ids) == 1 {
			out.ID, out.At, fresh = ids[0], min(at, tx.Now), true
			tx.Record(0, feedback.ReleaseMarked{Release: out.ID})
			return nil
		}
		there := Release{}
		if err := tx.NewRaw(`SELECT id, version, at, url, notes FROM releases WHERE version = ?`, r.Version).Scan(ctx, &there); err != nil {
			return fmt.Errorf("read release: %w", err)
		}
		if r.At != 0 && r.At != there.At || r.URL != there.URL || r.Notes != there.Notes {
			return &fault.Error{Kind: fault.Conflict, Detail: "version is that of another release", Fields: []fault.Field{{Field: "version", Detail: "is that of another release"}}}
		}
		out = there
		return nil
	})
	return out, fresh, err
}

// AddIncident notes an incident. The same name and beginning again is the one that is there; it may bring its end.
func (s *Store) AddIncident(ctx context.Context, by events.Actor, in Incident) (_ Incident, fresh bool, err error) {
	var wrong fault.Fields
	in.check(&wrong, s.log.Now())
	if err := wrong.Err(); err != nil {
		return Incident{}, false, err
	}
	out := in
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		out, fresh = in, false
		var ids []events.ID
		err := tx.NewRaw(`INSERT INTO incidents (name, from_at, to_at, url, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (name, from_at) DO NOTHING RETURNING id`, in.Name, in.From, in.To, in.URL, by.ID, tx.Now).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("note incident: %w", err)
		}
		if len(ids) == 1 {
			out.ID, fresh = ids[0], true
			tx.Record(0, feedback.IncidentMarked{Incident: out.ID})
			return nil
		}
		return again(ctx, tx, &out)
	})
	return out, fresh, err
}

// again is an incident that is there already: an end that was not known is added.
func again(ctx context.Context, tx *events.Tx, in *Incident) error {
	var there incidentRow
	err := tx.NewRaw(`SELECT id, name, from_at, to_at, url FROM incidents WHERE name = ? AND from_at = ?`, in.Name, in.From).Scan(ctx, &there)
	if err != nil {
		return fmt.Errorf("read incident: %w", err)
	}
	if there.ToAt == 0 && in.To != 0 {
		if _, err := tx.NewRaw(`UPDATE incidents SET to_at = ? WHERE id = ?`, in.To, there.ID).Exec(ctx); err != nil {
			return fmt.Errorf("end incident: %w", err)
		}
		there.ToAt = in.To
		tx.Record(0, feedback.IncidentMarked{Incident: there.ID})
	}
	if in.To != 0 && in.To != there.ToAt {
		return fault.On("to", "differs from the end that this incident has")
	}
	*in = there.incident()
	return nil
}

type incidentRow struct {
	ID           events.ID
	Name         string
	FromAt, ToAt events.Time
	URL          string
}

func (r incidentRow) incident() Incident { return Incident{r.ID, r.Name, r.FromAt, r.ToAt, r.URL} }

// Releases returns releases, newest first, that are older than before (0: all).
func (s *Store) Releases(ctx context.Context, before events.ID, limit int) ([]Release, error) {
	rows := []Release{}
	err := s.log.Read().NewRaw(`SELECT id, version, at, url, notes FROM releases WHERE ? = 0 OR id < ? ORDER BY id DESC LIMIT ?`, before, before, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	return rows, nil
}

// Incidents returns incidents, newest first, as Releases does.
func (s *Store) Incidents(ctx context.Context, before events.ID, limit int) ([]Incident, error) {
	var rows []incidentRow
	err := s.log.Read().NewRaw(`SELECT id, name, from_at, to_at, url FROM incidents WHERE ? = 0 OR id < ? ORDER BY id DESC LIMIT ?`, before, before, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	out := make([]Incident, len(rows))
	for i, r := range rows {
		out[i] = r.incident()
	}
	return out, nil
}

const mostMarkers = 500

// Markers returns what happened in [from, to), oldest first: releases, and incidents that reach into it.
func (s *Store) Markers(ctx context.Context, from, to events.Time) ([]Marker, error) {
	var rows []struct {
		Kind, Name, URL string
		At, ToAt        events.Time
	}
	err := s.log.Read().NewRaw(`SELECT 'release' AS kind, version AS name, url, at, 0 AS to_at FROM releases WHERE at >= ? AND at < ?
		UNION ALL SELECT 'incident', name, url, from_at, to_at FROM incidents WHERE from_at < ? AND (to_at >= ? OR to_at = 0)
		ORDER BY 4 DESC LIMIT ?`, from, to, to, from, mostMarkers).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read markers: %w", err)
	}
	out := make([]Marker, len(rows))
	for i, r := range rows {
		out[i] = Marker{r.Kind, r.Name, r.At, r.ToAt, r.URL}
	}
	slices.SortStableFunc(out, func(a, b Marker) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(b.Kind, a.Kind), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// Movement is an issue that came to another status.
type Movement struct {
	Issue   events.ID         `json:"issue"`
	Name    string            `json:"name"` // as it is called now
	From    Status            `json:"from"` // "" for one that was opened
	To      Status            `json:"to"`
	At      events.Time       `json:"at"`
	By      tickets.WireActor `json:"by"`
	Verdict Outcome           `json:"verdict"` // what the counts said of the fix then; "" for nothing
}

// Movements returns what became of issues in [from, to), oldest first.
func (s *Store) Movements(ctx context.Context, from, to events.Time) ([]Movement, error) {
	var rows []struct {
		IssueID                     events.ID
		At                          events.Time
		ByKind                      events.ActorKind
		ByID                        events.ID
		FromValue, ToValue, Verdict string
	}
	err := s.log.Read().NewRaw(`SELECT issue_id, at, by_kind, by_id, from_value, to_value, verdict FROM issue_history
		WHERE what = 'status' AND at >= ? AND at < ? ORDER BY at, id`, from, to).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read what became of issues: %w", err)
	}
	var ids []events.ID
	for _, r := range rows {
		if !slices.Contains(ids, r.IssueID) {
			ids = append(ids, r.IssueID)
		}
	}
	names, err := s.IssueNames(ctx, ids)
	if err != nil {
		return nil, err
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Movement, len(rows))
	for i, r := range rows {
		out[i] = Movement{Issue: r.IssueID, Name: names[r.IssueID], From: Status(r.FromValue), To: Status(r.ToValue), At: r.At,
			By: tickets.WireActor{Kind: r.ByKind, ID: r.ByID}}
		if r.ByKind == events.Agent {
			out[i].By.Name = snap.AgentName(r.ByID)
		}
		var v *Verdict
		if json.Unmarshal([]byte(r.Verdict), &v) == nil && v != nil {
			out[i].Verdict = v.State
		}
	}
	return out, nil
}
