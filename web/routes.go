package web

import t "heard/tickets"

// routes is the whole HTTP surface: method, path, who may call, how often, and the handler. The mux is filled from
// this table alone, and a test holds both against each other.
func (s *Server) routes() []route {
	api, read, write := "/api/v1", perRead, perWrite
	one := "/{id}"
	rows := []route{
		// Signing in and the caller itself.
		{"POST", api + "/session", public(t.SignInAct), perGuess, op("Sign in with a password", s.signIn)},
		{"DELETE", api + "/session", sessionOnly(t.MeRead), write, op("Sign out", s.signOut)},
		{"POST", api + "/invitations/open", public(t.SignInAct), perGuess, op("Look at a one-time link", s.openInvitation)},
		{"POST", api + "/invitations/accept", public(t.SignInAct), perGuess, op("Take an invitation up", s.acceptInvitation)},
		{"GET", api + "/me", agent(t.MeRead), read, op("Who am I, and what holds for the desk", s.getMe)},
		{"PUT", api + "/me/availability", agent(t.MeAvailability), write, op("Take chats, or not", s.setAvailability).repeatable()},
		{"PUT", api + "/me/password", sessionOnly(t.MePassword), perGuess, op("Set one's own password", s.changePassword)},
		{"GET", api + "/me/preferences", agent(t.MeRead), read, op("How one wants the console to be", s.getPreferences)},
		{"PATCH", api + "/me/preferences", agent(t.MePreferences), write, op("Change how one wants the console to be", s.patchPreferences).repeatable()},
		{"GET", api + "/me/sessions", sessionOnly(t.SessionList), read, op("Where am I signed in", s.listSessions)},

		// Tickets.
		{"GET", api + "/tickets", agent(t.TicketList), read, op("List tickets, newest message first", s.listTickets)},
		{"POST", api + "/tickets", agent(t.TicketCreate), write, op("Open a ticket with a customer's message", s.openTicket).repeatable()},
		{"GET", api + "/tickets" + one, agent(t.TicketRead), read, op("One ticket", s.getTicket)},
		{"PATCH", api + "/tickets" + one, agent(t.TicketUpdate), write, op("Change a ticket", s.patchTicket).repeatable()},
		{"GET", api + "/tickets/{id}/events", agent(t.TicketRead), read, op("Everything that happened to a ticket", s.ticketEvents)},
		{"GET", api + "/tickets/{id}/ownership", agent(t.TicketOwnership), read, op("Who had it when", s.ticketOwnership)},
		{"POST", api + "/tickets/{id}/messages", agent(t.TicketMessage), write, op("Answer the customer", s.postMessage).repeatable()},
		{"POST", api + "/tickets/{id}/notes", agent(t.TicketNote), write, op("Leave a note for colleagues", s.postNote).repeatable()},
		{"PATCH", api + "/tickets/{id}/messages/{seq}", agent(t.TicketEdit), write, op("Change the text of a message or note", s.editMessage).repeatable()},
		{"DELETE", api + "/tickets/{id}/messages/{seq}", agent(t.TicketEdit), write, op("Take a message or note back for good", s.redactMessage).repeatable()},
		{"GET", api + "/tickets/{id}/messages/{seq}/versions", agent(t.TicketEditAny), read, op("What a message was before", s.messageVersions)},
		{"GET", api + "/tickets/{id}/transcript", agent(t.TicketRead), read, op("What was said, as a file", s.ticketTranscript)},
		{"POST", api + "/tickets/{id}/assign", agent(t.TicketAssign), write, op("Give it to an agent or a team", s.assignTicket)},
		{"POST", api + "/tickets/{id}/handoff", agent(t.TicketHandoff), write, op("Hand it over, with a reason", s.handOffTicket)},
		{"POST", api + "/tickets/{id}/accept", agent(t.TicketAccept), write, op("Accept what is offered to oneself", s.acceptTicket)},
		{"POST", api + "/tickets/{id}/decline", agent(t.TicketDecline), write, op("Pass on what is offered to oneself", s.declineTicket)},
		{"POST", api + "/tickets/{id}/resolve", agent(t.TicketResolve), write, op("Resolve it", s.resolveTicket)},
		{"POST", api + "/tickets/{id}/reopen", agent(t.TicketReopen), write, op("Take it back to work", s.reopenTicket)},
		{"POST", api + "/tickets/{id}/undo", agent(t.TicketUndo), write, op("Take back what one has just done to it", s.undoAct)},
		{"POST", api + "/tickets/{id}/snooze", agent(t.TicketSnooze), write, op("Put it away until a time", s.snoozeTicket)},
		{"POST", api + "/tickets/{id}/unread", agent(t.TicketSeen), write, op("Count it as unread until somebody sees it again", s.unreadTicket)},
		{"POST", api + "/tickets/{id}/tags", agent(t.TicketTag), write, op("Add and remove tags", s.tagTicket).repeatable()},
		{"POST", api + "/tickets/{id}/suggested-tags/dismiss", agent(t.TicketTag), write, op("Say that a suggested tag does not fit", s.dismissTag).repeatable()},
		{"GET", api + "/tags", agent(t.TicketList), read, op("List the tags that stand on tickets one sees, by name", s.listTags)},
		{"GET", api + "/tags/suggestions/quality", agent(t.SettingRead), read, op("How good the suggested tags are", s.tagQuality)},

		{"POST", api + "/attachments", agent(t.AttachmentWrite).files(), perUpload, uploads("Upload files for a message")},

		// People.
		{"GET", api + "/customers", agent(t.CustomerList), read, op("List customers, newest contact first", s.listCustomers)},
		{"POST", api + "/customers", agent(t.CustomerWrite), write, op("Find a customer, or add one", s.createCustomer)},
		{"GET", api + "/customers" + one, agent(t.CustomerRead), read, op("One customer", s.getCustomer)},
		{"PATCH", api + "/customers" + one, agent(t.CustomerWrite), write, op("Change a customer", s.patchCustomer).repeatable()},
		{"GET", api + "/customers/{id}/tickets", agent(t.CustomerRead), read, op("A customer's tickets", s.customerTickets)},
		{"POST", api + "/customers/{id}/merge", agent(t.CustomerMerge), write, op("Make another customer part of this one", s.mergeCustomers)},
		{"POST", api + "/customers/{id}/block", agent(t.CustomerBlock), write, op("Take no more messages of a customer", s.blockCustomer).repeatable()},
		{"POST", api + "/customers/{id}/unblock", agent(t.CustomerBlock), write, op("Take messages of a customer again", s.unblockCustomer).repeatable()},
		{"GET", api + "/organizations", agent(t.OrganizationList), read, op("List organizations, newest first", s.listOrganizations)},
		{"POST", api + "/organizations", agent(t.OrganizationWrite), write, op("Add an organization", s.createOrganization)},
		{"GET", api + "/organizations" + one, agent(t.OrganizationList), read, op("One organization", s.getOrganization)},
		{"PATCH", api + "/organizations" + one, agent(t.OrganizationWrite), write, op("Change an organization", s.patchOrganization).repeatable()},
		{"GET", api + "/agents", agent(t.AgentList), read, op("List agents", s.listAgents)},
		{"POST", api + "/agents", agent(t.AgentWrite), write, op("Add an agent", s.createAgent).once()},
		{"GET", api + "/agents" + one, agent(t.AgentList), read, op("One agent", s.getAgent)},
		{"PATCH", api + "/agents" + one, agent(t.AgentWrite), write, op("Change an agent", s.patchAgent).repeatable()},
		{"POST", api + "/agents/{id}/invitation", agent(t.AgentInvite), write, op("Make a one-time link", s.inviteAgent).once()},
		{"GET", api + "/tokens", agent(t.TokenList), read, op("List API tokens", s.listTokens)},
		{"POST", api + "/tokens", agent(t.TokenWrite), write, op("Make an API token", s.createToken).once()},
		{"GET", api + "/tokens" + one, agent(t.TokenList), read, op("One API token", s.getToken)},
		{"PATCH", api + "/tokens" + one, agent(t.TokenWrite), write, op("Rename an API token", s.patchToken).repeatable()},
		{"DELETE", api + "/tokens" + one, agent(t.TokenWrite), write, op("End an API token", s.revokeToken)},

		// The desk.
		{"GET", api + "/teams", agent(t.TeamList), read, op("List teams", s.listTeams)},
		{"POST", api + "/teams", agent(t.TeamWrite), write, op("Add a team", s.createTeam)},
		{"GET", api + "/teams" + one, agent(t.TeamList), read, op("One team", s.getTeam)},
		{"PATCH", api + "/teams" + one, agent(t.TeamWrite), write, op("Change a team", s.patchTeam).repeatable()},
		{"POST", api + "/teams/{id}/next", agent(t.QueueNext), write, op("Take the next ticket of a team's queue", s.nextTicket)},
		{"GET", api + "/inboxes", agent(t.InboxList), read, op("List inboxes", s.listInboxes)},
		{"POST", api + "/inboxes", agent(t.InboxWrite), write, op("Add an inbox", s.createInbox)},
		{"GET", api + "/inboxes" + one, agent(t.InboxList), read, op("One inbox", s.getInbox)},
		{"PATCH", api + "/inboxes" + one, agent(t.InboxWrite), write, op("Change an inbox", s.patchInbox).repeatable()},
		{"POST", api + "/inboxes/{id}/secrets", agent(t.InboxSecret), write, op("Make a secret that signs identities", s.addInboxSecret).once()},
		{"GET", api + "/inboxes/{id}/secrets", agent(t.InboxSecret), read, op("Which secrets are active", s.listInboxSecrets)},
		{"DELETE", api + "/inboxes/{id}/secrets/{secret}", agent(t.InboxSecret), write, op("End a secret", s.revokeInboxSecret)},
		{"GET", api + "/schedules", agent(t.ScheduleList), read, op("List schedules", s.listSchedules)},
		{"POST", api + "/schedules", agent(t.ScheduleWrite), write, op("Add a schedule", s.createSchedule)},
		{"GET", api + "/schedules" + one, agent(t.ScheduleList), read, op("One schedule", s.getSchedule)},
		{"PATCH", api + "/schedules" + one, agent(t.ScheduleWrite), write, op("Change a schedule", s.patchSchedule).repeatable()},
		{"GET", api + "/events", agent(t.AuditRead), read, op("Everything that happened at the desk, for admins", s.auditTrail)},
		{"GET", api + "/jobs", agent(t.JobList), read, op("What waits to leave the house, and what could not", s.listJobs)},
		{"POST", api + "/jobs/{id}/retry", agent(t.JobRetry), write, op("Send a parked job again", s.retryJob)},
		{"GET", api + "/settings", agent(t.SettingRead), read, op("What holds for the whole desk", s.getSettings)},
		{"PATCH", api + "/settings", agent(t.SettingWrite), write, op("Change what holds for the whole desk", s.patchSettings).repeatable()},
	}
	rows = append(rows, s.reportRoutes()...)
	rows = append(rows, s.weeklyRoutes()...)
	rows = append(rows, s.dashboardRoutes()...)
	rows = append(rows, s.issueRoutes()...)
	rows = append(rows, s.surveyRoutes()...)
	rows = append(rows, s.markerRoutes()...)
	rows = append(rows, s.webhookRoutes()...)
	rows = append(rows, s.notificationRoutes()...)
	rows = append(rows, s.composeRoutes()...)
	rows = append(rows, s.viewRoutes()...)
	rows = append(rows, s.bulkRoutes()...)
	rows = append(rows, s.dayRoutes()...)
	rows = append(rows, s.widgetRoutes()...)
	rows = append(rows, s.socketRoutes()...)
	rows = append(rows, s.demoRoutes()...)
	rows = append(rows, s.playgroundRoutes()...)
	return append(rows, s.pageRoutes()...)
}

