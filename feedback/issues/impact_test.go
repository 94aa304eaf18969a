package issues

import (
	"math"
	"testing"

	"heard/feedback/stats"
)

// period has 40 conversations of an issue (20 minutes each, half rated 2) among 400 (10 minutes, rated 4).
func period() Period {
	p := Period{Days: 28, Expected: 10}
	for i := range 40 {
		p.Issue = append(p.Issue, Case{Customer: int64(i % 16), Minutes: 20, Reopened: i < 8, HandedOff: i < 4,
			Rated: i%2 == 0, Rating: 2 + float64(i%4)/10, First: i < 16})
	}
	for i := range 360 {
		p.Others = append(p.Others, Case{Customer: int64(100 + i), Minutes: 10, Reopened: i < 18, Rated: i%3 == 0, Rating: 4 + float64(i%2)})
	}
	return p
}

func TestMeasure(t *testing.T) {
	weights := DefaultWeights()
	weights.HourlyRate = 30
	got := Measure(period(), weights)
	want := map[string][2]float64{
		"conversations":  {float64(got.Conversations), 40},
		"customers":      {float64(got.Customers), 16},
		"new a week":     {got.NewCustomersPerWeek, 4},
		"share":          {got.Share, 0.1},
		"excess":         {got.Excess, 30},
		"hours":          {got.Hours, 40 * 20.0 / 60},
		"share of hours": {got.HoursShare, 800.0 / 4400},
		"cost":           {got.Cost, 400},
		"avoidable":      {got.AvoidableCost, 300},
		"a year":         {got.YearlyCost, 5200},
		"handling":       {got.Terms.Handling, 10.0 / 3},
		"reopens":        {got.Terms.Reopens, 0.5},
		"handoffs":       {got.Terms.Handoffs, 0.25},
		"satisfaction":   {got.Terms.Satisfaction, 0.1 * -got.Satisfaction.Interval.High * 10},
		"score":          {got.Score, 10.0/3 + 0.75 + got.Terms.Satisfaction},
		"trend":          {got.Trend, 2},
		"rank":           {got.Rank, 2 * got.Score},
		"shrunk":         {got.Satisfaction.Shrunk, got.Satisfaction.Difference / 2},
	}
	for name, x := range want {
		if math.Abs(x[0]-x[1]) > 1e-9 {
			t.Errorf("%s = %v, want %v", name, x[0], x[1])
		}
	}
	if r := got.Reopens; r.Rate != (stats.Rate{Hits: 8, N: 40}) || !r.Interval.Holds(0.2) || r.Difference.Low <= 0 {
		t.Errorf("reopens = %+v", r)
	}
	if s := got.Satisfaction; s.Difference >= 0 || s.OnSite >= 0 || s.OnSite < s.Difference {
		t.Errorf("satisfaction = %+v", s)
	}
}

func TestMeasureSaysOnlyWhatItKnows(t *testing.T) {
	p := period()
	for i := range p.Issue {
		p.Issue[i].Rated = i < 9
	}
	got := Measure(p, DefaultWeights())
	if got.Satisfaction != nil || got.Terms.Satisfaction != 0 {
		t.Errorf("nine ratings gave %+v", got.Satisfaction)
	}
	if got.Cost != 0 || got.YearlyCost != 0 {
		t.Errorf("cost without a rate: %+v", got)
	}
	p.Chronic = true
	if all := Measure(p, Weights{HourlyRate: 1}); all.AvoidableCost != all.Cost {
		t.Errorf("a chronic issue avoids %v of %v", all.AvoidableCost, all.Cost)
	}
	if empty := Measure(Period{Days: 28}, DefaultWeights()); empty.Score != 0 || empty.Rank != 0 {
		t.Errorf("an empty period: %+v", empty)
	}
}

func TestLongestHandlingTimeIsHeld(t *testing.T) {
	p := period()
	before := Measure(p, DefaultWeights()).Hours
	p.Issue[0].Minutes = 100_000 // a ticket left open over a holiday
	if after := Measure(p, DefaultWeights()).Hours; after > before*1.01 {
		t.Errorf("one conversation raised the hours from %v to %v", before, after)
	}
}

func TestTrendOrdersButDoesNotRule(t *testing.T) {
	for _, tt := range []struct{ observed, expected, want float64 }{{9, 9, 1}, {18, 8, 1.5}, {100, 1, 2}, {1, 100, 0.5}, {5, 0, 2}} {
		if got := trend(tt.observed, tt.expected); got != tt.want {
			t.Errorf("trend(%v, %v) = %v, want %v", tt.observed, tt.expected, got, tt.want)
		}
	}
}
