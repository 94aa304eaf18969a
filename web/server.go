package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"sync/atomic"

	"heard/chat"
	"heard/feedback/issues"
	"heard/feedback/rollups"
	"heard/feedback/signals"
	"heard/feedback/surveys"
	"heard/feedback/weekly"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/notify"
	"heard/tickets/search"
	"heard/tickets/webhooks"

	"github.com/danielgtaylor/huma/v2"
)

// Config is what the operator decides about the HTTP surface.
type Config struct {
	Version      string
	BaseURL      *url.URL       // where browsers find this installation: scheme and host
	Proxies      []netip.Prefix // peers whose X-Forwarded-For counts
	MetricsToken string         // opens /metrics to whoever shows it; "" leaves it to loopback
	RateFactor   float64        // multiplies every limit; 0 switches them off
	Portable     bool           // sockets wait as they do where they cannot be parked: for measurements and tests
}

// Deps is what the surface stands on.
type Deps struct {
	Log      *events.Log
	Store    *tickets.Store
	People   *tickets.People
	Files    *tickets.Files
	Hub      *chat.Hub
	Chat     chat.Options // what the hub works with: the widget's HTTP calls share its ways
	Surveys  *surveys.Store
	Rollups  *rollups.Rollups
	Weekly   *weekly.Store
	Reports  *weekly.Post // sends reports; nil where mail is not set up
	Issues   *issues.Store
	Tagging  *issues.Tagging
	Webhooks *webhooks.Store
	Notify   *notify.Store
	Search   *search.Searcher
	Logger   *slog.Logger
	Ready    func(context.Context) error // nil when this node can work: database, consumers
	Gauges   func() map[string]float64   // figures for /metrics beside the server's own; may be nil
	Assets   fs.FS                       // the built assets; nil: the embedded ones
	Shop     string                      // public key of the inbox on the page of the demo's shop; "": there is no shop
}

// Server is the whole HTTP surface.
type Server struct {
	Config
	log     *slog.Logger
	events  *events.Log
	store   *tickets.Store
	people  *tickets.People
	files   *tickets.Files
	hub     *chat.Hub
	signals *signals.Store
	chat    chat.Options
	surveys *surveys.Store
	rollups *rollups.Rollups
	weekly  *weekly.Store
	letters *weekly.Post
	issues  *issues.Store
	tagging *issues.Tagging
	hooks   *webhooks.Store
	notify  *notify.Store
	search  *search.Searcher
	ready   func(context.Context) error
	gauges  func() map[string]float64

	site      site
	proxies   []netip.Prefix
	origin    *http.CrossOriginProtection
	limits    *limiter
	sockets   *sockets
	uploading peers // uploads by address
	counting  chan struct{}
	assets    *assets
	pages     *pages
	shop      string // public key of the demo's inbox
	metrics   metrics

	api         huma.API
	registering *registrar
	mux         *http.ServeMux
}

// metrics counts what happened since the start.
type metrics struct {
	requests [6]atomic.Int64 // by hundreds of the status
	failures atomic.Int64    // answers of code internal
	limited  atomic.Int64    // answers of code rate_limited
}

// New returns the surface, ready to serve.
func New(c Config, d Deps) (*Server, error) {
	s := &Server{Config: c, log: d.Logger, events: d.Log, store: d.Store, people: d.People, files: d.Files, hub: d.Hub, signals: signals.New(d.Log), chat: d.Chat, rollups: d.Rollups, weekly: d.Weekly, letters: d.Reports, issues: d.Issues, tagging: d.Tagging, surveys: d.Surveys,
		hooks: d.Webhooks, notify: d.Notify, search: d.Search, ready: d.Ready, gauges: d.Gauges, uploading: peers{max: int(perUploadPeer * c.RateFactor)}, counting: make(chan struct{}, countedAtOnce),
		site: newSite(c.BaseURL), proxies: c.Proxies, limits: newLimiter(c.RateFactor), mux: http.NewServeMux()}
	s.origin = http.NewCrossOriginProtection()
	if err := s.origin.AddTrustedOrigin(s.site.origin()); err != nil {
		return nil, err
	}
	if d.Notify != nil {
		d.Store.OnRefused(d.Notify.Refused)
	}
	s.shop = d.Shop
	s.sockets = newSockets(int(perPeer*c.RateFactor), c.Portable, s.socketPanicked)
	var err error
	if s.assets, err = newAssets(d.Assets); err != nil {
		return nil, err
	}
	if s.pages, err = newPages(); err != nil {
		return nil, err
	}
	s.registering = &registrar{server: s, mux: s.mux}
	s.api = newAPI(s.registering, c.Version)
	for _, r := range s.routes() {
		s.registering.current = &r
		r.mount.on(s, &r)
	}
	return s, nil
}

// Throttle bounds how often one account's password or link is tried, for tickets.People.
func (s *Server) Throttle(key string) error { return s.limits.take(perAccount, key) }

// ServeHTTP implements http.Handler. What the mux has no route for is answered here, as a problem.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cw := &counted{ResponseWriter: w, s: s}
	defer s.recoverFrom(cw, r)
	if clean := path.Clean(r.URL.Path); r.URL.Path != clean && r.URL.Path != clean+"/" {
		s.lost(cw, r, fault.New(fault.NotFound, "there is nothing here"))
		return
	}
	handler, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(cw, r)
		return
	}
	probe := &statusProbe{header: http.Header{}}
	handler.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		cw.Header().Set("Allow", probe.header.Get("Allow"))
		s.lost(cw, r, newProblem(fault.New(fault.Unsupported, "this address does not take that method")).
			with(http.StatusMethodNotAllowed))
		return
	}
	s.lost(cw, r, fault.New(fault.NotFound, "there is nothing here"))
}

// lost answers what no route takes. People get a page, programs a problem.
func (s *Server) lost(w http.ResponseWriter, r *http.Request, err error) {
	if herr := s.checkHost(r); herr != nil {
		err = herr
	}
	if p := s.problemOf(r.Context(), err); p.Status == http.StatusNotFound && wantsPage(r) {
		s.protect(w.Header(), pageForm)
		s.errorPage(w, r, p)
		return
	}
	s.protect(w.Header(), pageAPI)
	s.refuse(w, r, err)
}

// wantsPage tells whether a browser asks for something to show.
func wantsPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && !strings.HasPrefix(r.URL.Path, "/api/") &&
		strings.Contains(r.Header.Get("Accept"), "text/html")
}

// recoverFrom keeps a panic of one request from the others, and from the caller.
func (s *Server) recoverFrom(w *counted, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	s.metrics.failures.Add(1)
	s.log.LogAttrs(r.Context(), slog.LevelError, "request panicked", slog.String("method", r.Method), slog.Any("panic", v),
		slog.String("stack", stack()))
	if !w.wrote {
		s.protect(w.Header(), pageAPI)
		s.refuse(w, r, newProblem(fault.New(fault.Internal, "something went wrong on our side")))
	}
}

// counted notes the status for the metrics.
type counted struct {
	http.ResponseWriter
	s     *Server
	wrote bool
}

func (c *counted) WriteHeader(status int) {
	if !c.wrote {
		c.wrote = true
		c.s.metrics.requests[min(max(status/100, 0), 5)].Add(1)
		if status == http.StatusTooManyRequests {
			c.s.metrics.limited.Add(1)
		}
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(b []byte) (int, error) {
	if !c.wrote {
		c.WriteHeader(http.StatusOK)
	}
	return c.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController and the socket's upgrade reach the connection.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// statusProbe asks a handler of the mux what it would answer.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) WriteHeader(status int)      { p.status = status }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }
