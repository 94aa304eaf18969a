package issues

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"heard/feedback/stats"
)

// made is a stream of conversations by the specification of the development stream (its README), with words of its own:
// nobody chose anything by it.
type made struct {
	rng    *rand.Rand
	words  [][]string // of each topic, the last ones are its neighbours' too
	common []string
	stream
}

const (
	madeTopics = 36
	madeDays   = 125
	madeFrom   = 56 // first day that counts
	madeVolume = 65
)

// makeStream draws a stream.
func makeStream(seed uint64) *made {
	s := &made{rng: newRand(seed)}
	s.days, s.evalFrom = madeDays, madeFrom
	s.common = s.coin(60)
	shared := make([][]string, madeTopics/3)
	for i := range shared {
		shared[i] = s.coin(5)
	}
	for topic := range madeTopics {
		s.words = append(s.words, append(s.coin(9), shared[topic/3]...))
	}
	rate := s.rates()
	extra := s.inject(rate)
	id := int64(0)
	for day := range madeDays {
		for _, topic := range s.rng.Perm(madeTopics) {
			for range poisson(s.rng, (rate[topic][day]+extra[topic][day])*s.gamma(12)) {
				id++
				s.samples = append(s.samples, sample{Conversation{ID: id, Customer: s.rng.Int64N(3000), At: int64(day)*dayMillis + id%dayMillis,
					Messages: []string{s.say(topic)}}, fmt.Sprint(topic), day})
			}
		}
	}
	return s
}

// coin makes words that no language has.
func (s *made) coin(n int) (out []string) {
	for range n {
		word := ""
		for range 2 + s.rng.IntN(2) {
			word += string("bdfgklmnprtvz"[s.rng.IntN(13)]) + string("aeiou"[s.rng.IntN(5)])
		}
		out = append(out, word+string("kmnrtx"[s.rng.IntN(6)]))
	}
	return out
}

// say is a customer's message on a topic: a few of its words among common ones.
func (s *made) say(topic int) string {
	own, text := s.words[topic], []string{"my", "the"}
	for range 2 + s.rng.IntN(3) {
		text = append(text, own[s.rng.IntN(len(own))])
	}
	for range 3 {
		text = append(text, s.common[s.rng.IntN(len(s.common))])
	}
	s.rng.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] })
	if s.rng.IntN(3) == 0 {
		return "Hello there. " + strings.Join(text, " ")
	}
	return strings.Join(text, " ")
}

// gamma is Gamma(k, 1/k): the over-dispersion of a day.
func (s *made) gamma(k int) float64 {
	sum := 0.0
	for range k {
		sum += s.rng.ExpFloat64()
	}
	return sum / float64(k)
}

// rates are what each topic has on each day without incidents: Zipf shares, weekdays, growth, days that are busy for
// all, busy spells of all topics, billing days of some, and random walks.
func (s *made) rates() [][]float64 {
	weekday := [7]float64{1.25, 1.18, 1.12, 1.08, 1, 0.72, 0.65}
	growth, busy, total := s.rng.Float64()*0.002, make([]float64, madeDays), 0.0
	for day := range busy {
		busy[day] = math.Exp(0.07*s.rng.NormFloat64()+growth*float64(day)) * weekday[day%7]
	}
	for range 3 {
		day, times := s.rng.IntN(madeDays-1), 1.4+s.rng.Float64()/2
		busy[day], busy[day+1] = busy[day]*times, busy[day+1]*times
	}
	rate := make([][]float64, madeTopics)
	for i, rank := range s.rng.Perm(madeTopics) {
		share, walk := math.Pow(float64(rank+1), -0.9), 0.0
		total += share
		rate[i] = make([]float64, madeDays)
		for day := range rate[i] {
			walk += 0.012 * s.rng.NormFloat64()
			rate[i][day] = madeVolume * share * busy[day] * math.Exp(walk)
			if i < madeTopics/10 && day%30 < 3 {
				rate[i][day] *= 1.9
			}
		}
	}
	for i := range rate {
		for day := range rate[i] {
			rate[i][day] /= total
		}
	}
	return rate
}

