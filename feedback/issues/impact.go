package issues

import (
	"math"

	"heard/feedback/stats"
)

// Case is what impact needs to know of a conversation.
type Case struct {
	Customer  int64
	Minutes   float64 // handling time
	Reopened  bool
	HandedOff bool
	Rated     bool
	Rating    float64 // satisfaction, on the site's scale
	First     bool    // the customer's first conversation about this issue
}

// Weights say what an hour of trouble is worth beside an hour of work. They are settings.
type Weights struct {
	Reopen       float64 // hours per reopened conversation
	Handoff      float64 // hours per conversation handed on
	Satisfaction float64 // hours per conversation and point of lost satisfaction
	HourlyRate   float64 // cost of an agent's hour; 0: show hours, no money
}

// DefaultWeights are proposals: they make the order explainable, not true.
func DefaultWeights() Weights { return Weights{Reopen: 0.25, Handoff: 0.25, Satisfaction: 0.1} }

const (
	leastRatings = 10 // under which no satisfaction is shown
	shrinkage    = 20 // ratings at which half of a difference counts for ranking
	daysAWeek    = 7
	weeksAYear   = 52
	winsor       = 0.99 // handling times above this quantile of the site count as it
)

// Impact is what an issue cost in a period. Every part of the score is in it, so that a screen can show
// the sum and not only its result.
type Impact struct {
	Conversations       int      `json:"conversations"`
	Customers           int      `json:"customers"`
	NewCustomersPerWeek float64  `json:"new_customers_per_week"`
	Share               float64  `json:"share"`    // of all conversations of the period
	Expected            float64  `json:"expected"` // from the baseline
	Excess              float64  `json:"excess"`   // conversations beyond the expected
	Hours               float64  `json:"hours"`
	HoursShare          float64  `json:"hours_share"`
	Reopens             Compared `json:"reopens"`
	Handoffs            Compared `json:"handoffs"`
	Satisfaction        *Drag    `json:"satisfaction"` // nil under ten ratings
	Cost                float64  `json:"cost"`         // 0 without an hourly rate
	AvoidableCost       float64  `json:"avoidable_cost"`
	YearlyCost          float64  `json:"yearly_cost"`
	Terms               Terms    `json:"terms"`
	Score               float64  `json:"score"` // hours a week, the sum of the terms
	Trend               float64  `json:"trend"` // ½ to 2
	Rank                float64  `json:"rank"`  // score × trend
}

// Terms are the parts of an impact score, in hours a week.
type Terms struct {
	Handling     float64 `json:"handling"`
	Reopens      float64 `json:"reopens"`
	Handoffs     float64 `json:"handoffs"`
	Satisfaction float64 `json:"satisfaction"`
}

// Compared is a rate among the issue's conversations and its difference to all others.
type Compared struct {
	Rate       stats.Rate     `json:"rate"`
	Interval   stats.Interval `json:"interval"`   // Wilson
	Difference stats.Interval `json:"difference"` // Newcombe, issue − others
}

// Drag is the issue's difference in satisfaction to all others.
type Drag struct {
	Ratings    int            `json:"ratings"`
	Difference float64        `json:"difference"`
	Interval   stats.Interval `json:"interval"` // Welch
	Shrunk     float64        `json:"shrunk"`   // difference · n/(n+20), for ranking
	OnSite     float64        `json:"on_site"`  // how far the site's mean is moved by the issue
}

// Period is what an issue is measured in: its own conversations, all others, and how long it was.
// Expected is the count that the baseline foretold; Chronic issues avoid all of their cost, not only the
// excess.
type Period struct {
	Issue, Others []Case
	Days          int
	Expected      float64
	Chronic       bool
}

