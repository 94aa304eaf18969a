package feedback

import "heard/tickets/events"

// The vocabulary of what is learnt from tickets. Kinds are stable for ever and fields only ever added; no change
// copies what a person wrote.

// Changes lists a zero value of every kind, for the log's vocabulary and the TypeScript types.
func Changes() []events.Change {
	return append([]events.Change{SurveyDecided{}, SurveyAsked{}, SurveyAnswered{}, SurveyWithdrawn{},
		FollowUpOpened{}, FollowUpDone{}}, IssueChanges()...)
}

// SurveyDecided says whether a resolve (the event with seq Resolve) led to a survey, and why.
type SurveyDecided struct {
	Kind    string `json:"kind"`
	Resolve int64  `json:"resolve"`
	Asked   bool   `json:"asked"`
	Reason  string `json:"reason"`
	// Survey is the one that was chosen; none for the inbox's own.
	Survey events.ID `json:"survey,omitempty"`
}

// SurveyAsked invites the customer to answer. Agent and Team are whom the answer will be credited to.
type SurveyAsked struct {
	Invitation events.ID `json:"invitation"`
	Kind       string    `json:"kind"`
	Survey     events.ID `json:"survey,omitempty"`
	Agent      events.ID `json:"agent,omitempty"`
	Team       events.ID `json:"team,omitempty"`
	// Customer is who was asked when that was not about a ticket.
	Customer events.ID `json:"customer,omitempty"`
	// Resolve is the seq of the resolve that it is about.
	Resolve int64 `json:"resolve,omitempty"`
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
	Survey     events.ID `json:"survey,omitempty"`
	Via        string    `json:"via,omitempty"` // widget, mail, page, link
	// Customer is who answered when that was not about a ticket; none either for somebody nobody knows.
	Customer events.ID `json:"customer,omitempty"`
}

// SurveyWithdrawn takes an unanswered survey back.
type SurveyWithdrawn struct {
	Invitation events.ID `json:"invitation"`
	Kind       string    `json:"kind"`
	Reason     string    `json:"reason"` // reopened, spam, blocked, merged, opted_out
	Customer   events.ID `json:"customer,omitempty"`
	Resolve    int64     `json:"resolve,omitempty"`
}

// FollowUpOpened: somebody gave a low score, and a lead is to look after it.
type FollowUpOpened struct {
	FollowUp   events.ID `json:"follow_up"`
	Invitation events.ID `json:"invitation"`
	Kind       string    `json:"kind"`
	Score      int       `json:"score"`
	Scale      int       `json:"scale"`
	Team       events.ID `json:"team,omitempty"`
	Assignee   events.ID `json:"assignee,omitempty"`
	Customer   events.ID `json:"customer,omitempty"`
}

// FollowUpDone ends a follow-up. What the lead wrote stands in its row.
type FollowUpDone struct {
	FollowUp events.ID `json:"follow_up"`
	Outcome  string    `json:"outcome"`
}

func (SurveyDecided) EventKind() string   { return "survey.decided" }
func (SurveyAsked) EventKind() string     { return "survey.asked" }
func (SurveyAnswered) EventKind() string  { return "survey.answered" }
func (SurveyWithdrawn) EventKind() string { return "survey.withdrawn" }

func (FollowUpOpened) EventKind() string { return "survey.follow_up_opened" }
func (FollowUpDone) EventKind() string   { return "survey.follow_up_done" }

func (SurveyDecided) EventPublic() bool   { return false }
func (SurveyAsked) EventPublic() bool     { return true }
func (SurveyAnswered) EventPublic() bool  { return false }
func (SurveyWithdrawn) EventPublic() bool { return false }
func (FollowUpOpened) EventPublic() bool  { return false }
func (FollowUpDone) EventPublic() bool    { return false }
