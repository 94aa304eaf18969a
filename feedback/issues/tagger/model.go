package tagger

import (
	"cmp"
	"math"
	"slices"
)

// Tag is what a model knows of a tag.
type Tag struct {
	ID       int64
	Examples int
	Offered  bool    // right often enough to be suggested
	From     float64 // the chance from which it is
	HeldOut  int     // texts for which it would have been suggested by a model that had not seen them
	Right    int     // of those, how many have it

	curve curve
	bias  float32
	size  float32 // of a step of its weights
}

// Model suggests tags. It is safe for concurrent use.
type Model struct {
	rarity   rarity
	tags     []Tag
	examples int
	from     []uint32 // where each bucket's posts begin; one more than buckets
	posts    []post
}

// post is a tag's weight of one feature, in steps of the tag's size.
type post struct {
	tag   uint8
	steps int8
}

const mostSteps = 127

// index turns weights by tag into posts by bucket.
func (m *Model) index(weights [][]weight) {
	m.from = make([]uint32, buckets+1)
	for i, list := range weights {
		largest := 0.0
		for _, w := range list {
			largest = math.Max(largest, math.Abs(float64(w.value)))
		}
		m.tags[i].size = float32(largest / mostSteps)
		for _, w := range list {
			if m.tags[i].steps(w.value) != 0 {
				m.from[w.bucket+1]++
			}
		}
	}
	for b := range buckets {
		m.from[b+1] += m.from[b]
	}
	m.posts = make([]post, m.from[buckets])
	next := slices.Clone(m.from)
	for i, list := range weights {
		for _, w := range list {
			if steps := m.tags[i].steps(w.value); steps != 0 {
				m.posts[next[w.bucket]] = post{uint8(i), steps}
				next[w.bucket]++
			}
		}
	}
}

func (t *Tag) steps(value float32) int8 {
	if t.size == 0 {
		return 0
	}
	return int8(math.Round(float64(value / t.size)))
}

// Tags describes the tags that the model was fitted for, the most used first.
func (m *Model) Tags() []Tag { return slices.Clone(m.tags) }

// Examples is the number of tickets that the model was fitted to.
func (m *Model) Examples() int { return m.examples }

// Suggestion is a tag that a ticket should probably have.
type Suggestion struct {
	Tag        int64
	Confidence float64 // the chance that it is right
}

// mostSure is the highest confidence: what was measured on some hundred texts cannot promise more.
const mostSure = 0.99

// Suggest returns the tags that fit a customer's messages well enough to be offered and that the ticket does not have,
// the likeliest first, at most so many.
func (m *Model) Suggest(messages []string, has []int64, most int) []Suggestion {
	var out []Suggestion
	for i, p := range m.chances(messages) {
		if t := &m.tags[i]; t.Offered && p >= t.From && !slices.Contains(has, t.ID) {
			out = append(out, Suggestion{t.ID, math.Min(p, mostSure)})
		}
	}
	slices.SortFunc(out, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Tag, b.Tag))
	})
	return out[:min(most, len(out))]
}

// chances are those of every tag; 0 for all when nothing of the text is known.
func (m *Model) chances(messages []string) []float64 {
	out := make([]float64, len(m.tags))
	if len(m.tags) == 0 {
		return out
	}
	features := m.rarity.weigh(read(messages))
	if len(features) == 0 {
		return out
	}
	var scores [MostTags]float32
	for _, f := range features {
		for _, p := range m.posts[m.from[f.bucket]:m.from[f.bucket+1]] {
			scores[p.tag] += float32(p.steps) * f.times
		}
	}
	for i := range m.tags {
		if t := &m.tags[i]; t.Offered {
			out[i] = t.curve.chance(scores[i]*t.size + t.bias)
		}
	}
	return out
}
