package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations/dbtest"

	natsserver "github.com/nats-io/nats-server/v2/server"
)

// Addresses of the little network: nodes have .1 to .3, what they need has addresses of its own, so that each way can
// be cut alone.
const (
	netPrefix = "10.213.77."
	netHome   = netPrefix + "254" // where the test's own connections come from
	netPG     = netPrefix + "250"
	netBus    = netPrefix + "251"
	netLB     = netPrefix + "252"
)

// TestThreeNodesOnANetwork runs three nodes, each in a network namespace, behind HAProxy with the configuration that
// we ship, on PostgreSQL and NATS. One node loses the bus, another the database, and the network heals: no promise of
// delivery breaks, the balancer passes nobody to the node without a database, and the node comes back by itself.
func TestThreeNodesOnANetwork(t *testing.T) {
	balancer, err := exec.LookPath("haproxy")
	if err != nil {
		t.Skipf("no load balancer: %v", err)
	}
	binary := programs.program(t, "") // skips when time is short
	dsn := dbtest.PostgresDSN(t)
	lan := newLAN(t)
	dir := t.TempDir()
	host := netLB + ":8080"
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cluster, err := faults.Start(ctx, faults.Options{Binary: binary, Database: lan.postgres(dsn), Dir: dir, Nodes: 3, Host: host,
		Args: []string{"--bus", lan.nats(), "--base-url", "http://" + host, "--trusted-proxy", netLB},
		Place: func(i int, argv []string) (string, []string) {
			return netPrefix + fmt.Sprint(i+1) + ":8080", lan.in(i, argv...)
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			for _, n := range cluster.Nodes {
				t.Logf("%s:\n%s", n.Name, n.LogTail(3000))
			}
		}
	})
	lan.balance(balancer, host)
	run, err := check.New(check.Config{URLs: append(cluster.URLs(), "http://"+host), Host: host, Inbox: cluster.Inbox, Tokens: cluster.Tokens,
		Visitors: 6, Agents: 2, For: 12 * time.Second, Settle: 40 * time.Second, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	report, err := run.Do(ctx, func(ctx context.Context, mark func(string)) error {
		return partitions(ctx, lan, mark)
	})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	report.Print(&text)
	t.Log(text.String())
	if len(report.Violations) > 0 {
		t.Error("a promise broke")
	}
}

// partitions cuts node 1 off the bus, then node 2 off the database, and heals both.
func partitions(ctx context.Context, lan *lan, mark func(string)) error {
	mark("node 1 without the bus")
	heal, err := lan.cut(0, netBus)
	if err != nil {
		return err
	}
	if err := pause(ctx, 4*time.Second); err != nil {
		return err
	}
	if err := heal(); err != nil {
		return err
	}
	mark("node 2 without the database")
	if heal, err = lan.cut(1, netPG); err != nil {
		return err
	}
	if err := lan.await(ctx, netPrefix+"2:8080", http.StatusServiceUnavailable); err != nil {
		return errors.Join(err, heal())
	}
	for _, still := range []string{netPrefix + "1:8080", netPrefix + "3:8080", netLB + ":8080"} {
		if err := lan.await(ctx, still, http.StatusOK); err != nil {
			return errors.Join(err, heal())
		}
	}
	if err := heal(); err != nil {
		return err
	}
	mark("healed")
	return lan.await(ctx, netPrefix+"2:8080", http.StatusOK)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lan is a bridge with three namespaces on it.
type lan struct {
	t      *testing.T
	bridge string
	spaces []string
}

// newLAN makes the network, or skips the test where the machine forbids it.
func newLAN(t *testing.T) *lan {
	t.Helper()
	l := &lan{t: t, bridge: fmt.Sprintf("hb%d", os.Getpid()%1e6)}
	t.Cleanup(l.remove)
	steps := [][]string{{"link", "add", l.bridge, "type", "bridge"}, {"link", "set", l.bridge, "up"}}
	for _, a := range []string{netHome, netPG, netBus, netLB} { // the first is the source of ours
		steps = append(steps, []string{"addr", "add", a + "/24", "dev", l.bridge})
	}
	for i := range 3 {
		space, port := fmt.Sprintf("%s-%d", l.bridge, i+1), fmt.Sprintf("%s.%d", l.bridge, i+1)
		l.spaces = append(l.spaces, space)
		steps = append(steps, []string{"netns", "add", space},
			[]string{"link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", space},
			[]string{"link", "set", port, "master", l.bridge, "up"},
			[]string{"-n", space, "addr", "add", netPrefix + fmt.Sprint(i+1) + "/24", "dev", "eth0"},
			[]string{"-n", space, "link", "set", "lo", "up"},
			[]string{"-n", space, "link", "set", "eth0", "up"})
	}
	for _, s := range steps {
		if err := ip(s...); err != nil {
			t.Skipf("this machine makes no networks: %v", err)
		}
	}
	return l
}

func ip(args ...string) error {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

func (l *lan) remove() {
	for _, s := range l.spaces {
		_ = ip("netns", "del", s) // it may not have come into being
	}
	_ = ip("link", "del", l.bridge)
}

// in wraps a command so that it runs on a node's network.
func (l *lan) in(node int, argv ...string) []string {
	return append([]string{"ip", "netns", "exec", l.spaces[node]}, argv...)
}

// cut drops all that a node sends to an address, until heal is called.
func (l *lan) cut(node int, addr string) (heal func() error, err error) {
	route := func(verb string) error {
		return ip("-n", l.spaces[node], "route", verb, "blackhole", addr+"/32")
	}
	return func() error { return route("del") }, route("add")
}

// postgres makes the database known on the network and returns its address there.
func (l *lan) postgres(dsn string) string {
	l.t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		l.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", netPG+":5432")
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = listener.Close() })
	to := u.Host
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(in, to)
		}
	}()
	u.Host = netPG + ":5432"
	return u.String()
}

