package rollups

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"heard/tickets/events"
)

// where names the part of the desk in which a change shows most, when there is more than one part and the part's own
// samples are large enough. It is a place to look, not a cause. The part's name is filled in where the report is read.
func (b *build) where(ctx context.Context, f *Figure) (text string, at *Part, err error) {
	m, known := b.samples[f.Key]
	if !known {
		return "", nil, nil
	}
	is, err := b.pieces(ctx, m.spec, m.is.window)
	if err != nil {
		return "", nil, err
	}
	was := make([]map[Part]*sample, len(m.was))
	for i := range m.was {
		if was[i], err = b.pieces(ctx, m.spec, m.was[i].window); err != nil {
			return "", nil, err
		}
	}
	several := map[string]int{}
	for piece := range is {
		several[piece.By]++
	}
	most := 0.0
	for _, piece := range sortedParts(is) {
		if several[piece.By] < 2 {
			continue
		}
		before := make([]sample, len(was))
		for i := range was {
			if s := was[i][piece]; s != nil {
				before[i] = *s
			}
		}
		c := compare(m.spec, is[piece], before)
		if c.Verdict != f.Change.Verdict || c.atLeast <= most {
			continue
		}
		most, at = c.atLeast, &piece
		text = fmt.Sprintf("Shows most in %s %s: %s, %s before (n %s)", piece.By, partHere, TextOf(f.Unit, is[piece].value(m.spec.kind)),
			Text(f.Unit, rounded(f.Unit, c.wasValue)), Text(Count, float64(is[piece].n())))
	}
	return text, at, nil
}

// partsOf are the parts of the desk that an observation belongs to, of each kind one.
func partsOf(o *Observation) []Part {
	out := []Part{}
	if o.Figure == Handoffs && o.Word != "" {
		out = append(out, Part{By: "reason", Word: o.Word})
	}
	if o.Team != 0 {
		out = append(out, Part{By: ofTeam, ID: o.Team})
	}
	if o.Inbox != 0 {
		out = append(out, Part{By: ofInbox, ID: o.Inbox})
	}
	if o.Channel != "" {
		out = append(out, Part{By: ofChannel, Word: string(o.Channel)})
	}
	return out
}

// pieces measures a figure in a window by parts of the desk.
func (b *build) pieces(ctx context.Context, s spec, w window) (map[Part]*sample, error) {
	if b.settled(s) {
		return b.piecesOfFacts(ctx, s, w)
	}
	whole, out := sample{window: w, asOf: b.asOf(s, w)}, map[Part]*sample{}
	add := func(o *Observation, hit bool) {
		for _, piece := range partsOf(o) {
			if out[piece] == nil {
				out[piece] = &sample{window: w, asOf: whole.asOf}
			}
			out[piece].take(s, o, hit)
		}
	}
	if s.kind == standing {
		list, err := b.r.standing(ctx, s.key, w.to, b.filter)
		for i := range list {
			add(&list[i], false)
		}
		return out, err
	}
	err := b.each(ctx, s, &whole, add)
	for _, x := range out {
		x.thin()
	}
	return out, err
}

// piecesOfFacts reads them from the facts of days.
func (b *build) piecesOfFacts(ctx context.Context, s spec, w window) (map[Part]*sample, error) {
	rd, out := b.facts(), map[Part]*sample{}
	for _, by := range []string{ofTeam, ofInbox, ofChannel} {
		cells, err := rd.cells(ctx, ask{spec: s, days: b.daysOf(w), filter: b.filter, by: by})
		if err != nil {
			return nil, err
		}
		for name, c := range cells {
			piece := Part{By: by}
			if by == ofChannel {
				piece.Word = name
			} else if piece.ID, err = events.ParseID(name); err != nil {
				continue // of none
			}
			if piece.ID != 0 || piece.Word != "" {
				out[piece] = &sample{window: w, asOf: w.to, counted: c.n, calendar: c.calendar}
			}
		}
	}
	return out, nil
}

func sortedParts(m map[Part]*sample) []Part {
	order := map[string]int{"reason": 0, ofTeam: 1, ofInbox: 2, ofChannel: 3}
	return slices.SortedFunc(maps.Keys(m), func(a, c Part) int {
		return cmp.Or(cmp.Compare(order[a.By], order[c.By]), cmp.Compare(a.ID, c.ID), cmp.Compare(a.Word, c.Word))
	})
}
