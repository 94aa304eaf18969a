package chat

import (
	"encoding/json"

	"heard/tickets"
	"heard/tickets/events"
)

// Writing tells an agent's consoles what became of what it wrote: a draft that another window stored, or a message that
// was held and went out, was refused or was taken back.
type Writing struct {
	Type      string      `json:"type"` // draft or outgoing
	Ticket    events.ID   `json:"ticket"`
	Kind      string      `json:"kind,omitempty"`
	Rev       int64       `json:"rev,omitempty"`
	Gone      bool        `json:"gone,omitempty"` // the draft was emptied or sent: only its rev is left
	ID        events.ID   `json:"id,omitempty"`
	ClientID  string      `json:"client_id,omitempty"`
	State     string      `json:"state,omitempty"`
	Code      string      `json:"code,omitempty"`
	ReleaseAt events.Time `json:"release_at,omitempty"`
	Seq       int64       `json:"seq,omitempty"`
	Restored  bool        `json:"restored,omitempty"`
}

// TellWriting sends it to all consoles that an agent has open in browsers, whichever node they are on.
func (h *Hub) TellWriting(agent events.ID, f Writing) {
	h.TellConsoles(agent, f)
	if h.o.Bus.MaxPayload() == 0 {
		return
	}
	raw, err := json.Marshal(f)
	if err != nil {
		h.o.Report("tell other nodes", err)
		return
	}
	h.cluster.tell(liveNote{Kind: noteToAgent, Agents: []events.ID{agent}, Frame: raw})
}

// showToAgent shows what another node told, with what a Writing has and no more.
func (c *cluster) showToAgent(n *liveNote) {
	var f Writing
	if len(n.Agents) != 1 || json.Unmarshal(n.Frame, &f) != nil || (f.Type != "draft" && f.Type != "outgoing") {
		return
	}
	c.hub.TellConsoles(n.Agents[0], f)
}

// TellDraft tells an agent's consoles that a draft is another.
func (h *Hub) TellDraft(agent events.ID, d tickets.Draft) {
	h.TellWriting(agent, Writing{Type: "draft", Ticket: d.Ticket, Kind: string(d.Kind), Rev: d.Rev, Gone: d.Gone})
}

// TellOutgoing tells an agent's consoles what became of a message that was held.
func (h *Hub) TellOutgoing(o *tickets.Outgoing) {
	h.TellWriting(o.Agent, Writing{Type: "outgoing", Ticket: o.Ticket, Kind: string(o.Kind), ID: o.ID, ClientID: o.ClientID,
		State: string(o.State), Code: string(o.Code), ReleaseAt: o.ReleaseAt, Seq: o.Seq, Restored: o.Restored})
}

// Releaser sends held messages and tells their authors' consoles.
func (h *Hub) Releaser() *tickets.Releaser {
	return &tickets.Releaser{Store: h.o.Tickets, Tell: func(o *tickets.Outgoing, draft tickets.Draft) {
		h.TellOutgoing(o)
		if draft.Rev > 0 {
			h.TellDraft(o.Agent, draft)
		}
	}}
}
