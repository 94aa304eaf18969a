package routing

import (
	"math"
	"slices"
	"time"
)

// survival is how long agents hold a chat: the product-limit estimate from finished and running ones (Kaplan and
// Meier 1958, "Nonparametric Estimation from Incomplete Observations"). Leaving the running ones out would make every
// rush look short, as long chats are those that have not ended.
type survival struct {
	at    []float64 // seconds, rising
	alive []float64 // share that is held longer, falling
	tail  float64   // mean further seconds past the longest that was seen to end
}

// newSurvival needs at least one finished length.
func newSurvival(finished, running []time.Duration) *survival {
	type seen struct {
		length float64
		ended  bool
	}
	all := make([]seen, 0, len(finished)+len(running))
	var exposure float64
	for _, d := range finished {
		all = append(all, seen{max(d.Seconds(), 0), true})
		exposure += all[len(all)-1].length
	}
	for _, d := range running {
		all = append(all, seen{max(d.Seconds(), 0), false})
		exposure += all[len(all)-1].length
	}
	slices.SortFunc(all, func(a, b seen) int {
		switch {
		case a.length != b.length:
			return int(math.Copysign(1, a.length-b.length))
		case a.ended == b.ended:
			return 0
		case a.ended:
			return -1
		}
		return 1
	})
	s := &survival{tail: max(exposure/float64(len(finished)), 1)}
	alive := 1.0
	for i, h := range all {
		if !h.ended {
			continue
		}
		alive *= 1 - 1/float64(len(all)-i)
		s.at, s.alive = append(s.at, h.length), append(s.alive, alive)
	}
	return s
}

// beyond is the share that is held longer than t seconds, straight between the lengths that were seen.
func (s *survival) beyond(t float64) float64 {
	i, _ := slices.BinarySearch(s.at, t)
	if i == len(s.at) {
		last := s.alive[i-1]
		if last <= 0 {
			last = 1 / float64(2*len(s.at))
		}
		return last * math.Exp(-(t-s.at[i-1])/s.tail)
	}
	t0, a0 := 0.0, 1.0
	if i > 0 {
		t0, a0 = s.at[i-1], s.alive[i-1]
	}
	if s.at[i] <= t0 {
		return s.alive[i]
	}
	return a0 + (s.alive[i]-a0)*(t-t0)/(s.at[i]-t0)
}

// length is what a share of the chats is held longer than: the inverse of beyond.
func (s *survival) length(share float64) float64 {
	i, beyond := 0, len(s.alive) // alive falls
	for i < beyond {
		if half := (i + beyond) / 2; s.alive[half] > share {
			i = half + 1
		} else {
			beyond = half
		}
	}
	if i == len(s.at) {
		last := s.alive[i-1]
		return s.at[i-1] + s.tail*math.Log(max(last/share, 1))
	}
	t0, a0 := 0.0, 1.0
	if i > 0 {
		t0, a0 = s.at[i-1], s.alive[i-1]
	}
	if a0 <= s.alive[i] {
		return s.at[i]
	}
	return t0 + (s.at[i]-t0)*(a0-share)/(a0-s.alive[i])
}

// held is a chat that runs: how long so far, and the share that gets to be so old.
type held struct{ age, share float64 }

func (s *survival) held(age time.Duration) held { return held{age.Seconds(), s.beyond(age.Seconds())} }

// left is how much longer a running chat runs, at a level u of chance in (0, 1].
func (s *survival) left(h held, u float64) float64 {
	if h.age >= s.at[len(s.at)-1] {
		return -s.tail * math.Log(u)
	}
	return max(0, s.length(u*h.share)-h.age)
}
