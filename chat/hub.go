package chat

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"heard/chat/bus"
	"heard/tickets"
	"heard/tickets/events"
)

// Survey is the asking of a survey, as the customer's socket shows it.
type Survey struct {
	Type         string    `json:"type"`
	Conversation events.ID `json:"conversation"`
	Token        string    `json:"token"`
	Kind         string    `json:"kind"`
	Question     string    `json:"question"`
	Scale        [2]int    `json:"scale"`
	// Ends are the words for the worst and the best score; Reasons and Questions are what else the survey asks, as the
	// customer's HTTP calls show it too.
	Ends      *[2]string `json:"ends,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	Reasons   any        `json:"reasons,omitempty"`
	Questions any        `json:"questions,omitempty"`
}

// Options are what a hub works with.
type Options struct {
	Log     *events.Log
	Tickets *tickets.Store
	People  *tickets.People
	// Survey finds the unanswered survey of a ticket, nil for none. A nil function knows no surveys.
	Survey func(ctx context.Context, ticket events.ID) (*Survey, error)
	// Summary gives a ticket of a list its wire form, with the name of its topic.
	Summary func(t *tickets.Listed, topic string) any
	// TopicNames finds the names of topics. A nil function knows none.
	TopicNames func(ctx context.Context, topics []events.ID) (map[events.ID]string, error)
	// Lists judges which tickets are in the list that a console shows. Without it consoles judge by themselves.
	Lists Lists
	// Bus carries between the nodes of the cluster. Without one this node is alone.
	Bus bus.Bus
	// Report is told what went wrong where no caller waits.
	Report func(doing string, err error)

	Heartbeat time.Duration // how often clients are to ping; 25 s unless set
	Grace     time.Duration // how long an agent may be gone before its tickets go back; 30 s unless set
	BaseURL   string        // our own origin, for the widget's panel
	Unlimited bool          // no bound on the frames of a connection: for measurements
}

func (o Options) withDefaults() Options {
	if o.Heartbeat == 0 {
		o.Heartbeat = 25 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 30 * time.Second
	}
	if o.Report == nil {
		o.Report = func(string, error) {}
	}
	if o.Bus == nil {
		o.Bus = bus.Alone()
	}
	return o
}

// topic is a ticket that somebody looks at now. Mostly there are one or two, so these are lists; composing is made by
// the first who does.
type topic struct {
	widgets   []*WidgetSession
	consoles  []*ConsoleSession
	composing map[events.ID]bool // agents
}

// Hub knows every connection of this node and gives each what it may see.
type Hub struct {
	o       Options
	lists   *lists
	router  *Router
	pres    *presence
	cluster *cluster
	names   names
	began   time.Time
	follows chan struct{} // closed once the hub knows from where in the log it hears
	begin   func()        // closes it
	shards  []shard       // one a core
	opened  atomic.Uint32

	mu         sync.RWMutex
	topics     map[events.ID]*topic
	byVisitor  map[events.ID][]*WidgetSession
	byCustomer map[events.ID][]*WidgetSession // visitors with a proven identity
	byAgent    map[events.ID][]*ConsoleSession
	draining   bool
	degraded   bool // clients were told that the database is away
	doubting   bool // somebody finds out whether it is
}

// NewHub returns a hub without connections. Run gives it life.
func NewHub(o Options) *Hub {
	h := &Hub{
		o: o.withDefaults(), topics: map[events.ID]*topic{}, byVisitor: map[events.ID][]*WidgetSession{},
		byCustomer: map[events.ID][]*WidgetSession{}, byAgent: map[events.ID][]*ConsoleSession{},
		began: time.Now(), follows: make(chan struct{}), shards: make([]shard, runtime.GOMAXPROCS(0)),
	}
	h.begin = sync.OnceFunc(func() { close(h.follows) })
	h.names.hub = h
	h.lists = newLists(h)
	h.router = newRouter(h)
	h.pres = newPresence(h)
	h.cluster = newCluster(h)
	return h
}

// shard is the one that writes for the next connection.
func (h *Hub) shard() *shard { return &h.shards[int(h.opened.Add(1))%len(h.shards)] }

// Run follows the log until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	head, err := h.o.Log.Head(ctx)
	if err != nil {
		return err
	}
	h.begin()
	var wg sync.WaitGroup
	for _, run := range []func(context.Context){h.lists.run, h.router.run, h.pres.run, h.cluster.run, h.askDatabase, newRelay(h.o.Log, h.o.Bus).run} {
		wg.Go(func() { run(ctx) })
	}
	defer wg.Wait()
	return h.o.Log.Follow(ctx, head, func(list []events.Event) error {
		h.deliver(ctx, list)
		return nil
	})
}

// deliver gives committed events to those who look at their tickets, in order.
func (h *Hub) deliver(ctx context.Context, list []events.Event) {
	for i := range list {
		e := &list[i]
		if _, err := h.o.Log.Decode(e); err != nil {
			h.o.Report("decode event", err)
			continue
		}
		if e.TicketID == 0 {
			h.desk(ctx, e)
			continue
		}
		h.attach(e)
		h.fanOut(ctx, e)
		h.lists.note(e)
		h.router.note(e)
		if e.Kind == "survey.asked" {
			go h.askSurvey(ctx, e.TicketID)
		}
	}
}

// desk hears what changed of the desk itself.
func (h *Hub) desk(ctx context.Context, e *events.Event) {
	switch c := e.Change.(type) {
	case tickets.AvailabilityChanged:
		h.o.People.Directory().Forget()
		h.router.wake()
		h.pres.changed(ctx, c)
	case tickets.CustomerMerged:
		h.names.forgetCustomer(c.Into)
	case tickets.SettingChanged:
		if c.Noun == "customer" {
			h.names.forgetCustomer(c.ID)
			if c.TouchesBlocks() {
				h.o.People.Directory().Forget()
				go h.dropBlocked(context.WithoutCancel(ctx))
			}
			return
		}
		h.o.People.Directory().Forget()
		h.router.wake()
		if c.Noun == "agent" && slices.ContainsFunc(c.Fields, endsSessions) {
			h.endSessions(c.ID)
		}
		go h.recheck(ctx)
	}
}

// endsSessions tells whether a change of this field of an agent ends its sign-ins.
func endsSessions(field string) bool {
	return field == "password" || field == "role" || field == "disabled"
}

// attach lets the sessions of a customer hear a ticket that was just opened, or that became theirs.
func (h *Hub) attach(e *events.Event) {
	switch c := e.Change.(type) {
	case tickets.TicketOpened:
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, s := range h.byVisitor[c.Visitor] {
			h.listen(s, e.TicketID, 0)
		}
		for _, s := range h.byCustomer[c.Customer] {
			h.listen(s, e.TicketID, 0)
		}
	case tickets.CustomerIdentified:
		h.names.forgetCustomer(c.Customer)
		h.mu.Lock()
		defer h.mu.Unlock()
		if t := h.topics[e.TicketID]; t != nil {
			for _, s := range slices.Clone(t.widgets) {
				if s.visitor.Proven && s.visitor.CustomerID != c.Customer {
					h.unlisten(s, e.TicketID)
				}
			}
		}
		for _, s := range h.byCustomer[c.Customer] {
			h.listen(s, e.TicketID, e.Seq)
		}
	}
}

// listen adds a widget session to a ticket; after is the newest public seq that it has. The hub's lock is held.
func (h *Hub) listen(s *WidgetSession, ticket events.ID, after int64) {
	if s.flow(ticket, after) {
		t := h.topic(ticket)
		t.widgets = put(t.widgets, s)
	}
}

// hear lets a session hear the conversation that it has just opened, whether or not the log has come by already.
func (h *Hub) hear(s *WidgetSession, ticket events.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listen(s, ticket, 0)
}

func (h *Hub) unlisten(s *WidgetSession, ticket events.ID) {
	s.forget(ticket)
	if t := h.topics[ticket]; t != nil {
		t.widgets = take(t.widgets, s)
		h.sweepTopic(ticket, t)
	}
}

func (h *Hub) topic(ticket events.ID) *topic {
	t := h.topics[ticket]
	if t == nil {
		t = &topic{}
		h.topics[ticket] = t
	}
	return t
}

func (h *Hub) sweepTopic(ticket events.ID, t *topic) {
	if len(t.widgets) == 0 && len(t.consoles) == 0 {
		delete(h.topics, ticket)
	}
}

// viewers returns who looks at a ticket now.
func (h *Hub) viewers(ticket events.ID) (widgets []*WidgetSession, consoles []*ConsoleSession) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	t := h.topics[ticket]
	if t == nil {
		return nil, nil
	}
	return slices.Clone(t.widgets), slices.Clone(t.consoles)
}

// fanOut encodes an event once for each kind of viewer and queues it for all of them.
func (h *Hub) fanOut(ctx context.Context, e *events.Event) {
	widgets, consoles := h.viewers(e.TicketID)
	if !e.Public {
		widgets = nil
	}
	if len(widgets)+len(consoles) == 0 {
		return
	}
	message, err := h.message(ctx, e)
	if err != nil {
		// Each session reads it from the log, when the log can be read again.
		h.o.Report("read message for delivery", err)
		for _, s := range widgets {
			s.missed(e.TicketID)
		}
		for _, s := range consoles {
			s.missed(e.TicketID)
		}
		return
	}
	names := h.names.forEvent(ctx)
	if len(widgets) > 0 {
		w := tickets.Present(*e, message, names, tickets.ForCustomer)
		frame := encode(eventFrame{Type: "event", Conversation: e.TicketID, Event: w})
		for _, s := range widgets {
			s.deliver(e.TicketID, w.Prev, w.Seq, frame)
		}
	}
	if len(consoles) > 0 {
		w := tickets.Present(*e, message, names, tickets.ForAgent)
		frame := encode(eventFrame{Type: "event", Ticket: e.TicketID, Event: w})
		for _, s := range consoles {
			s.deliver(e.TicketID, w.Prev, w.Seq, frame)
		}
		if moves(e.Kind) {
			go h.recheckTicket(ctx, e.TicketID, consoles)
		}
	}
}

// moves tells whether an event may change who is allowed to see its ticket.
func moves(kind string) bool {
	switch kind {
	case "ticket.assigned", "ticket.handed_off", "ticket.unassigned", "ticket.team_changed", "ticket.queued":
		return true
	}
	return false
}

// message returns the text of an event that has one: from memory when this node wrote it, else from the database.
func (h *Hub) message(ctx context.Context, e *events.Event) (*tickets.Message, error) {
	switch c := e.Change.(type) {
	case tickets.MessagePosted:
		if c.Message != nil {
			return c.Message, nil
		}
	case tickets.NotePosted:
		if c.Message != nil {
			return c.Message, nil
		}
	case tickets.MessageEdited:
		if c.Message != nil {
			return c.Message, nil
		}
	default:
		return nil, nil
	}
	items, err := h.o.Tickets.Thread(ctx, e.TicketID, tickets.ForAgent, e.Seq-1, 1)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	return items[0].Message, nil
}

func (h *Hub) askSurvey(ctx context.Context, ticket events.ID) {
	widgets, _ := h.viewers(ticket)
	if len(widgets) == 0 || h.o.Survey == nil {
		return
	}
	survey, err := h.o.Survey(ctx, ticket)
	if err != nil {
		h.o.Report("read survey", err)
		return
	}
	if survey == nil {
		return
	}
	survey.Type, survey.Conversation = "survey", ticket
	frame := encode(survey)
	for _, s := range widgets {
		s.sub.Send(frame)
	}
}
