package issues

import (
	"cmp"
	"math"
	"slices"
)

// Card is what the screen shows as one: a leading topic and those that tell of the same matter. Tests run on both;
// joining topics for good is a person's decision.
type Card struct {
	Topic int64   // the largest
	Alike []int64 // the others, largest first
}

// Cards groups the topics. Sampling splits a large matter into many topics, since with enough conversations every
// turn of phrase becomes telling. Whether two are one matter is asked again here with a prior that grows with them:
// they are joined, the best pair first, as long as one multinomial explains their words better than two
// (Dirichlet–multinomial marginal likelihood, the desk's own words as its base measure). What people made a topic of
// its own stays apart.
func (m *Model) Cards() []Card {
	g := m.newGrouping(priorLeast, priorPerTalk)
	for g.joinBest() {
	}
	var out []Card
	for _, x := range g.grains {
		if x == nil {
			continue
		}
		slices.SortStableFunc(x.slots, func(a, b int32) int { return cmp.Compare(m.mix.docs[b], m.mix.docs[a]) })
		c := Card{Topic: m.keys[x.slots[0]]}
		for _, k := range x.slots[1:] {
			c.Alike = append(c.Alike, m.keys[k])
		}
		out = append(out, c)
	}
	return out
}

// leadOf knows which topic leads the card of each.
type leadOf map[int64]int64

func leads(cards []Card) leadOf {
	lead := make(leadOf)
	for _, c := range cards {
		for _, key := range c.Alike {
			lead[key] = c.Topic
		}
	}
	return lead
}

// of is the leading topic of a topic's card: itself, if it has the card alone.
func (l leadOf) of(topic int64) int64 {
	if lead, ok := l[topic]; ok {
		return lead
	}
	return topic
}

const (
	priorLeast   = 700 // weight of the prior of a card's words, at least
	priorPerTalk = 3.5 // and for each conversation of the larger one
	faint        = 0.1 // c-TF-IDF cosine under which topics are not even compared
)

// grouping joins topics step by step. Grains are ordered by the size of their first topic.
type grouping struct {
	grains         []*grain
	gains          [][]float64 // of joining i with j < i; 0: not worth it
	least, perTalk float64     // weight of the prior: at least, and for each conversation of the larger one
	usual          []float64   // share of each feature in all of the desk's words
}

// grain is a card that grows.
type grain struct {
	slots []int32
	words []posting // ascending
	total float64
	talks int32
	alone bool // made by people
	close []bool
}

func (m *Model) newGrouping(least, perTalk float64) *grouping {
	g := &grouping{least: least, perTalk: perTalk, usual: make([]float64, len(m.mix.rows))}
	slots := m.bySize()
	place := make(map[int32]int, len(slots))
	for i, k := range slots {
		place[k] = i
		g.grains = append(g.grains, &grain{slots: []int32{k}, talks: m.mix.docs[k], alone: m.keys[k] < 0})
	}
	all := float64(max(1, m.mix.total()))
	for f := range m.mix.rows {
		g.usual[f] = float64(m.mix.rows[f].total) / all
		for k, c := range m.mix.rows[f].counts {
			if c > 0 {
				x := g.grains[place[int32(k)]]
				x.words = append(x.words, posting{int32(f), float64(c) / unit})
				x.total += float64(c) / unit
			}
		}
	}
	near := m.similarities()
	g.gains = make([][]float64, len(slots))
	for i, k := range slots {
		g.gains[i], g.grains[i].close = make([]float64, i), make([]bool, len(slots))
		for j, l := range slots {
			g.grains[i].close[j] = near[k][l] >= faint
		}
		for j := range i {
			g.gains[i][j] = g.gain(i, j)
		}
	}
	return g
}

// joinBest joins the pair that gains most, if any gains.
func (g *grouping) joinBest() bool {
	a, b, most := -1, -1, 0.0
	for i, row := range g.gains {
		for j, gain := range row {
			if gain > most {
				a, b, most = i, j, gain
			}
		}
	}
	if a < 0 {
		return false
	}
	x, y := g.grains[b], g.grains[a] // b < a: what began larger takes the other in
	x.slots = append(x.slots, y.slots...)
	x.words, x.total, x.talks = addPostings(x.words, y.words), x.total+y.total, x.talks+y.talks
	for i := range x.close {
		x.close[i] = x.close[i] || y.close[i]
		if other := g.grains[i]; other != nil {
			other.close[b] = x.close[i]
		}
	}
	g.grains[a] = nil
	for i := range g.grains {
		switch {
		case i < a:
			g.gains[a][i] = 0
		case i > a:
			g.gains[i][a] = 0
		}
		switch {
		case i < b:
			g.gains[b][i] = g.gain(b, i)
		case i > b:
			g.gains[i][b] = g.gain(i, b)
		}
	}
	return true
}

