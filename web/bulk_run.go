package web

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"heard/tickets"
	"heard/tickets/fault"
)

// bulkMost bounds one act on one node; FinishBulks goes on with what is left then.
const bulkMost = 10 * time.Minute

// beginBulk does the first step of an act while the caller waits, and the rest behind its back.
func (s *Server) beginBulk(ctx context.Context, b *tickets.Bulk) (*answer[wireBulk], error) {
	if b.Running {
		next, err := s.store.RunBulk(ctx, callerOf(ctx).rights, b)
		if err != nil && ctx.Err() == nil && fault.KindOf(err) != fault.Unavailable {
			return nil, err
		}
		if err == nil {
			b = next
		}
		if b.Running {
			go s.finishBulk(context.WithoutCancel(ctx), *b)
		}
	}
	return s.bulkAnswer(ctx, b, nil)
}

// finishBulk goes on with an act until it is done, and tells its agent how far it is. The rights are those that the
// agent has at each step.
func (s *Server) finishBulk(ctx context.Context, b tickets.Bulk) {
	ctx, cancel := context.WithTimeout(ctx, bulkMost)
	defer cancel()
	for b.Running {
		snap, err := s.people.Directory().Snapshot(ctx)
		if err != nil {
			s.bulkStopped(err)
			return
		}
		next, err := s.store.RunBulk(ctx, snap.Caller(b.Agent), &b)
		if err != nil {
			s.bulkStopped(err)
			return
		}
		b = *next
		s.hub.TellBulk(b.Agent, b.ID, b.Total, b.Done, b.Failed, bulkState(&b))
	}
}

// bulkStopped says why an act waits for FinishBulks.
func (s *Server) bulkStopped(err error) {
	if !errors.Is(err, context.Canceled) {
		s.log.Warn("an act on many tickets waits", slog.String("err", err.Error()))
	}
}

// FinishBulks goes on with the acts that a node left behind.
func (s *Server) FinishBulks(ctx context.Context) error {
	list, err := s.store.StalledBulks(ctx, tickets.BulkQuiet)
	if err != nil {
		return err
	}
	for _, b := range list {
		s.finishBulk(ctx, b)
	}
	return s.store.ForgetBulks(ctx)
}
