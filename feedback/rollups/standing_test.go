package rollups

import (
	"strings"
	"testing"
)

// The index of what still holds lists its figures by name: one that is missing there would be told as nothing.
func TestStillStandingKnowsEveryStandingFigure(t *testing.T) {
	figures := []Key{work, Waiting}
	for _, s := range append(specs(), others()...) {
		if s.kind == standing {
			figures = append(figures, s.key)
		}
	}
	if len(figures) < 3 {
		t.Fatalf("standing figures = %v, want work and at least two more", figures)
	}
	for _, f := range figures {
		if !strings.Contains(stillStanding, "'"+string(f)+"'") {
			t.Errorf("%q is not in %s", f, stillStanding)
		}
	}
}
