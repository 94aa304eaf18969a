package main

import (
	"context"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

// job is work that the clock starts. It is safe to repeat, safe beside itself, and bounded.
type job struct {
	name string
	when string // robfig/cron
	most time.Duration
	run  func(context.Context) error
}

// jobs is the table of all of them.
func (s *server) jobs() []job {
	list := []job{
		{"close resolved tickets", "@every 15s", 10 * time.Second, counted(s.tickets.CloseDue)},
		{"wake snoozed tickets", "@every 5s", 5 * time.Second, counted(s.tickets.WakeDue)},
		{"note chats that were left", "@every 1m", 30 * time.Second, s.hub.AbandonLeft},
		{"warn and end silent chats", "@every 15s", 10 * time.Second, s.hub.EndSilent},
		{"forget visited pages", "@every 1h", 30 * time.Second, s.people.ForgetPages},
		{"surveys by schedule", "@every 1m", 5 * time.Minute, s.surveys.AskDue},
		{"figures and weekly reports", "@every 1m", 10 * time.Minute, s.rollups.Run},
		{"recurring issues", "@every 5m", 10 * time.Minute, s.issues.NightIfDue},
		{"learn tags", "@every 5m", 10 * time.Minute, s.tagging.TrainIfDue},
		{"bursts of the last hours", "7 * * * *", 2 * time.Minute, s.issues.Bursts},
		{"go on with acts on many tickets", "@every 15s", 10 * time.Minute, s.web.FinishBulks},
		{"drop files that nobody needs", "@every 5m", 2 * time.Minute, s.files.Sweep},
		{"find files that nobody knows", "@every 1h", 10 * time.Minute, s.files.Tidy},
		{"forget what was told to other programs", "@every 1h", 2 * time.Minute, s.hooks.Forget},
		{"tell of chats that nobody has", "@every 5s", 5 * time.Second, s.notify.Waiting},
		{"tell of replies that were refused, and of reports", "@every 5s", 5 * time.Second, s.notify.Look},
		{"forget notifications", "@every 5m", time.Minute, s.notify.Forget},
		{"forget jobs that are done", "@every 1h", 2 * time.Minute, s.post.Forget},
		{"forget what was not sent", "40 2 * * *", 2 * time.Minute, s.tickets.ForgetWriting},
		{"forget idempotency keys", "@every 1h", 30 * time.Second, s.web.ForgetKeys},
	}
	if s.reports != nil {
		list = append(list, job{"weekly reports by mail", "@every 1m", 30 * time.Second, s.reports.Queue})
	}
	return list
}

// counted is a sweep that tells how many it did, as a job.
func counted(sweep func(context.Context) (int, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := sweep(ctx)
		return err
	}
}

// leaseTTL is how long a node that died keeps the clock from the others.
const leaseTTL = 15 * time.Second

// runJobs runs the clock while this node holds the lease; the others wait for it.
func (s *server) runJobs(ctx context.Context) error {
	return again(ctx, func(ctx context.Context) error {
		return s.log.Lease(ctx, "jobs", leaseTTL, func(ctx context.Context, _ int64) error {
			clock := cron.New(cron.WithLocation(time.UTC), cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger)))
			for _, j := range s.jobs() {
				if _, err := clock.AddFunc(j.when, func() { s.runJob(ctx, j) }); err != nil {
					return fmt.Errorf("plan %s: %w", j.name, err)
				}
			}
			clock.Start()
			<-ctx.Done()
			<-clock.Stop().Done()
			return ctx.Err()
		})
	})
}

func (s *server) runJob(ctx context.Context, j job) {
	ctx, cancel := context.WithTimeout(ctx, j.most)
	defer cancel()
	if err := j.run(ctx); err != nil && ctx.Err() == nil {
		s.report("job "+j.name, err)
	}
}

// again runs something that should not end before ctx does, after a pause when it did.
func again(ctx context.Context, fn func(context.Context) error) error {
	for {
		err := fn(ctx)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}
