package main

import (
	"context"
	"time"

	"heard/tickets/jobs"
)

// handlers is the table of what leaves the house: one line a kind of job. Letters wait where mail is not set up.
func (s *server) handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{}
}

// newPost makes the runner of the jobs.
func (s *server) newPost() *jobs.Runner {
	return jobs.NewRunner(s.log, s.handlers(), jobs.Options{Report: s.report})
}

// addJobs adds how many jobs wait and how many were given up to the figures for /metrics.
func (s *server) addJobs(ctx context.Context, out map[string]float64) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	waiting, parked, err := jobs.Counts(ctx, s.log)
	if err != nil {
		return // the figures are absent while the database is away
	}
	out["jobs_waiting"], out["jobs_parked"] = 0, 0
	for _, n := range waiting {
		out["jobs_waiting"] += float64(n)
	}
	for _, n := range parked {
		out["jobs_parked"] += float64(n)
	}
}