// widgetRoutes are what a visitor's browser calls, from our panel or from a site that its inbox lists.
func (s *Server) widgetRoutes() []route {
	api, conv := "/api/widget", "/api/widget/conversations"
	return []route{
		{"OPTIONS", api + "/{rest...}", public(t.PublicRead), perStart, plain(s.preflight)},
		{"GET", api + "/rules/{key}", public(t.PublicRead), perPage, plain(s.serveRules)},
		{"POST", api + "/session", public(t.WidgetStart), perStart, op("Begin or go on with a visitor's session", s.startWidget)},
		{"POST", api + "/logout", visitor(t.VisitorLogout), perMessage, op("End the visitor's token", s.logOutVisitor)},
		{"GET", conv, visitor(t.ConversationList), perPoll, op("The visitor's conversations, newest first", s.listConversations)},
		{"POST", conv, visitor(t.ConversationOpen), perMessage, op("Open a conversation", s.openConversation)},
		{"GET", conv + "/{id}/events", visitor(t.ConversationRead), perPoll, op("Public events behind a seq", s.conversationEvents)},
		{"POST", conv + "/{id}/messages", visitor(t.ConversationWrite), perMessage, op("Write a message", s.conversationMessage)},
		{"POST", conv + "/{id}/seen", visitor(t.ConversationSeen), perMessage, op("Move the read mark", s.conversationSeen)},
		{"POST", conv + "/{id}/end", visitor(t.ConversationEnd), perMessage, op("End the conversation", s.conversationEnd)},
		{"POST", conv + "/{id}/contact", visitor(t.ContactLeave), perMessage, op("Leave an address, and keep the place in the queue", s.leaveContact)},
		{"POST", conv + "/{id}/transcript", visitor(t.TranscriptAsk), perMessage, op("The conversation as text and as a page", s.conversationTranscript)},
		{"POST", api + "/attachments", visitor(t.VisitorUpload).files(), perUpload, uploads("Upload files for a message")},
		{"POST", api + "/surveys/{token}", public(t.SurveyAnswer), perSurvey, op("Answer a survey", s.answerSurveyAPI)},
		{"POST", api + "/signals", visitor(t.SignalSend), perMessage, op("Tell what a visitor does on the site", s.keepSignals)},
	}
}

