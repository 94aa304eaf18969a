package search

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
)

// How much is asked of the index for one list.
const (
	usualFew    = 2000
	usualMost   = 100_000 // of SQLite: to read so many takes a tenth of a second
	usualSparse = 4       // where every fourth ticket has the words, a page is found sooner by trying one after the other
	maxBegun    = 100     // words that a beginning may stand for
	patience    = 200 * time.Millisecond
)

// found is what a question finds in the index.
type found struct {
	ids  []events.ID // of tickets, in order
	more bool        // there are more documents than were asked for: these are the newest
	late bool        // the index was not done in time
}

// ask finds the tickets of at most so many documents.
func (s *Searcher) ask(ctx context.Context, w wanted, most int) (out found, err error) {
	text, arg := w.question(s.log.Dialect())
	text = "SELECT s.ticket_id FROM search_texts s WHERE " + text + " LIMIT ?"
	if s.log.Dialect() == migrations.SQLite {
		text = "SELECT s.rowid >> 10 FROM search_texts s WHERE s.search_texts MATCH ? ORDER BY s.rowid DESC LIMIT ?"
	}
	limited := ctx
	if s.patience > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, s.patience)
		defer cancel()
	}
	documents := 0
	rows, err := s.log.Read().DB.QueryContext(limited, events.Rebind(s.log.Dialect(), text), arg, most+1)
	if err == nil {
		err = eachRow(rows, func() error {
			var id events.ID
			err := rows.Scan(&id)
			out.ids, documents = append(out.ids, id), documents+1
			return err
		})
	}
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return found{late: true}, nil
	}
	if err != nil {
		return found{}, fmt.Errorf("ask the index: %w", err)
	}
	slices.Sort(out.ids)
	out.ids, out.more = slices.Compact(out.ids), documents > most
	return out, nil
}

// dense tells whether the newest finds stand so close that a page is found soon by trying one ticket after the other.
// PostgreSQL tries faster than it reads a long set.
func (s *Searcher) dense(f found) bool {
	span := int(f.ids[len(f.ids)-1]-f.ids[0]) + 1
	return s.log.Dialect() == migrations.Postgres || span < s.sparse*len(f.ids)
}

// take puts a question that is asked of every ticket into the list: as a set that the database joins with, as one that is
// looked up while the list is walked, or to be tried. It tells whether it could within the time.
func (b *binding) take(ctx context.Context, w wanted, f found) (bool, error) {
	var err error
	switch {
	case f.late:
		return false, nil
	case !f.more:
		b.add(tickets.Cond{SQL: events.Among(b.s.log.Dialect(), "t.id"), Args: []any{events.IDs(b.s.log.Dialect(), f.ids)}})
		return true, nil
	}
	b.f.Known = len(f.ids)
	begins := w.begins() && b.s.log.Dialect() == migrations.SQLite
	if begins || !b.s.dense(f) {
		if f, err = b.s.ask(ctx, w, b.s.most); err != nil || (f.late && begins) {
			return false, err
		}
		if !f.late && (begins || !f.more) {
			b.f.Among, b.f.Bounded = f.ids, f.more
			return true, nil
		}
	}
	b.f.Walk = append(b.f.Walk, w.cond(b.s.log.Dialect()))
	return true, nil
}

// condition is a question as one of several conditions.
func (s *Searcher) condition(ctx context.Context, w wanted) (tickets.Cond, error) {
	begun, err := s.spelled(ctx, w)
	if err != nil {
		return tickets.Cond{}, err
	}
	f, err := s.ask(ctx, begun, s.few)
	if err != nil {
		return tickets.Cond{}, err
	}
	dialect := s.log.Dialect()
	if f.late || f.more {
		return s.tried(begun), nil
	}
	if w.number != 0 {
		f.ids = append(f.ids, w.number)
	}
	c := tickets.Cond{SQL: events.Among(dialect, "t.id"), Args: []any{events.IDs(dialect, f.ids)}}
	if w.not {
		c.SQL = "NOT " + c.SQL
	}
	return c, nil
}

// tried is a question to be asked of one ticket after the other. SQLite cannot do that with the beginning of many words:
// it would read all of theirs each time.
func (s *Searcher) tried(begun wanted) tickets.Cond {
	if begun.begins() && s.log.Dialect() == migrations.SQLite {
		begun = begun.whole()
	}
	return begun.cond(s.log.Dialect())
}

// spelled writes words in the place of their beginnings where that are not too many: SQLite reads what stands behind whole
// words only as far as it is asked for, but everything that stands behind a beginning. PostgreSQL needs no help.
func (s *Searcher) spelled(ctx context.Context, w wanted) (wanted, error) {
	if s.log.Dialect() == migrations.Postgres || !w.begins() {
		return w, nil
	}
	out := wanted{not: w.not, number: w.number}
	for _, some := range w.all {
		var places []place
		for _, p := range some {
			more, err := s.spell(ctx, p)
			if err != nil {
				return out, err
			}
			places = append(places, more...)
		}
		out.all = append(out.all, places)
	}
	return out, nil
}

func (s *Searcher) spell(ctx context.Context, p place) ([]place, error) {
	if !p.prefix {
		return []place{p}, nil
	}
	last := len(p.words) - 1
	words, err := s.beginning(ctx, p.words[last])
	if err != nil || len(words) > maxBegun {
		return []place{p}, err
	}
	p.prefix = false
	out := []place{p}
	for _, word := range words {
		if word != p.words[last] {
			q := p
			q.words = append(slices.Clone(p.words[:last]), word)
			out = append(out, q)
		}
	}
	return out, nil
}

// beginning finds the words of the index that begin so, one more than are used. It jumps from each to the next.
func (s *Searcher) beginning(ctx context.Context, with string) (out []string, err error) {
	const jump = `WITH RECURSIVE w (t) AS (SELECT (SELECT term FROM search_words WHERE term >= ? AND term < ? LIMIT 1)
		UNION ALL SELECT (SELECT term FROM search_words WHERE term >= w.t || char(1) AND term < ? LIMIT 1) FROM w WHERE w.t IS NOT NULL LIMIT ?)
		SELECT t FROM w WHERE t IS NOT NULL`
	end := with + "\U0010FFFF"
	rows, err := s.log.Read().DB.QueryContext(ctx, jump, with, end, end, maxBegun+1)
	if err != nil {
		return nil, fmt.Errorf("ask the index for words: %w", err)
	}
	return out, eachRow(rows, func() error {
		var word string
		err := rows.Scan(&word)
		out = append(out, word)
		return err
	})
}
