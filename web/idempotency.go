package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// A write that carries an Idempotency-Key is done once: the key is stored in the unit of work of its effect, and the
// answer beside it a moment later. A repeat gets the stored answer. Where a crash kept the answer from being stored,
// calls that are harmless to repeat (they carry a client id, or set values) run again; the others say that they were
// done. Answers that show a secret are never stored.

// keyFor is how long a key is remembered.
const keyFor = 24 * time.Hour

const maxKeyLength = 255

// keyed is one call with a key.
type keyed struct {
	owner, key, hash string
}

// keyOf reads the key of a request; nil when there is none to mind.
func keyOf(r *http.Request, c caller) (*keyed, error) {
	values := r.Header.Values("Idempotency-Key")
	if len(values) == 0 || c.agent == nil || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil, nil
	}
	key := values[0]
	if len(values) > 1 || key == "" || len(key) > maxKeyLength || !printable(key) {
		return nil, fault.On("Idempotency-Key", "must be 1 to 255 printable characters")
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, fmt.Errorf("read body: %w", err)
		}
		r.Body = newBody(body)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", r.Method, r.URL.RequestURI())
	h.Write(body)
	owner := "a" + c.agent.ID.String()
	if c.token != nil {
		owner = "t" + c.token.ID.String()
	}
	return &keyed{owner, key, hex.EncodeToString(h.Sum(nil))}, nil
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// known is what is stored of a key.
type known struct {
	RequestHash string
	Status      int
	Answer      string
	CreatedAt   events.Time
}

var errKeyReused = fault.New(fault.ClientIDReused, "this Idempotency-Key was used for another request")

// oncePerKey runs next, or answers what it answered before.
func (s *Server) oncePerKey(r *route, next http.Handler, w http.ResponseWriter, req *http.Request) {
	k, err := keyOf(req, callerOf(req.Context()))
	if err != nil {
		s.refuse(w, req, err)
		return
	}
	if k == nil {
		next.ServeHTTP(w, req)
		return
	}
	before, err := s.recall(req.Context(), k)
	if err != nil {
		s.refuse(w, req, err)
		return
	}
	switch {
	case before == nil:
	case before.RequestHash != k.hash:
		s.refuse(w, req, errKeyReused)
		return
	case before.Status != 0:
		replay(w, before)
		return
	case !r.mount.again:
		s.refuse(w, req, fault.New(fault.Conflict, "this call was done before; its answer is not kept"))
		return
	}
	s.runKeyed(r, k, before == nil, next, w, req)
}

// runKeyed runs a call and stores its answer.
func (s *Server) runKeyed(r *route, k *keyed, fresh bool, next http.Handler, w http.ResponseWriter, req *http.Request) {
	ctx := req.Context()
	if fresh {
		ctx, _ = events.Also(ctx, k.store(0, ""))
	}
	rec := &recorded{ResponseWriter: w}
	next.ServeHTTP(rec, req.WithContext(ctx))
	if rec.status/100 != 2 {
		return
	}
	status, body := rec.status, rec.body.String()
	if r.mount.secret {
		status, body = 0, ""
	}
	// The caller has its answer; that it can be had again is worth a try, not a failure.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(req.Context()), 2*time.Second)
	defer cancel()
	if err := s.events.Write(ctx, events.Unit{By: events.SystemActor}, k.keep(status, body)); err != nil {
		s.log.Warn("the answer to an Idempotency-Key was not stored", "err", err)
	}
}

// recall finds what is stored of a key that is still remembered.
func (s *Server) recall(ctx context.Context, k *keyed) (*known, error) {
	var found []known
	err := s.events.Read().NewRaw(`SELECT request_hash, status, answer, created_at FROM idempotency WHERE owner = ? AND key = ?`,
		k.owner, k.key).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("look for an idempotency key: %w", err)
	}
	if len(found) == 0 || s.events.Now().Sub(found[0].CreatedAt) >= keyFor {
		return nil, nil
	}
	return &found[0], nil
}

// store claims a key in the unit of work of its effect. A second call at the same time loses, with its effect.
func (k *keyed) store(status int, answer string) func(ctx context.Context, tx *events.Tx) error {
	return func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`INSERT INTO idempotency (owner, key, request_hash, status, answer, created_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (owner, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
			answer = excluded.answer, created_at = excluded.created_at WHERE idempotency.created_at <= ?`,
			k.owner, k.key, k.hash, status, answer, tx.Now, tx.Now.Add(-keyFor)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("store an idempotency key: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return fault.New(fault.Conflict, "a call with this Idempotency-Key is being done")
		}
		return nil
	}
}

// keep adds the answer to a key, which is new when the call's own writes took no notice of it.
func (k *keyed) keep(status int, answer string) func(ctx context.Context, tx *events.Tx) error {
	return func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO idempotency (owner, key, request_hash, status, answer, created_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (owner, key) DO UPDATE SET status = excluded.status, answer = excluded.answer
			WHERE idempotency.request_hash = excluded.request_hash`,
			k.owner, k.key, k.hash, status, answer, tx.Now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keep an answer: %w", err)
		}
		return nil
	}
}

// ForgetKeys drops the keys that are not remembered any more. It is a job.
func (s *Server) ForgetKeys(ctx context.Context) error {
	u := events.Unit{By: events.SystemActor, Background: true}
	return s.events.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`DELETE FROM idempotency WHERE created_at <= ?`, tx.Now.Add(-keyFor)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("forget idempotency keys: %w", err)
		}
		return nil
	})
}

// replay answers a repeat.
func replay(w http.ResponseWriter, k *known) {
	h := w.Header()
	h.Set("Idempotency-Replayed", "true")
	if k.Answer != "" {
		h.Set("Content-Type", "application/json")
	}
	w.WriteHeader(k.Status)
	_, _ = io.WriteString(w, k.Answer) // the caller is gone: nobody is left to tell
}

// recorded keeps a copy of an answer.
type recorded struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorded) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorded) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorded) Unwrap() http.ResponseWriter { return r.ResponseWriter }
