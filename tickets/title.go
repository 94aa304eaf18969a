package tickets

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode"

	"heard/tickets/events"
)

// titleLength is how many characters a title has at most.
const titleLength = 120

// ShownTitle is what a ticket is called where it is one of many: by its subject, else by how its customer began.
func (t *Ticket) ShownTitle() string { return cmp.Or(t.Subject, t.Title) }

// titleOf makes a title of a customer's words: one line without the marks of Markdown.
func titleOf(body string) string {
	if len(body) > 8*titleLength {
		body = strings.ToValidUTF8(body[:8*titleLength], "")
	}
	var words []string
	for line := range strings.SplitSeq(body, "\n") {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "```") {
			continue
		}
		words = append(words, strings.Fields(unmarked(unlinked(withoutLead(line))))...)
	}
	line := strings.Join(words, " ")
	if cut(line, titleLength) == line {
		return line
	}
	return strings.TrimRightFunc(cut(line, titleLength-1), unicode.IsSpace) + "…"
}

// withoutLead takes off what makes a line a heading, a quotation or a point of a list.
func withoutLead(line string) string {
	for {
		rest := strings.TrimLeft(line, "#>")
		for _, point := range []string{"- ", "* ", "+ "} {
			rest = strings.TrimPrefix(rest, point)
		}
		if rest = strings.TrimSpace(rest); rest == line || rest == "" {
			return rest
		}
		if line[0] == '#' && !strings.HasPrefix(strings.TrimLeft(line, "#"), " ") {
			return line // #123 is a number
		}
		line = rest
	}
}

// unlinked leaves of [words](address) the words.
func unlinked(line string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(line, '[')
		if open < 0 {
			break
		}
		mid := strings.Index(line[open:], "](")
		if mid < 0 {
			break
		}
		end := strings.IndexByte(line[open+mid:], ')')
		if end < 0 {
			break
		}
		b.WriteString(strings.TrimSuffix(line[:open], "!"))
		b.WriteString(line[open+1 : open+mid])
		line = line[open+mid+end+1:]
	}
	return b.String() + line
}

// unmarked takes out stars, strokes, tildes and backticks that mark words. Those inside a word belong to it: a_b.
func unmarked(line string) string {
	runes := []rune(line)
	inWord := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	var b strings.Builder
	for i := 0; i < len(runes); {
		r, n := runes[i], 1
		for i+n < len(runes) && runes[i+n] == r {
			n++
		}
		marks := r == '`' || (r == '*' && n <= 3) || (r == '~' && n == 2) || (r == '_' && n <= 3)
		alone := !marks || (r != '`' && inWord(i-1) && inWord(i+n)) || (!inWord(i-1) && !inWord(i+n) && isBlank(runes, i-1) && isBlank(runes, i+n))
		for range n {
			if alone {
				b.WriteRune(r)
			}
		}
		i += n
	}
	return b.String()
}

func isBlank(runes []rune, i int) bool { return i < 0 || i >= len(runes) || unicode.IsSpace(runes[i]) }

// retitle gives a locked ticket the title that its customer's messages make now: after the words of one are gone.
func (w *work) retitle(ctx context.Context, t *Ticket) error {
	titles, err := titlesOf(w.tx.Query(ctx, firstWords(w.tx.Dialect()), events.IDs(w.tx.Dialect(), []events.ID{t.ID})))
	if err != nil {
		return err
	}
	t.Title = titles[t.ID]
	return nil
}

// firstWords reads how the customers of some tickets began.
func firstWords(dialect string) string {
	return `SELECT m.ticket_id, m.body FROM tickets t JOIN messages m ON m.ticket_id = t.id AND m.seq = (SELECT MIN(n.seq) FROM messages n
		WHERE n.ticket_id = t.id AND n.by_kind = 'customer' AND NOT n.note AND n.redacted_at = 0) WHERE ` + events.Among(dialect, "t.id")
}

func titlesOf(rows *sql.Rows, err error) (map[events.ID]string, error) {
	if err != nil {
		return nil, fmt.Errorf("read how tickets began: %w", err)
	}
	out := map[events.ID]string{}
	return out, each(rows, func(rows *sql.Rows) error {
		var id events.ID
		var body string
		if err := rows.Scan(&id, &body); err != nil {
			return fmt.Errorf("read how tickets began: %w", err)
		}
		out[id] = titleOf(body)
		return nil
	})
}

// titleOld gives listed tickets that began before titles were kept theirs, from their messages: one query for a page
// that holds any. So nothing is rewritten when a desk of a million tickets moves to this version.
func (s *Store) titleOld(ctx context.Context, list []Listed) error {
	var ids []events.ID
	for i := range list {
		if t := &list[i]; t.Subject == "" && t.Title == "" && t.CustomerMessages > 0 {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	titles, err := titlesOf(s.stmts.query(ctx, firstWords(s.log.Dialect()), s.stmts.list(ids)))
	if err != nil {
		return err
	}
	for i := range list {
		if title := titles[list[i].ID]; title != "" && list[i].Subject == "" {
			list[i].Title = title
		}
	}
	return nil
}