// Measure computes an issue's impact.
func Measure(p Period, w Weights) Impact {
	n, all := len(p.Issue), len(p.Issue)+len(p.Others)
	if n == 0 || p.Days <= 0 {
		return Impact{Expected: p.Expected, Trend: 1}
	}
	weeks := float64(p.Days) / daysAWeek
	limit := stats.Quantile(minutes(p.Issue, p.Others), winsor)
	own, rest := hours(p.Issue, limit), hours(p.Others, limit)
	i := Impact{
		Conversations: n, Customers: customers(p.Issue), Share: float64(n) / float64(all),
		NewCustomersPerWeek: float64(count(p.Issue, func(c Case) bool { return c.First })) / weeks,
		Expected:            p.Expected, Excess: math.Max(0, float64(n)-p.Expected), Hours: own,
		Reopens:      compare(p, func(c Case) bool { return c.Reopened }),
		Handoffs:     compare(p, func(c Case) bool { return c.HandedOff }),
		Satisfaction: drag(p),
	}
	if own+rest > 0 {
		i.HoursShare = own / (own + rest)
	}
	i.Cost = own * w.HourlyRate
	i.AvoidableCost = i.Cost * i.Excess / float64(n)
	if p.Chronic {
		i.AvoidableCost = i.Cost
	}
	i.YearlyCost = i.Cost * weeksAYear / weeks
	i.Terms = scoreTerms(i, w, weeks)
	i.Score = i.Terms.Handling + i.Terms.Reopens + i.Terms.Handoffs + i.Terms.Satisfaction
	i.Trend = trend(float64(n), p.Expected)
	i.Rank = i.Score * i.Trend
	return i
}

// scoreTerms are the four parts of the score. Satisfaction counts only as far as its interval is below zero.
func scoreTerms(i Impact, w Weights, weeks float64) Terms {
	t := Terms{
		Handling: i.Hours / weeks,
		Reopens:  w.Reopen * float64(i.Reopens.Rate.Hits) / weeks,
		Handoffs: w.Handoff * float64(i.Handoffs.Rate.Hits) / weeks,
	}
	if i.Satisfaction != nil {
		lost := math.Max(0, -i.Satisfaction.Interval.High)
		t.Satisfaction = w.Satisfaction * lost * float64(i.Conversations) / weeks
	}
	return t
}

// trend is √(observed/expected), held within ½ and 2 so that it orders but does not rule.
func trend(observed, expected float64) float64 {
	if expected <= 0 {
		return 2
	}
	return min(max(math.Sqrt(observed/expected), 0.5), 2)
}

func drag(p Period) *Drag {
	own, others := stats.Summarize(ratings(p.Issue)), stats.Summarize(ratings(p.Others))
	if own.N < leastRatings || others.N < leastRatings {
		return nil
	}
	d, n := own.Mean-others.Mean, float64(own.N)
	return &Drag{
		Ratings: own.N, Difference: d, Interval: stats.Welch(own, others, stats.Level),
		Shrunk: d * n / (n + shrinkage), OnSite: d * n / (n + float64(others.N)),
	}
}

func compare(p Period, is func(Case) bool) Compared {
	own := stats.Rate{Hits: count(p.Issue, is), N: len(p.Issue)}
	others := stats.Rate{Hits: count(p.Others, is), N: len(p.Others)}
	return Compared{own, stats.Wilson(own, stats.Level), stats.Newcombe(own, others, stats.Level)}
}

func count(cases []Case, is func(Case) bool) (n int) {
	for _, c := range cases {
		if is(c) {
			n++
		}
	}
	return n
}

func customers(cases []Case) int {
	seen := make(map[int64]bool)
	for _, c := range cases {
		seen[c.Customer] = true
	}
	return len(seen)
}

func minutes(groups ...[]Case) (all []float64) {
	for _, cases := range groups {
		for _, c := range cases {
			all = append(all, c.Minutes)
		}
	}
	return all
}

// hours adds up handling time, each conversation's at most limit minutes.
func hours(cases []Case, limit float64) (sum float64) {
	for _, c := range cases {
		sum += math.Min(c.Minutes, limit) / 60
	}
	return sum
}

func ratings(cases []Case) (all []float64) {
	for _, c := range cases {
		if c.Rated {
			all = append(all, c.Rating)
		}
	}
	return all
}