// inject puts the incidents in, each into another topic: it changes the rates and answers what comes on top of them.
func (s *made) inject(rate [][]float64) [][]float64 {
	extra := make([][]float64, madeTopics)
	for i := range extra {
		extra[i] = make([]float64, madeDays)
	}
	between := func(low, high float64) float64 { return low + (high-low)*s.rng.Float64() }
	scale := func(topic, from, to int, by func(day int) float64) {
		for day := from; day < to; day++ {
			rate[topic][day] *= by(day)
		}
	}
	for i, topic := range s.rng.Perm(madeTopics)[:18] {
		x := incident{Label: fmt.Sprint(topic), start: madeFrom + 1 + s.rng.IntN(45), end: madeDays - 1, fix: -1}
		usual := stats.Median(rate[topic])
		switch {
		case i < 7:
			x.Kind, x.end = "burst", x.start+2+s.rng.IntN(8)
			add := max(usual*between(1.5, 5), between(2.5, 8))
			for day := x.start; day <= x.end; day++ {
				extra[topic][day] = add * (1 - 0.5*float64(b2i(day == x.start || day == x.end)))
			}
		case i < 10:
			x.Kind = "creep"
			times, length := between(2.5, 4), between(21, 42)
			scale(topic, x.start, madeDays, func(day int) float64 { return 1 + (times-1)*min(1, float64(day-x.start)/length) })
		case i < 14:
			x.Kind = "new"
			scale(topic, 0, madeDays, func(int) float64 { return 0 })
			add, tail := between(1.5, 8), between(20, 200)
			for day := x.start; day < madeDays; day++ {
				extra[topic][day] = add * math.Exp(-float64(day-x.start)/tail)
			}
		default:
			x.Kind = "regression"
			x.start = madeFrom + 21 + s.rng.IntN(35)
			times := between(0.8, 1.5)
			scale(topic, x.start-21-s.rng.IntN(14), x.start, func(int) float64 { return 0.04 })
			scale(topic, x.start, madeDays, func(int) float64 { return times })
		}
		s.incidents = append(s.incidents, x)
	}
	return extra
}

// play runs a stream through a replayed desk and scores what it raised.
func (s *made) play() (verdicts, stats.Agreement, int) {
	r, next, flags := NewReplay(DefaultConfig()), 0, []raised(nil)
	for day := range madeDays {
		for ; next < len(s.samples) && s.samples[next].day == day; next++ {
			r.Arrive(s.samples[next].Conversation, day)
		}
		for _, f := range r.Night(day, int64(day+1)*dayMillis-1) {
			x := raised{Flag{Day: f.Day}, make(map[string]float64)}
			for _, id := range f.Evidence {
				x.labels[s.samples[id-1].label] += 1 / float64(len(f.Evidence))
			}
			if day >= madeFrom {
				flags = append(flags, x)
			}
		}
	}
	found := r.Clusters()
	for i, topic := range found {
		if topic == 0 {
			found[i] = -int64(i + 1) // stands alone
		}
	}
	return judgeFlags(&s.stream, flags), stats.Agree(labelsOf(s.samples), found), len(flags)
}

// TestAStreamNobodyChoseBy holds the quality of the whole, from text to flags, on a stream that is made here.
func TestAStreamNobodyChoseBy(t *testing.T) {
	if testing.Short() {
		t.Skip("replays 125 nights")
	}
	s := makeStream(901)
	got, clusters, flags := s.play()
	t.Logf("%d conversations: V %.3f ARI %.3f (K %d); %d flags: %v", len(s.samples), clusters.V, clusters.ARI, clusters.Groups, flags, got)
	if got.P < 0.70 || got.R < 0.60 || got.Delay > 5 || clusters.V < 0.80 {
		t.Errorf("under the floor P .70 R .60 delay 5 d V .80: %v, V %.3f", got, clusters.V)
	}
}
