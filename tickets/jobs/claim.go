package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"heard/migrations"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// claim is a job that this node alone may do for a while.
type claim struct {
	Job
	lane       string
	fence      int64
	firstTryAt events.Time
	giveUp     time.Duration
	over       time.Time // by this process's clock: the handler's time
}

type claimRow struct {
	ID         events.ID
	Kind, Key  string
	Lane       string
	Payload    string
	Tries      int
	Fence      int64
	FirstTryAt events.Time
	GiveUpMs   int64
	CreatedAt  events.Time
}

// waiting is a lane of a kind that has something due.
type waiting struct {
	Kind, Lane string
}

// due lists the lanes in which something is due, those that waited longest first, and says when the next job is due
// if nothing is.
func (r *Runner) due(ctx context.Context, now events.Time) (lanes []waiting, next events.Time, err error) {
	for _, kind := range r.kinds {
		var at events.Time
		err := r.log.Read().NewRaw(`SELECT COALESCE(min(due_at), 0) FROM jobs WHERE state = 'waiting' AND kind = ?`, kind).Scan(ctx, &at)
		if err != nil {
			return nil, 0, fmt.Errorf("ask what %s is due: %w", kind, err)
		}
		switch {
		case at == 0:
		case at > now:
			if next == 0 || at < next {
				next = at
			}
		default:
			var rows []waiting
			err := r.log.Read().NewRaw(`SELECT kind, lane FROM jobs WHERE state = 'waiting' AND kind = ? AND due_at <= ?
				GROUP BY kind, lane ORDER BY min(due_at), lane`, kind, now).Scan(ctx, &rows)
			if err != nil {
				return nil, 0, fmt.Errorf("ask what %s is due: %w", kind, err)
			}
			lanes = append(lanes, rows...)
		}
	}
	return lanes, next, nil
}

// claim takes up to n jobs of a lane. What another node has is left out.
func (r *Runner) claim(ctx context.Context, w waiting, n int) (list []claim, err error) {
	most := r.most(w.Kind)
	err = r.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		list = nil
		clock, err := tx.Clock(ctx)
		if err != nil {
			return err
		}
		skip := ""
		if tx.Dialect() == migrations.Postgres {
			skip = " FOR UPDATE SKIP LOCKED"
		}
		var rows []claimRow
		err = tx.NewRaw(`SELECT id, kind, key, lane, payload, tries, fence, first_try_at, give_up_ms, created_at FROM jobs
			WHERE state = 'waiting' AND kind = ? AND lane = ? AND due_at <= ? AND claimed_until <= ?
			ORDER BY due_at, id LIMIT ?`+skip, w.Kind, w.Lane, tx.Now, clock, n).Scan(ctx, &rows)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]events.ID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
			list = append(list, claim{
				Job:  Job{row.ID, row.Kind, row.Key, json.RawMessage(row.Payload), row.Tries, row.CreatedAt},
				lane: row.Lane, fence: row.Fence + 1, firstTryAt: row.FirstTryAt, giveUp: time.Duration(row.GiveUpMs) * time.Millisecond,
				over: time.Now().Add(most),
			})
			if row.FirstTryAt == 0 {
				list[i].firstTryAt = tx.Now
			}
		}
		_, err = tx.NewRaw(`UPDATE jobs SET fence = fence + 1, due_at = ?, claimed_until = ?,
			first_try_at = CASE WHEN first_try_at = 0 THEN ? ELSE first_try_at END WHERE id IN (?)`,
			tx.Now.Add(most+r.Grace), clock.Add(most+r.Grace), tx.Now, bun.List(ids)).Exec(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", w.Kind, err)
	}
	return list, nil
}

// outcome is how a try ended, as the row says it.
type outcome struct {
	state string
	due   events.Time
	tries int
	err   string
}

// judge says what follows from how a handler ended.
func (r *Runner) judge(c claim, err error) outcome {
	now := r.log.Now()
	var l later
	var d drop
	switch {
	case err == nil:
		return outcome{state: "done", tries: c.Tries + 1}
	case errors.As(err, &d):
		return outcome{state: "done", tries: c.Tries, err: told(err)}
	case errors.As(err, &l):
		return outcome{state: "waiting", due: max(l.at, now.Add(time.Second)), tries: c.Tries} // a now would spin
	case Parks(err), now.Sub(c.firstTryAt) >= c.giveUp:
		return outcome{state: "parked", tries: c.Tries + 1, err: told(err)}
	}
	return outcome{state: "waiting", due: now.Add(r.pause(c.Tries)), tries: c.Tries + 1, err: told(err)}
}

// pause is how long to wait after so many failures: it grows threefold, and is somewhere in its upper half.
func (r *Runner) pause(tries int) time.Duration {
	d := r.First
	for range min(tries, 20) {
		if d = d * 3; d >= r.Last {
			d = r.Last
			break
		}
	}
	return d/2 + rand.N(d/2+1)
}

// mark writes down how a try ended, unless the claim went to another or the job was cancelled meanwhile. It insists
// while the claim holds: otherwise the job is done again.
func (r *Runner) mark(c claim, o outcome) error {
	ctx, cancel := context.WithDeadline(context.Background(), c.over.Add(r.Grace))
	defer cancel()
	for {
		err := r.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
			return c.write(ctx, tx, o)
		})
		if err == nil {
			return nil
		}
		if r.leaving.Load() || !pause(ctx, markPause) {
			return fmt.Errorf("mark %s %s as %s: %w", c.Kind, c.ID, o.state, err)
		}
	}
}

const markPause = time.Second

func (c claim) write(ctx context.Context, tx *events.Tx, o outcome) error {
	ended, payload := events.Time(0), string(c.Payload)
	if o.state != "waiting" {
		ended = tx.Now
	}
	if o.state == "done" {
		payload = "{}"
	}
	_, err := tx.NewRaw(`UPDATE jobs SET state = ?, due_at = ?, claimed_until = 0, tries = ?, error = ?, ended_at = ?, payload = ?
		WHERE id = ? AND fence = ? AND state = 'waiting'`,
		o.state, o.due, o.tries, o.err, ended, payload, c.ID, c.fence).Exec(ctx)
	return err
}

const maxTold = 500

// told is an error as the database keeps it: short, and text that both databases take.
func told(err error) string {
	s := strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "")
	if len(s) > maxTold {
		s = strings.ToValidUTF8(s[:maxTold], "")
	}
	return s
}
