package webhooks

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

func TestADeliveryIsSignedAndArrivesOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		s := newTarget(t, nil)
		o := loopback(s)
		o.About = func(context.Context, events.Event) (map[string]any, error) {
			return map[string]any{"issue": "names of now"}, nil
		}
		o.Desk = func(context.Context) (string, string, error) { return "Shop", "https://help.shop.test", nil }
		r := newRig(t, db, o)
		r.happen(1) // before there is a webhook: nobody is told
		h, secret := r.add(s.URL+"/in?x=1", "issue.*")
		other, _ := r.add(s.URL+"/other", "release.marked")
		r.happen(2)
		r.pass()
		r.pass()
		list := s.all()
		if len(list) != 1 {
			t.Fatalf("%d deliveries arrived, want 1", len(list))
		}
		c := list[0].content(t)
		if c.Kind != "issue.flagged" || string(c.Data) != `{"issue":"2"}` || c.About["issue"] != "names of now" || c.Desk.Name != "Shop" || c.Pos == 0 {
			t.Errorf("content = %s", list[0].body)
		}
		head := list[0].header
		if head.Get("Heard-Delivery") != c.ID || head.Get("Heard-Event") != c.Kind || head.Get("Content-Type") != "application/json" {
			t.Errorf("headers = %v", head)
		}
		if want := Sign([]byte(secret), head.Get("Heard-Timestamp"), list[0].body); head.Get("Heard-Signature") != want {
			t.Errorf("signature = %s, want %s", head.Get("Heard-Signature"), want)
		}
		if d := r.deliveries(h); len(d) != 1 || d[0].State != "done" || d[0].Status != 200 || d[0].Tries != 1 || d[0].Error != "" {
			t.Errorf("log = %+v", d)
		}
		if d := r.deliveries(other); len(d) != 0 {
			t.Errorf("log of the other = %+v", d)
		}
		eventstest.Check(t, r.log, nil)
	})
}

// TestTriesHaveOneNameAndOneData: what failed is sent again with the same id and body, and another time stamp.
func TestTriesHaveOneNameAndOneData(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		s := newTarget(t, func(n int, w http.ResponseWriter, _ *http.Request) {
			switch n {
			case 1:
				w.WriteHeader(500)
			case 2:
				panic(http.ErrAbortHandler) // breaks the line
			}
		})
		r := newRig(t, db, loopback(s))
		h, secret := r.add(s.URL, "*")
		r.happen(2)
		for range 3 {
			r.pass()
			r.clock.Advance(time.Hour)
		}
		list := s.all()
		if len(list) != 3 {
			t.Fatalf("%d tries, want 3", len(list))
		}
		stamps := map[string]bool{}
		for _, g := range list {
			stamp := g.header.Get("Heard-Timestamp")
			stamps[stamp] = true
			if g.header.Get("Heard-Delivery") != list[0].header.Get("Heard-Delivery") || string(g.body) != string(list[0].body) ||
				g.header.Get("Heard-Signature") != Sign([]byte(secret), stamp, g.body) {
				t.Errorf("a try = %v %s", g.header, g.body)
			}
		}
		if len(stamps) != 3 {
			t.Errorf("time stamps = %v, want one for each try", stamps)
		}
		if d := r.deliveries(h); d[0].State != "done" || d[0].Tries != 3 {
			t.Errorf("log = %+v", d)
		}
	})
}

func TestATargetThatStaysDownIsLeftAloneAndParked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		var up atomic.Bool
		s := newTarget(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			if !up.Load() {
				w.WriteHeader(503)
			}
		})
		r := newRig(t, db, loopback(s))
		h, _ := r.add(s.URL, "issue.flagged")
		for i := range 3 {
			r.happen(events.ID(i + 1))
		}
		for began := r.log.Now(); r.log.Now().Sub(began) < 80*time.Hour; r.clock.Advance(20 * time.Minute) {
			r.pass()
		}
		for _, d := range r.deliveries(h) {
			if d.State != "parked" || d.Status != 503 || d.NextAt != 0 {
				t.Errorf("after 80 hours: %+v, want parked", d)
			}
		}
		tries := len(s.all())
		if tries > 3*100 {
			t.Errorf("%d tries in three days", tries)
		}
		if now, err := r.Hook(t.Context(), h.ID); err != nil || now.Failures != tries {
			t.Errorf("webhook = %+v, %v", now, err)
		}
		up.Store(true)
		id := r.deliveries(h)[2].ID
		r.must(r.Retry(t.Context(), admin, h.ID, id))
		if err := r.Retry(t.Context(), admin, h.ID, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("retry of what is not parked = %v", err)
		}
		r.pass()
		list := r.deliveries(h)
		if list[2].State != "done" || list[1].State != "parked" {
			t.Errorf("after the retry = %+v", list)
		}
		if now, err := r.Hook(t.Context(), h.ID); err != nil || now.Failures != 0 || now.PausedUntil != 0 {
			t.Errorf("webhook = %+v, %v", now, err)
		}
	})
}

