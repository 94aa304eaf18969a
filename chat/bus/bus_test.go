package bus

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestOrderIsKept(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		list := w.nodes(t, 3)
		const n = 2000
		topics := []string{"log", "live"}
		ears := map[string]*ear{}
		for i, b := range list {
			for _, topic := range topics {
				ears[fmt.Sprint(i, topic)] = listen(b, topic)
			}
		}
		var want []string
		for i := range n {
			want = append(want, string(numbered(i)))
			for _, topic := range topics {
				list[0].Publish(topic, numbered(i))
			}
		}
		for i, b := range list[1:] {
			for _, topic := range topics {
				e := ears[fmt.Sprint(i+1, topic)]
				await(t, "all payloads", func() bool { return len(e.all()) >= n })
				if !slices.Equal(e.texts(), want) {
					t.Errorf("%s on node %d: not every payload once, in order", topic, i+1)
				}
			}
			if s := b.Stats(); s.Received < 2*n || s.Refused != 0 || s.Dropped != 0 {
				t.Errorf("stats of node %d = %+v, want %d received and no loss", i+1, s, 2*n)
			}
		}
		if s := list[0].Stats(); s.Published < 2*n || s.Dropped != 0 {
			t.Errorf("stats of the sender = %+v, want %d published and no loss", s, 2*n)
		}
	})
}

func TestNobodyHearsThemselves(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		list := w.nodes(t, 2)
		a, b := listen(list[0], "talk"), listen(list[1], "talk")
		list[0].Publish("talk", []byte("from a"))
		await(t, "b to hear a", func() bool { return b.has("from a") })
		list[1].Publish("talk", []byte("from b"))
		await(t, "a to hear b", func() bool { return a.has("from b") })
		if got, want := a.all(), []message{{list[1].Node(), "from b"}}; !slices.Equal(got, want) {
			t.Errorf("a heard %v, want %v", got, want)
		}
		if list[0].Node() == list[1].Node() || list[0].Node() == "" {
			t.Errorf("nodes are named %q and %q", list[0].Node(), list[1].Node())
		}
	})
}

func TestLargestPayload(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		list := w.nodes(t, 2)
		e := listen(list[1], "talk")
		big := bytes.Repeat([]byte{0, 0xff, '\'', '\\'}, list[0].MaxPayload()/4+1)[:list[0].MaxPayload()]
		before := list[0].Stats().Dropped
		list[0].Publish("talk", append(bytes.Clone(big), 1))
		list[0].Publish("talk*", []byte("to everybody"))
		list[0].Publish("", []byte("to nobody"))
		list[0].Publish("talk", bytes.Clone(big))
		list[0].Publish("talk", nil)
		await(t, "the payloads", func() bool { return len(e.all()) == 2 })
		if got := e.texts(); got[0] != string(big) || got[1] != "" {
			t.Errorf("heard %d and %d bytes, want %d and 0", len(got[0]), len(got[1]), len(big))
		}
		if got := list[0].Stats().Dropped - before; got != 3 {
			t.Errorf("%d dropped, want the one too large and two without a topic", got)
		}
	})
}

// TestStrangersAreNotHeard: whoever reaches the server can send anything, and must not be believed.
func TestStrangersAreNotHeard(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		b := w.nodes(t, 2)[1]
		e := listen(b, "talk")
		ours, stranger := sealer{testKey, w.desk}, newID()
		now := time.Now().UnixMilli()
		make := func(s sealer, count uint64, at int64, text string) []byte {
			return s.seal(&frame{stranger, count, at, "talk", [][]byte{[]byte(text)}})
		}
		good := make(ours, 5, now, "good")
		flipped := bytes.Clone(good)
		flipped[headLen+6] ^= 1
		wrongVersion := bytes.Clone(good)
		wrongVersion[0]++
		tests := []struct {
			name    string
			raw     []byte
			refused int64
		}{
			{"nothing", nil, 1},
			{"noise", []byte("SELECT 1; -- \x00\xff"), 1},
			{"long noise", bytes.Repeat([]byte{version}, 2000), 1},
			{"a damaged frame", flipped, 1},
			{"half a frame", good[:len(good)/2], 1},
			{"another version", wrongVersion, 1},
			{"another key", make(sealer{[32]byte{9}, w.desk}, 6, now, "bad"), 1},
			{"another desk", make(sealer{testKey, w.desk + "x"}, 7, now, "bad"), 1},
			{"an old recording", make(ours, 4, now-2*maxAge.Milliseconds(), "bad"), 1},
			{"the good one", good, 0},
			{"the good one again", good, 1},
			{"an earlier one", make(ours, 4, now, "bad"), 1},
			{"a later one", make(ours, 6, now, "good too"), 0},
		}
		want := b.Stats()
		for _, tt := range tests {
			w.inject(t, tt.raw)
			want.Refused += tt.refused
			want.Received += 1 - tt.refused
			await(t, tt.name, func() bool { s := b.Stats(); return s.Refused+s.Received >= want.Refused+want.Received })
			if s := b.Stats(); s.Refused != want.Refused || s.Received != want.Received {
				t.Fatalf("after %s: %+v, want %d refused and %d received", tt.name, s, want.Refused, want.Received)
			}
		}
		await(t, "the good ones", func() bool { return len(e.all()) == 2 })
		if got := e.texts(); !slices.Equal(got, []string{"good", "good too"}) {
			t.Errorf("heard %q", got)
		}
	})
}

