package web

import (
	"context"
	"net/http"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

type wireVisitorCustomer struct {
	ID       events.ID `json:"id"`
	Name     string    `json:"name,omitempty"`
	Email    string    `json:"email,omitempty"`
	Verified bool      `json:"verified"`
}

type wireWidgetSettings struct {
	Title          string               `json:"title"`
	Greeting       string               `json:"greeting"`
	Color          string               `json:"color"`
	Side           string               `json:"side"`
	Locale         string               `json:"locale"`
	Availability   tickets.Availability `json:"availability"`
	ExpectedReplyS *[2]int64            `json:"expected_reply_s"`
	OpensAt        events.Time          `json:"opens_at"`
	Prechat        []wirePrechat        `json:"prechat"`
	Offline        bool                 `json:"offline"`
	CSAT           bool                 `json:"csat"`
	TypingPreview  bool                 `json:"typing_preview" doc:"What is being typed may be sent along"`
	Consent        bool                 `json:"consent" doc:"Pages may be told, where the site's snippet agrees too"`
	Hours          wireOpenHours        `json:"hours"`
	OfflineForm    wireOfflineForm      `json:"offline_form"`
	Notice         *wireNotice          `json:"notice,omitempty"`
	Proactive      []wireProactive      `json:"proactive"`
	Attachments    wireWidgetFiles      `json:"attachments"`
}

type wireWidgetSession struct {
	Visitor          string              `json:"visitor"`
	Customer         wireVisitorCustomer `json:"customer"`
	Settings         wireWidgetSettings  `json:"settings"`
	OpenConversation events.ID           `json:"open_conversation"`
	AgentSeenSeq     int64               `json:"agent_seen_seq,omitempty" doc:"How far the desk has seen open_conversation"`
	Unread           int64               `json:"unread"`
	Epoch            string              `json:"epoch"`
	Blocked          bool                `json:"blocked" doc:"What this visitor writes is refused"`
}

type widgetSessionIn struct {
	Body struct {
		Inbox    string  `json:"inbox" maxLength:"100" doc:"The public key"`
		Visitor  string  `json:"visitor,omitempty" maxLength:"200" doc:"The token that the server gave before"`
		Identity *string `json:"identity,omitempty" maxLength:"8192" doc:"A JWT signed with one of the inbox's secrets"`
		Epoch    string  `json:"epoch,omitempty" maxLength:"200"`
		Page     string  `json:"page,omitempty" maxLength:"2048"`
		Title    string  `json:"title,omitempty" maxLength:"500" doc:"Of the page"`
		Referrer string  `json:"referrer,omitempty" maxLength:"2048" doc:"Where the visitor came from"`
		Consent  bool    `json:"consent,omitempty" doc:"The site agrees that its agents see the page: without it, and without the inbox's setting, none is kept"`
	}
	raw rawRequest
}

// rawRequest gives a typed handler the request itself, for headers that depend on what the body says.
type rawRequest struct {
	r *http.Request
	w http.ResponseWriter
}

// Resolve implements huma.Resolver.
func (in *widgetSessionIn) Resolve(ctx huma.Context) []error {
	in.raw.r, in.raw.w = humago.Unwrap(ctx)
	return nil
}

// startWidget begins or goes on with a visitor's session.
func (s *Server) startWidget(ctx context.Context, in *widgetSessionIn) (*answer[wireWidgetSession], error) {
	inbox, err := s.people.InboxByKey(ctx, in.Body.Inbox)
	if err != nil {
		return nil, err
	}
	if inbox.Kind != tickets.Website {
		return nil, fault.New(fault.NotFound, "there is no such inbox")
	}
	if err := s.allowInboxOrigin(in.raw.w, in.raw.r, inbox); err != nil {
		return nil, err
	}
	if in.Body.Epoch != "" && in.Body.Epoch != s.events.Epoch() {
		return nil, fault.New(fault.Reload, "the server's data was replaced: begin anew")
	}
	out, err := s.people.StartVisitor(ctx, tickets.StartIn{Inbox: in.Body.Inbox, Visitor: in.Body.Visitor, Identity: in.Body.Identity,
		Language: in.raw.r.Header.Get("Accept-Language")})
	if err != nil {
		return nil, err
	}
	w := wireWidgetSession{Visitor: out.Token, Epoch: s.events.Epoch(), Blocked: s.blocked(ctx, out.Visitor.CustomerID), Customer: wireVisitorCustomer{ID: out.Customer.ID,
		Name: out.Customer.Name, Email: out.Customer.Email, Verified: bool(out.Customer.Verified)}}
	if w.Settings, err = s.widgetSettings(ctx, &out.Inbox); err != nil {
		return nil, err
	}
	if b := in.Body; b.Consent && out.Inbox.Settings.Consent {
		seen := tickets.PageIn{URL: b.Page, Title: b.Title, Referrer: b.Referrer, Language: in.raw.r.Header.Get("Accept-Language")}
		if err := s.people.SawPage(ctx, out.Visitor, seen); err != nil {
			return nil, err
		}
	}
	list, err := s.store.Conversations(ctx, out.Visitor, maxConversations)
	for _, c := range list {
		if w.Unread += c.Unread; w.OpenConversation == 0 && c.Status != tickets.Closed && c.Status != tickets.Resolved {
			w.OpenConversation, w.AgentSeenSeq = c.ID, c.AgentSeen
		}
	}
	return ok(w, err)
}

// maxConversations is how many of a visitor's conversations are listed at once, newest first.
const maxConversations = 100

// widgetSettings says how the widget looks and what a visitor can expect now.
func (s *Server) widgetSettings(ctx context.Context, inbox *tickets.Inbox) (wireWidgetSettings, error) {
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return wireWidgetSettings{}, err
	}
	set := inbox.Settings
	w := wireWidgetSettings{Title: inbox.ShownTitle(), Greeting: set.Greeting, Color: set.Color, Side: set.Side, Locale: set.Locale,
		Prechat: prechatWire(set.Prechat), Offline: set.Offline, CSAT: inbox.CSAT.Enabled}
	s.liveSettings(&w, inbox, snap)
	w.Attachments = widgetAttachments(inbox)
	team := snap.TeamOf(inbox.ID)
	now := s.events.Now()
	switch w.Availability = chat.AvailabilityOf(snap, inbox, now); w.Availability {
	case tickets.Online:
		w.ExpectedReplyS, err = s.expectedReply(ctx, team)
	case tickets.Offline:
		w.OpensAt = snap.HoursOf(inbox.ID, team, now).NextOpening(now)
	}
	return w, err
}

