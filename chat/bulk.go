package chat

import (
	"encoding/json"

	"heard/tickets/events"
)

// bulkFrame tells an agent's consoles how far an act on many tickets is.
type bulkFrame struct {
	Type   string    `json:"type"`
	ID     events.ID `json:"id"`
	Total  int       `json:"total"`
	Done   int       `json:"done"`
	Failed int       `json:"failed"`
	State  string    `json:"state"`
}

// TellBulk tells the consoles of an agent, whichever node they are on.
func (h *Hub) TellBulk(agent, id events.ID, total, done, failed int, state string) {
	f := bulkFrame{"bulk", id, total, done, failed, state}
	h.TellConsoles(agent, f)
	if h.o.Bus.MaxPayload() == 0 {
		return
	}
	raw, err := json.Marshal(f)
	if err != nil {
		h.o.Report("tell other nodes", err)
		return
	}
	h.cluster.tell(liveNote{Kind: noteBulk, Agents: []events.ID{agent}, Frame: raw})
}

// showBulk shows what another node told, with what a bulkFrame has and no more.
func (c *cluster) showBulk(n *liveNote) {
	var f bulkFrame
	if len(n.Agents) == 1 && json.Unmarshal(n.Frame, &f) == nil && f.Type == "bulk" {
		c.hub.TellConsoles(n.Agents[0], f)
	}
}