// TestPressureDropsTheOldest: a receiver that stands still holds up nobody, and hears the newest afterwards.
func TestPressureDropsTheOldest(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		list := w.nodes(t, 2)
		gate, entered := make(chan struct{}), make(chan struct{}, 1)
		var last atomic.Int64
		var count atomic.Int64
		list[1].Subscribe("talk", func(_ string, payload []byte) {
			select {
			case entered <- struct{}{}:
			default:
			}
			<-gate
			var n int64
			if _, err := fmt.Sscanf(string(payload[:7]), "%d", &n); err != nil {
				t.Error(err)
			}
			if n < last.Load() {
				t.Errorf("heard %d after %d", n, last.Load())
			}
			last.Store(n)
			count.Add(1)
		})
		calm := listen(list[1], "calm")
		const n = 6 * queueLength
		pad := bytes.Repeat([]byte("x"), 40)
		for i := 1; i <= n; i++ {
			list[0].Publish("talk", append(numbered(i), pad...))
		}
		<-entered
		list[0].Publish("calm", []byte("not held up"))
		await(t, "the other topic", func() bool { return calm.has("not held up") })
		await(t, "the sender to be done", func() bool {
			s := list[0].Stats()
			return s.Published+s.Dropped >= n
		})
		close(gate)
		await(t, "the newest", func() bool { return last.Load() == n })
		lost := list[0].Stats().Dropped + list[1].Stats().Dropped
		if got := count.Load() + lost; lost == 0 || got < n {
			t.Errorf("%d heard and %d dropped of %d", count.Load(), lost, n)
		}
	})
}

func TestCloseSendsWhatWaits(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		list := w.nodes(t, 2)
		a, b := listen(list[0], "talk"), listen(list[1], "talk")
		const n = 500
		for i := range n {
			list[0].Publish("talk", numbered(i))
		}
		closeBus(t, list[0])
		closeBus(t, list[0])
		list[0].Publish("talk", []byte("too late"))
		list[1].Publish("talk", []byte("to nobody"))
		await(t, "what waited", func() bool { return len(b.all()) >= n })
		if b.has("too late") || len(a.all()) > 0 {
			t.Errorf("the closed one heard %q; the other %d payloads", a.texts(), len(b.all()))
		}
		b.stop()
		third := w.node(t)
		meet(t, []Bus{third, list[1]})
		third.Publish("talk", []byte("to nobody"))
		other := listen(list[1], "other")
		third.Publish("other", []byte("after it"))
		await(t, "the one after", func() bool { return other.has("after it") })
		if len(b.all()) != n {
			t.Errorf("the subscriber that stopped heard %d payloads, want %d", len(b.all()), n)
		}
	})
}

