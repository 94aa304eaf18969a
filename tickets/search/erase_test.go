package search

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// TestErasedWordsLeaveTheFile: redacted words are in no byte of SQLite's files, before the consumer of the log has seen
// that and whatever merges the index has been through.
func TestErasedWordsLeaveTheFile(t *testing.T) {
	dsn := dbtest.SQLiteDSN(t)
	d := newDesk(t, dbtest.Open(t, dsn))
	own, err := sql.Open("sqlite", strings.TrimPrefix(dsn, "sqlite:")) // the log keeps the desk's one writing connection
	d.must(err)
	t.Cleanup(func() { d.must(own.Close()) })
	type said struct {
		ticket events.ID
		seq    int64
	}
	var gone []said
	for round := range 6 { // batches of their own: segments of the index of all ages
		for n := range 15 {
			id := d.open(d.customers[n%2], "A parcel", fmt.Sprintf("ordinary words %d of round %d", n, round))
			seq := d.say(d.customers[n%2], id, fmt.Sprintf("my password is zqcanary%dx%d and zqcanary again", round, n))
			d.say(d.customers[n%2], id, "and then something else "+strings.Repeat("word ", n))
			gone = append(gone, said{id, seq})
		}
		d.index()
	}
	for _, s := range gone[:20] { // written once more: several versions of one document
		d.say(d.agents[0], s.ticket, "an answer")
	}
	d.index()
	if got := len(d.find("zqcanary0x3")); got != 1 {
		t.Fatalf("before: %d found, want 1", got)
	}
	left := func() int {
		t.Helper()
		_, err := own.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
		d.must(err)
		n := 0
		for _, end := range []string{"", "-wal"} {
			data, err := os.ReadFile(strings.TrimPrefix(dsn, "sqlite:") + end)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			n += bytes.Count(data, []byte("qcanary")) // the index may store a word without its first letters
		}
		return n
	}
	if left() == 0 {
		t.Fatal("before: the words are nowhere in the file, so this proves nothing")
	}
	for _, s := range gone {
		_, err := d.RedactMessage(t.Context(), d.agents[0], tickets.EditIn{Ticket: s.ticket, Seq: s.seq, Anybody: true})
		d.must(err)
	}
	if n := left(); n > 0 {
		t.Errorf("after the redaction: %d places of the file hold the words", n)
	}
	d.wantFound("zqcanary")
	d.index()
	if n := left(); n > 0 {
		t.Errorf("after the consumer: %d places of the file hold the words", n)
	}
	if got := len(d.find("ordinary else")); got != len(gone) && got != 50 {
		t.Errorf("the rest finds %d tickets", got)
	}
}

// TestRedactedWordsAreNotFoundAtOnce: the unit that redacts takes the words out of the index, and no consumer need run.
func TestRedactedWordsAreNotFoundAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open(d.customers[0], "A parcel", "hello there")
		secret := d.say(d.customers[0], id, "the word is sesame")
		answer := d.say(d.agents[0], id, "first answer")
		d.index()
		d.wantFound("sesame", id)
		_, err := d.RedactMessage(t.Context(), d.agents[0], tickets.EditIn{Ticket: id, Seq: secret, Anybody: true})
		d.must(err)
		d.wantFound("sesame")
		d.index()
		d.wantFound("hello answer", id)
		_, err = d.EditMessage(t.Context(), d.agents[0], tickets.EditIn{Ticket: id, Seq: answer}, "second reply")
		d.must(err)
		d.wantFound("first")
		d.index()
		d.wantFound("hello second", id)
	})
}
