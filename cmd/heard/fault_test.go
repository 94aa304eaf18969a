package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/chat/check"
	"heard/chat/check/faults"
	"heard/migrations"
	"heard/migrations/dbtest"
)

// chaosEnv holds for how many seconds the long form of a fault test runs (go run ./cmd/dev chaos); unset, the short form
// runs. seedEnv holds the seed of a run to repeat.
const (
	chaosEnv = "HEARD_CHAOS_SECONDS"
	seedEnv  = "HEARD_CHAOS_SEED"
)

// builds are the server's programs for tests that need processes, by build tags; each is built once.
type builds struct {
	mu   sync.Mutex
	dir  string
	done map[string]error
}

var programs builds

// TestMain removes them in the end.
func TestMain(m *testing.M) {
	code := m.Run()
	if programs.dir != "" {
		_ = os.RemoveAll(programs.dir)
	}
	os.Exit(code)
}

func (b *builds) program(t *testing.T, tags string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and breaks servers")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "heard-fault-")
		if err != nil {
			t.Fatal(err)
		}
		b.dir, b.done = dir, map[string]error{}
	}
	path := filepath.Join(b.dir, "heard"+tags)
	err, built := b.done[path]
	if !built {
		var out []byte
		if out, err = exec.Command("go", "build", "-buildvcs=false", "-tags", tags, "-o", path, ".").CombinedOutput(); err != nil {
			err = fmt.Errorf("build the server: %w\n%s", err, out)
		}
		b.done[path] = err
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// attack is one fault test: clients that write while something happens to the servers.
type attack struct {
	db      string // migrations.SQLite or migrations.Postgres
	nodes   int    // 1 unless set
	faults  string // names, in turn
	play    func(ctx context.Context, e *faults.Env) error
	tags    string                  // of the server's build
	through func(dsn string) string // the address that the servers use for the database
	env     func(node int) []string
	args    []string
	on      string // the folder for all data; one of its own unless set
	config  check.Config
}

// battle is a prepared attack.
type battle struct {
	*faults.Env
	dir string
	dsn string
}

// long tells for how long to go on when the long form is asked for.
func long(t *testing.T) (time.Duration, bool) {
	t.Helper()
	text := os.Getenv(chaosEnv)
	if text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", chaosEnv, err)
	}
	return time.Duration(n) * time.Second, true
}

func seed(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv(seedEnv)
	if text == "" {
		return rand.Uint64()>>1 + 1
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", seedEnv, err)
	}
	return n
}

