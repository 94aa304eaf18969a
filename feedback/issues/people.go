package issues

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heard/feedback"
	"heard/migrations"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

const (
	maxName     = 120                  // characters
	maxSplit    = 200                  // tickets split off at once
	oldestFix   = 180 * 24 * time.Hour // a fix longer ago cannot be judged any more
	clockSpread = 5 * time.Minute      // by which a browser's clock may be ahead
)

var errNoIssue = fault.New(fault.NotFound, "there is no such issue")

// Patch is what a person changes about an issue; nil leaves it.
type Patch struct {
	Status  *Status
	Name    *string
	Owner   *events.ID
	Tracker *Tracker     // where work goes on elsewhere; without an address none
	FixedAt *events.Time // with status fixed; now unless set
	FixedIn *string      // with status fixed: a release, whose time is that of the fix; "" for none

	release events.ID
}

const maxTrackerKey = 60

func (p *Patch) check(now events.Time) error {
	var wrong fault.Fields
	if p.Status != nil && !slices.Contains([]Status{Flagged, Acknowledged, InProgress, Marked, WontFix}, *p.Status) {
		wrong.Add("status", "must be flagged, acknowledged, in_progress, fixed or wont_fix")
	}
	if p.Name != nil {
		name := strings.Join(strings.Fields(*p.Name), " ")
		if n := utf8.RuneCountInString(name); n < 1 || n > maxName || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
			wrong.Add("name", fmt.Sprintf("must be 1 to %d characters", maxName))
		}
		p.Name = &name
	}
	if p.Tracker != nil {
		p.Tracker = p.Tracker.clean(&wrong)
	}
	if p.FixedIn != nil && *p.FixedIn != "" {
		if p.Status == nil || *p.Status != Marked {
			wrong.Add("fixed_in", "belongs to status fixed")
		}
		if p.FixedAt != nil && *p.FixedAt != 0 {
			wrong.Add("fixed_at", "follows from fixed_in")
		}
	}
	if p.FixedAt != nil && *p.FixedAt != 0 {
		if p.Status == nil || *p.Status != Marked {
			wrong.Add("fixed_at", "belongs to status fixed")
		}
		if *p.FixedAt > now.Add(clockSpread) || *p.FixedAt < now.Add(-oldestFix) {
			wrong.Add("fixed_at", "must not lie in the future, nor more than 180 days back")
		}
	}
	return wrong.Err()
}

// Change does what a person says about an issue. No night undoes it.
func (s *Store) Change(ctx context.Context, by events.Actor, id events.ID, p Patch) error {
	return s.ChangeAt(ctx, by, id, p, 0)
}

// ChangeAt is Change by somebody who did it at another moment, elsewhere or in a story: 0 is now. It counts for that
// moment, but comes after all that happened to the issue; the log says when it became known.
func (s *Store) ChangeAt(ctx context.Context, by events.Actor, id events.ID, p Patch, at events.Time) error {
	if err := p.check(s.log.Now()); err != nil {
		return err
	}
	if p.Owner != nil && *p.Owner != 0 {
		snap, err := s.dir.Snapshot(ctx)
		if err != nil {
			return err
		}
		if a := snap.Agents[*p.Owner]; a == nil || a.DisabledAt != 0 {
			return fault.On("owner", "is no agent of this desk")
		}
	}
	if err := s.resolveRelease(ctx, &p); err != nil {
		return err
	}
	fixed := false
	err := s.log.Write(ctx, events.Unit{By: by, Imported: at != 0}, func(ctx context.Context, tx *events.Tx) error {
		x, err := lock(ctx, tx, id)
		if err == nil {
			err = x.date(ctx, tx, at)
		}
		if err != nil {
			return err
		}
		if err := x.describe(ctx, tx, p); err != nil {
			return err
		}
		fixed, err = x.decide(ctx, tx, p)
		return err
	})
	if err != nil || !fixed || at != 0 {
		return err // of a fix of the past the nights that followed are the judges
	}
	l, err := s.ledger(ctx)
	if err != nil {
		return err
	}
	return s.verify(ctx, l, l.day, 0)
}