// expectedReply is the range of waits that a chat of a team may expect; nil without enough history.
func (s *Server) expectedReply(ctx context.Context, team events.ID) (*[2]int64, error) {
	low, high, known, err := s.hub.ExpectedWait(ctx, team)
	if err != nil || !known {
		return nil, err
	}
	return &[2]int64{int64(low), int64(high) + 1}, nil
}

type wireServer struct {
	ID   events.ID `json:"id"`
	Name string    `json:"name"`
}

type wireConversation struct {
	ID        events.ID      `json:"id"`
	Status    tickets.Status `json:"status"`
	LastSeq   int64          `json:"last_seq"`
	SeenSeq   int64          `json:"seen_seq"`
	AgentSeen int64          `json:"agent_seen_seq" doc:"How far the desk has seen it"`
	Unread    int64          `json:"unread"`
	Agent     *wireServer    `json:"agent"`
	UpdatedAt events.Time    `json:"updated_at"`
	Survey    *wireSurvey    `json:"survey,omitempty" doc:"While it is unanswered"`
}

func (s *Server) listConversations(ctx context.Context, in *struct{ PageIn }) (*answer[list[wireConversation]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	limit := in.Limit
	if limit == 0 {
		limit = maxConversations
	}
	rows, err := s.store.ConversationsBefore(ctx, callerOf(ctx).visitor, before, limit)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) == limit {
		next = rows[limit-1].ID.String()
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]events.ID, len(rows))
	for i, c := range rows {
		ids[i] = c.ID
	}
	asked, err := s.waitingSurveys(ctx, ids)
	if err != nil {
		return nil, err
	}
	return ok(items(each(rows, func(c *tickets.Conversation) wireConversation {
		w := wireConversation{ID: c.ID, Status: c.Status, LastSeq: c.LastSeq, SeenSeq: c.SeenSeq, AgentSeen: c.AgentSeen, Unread: c.Unread,
			UpdatedAt: c.UpdatedAt, Survey: asked[c.ID]}
		if c.Agent != 0 {
			w.Agent = &wireServer{c.Agent, snap.AgentName(c.Agent)}
		}
		return w
	}), next), nil)
}