// pass carries one connection on.
func pass(in net.Conn, to string) {
	defer in.Close()
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	go func() {
		_, _ = io.Copy(out, in) // the end of one side ends the other
		_ = out.Close()
	}()
	_, _ = io.Copy(in, out)
}

// nats starts the bus and returns its address.
func (l *lan) nats() string {
	l.t.Helper()
	s, err := natsserver.NewServer(&natsserver.Options{Host: netBus, Port: natsserver.RANDOM_PORT, NoLog: true, NoSigs: true})
	if err != nil {
		l.t.Fatal(err)
	}
	s.Start()
	l.t.Cleanup(s.Shutdown)
	if !s.ReadyForConnections(10 * time.Second) {
		l.t.Fatal("the bus does not start")
	}
	return s.ClientURL()
}

// balance starts HAProxy with the configuration that we ship.
func (l *lan) balance(program, host string) {
	l.t.Helper()
	cmd := exec.Command(program, "-db", "-f", filepath.Join("deploy", "haproxy.cfg"))
	cmd.Env = append(os.Environ(), "HEARD_BIND="+host, "HEARD_HOST="+host)
	for i := range 3 {
		cmd.Env = append(cmd.Env, fmt.Sprintf("HEARD_NODE%d=%s%d:8080", i+1, netPrefix, i+1))
	}
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // says that it was killed
	})
	ctx, cancel := context.WithTimeout(l.t.Context(), 20*time.Second)
	defer cancel()
	if err := l.await(ctx, host, http.StatusOK); err != nil {
		l.t.Fatal(err)
	}
}

// await waits until an address says how ready it is.
func (l *lan) await(ctx context.Context, addr string, status int) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	client := &http.Client{Timeout: 5 * time.Second}
	for last := "nothing"; ; {
		req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+"/readyz", nil)
		if err != nil {
			return err
		}
		req.Host = netLB + ":8080"
		res, err := client.Do(req)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == status {
				return nil
			}
			last = res.Status
		} else {
			last = err.Error()
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return fmt.Errorf("%s did not answer %d, but %s", addr, status, last)
		}
	}
}
