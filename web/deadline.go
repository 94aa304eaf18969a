package web

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"

	"heard/tickets/fault"
)

// A context alone does not bound a request: a database driver that waits for a host which went silent does not
// return when its context ends. So the caller is answered when its time is over, whatever its handler still waits
// for. The pool of readers bounds how many may wait like that.

// afterwards is how long a handler may take to say by itself that its time is over.
const afterwards = 200 * time.Millisecond

// bounded runs fn for at most a time and then answers in its place.
func (s *Server) bounded(w http.ResponseWriter, r *http.Request, most time.Duration, fn http.HandlerFunc) {
	ctx, cancel := context.WithTimeout(r.Context(), most)
	defer cancel()
	b := &buffered{header: http.Header{}}
	done := make(chan error, 1)
	go func() {
		defer func() {
			var err error
			if v := recover(); v != nil {
				err = fmt.Errorf("%v\n%s", v, stack())
			}
			done <- err
		}()
		fn(b, r.WithContext(ctx))
	}()
	select {
	case err := <-done:
		b.send(w, err)
		return
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		b.send(w, err)
	case <-time.After(afterwards):
		s.protect(w.Header(), pageAPI)
		s.refuse(w, r, fault.New(fault.Unavailable, "the database does not answer").After(time.Second))
	}
}

// identifyInTime is identify, for at most callWithin.
func (s *Server) identifyInTime(r *route, w http.ResponseWriter, req *http.Request) (caller, error) {
	ctx, cancel := context.WithTimeout(req.Context(), callWithin)
	defer cancel()
	type found struct {
		c      caller
		err    error
		header http.Header
	}
	done := make(chan found, 1)
	go func() {
		b := &buffered{header: http.Header{}}
		f := found{header: b.header}
		defer func() {
			if v := recover(); v != nil {
				f.err = fmt.Errorf("identify: %v\n%s", v, stack())
			}
			done <- f
		}()
		f.c, f.err = s.identify(r, b, req.WithContext(ctx))
	}()
	select {
	case f := <-done:
		maps.Copy(w.Header(), f.header)
		return f.c, f.err
	case <-time.After(callWithin + afterwards):
		return caller{}, fault.New(fault.Unavailable, "the database does not answer").After(time.Second)
	}
}

// buffered is an answer that is not sent yet.
type buffered struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (b *buffered) Header() http.Header { return b.header }

func (b *buffered) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

func (b *buffered) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(p)
}

// send sends the answer, or goes on with the panic that came in its place.
func (b *buffered) send(w http.ResponseWriter, err error) {
	if err != nil {
		panic(err)
	}
	maps.Copy(w.Header(), b.header)
	if b.status == 0 {
		b.status = http.StatusOK // nothing was said, which is fine
	}
	w.WriteHeader(b.status)
	_, _ = w.Write(b.body.Bytes()) // the caller is gone: nobody is left to tell
}
