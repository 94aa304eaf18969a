package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"heard/chat"
	"heard/feedback/weekly"
	"heard/tickets/fault"
	"heard/tickets/jobs"
	"heard/web"
)

// serveFlags are the configuration of a server.
type serveFlags struct {
	storeFlags
	siteFlags
	mailFlags
	Listen       string   `name:"listen" env:"HEARD_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where to listen. Beyond this machine it needs --base-url."`
	Bus          string   `name:"bus" env:"HEARD_BUS" default:"local" placeholder:"URL" help:"What carries between nodes: local (one node), postgres, or nats://HOST:PORT,… (tls:// too; ?creds=FILE, ca, cert and key)."`
	TrustedProxy []string `name:"trusted-proxy" env:"HEARD_TRUSTED_PROXY" placeholder:"NET" help:"Networks of reverse proxies whose X-Forwarded-For counts."`
	WebhookAllow []string `name:"webhook-allow" env:"HEARD_WEBHOOK_ALLOW" placeholder:"NET" help:"Networks inside that webhooks may be posted to, 10.1.0.0/16, and they alone in the clear. Otherwise only https on the public internet."`
	MetricsToken string   `name:"metrics-token" env:"HEARD_METRICS_TOKEN" placeholder:"TOKEN" help:"Bearer token that opens /metrics. Without one only this machine may read it."`
	RateFactor   float64  `name:"rate-factor" env:"HEARD_RATE_FACTOR" default:"1" placeholder:"N" help:"Multiplies every rate limit; 0 switches them off, for measurements."`

	demo     *demo // what heard demo adds; nil otherwise
	portable bool  // for measurements: web.Config.Portable
}

type serveCmd struct{ serveFlags }

// Run implements heard serve.
func (c *serveCmd) Run(ctx context.Context, o *output) error {
	return c.serve(ctx, o)
}

// server is a running heard serve.
type server struct {
	*app
	flags   serveFlags
	hub     *chat.Hub
	web     *web.Server
	http    *http.Server
	post    *jobs.Runner // what leaves the house
	reports *weekly.Post // nil where mail is not set up
	leaving atomic.Bool  // not ready any more
}

