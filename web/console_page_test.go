package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// The console's page holds the frame of the console for whoever brings a session, and for nobody else.
func TestConsolePageFrame(t *testing.T) {
	const page = `<html lang="en" data-known><div id="root"><!-- frame --><div class="shell"></div><!-- /frame --></div>`
	files, err := newAssets(fstest.MapFS{"console.html": {Data: []byte(page)}})
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{assets: files}
	ask := func(cookie string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodGet, "/inbox/mine", nil)
		if cookie != "" {
			req.AddCookie(&http.Cookie{Name: s.cookieName(), Value: cookie})
		}
		w := httptest.NewRecorder()
		s.serveConsole(w, req)
		return w
	}
	known, door := ask("a-session"), ask("")
	if got := known.Body.String(); got != page {
		t.Errorf("with a session the page is %q, want it whole", got)
	}
	if got := door.Body.String(); strings.Contains(got, "shell") || strings.Contains(got, "data-known") || !strings.Contains(got, `<div id="root"></div>`) {
		t.Errorf("without a session the page is %q, want no frame and no mark", got)
	}
	if known.Header().Get("ETag") == door.Header().Get("ETag") {
		t.Error("both pages have one ETag, so that a browser would keep the wrong one")
	}
	if got := strings.Join(known.Header().Values("Vary"), ","); !strings.Contains(got, "Cookie") {
		t.Errorf("Vary is %q, want Cookie in it", got)
	}
}
