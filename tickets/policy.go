package tickets

import (
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// This file decides who may do what, and nothing else does: routes, sockets, lists, counts, reports and exports ask
// it. What is not in the matrix is refused.

// Action is one thing that a caller may want to do. Every route names one.
type Action string

const (
	// For everybody; the route has its own proof, if it needs one (a signed link, a password, a key).
	PublicRead    Action = "public.read"    // widget script, panel, sign-in page, probes
	SignInAct     Action = "session.begin"  // password, one-time link
	WidgetStart   Action = "widget.start"   // begin a visitor's session
	SurveyAnswer  Action = "survey.answer"  // by its signed link
	ReportByLink  Action = "report.by_link" // by its signed link
	VisitorSocket Action = "widget.connect" // the token comes in the first frame

	// For visitors, in what is theirs.
	ConversationList  Action = "conversation.list"
	ConversationOpen  Action = "conversation.open"
	ConversationRead  Action = "conversation.read"
	ConversationWrite Action = "conversation.write"
	ConversationSeen  Action = "conversation.seen"
	ConversationEnd   Action = "conversation.end"
	ContactLeave      Action = "conversation.contact"
	TranscriptAsk     Action = "conversation.transcript"
	VisitorUpload     Action = "widget.upload"
	SignalSend        Action = "signal.send"
	VisitorLogout     Action = "widget.logout"

	// For agents: themselves.
	MeRead          Action = "me.read"
	MeAvailability  Action = "me.availability"
	MePassword      Action = "me.password"
	MePreferences   Action = "me.preferences"
	SessionList     Action = "session.list"
	SessionEnd      Action = "session.end"
	ConsoleSocket   Action = "console.connect"
	AttachmentWrite Action = "attachment.write"
	FileByLink      Action = "file.by_link" // on which files, the link says, or the ticket

	// What an agent hears of: read marks, wishes, devices that are pushed to.
	NotificationRead  Action = "notification.read"
	NotificationWrite Action = "notification.write"

	// Tickets.
	TicketList      Action = "ticket.list"
	TicketRead      Action = "ticket.read"
	TicketCreate    Action = "ticket.create"
	TicketUpdate    Action = "ticket.update"
	TicketMessage   Action = "ticket.message"
	TicketNote      Action = "ticket.note"
	TicketEdit      Action = "ticket.edit"     // change or take back what one wrote oneself, for a day
	TicketEditAny   Action = "ticket.edit_any" // what anybody wrote, at any time; and see what it was
	TicketAssign    Action = "ticket.assign"
	TicketHandoff   Action = "ticket.handoff"
	TicketResolve   Action = "ticket.resolve"
	TicketReopen    Action = "ticket.reopen"
	TicketUndo      Action = "ticket.undo" // what one has just done oneself
	TicketSnooze    Action = "ticket.snooze"
	TicketTag       Action = "ticket.tag"
	TicketSeen      Action = "ticket.seen"
	TicketDraft     Action = "ticket.draft" // one's own, of what one may write to it
	TicketOwnership Action = "ticket.ownership"
	TicketAccept    Action = "ticket.accept" // what is offered to oneself
	TicketDecline   Action = "ticket.decline"
	BulkRun         Action = "bulk.run" // one act on many tickets; each asks for its own right
	BulkRead        Action = "bulk.read"
	ViewList        Action = "view.list"  // saved ones
	ViewWrite       Action = "view.write" // one's own, and a team's
	ViewShare       Action = "view.share" // with everybody
	QueueNext       Action = "queue.next" // to take the next ticket of a team's queue

	// People.
	CustomerList       Action = "customer.list"
	CustomerRead       Action = "customer.read"
	CustomerWrite      Action = "customer.write"
	CustomerMerge      Action = "customer.merge"
	CustomerBlock      Action = "customer.block"
	OrganizationList   Action = "organization.list"
	OrganizationWrite  Action = "organization.write"
	AgentList          Action = "agent.list"
	AgentWrite         Action = "agent.write"
	AgentInvite        Action = "agent.invite"
	AgentAvailability  Action = "agent.availability"
	TokenList          Action = "token.list"
	TokenWrite         Action = "token.write"
	TeamList           Action = "team.list"
	TeamWrite          Action = "team.write"
	InboxList          Action = "inbox.list"
	InboxWrite         Action = "inbox.write"
	InboxSecret        Action = "inbox.secret"
	ScheduleList       Action = "schedule.list"
	ScheduleWrite      Action = "schedule.write"
	SettingRead        Action = "setting.read"
	SettingWrite       Action = "setting.write"
	AuditRead          Action = "audit.read"
	JobList            Action = "job.list"
	JobRetry           Action = "job.retry"
	WebhookList        Action = "webhook.list"
	WebhookWrite       Action = "webhook.write"
	FigureRead         Action = "figure.read"
	AgentFigureRead    Action = "figure.agents" // tables that name agents
	ReportRead         Action = "report.read"
	ReportShare        Action = "report.share"
	ReportAct          Action = "report.act"       // what people agree to do about a report
	ReportSubscribe    Action = "report.subscribe" // get it by mail: oneself; others, and addresses outside
	SurveyDecisionRead Action = "survey.decisions"
	SurveyRead         Action = "survey.read"
	SurveyWrite        Action = "survey.write"
	FollowUpRead       Action = "follow_up.read"
	FollowUpWrite      Action = "follow_up.write"
	IssueList          Action = "issue.list"
	IssueRead          Action = "issue.read"
	IssueWrite         Action = "issue.write"
	IssueMerge         Action = "issue.merge"
	IssueSplit         Action = "issue.split"
	TopicCorrect       Action = "topic.correct"
	MarkerList         Action = "marker.list" // releases and incidents
	MarkerWrite        Action = "marker.write"
	MacroList          Action = "macro.list"
	MacroWrite         Action = "macro.write" // one's own, and those of one's teams
	MacroShare         Action = "macro.share" // for the whole desk, and what others made for it
)

// Two kinds of callers that are not agents.
const (
	RoleAnyone  Role = "anyone"
	RoleVisitor Role = "visitor"
)

// Relation is how a thing stands to the caller, from near to far.
type Relation int

const (
	Nobody Relation = iota // as a limit: not even what is one's own
	Own                    // one's own: assigned or offered to oneself, one's own token, figure, conversation
	InTeam                 // of a team whose tickets one sees
	AtDesk                 // anything else of the desk
)

// String names the relation for messages and tests.
func (r Relation) String() string {
	return [...]string{"nobody", "own", "team", "desk"}[min(max(r, Nobody), AtDesk)]
}

// grant is how far an action reaches for each role.
type grant struct{ anyone, visitor, agent, lead, manager, admin Relation }

func (g grant) of(r Role) Relation {
	switch r {
	case RoleAnyone:
		return g.anyone
	case RoleVisitor:
		return g.visitor
	case RoleAgent:
		return g.agent
	case RoleLead:
		return g.lead
	case RoleManager:
		return g.manager
	case RoleAdmin:
		return g.admin
	}
	return Nobody
}

// matrix is the whole policy. It is a function, so that nothing can change it.
func matrix(a Action) (grant, bool) {
	var (
		public   = grant{AtDesk, AtDesk, AtDesk, AtDesk, AtDesk, AtDesk}
		visitors = grant{visitor: Own}
		self     = grant{agent: Own, lead: Own, manager: Own, admin: Own}
		tickets  = grant{agent: InTeam, lead: InTeam, manager: AtDesk, admin: AtDesk}
		readDesk = grant{agent: AtDesk, lead: AtDesk, manager: AtDesk, admin: AtDesk}
		leads    = grant{lead: InTeam, manager: AtDesk, admin: AtDesk}
		figures  = grant{agent: Own, lead: InTeam, manager: AtDesk, admin: AtDesk}
		managers = grant{manager: AtDesk, admin: AtDesk}
		admins   = grant{admin: AtDesk}
		ownElse  = grant{agent: Own, lead: Own, manager: Own, admin: AtDesk}
	)
	switch a {
	case PublicRead, SignInAct, WidgetStart, SurveyAnswer, ReportByLink, FileByLink, VisitorSocket:
		return public, true
	case ConversationList, ConversationOpen, ConversationRead, ConversationWrite, ConversationSeen, ConversationEnd,
		ContactLeave, TranscriptAsk, VisitorUpload, SignalSend, VisitorLogout:
		return visitors, true
	case NotificationRead, NotificationWrite, MacroList, MacroWrite:
		return self, true
	case MeRead, MeAvailability, MePassword, MePreferences, ConsoleSocket, AttachmentWrite, ViewList, ViewWrite, BulkRun, BulkRead:
		return self, true
	case TicketList, TicketRead, TicketCreate, TicketUpdate, TicketMessage, TicketNote, TicketEdit, TicketAssign, TicketHandoff,
		TicketResolve, TicketReopen, TicketUndo, TicketSnooze, TicketTag, TicketSeen, TicketDraft, TicketOwnership, TicketAccept, TicketDecline, QueueNext:
		return tickets, true
	case CustomerList, CustomerRead, CustomerWrite, CustomerBlock, IssueList, IssueRead, TopicCorrect, MarkerList:
		return tickets, true
	case OrganizationList, AgentList, TeamList, InboxList, ScheduleList, SettingRead:
		return readDesk, true
	case CustomerMerge, OrganizationWrite, AgentAvailability, AgentFigureRead, ReportRead, SurveyDecisionRead, SurveyRead, FollowUpRead, FollowUpWrite,
		IssueWrite, IssueMerge, IssueSplit, MarkerWrite, TicketEditAny, ReportAct, MacroShare:
		return leads, true
	case ViewShare:
		return grant{lead: Own, manager: Own, admin: Own}, true
	case ReportSubscribe:
		return grant{lead: Own, manager: AtDesk, admin: AtDesk}, true
	case FigureRead:
		return figures, true
	case ReportShare:
		return managers, true
	case SessionList, SessionEnd, TokenList, TokenWrite:
		return ownElse, true
	case AgentWrite, AgentInvite, TeamWrite, InboxWrite, InboxSecret, SurveyWrite, ScheduleWrite, SettingWrite, AuditRead,
		JobList, JobRetry, WebhookList, WebhookWrite:
		return admins, true
	}
	return grant{}, false
}

// Actions lists every action, for tests, permissions and the route table.
func Actions() []Action {
	return []Action{
		PublicRead, SignInAct, WidgetStart, SurveyAnswer, ReportByLink, FileByLink, VisitorSocket,
		ConversationList, ConversationOpen, ConversationRead, ConversationWrite, ConversationSeen, ConversationEnd,
		ContactLeave, TranscriptAsk, VisitorUpload, SignalSend, VisitorLogout,
		NotificationRead, NotificationWrite,
		MeRead, MeAvailability, MePassword, MePreferences, SessionList, SessionEnd, ConsoleSocket, AttachmentWrite, ViewList, ViewWrite, ViewShare,
		BulkRun, BulkRead,
		TicketList, TicketRead, TicketCreate, TicketUpdate, TicketMessage, TicketNote, TicketEdit, TicketEditAny, TicketAssign,
		TicketHandoff, TicketResolve, TicketReopen, TicketUndo, TicketSnooze, TicketTag, TicketSeen, TicketDraft, TicketOwnership, TicketAccept,
		TicketDecline, QueueNext,
		CustomerList, CustomerRead, CustomerWrite, CustomerBlock, CustomerMerge, OrganizationList, OrganizationWrite,
		AgentList, AgentWrite, AgentInvite, AgentAvailability, TokenList, TokenWrite, TeamList, TeamWrite,
		InboxList, InboxWrite, InboxSecret, ScheduleList, ScheduleWrite, SettingRead, SettingWrite, AuditRead,
		JobList, JobRetry, WebhookList, WebhookWrite,
		FigureRead, AgentFigureRead, ReportRead, ReportShare, ReportAct, ReportSubscribe, SurveyDecisionRead, SurveyRead, SurveyWrite, FollowUpRead, FollowUpWrite,
		IssueList, IssueRead, IssueWrite, IssueMerge, IssueSplit, TopicCorrect, MarkerList, MarkerWrite, MacroList, MacroWrite, MacroShare,
	}
}

// Caller is who asks. The zero Caller may do nothing.
type Caller struct {
	Agent    events.ID // for agents and programs
	Role     Role
	Teams    []events.ID // whose queues the agent serves, ascending
	AllTeams bool        // sees the tickets of every team
	Visitor  Visitor     // for visitors
}

// Anyone is the caller of whom nothing is known.
func Anyone() Caller { return Caller{Role: RoleAnyone} }

// AsCaller is the visitor as policy sees it.
func (v Visitor) AsCaller() Caller { return Caller{Role: RoleVisitor, Visitor: v} }

// Can tells whether a caller may do an action on something in that relation to it.
func Can(v Caller, a Action, on Relation) bool {
	g, ok := matrix(a)
	return ok && on > Nobody && on <= AtDesk && g.of(v.Role) >= on
}

// Permit is Can as an error: forbidden when the role may never do it; not found when it may, but not on this thing,
// so that nobody learns what exists.
func Permit(v Caller, a Action, on Relation) error {
	switch {
	case Can(v, a, on):
		return nil
	case Can(v, a, Own):
		return fault.New(fault.NotFound, "there is no such thing, or you may not see it")
	case v.Role == RoleAnyone || v.Role == "":
		return fault.New(fault.Unauthenticated, "please sign in")
	}
	return fault.New(fault.Forbidden, "your role does not permit this")
}

// Permissions lists what a caller may do on something in that relation to it.
func Permissions(v Caller, on Relation) []Action {
	out := []Action{}
	for _, a := range Actions() {
		if g, _ := matrix(a); g.anyone == Nobody && Can(v, a, on) {
			out = append(out, a)
		}
	}
	return out
}

// ToTicket is how a ticket stands to the caller.
func (v Caller) ToTicket(t *Ticket) Relation {
	switch {
	case v.Role == RoleVisitor:
		if v.Visitor.Sees(t) {
			return Own
		}
		return AtDesk
	case v.Agent != 0 && (t.AssigneeID == v.Agent || t.OfferedTo == v.Agent):
		return Own
	}
	return v.ToTeam(t.TeamID)
}

// ToTeam is how a team, its queue and its figures stand to the caller.
func (v Caller) ToTeam(team events.ID) Relation {
	if v.AllTeams || slices.Contains(v.Teams, team) {
		return InTeam
	}
	return AtDesk
}

// ToAgent is how another agent stands to the caller: as itself, or by a team in common.
func (v Caller) ToAgent(agent events.ID, teams []events.ID) Relation {
	if v.Agent != 0 && v.Agent == agent {
		return Own
	}
	if v.AllTeams || slices.ContainsFunc(teams, func(t events.ID) bool { return slices.Contains(v.Teams, t) }) {
		return InTeam
	}
	return AtDesk
}

// ToDesk is how the desk as a whole (its report, its issues) stands to the caller: whoever sees all teams sees it as
// a team's.
func (v Caller) ToDesk() Relation {
	if v.AllTeams {
		return InTeam
	}
	return AtDesk
}

// TicketScope returns the tickets that a caller sees, for lists, counts, sockets, search and reports alike.
func TicketScope(v Caller) Scope {
	switch limit, _ := matrix(TicketList); limit.of(v.Role) {
	case AtDesk:
		return Scope{}
	case InTeam:
		if v.AllTeams {
			return Scope{}
		}
		return Scope{Restricted: true, Teams: v.Teams, Agent: v.Agent}
	case Own:
		return Scope{Restricted: true, Agent: v.Agent}
	}
	return Scope{Restricted: true}
}

// Holds tells whether a ticket is in the scope.
func (s Scope) Holds(t *Ticket) bool {
	return !s.Restricted || (s.Agent != 0 && t.AssigneeID == s.Agent) || slices.Contains(s.Teams, t.TeamID)
}
