package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"heard/tickets"
	"heard/tickets/events"
)

// Passage is where the words of a search stand in a conversation.
type Passage struct {
	Seq  int64
	Note bool
	Text string // a line of the message, around the first of them
}

// How much is read to say where words stand, and how long a passage is, in bytes.
const (
	maxRead      = 2000
	passageLead  = 14
	passageAfter = 160
)

// Passages tells of listed tickets where the words of a search stand, for those whose title and preview do not show them.
func (s *Searcher) Passages(ctx context.Context, text string, list []tickets.Listed) (map[events.ID]Passage, error) {
	q, err := Parse(text)
	if err != nil {
		return nil, err
	}
	var wanted []phrase
	for _, t := range q.Terms {
		if t.Key == "" && !t.Not {
			wanted = append(wanted, asked(t.Values[0]))
		}
	}
	var ids []events.ID
	for i := range list {
		shown := cut(list[i].ShownTitle() + "\n" + list[i].Preview + "\n" + list[i].CustomerName).words
		if held(shown, wanted) < len(wanted) {
			ids = append(ids, list[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.passages(ctx, wanted, ids)
}

func (s *Searcher) passages(ctx context.Context, wanted []phrase, ids []events.ID) (map[events.ID]Passage, error) {
	dialect := s.log.Dialect()
	rows, err := s.log.Read().DB.QueryContext(ctx, events.Rebind(dialect, "SELECT m.ticket_id, m.seq, m.note, m.body FROM messages m WHERE "+
		events.Among(dialect, "m.ticket_id")+" AND m.redacted_at = 0 ORDER BY m.ticket_id DESC, m.seq DESC LIMIT ?"), events.IDs(dialect, ids), maxRead)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	out, most := map[events.ID]Passage{}, map[events.ID]int{}
	return out, eachRow(rows, func() error {
		var id events.ID
		var p Passage
		if err := rows.Scan(&id, &p.Seq, &p.Note, &p.Text); err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		if n := held(cut(p.Text).words, wanted); n > most[id] {
			p.Text = around(p.Text, wanted)
			out[id], most[id] = p, n
		}
		return nil
	})
}

// held counts the phrases that stand in words.
func held(words []string, wanted []phrase) (n int) {
	for _, p := range wanted {
		if p.in(words) {
			n++
		}
	}
	return n
}

// in tells whether the phrase stands somewhere in words.
func (p phrase) in(words []string) bool {
	for i := 0; i+len(p.words) <= len(words); i++ {
		if p.begins(words[i:]) {
			return true
		}
	}
	return false
}

func (p phrase) begins(words []string) bool {
	for i, want := range p.words {
		if i == len(words) || words[i] != want && !(p.prefix && i == len(p.words)-1 && strings.HasPrefix(words[i], want)) {
			return false
		}
	}
	return true
}

// around cuts a line out of a message, from a little before the first phrase that stands in it.
func around(body string, wanted []phrase) string {
	line := strings.Join(strings.Fields(body), " ")
	at := 0
	for i := 0; i < len(line); {
		n := nextWord(line[i:])
		first := cut(line[i:min(len(line), i+n+utf8.UTFMax)]).words // with what stands behind a character of no word
		if len(first) > 0 && slices.ContainsFunc(wanted, func(p phrase) bool {
			return strings.HasPrefix(first[0], p.words[0]) && p.begins(cut(line[i:min(len(line), i+passageAfter)]).words)
		}) {
			at = i
			break
		}
		i += n
	}
	from, to := 0, len(line)
	if at > passageLead {
		from = at - passageLead
		if space := strings.IndexByte(line[from:at], ' '); space >= 0 {
			from += space + 1
		}
	}
	if to > at+passageAfter {
		to = at + passageAfter
	}
	for from > 0 && !utf8.RuneStart(line[from]) {
		from--
	}
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to--
	}
	out := strings.TrimSpace(line[from:to])
	if from > 0 {
		out = "…" + out
	}
	if to < len(line) {
		out += "…"
	}
	return out
}

// nextWord is how far the next word, or the next character of a script without spaces, is.
func nextWord(s string) int {
	first, n := utf8.DecodeRuneInString(s)
	inside := unicode.IsLetter(first) || unicode.IsDigit(first)
	if isSpaceless(first) {
		return n
	}
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if letter && (!inside || isSpaceless(r)) {
			return n
		}
		inside = inside && (letter || unicode.IsMark(r))
		n += size
	}
	return n
}
