package web

import t "heard/tickets"

// composeRoutes are what the composer of the console calls besides sending: drafts, held messages, macros.
func (s *Server) composeRoutes() []route {
	api, read, write := "/api/v1", perRead, perWrite
	return []route{
		{"GET", api + "/me/drafts", agent(t.MeRead), read, op("Where I have drafts, newest first", s.myDrafts)},
		{"GET", api + "/tickets/{id}/drafts", agent(t.TicketRead), read, op("What I wrote to a ticket and did not send", s.listDrafts)},
		{"PUT", api + "/tickets/{id}/drafts/{kind}", agent(t.TicketDraft), write, op("Keep a draft; an empty one is removed", s.keepDraft).repeatable()},
	}
}
