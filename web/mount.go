package web

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"heard/tickets/fault"
)

// route is one line of the table in routes.go.
type route struct {
	Method string
	Path   string
	Policy policy // who may call at all; which rows they may touch is asked row by row
	Limit  limit  // by caller: the token, the session, the visitor, or the address of the unknown
	mount  mount
}

// mount puts a route's handler on the server: a huma operation (op) or a plain handler (plain).
type mount struct {
	on   func(s *Server, r *route)
	page page // what kind of document it answers with

	slow   bool // may take longer than a person waits: exports
	again  bool // harmless to run again: it carries a client id, or sets values
	secret bool // its answer shows a secret, which is never kept
	files  bool // takes files: slow, and never held in memory as a whole
}

// plain mounts a handler that is not part of the API's description.
func plain(fn http.HandlerFunc) mount {
	return mount{on: func(s *Server, r *route) { s.registering.HandleFunc(r.Method+" "+r.Path, fn) }}
}

// as says what kind of document a plain handler answers with.
func (m mount) as(p page) mount {
	m.page = p
	return m
}

// unhurried gives a handler more time than a person waits.
func (m mount) unhurried() mount {
	m.slow = true
	return m
}

// repeatable says that running it again does no harm.
func (m mount) repeatable() mount {
	m.again = true
	return m
}

// once says that its answer shows a secret, this once.
func (m mount) once() mount {
	m.secret = true
	return m
}

// How long a request may wait for a database that hangs, before its caller is told. Asking who calls and writing are
// told within two seconds, lists and exports may take longer.
const (
	callWithin   = 1800 * time.Millisecond
	readWithin   = 4800 * time.Millisecond
	exportWithin = 60 * time.Second
)

// most is how long the handler of a route may take: sockets have their own deadlines, assets are in memory, and
// hashing a password waits for its turn.
func (r *route) most() time.Duration {
	switch {
	case r.Policy.who == byItself || r.mount.page == pageAsset:
		return 0
	case r.mount.slow:
		return exportWithin
	case r.Policy.anyHost: // probes are asked every few seconds
		return callWithin
	case r.Method == http.MethodGet || r.Limit == perGuess:
		return readWithin
	}
	return callWithin
}

func (r *route) pattern() string { return r.Method + " " + r.Path }

// operationID is a name for generated clients: get-tickets-id-events.
func (r *route) operationID() string {
	path := strings.NewReplacer("/api/v1/", "", "/api/", "", "{", "", "}", "", "/", "-").Replace(r.Path)
	return strings.ToLower(r.Method) + "-" + path
}

func (r *route) tag() string {
	path := strings.TrimPrefix(strings.TrimPrefix(r.Path, "/api/v1/"), "/api/")
	tag, _, _ := strings.Cut(path, "/")
	return tag
}

// registrar is the only way onto the mux: it wraps what a route mounts with the layers of that route, and keeps the
// patterns, so that a test can compare them with the table.
type registrar struct {
	server   *Server
	mux      *http.ServeMux
	current  *route
	patterns []string
}

// HandleFunc implements humago.Mux.
func (g *registrar) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	g.patterns = append(g.patterns, pattern)
	g.mux.Handle(pattern, g.server.guard(*g.current, http.HandlerFunc(handler)))
}

// ServeHTTP implements humago.Mux.
func (g *registrar) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.mux.ServeHTTP(w, r) }

type visitKey struct{}

// visit is what logs tell of a request: the pattern that it matched, since a path could hold a token, and the address
// that it came from.
type visit struct {
	route string
	from  netip.Addr
}

func visitOf(ctx context.Context) visit {
	v, _ := ctx.Value(visitKey{}).(visit)
	return v
}

// guard is every layer between the mux and a handler, in the order that doc.go gives.
func (s *Server) guard(r route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx := context.WithValue(req.Context(), visitKey{}, visit{r.pattern(), s.clientAddr(req)})
		s.protect(w.Header(), r.mount.page)
		c, err := s.admit(&r, w, req.WithContext(ctx))
		req = req.WithContext(context.WithValue(ctx, callerKey{}, c))
		if err == nil && r.Policy.json() && hasBody(req) {
			err = bufferBody(req)
		}
		switch {
		case err == nil:
		case r.mount.page == pageForm && wantsPage(req):
			s.refusePage(w, req, err)
			return
		default:
			s.refuse(w, req, err)
			return
		}
		if r.mount.files { // an upload that comes twice does no harm, so that no Idempotency-Key need read it first
			patient(w)
			s.bounded(w, req, uploadWithin, next.ServeHTTP)
			return
		}
		if most := r.most(); most > 0 {
			s.bounded(w, req, most, func(w http.ResponseWriter, req *http.Request) { s.oncePerKey(&r, next, w, req) })
			return
		}
		next.ServeHTTP(w, req)
	})
}

// admit decides whether a request reaches its handler, before anything of its body is read. Asking the database who
// calls is bounded like the handler is.
func (s *Server) admit(r *route, w http.ResponseWriter, req *http.Request) (caller, error) {
	if !r.Policy.anyHost {
		if err := s.checkHost(req); err != nil {
			return caller{}, err
		}
	}
	if err := checkQuery(req); err != nil {
		return caller{}, err
	}
	if r.Policy.who == anybody || r.Policy.who == byItself { // nothing to ask
		return s.identify(r, w, req)
	}
	return s.identifyInTime(r, w, req)
}

func hasBody(r *http.Request) bool {
	return r.Body != nil && r.Body != http.NoBody && r.ContentLength != 0
}

// checkQuery refuses query strings that parsers read differently. Only lists of statuses may name a parameter twice.
func checkQuery(r *http.Request) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	if len(r.URL.RawQuery) > 4096 {
		return fault.New(fault.Invalid, "the query is too long")
	}
	values, err := queryOf(r.URL)
	if err != nil {
		return err
	}
	for name, list := range values {
		if len(list) > 1 && name != "status" {
			return fault.New(fault.Invalid, "a query parameter is given twice")
		}
	}
	return nil
}

// bufferBody reads and checks the body before huma decodes it.
func bufferBody(req *http.Request) error {
	if !isJSON(req.Header.Get("Content-Type")) {
		return newProblem(fault.New(fault.Unsupported, "the body must be application/json")).
			with(http.StatusUnsupportedMediaType)
	}
	if req.ContentLength > maxJSON {
		return errTooLarge
	}
	body, err := readStrict(req.Body, maxJSON)
	if err != nil {
		return err
	}
	req.Body = newBody(body)
	req.ContentLength = int64(len(body))
	return nil
}
