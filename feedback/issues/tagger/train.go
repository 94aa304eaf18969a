package tagger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

const (
	// MostTags is how many tags a model tells apart; those with most examples.
	MostTags = 200
	// LeastExamples is how many tickets must have a tag before it is learned.
	LeastExamples  = 10
	leastCustomers = 3 // that use a feature: what fewer wrote is theirs
	folds          = 3
)

// Example is a ticket with the tags that it has.
type Example struct {
	ID, Customer int64    // customer 0 is nobody known
	Messages     []string // of the customer, in order
	Tags         []int64
}

// Training gathers examples. It holds counts of hashed features, no text.
type Training struct {
	ids, customers []int64
	tags           [][]int64
	from           []int32
	features       []count
}

// NewTraining returns an empty one.
func NewTraining() *Training { return &Training{from: []int32{0}} }

// Add takes an example in; one without words or tags teaches nothing.
func (t *Training) Add(e Example) {
	counts := read(e.Messages)
	if len(counts) == 0 || len(e.Tags) == 0 {
		return
	}
	if e.Customer == 0 {
		e.Customer = -e.ID // each stands for itself
	}
	t.ids, t.customers = append(t.ids, e.ID), append(t.customers, e.Customer)
	t.tags = append(t.tags, slices.Compact(slices.Sorted(slices.Values(e.Tags))))
	t.features = append(t.features, counts...)
	t.from = append(t.from, int32(len(t.features)))
}

// Len is the number of examples.
func (t *Training) Len() int { return len(t.ids) }

// Fit learns from the examples and spends them. It stops early when ctx ends.
func (t *Training) Fit(ctx context.Context, seed uint64) (*Model, error) {
	m := &Model{rarity: t.rarity(), examples: t.Len()}
	s, number := t.number(m.rarity)
	l := &learner{ctx: ctx, seed: seed, fitter: newFitter(s), set: s, number: number, has: make([]bool, t.Len())}
	for _, tag := range t.common() {
		for i, tags := range t.tags {
			_, l.has[i] = slices.BinarySearch(tags, tag.ID)
		}
		if err := l.learn(tag); err != nil {
			return nil, fmt.Errorf("fit tag %d: %w", tag.ID, err)
		}
	}
	m.tags = l.calibrate()
	m.index(l.kept(m.tags))
	return m, nil
}

// rarity counts by customers how common each feature is.
func (t *Training) rarity() rarity {
	order := make([]int, t.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(t.customers[a], t.customers[b]) })
	users, last := make([]int32, buckets), make([]int32, buckets)
	customers := int32(0)
	for k, i := range order {
		if k == 0 || t.customers[i] != t.customers[order[k-1]] {
			customers++
		}
		for _, c := range t.features[t.from[i]:t.from[i+1]] {
			if last[c.bucket] != customers {
				last[c.bucket] = customers
				users[c.bucket]++
			}
		}
	}
	r := make(rarity, buckets)
	for b, n := range users {
		if n >= leastCustomers {
			r[b] = rarityOf(int(customers), int(n))
		}
	}
	return r
}

// number weighs the features, in place, and gives their buckets numbers without gaps. number holds each one's bucket.
func (t *Training) number(r rarity) (s *set, number []uint32) {
	dense := make([]uint32, buckets)
	for b, known := range r {
		if known != 0 {
			dense[b] = uint32(len(number))
			number = append(number, uint32(b))
		}
	}
	s = &set{from: []int32{0}, features: t.features[:0], numbers: len(number), fold: make([]uint8, t.Len())}
	for i := range t.ids {
		v := r.weigh(t.features[t.from[i]:t.from[i+1]])
		for k := range v {
			v[k].bucket = dense[v[k].bucket]
		}
		s.features = append(s.features, v...)
		s.from = append(s.from, int32(len(s.features)))
		s.fold[i] = uint8(mix(uint64(t.customers[i])) % folds) // a customer's texts stay together
	}
	return s, number
}

// mix scatters numbers that follow each other (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// common lists the tags with enough examples, the most used first, as many as a model holds.
func (t *Training) common() []Tag {
	uses := map[int64]int{}
	for _, tags := range t.tags {
		for _, tag := range tags {
			uses[tag]++
		}
	}
	var out []Tag
	for id, n := range uses {
		if n >= LeastExamples {
			out = append(out, Tag{ID: id, Examples: n})
		}
	}
	slices.SortFunc(out, func(a, b Tag) int { return cmp.Or(cmp.Compare(b.Examples, a.Examples), cmp.Compare(a.ID, b.ID)) })
	return out[:min(len(out), MostTags)]
}
