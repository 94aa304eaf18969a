package web

import t "heard/tickets"

// composeRoutes are what the composer of the console calls besides sending: drafts, held messages, macros.
func (s *Server) composeRoutes() []route {
	api, read, write := "/api/v1", perRead, perWrite
	return []route{
		{"GET", api + "/me/drafts", agent(t.MeRead), read, op("Where I have drafts, newest first", s.myDrafts)},
		{"GET", api + "/tickets/{id}/drafts", agent(t.TicketRead), read, op("What I wrote to a ticket and did not send", s.listDrafts)},
		{"PUT", api + "/tickets/{id}/drafts/{kind}", agent(t.TicketDraft), write, op("Keep a draft; an empty one is removed", s.keepDraft).repeatable()},
		{"GET", api + "/tickets/{id}/outgoing", agent(t.TicketRead), read, op("What I sent to a ticket and can take back", s.listOutgoing)},
		{"POST", api + "/tickets/{id}/outgoing", agent(t.TicketMessage), write, op("Send with a delay in which it can be taken back", s.hold).repeatable()},
		{"DELETE", api + "/tickets/{id}/outgoing/{outgoing}", agent(t.TicketDraft), write, op("Take back what has not gone out", s.undo).once()},
		{"POST", api + "/tickets/{id}/macro", agent(t.TicketDraft), write, op("Do what a macro does to a ticket", s.runMacro)},
		{"GET", api + "/macros", agent(t.MacroList), read, op("Macros that I may use, most used first", s.listMacros)},
		{"POST", api + "/macros", agent(t.MacroWrite), write, op("Add a macro", s.createMacro)},
		{"PATCH", api + "/macros/{id}", agent(t.MacroWrite), write, op("Change a macro", s.patchMacro).repeatable()},
		{"DELETE", api + "/macros/{id}", agent(t.MacroWrite), write, op("Remove a macro", s.deleteMacro).repeatable()},
		{"POST", api + "/macros/render", agent(t.MacroList), write, op("A text with placeholders as it reads, before it is a macro", s.renderText).once()},
		{"POST", api + "/macros/{id}/render", agent(t.MacroList), write, op("A macro as it reads for one ticket", s.renderMacro).once()},
	}
}