// serve runs until ctx ends: SIGTERM, or the test that started it.
func (f serveFlags) serve(ctx context.Context, o *output) (err error) {
	if err := needsBase(f.Listen, f.BaseURL); err != nil {
		return err
	}
	if err := f.checkBus(); err != nil {
		return err
	}
	if _, err := f.sender("desk"); err != nil { // before anything is done
		return err
	}
	limitMemory()
	logger := slog.New(slog.NewTextHandler(o.err, nil))
	// The listener comes first: a base URL may depend on its port, and a busy one is told before anything is done.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer func() { err = errors.Join(err, ignoreClosed(listener.Close())) }()
	base, err := f.baseFor(listener.Addr().String())
	if err != nil {
		return err
	}
	a, err := openApp(ctx, f.storeFlags, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if f.demo != nil {
		if err := f.demo.prepare(ctx, a, o); err != nil {
			return err
		}
	}
	if a.mail, err = f.sender(a.log.Epoch()); err != nil {
		return err
	}
	if err := a.surveys.SayMail(ctx, a.mail != nil); err != nil {
		return err
	}
	if err := a.openBus(ctx, f.Bus); err != nil {
		return err
	}
	s, err := newServer(a, f, base)
	if err != nil {
		return err
	}
	if err := s.greet(ctx, o, base); err != nil {
		return err
	}
	return s.run(ctx, listener)
}

// baseFor is the configured base URL, or that of the loopback listener.
func (f serveFlags) baseFor(addr string) (*url.URL, error) {
	if f.BaseURL != "" {
		return parseBase(f.BaseURL)
	}
	return parseBase("http://" + addr)
}

// newServer builds what answers, in order.
func newServer(a *app, f serveFlags, base *url.URL) (*server, error) {
	proxies, err := parseProxies(f.TrustedProxy)
	if err != nil {
		return nil, err
	}
	frame, err := web.SurveyFrame(a.surveys)
	if err != nil {
		return nil, err
	}
	s := &server{app: a, flags: f}
	if err := s.openHooks(base); err != nil {
		return nil, err
	}
	if err := s.openBells(base); err != nil {
		return nil, err
	}
	if a.mail != nil {
		s.reports = weekly.NewPost(a.weekly, a.rollups, base)
	}
	live := chat.Options{Log: a.log, Tickets: a.tickets, People: a.people, Summary: web.Summary, TopicNames: a.issues.TopicNames, Lists: a.search, Report: a.report, Bus: a.bus, Survey: frame,
		BaseURL: base.Scheme + "://" + base.Host, Unlimited: f.RateFactor == 0}
	s.hub = chat.NewHub(live)
	s.web, err = web.New(web.Config{Version: version(), BaseURL: base, Proxies: proxies, MetricsToken: f.MetricsToken,
		RateFactor: f.RateFactor, Portable: f.portable}, web.Deps{Log: a.log, Store: a.tickets, People: a.people, Files: a.files, Hub: s.hub, Chat: live, Rollups: a.rollups, Weekly: a.weekly, Reports: s.reports, Issues: a.issues, Tagging: a.tagging, Surveys: a.surveys, Webhooks: s.hooks, Notify: s.notify, Search: a.search,
		Logger: a.logger, Ready: s.ready, Gauges: s.gauges, Shop: f.demo.shop()})
	if err != nil {
		return nil, err
	}
	a.people.Throttle = s.web.Throttle
	s.post = s.newPost()
	s.http = &http.Server{
		Handler:           s.web,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       75 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(a.logger.Handler(), slog.LevelDebug), // strangers' broken requests are no news
	}
	return s, nil
}

// greet makes what a desk cannot be without, and says where it is found.
func (s *server) greet(ctx context.Context, o *output, base *url.URL) error {
	desk, err := s.people.Bootstrap(ctx)
	if err != nil {
		return fmt.Errorf("set the desk up: %w", err)
	}
	if path, err := s.flags.inData(baseFile); err != nil {
		return err
	} else if err := os.WriteFile(path, []byte(base.String()+"\n"), 0o600); err != nil {
		return fmt.Errorf("note the base URL: %w", err)
	}
	fmt.Fprintf(o.out, "Heard is at %s\n", base)
	if desk.AdminLink != "" {
		fmt.Fprintf(o.out, "There is no administrator yet. This link makes you one, once: %s/join#%s\n", base, desk.AdminLink)
	}
	if s.flags.demo != nil {
		return s.flags.demo.greet(ctx, s.app, o, base)
	}
	return nil
}

// How leaving goes: sockets are told to go elsewhere over drainWithin, requests may finish, and after leaveWithin
// whatever is left is cut.
const (
	drainWithin = 8 * time.Second
	leaveWithin = 15 * time.Second
)

// run serves until ctx ends, then leaves in order: not ready, no new connections, sockets elsewhere, requests done,
// consumers and jobs stopped.
func (s *server) run(ctx context.Context, listener net.Listener) error {
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var wg sync.WaitGroup
	s.runAll(inner, &wg)
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = s.leave()
	}
	stop()
	wg.Wait()
	return err
}

func (s *server) leave() error {
	s.leaving.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { s.hub.Drain(ctx, drainWithin) })
	err := s.http.Shutdown(ctx)
	wg.Wait()
	if errors.Is(err, context.DeadlineExceeded) {
		s.logger.Warn("some requests did not end in time and were cut")
		err = s.http.Close()
	}
	return err
}

// ready tells whether this node can work: it is not leaving, the database answers, and nothing that must not miss an
// event has stopped.
func (s *server) ready(ctx context.Context) error {
	if s.leaving.Load() {
		return fault.New(fault.Unavailable, "this node is leaving")
	}
	list, err := s.log.Status(ctx)
	if err != nil {
		return fault.New(fault.Unavailable, "the database does not answer").Because(err)
	}
	for _, c := range list {
		if c.Stopped {
			return fault.Newf(fault.Unavailable, "the consumer %s has stopped", c.Name)
		}
	}
	return nil
}

// gauges are the figures of this node for /metrics.
func (s *server) gauges() map[string]float64 {
	widgets, consoles := s.hub.Sockets()
	out := map[string]float64{"sockets_widget": float64(widgets), "sockets_console": float64(consoles)}
	if s.bus != nil {
		addBus(out, s.bus)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if head, err := s.log.Head(ctx); err == nil {
		out["log_head"] = float64(head)
	}
	s.addJobs(ctx, out)
	return out
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
