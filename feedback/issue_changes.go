package feedback

import "heard/tickets/events"

// IssueChanges lists a zero value of every kind about topics and issues.
func IssueChanges() []events.Change {
	return []events.Change{TopicAssigned{}, TopicCorrected{}, IssueFlagged{}, IssueStatusChanged{}, IssueChanged{}, IssueMerged{}, IssueSplit{},
		ReleaseMarked{}, IncidentMarked{}, TagDismissed{}}
}

// TopicAssigned: the machine found out what a ticket is about, or thinks better of it. 0 means nothing clear.
type TopicAssigned struct {
	Topic events.ID `json:"topic"`
	From  events.ID `json:"from,omitempty"`
	Sure  bool      `json:"sure"`
}

// TopicCorrected: a person said what a ticket is about. No night moves it any more.
type TopicCorrected struct {
	Topic events.ID `json:"topic"`
	From  events.ID `json:"from,omitempty"`
}

// IssueFlagged begins an issue or another episode of one: why, and the test that says so.
type IssueFlagged struct {
	Issue    events.ID `json:"issue"`
	Topic    events.ID `json:"topic"` // the most telling one
	Type     string    `json:"kind"`  // new, rising, burst, regressed, recurring
	Window   int       `json:"window_days"`
	Observed int       `json:"observed"`
	Expected float64   `json:"expected"`
	P        float64   `json:"p"`
	Q        float64   `json:"q"`
}

// IssueStatusChanged moves an issue to another status: by a person, or by a test after a fix.
type IssueStatusChanged struct {
	Issue   events.ID   `json:"issue"`
	From    string      `json:"from"`
	To      string      `json:"to"`
	FixedAt events.Time `json:"fixed_at,omitempty"` // to fixed: since when
}

// IssueChanged: a person named an issue, or said who cares for it. The name stands on the row.
type IssueChanged struct {
	Issue  events.ID `json:"issue"`
	Fields []string  `json:"fields"`
	Owner  events.ID `json:"owner,omitempty"`
}

// IssueMerged makes one issue, with its topics and tickets, part of another.
type IssueMerged struct {
	Issue events.ID `json:"issue"`
	Into  events.ID `json:"into"`
}

// IssueSplit takes tickets out of an issue into a new one with a topic of its own; a topic.corrected on each follows.
type IssueSplit struct {
	Issue   events.ID `json:"issue"`
	Made    events.ID `json:"made"`
	Topic   events.ID `json:"topic"`
	Tickets int       `json:"tickets"`
}

// ReleaseMarked: something was shipped. What it is called stands on the row.
type ReleaseMarked struct {
	Release events.ID `json:"release"`
}

// IncidentMarked: something broke, or its end became known.
type IncidentMarked struct {
	Incident events.ID `json:"incident"`
}

func (ReleaseMarked) EventKind() string  { return "release.marked" }
func (IncidentMarked) EventKind() string { return "incident.marked" }
func (ReleaseMarked) EventPublic() bool  { return false }
func (IncidentMarked) EventPublic() bool { return false }

func (TopicAssigned) EventKind() string      { return "topic.assigned" }
func (TopicCorrected) EventKind() string     { return "topic.corrected" }
func (IssueFlagged) EventKind() string       { return "issue.flagged" }
func (IssueStatusChanged) EventKind() string { return "issue.status_changed" }
func (IssueChanged) EventKind() string       { return "issue.changed" }
func (IssueMerged) EventKind() string        { return "issue.merged" }
func (IssueSplit) EventKind() string         { return "issue.split" }

func (TopicAssigned) EventPublic() bool      { return false }
func (TopicCorrected) EventPublic() bool     { return false }
func (IssueFlagged) EventPublic() bool       { return false }
func (IssueStatusChanged) EventPublic() bool { return false }
func (IssueChanged) EventPublic() bool       { return false }
func (IssueMerged) EventPublic() bool        { return false }
func (IssueSplit) EventPublic() bool         { return false }
