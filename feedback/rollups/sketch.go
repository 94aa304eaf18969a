package rollups

import (
	"fmt"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// accuracy is how far a value read from a sketch may be off, as a part of itself.
const accuracy = 0.01

// sketch holds durations, in seconds, in bins that grow with them: what two of them hold adds up to a third that is as
// accurate (Masson, Rim and Lee 2019). It is a stats.Ranked.
type sketch struct{ *ddsketch.DDSketch }

func mappingOf() mapping.IndexMapping {
	m, err := mapping.NewLogarithmicMapping(accuracy)
	if err != nil {
		panic(err) // the accuracy is a constant between 0 and 1
	}
	return m
}

func newSketch() *sketch {
	return &sketch{ddsketch.NewDDSketchFromStoreProvider(mappingOf(), store.DenseStoreConstructor)}
}

// sketched makes a sketch of values.
func sketched(xs []float64) *sketch {
	s := newSketch()
	for _, x := range xs {
		s.add(x)
	}
	return s
}

// add takes one value. A value that no duration has is passed over.
func (s *sketch) add(x float64) { _ = s.Add(max(0, x)) }

func (s *sketch) merge(o *sketch) { _ = s.MergeWith(o.DDSketch) } // the mappings are the same

// bytes is the compact form: the mapping is the same everywhere and left out. The same values give the same bytes.
func (s *sketch) bytes() []byte {
	if s == nil || s.IsEmpty() {
		return []byte{}
	}
	var b []byte
	s.Encode(&b, true)
	return b
}

// mergeBytes adds a sketch in its compact form.
func (s *sketch) mergeBytes(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if err := s.DecodeAndMergeWith(b); err != nil {
		return fmt.Errorf("read a sketch: %w", err)
	}
	return nil
}

// Len is how many values there are.
func (s *sketch) Len() int { return int(s.GetCount()) }

// At is about the i-th smallest value.
func (s *sketch) At(i int) float64 {
	q := 0.0
	if n := s.Len(); n > 1 {
		q = float64(i) / float64(n-1)
	}
	x, err := s.GetValueAtQuantile(min(q, 1))
	if err != nil {
		return 0 // only when it is empty
	}
	return x
}

// Slack says how far a value may be off.
func (s *sketch) Slack() float64 { return accuracy }
