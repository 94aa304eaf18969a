package search

import (
	"slices"
	"strings"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
)

// field is where words are looked for.
type field string

const (
	anywhere   field = ""
	ofSubject  field = "subject"
	ofCustomer field = "customer"
)

// place is a phrase and where to look for it.
type place struct {
	in field
	phrase
}

// wanted is a question to the index: for each of all, one place at least.
type wanted struct {
	all    [][]place
	not    bool
	number events.ID // or the ticket of this number
}

// words takes a term that looks for words.
func (b *binding) words(t Term) {
	w := wanted{not: t.Not}
	var places []place
	for _, v := range t.Values {
		if id, err := events.ParseID(strings.TrimPrefix(v.Text, "#")); err == nil && t.Key == "" && !v.Quoted {
			w.number = id
		}
		places = append(places, place{fieldOf(t.Key), asked(v)})
	}
	w.all = [][]place{places}
	b.wanted = append(b.wanted, w)
}

func fieldOf(key string) field {
	switch key {
	case "from":
		return ofCustomer
	case "subject":
		return ofSubject
	}
	return anywhere
}

// whole is the question for whole words.
func (w wanted) whole() wanted {
	out := wanted{not: w.not, number: w.number}
	for _, some := range w.all {
		places := make([]place, len(some))
		for i, p := range some {
			p.prefix = false
			places[i] = p
		}
		out.all = append(out.all, places)
	}
	return out
}

// begins tells whether the beginning of a word is enough somewhere.
func (w wanted) begins() bool {
	return slices.ContainsFunc(w.all, func(some []place) bool { return slices.ContainsFunc(some, func(p place) bool { return p.prefix }) })
}

// cond is the question as a condition on a ticket, to be asked of one after the other.
func (w wanted) cond(dialect string) tickets.Cond {
	text, arg := w.question(dialect)
	same := "s.ticket_id = t.id"
	if dialect == migrations.SQLite {
		same = "s.rowid BETWEEN t.id << 10 AND (t.id << 10) + 1023"
	}
	c := tickets.Cond{SQL: "EXISTS (SELECT 1 FROM search_texts s WHERE " + text + " AND " + same + ")", Args: []any{arg}}
	if w.number != 0 {
		c.SQL, c.Args = "(t.id = ? OR "+c.SQL+")", append([]any{int64(w.number)}, c.Args...)
	}
	if w.not {
		c.SQL = "NOT " + c.SQL
	}
	return c
}

// question is the condition on documents of the index, and what is bound to it.
func (w wanted) question(dialect string) (string, any) {
	write, and, or, text := placeInSQLite, " AND ", " OR ", "s.search_texts MATCH ?"
	if dialect == migrations.Postgres {
		write, and, or, text = placeInPostgres, " & ", " | ", "s.words @@ ?::tsquery"
	}
	var all []string
	for _, some := range w.all {
		all = append(all, "("+strings.Join(each(some, write), or)+")")
	}
	return text, strings.Join(all, and)
}

// placeInSQLite writes `subject : "two wor" *`. Words hold letters, digits and marks only.
func placeInSQLite(p place) string {
	out := `"` + strings.Join(p.words, " ") + `"`
	if p.prefix {
		out += " *"
	}
	if p.in != anywhere {
		out = string(p.in) + " : " + out
	}
	return out
}

// placeInPostgres writes `'two':A <-> 'wor':*A`. The letter is the weight that stands for the field.
func placeInPostgres(p place) string {
	weight := map[field]string{ofSubject: "A", ofCustomer: "B"}[p.in]
	words := make([]string, len(p.words))
	for i, word := range p.words {
		mark := weight
		if p.prefix && i == len(p.words)-1 {
			mark = "*" + weight
		}
		if words[i] = "'" + word + "'"; mark != "" {
			words[i] += ":" + mark
		}
	}
	return strings.Join(words, " <-> ")
}