// TestBusComesBack kills the server under the nodes.
func TestBusComesBack(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		if w.kill == nil {
			t.Skip("it has no server")
		}
		list := w.nodes(t, 2)
		e := listen(list[1], "talk")
		var returned atomic.Int64
		stop := list[1].OnReturn(func() { returned.Add(1) })
		defer stop()
		said := int64(0)
		say := func(text string) {
			said++
			list[0].Publish("talk", []byte(text))
		}
		for round := range 2 {
			before := returned.Load()
			w.kill(t)
			await(t, "the nodes to notice", func() bool {
				say("into the void")
				return !list[0].Healthy() && !list[1].Healthy()
			})
			begun := time.Now()
			for range 1000 {
				say("into the void")
			}
			if took := time.Since(begun); took > patience {
				t.Errorf("publishing without a server took %s", took)
			}
			w.revive(t)
			text := fmt.Sprintf("round %d", round)
			await(t, "the bus to come back", func() bool {
				say(text)
				return e.has(text) && returned.Load() > before
			})
			await(t, "health", func() bool {
				say(text)
				return list[0].Healthy() && list[1].Healthy()
			})
		}
		// What the server's absence cost depends on how long it was away; that it is counted does not.
		await(t, "all that was said to be counted as carried or lost", func() bool {
			s := list[0].Stats()
			return s.Published+s.Dropped >= said
		})
	})
}

// TestServerMayBeAwayAtTheStart: a node starts without its bus and finds it later.
func TestServerMayBeAwayAtTheStart(t *testing.T) {
	eachWay(t, func(t *testing.T, w *way) {
		if w.kill == nil {
			t.Skip("it has no server")
		}
		w.kill(t)
		list := []Bus{w.node(t), w.node(t)}
		if list[0].Healthy() || list[1].Healthy() {
			t.Error("healthy without a server")
		}
		w.revive(t)
		meet(t, list)
	})
}

// TestOneOfThreeServersDies while a node publishes.
func TestOneOfThreeServersDies(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := &way{desk: "desk", join: func(t testing.TB, o Options) Bus { return open(t, o, c.address(0), "") }}
	list := w.nodes(t, 3)
	ears := []*ear{listen(list[1], "talk"), listen(list[2], "talk")}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-t.Context().Done():
				return
			default:
			}
			list[0].Publish("talk", numbered(i))
			if ears[0].has("last") && ears[1].has("last") {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	for i := range c.servers {
		await(t, "payloads before", func() bool { return len(ears[0].all()) > 20 && len(ears[1].all()) > 20 })
		stopServer(c.servers[i])
		n := [2]int{len(ears[0].all()), len(ears[1].all())}
		await(t, "payloads after", func() bool { return len(ears[0].all()) > n[0]+50 && len(ears[1].all()) > n[1]+50 })
		c.start(t, i)
	}
	await(t, "the last", func() bool {
		list[0].Publish("talk", []byte("last"))
		return ears[0].has("last") && ears[1].has("last")
	})
	<-done
	for i, e := range ears {
		numbers := slices.DeleteFunc(e.texts(), func(s string) bool { return s == "last" })
		if !slices.IsSorted(numbers) || len(slices.Compact(slices.Clone(numbers))) != len(numbers) {
			t.Errorf("node %d heard payloads twice or out of order", i+1)
		}
	}
}

func TestAddresses(t *testing.T) {
	tests := []struct {
		url, shown, complaint string
		postgres              bool
	}{
		{url: "", shown: ""},
		{url: "local", shown: "local"},
		{url: "postgres", postgres: true, shown: "postgres"},
		{url: "postgres", complaint: "needs a PostgreSQL database", shown: "postgres"},
		{url: "nats://a", shown: "nats://a"},
		{url: "nats://a:4222,b,nats://c:1", shown: "nats://a:4222,nats://b,nats://c:1"},
		{url: "nats://me:hunter2@a,b", shown: "nats://xxxxx@a,nats://xxxxx@b"},
		{url: "tls://hunter2@a?creds=/etc/heard.creds&ca=/etc/ca.pem", shown: "tls://xxxxx@a?ca=%2Fetc%2Fca.pem&creds=%2Fetc%2Fheard.creds"},
		{url: "redis://me:hunter2@a", complaint: "local, postgres or nats://", shown: "set"},
		{url: "nonsense", complaint: "local, postgres or nats://", shown: "set"},
		{url: "nats://", complaint: "server 1", shown: "set"},
		{url: "nats://a,,b", complaint: "server 2", shown: "set"},
		{url: "nats://me:hun/ter2@a", complaint: "server 1", shown: "set"},
		{url: "nats://a/path", complaint: "server 1", shown: "set"},
		{url: "nats://a?password=hunter2", complaint: `not "password"`, shown: "set"},
		{url: "nats://a?cert=x", complaint: "cert and key together", shown: "set"},
		{url: "nats://a?%zz", complaint: "cannot be read", shown: "set"},
	}
	for _, tt := range tests {
		err := Check(tt.url, tt.postgres)
		if (err == nil) != (tt.complaint == "") || err != nil && !strings.Contains(err.Error(), tt.complaint) {
			t.Errorf("Check(%q) = %v, want %q", tt.url, err, tt.complaint)
		}
		if err != nil && strings.Contains(err.Error(), "hun") {
			t.Errorf("Check(%q) repeats a password: %v", tt.url, err)
		}
		if got := Redacted(tt.url); got != tt.shown {
			t.Errorf("Redacted(%q) = %q, want %q", tt.url, got, tt.shown)
		}
	}
}

