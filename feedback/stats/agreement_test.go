package stats

import (
	"math"
	"testing"
)

func TestAgreeKnownValues(t *testing.T) {
	// Values by hand; the first and third are also the examples of scikit-learn's documentation of
	// adjusted_rand_score (0.57...) and v_measure_score (0.8).
	tests := []struct {
		name       string
		truth      []int
		found      []int64
		v, ari     float64
		correct    float64
		together   float64
		groups, of int
	}{
		{"renamed", []int{0, 0, 1, 1}, []int64{1, 1, 0, 0}, 1, 1, 1, 1, 2, 2},
		{"one split", []int{0, 0, 1, 2}, []int64{0, 0, 1, 1}, 0.8, 0.5714285714, 0.75, 2.0 / 3, 2, 3},
		{"all in one", []int{0, 0, 1, 1}, []int64{5, 5, 5, 5}, 0, 0, 0.5, 0.5, 1, 2},
		{"all apart", []int{0, 0, 1, 1}, []int64{1, 2, 3, 4}, 2.0 / 3, 0, 0.5, 0, 4, 2},
		{"a single one", []int{0}, []int64{7}, 1, 1, 1, 1, 1, 1},
		{"nothing", nil, nil, 0, 0, 0, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Agree(tt.truth, tt.found)
			if math.Abs(got.V-tt.v) > 1e-9 || math.Abs(got.ARI-tt.ari) > 1e-9 || got.ACC != tt.correct ||
				math.Abs(got.PairF1-tt.together) > 1e-9 || got.Groups != tt.groups || got.Labels != tt.of {
				t.Errorf("got %+v, want %+v", got, tt)
			}
		})
	}
}
