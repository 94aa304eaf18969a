package issues

import (
	"math"
	"math/rand/v2"

	blas "gonum.org/v1/gonum/blas/gonum"
)

// mixture is a Dirichlet multinomial mixture over K slots (Yin and Wang, GSDMM, KDD 2014): how many
// documents each slot has, and how much of each feature. Logarithms are cached feature-major, so that
// scoring a document against all slots is one vector addition per feature.
type mixture struct {
	slots       int
	alpha, beta float64
	docs        []int32   // per slot
	weight      []int64   // per slot, in units
	rows        []row     // per feature; empty while the feature waits
	lnDocs      []float32 // ln(docs + alpha)
	lnWeight    []float32 // ln(weight + beta·V)
	words       int       // V, as of the cached logarithms
	small       []float32 // ln(count + beta) for small counts
	scores      []float32 // scratch of score
}

// row is one feature's counts per slot, in units, and ln(count + beta).
type row struct {
	counts []int32
	logs   []float32
	total  int64
}

const smallCounts = 64 * unit // logarithms held in a table

func newMixture(slots int, alpha, beta float64) *mixture {
	m := &mixture{
		slots: slots, alpha: alpha, beta: beta,
		docs: make([]int32, slots), weight: make([]int64, slots),
		lnDocs: make([]float32, slots), lnWeight: make([]float32, slots),
		small: make([]float32, smallCounts), scores: make([]float32, slots),
	}
	for i := range m.small {
		m.small[i] = float32(math.Log(float64(i)/unit + beta))
	}
	m.resize(1)
	return m
}

// resize tells the mixture how many features there are, and refreshes the logarithms that depend on it.
func (m *mixture) resize(words int) {
	m.words = max(1, words)
	for k := range m.slots {
		m.lnDocs[k] = float32(math.Log(float64(m.docs[k]) + m.alpha))
		m.lnWeight[k] = m.logWeight(m.weight[k])
	}
}

func (m *mixture) logWeight(w int64) float32 {
	return float32(math.Log(float64(w)/unit + m.beta*float64(m.words)))
}

func (m *mixture) logCount(c int32) float32 {
	if c < smallCounts {
		return m.small[c]
	}
	return float32(math.Log(float64(c)/unit + m.beta))
}

// open gives a feature its row.
func (m *mixture) open(f int32) {
	for int(f) >= len(m.rows) {
		m.rows = append(m.rows, row{})
	}
	r := row{counts: make([]int32, m.slots), logs: make([]float32, m.slots)}
	for k := range r.logs {
		r.logs[k] = m.small[0]
	}
	m.rows[f] = r
}

// close takes away the row of a feature that nothing holds any more.
func (m *mixture) close(f int32) {
	if int(f) < len(m.rows) {
		m.rows[f] = row{}
	}
}

func (m *mixture) isOpen(f int32) bool { return int(f) < len(m.rows) && m.rows[f].counts != nil }

// put adds a document to a slot (sign 1) or takes it out (sign −1).
func (m *mixture) put(d *document, k int32, sign int32) {
	m.docs[k] += sign
	m.lnDocs[k] = float32(math.Log(float64(m.docs[k]) + m.alpha))
	for _, e := range d.entries {
		m.putEntry(e, k, sign)
	}
}

// putEntry adds or takes out one feature of a document, if it has a row.
func (m *mixture) putEntry(e entry, k int32, sign int32) {
	if !m.isOpen(e.feature) {
		return
	}
	r, w := &m.rows[e.feature], sign*int32(e.weight)
	r.counts[k] += w
	r.total += int64(w)
	r.logs[k] = m.logCount(r.counts[k])
	m.weight[k] += int64(w)
	m.lnWeight[k] = m.logWeight(m.weight[k])
}

// score fills m.scores with the log probability (up to a constant) that each slot made the document:
// ln(m_k + α) + Σ w·ln(n_kf + β) − T·ln(n_k + βV), the document itself left out of its slot.
func (m *mixture) score(d *document) []float32 {
	copy(m.scores, m.lnDocs)
	var vector blas.Implementation
	total := int64(0)
	for _, e := range d.entries {
		if m.isOpen(e.feature) {
			total += int64(e.weight)
			vector.Saxpy(m.slots, float32(e.weight)/unit, m.rows[e.feature].logs, 1, m.scores, 1)
		}
	}
	vector.Saxpy(m.slots, -float32(total)/unit, m.lnWeight, 1, m.scores, 1)
	if d.slot >= 0 {
		m.scores[d.slot] = m.scoreWithout(d, total)
	}
	return m.scores
}

// scoreWithout is the score of a document's own slot, as if the document had left it.
func (m *mixture) scoreWithout(d *document, total int64) float32 {
	k := d.slot
	s := math.Log(float64(m.docs[k]-1) + m.alpha)
	for _, e := range d.entries {
		if m.isOpen(e.feature) {
			count := m.rows[e.feature].counts[k] - int32(e.weight)
			s += float64(e.weight) / unit * float64(m.logCount(count))
		}
	}
	return float32(s - float64(total)/unit*float64(m.logWeight(m.weight[k]-total)))
}

// best is the slot with the highest score and by how much it leads the next.
func best(scores []float32) (slot int32, gap float64) {
	first, second := float32(math.Inf(-1)), float32(math.Inf(-1))
	for k, s := range scores {
		if s > first {
			first, second, slot = s, first, int32(k)
		} else if s > second {
			second = s
		}
	}
	return slot, float64(first - second)
}

// reach is how far under the best score a slot can still be drawn: e^−16 is nothing.
const reach = 16

// draw picks a slot with probability proportional to exp(score), and leaves those weights in scores.
func draw(scores []float32, rng *rand.Rand) int32 {
	top := float32(math.Inf(-1))
	for _, s := range scores {
		top = max(top, s)
	}
	sum, p, of := 0.0, 1.0, top
	for k, s := range scores {
		if s <= top-reach {
			scores[k] = 0
			continue
		}
		if s != of { // all empty slots score the same
			p, of = math.Exp(float64(s-top)), s
		}
		scores[k] = float32(p)
		sum += p
	}
	at, last := rng.Float64()*sum, int32(0)
	for k, p := range scores {
		if p > 0 {
			last = int32(k)
			if at -= float64(p); at < 0 {
				break
			}
		}
	}
	return last
}

// lift is ln p(f|k)/p(f): how much more slot k uses a feature than the desk does.
func (m *mixture) lift(f int32, k int32, all int64) float64 {
	r, smooth := &m.rows[f], m.beta*float64(m.words)
	here := float64(r.logs[k]) - float64(m.lnWeight[k])
	return here - math.Log((float64(r.total)/unit+m.beta)/(float64(all)/unit+smooth))
}

// total is the weight in all slots.
func (m *mixture) total() int64 {
	sum := int64(0)
	for _, w := range m.weight {
		sum += w
	}
	return sum
}