type wireConversationOpened struct {
	Conversation events.ID   `json:"conversation"`
	Seq          int64       `json:"seq,omitempty" doc:"Of the message, if there was one"`
	At           events.Time `json:"at"`
}

func (s *Server) openConversation(ctx context.Context, in *struct {
	Body struct {
		Fields  map[string]string `json:"fields,omitempty" doc:"Answers by the keys of the inbox's questions"`
		Message *MessageIn        `json:"message,omitempty"`

		Proactive string `json:"proactive,omitempty" maxLength:"40" doc:"Which message on the page it answers: that one begins the conversation"`
	}
}) (*made[wireConversationOpened], error) {
	c, begin := callerOf(ctx), chat.Beginning{Fields: in.Body.Fields, Proactive: in.Body.Proactive}
	if in.Body.Message == nil {
		open, err := s.chat.Opening(ctx, c.visitor, begin)
		if err != nil {
			return nil, err
		}
		out, err := s.store.Open(ctx, c.actor(), *open)
		return created(wireConversationOpened{Conversation: out.Ticket, At: out.At}, err)
	}
	out, err := s.postAsVisitor(ctx, 0, *in.Body.Message, begin)
	return repeatable(wireConversationOpened{Conversation: out.Ticket, Seq: out.Seq, At: out.At}, out.Repeated, err)
}

func (s *Server) postAsVisitor(ctx context.Context, id events.ID, m MessageIn, begin chat.Beginning) (tickets.PostOut, error) {
	c := callerOf(ctx)
	return s.chat.SendAs(ctx, c.visitor, id, m.message(c), begin)
}

// conversation loads a ticket of the visitor; another's is answered as not found.
func (s *Server) conversation(ctx context.Context, id events.ID, a tickets.Action) (*tickets.Listed, error) {
	t, err := s.store.Ticket(ctx, id)
	if err != nil {
		return nil, err
	}
	v := callerOf(ctx).rights
	return t, tickets.Permit(v, a, v.ToTicket(&t.Ticket))
}

func (s *Server) conversationEvents(ctx context.Context, in *eventsIn) (*answer[list[tickets.WireEvent]], error) {
	if _, err := s.conversation(ctx, in.ID.ID, tickets.ConversationRead); err != nil {
		return nil, err
	}
	return s.eventPage(ctx, in, tickets.ForCustomer)
}

func (s *Server) conversationMessage(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body MessageIn
}) (*made[wireAck], error) {
	if _, err := s.conversation(ctx, in.ID.ID, tickets.ConversationWrite); err != nil {
		return nil, err
	}
	out, err := s.postAsVisitor(ctx, in.ID.ID, in.Body, chat.Beginning{})
	return repeatable(wireAck{ClientID: in.Body.ClientID, Conversation: out.Ticket, Seq: out.Seq, At: out.At}, out.Repeated, err)
}

func (s *Server) conversationSeen(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Seq int64 `json:"seq" minimum:"0"`
	}
}) (*struct{}, error) {
	if _, err := s.conversation(ctx, in.ID.ID, tickets.ConversationSeen); err != nil {
		return nil, err
	}
	return nil, s.hub.Seen(ctx, callerOf(ctx).actor(), in.ID.ID, in.Body.Seq)
}

func (s *Server) conversationEnd(ctx context.Context, in *onID) (*struct{}, error) {
	if _, err := s.conversation(ctx, in.ID.ID, tickets.ConversationEnd); err != nil {
		return nil, err
	}
	_, err := s.store.End(ctx, callerOf(ctx).actor(), in.ID.ID)
	return nil, err
}

// logOutVisitor ends the token, so that whoever uses this browser next sees nothing.
func (s *Server) logOutVisitor(ctx context.Context, _ *struct {
	Body *nothing `required:"false"`
}) (*struct{}, error) {
	c := callerOf(ctx)
	if err := s.people.LogoutVisitor(ctx, c.visitorToken); err != nil {
		return nil, err
	}
	s.hub.EndVisitor(c.visitor.ID) // other tabs too
	return nil, nil
}
