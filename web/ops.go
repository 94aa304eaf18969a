package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"heard/tickets/fault"
)

var (
	errNothing  = fault.New(fault.NotFound, "there is nothing here")
	errNotBuilt = fault.New(fault.Unavailable, "this page is not part of this build").After(time.Minute)
)

// healthz says that the process lives, whatever else is wrong.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz says whether this node can work now: the database answers and no consumer has stopped.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := s.ready(ctx); err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Unavailable { // the reason is for the operator's log, not for strangers
			f = fault.New(fault.Unavailable, "not ready").Because(err)
		}
		s.refuse(w, r, f.After(time.Second))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ready\n"))
}

// serveMetrics answers in the text format that Prometheus reads.
func (s *Server) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	var b strings.Builder
	b.WriteString("# TYPE heard_http_responses_total counter\n")
	for i := 1; i < len(s.metrics.requests); i++ {
		fmt.Fprintf(&b, "heard_http_responses_total{class=\"%dxx\"} %d\n", i, s.metrics.requests[i].Load())
	}
	fmt.Fprintf(&b, "# TYPE heard_http_failures_total counter\nheard_http_failures_total %d\n", s.metrics.failures.Load())
	fmt.Fprintf(&b, "# TYPE heard_http_limited_total counter\nheard_http_limited_total %d\n", s.metrics.limited.Load())
	if s.gauges != nil {
		values := s.gauges()
		for _, name := range slices.Sorted(maps.Keys(values)) {
			fmt.Fprintf(&b, "# TYPE heard_%s gauge\nheard_%s %g\n", name, name, values[name])
		}
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write([]byte(b.String()))
}