// gain is by how much the words of two grains are more likely (ln) from one source than from two.
func (g *grouping) gain(i, j int) float64 {
	x, y := g.grains[i], g.grains[j]
	if x == nil || y == nil || x.alone || y.alone || !x.close[j] {
		return 0
	}
	prior := max(g.least, g.perTalk*float64(max(x.talks, y.talks)))
	sum := lnGamma(x.total+prior) + lnGamma(y.total+prior) - lnGamma(x.total+y.total+prior) - lnGamma(prior)
	for a, b := 0, 0; a < len(x.words) && b < len(y.words); {
		v, w := x.words[a], y.words[b]
		switch {
		case v.at < w.at:
			a++
		case v.at > w.at:
			b++
		default:
			base := prior * g.usual[v.at]
			sum += lnGamma(v.weight+w.weight+base) - lnGamma(v.weight+base) - lnGamma(w.weight+base) + lnGamma(base)
			a, b = a+1, b+1
		}
	}
	return max(0, sum)
}

func lnGamma(x float64) float64 {
	y, _ := math.Lgamma(x)
	return y
}

// addPostings adds two ascending lists.
func addPostings(x, y []posting) []posting {
	out := make([]posting, 0, len(x)+len(y))
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0].at < y[0].at:
			out, x = append(out, x[0]), x[1:]
		case x[0].at > y[0].at:
			out, y = append(out, y[0]), y[1:]
		default:
			out = append(out, posting{x[0].at, x[0].weight + y[0].weight})
			x, y = x[1:], y[1:]
		}
	}
	return append(append(out, x...), y...)
}

// bySize lists the slots in use, largest first.
func (m *Model) bySize() []int32 {
	var slots []int32
	for k, n := range m.mix.docs {
		if n > 0 {
			slots = append(slots, int32(k))
		}
	}
	slices.SortStableFunc(slots, func(a, b int32) int { return cmp.Compare(m.mix.docs[b], m.mix.docs[a]) })
	return slots
}

// similarities are the cosines of all pairs of slots' c-TF-IDF vectors.
func (m *Model) similarities() [][]float64 {
	near := make([][]float64, m.cfg.Slots)
	for k := range near {
		near[k] = make([]float64, m.cfg.Slots)
	}
	byFeature := make(map[int32][]posting)
	for k, vector := range m.rankTerms() {
		norm := 0.0
		for _, t := range vector {
			norm += t.weight * t.weight
		}
		for _, t := range vector {
			byFeature[t.feature] = append(byFeature[t.feature], posting{int32(k), t.weight / math.Sqrt(norm)})
		}
	}
	for f := range m.mix.rows { // not over the map: sums must come out the same every time
		postings := byFeature[int32(f)]
		for i, a := range postings {
			for _, b := range postings[:i] {
				near[a.at][b.at] += a.weight * b.weight
				near[b.at][a.at] += a.weight * b.weight
			}
		}
	}
	return near
}

// GroupFlags puts those flags of one night together whose topics share a card or come from the same customers: one
// incident often raises several fragments of a topic. Each group is led by its most significant flag, and the groups
// are in that order.
func (m *Model) GroupFlags(flags []Flag, cards []Card) [][]Flag {
	members, lead := m.members(), leads(cards)
	sorted := slices.Clone(flags)
	slices.SortStableFunc(sorted, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Test.P, b.Test.P), cmp.Compare(a.Topic, b.Topic))
	})
	var groups [][]Flag
	for _, f := range sorted {
		a := m.slotOf(f.Topic)
		i := slices.IndexFunc(groups, func(g []Flag) bool {
			b := m.slotOf(g[0].Topic)
			return lead.of(f.Topic) == lead.of(g[0].Topic) || a >= 0 && b >= 0 && commonCustomers(members[a], members[b]) >= relatives
		})
		if i < 0 {
			groups = append(groups, []Flag{f})
			continue
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// commonCustomers is the share of the smaller group's customers who are in the other too.
func commonCustomers(a, b []*document) float64 {
	in := func(docs []*document) map[int64]bool {
		set := make(map[int64]bool)
		for _, d := range docs {
			set[d.customer] = true
		}
		return set
	}
	x, y := in(a), in(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	common := 0
	for c := range x {
		if y[c] {
			common++
		}
	}
	return float64(common) / float64(len(x))
}
