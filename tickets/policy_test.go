package tickets_test

import (
	"slices"
	"testing"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

const (
	no    = tickets.Nobody
	own   = tickets.Own
	team  = tickets.InTeam
	whole = tickets.AtDesk
)

// reach is how far an action goes for anyone, visitor, agent, lead, manager, admin: the policy as a reader checks it,
// written down a second time.
var reach = map[tickets.Action][6]tickets.Relation{
	tickets.PublicRead:         {whole, whole, whole, whole, whole, whole},
	tickets.SignInAct:          {whole, whole, whole, whole, whole, whole},
	tickets.WidgetStart:        {whole, whole, whole, whole, whole, whole},
	tickets.SurveyAnswer:       {whole, whole, whole, whole, whole, whole},
	tickets.ReportByLink:       {whole, whole, whole, whole, whole, whole},
	tickets.VisitorSocket:      {whole, whole, whole, whole, whole, whole},
	tickets.ConversationList:   {no, own, no, no, no, no},
	tickets.ConversationOpen:   {no, own, no, no, no, no},
	tickets.FileByLink:         {whole, whole, whole, whole, whole, whole},
	tickets.ConversationRead:   {no, own, no, no, no, no},
	tickets.ConversationWrite:  {no, own, no, no, no, no},
	tickets.ConversationSeen:   {no, own, no, no, no, no},
	tickets.ConversationEnd:    {no, own, no, no, no, no},
	tickets.ContactLeave:       {no, own, no, no, no, no},
	tickets.TranscriptAsk:      {no, own, no, no, no, no},
	tickets.VisitorUpload:      {no, own, no, no, no, no},
	tickets.SignalSend:         {no, own, no, no, no, no},
	tickets.VisitorLogout:      {no, own, no, no, no, no},
	tickets.MeRead:             {no, no, own, own, own, own},
	tickets.MeAvailability:     {no, no, own, own, own, own},
	tickets.MePassword:         {no, no, own, own, own, own},
	tickets.MePreferences:      {no, no, own, own, own, own},
	tickets.BulkRun:            {no, no, own, own, own, own},
	tickets.BulkRead:           {no, no, own, own, own, own},
	tickets.ViewList:           {no, no, own, own, own, own},
	tickets.ViewWrite:          {no, no, own, own, own, own},
	tickets.ViewShare:          {no, no, no, own, own, own},
	tickets.ConsoleSocket:      {no, no, own, own, own, own},
	tickets.AttachmentWrite:    {no, no, own, own, own, own},
	tickets.NotificationRead:   {no, no, own, own, own, own},
	tickets.NotificationWrite:  {no, no, own, own, own, own},
	tickets.SessionList:        {no, no, own, own, own, whole},
	tickets.SessionEnd:         {no, no, own, own, own, whole},
	tickets.TokenList:          {no, no, own, own, own, whole},
	tickets.TokenWrite:         {no, no, own, own, own, whole},
	tickets.TicketList:         {no, no, team, team, whole, whole},
	tickets.TicketRead:         {no, no, team, team, whole, whole},
	tickets.TicketCreate:       {no, no, team, team, whole, whole},
	tickets.TicketUpdate:       {no, no, team, team, whole, whole},
	tickets.TicketMessage:      {no, no, team, team, whole, whole},
	tickets.TicketNote:         {no, no, team, team, whole, whole},
	tickets.TicketEdit:         {no, no, team, team, whole, whole},
	tickets.TicketEditAny:      {no, no, no, team, whole, whole},
	tickets.TicketAssign:       {no, no, team, team, whole, whole},
	tickets.TicketHandoff:      {no, no, team, team, whole, whole},
	tickets.TicketResolve:      {no, no, team, team, whole, whole},
	tickets.TicketReopen:       {no, no, team, team, whole, whole},
	tickets.TicketUndo:         {no, no, team, team, whole, whole},
	tickets.TicketSnooze:       {no, no, team, team, whole, whole},
	tickets.TicketTag:          {no, no, team, team, whole, whole},
	tickets.TicketSeen:         {no, no, team, team, whole, whole},
	tickets.TicketDraft:        {no, no, team, team, whole, whole},
	tickets.MacroList:          {no, no, own, own, own, own},
	tickets.MacroWrite:         {no, no, own, own, own, own},
	tickets.MacroShare:         {no, no, no, team, whole, whole},
	tickets.TicketOwnership:    {no, no, team, team, whole, whole},
	tickets.TicketAccept:       {no, no, team, team, whole, whole},
	tickets.TicketDecline:      {no, no, team, team, whole, whole},
	tickets.QueueNext:          {no, no, team, team, whole, whole},
	tickets.CustomerList:       {no, no, team, team, whole, whole},
	tickets.CustomerRead:       {no, no, team, team, whole, whole},
	tickets.CustomerWrite:      {no, no, team, team, whole, whole},
	tickets.CustomerBlock:      {no, no, team, team, whole, whole},
	tickets.CustomerMerge:      {no, no, no, team, whole, whole},
	tickets.OrganizationList:   {no, no, whole, whole, whole, whole},
	tickets.OrganizationWrite:  {no, no, no, team, whole, whole},
	tickets.AgentList:          {no, no, whole, whole, whole, whole},
	tickets.AgentWrite:         {no, no, no, no, no, whole},
	tickets.AgentInvite:        {no, no, no, no, no, whole},
	tickets.AgentAvailability:  {no, no, no, team, whole, whole},
	tickets.TeamList:           {no, no, whole, whole, whole, whole},
	tickets.TeamWrite:          {no, no, no, no, no, whole},
	tickets.InboxList:          {no, no, whole, whole, whole, whole},
	tickets.InboxWrite:         {no, no, no, no, no, whole},
	tickets.InboxSecret:        {no, no, no, no, no, whole},
	tickets.ScheduleList:       {no, no, whole, whole, whole, whole},
	tickets.ScheduleWrite:      {no, no, no, no, no, whole},
	tickets.SettingRead:        {no, no, whole, whole, whole, whole},
	tickets.SettingWrite:       {no, no, no, no, no, whole},
	tickets.AuditRead:          {no, no, no, no, no, whole},
	tickets.JobList:            {no, no, no, no, no, whole},
	tickets.JobRetry:           {no, no, no, no, no, whole},
	tickets.WebhookList:        {no, no, no, no, no, whole},
	tickets.WebhookWrite:       {no, no, no, no, no, whole},
	tickets.FigureRead:         {no, no, own, team, whole, whole},
	tickets.AgentFigureRead:    {no, no, no, team, whole, whole},
	tickets.ReportRead:         {no, no, no, team, whole, whole},
	tickets.ReportShare:        {no, no, no, no, whole, whole},
	tickets.ReportAct:          {no, no, no, team, whole, whole},
	tickets.ReportSubscribe:    {no, no, no, own, whole, whole},
	tickets.SurveyDecisionRead: {no, no, no, team, whole, whole},
	tickets.SurveyRead:         {no, no, no, team, whole, whole},
	tickets.FollowUpRead:       {no, no, no, team, whole, whole},
	tickets.FollowUpWrite:      {no, no, no, team, whole, whole},
	tickets.SurveyWrite:        {no, no, no, no, no, whole},
	tickets.IssueList:          {no, no, team, team, whole, whole},
	tickets.IssueRead:          {no, no, team, team, whole, whole},
	tickets.IssueWrite:         {no, no, no, team, whole, whole},
	tickets.IssueMerge:         {no, no, no, team, whole, whole},
	tickets.IssueSplit:         {no, no, no, team, whole, whole},
	tickets.TopicCorrect:       {no, no, team, team, whole, whole},
	tickets.MarkerList:         {no, no, team, team, whole, whole},
	tickets.MarkerWrite:        {no, no, no, team, whole, whole},
}

var roles = []tickets.Role{tickets.RoleAnyone, tickets.RoleVisitor, tickets.RoleAgent, tickets.RoleLead, tickets.RoleManager, tickets.RoleAdmin}

func TestPolicyMatrix(t *testing.T) {
	listed := tickets.Actions()
	if len(listed) != len(reach) {
		t.Errorf("%d actions are listed, the table has %d", len(listed), len(reach))
	}
	for action, limits := range reach {
		if !slices.Contains(listed, action) {
			t.Errorf("%s is not listed", action)
		}
		for i, role := range roles {
			for _, on := range []tickets.Relation{own, team, whole} {
				if got, want := tickets.Can(tickets.Caller{Role: role}, action, on), on <= limits[i]; got != want {
					t.Errorf("%s may %s on %s = %v, want %v", role, action, on, got, want)
				}
			}
		}
	}
}

func TestPolicyDeniesByDefault(t *testing.T) {
	for _, role := range append(roles, "", "root", "Admin") {
		caller := tickets.Caller{Role: role, AllTeams: true}
		for _, on := range []tickets.Relation{no, own, team, whole, 4, -1} {
			if tickets.Can(caller, "ticket.destroy", on) || tickets.Can(caller, "", on) {
				t.Errorf("%s may do an unlisted action on %s", role, on)
			}
		}
		if tickets.Can(caller, tickets.TicketRead, no) || tickets.Can(caller, tickets.TicketRead, 4) || tickets.Can(caller, tickets.TicketRead, -1) {
			t.Errorf("%s may read on an unknown relation", role)
		}
	}
	for _, role := range []tickets.Role{"", "root", "Admin"} {
		for _, action := range tickets.Actions() {
			if tickets.Can(tickets.Caller{Role: role}, action, own) {
				t.Errorf("role %q may %s", role, action)
			}
		}
	}
	if s := tickets.TicketScope(tickets.Caller{}); s.Holds(&tickets.Ticket{}) || s.Holds(&tickets.Ticket{TeamID: 1, AssigneeID: 1}) {
		t.Error("the scope of nobody holds a ticket")
	}
}

func TestPermitNamesTheRefusal(t *testing.T) {
	agent := tickets.Caller{Agent: 1, Role: tickets.RoleAgent, Teams: []events.ID{1}}
	for _, tt := range []struct {
		name   string
		who    tickets.Caller
		action tickets.Action
		on     tickets.Relation
		want   fault.Kind
	}{
		{"fine", agent, tickets.TicketRead, team, ""},
		{"too far: as if it were not there", agent, tickets.TicketRead, whole, fault.NotFound},
		{"never for this role", agent, tickets.SettingWrite, whole, fault.Forbidden},
		{"not signed in", tickets.Anyone(), tickets.TicketRead, whole, fault.Unauthenticated},
		{"zero caller", tickets.Caller{}, tickets.TicketRead, own, fault.Unauthenticated},
		{"unlisted", tickets.Caller{Role: tickets.RoleAdmin}, "x.y", own, fault.Forbidden},
	} {
		wantKind(t, tt.name, tickets.Permit(tt.who, tt.action, tt.on), tt.want)
	}
}

func TestRelationsAndScope(t *testing.T) {
	restricted := tickets.Caller{Agent: 1, Role: tickets.RoleAgent, Teams: []events.ID{1}}
	everywhere := tickets.Caller{Agent: 1, Role: tickets.RoleAgent, Teams: []events.ID{1}, AllTeams: true}
	manager := tickets.Caller{Agent: 1, Role: tickets.RoleManager}
	for _, tt := range []struct {
		name   string
		ticket tickets.Ticket
		caller tickets.Caller
		want   tickets.Relation
		holds  bool
	}{
		{"my own, in a foreign team", tickets.Ticket{TeamID: 2, AssigneeID: 1}, restricted, own, true},
		{"of my team", tickets.Ticket{TeamID: 1, AssigneeID: 2}, restricted, team, true},
		{"of another team", tickets.Ticket{TeamID: 2, AssigneeID: 2}, restricted, whole, false},
		{"of no team", tickets.Ticket{}, restricted, whole, false},
		{"another team, sees all", tickets.Ticket{TeamID: 2}, everywhere, team, true},
		{"manager", tickets.Ticket{TeamID: 2}, manager, whole, true},
	} {
		if got := tt.caller.ToTicket(&tt.ticket); got != tt.want {
			t.Errorf("%s: relation = %s, want %s", tt.name, got, tt.want)
		}
		if got := tickets.TicketScope(tt.caller).Holds(&tt.ticket); got != tt.holds {
			t.Errorf("%s: in scope = %v, want %v", tt.name, got, tt.holds)
		}
		if got := tickets.Can(tt.caller, tickets.TicketRead, tt.caller.ToTicket(&tt.ticket)); got != tt.holds {
			t.Errorf("%s: may read = %v, but in scope = %v", tt.name, got, tt.holds)
		}
	}
	visitor := tickets.Visitor{ID: 7, CustomerID: 8}
	for _, tt := range []struct {
		ticket tickets.Ticket
		proven bool
		want   bool
	}{
		{tickets.Ticket{CustomerID: 8, VisitorID: 7}, false, true},
		{tickets.Ticket{CustomerID: 8, VisitorID: 6}, false, false},
		{tickets.Ticket{CustomerID: 8, VisitorID: 6}, true, true},
		{tickets.Ticket{CustomerID: 9, VisitorID: 7}, true, false},
	} {
		visitor.Proven = tt.proven
		if got := tickets.Can(visitor.AsCaller(), tickets.ConversationRead, visitor.AsCaller().ToTicket(&tt.ticket)); got != tt.want {
			t.Errorf("visitor (proven %v) reads %+v = %v, want %v", tt.proven, tt.ticket, got, tt.want)
		}
	}
	if everywhere.ToDesk() != team || restricted.ToDesk() != whole {
		t.Error("the desk stands wrongly to an agent")
	}
	if restricted.ToAgent(1, nil) != own || restricted.ToAgent(2, []events.ID{1}) != team || restricted.ToAgent(3, []events.ID{2}) != whole {
		t.Error("another agent stands wrongly")
	}
	perms := tickets.Permissions(restricted, team)
	if !slices.Contains(perms, tickets.TicketNote) || slices.Contains(perms, tickets.SettingWrite) || slices.Contains(perms, tickets.MeRead) {
		t.Errorf("permissions = %v", perms)
	}
}
