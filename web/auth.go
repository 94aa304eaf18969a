package web

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// who is a kind of caller that a route takes. The zero value takes nobody, so that a route without a policy cannot
// be reached, and a test finds it before.
type who int

const (
	nobody    who = iota
	anybody       // no sign-in: the route's limit counts by address
	agents        // a session or an API token, with the action of the policy
	sessions      // a session only: what a leaked token must not do
	visitors      // the bearer of a widget token
	operators     // the metrics token, or the machine itself
	byItself      // the handler identifies its caller: sockets, in their first frame
)

// policy says who may call a route at all, and which action of tickets/policy.go it is.
type policy struct {
	who     who
	action  tickets.Action
	anyHost bool // answers to any Host: probes
	form    bool // takes a form or a file instead of JSON
}

// files is the policy for a route that takes multipart data.
func (p policy) files() policy {
	p.form = true
	return p
}

// filled is the policy for a route that takes a page's form.
func (p policy) filled() policy { return p.files() }

func public(a tickets.Action) policy      { return policy{who: anybody, action: a} }
func agent(a tickets.Action) policy       { return policy{who: agents, action: a} }
func sessionOnly(a tickets.Action) policy { return policy{who: sessions, action: a} }
func visitor(a tickets.Action) policy     { return policy{who: visitors, action: a} }
func probe() policy                       { return policy{who: anybody, action: tickets.PublicRead, anyHost: true} }
func form(a tickets.Action) policy        { return policy{who: anybody, action: a, form: true} }
func operator() policy                    { return policy{who: operators, action: tickets.PublicRead, anyHost: true} }
func socket(a tickets.Action) policy      { return policy{who: byItself, action: a} }

// byLink is the policy for what a signed address opens; whoever shows none is asked who it is by the handler.
func byLink(a tickets.Action) policy { return policy{who: byItself, action: a} }

func (p policy) json() bool { return !p.form && p.who != byItself }

// security is the OpenAPI form of the policy.
func (p policy) security() []map[string][]string {
	switch p.who {
	case agents:
		return []map[string][]string{{"token": {}}, {"session": {}}}
	case sessions:
		return []map[string][]string{{"session": {}}}
	case visitors:
		return []map[string][]string{{"visitor": {}}}
	}
	return nil
}

// caller is whom a request comes from.
type caller struct {
	agent   *tickets.Agent
	rights  tickets.Caller // as policy sees it
	token   *tickets.Token // the API token it showed; nil for a session
	session string         // the session token it showed

	visitor      tickets.Visitor
	visitorToken string
}

type callerKey struct{}

// callerOf returns who calls; routes that take anybody have the zero caller.
func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// actor is the author of what a caller does.
func (c caller) actor() events.Actor {
	switch {
	case c.token != nil:
		return c.token.Actor()
	case c.agent != nil:
		return events.Actor{Kind: events.Agent, ID: c.agent.ID}
	case c.visitor.ID != 0:
		return c.visitor.Actor()
	}
	return events.SystemActor
}

// sender is the scope of a caller's client ids.
func (c caller) sender() string {
	switch {
	case c.token != nil:
		return tickets.TokenSender(c.token.ID)
	case c.agent != nil:
		return tickets.AgentSender(c.agent.ID)
	}
	return tickets.VisitorSender(c.visitor.ID)
}

// limitKey is the bucket of a caller.
func (c caller) limitKey() string {
	if c.session != "" {
		return "s" + c.session
	}
	return c.sender()
}

var (
	errSignIn    = fault.New(fault.Unauthenticated, "please sign in")
	errVisitor   = fault.New(fault.Unauthenticated, "this call needs the token of a widget session")
	errCrossSite = fault.New(fault.Forbidden, "this request comes from another site")
	errNoPolicy  = fault.New(fault.Forbidden, "nobody may call this")
)

// identify finds the caller, holds it to the limits, and asks whether the route takes it.
func (s *Server) identify(r *route, w http.ResponseWriter, req *http.Request) (caller, error) {
	c, err := s.caller(r, w, req)
	if err != nil {
		return c, err
	}
	if c.agent == nil && c.visitor.ID == 0 {
		return c, s.limits.take(r.Limit, addressKey(s.clientAddr(req)))
	}
	return c, s.limits.take(r.Limit, c.limitKey())
}

