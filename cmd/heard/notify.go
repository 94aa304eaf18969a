package main

import (
	"context"
	"net/url"

	"heard/tickets/notify"
	"heard/tickets/webhooks"
)

// openBells makes the notifications anew, with what pushes them.
func (s *server) openBells(base *url.URL) error {
	allowed, err := parseNetworks("--webhook-allow", s.flags.WebhookAllow)
	if err != nil {
		return err
	}
	s.notify = notify.New(s.log, s.people, notify.Options{IssueNames: s.issues.IssueNames, Secrets: s.secrets,
		NewestReport: s.newestReport, Client: webhooks.Client(webhooks.Options{Allow: allowed}), Subject: base.String()})
	return nil
}

// tellBells tells the consoles of this node of what their agents are to hear.
func (s *server) tellBells(ctx context.Context) error { return s.notify.Follow(ctx, s.hub) }

func (s *server) newestReport(ctx context.Context) (notify.Report, error) {
	week, at, err := s.rollups.Newest(ctx)
	return notify.Report{Week: week, At: at}, err
}
