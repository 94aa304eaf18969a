package tagger

import (
	"math"
	"math/rand/v2"
)

// set is the examples of a training as weighed features. Their buckets are numbered anew without gaps, so that a
// fit's weights stay in the cache.
type set struct {
	from     []int32 // where each text's features begin; one more than texts
	features []count
	fold     []uint8
	numbers  int
}

const (
	passes    = 8
	rate      = 0.6
	quiet     = 0.02 // a text that is this close to its answer teaches nothing
	mostHeavy = 4.0  // weight of a rare tag's examples
	noFold    = 255  // leaves nothing out
)

// untaught is the score of a tag that a fit saw no example of.
const untaught = -20

// fitter fits one tag after another in the same memory.
type fitter struct {
	s              *set
	weight, square []float32 // AdaGrad: a weight's step shrinks with what it has moved
	drift          []float32 // sum of step number × change, for the mean over all steps
	order          []int32
	rng            *rand.Rand
}

func newFitter(s *set) *fitter {
	return &fitter{s: s, weight: make([]float32, s.numbers), square: make([]float32, s.numbers), drift: make([]float32, s.numbers),
		order: make([]int32, 0, len(s.fold))}
}

// fit learns one tag from all texts but those of a fold. has says which texts have the tag. The result holds until the
// next call.
func (f *fitter) fit(has []bool, skip uint8, seed uint64) (weights []float32, bias float32) {
	clear(f.weight)
	clear(f.drift)
	for i := range f.square {
		f.square[i] = 1e-2
	}
	f.rng = rand.New(rand.NewPCG(seed, uint64(skip)))
	f.order = f.order[:0]
	with := 0
	for i, fold := range f.s.fold {
		if fold != skip {
			f.order = append(f.order, int32(i))
			if has[i] {
				with++
			}
		}
	}
	if with == 0 || with == len(f.order) {
		return f.weight, untaught
	}
	heavy := float32(math.Min(mostHeavy, math.Sqrt(float64(len(f.order)-with)/float64(with))))
	biasSquare, biasDrift := float32(1), float32(0)
	bias = float32(math.Log(float64(with) / float64(len(f.order)-with)))
	step := float32(1)
	for range passes {
		f.rng.Shuffle(len(f.order), func(i, j int) { f.order[i], f.order[j] = f.order[j], f.order[i] })
		for _, i := range f.order {
			g := chance(f.score(i) + bias)
			if has[i] {
				g = (g - 1) * heavy
			}
			if g < quiet && g > -quiet {
				continue
			}
			f.move(i, g, step)
			biasSquare += g * g
			change := -rate * g / float32(math.Sqrt(float64(biasSquare)))
			bias += change
			biasDrift += step * change
			step++
		}
	}
	for i := range f.weight {
		f.weight[i] -= f.drift[i] / step
	}
	return f.weight, bias - biasDrift/step
}

// move steps against a text's gradient.
func (f *fitter) move(i int32, g, step float32) {
	for _, x := range f.s.features[f.s.from[i]:f.s.from[i+1]] {
		at, d := x.bucket, g*x.times
		f.square[at] += d * d
		change := -rate * d / float32(math.Sqrt(float64(f.square[at])))
		f.weight[at] += change
		f.drift[at] += step * change
	}
}

func (f *fitter) score(i int32) (sum float32) {
	for _, x := range f.s.features[f.s.from[i]:f.s.from[i+1]] {
		sum += f.weight[x.bucket] * x.times
	}
	return sum
}

// chance is the logistic function.
func chance(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }
