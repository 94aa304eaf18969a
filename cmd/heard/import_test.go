package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
)

// command runs heard with arguments and returns what it printed.
func command(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.WithoutCancel(t.Context()), args, &o, &e)
	return code, o.String(), e.String()
}

func file(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const goodLine = `{"id":"c1","channel":"chat","subject":"Parcel","tags":["delivery"],"customer":{"email":"ana@example.com","name":"Ana"},
"events":[{"at":"2026-11-02T09:00:00Z","type":"message","by":"customer","body":"Where is my parcel?"},
{"at":"2026-11-02T09:01:00Z","type":"assign","by":"system","agent":"mia@example.com"},
{"at":"2026-11-02T09:02:00Z","type":"message","by":"mia@example.com","body":"On its way."},
{"at":"2026-11-02T09:05:00Z","type":"handoff","by":"mia@example.com","agent":"bo@example.com","reason":"skill","body":"knows the carrier"},
{"at":"2026-11-02T09:30:00Z","type":"resolve","by":"bo@example.com"}],
"csat":{"score":5,"comment":"quick","at":"2026-11-02T10:00:00Z"}}`

func TestImport(t *testing.T) {
	line := strings.ReplaceAll(goodLine, "\n", "")
	second := strings.Replace(line, `"c1"`, `"c2"`, 1)
	bad := []string{
		`{`,
		strings.Replace(line, `"channel"`, `"chanel"`, 1),
		strings.Replace(line, `"id":"c1"`, `"id":7`, 1),
		strings.Replace(line, `"id":"c1"`, `"id":""`, 1),
		strings.Replace(line, `"type":"resolve"`, `"type":"dance"`, 1),
		strings.Replace(line, `"by":"customer"`, `"by":"nobody"`, 1),
		strings.Replace(line, `"2026-11-02T09:30:00Z"`, `"2026-11-02T08:30:00Z"`, 1),
		strings.Replace(line, `"score":5`, `"score":6`, 1),
		strings.Replace(line, `"On its way."`, `" "`, 1),
	}
	says := []string{"line 2: is no conversation", "chanel", "line 4: id has the wrong type", "line 5: id must not be empty",
		"line 6: events[4].kind", "line 7: events.by", "line 8: events[4].at", "line 9: csat.score must be 1 to 5",
		"line 10: events[2].body must not be empty\n"}
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		store := []string{"--data", t.TempDir(), "--database", dsn}
		path := file(t, "in.jsonl", append(append([]string{line}, bad...), second)...)
		code, out, errOut := command(t, append([]string{"import", path, "--json"}, store...)...)
		var sum importSum
		if err := json.Unmarshal([]byte(out), &sum); err != nil || code != exitDone {
			t.Fatalf("exit %d, %q: %v\n%s", code, out, err, errOut)
		}
		if want := (importSum{Lines: 11, Imported: 2, Bad: 9}); sum != want {
			t.Errorf("sum = %+v, want %+v\n%s", sum, want, errOut)
		}
		for _, s := range says {
			if !strings.Contains(errOut, s) {
				t.Errorf("nothing says %q in\n%s", s, errOut)
			}
		}
		before := logHead(t, dsn)
		_, out, _ = command(t, append([]string{"import", path, "--json"}, store...)...)
		if err := json.Unmarshal([]byte(out), &sum); err != nil || sum.Imported != 0 || sum.Repeated != 2 {
			t.Errorf("again: %q, %v", out, err)
		}
		if after := logHead(t, dsn); after != before {
			t.Errorf("a repeated import wrote %d events", after-before)
		}
		code, _, _ = command(t, append([]string{"import", file(t, "strict.jsonl", bad[0], strings.Replace(line, `"c1"`, `"c3"`, 1)), "--strict"}, store...)...)
		if code != exitFailed || logHead(t, dsn) != before {
			t.Errorf("strict: exit %d, head %d, want %d", code, logHead(t, dsn), before)
		}
	})
}

func logHead(t *testing.T, dsn string) (pos int64) {
	t.Helper()
	db, err := migrations.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Read.QueryRowContext(t.Context(), "SELECT pos FROM log_head").Scan(&pos); err != nil {
		t.Fatal(err)
	}
	return pos
}

func TestImportOfATable(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		store := []string{"--data", t.TempDir(), "--database", dsn, "--json"}
		path := file(t, "in.csv", "nr,when,who,kind,words,mins,stars,back,moved",
			`7,2026-11-02T09:00,c1,form,"My card, again, was declined",12.5,2,1,1`,
			`8,yesterday,c2,chat,Hello,3,,0,0`,
			`9,2026-11-02 10:00,c3,pigeon,Hello,3,,0,0`,
			`10,2026-11-02 10:00,c3,chat,,3,,0,0`,
			`11,2026-11-02`,
			`"12,2026-11-02`)
		code, out, errOut := command(t, append([]string{"import", path, "--map",
			"id=nr,at=when,customer=who,channel=kind,text=words,handling_minutes=mins,csat=stars,reopened=back,handoff=moved"}, store...)...)
		var sum importSum
		if err := json.Unmarshal([]byte(out), &sum); err != nil || code != exitDone {
			t.Fatalf("exit %d: %q %v\n%s", code, out, err, errOut)
		}
		if want := (importSum{Lines: 6, Imported: 1, Bad: 5}); sum != want {
			t.Errorf("sum = %+v, want %+v", sum, want)
		}
		for _, s := range []string{"line 3: at must be a time like 2026-11-02T09:30:00Z\n", "line 4: channel must be", "line 5: text must not be empty\n",
			"line 6: is not a row of this table", "line 7: is not a row of this table"} {
			if !strings.Contains(errOut, s) {
				t.Errorf("nothing says %q in\n%s", s, errOut)
			}
		}
		db, err := migrations.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var status string
		var handoffs, reopens int
		err = db.Read.QueryRowContext(t.Context(), "SELECT status, handoffs, reopens FROM tickets").Scan(&status, &handoffs, &reopens)
		if err != nil || handoffs != 1 || reopens != 1 {
			t.Errorf("status %s, handoffs %d, reopens %d, %v", status, handoffs, reopens, err)
		}
		if code, _, errOut := command(t, append([]string{"import", path, "--map", "id=nope"}, store...)...); code != exitUsage || !strings.Contains(errOut, "no column nope") {
			t.Errorf("a wrong column: exit %d, %s", code, errOut)
		}
	})
}

func FuzzParseConversation(f *testing.F) {
	f.Add([]byte(strings.ReplaceAll(goodLine, "\n", "")))
	f.Add([]byte(`{"id":"x","events":[{}]}`))
	f.Add([]byte("{\"id\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, line []byte) {
		conv, err := parseConversation(line)
		if err == nil && (conv.ID == "" || len(conv.Events) == 0) {
			t.Errorf("%q passed", line)
		}
	})
}
