package issues

import (
	"fmt"
	"slices"
	"testing"

	"heard/feedback/stats"
)

// raised is a flag of the replay with the true labels of its evidence.
type raised struct {
	Flag
	labels map[string]float64 // share of the window's conversations
}

// verdicts are the figures of a replay.
type verdicts struct {
	P, R, PerWeek, Delay float64
	missed               []string
}

func (v verdicts) String() string {
	return fmt.Sprintf("P %.2f R %.2f false/week %.2f median delay %.0f d; missed %v", v.P, v.R, v.PerWeek, v.Delay, v.missed)
}

// horizons are the days within which an incident of a kind must be flagged.
var horizons = map[string]int{"burst": 7, "new": 14, "regression": 14, "creep": 42}

const labelShare = 0.3 // of a flag's evidence that makes it a flag on the label

// judgeFlags scores flags by the rule in the data's README.
func judgeFlags(s *stream, flags []raised) verdicts {
	correct, v := 0, verdicts{}
	for _, f := range flags {
		if slices.ContainsFunc(s.incidents, func(x incident) bool {
			return f.labels[x.Label] >= labelShare && x.start <= f.Day && f.Day <= x.end+7
		}) {
			correct++
		}
	}
	var delays []float64
	scored := 0
	for _, x := range s.incidents {
		scored++
		last := min(x.start+horizons[x.Kind], x.end+2)
		i := slices.IndexFunc(flags, func(f raised) bool {
			return f.labels[x.Label] >= labelShare && x.start <= f.Day && f.Day <= last
		})
		if i >= 0 {
			delays = append(delays, float64(flags[i].Day-x.start))
		} else {
			v.missed = append(v.missed, x.Kind+":"+x.Label)
		}
	}
	v.P = float64(correct) / float64(max(1, len(flags)))
	v.R = float64(len(delays)) / float64(scored)
	v.PerWeek = float64(len(flags)-correct) / (float64(s.days-s.evalFrom) / 7)
	v.Delay = stats.Median(delays)
	return v
}

// watch is a detector at work on the stream.
type watch struct {
	*stream
	detector Detector
	topicOf  func(sample) int64
	history  History
}

// night runs the detector on one day and returns the episodes it opened, with their true labels.
func (s watch) night(day int, fixes map[int64]int) []raised {
	table := NewTable(day+1, func(yield func(Observation) bool) {
		for _, x := range s.samples {
			if x.day <= day && !yield(Observation{s.topicOf(x), x.Customer, x.day}) {
				return
			}
		}
	})
	var out []raised
	for _, f := range s.history.Record(s.detector.Detect(table, day, s.history, fixes)) {
		r, n := raised{f, make(map[string]float64)}, 0.0
		for _, x := range s.samples {
			if x.day <= day && x.day > day-f.Test.Window && s.topicOf(x) == f.Topic {
				r.labels[x.label]++
				n++
			}
		}
		for l := range r.labels {
			r.labels[l] /= n
		}
		out = append(out, r)
	}
	return out
}

// TestDetectorOnTrueTopics gives the detector the labels themselves, so that it alone is measured.
func TestDetectorOnTrueTopics(t *testing.T) {
	s := streamDev(t)
	ids := make(map[string]int64)
	for _, x := range s.samples {
		if ids[x.label] == 0 {
			ids[x.label] = int64(len(ids) + 1)
		}
	}
	topicOf := func(x sample) int64 { return ids[x.label] }
	for _, q := range []float64{0.01, 0.02, 0.05} { // .02 is the setting for topics that are true
		w := watch{s, Detector{Q: q, Kappa: 0.10}, topicOf, make(History)}
		fixes, flags := make(map[int64]int), []raised(nil)
		for day := s.evalFrom; day < s.days; day++ {
			for _, x := range s.incidents {
				if x.fix >= 0 && x.fix <= day {
					fixes[ids[x.Label]] = x.fix
				}
			}
			flags = append(flags, w.night(day, fixes)...)
		}
		v := judgeFlags(s, flags)
		t.Logf("q %.2f: %d flags: %v", q, len(flags), v)
		if q == 0.02 && (v.P < 0.85 || v.R < 0.90 || v.PerWeek > 0.5 || v.Delay > 2) {
			t.Errorf("under the bar P .85 R .90 false/week .5 delay 2 d: %v", v)
		}
	}
}