func TestAloneCarriesNothing(t *testing.T) {
	b, err := Open(Options{URL: "local"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Subscribe("talk", func(string, []byte) { t.Error("heard something") })()
	defer b.OnReturn(func() { t.Error("came back") })()
	b.Publish("talk", []byte("hello"))
	if b.MaxPayload() != 0 || !b.Healthy() || b.Node() == "" || b.Stats() != (Stats{}) {
		t.Errorf("alone: %d, %t, %q, %+v", b.MaxPayload(), b.Healthy(), b.Node(), b.Stats())
	}
	if err := b.Close(context.Background()); err != nil {
		t.Error(err)
	}
	for _, desk := range []string{"", "a.b", "*", ">", "a b", strings.Repeat("a", maxWord+1)} {
		if _, err := Open(Options{URL: "nats://127.0.0.1:1", Desk: desk}); err == nil {
			t.Errorf("a desk may be named %q", desk)
		}
	}
}

func TestFramesComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := sealer{testKey, "desk"}
	for range 200 {
		f := frame{node: newID(), count: r.Uint64(), at: r.Int64(), topic: strings.Repeat("t", r.IntN(maxWord))}
		for range r.IntN(5) {
			f.payloads = append(f.payloads, bytes.Repeat([]byte{byte(r.Uint32())}, r.IntN(300)))
		}
		got, err := s.open(s.seal(&f))
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(f) {
			t.Fatalf("%+v came back as %+v", f, got)
		}
	}
}

// FuzzOpen: signed or not, no frame may do harm.
func FuzzOpen(f *testing.F) {
	s := sealer{testKey, "desk"}
	f.Add(s.seal(&frame{newID(), 1, 1, "log", [][]byte{[]byte("a"), nil}}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := s.open(raw); err == nil && len(raw) < headLen+macLen {
			t.Error("a frame that is too short was taken")
		}
		signed := append(bytes.Clone(raw), s.mac(raw)...)
		got, err := s.open(signed)
		if err != nil {
			return
		}
		size := 0
		for _, p := range got.payloads {
			size += len(p)
		}
		if size > len(raw) {
			t.Errorf("%d bytes in a frame of %d", size, len(raw))
		}
	})
}

// TestClockMayJump: neither a clock that was set nor a machine that slept silences a node.
func TestClockMayJump(t *testing.T) {
	started := clock{time.Now().Add(-3 * time.Hour)} // as if the wall clock had been set back or the start was long ago
	if started.late() < started.early() {
		t.Error("late is before early")
	}
	n := newNode(Options{Key: testKey, Desk: "desk"})
	other := newID()
	now := time.Now().UnixMilli()
	for i, at := range []int64{now, now + 24*time.Hour.Milliseconds(), now - 50*time.Minute.Milliseconds()} {
		if !n.fresh(&frame{node: other, count: uint64(i + 1), at: at, topic: "log"}) {
			t.Errorf("frame %d at %+d ms was refused", i, at-now)
		}
	}
	if n.fresh(&frame{node: other, count: 9, at: now - 2*maxAge.Milliseconds(), topic: "log"}) {
		t.Error("a frame of two hours ago was taken")
	}
}

// TestForgottenNodes: names of nodes long gone do not stay for ever, and what they said is not believed again.
func TestForgottenNodes(t *testing.T) {
	n := newNode(Options{Key: testKey, Desk: "desk"})
	for range manyPeers {
		n.fresh(&frame{node: newID(), count: 1, at: time.Now().UnixMilli(), topic: "log"})
	}
	for _, h := range n.peers {
		h.at -= 3 * maxAge.Milliseconds()
	}
	n.fresh(&frame{node: newID(), count: 1, at: time.Now().UnixMilli(), topic: "log"})
	if len(n.peers) != 1 {
		t.Errorf("%d nodes are remembered, want the living one", len(n.peers))
	}
}
