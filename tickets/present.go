package tickets

import "heard/tickets/events"

// Viewer is a kind of reader of a ticket's log.
type Viewer int

const (
	ForAgent    Viewer = iota // every event, with its inside
	ForCustomer               // public events, with what concerns the customer
)

// Names finds the names that go with ids; "" for unknown ones. A nil function knows none.
type Names struct {
	Agent, Team, Customer, Tag func(events.ID) string
	Files                      *FileLinks
}

// Telling is a change of another package that has data for agents beside its kind.
type Telling interface{ EventData() map[string]any }

// WireEvent is an event as the protocol shows it.
type WireEvent struct {
	Seq  int64          `json:"seq"`
	Prev int64          `json:"prev"` // the event before it that this kind of viewer may see
	Kind string         `json:"kind"`
	At   events.Time    `json:"at"`
	By   WireActor      `json:"by"`
	Body string         `json:"body,omitempty"`
	Data map[string]any `json:"data,omitempty"`
}

// WireActor is who did it, for readers.
type WireActor struct {
	Kind events.ActorKind `json:"kind"`
	ID   events.ID        `json:"id,omitempty"`
	Name string           `json:"name,omitempty"`
}

// Present gives one event its wire form. HTTP, sockets and reports all use it, so that they show the same. Customers
// must be given public events only. The event's Change must be set; m is the row of a message or note, and not
// needed where the Change carries it.
func Present(e events.Event, m *Message, names Names, v Viewer) WireEvent {
	w := WireEvent{Seq: e.Seq, Prev: e.Seq - 1, Kind: e.Kind, At: e.At, By: names.actor(e.By)}
	if v == ForCustomer {
		w.Prev = e.Prev
	}
	if m == nil {
		m = messageOf(e)
	}
	if about, target := editOf(e); about {
		w.Data = target
		if m != nil && m.RedactedAt == 0 {
			w.Body = m.Body // as it is now, whichever edit this was: earlier texts are for those who may see versions
		}
		return w
	}
	switch {
	case m != nil:
		w.Body, w.Data = m.Body, m.data(names.Files, v)
		if c, is := e.Change.(NotePosted); is && len(c.Mentions) > 0 && m.RedactedAt == 0 {
			if w.Data == nil {
				w.Data = map[string]any{}
			}
			w.Data["mentions"] = names.told(c.Mentions)
		}
	case v == ForCustomer:
		w.Data = names.forCustomer(e)
	default:
		w.Data = names.forAgent(e)
	}
	return w
}

func messageOf(e events.Event) *Message {
	switch c := e.Change.(type) {
	case MessagePosted:
		return c.Message
	case NotePosted:
		return c.Message
	case MessageEdited:
		return c.Message
	}
	return nil
}

// editOf tells whether an event changed a message that was there before, and the data that names it.
func editOf(e events.Event) (is bool, data map[string]any) {
	var target int64
	var note bool
	switch c := e.Change.(type) {
	case MessageEdited:
		target, note = c.TargetSeq, c.Note
	case MessageRedacted:
		target, note = c.TargetSeq, c.Note
	default:
		return false, nil
	}
	data = map[string]any{"target_seq": target}
	if note {
		data["note"] = true
	}
	return true, data
}

// data is what there is to say of a message beside its text; nil for nothing.
func (m *Message) data(files *FileLinks, v Viewer) map[string]any {
	d := map[string]any{}
	if len(m.Attachments) > 0 {
		d["attachments"] = files.wire(m.Attachments, v)
	}
	switch {
	case m.RedactedAt != 0:
		d["redacted"] = true
	case m.EditedAt != 0:
		d["edited_at"] = m.EditedAt
	}
	if len(d) == 0 {
		return nil
	}
	return d
}

func find(fn func(events.ID) string, id events.ID) string {
	if fn == nil || id == 0 {
		return ""
	}
	return fn(id)
}

func (n Names) actor(by events.Actor) WireActor {
	a := WireActor{Kind: by.Kind, ID: by.ID}
	switch by.Kind {
	case events.Agent:
		a.Name = find(n.Agent, by.ID)
	case events.Customer:
		a.Name = find(n.Customer, by.ID)
	}
	return a
}

// forCustomer says who serves them now and where the ticket stands, without the desk's reasons.
func (n Names) forCustomer(e events.Event) map[string]any {
	switch c := e.Change.(type) {
	case TicketAssigned:
		return n.server(c.Agent)
	case TicketHandedOff:
		return n.server(c.ToAgent)
	case StatusChanged:
		return map[string]any{"from": c.From, "to": c.To}
	case WaitPromised:
		return promised(c)
	}
	return nil
}

// server is empty while the conversation waits in a queue.
func (n Names) server(agent events.ID) map[string]any {
	d := wireData{}
	d.ref("agent", "agent_name", agent, n.Agent)
	return d
}

// wireData builds data: what is absent is left out.
type wireData map[string]any

func (d wireData) id(key string, id events.ID) {
	if id != 0 {
		d[key] = id
	}
}

func (d wireData) ref(key, nameKey string, id events.ID, names func(events.ID) string) {
	if id != 0 {
		d[key], d[nameKey] = id, find(names, id)
	}
}