func (s *Server) caller(r *route, w http.ResponseWriter, req *http.Request) (c caller, err error) {
	switch r.Policy.who {
	case anybody:
		if r.Policy.form { // a signed link is its own proof: no cookie counts, so no origin does
			return c, nil
		}
		return c, s.checkOrigin(req)
	case agents, sessions:
		c, err = s.agentCaller(r, req)
	case visitors:
		c, err = s.visitorCaller(w, req)
	case operators:
		err = s.checkOperator(req)
	case byItself:
	default:
		err = errNoPolicy
	}
	if err == nil && (c.agent != nil || c.visitor.ID != 0) {
		// May this kind of caller ever do it? On which rows is asked by the handler, row by row.
		err = tickets.Permit(c.rights, r.Policy.action, tickets.Own)
	}
	if fault.KindOf(err) == fault.Unauthenticated { // whoever has no token pays by address
		if limited := s.limits.take(perTry, addressKey(s.clientAddr(req))); limited != nil {
			err = limited
		}
	}
	return c, err
}

// agentCaller reads the bearer token, or without one the session cookie. A request that shows a token is that
// token's alone: its cookies count for nothing.
func (s *Server) agentCaller(r *route, req *http.Request) (c caller, err error) {
	ctx := req.Context()
	if secret, shown := bearer(req); shown {
		if r.Policy.who == sessions {
			return c, fault.New(fault.Forbidden, "this call needs a signed-in browser")
		}
		if c.token, c.agent, err = s.people.Token(ctx, secret); err != nil {
			return c, err
		}
	} else {
		if err := s.origin.Check(req); err != nil {
			return c, errCrossSite.Because(err)
		}
		if c.session = s.sessionToken(req); c.session == "" {
			return c, errSignIn
		}
		if c.agent, err = s.people.Session(ctx, c.session); err != nil {
			return c, err
		}
	}
	snap, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return c, err
	}
	c.rights = snap.Caller(c.agent.ID)
	return c, nil
}

func (s *Server) visitorCaller(w http.ResponseWriter, req *http.Request) (c caller, err error) {
	secret, shown := bearer(req)
	if !shown {
		return c, errVisitor
	}
	if c.visitor, err = s.people.Visitor(req.Context(), secret); err != nil {
		return c, err
	}
	c.visitorToken, c.rights = secret, c.visitor.AsCaller()
	return c, s.allowOrigin(w, req, c.visitor.InboxID)
}

// checkOrigin refuses what another site makes a browser send. Programs send neither Origin nor Sec-Fetch-Site. The
// widget's door checks its own list instead.
func (s *Server) checkOrigin(req *http.Request) error {
	if strings.HasPrefix(req.URL.Path, "/api/widget/") {
		return nil
	}
	if err := s.origin.Check(req); err != nil {
		return errCrossSite.Because(err)
	}
	return nil
}

func (s *Server) checkOperator(req *http.Request) error {
	if secret, shown := bearer(req); shown && s.MetricsToken != "" {
		if subtle.ConstantTimeCompare([]byte(secret), []byte(s.MetricsToken)) == 1 {
			return nil
		}
		return fault.New(fault.Unauthenticated, "this token is not good")
	}
	// A proxy on this machine would bring strangers in: its forwarding header gives it away.
	if s.MetricsToken == "" && s.clientAddr(req).IsLoopback() && req.Header.Get("X-Forwarded-For") == "" &&
		req.Header.Get("Forwarded") == "" {
		return nil
	}
	return fault.New(fault.Unauthenticated, "this needs the metrics token")
}

// bearer returns the token of the Authorization header; shown says that there is such a header at all.
func bearer(req *http.Request) (secret string, shown bool) {
	values := req.Header.Values("Authorization")
	if len(values) == 0 {
		return "", false
	}
	scheme, secret, found := strings.Cut(values[0], " ")
	if len(values) > 1 || !found || !strings.EqualFold(scheme, "Bearer") {
		return "", true // no token has this form
	}
	return secret, true
}

// Names of the session cookie. Browsers take the __Host- prefix on https and on loopback only.
const (
	cookieHost  = "__Host-heard"
	cookiePlain = "heard"
)

func (s *Server) cookieName() string {
	if s.site.secure || s.site.loopback {
		return cookieHost
	}
	return cookiePlain
}

func (s *Server) sessionToken(req *http.Request) string {
	list := req.CookiesNamed(s.cookieName())
	if len(list) != 1 { // two would mean that somebody planted one
		return ""
	}
	return list[0].Value
}

// sessionCookie is the cookie for a token; an empty token takes the cookie away.
func (s *Server) sessionCookie(token string, until events.Time) string {
	c := http.Cookie{Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: s.site.secure || s.site.loopback}
	if token == "" {
		c.MaxAge = -1
	} else {
		c.Expires = until.Std()
	}
	return c.String()
}