// resolveRelease finds the release that a patch names: its time is that of the fix.
func (s *Store) resolveRelease(ctx context.Context, p *Patch) error {
	if p.FixedIn == nil || *p.FixedIn == "" {
		return nil
	}
	var rows []Release
	if err := s.log.Read().NewRaw(`SELECT id, version, at FROM releases WHERE version = ?`, *p.FixedIn).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("find release: %w", err)
	}
	if len(rows) == 0 {
		return fault.On("fixed_in", "is no release that was marked")
	}
	if rows[0].At < s.log.Now().Add(-oldestFix) {
		return fault.On("fixed_in", "was shipped more than 180 days ago")
	}
	p.release, p.FixedAt = rows[0].ID, &rows[0].At
	return nil
}

// lock reads an issue that is not part of another, for a change.
func lock(ctx context.Context, tx *events.Tx, id events.ID) (*issue, error) {
	hold := ""
	if tx.Dialect() == migrations.Postgres {
		hold = " FOR UPDATE"
	}
	var rows []*issue
	if err := tx.NewRaw(`SELECT `+issueColumns+` FROM issues WHERE id = ? AND merged_into = 0`+hold, id).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read issue: %w", err)
	}
	if len(rows) == 0 {
		return nil, errNoIssue
	}
	return rows[0], nil
}

// describe sets name and owner.
func (x *issue) describe(ctx context.Context, tx *events.Tx, p Patch) error {
	var fields []string
	if p.Name != nil && *p.Name != x.Name {
		fields = append(fields, "name")
		if err := x.remember(ctx, tx, step{"name", x.Name, *p.Name}); err != nil {
			return err
		}
		x.Name = *p.Name
		if _, err := tx.NewRaw(`UPDATE topics SET name = ? WHERE id = ?`, x.Name, x.TopicID).Exec(ctx); err != nil {
			return fmt.Errorf("name topic: %w", err)
		}
	}
	if p.Owner != nil && *p.Owner != x.OwnerID {
		fields = append(fields, "owner")
		if err := x.remember(ctx, tx, step{"owner", x.OwnerID.String(), p.Owner.String()}); err != nil {
			return err
		}
		x.OwnerID = *p.Owner
	}
	if p.Tracker != nil && (p.Tracker.URL != x.TrackerURL || p.Tracker.Key != x.TrackerKey) {
		fields = append(fields, "tracker")
		if err := x.remember(ctx, tx, step{"tracker", x.TrackerURL, p.Tracker.URL}); err != nil {
			return err
		}
		x.TrackerURL, x.TrackerKey = p.Tracker.URL, p.Tracker.Key
	}
	if len(fields) == 0 {
		return nil
	}
	_, err := tx.NewRaw(`UPDATE issues SET name = ?, owner_id = ?, tracker_url = ?, tracker_key = ?, touched = TRUE, updated_at = ? WHERE id = ?`,
		x.Name, x.OwnerID, x.TrackerURL, x.TrackerKey, tx.Now, x.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("change issue: %w", err)
	}
	tx.RecordAt(x.when(tx), tx.By, 0, feedback.IssueChanged{Issue: x.ID, Fields: fields, Owner: x.OwnerID})
	return nil
}

// decide sets the status; fixed says that there is a fix to judge.
func (x *issue) decide(ctx context.Context, tx *events.Tx, p Patch) (fixed bool, err error) {
	if p.Status == nil {
		return false, nil
	}
	at := events.Time(0)
	if *p.Status == Marked {
		if at = x.when(tx); p.FixedAt != nil && *p.FixedAt != 0 {
			at = min(*p.FixedAt, tx.Now)
		}
		if x.Status == Marked && (p.FixedAt == nil || at == x.FixedAt) && (p.FixedIn == nil || p.release == x.FixedIn) {
			return false, nil
		}
		if p.FixedAt == nil && x.Status == Marked { // the release is taken back, not the day
			at = x.FixedAt
		}
		x.FixedIn = p.release
	} else if *p.Status == x.Status {
		return false, nil
	}
	if *p.Status != Marked && x.FixedAt != 0 { // taken back: the history keeps the date and the verdict
		x.FixedAt, x.FixedIn = 0, 0
	}
	if err := x.setStatus(ctx, tx, *p.Status, at); err != nil {
		return false, err
	}
	if _, err := tx.NewRaw(`UPDATE issues SET verdict = 'null' WHERE id = ?`, x.ID).Exec(ctx); err != nil {
		return false, fmt.Errorf("change issue: %w", err)
	}
	return *p.Status == Marked, nil
}

