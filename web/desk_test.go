package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"heard/chat"
	"heard/feedback"
	"heard/feedback/issues"
	"heard/feedback/rollups"
	"heard/feedback/surveys"
	"heard/feedback/weekly"
	"heard/migrations"
	"heard/tickets"
	"heard/tickets/blobs"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/jobs"
	"heard/tickets/notify"
	"heard/tickets/search"
	"heard/tickets/webhooks"

	"github.com/google/uuid"
)

// testDesk is a server over an empty database with one agent of every role.
type testDesk struct {
	t       testing.TB
	server  *Server
	log     *events.Log
	clock   *eventstest.Clock
	people  *tickets.People
	files   *tickets.Files
	tokens  map[tickets.Role]string
	agents  map[tickets.Role]*tickets.Agent
	inbox   *tickets.Inbox
	surveys *surveys.Store
	issues  *issues.Store
	tagging *issues.Tagging
	weekly  *weekly.Store
	search  *search.Searcher
	seen    int // events told by kinds so far
}

const testBase = "https://help.example"

func newDesk(t testing.TB, db *migrations.DB) *testDesk { return newDeskAt(t, db, Config{}) }

func newDeskAt(t testing.TB, db *migrations.DB, c Config) *testDesk {
	t.Helper()
	d := &testDesk{t: t, clock: eventstest.NewClock(), tokens: map[tickets.Role]string{}, agents: map[tickets.Role]*tickets.Agent{}}
	d.log = eventstest.Open(t, db, events.Options{Now: d.clock.Now, Settle: tickets.Settle,
		Vocabulary: slices.Concat(tickets.Changes(), feedback.Changes(), jobs.Changes())})
	secrets, err := tickets.NewSecrets([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	d.people = tickets.NewPeople(d.log, secrets)
	store := tickets.NewStore(d.log)
	store.SignFiles(tickets.NewFileLinks([]byte("a key of 32 bytes for these tests"), d.log.Now))
	d.files = tickets.NewFiles(d.log, blobs.NewDatabase(d.log), nil)
	live := chat.Options{Log: d.log, Tickets: store, People: d.people, Summary: Summary, BaseURL: testBase}
	if c.BaseURL == nil {
		c.BaseURL = mustURL(t, testBase)
	}
	c.Version = "test"
	d.surveys, err = surveys.New(t.Context(), d.log, d.people)
	if err != nil {
		t.Fatal(err)
	}
	d.issues = issues.NewStore(d.log, d.people.Directory())
	d.tagging = issues.NewTagging(d.log, d.people.Directory())
	d.search = search.New(d.log, store, d.people.Directory(), d.issues.TopicsNamed)
	if d.weekly, err = weekly.New(t.Context(), d.log, d.people); err != nil {
		t.Fatal(err)
	}
	figures := rollups.New(d.log, d.people.Directory(), d.surveys, nil)
	figures.Tell(rollups.Beside{Actions: d.weekly})
	d.server, err = New(c, Deps{Log: d.log, Store: store, People: d.people, Files: d.files, Hub: chat.NewHub(live), Chat: live, Surveys: d.surveys, Issues: d.issues, Tagging: d.tagging,
		Rollups: figures, Weekly: d.weekly, Webhooks: webhooks.New(d.log, secrets, webhooks.Options{}), Search: d.search, Notify: notify.New(d.log, d.people, notify.Options{IssueNames: d.issues.IssueNames, Secrets: secrets}),
		Logger: slog.New(slog.NewTextHandler(testWriter{t}, nil)), Ready: func(context.Context) error { return nil }, Assets: testAssets()})
	if err != nil {
		t.Fatal(err)
	}
	d.people.Throttle = d.server.Throttle
	d.furnish()
	return d
}

func (d *testDesk) furnish() {
	ctx := d.t.Context()
	if _, err := d.people.Bootstrap(ctx); err != nil {
		d.t.Fatal(err)
	}
	for _, role := range []tickets.Role{tickets.RoleAgent, tickets.RoleLead, tickets.RoleManager, tickets.RoleAdmin} {
		a, err := d.people.CreateAgent(ctx, events.SystemActor, tickets.AgentIn{Email: string(role) + "@desk.example", Name: "The " + string(role), Role: role})
		if err != nil {
			d.t.Fatal(err)
		}
		_, secret, err := d.people.CreateToken(ctx, events.SystemActor, tickets.TokenIn{Agent: a.ID, Name: "test"})
		if err != nil {
			d.t.Fatal(err)
		}
		d.agents[role], d.tokens[role] = a, secret
	}
	var err error
	d.inbox, err = d.people.CreateInbox(ctx, events.SystemActor, tickets.InboxIn{Name: "Shop", Kind: tickets.Website,
		Origins: []string{"https://shop.example"}, Settings: tickets.InboxSettings{Prechat: []tickets.PrechatField{}}})
	if err != nil {
		d.t.Fatal(err)
	}
	d.kinds()
}

// testWriter sends a server's log to the test's.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

func testAssets() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"console.html":                       file("<!doctype html><title>console</title>"),
		"widget.js":                          file("/* loader */" + strings.Repeat("let a = 1;", 200)),
		"widget.json":                        file(`{"js":"assets/widget/panel-0123456789.js","css":"assets/widget/panel-abcdef0123.css"}`),
		"assets/widget/panel-0123456789.js":  file(strings.Repeat("let b = 2;", 200)),
		"assets/widget/panel-abcdef0123.css": file("body{}"),
		"locales/widget/en.json":             file(`{"hello":"Hello </script>"}`),
		"locales/widget/de.json":             file(`{"hello":"Hallo"}`),
		"locales/widget/ar.json":             file(`{"hello":"مرحبا"}`),
	}
}

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// call is one request of a test.
type testCall struct {
	method, path, body string
	token              string
	header             map[string]string
}

type testAnswer struct {
	status int
	header http.Header
	body   string
}

func (d *testDesk) do(c testCall) testAnswer {
	d.t.Helper()
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequest(c.method, testBase+c.path, body)
	r.RemoteAddr = "192.0.2.7:4711"
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for k, v := range c.header {
		if k == "Host" {
			r.Host = v
			continue
		}
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	return testAnswer{w.Code, w.Result().Header, w.Body.String()}
}

// as calls with the token of a role.
func (d *testDesk) as(role tickets.Role, method, path, body string) testAnswer {
	d.t.Helper()
	return d.do(testCall{method: method, path: path, body: body, token: d.tokens[role]})
}

// kinds returns the kinds of the events since the last time.
func (d *testDesk) kinds() []string {
	d.t.Helper()
	all := eventstest.Kinds(d.t, d.log)
	fresh := all[d.seen:]
	d.seen = len(all)
	return fresh
}

// must decodes an answer of the wanted status into v.
func (a testAnswer) must(t testing.TB, status int, v any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status = %d, want %d: %s", a.status, status, a.body)
	}
	if v == nil {
		return
	}
	if err := json.NewDecoder(bytes.NewBufferString(a.body)).Decode(v); err != nil {
		t.Fatalf("decode %q: %v", a.body, err)
	}
}

// code is the code of a problem, "" for anything else.
func (a testAnswer) code() string {
	var p struct {
		Code string `json:"code"`
	}
	if a.header.Get("Content-Type") != "application/problem+json" || json.Unmarshal([]byte(a.body), &p) != nil {
		return ""
	}
	return p.Code
}

// open opens a ticket and returns its id.
func (d *testDesk) open(text string) string {
	d.t.Helper()
	var out struct{ ID string }
	d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets", `{"inbox":"`+d.inbox.ID.String()+
		`","customer":{"email":"cara@example.net","name":"Cara"},"message":{"client_id":"`+uuid.NewString()+`","body":"`+text+`"}}`).
		must(d.t, http.StatusCreated, &out)
	return out.ID
}

// visitor starts a widget session and returns its token.
func (d *testDesk) visitor() string {
	d.t.Helper()
	var out struct{ Visitor string }
	d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `"}`}).must(d.t, 200, &out)
	return out.Visitor
}