// pageRoutes are documents, assets and probes.
func (s *Server) pageRoutes() []route {
	open := public(t.PublicRead)
	rows := []route{
		{"GET", "/widget.js", open, perPage, plain(s.serveLoader).as(pageAsset)},
		{"GET", "/widget/{key}", open, perPage, plain(s.servePanel).as(pagePanel)},
		{"GET", "/widget/{key}/rules.js", open, perPage, plain(s.serveRulesModule).as(pageAsset)},
		{"GET", "/widget/{key}/write", form(t.PublicRead), perSurvey, plain(s.showLetterbox).as(pageForm)},
		{"POST", "/widget/{key}/write", form(t.WidgetStart), perStart, plain(s.takeLetter).as(pageForm)},
		{"GET", "/survey/stop/{token}", form(t.SurveyAnswer), perSurvey, plain(s.showStop).as(pageForm)},
		{"POST", "/survey/stop/{token}", form(t.SurveyAnswer), perSurvey, plain(s.stopSurveys).as(pageForm)},
		{"GET", "/s/{key}", form(t.SurveyAnswer), perSurvey, plain(s.showLink).as(pageForm)},
		{"POST", "/s/{key}", form(t.SurveyAnswer), perSurvey, plain(s.answerLink).as(pageForm)},
		{"GET", "/brand/{color}", open, perPage, plain(s.serveBrand).as(pageAsset)},
		{"GET", "/survey/{token}", form(t.SurveyAnswer), perSurvey, plain(s.showSurvey).as(pageForm)},
		{"POST", "/survey/{token}", form(t.SurveyAnswer), perSurvey, plain(s.answerSurvey).as(pageForm)},
		{"GET", "/files/{id}/{name}", byLink(t.FileByLink), perPage, plain(s.serveFile).as(pageFile)},
		{"GET", "/assets/{path...}", open, perPage, plain(s.serveAsset).as(pageAsset)},
		{"GET", "/sw.js", open, perPage, plain(s.serveWorker).as(pageWorker)},
		{"GET", "/favicon.ico", open, perPage, plain(s.serveIcon).as(pageAsset)},
		{"GET", "/api/openapi.json", open, perPage, plain(s.serveSpec)},
		{"GET", "/api/docs", open, perPage, plain(s.serveDocs).as(pageForm)},
		{"GET", "/healthz", probe(), limit{}, plain(s.healthz)},
		{"GET", "/readyz", probe(), limit{}, plain(s.readyz)},
		{"GET", "/metrics", operator(), perPage, plain(s.serveMetrics)},
		{"GET", "/{$}", open, perPage, plain(s.serveConsole).as(pageConsole)},
	}
	for _, first := range consolePaths() {
		rows = append(rows,
			route{"GET", "/" + first, open, perPage, plain(s.serveConsole).as(pageConsole)},
			route{"GET", "/" + first + "/{rest...}", open, perPage, plain(s.serveConsole).as(pageConsole)})
	}
	return rows
}

// consolePaths are the first words of the console's own addresses: the page is the same for all of them.
func consolePaths() []string {
	return []string{"join", "inbox", "tickets", "customers", "issues", "topics", "reports", "follow-ups", "settings", "gallery", "setup"}
}
