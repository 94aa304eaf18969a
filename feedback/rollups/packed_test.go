package rollups

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPackedFactsHoldTheirCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 6))
	cells := map[factKey]*cell{}
	for i := range 400 {
		c := cellIn(cells, factKey{FirstResolution, ofCrewTopic, fmt.Sprintf("%d.%d.chat.support.%d.%d", rng.IntN(2), rng.IntN(3), rng.IntN(4), rng.IntN(30))})
		c.add(&Observation{Calendar: rng.Int64N(90_000_000), Business: rng.Int64N(1000), Word: []string{"", "c1", "b2", "é"}[rng.IntN(4)]}, i%3 == 0)
		c.takes(&Observation{Calendar: int64(i), Business: 7})
	}
	b := packFacts(cells)
	got := map[factKey]*cell{}
	f := fetch{words: true, calendar: true, business: true}
	read := func(b []byte, wanted func(place string) bool) error {
		clear(got)
		return unpackFacts(b, wanted, func(place string, e *packedFact) error {
			return e.into(cellIn(got, factKey{FirstResolution, ofCrewTopic, fmt.Sprint(place, ".", e.theme)}), f)
		})
	}
	if err := read(b, func(string) bool { return true }); err != nil || len(got) != len(cells) {
		t.Fatalf("unpacked %d of %d, err %v", len(got), len(cells), err)
	}
	for k, want := range cells {
		a, z := got[k].row(k, ""), want.row(k, "")
		if fmt.Sprint(a) != fmt.Sprint(z) {
			t.Errorf("%v: got %v, want %v", k, a, z)
		}
	}
	if again := packFacts(got); !slices.Equal(again, b) {
		t.Error("packed again, the same cells are other bytes")
	}
	if err := read(b, func(place string) bool { return place == "1.2.chat.support.3" }); err != nil || len(got) == 0 || len(got) > 30 {
		t.Errorf("one place: %d cells, err %v", len(got), err)
	}
	for cut := range len(b) {
		if err := read(b[:cut], func(string) bool { return true }); err == nil && len(got) == len(cells) {
			t.Fatalf("cut off at %d of %d: all cells are there", cut, len(b))
		}
	}
}

func FuzzUnpackFacts(f *testing.F) {
	f.Add(packFacts(map[factKey]*cell{{Volume, ofPlaceTag, "1.2.chat.support.9"}: {n: 3, words: map[string]int{"h1": 3}}}))
	f.Fuzz(func(_ *testing.T, b []byte) {
		c := &cell{}
		_ = unpackFacts(b, func(string) bool { return true }, func(_ string, e *packedFact) error {
			return e.into(c, fetch{words: true})
		})
	})
}
