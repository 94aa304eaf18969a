package web

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"heard/migrations/dbtest"
)

func TestShopStandsInTheDemoOnly(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	if got := d.do(testCall{method: "GET", path: "/demo/shop"}); got.status != 404 {
		t.Errorf("without a demo, GET /demo/shop = %d, want 404", got.status)
	}
	shop, err := New(d.server.Config, Deps{Log: d.log, Store: d.server.store, People: d.people, Hub: d.server.hub, Chat: d.server.chat,
		Surveys: d.surveys, Issues: d.issues, Rollups: d.server.rollups, Weekly: d.weekly, Logger: slog.New(slog.DiscardHandler),
		Ready: func(context.Context) error { return nil }, Assets: testAssets(), Shop: d.inbox.Key})
	if err != nil {
		t.Fatal(err)
	}
	d.server = shop
	page := d.do(testCall{method: "GET", path: "/demo/shop"})
	for _, want := range []string{`data-inbox="` + d.inbox.Key + `"`, `src="/widget.js"`, `href="/widget/` + d.inbox.Key + `"`, `src="/demo/shop.js"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the shop lacks %s", want)
		}
	}
	if strings.Contains(page.body, " style=") || strings.Contains(page.body, "onclick") || strings.Count(page.body, "http://")+strings.Count(page.body, "https://") != strings.Count(page.body, "http://www.w3.org/") {
		t.Error("the shop holds inline style, inline script, or things from elsewhere")
	}
	policy := page.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "frame-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
	if got := d.do(testCall{method: "GET", path: "/demo/shop.js"}); got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/javascript") {
		t.Errorf("GET /demo/shop.js = %d, %s", got.status, got.header.Get("Content-Type"))
	}
}
