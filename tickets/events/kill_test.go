package events_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

const childDSN = "EVENTS_TEST_CHILD_DSN"

// TestMain lets the test binary be the program that is killed.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(childDSN); dsn != "" {
		fmt.Fprintln(os.Stderr, writeForEver(dsn))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForEver writes from many goroutines and prints the number of each write that was acknowledged.
func writeForEver(dsn string) error {
	ctx := context.Background()
	db, err := migrations.Open(ctx, dsn)
	if err != nil {
		return err
	}
	l, err := events.Open(ctx, db, events.Options{Vocabulary: vocabulary()})
	if err != nil {
		return err
	}
	posts := newPosts(l)
	failed := make(chan error)
	var out sync.Mutex
	for w := range 32 {
		go func() {
			for i := 0; ; i++ {
				n := os.Getpid()*10_000_000 + w*100_000 + i // differs in every process
				var err error
				if w%2 == 0 {
					err = posts.Write(ctx, &post{ticket: 1, n: n})
				} else {
					err = say(l, 2, n)
				}
				if err != nil {
					failed <- err
					return
				}
				out.Lock()
				fmt.Println(n)
				out.Unlock()
			}
		}()
	}
	return <-failed
}

// TestKilledProcessLosesNothing kills a process in the middle of its writing, several times.
func TestKilledProcessLosesNothing(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		db := dbtest.Open(t, dsn)
		l := eventstest.New(t, db, vocabulary())
		newTickets(t, l, 2)
		for round := range 3 {
			acked := runAndKill(t, dsn, 500*(round+1))
			stored := make(map[int]int)
			for _, e := range eventstest.All(t, l) {
				stored[e.Change.(said).N]++
			}
			for _, n := range acked {
				if stored[n] != 1 {
					t.Fatalf("round %d: write %d was acknowledged and is there %d times", round, n, stored[n])
				}
			}
		}
		eventstest.Check(t, l, nil)
		if db.Dialect == migrations.SQLite {
			var verdict string
			err := l.Read().QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict)
			if err != nil || verdict != "ok" {
				t.Errorf("integrity check: %q, %v", verdict, err)
			}
		}
		var odd int // a message without its event, or an event of ticket 1 without its message
		err := l.Read().QueryRowContext(t.Context(), `SELECT
			(SELECT count(*) FROM messages m WHERE NOT EXISTS
				(SELECT 1 FROM events e WHERE e.ticket_id = m.ticket_id AND e.seq = m.seq)) +
			(SELECT count(*) FROM events e WHERE e.ticket_id = 1 AND e.seq > 1 AND NOT EXISTS
				(SELECT 1 FROM messages m WHERE m.ticket_id = 1 AND m.seq = e.seq))`).Scan(&odd)
		if err != nil || odd != 0 {
			t.Errorf("%d rows without event or events without row, %v", odd, err)
		}
	})
}

// runAndKill starts a writer, kills it after n acknowledgements, and returns all that were given.
func runAndKill(t *testing.T, dsn string, n int) []int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDSN+"="+dsn)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acked []int
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // killed
		}
		number, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Errorf("the child says %q", line)
		}
		if acked = append(acked, number); len(acked) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if len(acked) < n {
		t.Errorf("the child ended by itself after %d of %d writes", len(acked), n)
	}
	return acked
}
