package issues

import (
	"math"

	"heard/tickets"
	"heard/tickets/events"
)

// Status is where an issue stands.
type Status string

const (
	Flagged      Status = "flagged"
	Acknowledged Status = "acknowledged"
	InProgress   Status = "in_progress"
	Marked       Status = "fixed"     // a person says so
	Verified     Status = "verified"  // the counts say so too
	Ineffective  Status = "no_effect" // the counts say otherwise
	Regressed    Status = "regressed" // it came back
	WontFix      Status = "wont_fix"
)

// Issue is an issue as people see it, with what its figures were at the last night.
type Issue struct {
	ID     events.ID `json:"id"`
	Name   string    `json:"name"`
	Title  string    `json:"title" doc:"A customer's sentence that says it best, masked; empty where none is left"`
	Terms  []string  `json:"terms"`
	Status Status    `json:"status"`
	Kind   Kind      `json:"kind"`
	Owner  events.ID `json:"owner"`
	Test   TestView  `json:"test"`
	Figures
	FixedAt events.Time `json:"fixed_at"`
	FixedIn string      `json:"fixed_in" doc:"The release that is to have fixed it; empty for none"`
	Verdict *Verdict    `json:"verdict"`
	Tracker *Tracker    `json:"tracker"`
	Cost    *Cost       `json:"cost" doc:"null without an hourly rate in the settings"`
}

// Tracker is where work on an issue goes on elsewhere.
type Tracker struct {
	URL string `json:"url"`
	Key string `json:"key,omitempty" doc:"What it is called there, SHOP-12"`
}

// Cost is what an issue costs in money, at the hourly rate of the settings.
type Cost struct {
	Amount    float64 `json:"amount" doc:"Of the period"`
	Avoidable float64 `json:"avoidable" doc:"The part beyond the expected; all of what recurs"`
	Yearly    float64 `json:"yearly" doc:"If it goes on like this"`
	Currency  string  `json:"currency"`
}

// TestView is the test that an issue was flagged by.
type TestView struct {
	Sentence string  `json:"sentence"`
	Window   int     `json:"window_days"`
	Hours    int     `json:"window_hours,omitempty"` // of a burst between two nights, instead of days
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
	P        float64 `json:"p"`
	Q        float64 `json:"q"`
	Day      string  `json:"day,omitempty" doc:"The last day of the window"`
}

// Figures are what an issue costs and how it goes, over the last four weeks.
type Figures struct {
	Period       int         `json:"period_days"`
	Tickets      int         `json:"tickets"`
	Customers    int         `json:"customers"`
	Share        Share       `json:"share" doc:"Of all tickets of the period"`
	Expected     float64     `json:"expected" doc:"Tickets that the level before would have brought"`
	Excess       float64     `json:"excess"`
	Hours        float64     `json:"hours" doc:"Of agents"`
	Estimated    float64     `json:"hours_estimated" doc:"The part of the hours that is estimated from the number of messages"`
	Handoffs     int         `json:"handoffs" doc:"Tickets that were handed off"`
	HandoffShare Share       `json:"handoff_share"`
	Reopens      int         `json:"reopens" doc:"Tickets that were reopened"`
	ReopenShare  Share       `json:"reopen_share"`
	CSAT         *Score      `json:"csat" doc:"Satisfaction with these tickets against that with all others; null under ten answers"`
	Impact       ImpactView  `json:"impact"`
	FirstSeen    events.Time `json:"first_seen"`
	LastSeen     events.Time `json:"last_seen"`
	Trend        []TrendDay  `json:"trend"`
	TrueSize     *TrueSize   `json:"true_size" doc:"How many of the tickets belong, by people's checks; null before the first"`
	Relapse      *Relapse    `json:"relapse,omitempty" doc:"Of what came back after a fix"`
	UnsureShare  float64     `json:"unsure_share" doc:"Part of the tickets that nearly went elsewhere"`

	near []likeness
}

// Relapse is how a matter went that was fixed and came back.
type Relapse struct {
	At       events.Time `json:"at" doc:"When it was found to be back"`
	Between  int         `json:"between" doc:"Tickets from the fix until then"`
	Since    int         `json:"since"`
	Sentence string      `json:"sentence"`
}

// Share is a part of n with its 95 % interval.
type Share struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"`
}

// Score is a difference in satisfaction with its 95 % interval.
type Score struct {
	Diff  float64 `json:"diff"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"`
	NRest int     `json:"n_rest"`
}

// ImpactView is the sum that issues are ranked by, with its parts.
type ImpactView struct {
	Hours float64   `json:"hours_per_week"`
	Terms TermsView `json:"terms"`
	Trend float64   `json:"trend"`
	Rank  float64   `json:"rank"`
	Parts []Part    `json:"parts" doc:"How each term comes about: count × weight ÷ weeks"`
}

// Part is how a term of the impact comes about.
type Part struct {
	Term   string  `json:"term"` // handling, reopens, handoffs, csat
	Count  float64 `json:"count" doc:"Hours, tickets, or tickets × points of lost satisfaction"`
	Weight float64 `json:"weight" doc:"Hours that one counts for: a setting"`
	Hours  float64 `json:"hours" doc:"A week"`
}

// TermsView are the parts, in hours a week.
type TermsView struct {
	Handling float64 `json:"handling"`
	Reopens  float64 `json:"reopens"`
	Handoffs float64 `json:"handoffs"`
	CSAT     float64 `json:"csat"`
}

// TrendDay is one day's tickets.
type TrendDay struct {
	Day      string  `json:"day"`
	Count    int     `json:"count"`
	Expected float64 `json:"expected"`
}

// Verdict is what may be said of a fix.
type Verdict struct {
	State     Outcome  `json:"state"`
	Ratio     float64  `json:"ratio" doc:"Rate since ÷ rate before"`
	Low       float64  `json:"low"`
	High      *float64 `json:"high" doc:"null: no upper bound"`
	Sentence  string   `json:"sentence"`
	Projected *string  `json:"projected" doc:"The day on which a verdict is to be expected"`
	Change    Change   `json:"change,omitempty" doc:"Of what is too early to judge after two weeks: fewer, or no_clear"`
}

// Quote is what a customer wrote, masked.
type QuoteView struct {
	Ticket events.ID   `json:"ticket"`
	Number int64       `json:"number"`
	Seq    int64       `json:"seq"`
	At     events.Time `json:"at"`
	Text   string      `json:"text"`
}

// Step is one thing that happened to an issue.
type Step struct {
	At      events.Time       `json:"at"`
	By      tickets.WireActor `json:"by"`
	What    string            `json:"what"` // status, kind, name, owner, tracker, merged, split
	From    string            `json:"from"`
	To      string            `json:"to"`
	Verdict *Verdict          `json:"verdict,omitempty"`
}

// Candidate is another issue that may be the same.
type Candidate struct {
	ID         events.ID `json:"id"`
	Name       string    `json:"name"`
	Similarity float64   `json:"similarity"`
}

// likeness is how alike another issue's words are.
type likeness struct {
	Issue      events.ID `json:"issue"`
	Similarity float64   `json:"similarity"`
}

// TopicBrief is a topic in the list of all.
type TopicBrief struct {
	ID      events.ID `json:"id"`
	Name    string    `json:"name"`
	Tickets int       `json:"tickets"`
	Issue   events.ID `json:"issue"`
}

// round keeps four digits behind the point: more would pretend.
func round(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*1e4) / 1e4
}
