package web

import (
	"context"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/events"
)

// signedIn is an answer that carries a session cookie.
type signedIn[T any] struct {
	Cookie string `header:"Set-Cookie"`
	Body   T
}

type agentAnswer struct {
	Agent wireAgent `json:"agent"`
}

func (s *Server) signIn(ctx context.Context, in *struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
}) (*signedIn[agentAnswer], error) {
	got, err := s.people.SignIn(ctx, in.Body.Email, in.Body.Password, in.UserAgent)
	return s.welcome(ctx, got, err)
}

// welcome gives a new session to the browser.
func (s *Server) welcome(ctx context.Context, in tickets.SignedIn, err error) (*signedIn[agentAnswer], error) {
	if err != nil {
		return nil, err
	}
	s.log.InfoContext(ctx, "signed in", "agent", in.Agent.ID, "from", visitOf(ctx).from)
	return &signedIn[agentAnswer]{s.sessionCookie(in.Token, in.ExpiresAt), agentAnswer{agentWire(&in.Agent, 0)}}, nil
}

func (s *Server) signOut(ctx context.Context, _ *struct{}) (*struct {
	Cookie string `header:"Set-Cookie"`
}, error) {
	if err := s.people.SignOut(ctx, callerOf(ctx).session); err != nil {
		return nil, err
	}
	s.hub.EndSignIn(callerOf(ctx).session)
	return &struct {
		Cookie string `header:"Set-Cookie"`
	}{s.sessionCookie("", 0)}, nil
}

type openedLink struct {
	SignedIn    bool         `json:"signed_in"`
	Agent       *wireAgent   `json:"agent,omitempty"`
	Email       string       `json:"email,omitempty"`
	Name        string       `json:"name,omitempty"`
	Role        tickets.Role `json:"role,omitempty"`
	ChooseEmail bool         `json:"choose_email,omitempty" doc:"The first admin has no address yet: accept needs one"`
}

// openInvitation looks at a one-time link. The link's token is in the address's fragment, which no browser sends, so
// that it comes in the body and stands in no log.
func (s *Server) openInvitation(ctx context.Context, in *struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Token string `json:"token"`
	}
}) (*signedIn[openedLink], error) {
	got, err := s.people.OpenInvitation(ctx, in.Body.Token, in.UserAgent)
	if err != nil {
		return nil, err
	}
	out := &signedIn[openedLink]{Body: openedLink{Email: got.Email, Name: got.Name, Role: got.Role, ChooseEmail: got.ChooseEmail}}
	if got.ChooseEmail {
		out.Body.Email = ""
	}
	if got.SignIn != nil {
		agent := agentWire(&got.SignIn.Agent, 0)
		out.Cookie = s.sessionCookie(got.SignIn.Token, got.SignIn.ExpiresAt)
		out.Body = openedLink{SignedIn: true, Agent: &agent}
		s.log.InfoContext(ctx, "signed in", "agent", agent.ID, "from", visitOf(ctx).from)
	}
	return out, nil
}

func (s *Server) acceptInvitation(ctx context.Context, in *struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Token    string `json:"token"`
		Name     string `json:"name,omitempty"`
		Email    string `json:"email,omitempty" doc:"Only for a first admin without an address"`
		Password string `json:"password"`
	}
}) (*signedIn[agentAnswer], error) {
	got, err := s.people.AcceptInvitation(ctx, tickets.AcceptIn{Token: in.Body.Token, Name: in.Body.Name, Email: in.Body.Email,
		Password: in.Body.Password, UserAgent: in.UserAgent})
	return s.welcome(ctx, got, err)
}

type me struct {
	Agent       wireAgent        `json:"agent"`
	Permissions []tickets.Action `json:"permissions"`
	Desk        desk             `json:"desk"`
	Epoch       string           `json:"epoch"`
	BaseURL     string           `json:"base_url"`
}

type desk struct {
	Name           string   `json:"name"`
	TimeZone       string   `json:"time_zone"`
	HandoffReasons []string `json:"handoff_reasons"`
}

func (s *Server) getMe(ctx context.Context, _ *struct{}) (*answer[me], error) {
	c := callerOf(ctx)
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	taken, err := s.taken(ctx)
	if err != nil {
		return nil, err
	}
	return ok(me{
		Agent:       agentWire(c.agent, taken[c.agent.ID]),
		Permissions: tickets.Permissions(c.rights, tickets.Own),
		Desk: desk{Name: snap.Settings.DeskName, TimeZone: snap.Settings.TimeZone,
			HandoffReasons: snap.Settings.HandoffReasons},
		Epoch:   s.events.Epoch(),
		BaseURL: s.site.origin(),
	}, nil)
}

func (s *Server) setAvailability(ctx context.Context, in *struct {
	Body struct {
		State tickets.Availability `json:"state" enum:"online,away,offline"`
	}
}) (*answer[wireAgent], error) {
	c := callerOf(ctx)
	if err := s.people.SetAvailability(ctx, c.actor(), c.agent.ID, in.Body.State, tickets.Chosen); err != nil {
		return nil, err
	}
	return s.agentNow(ctx, c.agent.ID)
}

func (s *Server) agentNow(ctx context.Context, id events.ID) (*answer[wireAgent], error) {
	a, err := s.people.Agent(ctx, id)
	if err != nil {
		return nil, err
	}
	taken, err := s.taken(ctx)
	return ok(agentWire(a, taken[id]), err)
}

// taken is how many places for chats of each agent are taken: the same figure wherever people choose by it.
func (s *Server) taken(ctx context.Context) (map[events.ID]int, error) {
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	loads, err := s.store.Loads(ctx)
	if err != nil {
		return nil, err
	}
	return chat.Taken(snap, loads), nil
}

func (s *Server) changePassword(ctx context.Context, in *struct {
	Body struct {
		Current  string `json:"current"`
		Password string `json:"password"`
	}
}) (*struct{}, error) {
	c := callerOf(ctx)
	if err := s.people.ChangePassword(ctx, c.agent.ID, c.session, in.Body.Current, in.Body.Password); err != nil {
		return nil, err
	}
	return nil, nil
}

type wireSession struct {
	UserAgent  string      `json:"user_agent"`
	CreatedAt  events.Time `json:"created_at"`
	LastSeenAt events.Time `json:"last_seen_at"`
	ExpiresAt  events.Time `json:"expires_at"`
}

func (s *Server) listSessions(ctx context.Context, _ *struct{}) (*answer[list[wireSession]], error) {
	rows, err := s.people.Sessions(ctx, callerOf(ctx).agent.ID)
	return ok(items(each(rows, func(x *tickets.Session) wireSession {
		return wireSession{x.UserAgent, x.CreatedAt, x.LastSeenAt, x.ExpiresAt}
	}), ""), err)
}
