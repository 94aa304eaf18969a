package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Searcher binds queries to a desk.
type Searcher struct {
	log   *events.Log
	store *tickets.Store
	dir   *tickets.Directory
	// topics finds the topics of a name, for topic:. Without it no name is known.
	topics func(ctx context.Context, name string) ([]events.ID, error)
	// few is how many documents of the index a question may find before the list is walked instead.
	few int
}

// New returns the searcher of the log's database.
func New(log *events.Log, store *tickets.Store, dir *tickets.Directory, topics func(ctx context.Context, name string) ([]events.ID, error)) *Searcher {
	return &Searcher{log: log, store: store, dir: dir, topics: topics, few: 2000}
}

// Narrow adds a query's conditions to a list that the caller asks for.
func (s *Searcher) Narrow(ctx context.Context, c tickets.Caller, q Query, f *tickets.Filter) error {
	b, err := s.bind(ctx, c, q, f)
	if err != nil {
		return err
	}
	b.useIndexOfList()
	return b.text(ctx)
}

// NarrowFew is Narrow for a list of a few tickets, given by their ids.
func (s *Searcher) NarrowFew(ctx context.Context, c tickets.Caller, q Query, f *tickets.Filter) error {
	b, err := s.bind(ctx, c, q, f)
	if err != nil {
		return err
	}
	for _, w := range b.wanted {
		b.add(w.cond(s.log.Dialect(), true))
	}
	return nil
}

// CheckText refuses a query that could not be asked at this desk. The fault names the field that holds it.
func (s *Searcher) CheckText(ctx context.Context, c tickets.Caller, text, field string) error {
	q, err := Parse(text)
	if err == nil {
		var f tickets.Filter
		_, err = s.bind(ctx, c, q, &f)
	}
	if fault.KindOf(err) == fault.Invalid {
		return fault.On(field, fault.Of(err).Wrong()[0].Detail)
	}
	return err
}

// bind turns every term into its condition. Those on words wait in wanted.
func (s *Searcher) bind(ctx context.Context, c tickets.Caller, q Query, f *tickets.Filter) (*binding, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the desk: %w", err)
	}
	b := &binding{s: s, snap: snap, caller: c, now: s.log.Now(), f: f, statuses: allStatuses()}
	for _, t := range q.Terms {
		if err := b.term(ctx, t); err != nil {
			return nil, err
		}
	}
	if b.named {
		f.Statuses = b.statuses
		if len(b.statuses) == 0 {
			b.add(tickets.Cond{SQL: "FALSE"})
		}
	}
	return b, nil
}

// text decides how the words are looked for. A few finds are a set that the database joins with; many are looked for
// while the list is walked, and then as whole words: the beginning of a word is slow to try on one ticket after the
// other, and whoever finds thousands is not helped by more.
func (b *binding) text(ctx context.Context) error {
	dialect := b.s.log.Dialect()
	var must []wanted // all in one question to the index
	for _, w := range b.wanted {
		switch {
		case w.not:
			c, err := b.s.without(ctx, w)
			if err != nil {
				return err
			}
			b.add(c)
		case w.number != 0:
			b.add(w.cond(dialect, false))
		default:
			must = append(must, w)
		}
	}
	if len(must) == 0 {
		return nil
	}
	all := wanted{all: slices.Concat(each(must, func(w wanted) [][]place { return w.all })...)}
	whole := all.whole()
	many, err := b.s.many(ctx, whole)
	if err != nil {
		return err
	}
	if many {
		b.f.Walk = append(b.f.Walk, whole.cond(dialect, true))
		return nil
	}
	b.add(all.cond(dialect, false))
	return nil
}

// without is the condition that words are not there.
func (s *Searcher) without(ctx context.Context, w wanted) (tickets.Cond, error) {
	whole := w.whole()
	many, err := s.many(ctx, whole)
	if many {
		return whole.cond(s.log.Dialect(), true), err
	}
	return w.cond(s.log.Dialect(), false), err
}

// many tells whether a question finds more than a list should be joined with.
func (s *Searcher) many(ctx context.Context, w wanted) (bool, error) {
	text, arg := w.question(s.log.Dialect())
	row := s.log.Read().DB.QueryRowContext(ctx, events.Rebind(s.log.Dialect(),
		"SELECT COUNT(*) FROM (SELECT 1 FROM search_texts s WHERE "+text+" LIMIT ?) n"), arg, s.few+1)
	var n int
	if err := row.Scan(&n); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("ask the index: %w", err)
	}
	return n > s.few, nil
}

func each[A, B any](list []A, fn func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = fn(a)
	}
	return out
}

func allStatuses() []tickets.Status {
	return []tickets.Status{tickets.Open, tickets.Pending, tickets.Snoozed, tickets.Resolved, tickets.Closed}
}
