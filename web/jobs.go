package web

import (
	"context"

	"heard/tickets/events"
	"heard/tickets/jobs"
)

type listJobsIn struct {
	PageIn
	State string `query:"state" enum:"waiting,parked" doc:"Both unless set"`
}

// listJobs shows what waits to leave the house and what was given up, newest first.
func (s *Server) listJobs(ctx context.Context, in *listJobsIn) (*answer[list[jobs.Row]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	rows, err := jobs.List(ctx, s.events, jobs.Filter{State: in.State, Before: before, Limit: in.size() + 1})
	return ok(pageOf(rows, in.size(), func(r jobs.Row) events.ID { return r.ID }), err)
}

func (s *Server) retryJob(ctx context.Context, in *onID) (*struct{}, error) {
	return nil, jobs.Retry(ctx, s.events, callerOf(ctx).actor(), in.ID.ID)
}
