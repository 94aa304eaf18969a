package issues

import (
	"cmp"
	"slices"

	"heard/feedback/stats"
)

const (
	strandP      = 0.0003 // that chance makes a strand look as much like a burst; there are many hundred a night
	strandLeast  = 6      // conversations of a week: five with one word are soon together
	strandUsual  = 28     // days that the usual level of a strand is read from, at least
	strandReach  = 65     // days before tonight that its tests look at
	strandSpread = 3      // customers
)

// Strand is the conversations of a topic that hold one word, or one tag. A new matter that is small beside a topic is
// taken into it, and neither the topic nor its card stands out; but what is new in it has words of its own. Words of the
// whole desk would not do: they are of too many matters at once.
type Strand struct {
	Topic  int64
	Word   string // as most people write it
	stem   string
	series *series
	talks  []dated
}

// dated is a conversation on a day.
type dated struct {
	day  int
	id   int64
	from *document
}

// strandFinder knows the conversations that a model holds by day.
type strandFinder struct {
	model *Model
	talks []dated // ascending
}

// newStrandFinder orders what the model holds by day. dayOf tells the day of a conversation, of the table that is tested;
// it says no for those that the table does not count.
func (m *Model) newStrandFinder(dayOf func(conversation int64) (int, bool)) *strandFinder {
	p := &strandFinder{model: m}
	for _, d := range m.docs {
		if day, ok := dayOf(d.id); ok && d.slot >= 0 && !d.exemplar {
			p.talks = append(p.talks, dated{day, d.id, d})
		}
	}
	slices.SortStableFunc(p.talks, func(a, b dated) int { return cmp.Compare(a.day, b.day) })
	return p
}

// between are the conversations of the days from..to.
func (p *strandFinder) between(from, to int) []dated {
	at := func(day int) int {
		i, _ := slices.BinarySearchFunc(p.talks, day, func(x dated, day int) int { return cmp.Compare(x.day, day) })
		return i
	}
	return p.talks[at(from):max(at(from), at(to+1))]
}

// of are the strands with enough conversations in the week that ends on a day, by topic and word. A desk whose window
// does not reach back far enough has none: there would be nothing to compare with.
func (p *strandFinder) of(day int) []Strand {
	if len(p.talks) == 0 || p.talks[0].day > day-gapDays-strandUsual {
		return nil
	}
	type key struct{ slot, feature int32 }
	counts, found := make(map[key]int), make(map[key]*Strand)
	each := func(talks []dated, fn func(key, dated)) {
		for _, t := range talks {
			for _, e := range t.from.entries {
				if p.model.vocab.features[e.feature].telling() {
					fn(key{t.from.slot, e.feature}, t)
				}
			}
		}
	}
	each(p.between(day-gapDays+1, day), func(k key, _ dated) { counts[k]++ })
	for k, n := range counts {
		if n >= strandLeast {
			s := &series{topic: p.model.keys[k.slot], first: max(0, p.talks[0].day), counts: make([]int, day+1), customers: make([][]int64, day+1)}
			f := &p.model.vocab.features[k.feature]
			found[k] = &Strand{Topic: s.topic, Word: f.surface(), stem: f.Stem, series: s}
		}
	}
	each(p.between(max(0, day-strandReach), day), func(k key, t dated) {
		if x := found[k]; x != nil {
			x.series.counts[t.day]++
			x.series.customers[t.day] = append(x.series.customers[t.day], t.from.customer)
			x.talks = append(x.talks, dated{t.day, t.id, nil})
		}
	})
	out := make([]Strand, 0, len(found))
	for _, x := range found {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Strand) int { return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.stem, b.stem)) })
	return out
}

// telling says whether conversations with the feature can be a matter: words and tags, no function words, greetings or
// placeholders.
func (f *feature) telling() bool {
	_, placeholder := masks[f.Stem]
	return f.Active && !f.Function && !placeholder && !courtesies[f.Stem]
}

// strandWindows are the days that strands are tested over: a few conversations of one day with one word are nothing.
func strandWindows() []int { return []int{3, 7} }

// Inside adds flags of topics that do not stand out as such, but in a strand: many more conversations with one word
// than usual. Each topic is flagged once, by its most telling strand.
func (d Detector) Inside(t *Table, day int, strands []Strand, history History, flags []Flag) []Flag {
	if day < warmUp {
		return flags
	}
	exposure, told := t.exposure(day), make(map[int64]bool)
	for _, f := range flags {
		for _, topic := range f.on() {
			told[topic] = told[topic] || f.Kind != KindRecurring
		}
	}
	tests, ps := make([]outcome, len(strands)), make([]float64, len(strands))
	for i, x := range strands {
		tests[i] = d.change(x.series, exposure, day, history.flagged(x.Topic), strandWindows())
		ps[i] = tests[i].P
	}
	qs := stats.BenjaminiHochberg(ps)
	order := make([]int, len(strands))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[a], ps[b]) })
	for _, i := range order {
		o := tests[i]
		if o.P > strandP || told[strands[i].Topic] {
			continue
		}
		o.Q = qs[i]
		if f, ok := strands[i].flag(day, o); ok {
			told[f.Topic] = true
			flags = append(flags, f)
		}
	}
	return flags
}

// flag is a strand's flag, if it has the support.
func (x *Strand) flag(day int, o outcome) (Flag, bool) {
	f := Flag{Topic: x.Topic, Kind: KindBurst, Day: day, Test: o.Test, Word: x.Word}
	f.Conversations, f.Customers = x.series.support(day-o.Window+1, day)
	if f.Conversations < strandLeast || f.Customers < strandSpread {
		return Flag{}, false
	}
	for _, t := range x.talks {
		if t.day > day-o.Window {
			f.within = append(f.within, t.id)
		}
	}
	f.Sentence = sentence(f)
	return f, true
}
