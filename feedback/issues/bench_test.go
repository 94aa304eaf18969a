package issues

import "testing"

// BenchmarkArrive measures text to suggestion on a model that is already full of topics.
func BenchmarkArrive(b *testing.B) {
	samples := banking77(b)
	m := New(DefaultConfig())
	for _, s := range samples[:10_000] {
		m.Arrive(s.Conversation)
	}
	m.Night(dayMillis)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c := samples[10_000+i%3000].Conversation
		c.ID = int64(20_000 + i)
		m.Arrive(c)
		i++
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "conversations/s")
}

// window is a full window of 30,000 conversations.
func window(b *testing.B) *Model {
	b.Helper()
	s := streamDev(b)
	m := New(DefaultConfig())
	for i := range DefaultConfig().Window {
		c := s.samples[i%len(s.samples)].Conversation
		c.ID, c.Tag = int64(i+1), ""
		m.Arrive(c)
	}
	return m
}

// BenchmarkNightFull is a full fit of a full window.
func BenchmarkNightFull(b *testing.B) {
	m := window(b)
	for b.Loop() {
		m.fitted = 0
		m.Night(0)
	}
}

// BenchmarkNight is an ordinary night of a full window.
func BenchmarkNight(b *testing.B) {
	m := window(b)
	m.Night(0)
	for b.Loop() {
		m.Night(0)
	}
}

// BenchmarkState packs and restores a full window.
func BenchmarkState(b *testing.B) {
	m := window(b)
	m.Night(0)
	size := 0
	for b.Loop() {
		packed, err := m.MarshalBinary()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Restore(packed); err != nil {
			b.Fatal(err)
		}
		size = len(packed)
	}
	b.ReportMetric(float64(size), "bytes")
}

// BenchmarkDetect is one night's tests over 150 days of 77 topics.
func BenchmarkDetect(b *testing.B) {
	s := streamDev(b)
	ids := make(map[string]int64)
	table := NewTable(s.days, func(yield func(Observation) bool) {
		for _, x := range s.samples {
			if ids[x.label] == 0 {
				ids[x.label] = int64(len(ids) + 1)
			}
			if !yield(Observation{ids[x.label], x.Customer, x.day}) {
				return
			}
		}
	})
	for b.Loop() {
		DefaultDetector().Detect(table, s.days-1, nil, nil)
	}
}
