package web

import (
	"net/http/httptest"
	"strings"
	"testing"

	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/google/uuid"
)

// serve measures one request again and again, without the network.
func (d *testDesk) serve(b *testing.B, method, path string, body func() string) {
	b.Helper()
	for b.Loop() {
		r := httptest.NewRequest(method, testBase+path, strings.NewReader(body()))
		r.RemoteAddr = "192.0.2.7:4711"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+d.tokens[tickets.RoleAdmin])
		w := httptest.NewRecorder()
		if d.server.ServeHTTP(w, r); w.Code/100 != 2 {
			b.Fatalf("%s %s = %d %s", method, path, w.Code, w.Body)
		}
	}
}

func noBody() string { return "" }

func BenchmarkListTickets(b *testing.B) {
	d := newDeskAt(b, dbtest.SQLite(b), Config{RateFactor: 0})
	for range 50 {
		d.open("Hello")
	}
	d.serve(b, "GET", "/api/v1/tickets?limit=50", noBody)
}

func BenchmarkTicketDetail(b *testing.B) {
	d := newDeskAt(b, dbtest.SQLite(b), Config{RateFactor: 0})
	d.serve(b, "GET", "/api/v1/tickets/"+d.open("Hello"), noBody)
}

func BenchmarkPostMessage(b *testing.B) {
	d := newDeskAt(b, dbtest.SQLite(b), Config{RateFactor: 0})
	d.serve(b, "POST", "/api/v1/tickets/"+d.open("Hello")+"/messages", func() string {
		return `{"client_id":"` + uuid.NewString() + `","body":"Hello"}`
	})
}

func BenchmarkConsolePage(b *testing.B) {
	d := newDeskAt(b, dbtest.SQLite(b), Config{RateFactor: 0})
	d.serve(b, "GET", "/", noBody)
}
