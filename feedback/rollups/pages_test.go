package rollups

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"heard/tickets"
	"heard/tickets/events"
)

func TestAPageHoldsWhatTheRowsHold(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	moment := func() events.Time {
		if rng.IntN(3) == 0 {
			return 0
		}
		return events.Time(1_700_000_000_000 + rng.Int64N(1_000_000_000))
	}
	var list []Observation
	for range 500 {
		list = append(list, Observation{Ticket: events.ID(rng.Int64N(1_000_000)), Figure: Handoffs, N: rng.Int64N(9) + 1, At: 1_700_000_000_000 + events.Time(rng.Int64N(86_400_000)),
			Until: moment(), Hit: moment(), Miss: moment(), Inbox: events.ID(rng.Int64N(4)), Team: events.ID(rng.Int64N(9)), Agent: events.ID(rng.Int64N(70)),
			Channel: []tickets.Channel{tickets.Chat, tickets.Email, ""}[rng.IntN(3)], Calendar: rng.Int64N(90_000_000) - 5, Business: rng.Int64N(1000),
			Word: []string{"", "skill", "wrong team", "é"}[rng.IntN(4)]})
	}
	page := pack(list)
	want := slices.Clone(list)
	slices.SortFunc(want, byMoment)
	var got []Observation
	if err := unpack(Handoffs, page, 0, 1<<60, func(o *Observation) { got = append(got, *o) }); err != nil || !slices.Equal(got, want) {
		t.Errorf("unpacked %d of %d, err %v", len(got), len(want), err)
	}
	got = nil
	from, to := want[100].At, want[300].At
	if err := unpack(Handoffs, page, from, to, func(o *Observation) { got = append(got, *o) }); err != nil || len(got) == 0 || got[0].At != from ||
		slices.ContainsFunc(got, func(o Observation) bool { return o.At < from || o.At >= to }) {
		t.Errorf("a part of the day: %d, err %v", len(got), err)
	}
	slices.Reverse(list)
	if again := pack(list); !slices.Equal(again, page) {
		t.Error("another order makes another page")
	}
	for cut := range len(page) {
		if err := unpack(Handoffs, page[:cut], 0, 1<<60, func(*Observation) {}); !errors.Is(err, errPage) {
			t.Fatalf("a page cut off at %d of %d: %v", cut, len(page), err)
		}
	}
	if err := unpack(Handoffs, pack(nil), 0, 1<<60, func(*Observation) { t.Error("an empty page holds something") }); err != nil {
		t.Error(err)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack([]Observation{{Ticket: 3, At: 5, Channel: "chat", Word: "x", Hit: 9}}))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		if err := unpack(Volume, b, -1<<62, 1<<62, func(*Observation) { n++ }); n > len(b) {
			t.Errorf("%d observations in %d bytes, err %v", n, len(b), err)
		}
	})
}
