package rollups

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
)

// ofPage is the dimension under which the observations of one figure of one day are kept together, packed: a week of a
// large desk is read as some dozens of pages, where it has hundreds of thousands of rows. A page holds what the rows
// hold, and stands exactly as long as the facts of its day do.
const ofPage = "page"

var errPage = errors.New("a page of observations cannot be read")

// pack makes a page. The order of the list does not matter.
func pack(list []Observation) []byte {
	list = slices.Clone(list)
	slices.SortFunc(list, byMoment)
	words := map[string]uint64{}
	var names []string
	word := func(w string) uint64 {
		n, known := words[w]
		if !known {
			n = uint64(len(names))
			words[w], names = n, append(names, w)
		}
		return n
	}
	body := make([]byte, 0, 32*len(list))
	var before Observation
	for i := range list {
		o := &list[i]
		body = binary.AppendVarint(body, int64(o.Ticket-before.Ticket))
		body = binary.AppendVarint(body, int64(o.At-before.At))
		for _, t := range []events.Time{o.Until, o.Hit, o.Miss} {
			if t == 0 {
				body = append(body, 0)
			} else {
				body = binary.AppendVarint(append(body, 1), int64(t-o.At))
			}
		}
		for _, n := range []uint64{uint64(o.N), uint64(o.Inbox), uint64(o.Team), uint64(o.Agent), word(string(o.Channel)), word(o.marked())} {
			body = binary.AppendUvarint(body, n)
		}
		body = binary.AppendVarint(body, o.Calendar)
		body = binary.AppendVarint(body, o.Business)
		before = *o
	}
	out := binary.AppendUvarint(nil, uint64(len(list)))
	out = binary.AppendUvarint(out, uint64(len(names)))
	for _, name := range names {
		out = append(binary.AppendUvarint(out, uint64(len(name))), name...)
	}
	return append(out, body...)
}

// touched stands in a page between a word and a touchpoint.
const touched = "\x00"

// marked is the word of an observation, with its touchpoint where it has one of its own.
func (o *Observation) marked() string {
	if o.Touchpoint == "" {
		return o.Word
	}
	return o.Word + touched + o.Touchpoint
}

func byMoment(a, b Observation) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(a.N, b.N))
}

// unpacking reads a page from its start.
type unpacking struct {
	b   []byte
	bad bool
}

func (u *unpacking) unsigned() uint64 {
	n, size := binary.Uvarint(u.b)
	if size <= 0 {
		u.bad, u.b = true, nil
		return 0
	}
	u.b = u.b[size:]
	return n
}

func (u *unpacking) signed() int64 {
	n, size := binary.Varint(u.b)
	if size <= 0 {
		u.bad, u.b = true, nil
		return 0
	}
	u.b = u.b[size:]
	return n
}

// later is a moment that stands as its distance from another, or 0.
func (u *unpacking) later(than events.Time) events.Time {
	if u.unsigned() == 0 {
		return 0
	}
	return than + events.Time(u.signed())
}

func (u *unpacking) words() []string {
	n := u.unsigned()
	if n > uint64(len(u.b)) {
		u.bad = true
		return nil
	}
	out := make([]string, n)
	for i := range out {
		size := u.unsigned()
		if size > uint64(len(u.b)) {
			u.bad = true
			return nil
		}
		out[i], u.b = string(u.b[:size]), u.b[size:]
	}
	return out
}

// unpack gives the observations of a page that lie in [from, to) to fn, oldest first.
func unpack(figure Key, page []byte, from, to events.Time, fn func(o *Observation)) error {
	u := &unpacking{b: page}
	n := u.unsigned()
	words := u.words()
	o := Observation{Figure: figure}
	for ; n > 0 && !u.bad; n-- {
		o.Ticket += events.ID(u.signed())
		o.At += events.Time(u.signed())
		o.Until, o.Hit, o.Miss = u.later(o.At), u.later(o.At), u.later(o.At)
		o.N, o.Inbox, o.Team, o.Agent = int64(u.unsigned()), events.ID(u.unsigned()), events.ID(u.unsigned()), events.ID(u.unsigned())
		channel, word := u.unsigned(), u.unsigned()
		o.Calendar, o.Business = u.signed(), u.signed()
		if u.bad || channel >= uint64(len(words)) || word >= uint64(len(words)) {
			return errPage
		}
		o.Channel = tickets.Channel(words[channel])
		o.Word, o.Touchpoint, _ = strings.Cut(words[word], touched)
		if o.At >= from && o.At < to {
			fn(&o)
		}
	}
	if u.bad || len(u.b) > 0 {
		return errPage
	}
	return nil
}

// pagedFigures lists the figures whose observations are kept as pages.
func pagedFigures() []Key { return append(observedDaily(), CSAT, Responses, NPS, CES) }

// held is how many observations pages hold.
func held(pages map[string][]byte) (n int) {
	for _, page := range pages {
		count, size := binary.Uvarint(page)
		if size > 0 && count <= uint64(len(page)) {
			n += int(count)
		}
	}
	return n
}

// observed is Rollups.observed by pages, where days have them.
func (rd *reader) observed(ctx context.Context, s spec, from, to events.Time, f Filter) ([]Observation, error) {
	figure := s.observed()
	if !slices.Contains(pagedFigures(), figure) || from >= to {
		return rd.r.observed(ctx, s, from, to, f)
	}
	days := rd.cal.days(from, to-1, mostDays)
	pages, err := rd.pages(ctx, figure, days)
	if err != nil {
		return nil, err
	}
	out := make([]Observation, 0, held(pages))
	for i := 0; i < len(days); {
		if page, ok := pages[days[i]]; ok {
			err := unpack(figure, page, from, to, func(o *Observation) {
				if f.passes(o.Inbox, o.Team, o.Agent, o.Channel) {
					out = append(out, *o)
				}
			})
			if err != nil {
				return nil, err
			}
			i++
			continue
		}
		first := i // days without pages are read together
		for i++; i < len(days) && pages[days[i]] == nil; i++ {
		}
		begin, _, err := rd.cal.Day(days[first])
		if err != nil {
			return nil, err
		}
		_, end, err := rd.cal.Day(days[i-1])
		if err != nil {
			return nil, err
		}
		list, err := rd.r.observed(ctx, s, max(from, begin), min(to, end), f)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return rd.r.passing(ctx, f, out)
}

const mostDays = 4000 // more are read row by row

// pages reads the pages of a figure that stand, by day.
func (rd *reader) pages(ctx context.Context, figure Key, days []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	if len(days) == 0 || len(days) == mostDays {
		return out, nil
	}
	length := len(days[0])
	f := fetch{figure: figure, dim: ofPage, calendar: true, spans: []span{{days[0], days[len(days)-1], length}}}
	err := rd.stored(ctx, f, func(row *factRow) error {
		if rd.isMade(row.period) && !rd.isStale(plan{dim: ofPage}, figure, row.period) {
			out[row.period] = slices.Clone(row.calendar)
		}
		return nil
	})
	return out, err
}
