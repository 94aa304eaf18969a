package issues

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"heard/feedback"
	"heard/migrations"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// ReleasePatch changes a release; nil leaves a field.
type ReleasePatch struct {
	Version    *string
	At         *events.Time
	URL, Notes *string
}

// IncidentPatch changes an incident; nil leaves a field. The end 0 says that it goes on.
type IncidentPatch struct {
	Name     *string
	From, To *events.Time
	URL      *string
}

// set puts what is given in its place and tells whether that made a difference.
func set[T comparable](into *T, given *T) bool {
	if given == nil || *into == *given {
		return false
	}
	*into = *given
	return true
}

// check cleans a release that is at a known time.
func (r *Release) check(wrong *fault.Fields, now events.Time) {
	r.Version = lineOf(wrong, "version", r.Version, maxVersion)
	r.URL = linkOf(wrong, "url", r.URL)
	momentOf(wrong, "at", r.At, now)
	if utf8.RuneCountInString(r.Notes) > maxNotes || !utf8.ValidString(r.Notes) || strings.ContainsRune(r.Notes, 0) {
		wrong.Add("notes", fmt.Sprintf("must hold at most %d characters", maxNotes))
	}
}

// check cleans an incident.
func (in *Incident) check(wrong *fault.Fields, now events.Time) {
	in.Name = lineOf(wrong, "name", in.Name, maxName)
	in.URL = linkOf(wrong, "url", in.URL)
	momentOf(wrong, "from", in.From, now)
	if in.To != 0 && in.To < in.From {
		wrong.Add("to", "must not lie before from")
	} else if in.To != 0 {
		momentOf(wrong, "to", in.To, now)
	}
}

// ChangeRelease puts a release right. Its time stays while a fix is judged from it on.
func (s *Store) ChangeRelease(ctx context.Context, by events.Actor, id events.ID, p ReleasePatch) (Release, error) {
	var r Release
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) (err error) {
		if r, err = lockRelease(ctx, tx, id); err != nil {
			return err
		}
		was := r
		moved := set(&r.At, p.At)
		changed := set(&r.Version, p.Version)
		changed = set(&r.URL, p.URL) || changed
		changed = set(&r.Notes, p.Notes) || changed
		if !changed && !moved {
			return nil
		}
		var wrong fault.Fields
		r.check(&wrong, tx.Now)
		if err := wrong.Err(); err != nil {
			return err
		}
		if moved {
			if err := refuseWhileJudged(ctx, tx, id, "at"); err != nil {
				return err
			}
		}
		if err := refuseTaken(ctx, tx, "version", r.Version != was.Version, `SELECT id FROM releases WHERE version = ? AND id <> ?`, r.Version, id); err != nil {
			return err
		}
		_, err = tx.NewRaw(`UPDATE releases SET version = ?, at = ?, url = ?, notes = ? WHERE id = ?`, r.Version, r.At, r.URL, r.Notes, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("change release %s: %w", id, err)
		}
		tx.Record(0, feedback.ReleaseChanged{Release: id})
		return nil
	})
	return r, err
}

// DeleteRelease takes a release away, unless an issue was fixed in it.
func (s *Store) DeleteRelease(ctx context.Context, by events.Actor, id events.ID) error {
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := lockRelease(ctx, tx, id); err != nil {
			return err
		}
		if err := refuseWhileJudged(ctx, tx, id, ""); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`DELETE FROM releases WHERE id = ?`, id).Exec(ctx); err != nil {
			return fmt.Errorf("delete release %s: %w", id, err)
		}
		tx.Record(0, feedback.ReleaseDeleted{Release: id})
		return nil
	})
}

