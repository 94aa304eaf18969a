package feedback

import "heard/tickets/events"

// The vocabulary of what is learnt from tickets. Kinds are stable for ever and fields only ever added; no change
// copies what a person wrote.

// Changes lists a zero value of every kind, for the log's vocabulary and the TypeScript types.
func Changes() []events.Change {
	return append([]events.Change{SurveyDecided{}, SurveyAsked{}, SurveyAnswered{}, SurveyWithdrawn{}}, IssueChanges()...)
}

// SurveyDecided says whether a resolve (the event with seq Resolve) led to a survey, and why.
type SurveyDecided struct {
	Kind    string `json:"kind"`
	Resolve int64  `json:"resolve"`
	Asked   bool   `json:"asked"`
	Reason  string `json:"reason"`
}

// SurveyAsked invites the customer to answer. Agent and Team are whom the answer will be credited to.
type SurveyAsked struct {
	Invitation events.ID `json:"invitation"`
	Kind       string    `json:"kind"`
	Agent      events.ID `json:"agent,omitempty"`
	Team       events.ID `json:"team,omitempty"`
}

// SurveyAnswered is a first answer, or a changed one. The comment stands in the response's row.
type SurveyAnswered struct {
	Invitation events.ID `json:"invitation"`
	Kind       string    `json:"kind"`
	Score      int       `json:"score"`
	Scale      int       `json:"scale"` // the best score
	Agent      events.ID `json:"agent,omitempty"`
	Team       events.ID `json:"team,omitempty"`
	Changed    bool      `json:"changed,omitempty"`
}

// SurveyWithdrawn takes an unanswered survey back.
type SurveyWithdrawn struct {
	Invitation events.ID `json:"invitation"`
	Kind       string    `json:"kind"`
	Reason     string    `json:"reason"` // reopened
}

func (SurveyDecided) EventKind() string   { return "survey.decided" }
func (SurveyAsked) EventKind() string     { return "survey.asked" }
func (SurveyAnswered) EventKind() string  { return "survey.answered" }
func (SurveyWithdrawn) EventKind() string { return "survey.withdrawn" }

func (SurveyDecided) EventPublic() bool   { return false }
func (SurveyAsked) EventPublic() bool     { return true }
func (SurveyAnswered) EventPublic() bool  { return false }
func (SurveyWithdrawn) EventPublic() bool { return false }
