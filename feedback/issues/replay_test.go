package issues

import (
	"testing"
	"time"

	"heard/feedback/stats"
)

// replay feeds the stream day by day: arrivals, a night each, then the detector on the found topics.
func replay(t *testing.T, s *stream, d Detector, tags bool) (*Model, []raised) {
	t.Helper()
	m, flags, churn, next := New(DefaultConfig()), []raised(nil), []float64(nil), 0
	w := watch{s, d, func(x sample) int64 { return m.Topic(x.ID) }, make(History)}
	for day := range s.days {
		for ; next < len(s.samples) && s.samples[next].day == day; next++ {
			c := s.samples[next].Conversation
			if !tags {
				c.Tag = ""
			}
			m.Arrive(c)
		}
		night := m.Night(s.first.Add(time.Duration(day+1) * 24 * time.Hour).UnixMilli())
		for _, r := range night.Merged {
			w.history.Redirect(r)
		}
		if day >= s.evalFrom {
			churn = append(churn, float64(len(night.Moved))/float64(m.Len()))
			flags = append(flags, w.night(day, fixedTopics(s, m, day))...)
		}
	}
	t.Logf("conversations that change topic in a night: median %.1f %%", 100*stats.Median(churn))
	return m, flags
}

// fixedTopics are the topics that the team marked fixed: those that hold most of the label in the four
// weeks before the fix, in parts of at least a fifth.
func fixedTopics(s *stream, m *Model, day int) map[int64]int {
	fixes := make(map[int64]int)
	for _, x := range s.incidents {
		if x.fix < 0 || x.fix > day {
			continue
		}
		counts, n := make(map[int64]int), 0
		for _, c := range s.samples {
			if c.label == x.Label && c.day < x.fix && c.day >= x.fix-28 {
				counts[m.Topic(c.ID)]++
				n++
			}
		}
		for topic, c := range counts {
			if topic != 0 && 5*c >= n {
				fixes[topic] = x.fix
			}
		}
	}
	return fixes
}

// TestEndToEnd measures what a desk gets: text in, flags out, no label seen by the program. With tags, a
// third of the conversations carry one, and every seventh of these is wrong.
func TestEndToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("replays 150 nights twice")
	}
	for _, tt := range []struct {
		name  string
		tags  bool
		p, r  float64
		delay float64
	}{{"text only", false, 0.90, 0.75, 5}, {"with tags", true, 0.90, 0.75, 5}} {
		t.Run(tt.name, func(t *testing.T) {
			s := streamDev(t)
			m, flags := replay(t, s, DefaultDetector(), tt.tags)
			got := stats.Agree(labelsOf(s.samples), topicsOf(m, s.samples))
			t.Logf("topics at the end: V %.3f ARI %.3f ACC %.3f (K %d)", got.V, got.ARI, got.ACC, got.Groups)
			v := judgeFlags(s, flags)
			t.Logf("%d flags: %v", len(flags), v)
			if v.P < tt.p || v.R < tt.r || v.Delay > tt.delay {
				t.Errorf("under the bar P %.2f R %.2f delay %.0f d: %v", tt.p, tt.r, tt.delay, v)
			}
		})
	}
}
