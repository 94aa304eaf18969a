package rollups

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"heard/tickets"
)

// Packed facts are what the tickets of a place or a crew are about, by topic or by tag: one row for a figure and a
// period holds all of them, place after place, so that a reader passes over the places that it does not ask for. As rows
// of their own they would be as many as the tickets.

var errPacked = errors.New("packed facts cannot be read")

// packedFact is what a place's tickets of one topic or tag add up to.
type packedFact struct {
	theme              uint64
	cell               cell
	words              []packedWord
	calendar, business []byte
}

type packedWord struct {
	word string
	n    int
}

// into adds the fact to a cell, as far as it is asked for.
func (e *packedFact) into(c *cell, f fetch) error {
	c.n, c.hits = c.n+e.cell.n, c.hits+e.cell.hits
	c.calendar.ms += e.cell.calendar.ms
	c.business.ms += e.cell.business.ms
	if f.words {
		for _, w := range e.words {
			c.say(w.word, w.n)
		}
	}
	if f.calendar {
		if err := c.calendar.read(e.calendar); err != nil {
			return err
		}
	}
	if f.business {
		return c.business.read(e.business)
	}
	return nil
}

// packedKey is the part of a packed cell in its two halves.
type packedKey struct {
	place string
	theme uint64
	of    *cell
}

// packFacts packs the cells of one figure by one dimension. The same cells give the same bytes.
func packFacts(cells map[factKey]*cell) []byte {
	list := make([]packedKey, 0, len(cells))
	words := map[string]uint64{}
	for k, c := range cells {
		dot := strings.LastIndexByte(k.part, '.')
		theme, _ := strconv.ParseUint(k.part[dot+1:], 10, 64) // was written from an id
		list = append(list, packedKey{k.part[:dot], theme, c})
		for word := range c.words {
			words[word] = 0
		}
	}
	slices.SortFunc(list, func(a, b packedKey) int { return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.theme, b.theme)) })
	out := binary.AppendUvarint(nil, uint64(len(words)))
	for i, word := range slices.Sorted(maps.Keys(words)) {
		words[word] = uint64(i)
		out = appendText(out, []byte(word))
	}
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].place == list[0].place {
			n++
		}
		var body []byte
		for i := range list[:n] {
			body = list[i].append(body, words)
		}
		out = appendText(appendText(out, []byte(list[0].place)), body)
		list = list[n:]
	}
	return out
}

func appendText(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func (k *packedKey) append(b []byte, words map[string]uint64) []byte {
	c := k.of
	for _, n := range []uint64{k.theme, uint64(c.n), uint64(c.hits), uint64(len(c.words))} {
		b = binary.AppendUvarint(b, n)
	}
	for _, word := range slices.Sorted(maps.Keys(c.words)) {
		b = binary.AppendUvarint(binary.AppendUvarint(b, words[word]), uint64(c.words[word]))
	}
	b = binary.AppendVarint(binary.AppendVarint(b, c.calendar.ms), c.business.ms)
	return appendText(appendText(b, c.calendar.bytes()), c.business.bytes())
}

// unpackFacts gives the facts of the places that wanted asks for to each. Nothing of a fact may be kept.
func unpackFacts(b []byte, wanted func(place string) bool, each func(place string, e *packedFact) error) error {
	u := &unpacking{b: b}
	words := u.words()
	var e packedFact
	for len(u.b) > 0 && !u.bad {
		place := string(u.text())
		in := &unpacking{b: u.text()}
		if u.bad || !wanted(place) {
			continue
		}
		for len(in.b) > 0 {
			if !e.read(in, words) {
				return errPacked
			}
			if err := each(place, &e); err != nil {
				return err
			}
		}
	}
	if u.bad {
		return errPacked
	}
	return nil
}

func (e *packedFact) read(u *unpacking, words []string) bool {
	e.theme = u.unsigned()
	e.cell.n, e.cell.hits = int(u.unsigned()), int(u.unsigned())
	e.words = e.words[:0]
	for n := u.unsigned(); n > 0 && !u.bad; n-- {
		i := u.unsigned()
		if i >= uint64(len(words)) {
			return false
		}
		e.words = append(e.words, packedWord{words[i], int(u.unsigned())})
	}
	e.cell.calendar.ms, e.cell.business.ms = u.signed(), u.signed()
	e.calendar, e.business = u.text(), u.text()
	return !u.bad
}

// text reads a length and as many bytes.
func (u *unpacking) text() []byte {
	size := u.unsigned()
	if size > uint64(len(u.b)) {
		u.bad, u.b = true, nil
		return nil
	}
	text := u.b[:size]
	u.b = u.b[size:]
	return text
}

// packedRow is the row of a period that holds the cells.
func packedRow(k factKey, period string, cells map[factKey]*cell) []any {
	return []any{string(k.figure), k.dim, period, "", len(cells), 0, 0, 0, "", packFacts(cells), []byte{}, tickets.DefinitionVersion}
}

// addTo puts a cell among those of its row.
func addTo(packed map[factKey]map[factKey]*cell, row, k factKey, c *cell) {
	if packed[row] == nil {
		packed[row] = map[factKey]*cell{}
	}
	packed[row][k] = c
}

// addPacked adds the packed facts of a period to the groups of a plan.
func (p *plan) addPacked(rd *reader, f fetch, period string, page []byte, out map[string]*cell) error {
	only := map[uint64]bool{}
	for _, part := range p.parts {
		id, _ := strconv.ParseUint(part, 10, 64)
		only[id] = true
	}
	var placed *cell             // of the place
	themed := map[uint64]*cell{} // of the period, where themes are the groups
	return unpackFacts(page, func(place string) bool {
		words := strings.Split(place, ".")
		if !p.accepts(words) {
			return false
		}
		if p.by != p.theme {
			placed = cellIn(out, p.during(rd, period, p.named(words)))
		}
		return true
	}, func(_ string, e *packedFact) error {
		if p.parts != nil && !only[e.theme] {
			return nil
		}
		c := placed
		if p.by == p.theme {
			if c = themed[e.theme]; c == nil {
				c = cellIn(out, p.during(rd, period, strconv.FormatUint(e.theme, 10)))
				themed[e.theme] = c
			}
		}
		return e.into(c, f)
	})
}
