package bus

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const patience = 30 * time.Second // for conditions that come soon, on a machine with much else to do

var testKey = [32]byte{1, 2, 3}

// way is one kind of bus with its server.
type way struct {
	desk   string
	join   func(t testing.TB, o Options) Bus
	inject func(t testing.TB, raw []byte) // a frame from nowhere
	kill   func(t testing.TB)             // nil when nothing can be killed
	revive func(t testing.TB)
}

// eachWay runs a test over every bus, in parallel.
func eachWay(t *testing.T, fn func(t *testing.T, w *way)) {
	t.Helper()
	ways := map[string]func(t testing.TB) *way{"local": localWay, "postgres": postgresWay, "nats": natsWay, "nats cluster": clusterWay}
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fn(t, open(t))
		})
	}
}

// node joins the bus; the test ends it.
func (w *way) node(t testing.TB) Bus {
	t.Helper()
	b := w.join(t, Options{Key: testKey, Desk: w.desk, Report: func(doing string, err error) {
		if t.Context().Err() == nil {
			t.Logf("%s: %v", doing, err)
		}
	}})
	t.Cleanup(func() { closeBus(t, b) })
	return b
}

// nodes joins n nodes that hear each other.
func (w *way) nodes(t testing.TB, n int) []Bus {
	t.Helper()
	list := make([]Bus, n)
	for i := range list {
		list[i] = w.node(t)
	}
	meet(t, list)
	return list
}

// meet waits until every node hears every other one, and has heard all that was said until then.
func meet(t testing.TB, list []Bus) {
	t.Helper()
	for _, b := range list {
		heard := listen(b, "meet")
		for _, other := range list {
			if other == b {
				continue
			}
			await(t, "the nodes to hear each other", func() bool {
				other.Publish("meet", []byte("hello"))
				return slices.ContainsFunc(heard.all(), func(m message) bool { return m.from == other.Node() })
			})
			other.Publish("meet", []byte("enough"))
			await(t, "the last word", func() bool { return slices.Contains(heard.all(), message{other.Node(), "enough"}) })
		}
		heard.stop()
	}
}

func closeBus(t testing.TB, b Bus) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func await(t testing.TB, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

type message struct{ from, text string }

// ear keeps what it hears.
type ear struct {
	stop func()
	mu   sync.Mutex
	list []message
}

func listen(b Bus, topic string) *ear {
	e := &ear{}
	e.stop = b.Subscribe(topic, func(from string, payload []byte) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.list = append(e.list, message{from, string(payload)})
	})
	return e
}

func (e *ear) all() []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.list)
}

func (e *ear) texts() (list []string) {
	for _, m := range e.all() {
		list = append(list, m.text)
	}
	return list
}

func (e *ear) has(text string) bool { return slices.Contains(e.texts(), text) }

func numbered(n int) []byte { return fmt.Appendf(nil, "%07d", n) }

func localWay(testing.TB) *way {
	s := NewSwitch()
	return &way{desk: "desk",
		join:   func(_ testing.TB, o Options) Bus { return s.Join(o) },
		inject: func(_ testing.TB, raw []byte) { s.carry(nil, raw) }}
}

func postgresWay(t testing.TB) *way {
	dsn := os.Getenv("TEST_POSTGRES")
	if dsn == "" {
		t.Skip("TEST_POSTGRES is not set")
	}
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	g, through := newGate(t, dsn)
	desk := strings.ToLower(newID().String()) // the server is shared
	return &way{desk: desk,
		join: func(t testing.TB, o Options) Bus { return open(t, o, "postgres", through) },
		inject: func(t testing.TB, raw []byte) {
			if _, err := db.Exec(`SELECT pg_notify($1, $2)`, "heard_bus_"+desk, encoding.EncodeToString(raw)); err != nil {
				t.Fatal(err)
			}
		},
		kill:   func(testing.TB) { g.set(false) },
		revive: func(testing.TB) { g.set(true) }}
}