func (n Names) forAgent(e events.Event) map[string]any {
	d := wireData{}
	switch c := e.Change.(type) {
	case TicketOpened:
		d["channel"] = c.Channel
		d.id("inbox", c.Inbox)
		d.id("customer", c.Customer)
		d.ref("team", "team_name", c.Team, n.Team)
		d.id("follow_up_of", c.FollowUpOf)
		if c.Agreed != "" {
			d["agreed"] = c.Agreed
		}
	case TicketQueued:
		d.ref("team", "team_name", c.Team, n.Team)
	case TicketRouted:
		n.routed(d, c)
	case TicketAssigned:
		d.ref("agent", "agent_name", c.Agent, n.Agent)
		d.ref("team", "team_name", c.Team, n.Team)
	case TicketHandedOff:
		n.handedOff(d, c)
	case TicketUnassigned:
		d.ref("agent", "agent_name", c.Agent, n.Agent)
	case TicketTeamChanged:
		d.ref("from", "from_name", c.From, n.Team)
		d.ref("to", "to_name", c.To, n.Team)
	case StatusChanged:
		d["from"], d["to"], d["cause"] = c.From, c.To, c.Cause
	case PriorityChanged:
		d["from"], d["to"] = c.From, c.To
	case TicketTagged:
		d["tag"] = find(n.Tag, c.Tag)
		if c.Imported {
			d["imported"] = true
		}
	case TicketUntagged:
		d["tag"] = find(n.Tag, c.Tag)
	default:
		return n.rest(d, e)
	}
	return d
}

func (n Names) rest(d wireData, e events.Event) map[string]any {
	switch c := e.Change.(type) {
	case FieldChanged:
		d["field"] = c.Field
	case TicketSnoozed:
		d["until"] = c.Until
	case SpamMarked:
		d["spam"] = c.Spam
	case TicketLinked:
		d["relation"] = c.Relation
		d.id("ticket", c.Ticket)
	case ConversationEnded:
		d["by"] = e.By.Kind
	case CustomerLeft:
		d["last_seen"], d["answerable"] = c.LastSeen, c.ClosesAt == 0
	case CustomerIdentified:
		d.id("customer", c.Customer)
		d.id("from", c.From)
	case CustomerMerged:
		d.id("into", c.Into)
		d.id("from", c.From)
	case TicketOffered:
		d.ref("agent", "agent_name", c.Agent, n.Agent)
		d["until"] = c.Until
	case TicketOfferEnded:
		d.ref("agent", "agent_name", c.Agent, n.Agent)
		if d["outcome"] = c.Outcome; c.Reason != "" {
			d["reason"] = c.Reason
		}
	case WaitPromised:
		return promised(c)
	case ActUndone:
		d["from"], d["through"], d["back"] = c.From, c.Through, c.Back
	default:
		if other, ok := e.Change.(Telling); ok {
			return other.EventData()
		}
		return nil
	}
	return d
}

func promised(c WaitPromised) map[string]any {
	return map[string]any{"position": c.Position, "low_s": c.LowS, "high_s": c.HighS}
}

// routed shows what was written down: decisions from before there were strategies hold less.
func (n Names) routed(d wireData, c TicketRouted) {
	list := make([]map[string]any, len(c.Candidates))
	for i, k := range c.Candidates {
		list[i] = map[string]any{"agent": k.Agent, "name": find(n.Agent, k.Agent), "load": k.Load,
			"capacity": k.Capacity, "idle_s": k.IdleS}
		if c.Strategy == "" {
			continue
		}
		list[i]["score"], list[i]["rate"], list[i]["out"], list[i]["missing"] = k.Score, k.Rate, k.Out, append([]string{}, k.Missing...)
	}
	d.ref("agent", "agent_name", c.Agent, n.Agent)
	d.ref("team", "team_name", c.Team, n.Team)
	if d["rule"], d["candidates"] = c.Rule, list; c.Strategy != "" {
		d["strategy"], d["relaxed"] = c.Strategy, c.Relaxed
	}
}

func (n Names) handedOff(d wireData, c TicketHandedOff) {
	d["reason"] = c.Reason
	d.ref("from_agent", "from_name", c.FromAgent, n.Agent)
	d.ref("to_agent", "to_name", c.ToAgent, n.Agent)
	d.ref("to_team", "to_team_name", c.ToTeam, n.Team)
	if c.NoteSeq != 0 {
		d["note_seq"] = c.NoteSeq
	}
	if c.Requeued {
		d["requeued"] = true
	}
}

// mentions calls fn for every row whose name the wire form of the event shows.
func (it ThreadItem) mentions(fn func(table string, id events.ID)) {
	switch it.Event.By.Kind {
	case events.Agent:
		fn("agents", it.Event.By.ID)
	case events.Customer:
		fn("customers", it.Event.By.ID)
	}
	switch c := it.Event.Change.(type) {
	case NotePosted:
		for _, m := range c.Mentions {
			fn(string(m.Kind)+"s", m.ID)
		}
	case TicketQueued:
		fn("teams", c.Team)
	case TicketRouted:
		fn("agents", c.Agent)
		fn("teams", c.Team)
		for _, k := range c.Candidates {
			fn("agents", k.Agent)
		}
	case TicketOffered:
		fn("agents", c.Agent)
	case TicketOfferEnded:
		fn("agents", c.Agent)
	case TicketOpened:
		fn("teams", c.Team)
	case TicketAssigned:
		fn("agents", c.Agent)
		fn("teams", c.Team)
	case TicketTagged:
		fn("tags", c.Tag)
	case TicketUntagged:
		fn("tags", c.Tag)
	case TicketHandedOff:
		fn("agents", c.FromAgent)
		fn("agents", c.ToAgent)
		fn("teams", c.ToTeam)
	case TicketUnassigned:
		fn("agents", c.Agent)
	case TicketTeamChanged:
		fn("teams", c.From)
		fn("teams", c.To)
	}
}
