package rollups

import (
	"heard/feedback/stats"
	"heard/tickets/events"
)

// Report is one week of the desk, in the order in which people read it.
type Report struct {
	Week              string      `json:"week"` // 2026-W46
	From              events.Time `json:"from"`
	To                events.Time `json:"to"`
	AsOf              events.Time `json:"as_of"` // until when events count
	TimeZone          string      `json:"time_zone"`
	Desk              string      `json:"desk"`
	Teams             []string    `json:"teams,omitempty"` // the report is about these only
	Provisional       bool        `json:"provisional"`
	DefinitionVersion int         `json:"definition_version"`

	Headline    Statement    `json:"headline"`
	Tiles       []Key        `json:"tiles"` // the six figures that lead
	Findings    []Statement  `json:"findings"`
	Compared    []string     `json:"compared_with"` // the weeks before
	Figures     []Figure     `json:"figures"`
	Days        []Day        `json:"days"`
	Reasons     []Counted    `json:"handoff_reasons"`
	Issues      []KnownIssue `json:"issues"`
	IssuesKnown bool         `json:"issues_known"` // false: nothing looks for issues here
	Movements   []Movement   `json:"movements"`    // what became of issues in the week, oldest first
	Praise      []Quote      `json:"praise"`
	Pain        []Quote      `json:"pain"`
	Surveyed    bool         `json:"surveyed"` // false: this desk sends no surveys
	Decisions   []Decision   `json:"survey_decisions"`
	Done        []Action     `json:"actions_before"` // done in the week, or due by its end and still open
	Next        []Action     `json:"actions_next"`   // open, and due later or without a date
	Excluded    int          `json:"excluded"`       // tickets of the week that do not count: spam and merged duplicates
	Confidence  Number       `json:"confidence"`     // of every interval
	Notes       []string     `json:"notes"`

	// Of a finished week, and not part of the stored bytes.
	Revision  int        `json:"revision,omitempty"`
	MadeAt    *string    `json:"made_at,omitempty"`
	Revisions []Revision `json:"revisions,omitempty"`
}

// Revision is one telling of a finished week.
type Revision struct {
	Revision int         `json:"revision"`
	MadeAt   events.Time `json:"made_at"`
	Reason   string      `json:"reason"`
}

// Statement is a sentence with the figure or the issue that it is about and the place where the tickets are.
type Statement struct {
	Text   string    `json:"text"`
	Part   *Part     `json:"part,omitempty"` // that Where is about
	Where  string    `json:"where"`          // in which part of the desk it shows most, not a cause; of an issue: its kind, and how many customers
	Figure Key       `json:"figure,omitempty"`
	Issue  events.ID `json:"issue,omitempty"` // in place of a figure
	Good   *bool     `json:"good"`            // null: neither
	Href   string    `json:"href"`
}

// Part names a part of the desk: by its kind, and its id or its word.
type Part struct {
	By   string    `json:"by"` // team, inbox, channel, reason
	ID   events.ID `json:"id,omitempty"`
	Word string    `json:"word,omitempty"`
}

// Figure is one number of the week with everything that belongs to it.
type Figure struct {
	Key        Key    `json:"key"`
	Label      string `json:"label"`
	Unit       Unit   `json:"unit"`
	Better     Better `json:"better"`
	Definition string `json:"definition"`
	Week       string `json:"week"` // usually the report's; an earlier one where a figure takes time to mature

	Value    *Number `json:"value"` // null: nothing to tell
	Interval *Range  `json:"interval"`
	N        int     `json:"n"`
	Hits     *int    `json:"hits"` // of shares

	Calendar *Durations `json:"calendar"` // of durations
	Business *Durations `json:"business"`

	Before     []Past  `json:"before"` // oldest first
	BeforeMean *Number `json:"before_mean"`
	Change     Change  `json:"change"`

	Note string `json:"note"` // what else must be said: who still waits, how old the oldest is
	Href string `json:"href"` // the tickets behind it, in the console

	KnownNow *NowKnown `json:"known_now,omitempty"` // of a finished week, where it is another by now; not part of the stored bytes
}

// NowKnown is what a figure of a finished week is by now, since reopened tickets and late answers count.
type NowKnown struct {
	Value *Number `json:"value"`
	N     int     `json:"n"`
	Hits  *int    `json:"hits"`
}

// Durations tell a sample of durations, in seconds.
type Durations struct {
	Median   *Number `json:"median"`
	P90      *Number `json:"p90"`
	Mean     *Number `json:"mean"`
	Interval *Range  `json:"interval"` // of the median
}

// Past is the same figure in a week before, as it stood when that week ended.
type Past struct {
	Week  string  `json:"week"`
	Value *Number `json:"value"`
	N     int     `json:"n"`
}

// Perhaps is the verdict on a change that its own interval shows, but that does not hold for all figures together: with
// so many figures, chance alone would move one.
const Perhaps stats.Verdict = "perhaps"

// Change compares the week with the weeks before it.
type Change struct {
	Verdict  stats.Verdict `json:"verdict"`
	Value    *Number       `json:"value"`    // difference, or quotient where ratio is set
	Ratio    bool          `json:"ratio"`    // value and interval are this week ÷ the weeks before
	Relative *Number       `json:"relative"` // the same as a part of what was before
	Interval *Range        `json:"interval"`
	Good     *bool         `json:"good"` // null: neither, or not clear

	atLeast  float64 // the smallest relative change inside the interval, as |log|
	p        float64
	wasValue float64
}

// Day is one day of the week.
type Day struct {
	Day      string `json:"day"`
	Opened   int    `json:"opened"`
	Resolved int    `json:"resolved"`
}

// Counted is a word and how often it came.
type Counted struct {
	Word string `json:"word"`
	N    int    `json:"n"`
}

// Quote is what a customer wrote with an answer: Seq is the answer in the ticket's log. The stored report names it only;
// the text is filled in where it is read, so that erasing it erases it here.
type Quote struct {
	Ticket events.ID   `json:"ticket"`
	Seq    int64       `json:"seq"`
	At     events.Time `json:"at"`
	Score  int         `json:"score"`
	Scale  int         `json:"scale"`
	Text   string      `json:"text,omitempty"`
	Href   string      `json:"href"`
}

// Movement is an issue that came to another status in the week.
type Movement struct {
	Issue   events.ID   `json:"issue"`
	Name    string      `json:"name,omitempty"` // filled in where it is read
	From    string      `json:"from"`
	To      string      `json:"to"`
	At      events.Time `json:"at"`
	Verdict string      `json:"verdict,omitempty"` // of the test after a fix
}

// Decision counts the resolves of the week that led to a survey, or did not, for one reason.
type Decision struct {
	Asked  bool   `json:"asked"`
	Reason string `json:"reason"`
	N      int    `json:"n"`
}

// Action is what people agreed to do, as it stood when the report's time ended. Its text and its owner's name are
// filled in where it is read.
type Action struct {
	ID       events.ID `json:"id"`
	Text     string    `json:"text,omitempty"`
	OwnerID  events.ID `json:"owner_id"`
	Owner    string    `json:"owner,omitempty"`
	Due      string    `json:"due"` // a day, or empty
	State    string    `json:"state"`
	Issue    events.ID `json:"issue"`
	WeekMade string    `json:"week_made"`
}

// Figure finds one of the report's figures; nil when it has none such.
func (r *Report) Figure(key Key) *Figure {
	for i := range r.Figures {
		if r.Figures[i].Key == key {
			return &r.Figures[i]
		}
	}
	return nil
}
