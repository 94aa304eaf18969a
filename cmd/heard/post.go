package main

import (
	"context"
	"net/url"
	"time"

	"heard/feedback/surveys"
	"heard/feedback/weekly"
	"heard/tickets"
	"heard/tickets/jobs"
	"heard/tickets/notify"
	"heard/tickets/webhooks"
)

// handlers is the table of what leaves the house: one line a kind of job. Letters wait where mail is not set up.
func (s *server) handlers() map[string]jobs.Handler {
	out := map[string]jobs.Handler{webhooks.JobKind: s.hooks.Deliver, tickets.ReleaseJob: s.web.ReleaseHeld, notify.JobKind: s.notify.Deliver}
	if s.mail != nil {
		out[surveys.MailKind] = s.mail.Handler(s.web.SurveyLetter)
		out[weekly.MailKind] = s.mail.Handler(s.reports.Letter)
	}
	return out
}

// openHooks makes the webhooks anew, as this server's flags say.
func (s *server) openHooks(base *url.URL) error {
	allowed, err := parseNetworks("--webhook-allow", s.flags.WebhookAllow)
	if err != nil {
		return err
	}
	s.hooks = webhooks.New(s.log, s.secrets, webhooks.Options{
		Allow: allowed,
		About: s.issues.About(base.String()),
		Desk: func(ctx context.Context) (name, address string, err error) {
			set, err := s.people.Settings(ctx)
			return set.DeskName, base.String(), err
		},
	})
	return nil
}

// letterWithin is what a letter may take: mail servers are slow on purpose to keep spam away.
const letterWithin = time.Minute

// newPost makes the runner of the jobs.
func (s *server) newPost() *jobs.Runner {
	return jobs.NewRunner(s.log, s.handlers(), jobs.Options{Report: s.report, Kinds: map[string]jobs.Kind{
		tickets.ReleaseJob: {Workers: 8, Keep: 24 * time.Hour},
		webhooks.JobKind:   {Workers: 16, Most: 20 * time.Second, Keep: 30 * 24 * time.Hour},
		notify.JobKind:     {Workers: 8, Most: 20 * time.Second, Keep: 24 * time.Hour},
		surveys.MailKind:   {Most: letterWithin},
		weekly.MailKind:    {Most: letterWithin},
	}})
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