// ChangeIncident puts an incident right.
func (s *Store) ChangeIncident(ctx context.Context, by events.Actor, id events.ID, p IncidentPatch) (Incident, error) {
	var in Incident
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) (err error) {
		if in, err = lockIncident(ctx, tx, id); err != nil {
			return err
		}
		was := in
		changed := set(&in.Name, p.Name)
		changed = set(&in.From, p.From) || changed
		changed = set(&in.To, p.To) || changed
		changed = set(&in.URL, p.URL) || changed
		if !changed {
			return nil
		}
		var wrong fault.Fields
		in.check(&wrong, tx.Now)
		if err := wrong.Err(); err != nil {
			return err
		}
		if err := refuseTaken(ctx, tx, "name", in.Name != was.Name || in.From != was.From,
			`SELECT id FROM incidents WHERE name = ? AND from_at = ? AND id <> ?`, in.Name, in.From, id); err != nil {
			return err
		}
		_, err = tx.NewRaw(`UPDATE incidents SET name = ?, from_at = ?, to_at = ?, url = ? WHERE id = ?`, in.Name, in.From, in.To, in.URL, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("change incident %s: %w", id, err)
		}
		tx.Record(0, feedback.IncidentChanged{Incident: id})
		return nil
	})
	return in, err
}

// DeleteIncident takes an incident away.
func (s *Store) DeleteIncident(ctx context.Context, by events.Actor, id events.ID) error {
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := lockIncident(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`DELETE FROM incidents WHERE id = ?`, id).Exec(ctx); err != nil {
			return fmt.Errorf("delete incident %s: %w", id, err)
		}
		tx.Record(0, feedback.IncidentDeleted{Incident: id})
		return nil
	})
}

// ReleaseCalled finds a release by its version; 0 for none.
func (s *Store) ReleaseCalled(ctx context.Context, version string) (events.ID, error) {
	var ids []events.ID
	if err := s.log.Read().NewRaw(`SELECT id FROM releases WHERE version = ?`, strings.Join(strings.Fields(version), " ")).Scan(ctx, &ids); err != nil {
		return 0, fmt.Errorf("find release: %w", err)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	return ids[0], nil
}

// held makes a row of markers nobody else's for a transaction.
func held(tx *events.Tx) string {
	if tx.Dialect() == migrations.Postgres {
		return " FOR UPDATE"
	}
	return ""
}

func lockRelease(ctx context.Context, tx *events.Tx, id events.ID) (Release, error) {
	var rows []Release
	if err := tx.NewRaw(`SELECT id, version, at, url, notes FROM releases WHERE id = ?`+held(tx), id).Scan(ctx, &rows); err != nil {
		return Release{}, fmt.Errorf("read release %s: %w", id, err)
	}
	if len(rows) == 0 {
		return Release{}, fault.New(fault.NotFound, "there is no such release")
	}
	return rows[0], nil
}

func lockIncident(ctx context.Context, tx *events.Tx, id events.ID) (Incident, error) {
	var rows []incidentRow
	if err := tx.NewRaw(`SELECT id, name, from_at, to_at, url FROM incidents WHERE id = ?`+held(tx), id).Scan(ctx, &rows); err != nil {
		return Incident{}, fmt.Errorf("read incident %s: %w", id, err)
	}
	if len(rows) == 0 {
		return Incident{}, fault.New(fault.NotFound, "there is no such incident")
	}
	return rows[0].incident(), nil
}

// refuseWhileJudged refuses to move or drop a release from which the fix of an issue is counted.
func refuseWhileJudged(ctx context.Context, tx *events.Tx, release events.ID, field string) error {
	var ids []events.ID
	if err := tx.NewRaw(`SELECT id FROM issues WHERE fixed_in = ? ORDER BY id LIMIT 1`, release).Scan(ctx, &ids); err != nil {
		return fmt.Errorf("look for issues fixed in release %s: %w", release, err)
	}
	if len(ids) == 0 {
		return nil
	}
	out := fault.Newf(fault.Conflict, "issue %s is marked as fixed in this release", ids[0])
	if field != "" {
		out.Fields = []fault.Field{{Field: field, Detail: out.Detail}}
	}
	return out
}

// refuseTaken refuses what names another marker. query is code and finds it.
func refuseTaken(ctx context.Context, tx *events.Tx, field string, changed bool, query string, args ...any) error {
	if !changed {
		return nil
	}
	var ids []events.ID
	if err := tx.NewRaw(query, args...).Scan(ctx, &ids); err != nil {
		return fmt.Errorf("look for another %s: %w", field, err)
	}
	if len(ids) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Detail: field + " is that of another one", Fields: []fault.Field{{Field: field, Detail: "is that of another one"}}}
}
