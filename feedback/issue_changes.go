package feedback

import "heard/tickets/events"

// IssueChanges lists a zero value of every kind about topics and issues.
func IssueChanges() []events.Change {
	return []events.Change{TopicAssigned{}, TopicCorrected{}, IssueFlagged{}, IssueStatusChanged{}, IssueChanged{}, IssueMerged{}, IssueSplit{},
		ReleaseMarked{}, IncidentMarked{}, ReleaseChanged{}, ReleaseDeleted{}, IncidentChanged{}, IncidentDeleted{}, TagDismissed{}}
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

// ReleaseChanged: a release was put right.
type ReleaseChanged struct {
	Release events.ID `json:"release"`
}

// ReleaseDeleted: it was no release, or none of ours.
type ReleaseDeleted struct {
	Release events.ID `json:"release"`
}

// IncidentChanged: an incident was put right.
type IncidentChanged struct {
	Incident events.ID `json:"incident"`
}

// IncidentDeleted: nothing was broken after all.
type IncidentDeleted struct {
	Incident events.ID `json:"incident"`
}

func (ReleaseMarked) EventKind() string   { return "release.marked" }
func (ReleaseChanged) EventKind() string  { return "release.changed" }
func (ReleaseDeleted) EventKind() string  { return "release.deleted" }
func (IncidentMarked) EventKind() string  { return "incident.marked" }
func (IncidentChanged) EventKind() string { return "incident.changed" }
func (IncidentDeleted) EventKind() string { return "incident.deleted" }

func (ReleaseMarked) EventPublic() bool   { return false }
func (ReleaseChanged) EventPublic() bool  { return false }
func (ReleaseDeleted) EventPublic() bool  { return false }
func (IncidentMarked) EventPublic() bool  { return false }
func (IncidentChanged) EventPublic() bool { return false }
func (IncidentDeleted) EventPublic() bool { return false }

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
