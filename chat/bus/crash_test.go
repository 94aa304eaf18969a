package bus

import (
	"context"
	"errors"
	"os"
	"testing"

	"heard/migrations/pgtemp"
)

// TestPostgresCrashes kills a server of the test's own with everything it runs.
func TestPostgresCrashes(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_POSTGRES") == "" {
		t.Skip("TEST_POSTGRES is not set")
	}
	bin, err := pgtemp.Find(pgtemp.Debian, os.Getenv("PATH"))
	if errors.Is(err, pgtemp.ErrNotFound) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	server, err := pgtemp.Start(context.Background(), bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	w := &way{desk: "desk", join: func(t testing.TB, o Options) Bus { return open(t, o, "postgres", server.DSN()) }}
	list := w.nodes(t, 2)
	e := listen(list[1], "talk")
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	await(t, "the nodes to notice", func() bool {
		list[0].Publish("talk", []byte("into the void"))
		return !list[0].Healthy() && !list[1].Healthy()
	})
	if err := server.Restart(context.Background()); err != nil {
		t.Fatal(err)
	}
	await(t, "the bus to come back", func() bool {
		list[0].Publish("talk", []byte("here again"))
		return e.has("here again")
	})
}
