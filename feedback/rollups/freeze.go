package rollups

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

const (
	grace = 90 * time.Minute // after a week's end, until its last chats have matured
	quiet = time.Minute      // after the newest imported event, until an import counts as over
	bound = 6 * time.Hour    // after a week's end, until it is told without the night that covers its last day
)

// reportRow is one telling of a finished week.
type reportRow struct {
	Week     string
	Revision int
	Body     string
	MadeAt   events.Time
	Reason   string
}

// frozen returns the newest telling of a finished week; nil when there is none.
func (r *Rollups) frozen(ctx context.Context, week string) (*Report, error) {
	rep, err := r.newest(ctx, week)
	if err != nil || rep == nil {
		return nil, err
	}
	return rep, r.tell(ctx, rep, Filter{})
}

// newest is frozen without names and words.
func (r *Rollups) newest(ctx context.Context, week string) (*Report, error) {
	rows, err := r.revisions(ctx, week)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	newest := rows[len(rows)-1]
	rep := &Report{}
	if err := json.Unmarshal([]byte(newest.Body), rep); err != nil {
		return nil, fmt.Errorf("read report %s: %w", week, err)
	}
	made := newest.MadeAt.String()
	rep.Revision, rep.MadeAt = newest.Revision, &made
	for _, row := range rows {
		rep.Revisions = append(rep.Revisions, Revision{row.Revision, row.MadeAt, row.Reason})
	}
	return rep, nil
}

// Stored returns the newest telling of a finished week, byte for byte; nil when there is none.
func (r *Rollups) Stored(ctx context.Context, week string) ([]byte, error) {
	if err := ParseWeek(week); err != nil {
		return nil, err
	}
	rows, err := r.revisions(ctx, week)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return []byte(rows[len(rows)-1].Body), nil
}

func (r *Rollups) revisions(ctx context.Context, week string) ([]reportRow, error) {
	var rows []reportRow
	err := r.log.Read().NewRaw(`SELECT week, revision, body, made_at, reason FROM weekly_reports WHERE week = ? ORDER BY revision`, week).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read report %s: %w", week, err)
	}
	return rows, nil
}

// Freeze stores every finished week that is not stored yet, and adds a revision to those that late data changed.
func (r *Rollups) Freeze(ctx context.Context) error {
	since, err := r.firstTicket(ctx)
	if err != nil || since == 0 {
		return err
	}
	cal, err := r.Calendar(ctx)
	if err != nil {
		return err
	}
	changed, err := r.staleWeeks(ctx)
	if err != nil {
		return err
	}
	night, searched, err := r.lastNight(ctx)
	if err != nil {
		return err
	}
	for week := cal.WeekOf(since); ; week = AddWeeks(week, 1) {
		_, to := cal.Week(week)
		if now := r.log.Now(); to.Add(grace) > now || searched && night < to && to.Add(bound) > now {
			return nil
		}
		mark, marked := changed[week]
		if err := r.freeze(ctx, week, mark, marked); err != nil {
			return err
		}
	}
}

// nights is a desk whose issues are looked for at night.
type nights interface {
	// NightAt is when the last search for issues began; 0 for never.
	NightAt(ctx context.Context) (events.Time, error)
}

// lastNight is when issues were looked for the last time; searched is false where nothing looks for them.
func (r *Rollups) lastNight(ctx context.Context) (at events.Time, searched bool, err error) {
	if of, can := r.issues.(nights); can {
		at, err = of.NightAt(ctx)
		return at, true, err
	}
	return 0, false, nil
}

