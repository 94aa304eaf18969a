package web

import (
	"reflect"

	"heard/feedback/issues"
	"heard/feedback/weekly"
	"heard/tickets"
)

// WireTypes are the types of the API's answers, by the names that TypeScript knows them by, for web/gen.
func WireTypes() map[string]reflect.Type {
	return map[string]reflect.Type{
		"Actor":                 reflect.TypeFor[tickets.WireActor](),
		"Agent":                 reflect.TypeFor[wireAgent](),
		"Conversation":          reflect.TypeFor[wireConversation](),
		"ConversationOpened":    reflect.TypeFor[wireConversationOpened](),
		"Customer":              reflect.TypeFor[wireCustomer](),
		"Desk":                  reflect.TypeFor[desk](),
		"Event":                 reflect.TypeFor[tickets.WireEvent](),
		"Issue":                 reflect.TypeFor[issues.Issue](),
		"IssueDetail":           reflect.TypeFor[wireIssueDetail](),
		"IssueList":             reflect.TypeFor[issues.List](),
		"IssueCandidate":        reflect.TypeFor[issues.Candidate](),
		"IssueImpact":           reflect.TypeFor[issues.ImpactView](),
		"IssueQuote":            reflect.TypeFor[issues.QuoteView](),
		"IssueScore":            reflect.TypeFor[issues.Score](),
		"IssueShare":            reflect.TypeFor[issues.Share](),
		"IssueStep":             reflect.TypeFor[issues.Step](),
		"IssueTerms":            reflect.TypeFor[issues.TermsView](),
		"IssueTest":             reflect.TypeFor[issues.TestView](),
		"IssueTrendDay":         reflect.TypeFor[issues.TrendDay](),
		"IssueVerdict":          reflect.TypeFor[issues.Verdict](),
		"TopicBrief":            reflect.TypeFor[issues.TopicBrief](),
		"Inbox":                 reflect.TypeFor[wireInbox](),
		"InboxSettings":         reflect.TypeFor[wireInboxSettings](),
		"Attachment":            reflect.TypeFor[tickets.WireAttachment](),
		"AttachmentSettings":    reflect.TypeFor[wireAttachmentSettings](),
		"WidgetAttachments":     reflect.TypeFor[wireWidgetFiles](),
		"Inactivity":            reflect.TypeFor[wireInactivity](),
		"OfflineForm":           reflect.TypeFor[wireOfflineForm](),
		"OpenHours":             reflect.TypeFor[wireOpenHours](),
		"ProactiveRule":         reflect.TypeFor[wireProactive](),
		"Interval":              reflect.TypeFor[wireInterval](),
		"Me":                    reflect.TypeFor[me](),
		"MessageAck":            reflect.TypeFor[wireAck](),
		"MessagePosted":         reflect.TypeFor[wirePosted](),
		"MessageEdited":         reflect.TypeFor[wireEdited](),
		"MessageVersion":        reflect.TypeFor[wireVersion](),
		"Organization":          reflect.TypeFor[wireOrganization](),
		"PrechatField":          reflect.TypeFor[wirePrechat](),
		"CSATPolicy":            reflect.TypeFor[wireCSAT](),
		"Schedule":              reflect.TypeFor[wireSchedule](),
		"Segment":               reflect.TypeFor[wireSegment](),
		"ServingAgent":          reflect.TypeFor[wireServer](),
		"Session":               reflect.TypeFor[wireSession](),
		"Settings":              reflect.TypeFor[wireSettings](),
		"Survey":                reflect.TypeFor[wireSurvey](),
		"Overflow":              reflect.TypeFor[wireOverflow](),
		"SkillRule":             reflect.TypeFor[wireSkillRule](),
		"Weights":               reflect.TypeFor[wireWeights](),
		"Team":                  reflect.TypeFor[wireTeam](),
		"Ticket":                reflect.TypeFor[WireTicket](),
		"TicketDetail":          reflect.TypeFor[wireTicketDetail](),
		"Token":                 reflect.TypeFor[wireToken](),
		"Visit":                 reflect.TypeFor[wireVisit](),
		"VisitedPage":           reflect.TypeFor[wirePage](),
		"Transcript":            reflect.TypeFor[wireTranscript](),
		"InboxSecret":           reflect.TypeFor[wireSecret](),
		"VisitorCustomer":       reflect.TypeFor[wireVisitorCustomer](),
		"ReportAction":          reflect.TypeFor[weekly.ReportAction](),
		"ReportShare":           reflect.TypeFor[weekly.ReportLink](),
		"ReportSubscriber":      reflect.TypeFor[weekly.Subscriber](),
		"SharedLink":            reflect.TypeFor[sharedLink](),
		"WidgetSession":         reflect.TypeFor[wireWidgetSession](),
		"WidgetSessionSettings": reflect.TypeFor[wireWidgetSettings](),
	}
}
