package check

import "encoding/json"

// segments is e on one connection: in rising seq, nothing missing before `resumed`, nothing that is not stored.
func (v *verdict) segments() {
	for _, s := range v.h.Segments {
		v.segment(s, v.stored(s.Customer, s.Conversation))
	}
}

func (v *verdict) stored(customer bool, conversation string) []Event {
	if customer {
		return v.first.Customers[conversation]
	}
	return v.first.Agents[conversation]
}

func (v *verdict) segment(s *Segment, stored []Event) {
	at := make(map[int64]Event, len(stored))
	for _, e := range stored {
		at[e.Seq] = e
	}
	got := map[int64]bool{}
	last := int64(0)
	for _, e := range s.Events {
		switch is, ok := at[e.Seq]; {
		case !ok:
			v.add("e", "%s at %s was shown %s of conversation %s, which is not stored", s.Viewer, s.Node, e.name(), s.Conversation)
			return
		case !is.same(e.Event):
			v.add("e", "%s at %s was shown %s of conversation %s, stored is %s", s.Viewer, s.Node, e.name(), s.Conversation, is.name())
			return
		case got[e.Seq]: // a client drops a seq that it has
		case e.Seq < last:
			v.add("e", "%s at %s was shown %d of conversation %s after %d", s.Viewer, s.Node, e.Seq, s.Conversation, last)
			return
		default:
			got[e.Seq], last = true, e.Seq
		}
	}
	if s.Through < 0 {
		return // it ended before `resumed`, or did not ask
	}
	first := map[int64]bool{}
	for _, e := range s.Events[:s.Before] {
		first[e.Seq] = true
	}
	for _, e := range stored {
		if e.Seq > s.After && e.Seq <= s.Through && !first[e.Seq] {
			v.add("e", "%s resumed conversation %s at %s after %d, was told that it has all through %d, and did not get %s",
				s.Viewer, s.Conversation, s.Node, s.After, s.Through, e.name())
			return
		}
	}
}

// logs is e over all connections of a viewer.
func (v *verdict) logs() {
	for _, l := range v.h.Logs {
		stored := v.stored(l.Customer, l.Conversation)
		if len(l.Events) > len(stored) {
			v.add("e", "%s has %d events of conversation %s, stored are %d", l.Viewer, len(l.Events), l.Conversation, len(stored))
			continue
		}
		for i, e := range l.Events {
			if !e.same(stored[i]) {
				v.add("e", "%s has %s at place %d of conversation %s, stored is %s", l.Viewer, e.name(), i+1, l.Conversation, stored[i].name())
				break
			}
		}
		if len(l.Events) < len(stored) {
			v.add("e", "%s has only %d of the %d events of conversation %s; the next one is %s", l.Viewer, len(l.Events),
				len(stored), l.Conversation, stored[len(l.Events)].name())
		}
	}
	for _, s := range v.h.Stale {
		v.add("e", "%s", s)
	}
}

// owners is f: one owner at each moment, the one whom the log tells, and nobody who was routed a ticket of another.
func (v *verdict) owners() {
	for _, node := range v.h.Stored {
		for id, list := range node.Ownership {
			for i, o := range list {
				open, last := o.To == "", i == len(list)-1
				if open != last {
					v.add("f", "conversation %s at %s: part %d of its ownership ends at %q and is followed by %d more", id, node.Node, i+1, o.To, len(list)-1-i)
				} else if !last && list[i+1].From != o.To {
					v.add("f", "conversation %s at %s: ownership ends at %s and goes on at %s", id, node.Node, o.To, list[i+1].From)
				}
			}
		}
	}
	for id, list := range v.first.Agents {
		v.owner(id, list)
	}
}

func (v *verdict) owner(id string, list []Event) {
	owner := ""
	for _, e := range list {
		var d struct {
			Agent   string `json:"agent"`
			ToAgent string `json:"to_agent"`
		}
		if len(e.Data) > 0 && json.Unmarshal(e.Data, &d) != nil {
			continue // not an event about people
		}
		switch e.Kind {
		case "ticket.assigned":
			if routed := e.By.Kind == "system" || e.By.Kind == "automation"; routed && owner != "" {
				v.add("f", "conversation %s: %s was routed to agent %s while agent %s had it", id, e.name(), d.Agent, owner)
			}
			owner = d.Agent
		case "ticket.handed_off":
			owner = d.ToAgent
		case "ticket.unassigned", "ticket.queued":
			owner = ""
		}
	}
	if t, ok := v.first.Tickets[id]; ok && t.Assignee != owner {
		v.add("f", "conversation %s belongs to agent %q, and its log says %q", id, t.Assignee, owner)
	}
}

// counters is i: what the API counts, counted again.
func (v *verdict) counters() {
	for _, node := range v.h.Stored {
		for id, t := range node.Tickets {
			if n := int64(len(node.Agents[id])); t.LastSeq != n {
				v.add("i", "conversation %s at %s: last_seq is %d, the log has %d events", id, node.Node, t.LastSeq, n)
			}
		}
		for id, c := range node.Conversations {
			v.conversation(node, id, c)
		}
		for view, n := range node.Counts {
			if again, ok := node.Recounts[view]; ok && again != n {
				v.add("i", "the view %s at %s counts %d, listed are %d", view, node.Node, n, again)
			}
		}
	}
}

func (v *verdict) conversation(node *Stored, id string, c Conversation) {
	list := node.Customers[id]
	last, unread := int64(0), int64(0)
	for _, e := range list {
		last = e.Seq
		if e.Kind == "message.posted" && e.By.Kind != "customer" && e.Seq > c.SeenSeq {
			unread++
		}
	}
	if c.LastSeq != last || c.Unread != unread {
		v.add("i", "conversation %s at %s: last_seq %d and unread %d; recounted %d and %d", id, node.Node, c.LastSeq, c.Unread, last, unread)
	}
	if told := v.h.Seen[id]; c.SeenSeq < told {
		v.add("i", "conversation %s at %s: read to %d, although %d was confirmed", id, node.Node, c.SeenSeq, told)
	}
}
