package tagger

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// learner fits the tags of a training one by one.
type learner struct {
	ctx    context.Context
	seed   uint64
	fitter *fitter
	set    *set
	number []uint32 // bucket of each number
	has    []bool   // which texts have the tag at hand
	done   []judged
}

// judged is a fitted tag, and what models said of every text that they were fitted without.
type judged struct {
	tag     Tag
	bias    float32
	weights []weight
	scores  []float32
	has     []bool
}

// weight is one feature's, kept with the tag.
type weight struct {
	bucket uint32
	value  float32
}

// learn fits one tag: once without each fold, to be judged, and once with all.
func (l *learner) learn(tag Tag) error {
	j := judged{tag: tag, scores: make([]float32, len(l.has)), has: slices.Clone(l.has)}
	for fold := range uint8(folds) {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		_, bias := l.fitter.fit(l.has, fold, l.seed+uint64(tag.ID))
		for i, of := range l.set.fold {
			if of == fold {
				j.scores[i] = l.fitter.score(int32(i)) + bias
			}
		}
	}
	weights, bias := l.fitter.fit(l.has, noFold, l.seed+uint64(tag.ID))
	j.bias, j.weights = bias, l.strongest(weights)
	l.done = append(l.done, j)
	return nil
}

// mostWeights is how many features of a tag are kept; the others hardly move a score.
const mostWeights = 5000

// strongest keeps a fit's largest weights, by bucket.
func (l *learner) strongest(weights []float32) []weight {
	out := make([]weight, 0, len(weights))
	for i, w := range weights {
		if w != 0 {
			out = append(out, weight{l.number[i], w})
		}
	}
	if len(out) > mostWeights {
		slices.SortFunc(out, func(a, b weight) int {
			return cmp.Or(cmp.Compare(math.Abs(float64(b.value)), math.Abs(float64(a.value))), cmp.Compare(a.bucket, b.bucket))
		})
		out = slices.Clone(out[:mostWeights])
	}
	slices.SortFunc(out, func(a, b weight) int { return cmp.Compare(a.bucket, b.bucket) })
	return slices.Clip(out)
}

// calibrate turns scores into chances and says which tags are right often enough to be offered, and from which chance.
func (l *learner) calibrate() []Tag {
	var all []judgement
	for _, j := range l.done {
		all = append(all, j.judgements()...)
	}
	usual := platt(all, curve{slope: 1}, 0)
	tags := make([]Tag, len(l.done))
	for i, j := range l.done {
		own := j.judgements()
		tags[i] = j.tag
		tags[i].curve = platt(own, usual, loyalty)
		tags[i].offer(own)
	}
	return tags
}

// farOff is a score so low that nothing is learned from it; most texts stand there for most tags.
const farOff = -12

// judgements pairs scores with truth.
func (j *judged) judgements() []judgement {
	out := make([]judgement, 0, 256)
	for i, s := range j.scores {
		if s > farOff || j.has[i] {
			out = append(out, judgement{s, j.has[i]})
		}
	}
	return out
}

// kept are the weights of the tags that are offered, in steps of the tag's size, by the tag's place.
func (l *learner) kept(tags []Tag) [][]weight {
	out := make([][]weight, len(tags))
	for i := range tags {
		tags[i].bias = l.done[i].bias
		if tags[i].Offered {
			out[i] = l.done[i].weights
		}
	}
	return out
}
