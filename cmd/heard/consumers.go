package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"heard/tickets/events"
)

// consumers is the wiring diagram: what follows from events, by itself, one line each. Every consumer has a cursor of
// its own, and its derived data can be dropped and made again from the beginning of the log.
func (a *app) consumers() []events.Consumer {
	return []events.Consumer{
		a.surveys.Consumer(), // asks for a rating when a ticket is resolved
		a.rollups.Consumer(), // notes which tickets have new facts
		a.issues.Consumer(),  // suggests what a ticket is about
		a.hooks.Consumer(),   // tells other programs
		a.notify.Consumer(),  // tells agents
		a.search.Consumer(),  // finds tickets by the words in them
		a.tagging.Consumer(), // suggests tags, and notes what became of that
	}
}

// afterImport brings everything that is derived up to what an import added, before its command ends.
func (a *app) afterImport(ctx context.Context) error {
	if err := errors.Join(a.issues.Load(ctx), a.tagging.Load(ctx)); err != nil {
		return err
	}
	for _, c := range a.consumers() {
		if _, err := a.log.CatchUp(ctx, c); err != nil {
			return fmt.Errorf("consumer %s: %w", c.Name, err)
		}
	}
	// What tickets took is known before issues are measured by it, and issues before the weeks that show them.
	for _, step := range []func(context.Context) error{a.rollups.Refresh, a.rollups.Days, a.issues.Night, a.rollups.CatchUp, a.tagging.TrainIfDue} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// followers are what reads along without a cursor: it begins at the head, and a gap costs nothing.
func (s *server) followers() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"directory": s.people.Directory().Follow, // who answers, for every request and socket
		"hub":       s.hub.Run,                   // live delivery, routing, presence
		"bells":     s.tellBells,                 // notifications of those who have a console here
		"topics":    s.issues.Follow,             // the model that the newest night made
		"tags":      s.tagging.Follow,            // the model that the newest training made
	}
}

// runAll runs everything that goes on by itself until ctx ends.
func (s *server) runAll(ctx context.Context, wg *sync.WaitGroup) {
	for _, c := range s.consumers() {
		wg.Go(func() { s.report("consumer "+c.Name, s.log.Consume(ctx, c)) })
	}
	for name, follow := range s.followers() {
		wg.Go(func() { s.report(name, again(ctx, follow)) })
	}
	wg.Go(func() { s.report("jobs", s.runJobs(ctx)) })
	wg.Go(func() { s.report("post", again(ctx, s.post.Run)) })
}

// report tells what ended although it should have gone on.
func (a *app) report(doing string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		a.logger.Error("failed", slog.String("doing", doing), slog.String("err", err.Error()))
	}
}
