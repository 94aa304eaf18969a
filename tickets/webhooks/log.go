package webhooks

import (
	"context"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"
)

// Delivery is a line of the log of deliveries.
type Delivery struct {
	ID        events.ID   `json:"id"`
	Kind      string      `json:"kind"`
	Pos       int64       `json:"pos" doc:"Of the event; 0 for a test"`
	At        events.Time `json:"at" doc:"Of the event"`
	State     string      `json:"state"`
	Tries     int         `json:"tries"`
	TriedAt   events.Time `json:"tried_at"`
	NextAt    events.Time `json:"next_at" doc:"null: not tried again, or not known"`
	Status    int         `json:"status" doc:"Of the newest try; 0 without an answer"`
	Ms        int64       `json:"ms"`
	Answer    string      `json:"answer" doc:"How much came back; its words are not kept"`
	Error     string      `json:"error" doc:"Of the newest try, or why there was none yet"`
	CreatedAt events.Time `json:"created_at"`
}

// Deliveries returns those of a webhook, newest first, older than before (0: all).
func (s *Store) Deliveries(ctx context.Context, hook, before events.ID, limit int) ([]Delivery, error) {
	h, err := s.Hook(ctx, hook)
	if err != nil {
		return nil, err
	}
	rows := []Delivery{}
	err = s.log.Read().NewRaw(`SELECT d.id, d.kind, d.pos, d.at, d.state, d.tries, d.tried_at,
			CASE WHEN d.state = 'waiting' THEN COALESCE((SELECT j.due_at FROM jobs j WHERE j.kind = ? AND j.key = CAST(d.id AS TEXT)), 0) ELSE 0 END AS next_at,
			d.status, d.ms, d.answer, d.error, d.created_at
		FROM webhook_deliveries d WHERE d.webhook_id = ? AND (? = 0 OR d.id < ?) ORDER BY d.id DESC LIMIT ?`, JobKind, hook, before, before, limit).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	if h.PausedUntil > s.log.Now() {
		for i := range rows {
			if rows[i].State == "waiting" && rows[i].Tries == 0 {
				rows[i].Error = "not tried yet: the target is left alone after failures of other deliveries"
			}
		}
	}
	return rows, nil
}

// Test sends a delivery that says nothing.
func (s *Store) Test(ctx context.Context, by events.Actor, hook events.ID) (Delivery, error) {
	h, err := s.Hook(ctx, hook)
	if err != nil {
		return Delivery{}, err
	}
	if h.DisabledAt != 0 {
		return Delivery{}, fault.New(fault.Conflict, "the webhook is off")
	}
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw(`UPDATE webhooks SET paused_until = 0 WHERE id = ?`, hook).Exec(ctx); err != nil { // somebody is looking
			return fmt.Errorf("test webhook: %w", err)
		}
		tx.Record(0, tickets.SettingChanged{Noun: noun, ID: hook, Action: "tested"})
		_, err := enqueue(ctx, tx, hook, 0, TestKind, tx.Now)
		return err
	})
	if err != nil {
		return Delivery{}, err
	}
	list, err := s.Deliveries(ctx, hook, 0, 1)
	if err != nil || len(list) == 0 {
		return Delivery{}, err
	}
	return list[0], nil
}

// Retry sends a parked delivery again.
func (s *Store) Retry(ctx context.Context, by events.Actor, hook, id events.ID) error {
	if _, err := s.Hook(ctx, hook); err != nil {
		return err
	}
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		var job []events.ID
		err := tx.NewRaw(`UPDATE webhook_deliveries SET state = 'waiting' WHERE id = ? AND webhook_id = ? AND state = 'parked'
			RETURNING COALESCE((SELECT j.id FROM jobs j WHERE j.kind = ? AND j.key = ?), 0)`, id, hook, JobKind, id.String()).Scan(ctx, &job)
		if err != nil {
			return fmt.Errorf("retry delivery: %w", err)
		}
		if len(job) == 0 || job[0] == 0 {
			return fault.New(fault.NotFound, "there is no such parked delivery")
		}
		if _, err := tx.NewRaw(`UPDATE webhooks SET paused_until = 0 WHERE id = ?`, hook).Exec(ctx); err != nil {
			return fmt.Errorf("retry delivery: %w", err)
		}
		return jobs.RetryTx(ctx, tx, job[0])
	})
}

const (
	keepLog     = 30 * 24 * time.Hour
	keepMost    = 5000 // of one webhook
	forgetBatch = 500
	forgetRound = 20
)

// Forget drops old lines of the log.
func (s *Store) Forget(ctx context.Context) error {
	rows, err := hooks(ctx, s.log.Read())
	if err != nil {
		return err
	}
	for range forgetRound {
		var gone int64
		err := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
			gone = 0
			drop := func(where string, args ...any) error {
				res, err := tx.NewRaw(`DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE state <> 'waiting' AND `+where+
					fmt.Sprintf(` ORDER BY id LIMIT %d)`, forgetBatch), args...).Exec(ctx)
				if err != nil {
					return fmt.Errorf("forget deliveries: %w", err)
				}
				n, err := res.RowsAffected()
				gone = max(gone, n)
				return err
			}
			for _, h := range rows {
				if err := drop(`webhook_id = ? AND id <= COALESCE((SELECT id FROM webhook_deliveries WHERE webhook_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?), 0)`, h.ID, h.ID, keepMost); err != nil {
					return err
				}
			}
			return drop(`created_at < ?`, tx.Now.Add(-keepLog))
		})
		if err != nil || gone < forgetBatch {
			return err
		}
	}
	return nil
}
