package web

import (
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestIdempotencyKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		call := func(role tickets.Role, key, path, body string) testAnswer {
			return d.do(testCall{method: "POST", path: path, body: body, token: d.tokens[role], header: map[string]string{"Idempotency-Key": key}})
		}
		team := `{"name":"Second line"}`
		first := call(tickets.RoleAdmin, "k1", "/api/v1/teams", team)
		first.must(t, 201, nil)
		if kinds := d.kinds(); len(kinds) != 1 {
			t.Fatalf("first call left %v", kinds)
		}
		again := call(tickets.RoleAdmin, "k1", "/api/v1/teams", team)
		if again.status != 201 || again.body != first.body || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("repeat = %d %s %v, want %s", again.status, again.body, again.header, first.body)
		}
		if got := call(tickets.RoleAdmin, "k1", "/api/v1/teams", `{"name":"Third line"}`); got.code() != "client_id_reused" {
			t.Errorf("another body = %d %s", got.status, got.body)
		}
		if got := call(tickets.RoleAdmin, "k1", "/api/v1/organizations", team); got.code() != "client_id_reused" {
			t.Errorf("another path = %d %s", got.status, got.body)
		}
		if got := call(tickets.RoleAdmin, "k2", "/api/v1/teams", `{"name":""}`); got.status != 422 {
			t.Errorf("a refused call = %d", got.status)
		}
		if kinds := d.kinds(); len(kinds) != 0 {
			t.Fatalf("repeats and refusals left %v", kinds)
		}
		call(tickets.RoleAdmin, "k2", "/api/v1/teams", team).must(t, 201, nil) // what was refused has used no key up
		call(tickets.RoleLead, "k1", "/api/v1/organizations", `{"name":"Acme"}`).must(t, 201, nil)
		d.kinds()

		d.clock.Advance(keyFor + time.Minute)
		call(tickets.RoleAdmin, "k1", "/api/v1/teams", team).must(t, 201, nil)
		if kinds := d.kinds(); len(kinds) != 1 {
			t.Errorf("after a day the key did %v", kinds)
		}
		d.clock.Advance(keyFor + time.Minute)
		if err := d.server.ForgetKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.log.Read().NewRaw(`SELECT count(*) FROM idempotency`).Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("%d keys are left, %v", n, err)
		}
	})
}

// TestASecretIsShownOnce: the answer to a repeated call does not show it again, and nothing is done twice.
func TestASecretIsShownOnce(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	call := testCall{method: "POST", path: "/api/v1/tokens", body: `{"name":"x"}`, token: d.tokens[tickets.RoleAdmin],
		header: map[string]string{"Idempotency-Key": "once"}}
	d.do(call).must(t, 201, nil)
	d.kinds()
	if got := d.do(call); got.status != 409 || got.code() != "invalid" {
		t.Errorf("repeat = %d %s, want a conflict", got.status, got.body)
	}
	if kinds := d.kinds(); len(kinds) != 0 {
		t.Errorf("repeat left %v", kinds)
	}
	var answer string
	if err := d.log.Read().NewRaw(`SELECT answer FROM idempotency`).Scan(t.Context(), &answer); err != nil || answer != "" {
		t.Errorf("stored answer = %q, %v", answer, err)
	}
}
