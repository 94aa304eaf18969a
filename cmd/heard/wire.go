package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"heard/chat/bus"
	"heard/feedback"
	"heard/feedback/issues"
	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/feedback/weekly"
	"heard/migrations"
	"heard/tickets"
	"heard/tickets/blobs"
	"heard/tickets/events"
	"heard/tickets/jobs"
	"heard/tickets/mail"
	"heard/tickets/notify"
	"heard/tickets/sabotage"
	"heard/tickets/search"
	"heard/tickets/webhooks"
)

// app is what every command stands on: the database, the log, and the stores over it.
type app struct {
	db      *migrations.DB
	log     *events.Log
	people  *tickets.People
	tickets *tickets.Store
	files   *tickets.Files
	surveys *surveys.Store
	issues  *issues.Store
	tagging *issues.Tagging
	search  *search.Searcher
	rollups *rollups.Rollups
	weekly  *weekly.Store
	bus     bus.Bus // nil unless this is a server
	secrets *tickets.Secrets
	hooks   *webhooks.Store
	notify  *notify.Store
	mail    *mail.Sender // nil where mail is not set up, and in commands that are no server
	logger  *slog.Logger
}

// openApp builds it, in order. The database is migrated, since a program that does not fit its tables can do nothing.
func openApp(ctx context.Context, f storeFlags, logger *slog.Logger) (a *app, err error) {
	return openAppAt(ctx, f, logger, opening{now: sabotage.Now})
}

// opening is what else a command wants of its app.
type opening struct {
	now func() time.Time
	// patience is how long its writes wait for a database that others write to; 0: as long as a server's.
	patience time.Duration
}

// openAppAt is openApp with another clock, or more patience.
func openAppAt(ctx context.Context, f storeFlags, logger *slog.Logger, o opening) (a *app, err error) {
	if f.Database == "" {
		if _, err := f.inData(""); err != nil {
			return nil, err
		}
	}
	a = &app{logger: logger}
	if a.db, err = o.open(ctx, f.dsn()); err != nil {
		return nil, err
	}
	opened := a // a return of nil changes a
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.close())
		}
	}()
	if err = a.db.Migrate(ctx); err != nil {
		return nil, err
	}
	if a.log, err = events.Open(ctx, a.db, events.Options{Now: o.now, Vocabulary: vocabulary(), Settle: tickets.Settle, Logger: logger, Patience: o.patience}); err != nil {
		return nil, err
	}
	if a.secrets, err = f.secrets(ctx, a.log); err != nil {
		return nil, err
	}
	a.people = tickets.NewPeople(a.log, a.secrets)
	a.hooks = webhooks.New(a.log, a.secrets, webhooks.Options{})
	a.tickets = tickets.NewStore(a.log)
	if err = a.openFiles(ctx, f); err != nil {
		return nil, err
	}
	if a.surveys, err = surveys.New(ctx, a.log, a.people); err != nil {
		return nil, err
	}
	a.issues = issues.NewStore(a.log, a.people.Directory())
	a.tagging = issues.NewTagging(a.log, a.people.Directory())
	a.search = search.New(a.log, a.tickets, a.people.Directory(), a.issues.TopicsNamed)
	a.notify = notify.New(a.log, a.people, notify.Options{IssueNames: a.issues.IssueNames, Secrets: a.secrets})
	a.rollups = rollups.New(a.log, a.people.Directory(), a.surveys, a.issues)
	if a.weekly, err = weekly.New(ctx, a.log, a.people); err != nil {
		return nil, err
	}
	a.rollups.Tell(rollups.Beside{Actions: a.weekly, Movements: movements{a.issues}})
	return a, nil
}

func (o opening) open(ctx context.Context, dsn string) (*migrations.DB, error) {
	if o.patience > 0 {
		return migrations.OpenPatient(ctx, dsn, o.patience)
	}
	return migrations.Open(ctx, dsn)
}

// movements are those of the issues, as reports take them.
type movements struct{ *issues.Store }

func (m movements) Movements(ctx context.Context, from, to events.Time) ([]rollups.Movement, error) {
	rows, err := m.Store.Movements(ctx, from, to)
	out := make([]rollups.Movement, len(rows))
	for i, r := range rows {
		out[i] = rollups.Movement{Issue: r.Issue, Name: r.Name, From: string(r.From), To: string(r.To), At: r.At, Verdict: string(r.Verdict)}
	}
	return out, err
}

// openFiles makes the store of attached files and lets tickets show them.
func (a *app) openFiles(ctx context.Context, f storeFlags) error {
	key, err := a.people.SigningKey(ctx, "files")
	if err != nil {
		return err
	}
	a.tickets.SignFiles(tickets.NewFileLinks(key, a.log.Now))
	var contents tickets.Contents = blobs.NewDatabase(a.log)
	if where := f.filesAt(); where != inDatabase {
		if contents, err = blobs.NewFolder(where); err != nil {
			return err
		}
	}
	a.files = tickets.NewFiles(a.log, contents, nil)
	return nil
}

// vocabulary is every kind of event that this program knows.
func vocabulary() []events.Change {
	return slices.Concat(tickets.Changes(), feedback.Changes(), jobs.Changes())
}

// close ends the bus, the writer, then the database.
func (a *app) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var err error
	if a.bus != nil {
		err = a.bus.Close(ctx)
	}
	if a.log != nil {
		err = errors.Join(err, a.log.Close(ctx))
	}
	return errors.Join(err, a.db.Close())
}

// besideServer is how long a command waits for a server that writes to the same SQLite file.
const besideServer = 30 * time.Second

// withApp runs a command over an open app.
func withApp(ctx context.Context, f storeFlags, o *output, fn func(a *app) error) error {
	logger := slog.New(slog.NewTextHandler(o.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := openAppAt(ctx, f, logger, opening{now: sabotage.Now, patience: besideServer})
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.close())
}