// TestWhatWaitsSaysWhy: what was never tried, because others failed, does not look forgotten.
func TestWhatWaitsSaysWhy(t *testing.T) {
	s := newTarget(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	r := newRig(t, dbtest.SQLite(t), loopback(s))
	h, _ := r.add(s.URL, "issue.flagged")
	r.happen(1)
	now, err := r.Hook(t.Context(), h.ID)
	for ; now.PausedUntil <= r.log.Now(); now, err = r.Hook(t.Context(), h.ID) {
		r.must(err)
		r.clock.Advance(20 * time.Minute)
		r.pass()
	}
	r.happen(2)
	list := r.deliveries(h)
	const told = "not tried yet: the target is left alone after failures of other deliveries"
	if list[0].Tries != 0 || list[0].Error != told || list[1].Error != "the target answered 503" {
		t.Errorf("while the target is left alone: %+v", list)
	}
}

// TestASlowTargetDelaysNobody: one that says nothing, with many deliveries waiting, keeps one worker.
func TestASlowTargetDelaysNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		over := make(chan struct{})
		slow := newTarget(t, func(_ int, _ http.ResponseWriter, r *http.Request) {
			select {
			case <-over:
			case <-r.Context().Done():
			}
		})
		fast := newTarget(t, nil)
		defer close(over)
		r := newRig(t, db, loopback(slow, fast))
		r.client.Timeout = time.Minute
		r.add(slow.URL, "issue.flagged")
		r.add(fast.URL, "issue.flagged")
		const n = 10
		for i := range n {
			r.happen(events.ID(i + 1))
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.runner.Run(ctx) }()
		deadline := time.Now().Add(time.Minute)
		for len(fast.all()) < n {
			if time.Now().After(deadline) {
				t.Fatalf("%d of %d arrived beside a slow target", len(fast.all()), n)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if m := len(slow.all()); m > 1 {
			t.Errorf("the slow target has %d at once, want 1", m)
		}
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// TestTargetsThatMisbehave: none gets more than its time and bytes, and none leads elsewhere.
func TestTargetsThatMisbehave(t *testing.T) {
	inside := newTarget(t, nil)
	tests := []struct {
		name   string
		answer func(n int, w http.ResponseWriter, r *http.Request)
		state  string
		status int
		said   string
	}{
		{"redirects inside", func(_ int, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, inside.URL, http.StatusTemporaryRedirect)
		}, "waiting", 307, "answered 307"},
		{"a huge answer", func(_ int, w http.ResponseWriter, _ *http.Request) {
			for range 4000 {
				if _, err := w.Write(make([]byte, 16<<10)); err != nil {
					return
				}
			}
		}, "done", 200, ""},
		{"a huge head", func(_ int, w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) }, "waiting", 0, "broke the line"},
		{"a slow answer", func(_ int, w http.ResponseWriter, r *http.Request) {
			for range 1000 {
				if _, err := w.Write([]byte("x")); err != nil || r.Context().Err() != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		}, "waiting", 200, "in time"},
		{"silence", func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "waiting", 0, "in time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newTarget(t, tt.answer)
			o := loopback(s, inside)
			o.Within = 700 * time.Millisecond
			r := newRig(t, dbtest.SQLite(t), o)
			h, _ := r.add(s.URL, "*")
			_, err := r.Test(t.Context(), admin, h.ID)
			r.must(err)
			r.pass()
			d := r.deliveries(h)
			if len(d) != 1 || d[0].State != tt.state || d[0].Status != tt.status || !strings.Contains(d[0].Error, tt.said) {
				t.Errorf("log = %+v, want %s, %d, %q", d, tt.state, tt.status, tt.said)
			}
			if got := s.all(); len(got) != 1 || got[0].content(t).Kind != TestKind {
				t.Errorf("arrived = %v", got)
			}
		})
	}
	if n := len(inside.all()); n != 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

// TestNamesThatLeadInside: a name is what it resolves to when it is connected to. The first answer is public, as at a
// look before, the next is not.
func TestNamesThatLeadInside(t *testing.T) {
	s := newTarget(t, nil)
	port := s.Listener.Addr().(*net.TCPAddr).Port
	for _, address := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"} {
		t.Run(address, func(t *testing.T) {
			r := newRig(t, dbtest.SQLite(t), Options{Resolver: resolver(t, netip.MustParseAddr(address)), Roots: x509.NewCertPool(), Within: 5 * time.Second})
			h, _ := r.add(fmt.Sprintf("https://rebind.shop.test:%d/", port), "*")
			_, err := r.Test(t.Context(), admin, h.ID)
			r.must(err)
			r.pass()
			if d := r.deliveries(h); len(d) != 1 || d[0].State != "waiting" || d[0].Status != 0 || d[0].Error != errBlocked.Error() {
				t.Errorf("log = %+v, want it blocked", d)
			}
		})
	}
	if n := len(s.all()); n != 0 {
		t.Errorf("%d deliveries arrived inside", n)
	}
}

func TestWebhooksAreChecked(t *testing.T) {
	r := newRig(t, dbtest.SQLite(t), Options{})
	for _, tt := range []struct {
		in   In
		want string
	}{
		{In{"", []string{"*"}}, "url"}, {In{"ftp://x.test", []string{"*"}}, "url"}, {In{"http://x.test", []string{"*"}}, "url"},
		{In{"https://user:pass@x.test", []string{"*"}}, "url"}, {In{"https://x.test/#a", []string{"*"}}, "url"}, {In{"https:x.test", []string{"*"}}, "url"},
		{In{"https://127.0.0.1/", []string{"*"}}, "url"}, {In{"https://[::ffff:10.0.0.1]/", []string{"*"}}, "url"}, {In{"https://169.254.169.254/latest", []string{"*"}}, "url"},
		{In{"https://x.test/\n", []string{"*"}}, "url"}, {In{"https://x.test/" + strings.Repeat("x", 2000), []string{"*"}}, "url"},
		{In{"https://x.test", nil}, "kinds"}, {In{"https://x.test", []string{"issue.*", "message.posted"}}, "kinds[1]"},
	} {
		_, _, err := r.Add(t.Context(), admin, tt.in)
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Field != tt.want {
			t.Errorf("%.60v: %v, want %s named", tt.in, err, tt.want)
		}
	}
	lan := newRig(t, dbtest.SQLite(t), Options{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, Resolver: resolver(t, netip.MustParseAddr("10.1.2.3"))})
	for address, want := range map[string]bool{"http://10.1.2.3/": true, "http://intern.test/": true, "https://x.test/": true, "http://93.184.216.34/": false,
		"http://10.2.0.1/": false, "https://10.2.0.1/": false, "https://93.184.216.34/": true} {
		if _, _, err := lan.Add(t.Context(), admin, In{address, []string{"*"}}); (err == nil) != want {
			t.Errorf("%s beside an open network: %v, want it taken: %v", address, err, want)
		}
	}
	h, secret := r.add("https://x.test", "issue.*", "issue.*")
	if len(h.Kinds) != 1 || !strings.HasPrefix(secret, "heard_hook_") {
		t.Errorf("webhook = %+v", h)
	}
	var stored string
	r.must(r.log.Read().NewRaw(`SELECT secret FROM webhooks`).Scan(t.Context(), &stored))
	if strings.Contains(stored, secret) {
		t.Error("the secret lies open")
	}
	for i := 1; i < maxHooks; i++ {
		r.add("https://x.test", "*")
	}
	if _, _, err := r.Add(t.Context(), admin, In{"https://x.test", []string{"*"}}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one too many = %v", err)
	}
}

func TestDisabledDeletedAndOld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		s := newTarget(t, nil)
		r := newRig(t, db, loopback(s))
		off, on := true, false
		h, _ := r.add(s.URL, "*")
		r.happen(1)
		now, err := r.Change(t.Context(), admin, h.ID, Patch{Disabled: &off})
		r.must(err)
		if now.DisabledAt == 0 {
			t.Errorf("webhook = %+v", now)
		}
		if _, err := r.Test(t.Context(), admin, h.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("test of one that is off = %v", err)
		}
		r.happen(2)
		r.pass()
		_, err = r.Change(t.Context(), admin, h.ID, Patch{Disabled: &on})
		r.must(err)
		r.must(r.log.Write(t.Context(), events.Unit{By: events.SystemActor, Imported: true}, func(_ context.Context, tx *events.Tx) error {
			tx.Record(0, flagged{3})
			return nil
		}))
		r.consume()
		r.must(r.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(_ context.Context, tx *events.Tx) error {
			tx.Record(0, flagged{4})
			return nil
		}))
		r.clock.Advance(73 * time.Hour) // nobody consumed for three days
		r.consume()
		r.happen(5)
		r.pass()
		if list := s.all(); len(list) != 1 || string(list[0].content(t).Data) != `{"issue":"5"}` {
			t.Errorf("%d arrived, want the last one", len(list))
		}
		if d := r.deliveries(h); len(d) != 2 || d[1].State != "cancelled" {
			t.Errorf("log = %+v", d)
		}
		r.must(r.Delete(t.Context(), admin, h.ID))
		r.happen(6)
		r.pass()
		if err := r.Delete(t.Context(), admin, h.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("deleted twice = %v", err)
		}
		r.clock.Advance(31 * 24 * time.Hour)
		r.must(r.Forget(t.Context()))
		var n int
		r.must(r.log.Read().NewRaw(`SELECT count(*) FROM webhook_deliveries`).Scan(t.Context(), &n))
		if n != 0 || len(s.all()) != 1 {
			t.Errorf("%d lines are left, %d arrived", n, len(s.all()))
		}
		eventstest.Check(t, r.log, nil)
	})
}
