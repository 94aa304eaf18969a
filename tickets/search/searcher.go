package search

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/migrations"
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
	// few is how many documents of the index a question may find before the list is walked instead, most how many are
	// looked up while it is, and sparse how many tickets stand around a find when that is better than to try each.
	few, most, sparse int
	// patience is how long the index is asked, and a page of a search is looked for; 0 has no end.
	patience time.Duration
}

// New returns the searcher of the log's database.
func New(log *events.Log, store *tickets.Store, dir *tickets.Directory, topics func(ctx context.Context, name string) ([]events.ID, error)) *Searcher {
	return &Searcher{log: log, store: store, dir: dir, topics: topics, few: usualFew, most: usualMost, sparse: usualSparse, patience: patience}
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
		begun, err := s.spelled(ctx, w)
		if err != nil {
			return err
		}
		b.add(s.tried(begun))
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

// text decides how the words are looked for. A few finds are a set that the database joins with; many are looked up, or
// looked for, while the list is walked. Where whole words find many already, the beginning of one is not asked for: whoever
// finds thousands is not helped by more.
func (b *binding) text(ctx context.Context) error {
	var must []wanted // all in one question to the index
	for _, w := range b.wanted {
		if !w.not && w.number == 0 {
			must = append(must, w)
			continue
		}
		c, err := b.s.condition(ctx, w)
		if err != nil {
			return err
		}
		b.add(c)
	}
	if len(must) == 0 {
		return nil
	}
	all := wanted{all: slices.Concat(each(must, func(w wanted) [][]place { return w.all })...)}
	f, err := b.s.ask(ctx, all.whole(), b.s.few)
	if err != nil {
		return err
	}
	if !f.late && (f.more || !all.begins()) {
		done, err := b.take(ctx, all.whole(), f)
		if done || err != nil {
			return err
		}
	}
	begun, err := b.s.spelled(ctx, all)
	if err != nil {
		return err
	}
	if !f.late {
		g, err := b.s.ask(ctx, begun, b.s.few)
		if err != nil {
			return err
		}
		if done, err := b.take(ctx, begun, g); done || err != nil {
			return err
		}
	}
	// The index was not done in time: what it would have found is looked for on the way.
	b.f.Bounded = begun.begins() && b.s.log.Dialect() == migrations.SQLite
	b.f.Walk = append(b.f.Walk, b.s.tried(begun))
	return nil
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
