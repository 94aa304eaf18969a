package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Row is a job as administrators see it.
type Row struct {
	ID         events.ID   `json:"id"`
	Kind       string      `json:"kind"`
	State      string      `json:"state"`
	Tries      int         `json:"tries"`
	Error      string      `json:"error"`
	CreatedAt  events.Time `json:"created_at"`
	FirstTryAt events.Time `json:"first_try_at"`
	DueAt      events.Time `json:"due_at"`
	EndedAt    events.Time `json:"ended_at"`
}

// Filter says which jobs.
type Filter struct {
	State  string    // waiting or parked; "" for both
	Before events.ID // only older ones
	Limit  int
}

// List returns jobs that are not over, newest first.
func List(ctx context.Context, log *events.Log, f Filter) ([]Row, error) {
	states := []string{"waiting", "parked"}
	if f.State != "" {
		if !slices.Contains(states, f.State) {
			return nil, fault.On("state", "must be waiting or parked")
		}
		states = []string{f.State}
	}
	rows := []Row{}
	q := log.Read().NewSelect().Table("jobs").Column("id", "kind", "state", "tries", "error", "created_at", "first_try_at", "due_at", "ended_at").
		Where("state IN (?)", bun.List(states)).Order("id DESC").Limit(int64(f.Limit))
	if f.Before > 0 {
		q = q.Where("id < ?", f.Before)
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return rows, nil
}

// Retry sends a parked job again, with all its tries before it.
func Retry(ctx context.Context, log *events.Log, by events.Actor, id events.ID) error {
	return log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		return RetryTx(ctx, tx, id)
	})
}

// RetryTx is Retry in a transaction.
func RetryTx(ctx context.Context, tx *events.Tx, id events.ID) error {
	var kinds []string
	err := tx.NewRaw(`UPDATE jobs SET state = 'waiting', due_at = ?, tries = 0, first_try_at = 0, ended_at = 0, error = ''
		WHERE id = ? AND state = 'parked' RETURNING kind`, tx.Now, id).Scan(ctx, &kinds)
	if err != nil {
		return fmt.Errorf("retry job %d: %w", id, err)
	}
	if len(kinds) == 0 {
		return fault.New(fault.NotFound, "there is no such parked job")
	}
	tx.Record(0, JobRetried{Job: id, Kind: kinds[0]})
	return nil
}

// Changes lists a zero value of every kind of event about jobs.
func Changes() []events.Change { return []events.Change{JobRetried{}} }

// JobRetried: a person sent a parked job again.
type JobRetried struct {
	Job  events.ID `json:"job"`
	Kind string    `json:"kind"`
}

func (JobRetried) EventKind() string { return "job.retried" }
func (JobRetried) EventPublic() bool { return false }

// Counts are how many jobs wait and how many are parked, by kind.
func Counts(ctx context.Context, log *events.Log) (waiting, parked map[string]int, err error) {
	var rows []struct {
		Kind, State string
		N           int
	}
	err = log.Read().NewRaw(`SELECT kind, 'waiting' AS state, count(*) AS n FROM jobs WHERE state = 'waiting' GROUP BY kind
		UNION ALL SELECT kind, 'parked', count(*) FROM jobs WHERE state = 'parked' GROUP BY kind`).Scan(ctx, &rows)
	if err != nil {
		return nil, nil, fmt.Errorf("count jobs: %w", err)
	}
	waiting, parked = map[string]int{}, map[string]int{}
	for _, r := range rows {
		if r.State == "parked" {
			parked[r.Kind] = r.N
		} else {
			waiting[r.Kind] = r.N
		}
	}
	return waiting, parked, nil
}

const (
	forgetBatch = 500
	forgetRound = 20 // batches of one call; the next call goes on
)

// Forget drops what is over of the kinds that say how long they are kept.
func (r *Runner) Forget(ctx context.Context) error {
	for _, kind := range r.kinds {
		if keep := r.Kinds[kind].Keep; keep > 0 {
			if err := r.forget(ctx, kind, keep); err != nil {
				return fmt.Errorf("forget %s: %w", kind, err)
			}
		}
	}
	return nil
}

func (r *Runner) forget(ctx context.Context, kind string, keep time.Duration) error {
	for range forgetRound {
		var gone int64
		err := r.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
			res, err := tx.NewRaw(`DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE kind = ? AND ended_at > 0 AND ended_at < ?
				AND state IN ('done', 'cancelled') ORDER BY ended_at LIMIT ?)`, kind, tx.Now.Add(-keep), forgetBatch).Exec(ctx)
			if err != nil {
				return err
			}
			gone, err = res.RowsAffected()
			return err
		})
		if err != nil || gone < forgetBatch {
			return err
		}
	}
	return nil
}
