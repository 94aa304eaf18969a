package webhooks

import (
	"context"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"heard/migrations"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/jobs"
)

var admin = events.Actor{Kind: events.Agent, ID: 1}

// flagged stands in for an event of the product.
type flagged struct {
	Issue events.ID `json:"issue"`
}

func (flagged) EventKind() string { return "issue.flagged" }
func (flagged) EventPublic() bool { return false }

// got is what a target was sent.
type got struct {
	header http.Header
	body   []byte
}

func (g got) content(t *testing.T) (c content) {
	t.Helper()
	if err := json.Unmarshal(g.body, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// target is a server that webhooks are posted to.
type target struct {
	*httptest.Server
	mu   sync.Mutex
	list []got
}

func newTarget(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *target {
	t.Helper()
	s := &target{}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.list = append(s.list, got{r.Header.Clone(), body})
		n := len(s.list)
		s.mu.Unlock()
		if answer != nil {
			answer(n, w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *target) all() []got {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// rig is a desk with webhooks, a runner and a clock.
type rig struct {
	*Store
	t      *testing.T
	clock  *eventstest.Clock
	runner *jobs.Runner
}

func newRig(t *testing.T, db *migrations.DB, o Options) *rig {
	t.Helper()
	clock := eventstest.NewClock()
	vocabulary := append(tickets.Changes(), jobs.Changes()...)
	l := eventstest.NewAt(t, db, append(vocabulary, flagged{}), clock)
	secrets, err := tickets.NewSecrets([32]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	s := New(l, secrets, o)
	return &rig{s, t, clock, jobs.NewRunner(l, map[string]jobs.Handler{JobKind: s.Deliver}, jobs.Options{Workers: 4})}
}

// loopback opens this machine, with the certificate of a test server.
func loopback(servers ...*target) Options {
	o := Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: x509.NewCertPool()}
	for _, s := range servers {
		o.Roots.AddCert(s.Certificate())
	}
	return o
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) add(url string, kinds ...string) (Hook, string) {
	r.t.Helper()
	h, secret, err := r.Add(r.t.Context(), admin, In{url, kinds})
	r.must(err)
	return h, secret
}

// happen records an event and lets the consumer see it.
func (r *rig) happen(issue events.ID) {
	r.t.Helper()
	r.must(r.log.Write(r.t.Context(), events.Unit{By: events.SystemActor}, func(_ context.Context, tx *events.Tx) error {
		tx.Record(0, flagged{issue})
		return nil
	}))
	r.consume()
}

func (r *rig) consume() {
	r.t.Helper()
	_, err := r.log.CatchUp(r.t.Context(), r.Consumer())
	r.must(err)
}

func (r *rig) pass() {
	r.t.Helper()
	_, err := r.runner.Pass(r.t.Context())
	r.must(err)
}

func (r *rig) deliveries(h Hook) []Delivery {
	r.t.Helper()
	list, err := r.Deliveries(r.t.Context(), h.ID, 0, 100)
	r.must(err)
	return list
}

// resolver answers every question for an IPv4 address with one address.
func resolver(t *testing.T, address netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(dnsAnswer(buf[:n], address), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// dnsAnswer answers one question of RFC 1035; questions for other records have no answer.
func dnsAnswer(question []byte, address netip.Addr) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	kind := binary.BigEndian.Uint16(question[end+1:])
	end += 5
	out := slices.Clone(question[:end])
	binary.BigEndian.PutUint16(out[2:], 0x8180)
	binary.BigEndian.PutUint16(out[6:], 0)
	binary.BigEndian.PutUint16(out[10:], 0)
	if kind == 1 {
		binary.BigEndian.PutUint16(out[6:], 1)
		out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		out = append(out, address.AsSlice()...)
	}
	return out
}
