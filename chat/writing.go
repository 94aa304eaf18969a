package chat

import (
	"encoding/json"

	"heard/tickets/events"
)

// Writing tells an agent's consoles what became of what it wrote: a draft that another window stored, or a message that
// was held and went out, was refused or was taken back.
type Writing struct {
	Type      string      `json:"type"` // draft or outgoing
	Ticket    events.ID   `json:"ticket"`
	Kind      string      `json:"kind,omitempty"`
	Rev       int64       `json:"rev,omitempty"`
	ID        events.ID   `json:"id,omitempty"`
	ClientID  string      `json:"client_id,omitempty"`
	State     string      `json:"state,omitempty"`
	Code      string      `json:"code,omitempty"`
	ReleaseAt events.Time `json:"release_at,omitempty"`
	Seq       int64       `json:"seq,omitempty"`
}

// TellWriting sends it to all consoles of an agent, whichever node they are on.
func (h *Hub) TellWriting(agent events.ID, f Writing) {
	h.tellAgent(agent, f)
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
	c.hub.tellAgent(n.Agents[0], f)
}
