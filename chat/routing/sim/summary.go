package sim

import (
	"slices"
	"time"

	"heard/feedback/stats"
)

// Figure is a mean over independent runs and its interval of confidence; of one run it is a value without one.
type Figure struct {
	Value    float64        `json:"value"`
	Interval stats.Interval `json:"interval"`
}

// Waits are the figures of a group of tickets. Lengths are in seconds in which
// anybody was on line, over all who were served.
type Waits struct {
	Tickets   Figure `json:"tickets"` // a run
	Mean      Figure `json:"mean_s"`
	Median    Figure `json:"median_s"`
	P90       Figure `json:"p90_s"`
	P99       Figure `json:"p99_s"`
	Within    Figure `json:"within"`    // share of all served within the target
	Delayed   Figure `json:"delayed"`   // share of all that had to wait
	Abandoned Figure `json:"abandoned"` // share of all that gave up
	Offered   Figure `json:"offered_s"` // mean wait of all, those who gave up included
}

// Summary is what several runs of one desk say.
type Summary struct {
	Runs      int              `json:"runs"`
	All       Waits            `json:"all"`
	Groups    map[string]Waits `json:"groups,omitempty"` // by priority, channel and required skill
	Queue     Figure           `json:"queue"`
	Longest   Figure           `json:"longest_queue"`
	Occupancy Figure           `json:"occupancy"`
	Use       Figure           `json:"use"`
	Open      Figure           `json:"never_served"`
	Promises  Promises         `json:"promises"`
}

// Promises are how well wait promises were kept.
type Promises struct {
	Made  int     `json:"made"`  // whose wait is known
	Kept  Figure  `json:"kept"`  // share inside the range
	Below float64 `json:"below"` // share served sooner
	Width Figure  `json:"width_s"`
}

// Summarize joins runs. A wait up to target counts as within; level is that of the intervals.
func Summarize(runs []Result, target time.Duration, level float64) Summary {
	s := Summary{Runs: len(runs), Groups: map[string]Waits{}}
	over := func(value func(*Result) float64) Figure {
		xs := make([]float64, len(runs))
		for i := range runs {
			xs[i] = value(&runs[i])
		}
		return figure(xs, level)
	}
	s.Queue = over(func(r *Result) float64 { return r.Queue })
	s.Longest = over(func(r *Result) float64 { return float64(r.Longest) })
	s.Occupancy = over(func(r *Result) float64 { return r.Occupancy })
	s.Use = over(func(r *Result) float64 { return r.Use })
	s.Open = over(func(r *Result) float64 { return float64(count(r.Records, func(r *Record) bool { return r.Open })) })
	s.All = waits(runs, target, level, func(*Record) bool { return true })
	for _, name := range groups(runs) {
		s.Groups[name] = waits(runs, target, level, func(r *Record) bool { return slices.Contains(names(r), name) })
	}
	s.Promises = promises(runs, level)
	return s
}

// figure leaves out runs that have no such value (NaN).
func figure(xs []float64, level float64) Figure {
	xs = slices.DeleteFunc(xs, func(x float64) bool { return x != x })
	sum := stats.Summarize(xs)
	return Figure{sum.Mean, stats.Mean(sum, level)}
}

// names are the groups that a ticket belongs to.
func names(r *Record) []string {
	out := []string{"priority " + string(r.Priority), "channel " + string(r.Channel)}
	for _, s := range r.Required {
		out = append(out, "skill "+s)
	}
	return out
}

// groups are those of a desk that say more than the whole: a kind with one group alone says nothing.
func groups(runs []Result) []string {
	seen, all := map[string]int{}, 0
	for i := range runs {
		for j := range runs[i].Records {
			all++
			for _, name := range names(&runs[i].Records[j]) {
				seen[name]++
			}
		}
	}
	var out []string
	for name, n := range seen {
		if n < all {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func count(records []Record, is func(*Record) bool) int {
	n := 0
	for i := range records {
		if is(&records[i]) {
			n++
		}
	}
	return n
}

func waits(runs []Result, target time.Duration, level float64, in func(*Record) bool) Waits {
	var columns [9][]float64
	for i := range runs {
		for k, x := range group(runs[i].Records, target, in) {
			columns[k] = append(columns[k], x)
		}
	}
	at := func(i int) Figure { return figure(columns[i], level) }
	return Waits{at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8)}
}

// group is one run of Waits, in their order.
func group(records []Record, target time.Duration, in func(*Record) bool) [9]float64 {
	var served []float64
	var n, within, delayed, left, all float64
	for i := range records {
		r := &records[i]
		if !in(r) || r.Open {
			continue
		}
		n++
		all += r.Staffed.Seconds()
		if r.Staffed > 0 {
			delayed++
		}
		if r.Left {
			left++
			continue
		}
		served = append(served, r.Staffed.Seconds())
		if r.Staffed <= target {
			within++
		}
	}
	q := func(p float64) float64 { return stats.Quantile(served, p) }
	return [9]float64{n, mean(served), q(.5), q(.9), q(.99), within / n, delayed / n, left / n, all / n}
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// known tells whether it has shown how long the wait would have been: not who left before its range was over.
func (r *Record) known() bool {
	return r.Promised && r.Promise.Measured && !r.Open && (!r.Left || r.Staffed > r.Promise.High)
}

func promises(runs []Result, level float64) Promises {
	var p Promises
	var kept, width []float64
	below := 0
	for i := range runs {
		var made, inside, sum float64
		for j := range runs[i].Records {
			r := &runs[i].Records[j]
			if !r.known() {
				continue
			}
			made++
			sum += (r.Promise.High - r.Promise.Low).Seconds()
			switch {
			case r.Staffed < r.Promise.Low:
				below++
			case r.Staffed <= r.Promise.High:
				inside++
			}
		}
		p.Made += int(made)
		kept, width = append(kept, inside/made), append(width, sum/made)
	}
	p.Kept, p.Width = figure(kept, level), figure(width, level)
	p.Below = ratio(float64(below), float64(p.Made))
	return p
}
