package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"heard/migrations/dbtest"
)

func TestACallerIsAnsweredThoughItsHandlerHangs(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	hang := make(chan struct{})
	defer close(hang)
	w := httptest.NewRecorder()
	d.server.bounded(w, httptest.NewRequest("GET", testBase+"/", nil), 10*time.Millisecond, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		<-hang // a driver that does not mind its context
	})
	got := testAnswer{w.Code, w.Result().Header, w.Body.String()}
	if got.status != 503 || got.code() != "unavailable" || got.header.Get("Retry-After") == "" {
		t.Errorf("answer = %d %v %s, want 503 with Retry-After", got.status, got.header, got.body)
	}
}

func TestAHandlerThatMindsItsDeadlineAnswersItself(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	w := httptest.NewRecorder()
	d.server.bounded(w, httptest.NewRequest("GET", testBase+"/", nil), time.Millisecond, func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		d.server.refuse(w, r, r.Context().Err())
	})
	if w.Code != 503 {
		t.Errorf("status = %d", w.Code)
	}
}

func TestAPanicIsOneRequestsProblem(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	d.server.registering.current = &route{Method: "GET", Path: "/boom", Policy: probe()}
	d.server.registering.HandleFunc("GET /boom", func(http.ResponseWriter, *http.Request) { panic("a bug with a secret") })
	got := d.do(testCall{method: "GET", path: "/boom"})
	if got.status != 500 || got.code() != "internal" || strings.Contains(got.body, "secret") {
		t.Errorf("answer = %d %s", got.status, got.body)
	}
	if d.do(testCall{method: "GET", path: "/healthz"}).status != 200 {
		t.Error("the server is gone")
	}
}