// freeze stores a week when it is not, or when it may have changed and did. The mark was read before the week is built:
// one that is set meanwhile, and any where another node told the week first, stays for the next look.
func (r *Rollups) freeze(ctx context.Context, week string, mark int64, marked bool) error {
	rows, err := r.revisions(ctx, week)
	if err != nil || len(rows) > 0 && !marked {
		return err
	}
	rep, err := r.build(ctx, week, Filter{})
	if err != nil {
		return err
	}
	body, err := encode(rep)
	if err != nil {
		return err
	}
	row := reportRow{Week: week, Revision: len(rows) + 1, Body: string(body), Reason: "the week ended"}
	if n := len(rows); n > 0 {
		if row.Reason, err = differences([]byte(rows[n-1].Body), body); err != nil {
			return err
		}
		if row.Reason == "" {
			row.Revision = 0 // what changed does not show
		}
	}
	err = r.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		if row.Revision > 0 {
			first, err := row.insert(ctx, tx)
			if err != nil || !first {
				return err
			}
		}
		if !marked {
			return nil
		}
		_, err := tx.NewRaw(`DELETE FROM stale_weeks WHERE week = ? AND mark = ?`, week, mark).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("store report %s: %w", week, err)
	}
	return nil
}

// insert stores a revision; false when there is one with its number.
func (row *reportRow) insert(ctx context.Context, tx *events.Tx) (bool, error) {
	res, err := tx.NewRaw(`INSERT INTO weekly_reports (week, revision, definition_version, body, made_at, reason) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (week, revision) DO NOTHING`, row.Week, row.Revision, tickets.DefinitionVersion, row.Body, tx.Now, row.Reason).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// staleWeeks lists the finished weeks that may have changed, with their marks.
func (r *Rollups) staleWeeks(ctx context.Context) (map[string]int64, error) {
	var list []struct {
		Week string
		Mark int64
	}
	if err := r.log.Read().NewRaw(`SELECT week, mark FROM stale_weeks`).Scan(ctx, &list); err != nil {
		return nil, fmt.Errorf("list stale weeks: %w", err)
	}
	out := make(map[string]int64, len(list))
	for _, row := range list {
		out[row.Week] = row.Mark
	}
	return out, nil
}

// importing tells whether history is coming in: a week told now would be told again at once.
func (r *Rollups) importing(ctx context.Context) (bool, error) {
	head, err := r.log.Head(ctx)
	if err != nil {
		return false, err
	}
	evs, err := r.log.Events(ctx, max(0, head-200), 200)
	if err != nil {
		return false, err
	}
	for _, e := range evs {
		if e.Imported && r.log.Now().Sub(e.RecordedAt) < quiet {
			return true, nil
		}
	}
	return false, nil
}

// Listed is one line of the list of reports.
type Listed struct {
	Week        string      `json:"week"`
	From        events.Time `json:"from"`
	To          events.Time `json:"to"`
	Provisional bool        `json:"provisional"`
	Headline    string      `json:"headline"`
}

// Weeks lists the running week and the finished ones, newest first, at most n. For a part of the desk only the running
// week has its own headline; the others have none.
func (r *Rollups) Weeks(ctx context.Context, n int, f Filter) ([]Listed, error) {
	cal, err := r.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	now, err := r.Report(ctx, cal.WeekOf(r.log.Now()), f)
	if err != nil {
		return nil, err
	}
	out := []Listed{{now.Week, now.From, now.To, now.Provisional, now.Headline.Text}}
	var rows []reportRow
	err = r.log.Read().NewRaw(`SELECT week, revision, body FROM weekly_reports AS w
		WHERE revision = (SELECT MAX(x.revision) FROM weekly_reports AS x WHERE x.week = w.week)
		ORDER BY week DESC LIMIT ?`, n).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	var broken error
	for _, row := range rows {
		var rep struct {
			Week        string      `json:"week"`
			From        events.Time `json:"from"`
			To          events.Time `json:"to"`
			Provisional bool        `json:"provisional"`
			Headline    Statement   `json:"headline"`
		}
		if err := json.Unmarshal([]byte(row.Body), &rep); err != nil {
			broken = errors.Join(broken, fmt.Errorf("read report %s: %w", row.Week, err))
			continue
		}
		if !f.whole() {
			rep.Headline = Statement{}
		}
		if err := r.name(ctx, &rep.Headline); err != nil {
			return nil, err
		}
		if row.Week != now.Week && len(out) < n {
			out = append(out, Listed{rep.Week, rep.From, rep.To, rep.Provisional, rep.Headline.Text})
		}
	}
	return out, broken
}