// mergeRows makes x part of into, without its topics going up in those of into.
func (s *Store) mergeRows(ctx context.Context, by events.Actor, x, into *issue) error {
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		from, err := lock(ctx, tx, x.ID)
		if err != nil {
			return err
		}
		to, err := lock(ctx, tx, into.ID)
		if err != nil {
			return err
		}
		return from.mergeInto(ctx, tx, to)
	})
	if err != nil {
		return fmt.Errorf("merge issues: %w", err)
	}
	return nil
}

func (x *issue) mergeInto(ctx context.Context, tx *events.Tx, into *issue) error {
	for _, q := range []struct {
		text string
		args []any
	}{
		{`UPDATE issues SET merged_into = ?, updated_at = ? WHERE id = ?`, []any{into.ID, tx.Now, x.ID}},
		{`UPDATE issues SET touched = (touched OR ?), updated_at = ? WHERE id = ?`, []any{tx.By.Kind != events.System, tx.Now, into.ID}},
		{`UPDATE issue_topics SET issue_id = ? WHERE issue_id = ?`, []any{into.ID, x.ID}},
	} {
		if _, err := tx.NewRaw(q.text, q.args...).Exec(ctx); err != nil {
			return fmt.Errorf("merge issue %s: %w", x.ID, err)
		}
	}
	tx.Record(0, feedback.IssueMerged{Issue: x.ID, Into: into.ID})
	if err := x.remember(ctx, tx, step{"merged", "", into.ID.String()}); err != nil {
		return err
	}
	return into.remember(ctx, tx, step{"merged", x.ID.String(), ""})
}

// Merge makes an issue part of another one for good: its topics go up in that one's, its tickets are pinned there.
func (s *Store) Merge(ctx context.Context, by events.Actor, id, into events.ID) error {
	if id == into {
		return fault.On("into", "is the same issue")
	}
	s.nights.Lock()
	defer s.nights.Unlock()
	var target events.ID
	var gone []events.ID
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		x, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		to, err := lock(ctx, tx, into)
		if err != nil {
			return fault.On("into", "is no issue")
		}
		gone = gone[:0]
		if err := tx.NewRaw(`SELECT topic_id FROM issue_topics WHERE issue_id = ? ORDER BY topic_id`, x.ID).Scan(ctx, &gone); err != nil {
			return fmt.Errorf("read topics: %w", err)
		}
		target = to.TopicID
		if _, err := tx.NewRaw(`UPDATE topics SET merged_into = ?, tickets = 0 WHERE id IN (?) AND merged_into = 0 AND id <> ?`,
			target, bun.List(gone), target).Exec(ctx); err != nil {
			return fmt.Errorf("merge topics: %w", err)
		}
		return x.mergeInto(ctx, tx, to)
	})
	if err != nil {
		return err
	}
	if err := s.unite(ctx, by, gone, target); err != nil {
		return err
	}
	return s.measureNow(ctx)
}

// unite moves the tickets of merged topics, and tells this node's model.
func (s *Store) unite(ctx context.Context, by events.Actor, gone []events.ID, target events.ID) error {
	var rows []membership
	err := s.log.Read().NewRaw(`SELECT ticket_id, topic_id, pinned, sure, at FROM topic_members WHERE topic_id IN (?)`, bun.List(gone)).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read topics of tickets: %w", err)
	}
	moves := make([]assignment, len(rows))
	for i, r := range rows {
		moves[i] = assignment{ticket: r.TicketID, from: r.TopicID, to: target, at: r.At}
	}
	if err := s.reassign(ctx, by, moves, correct); err != nil {
		return err
	}
	topics, err := s.catalog(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live != nil {
		for _, id := range gone {
			s.live.Join(topics.byID[id].Key, topics.lives(id).Key)
		}
		s.topics = topics.keys()
	}
	return nil
}

// measureNow computes the figures after people changed what belongs together.
func (s *Store) measureNow(ctx context.Context) error {
	l, err := s.ledger(ctx)
	if err != nil {
		return err
	}
	return s.measure(ctx, l, nil)
}