func open(t testing.TB, o Options, url, dsn string) Bus {
	t.Helper()
	o.URL, o.DSN = url, dsn
	b, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func natsServer(t testing.TB, port int, cluster *server.ClusterOpts, routes string) *server.Server {
	t.Helper()
	o := &server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true}
	if cluster != nil {
		o.Cluster, o.Routes = *cluster, server.RoutesFromStr(routes)
	}
	var s *server.Server
	await(t, "the port of the server", func() bool {
		var err error
		if s, err = server.NewServer(o); err != nil {
			t.Fatal(err)
		}
		go s.Start()
		if s.ReadyForConnections(5 * time.Second) {
			return true
		}
		s.Shutdown()
		return false
	})
	t.Cleanup(func() { stopServer(s) })
	return s
}

func stopServer(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

func port(a net.Addr) int { return a.(*net.TCPAddr).Port }

func natsWay(t testing.TB) *way {
	s := natsServer(t, -1, nil, "")
	address, p := s.ClientURL(), port(s.Addr())
	return &way{desk: "desk",
		join:   func(t testing.TB, o Options) Bus { return open(t, o, address, "") },
		inject: natsInject(address),
		kill:   func(testing.TB) { stopServer(s) },
		revive: func(t testing.TB) { s = natsServer(t, p, nil, "") }}
}

func natsInject(address string) func(t testing.TB, raw []byte) {
	return func(t testing.TB, raw []byte) {
		c, err := nats.Connect(address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Publish("heard.desk.talk", raw); err != nil {
			t.Fatal(err)
		}
		if err := c.Flush(); err != nil {
			t.Fatal(err)
		}
	}
}

// cluster is three servers that pass on to each other.
type cluster struct {
	servers [3]*server.Server
	ports   [3]int
	routes  [3]int
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	c := &cluster{}
	for i := range c.servers {
		c.start(t, i)
	}
	await(t, "the servers to join", func() bool {
		for _, s := range c.servers {
			if s.NumRoutes() == 0 {
				return false
			}
		}
		return true
	})
	return c
}

func (c *cluster) start(t testing.TB, i int) {
	t.Helper()
	var routes []string
	for j, p := range c.routes {
		if j != i && p != 0 {
			routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", p))
		}
	}
	at := func(p int) int {
		if p == 0 {
			return -1
		}
		return p
	}
	c.servers[i] = natsServer(t, at(c.ports[i]), &server.ClusterOpts{Name: "c", Host: "127.0.0.1", Port: at(c.routes[i])}, strings.Join(routes, ","))
	c.ports[i] = port(c.servers[i].Addr())
	await(t, "the route's port", func() bool { return c.servers[i].ClusterAddr() != nil })
	c.routes[i] = c.servers[i].ClusterAddr().Port
}

// address names all servers, beginning with one.
func (c *cluster) address(first int) string {
	var list []string
	for i := range c.ports {
		list = append(list, fmt.Sprintf("127.0.0.1:%d", c.ports[(first+i)%3]))
	}
	return "nats://" + strings.Join(list, ",")
}

func clusterWay(t testing.TB) *way {
	c := newCluster(t)
	joined := 0
	return &way{desk: "desk",
		join: func(t testing.TB, o Options) Bus {
			joined++
			return open(t, o, c.address(joined%3), "")
		},
		inject: natsInject(c.address(0)),
		kill: func(testing.TB) {
			for _, s := range c.servers {
				stopServer(s)
			}
		},
		revive: func(t testing.TB) {
			for i := range c.servers {
				c.start(t, i)
			}
		}}
}

// gate stands before PostgreSQL and can be shut.
type gate struct {
	server string
	mu     sync.Mutex
	open   bool
	conns  []net.Conn
}

func newGate(t testing.TB, dsn string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{server: u.Host, open: true}
	t.Cleanup(func() { ln.Close(); g.set(false) })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			g.pass(c)
		}
	}()
	u.Host = ln.Addr().String()
	return g, u.String()
}

func (g *gate) pass(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.open {
		c.Close()
		return
	}
	s, err := net.Dial("tcp", g.server)
	if err != nil {
		c.Close()
		return
	}
	g.conns = append(g.conns, c, s)
	go func() { io.Copy(c, s); c.Close() }()
	go func() { io.Copy(s, c); s.Close() }()
}

// set opens or shuts; shutting breaks what passes.
func (g *gate) set(open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = open
	if !open {
		for _, c := range g.conns {
			c.Close()
		}
		g.conns = nil
	}
}