// field starts servers on a database of their own.
func (a attack) field(t *testing.T) *battle {
	t.Helper()
	program := programs.program(t, a.tags)
	b := &battle{dir: a.on}
	if b.dir == "" {
		b.dir = t.TempDir()
	}
	db := a.database(t, b)
	if a.config.Seed == 0 {
		a.config.Seed = seed(t)
	}
	if a.through != nil {
		b.dsn = a.through(b.dsn)
	}
	cluster, err := faults.Start(t.Context(), faults.Options{Binary: program, Database: b.dsn, Dir: b.dir,
		Nodes: max(1, a.nodes), Args: a.args, Env: a.env})
	if err != nil {
		t.Fatal(err)
	}
	_, isLong := long(t)
	b.Env = &faults.Env{Cluster: cluster, Database: db, Rand: rand.New(rand.NewPCG(a.config.Seed, 0)), Mark: func(string) {}, Long: isLong}
	t.Cleanup(func() {
		if t.Failed() {
			for _, n := range cluster.Nodes {
				t.Logf("%s says at last:\n%s", n.Name, n.LogTail(1500))
			}
		}
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// database makes an empty database. Only what breaks a PostgreSQL server gets one of its own: they take long to make.
func (a attack) database(t *testing.T, b *battle) faults.Database {
	t.Helper()
	if a.db == migrations.Postgres && os.Getenv("TEST_POSTGRES") != "" && a.through == nil && !strings.HasPrefix(a.faults, "db") {
		b.dsn = dbtest.PostgresDSN(t)
		return nil
	}
	dsn, db, done, err := checkDatabase(t.Context(), a.db, b.dir)
	if err != nil {
		t.Skip(err) // there is no PostgreSQL here
	}
	t.Cleanup(func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	})
	b.dsn = dsn
	return db
}

// run plays the faults under load and returns the verdict.
func (a attack) run(t *testing.T) (*check.Report, *battle) {
	t.Helper()
	b := a.field(t)
	return a.fight(t, b), b
}

func (a attack) fight(t *testing.T, b *battle) *check.Report {
	t.Helper()
	c := a.config
	c.URLs, c.Inbox, c.Tokens = b.URLs(), b.Inbox, b.Tokens
	if c.Seed == 0 {
		c.Seed = seed(t)
	}
	c.Visitors, c.Agents = max(c.Visitors, 4), max(c.Agents, 3)
	if c.For == 0 {
		c.For = 3 * time.Second
	}
	if d, is := long(t); is {
		c.For = d
	}
	names, err := faults.Parse(a.faults)
	if err != nil {
		t.Fatal(err)
	}
	run, err := check.New(c)
	if err != nil {
		t.Fatal(err)
	}
	report, err := run.Do(t.Context(), func(ctx context.Context, mark func(string)) error {
		b.Mark = mark
		err := faults.Play(ctx, b.Env, names, c.For)
		if a.play != nil {
			err = errors.Join(err, a.play(ctx, b.Env))
		}
		return errors.Join(err, b.AwaitReady(ctx))
	})
	if err != nil {
		t.Fatalf("seed %d: %v", c.Seed, err)
	}
	return report
}

// holds fails the test with the first counterexample.
func holds(t *testing.T, r *check.Report) {
	t.Helper()
	for i, v := range r.Violations {
		if i == 5 {
			break
		}
		t.Errorf("broken: %s", v)
	}
	if len(r.Violations) > 0 {
		path := filepath.Join(os.TempDir(), fmt.Sprintf("heard-history-%d.json", r.Seed))
		t.Errorf("%s=%d runs it again; all that was seen is in %s (%v)", seedEnv, r.Seed, path, r.History().Save(path))
	}
	if r.OK < 20 {
		t.Errorf("only %d of %d messages were acked: the run shows nothing", r.OK, r.Ops)
	}
	t.Logf("%d acked, %d refused, %d unknown; longest gap of a viewer %.2f s, silence %.2f s, recovery %.2f s, seed %d",
		r.OK, r.Failed, r.Unknown, r.MaxGapS, r.SilenceS, r.RecoverS, r.Seed)
}

// recovers holds how long everybody waited after the last fault: reconnecting takes a moment with jitter.
func recovers(t *testing.T, r *check.Report, within time.Duration) {
	t.Helper()
	if r.RecoverS > within.Seconds() {
		t.Errorf("it took %.1f s until everybody was served again, want at most %v", r.RecoverS, within)
	}
}

// TestFaultKillOneNode: others serve on, and clients of the dead one go there.
func TestFaultKillOneNode(t *testing.T) {
	t.Parallel()
	r, _ := attack{db: migrations.Postgres, nodes: 3, faults: "kill"}.run(t)
	holds(t, r)
	recovers(t, r, 10*time.Second)
}

func TestFaultKillAllNodes(t *testing.T) {
	t.Parallel()
	for _, a := range []attack{{db: migrations.SQLite, faults: "killall"}, {db: migrations.Postgres, nodes: 2, faults: "killall"}} {
		t.Run(a.db, func(t *testing.T) {
			t.Parallel()
			r, _ := a.run(t)
			holds(t, r)
			recovers(t, r, 30*time.Second)
		})
	}
}

// TestFaultStoppedNode: a node that froze and goes on has nothing of its own that could be wrong.
func TestFaultStoppedNode(t *testing.T) {
	t.Parallel()
	r, _ := attack{db: migrations.Postgres, nodes: 2, faults: "stop"}.run(t)
	holds(t, r)
}

// ask makes one HTTP call.
func ask(ctx context.Context, method, address, token string, body any) (status int, header http.Header, text string, err error) {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, nil, "", err
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, in)
	if err != nil {
		return 0, nil, "", err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header, string(b), err
}
