package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// api is one client's way over HTTP. It has connections of its own, as a browser has.
type api struct {
	r    *Run
	rng  *rand.Rand // its user's goroutine only
	http *http.Client
}

func newAPI(r *Run, rng *rand.Rand) *api {
	dialer := &net.Dialer{Timeout: 2 * time.Second}
	return &api{r: r, rng: rng, http: &http.Client{Timeout: r.o.Patience,
		Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 1, IdleConnTimeout: 5 * time.Second}}}
}

// refusal is an answer that is none of success.
type refusal struct {
	status int
	code   string
	detail string
}

func (e *refusal) Error() string { return fmt.Sprintf("%d %s: %s", e.status, e.code, e.detail) }

// final tells whether the same would be refused again: nothing was written and nothing will be.
func (e *refusal) final() bool {
	return e.status/100 == 4 && e.status != http.StatusTooManyRequests && e.status != http.StatusRequestTimeout
}

// unknown tells whether a node answered that there is no such thing.
func unknown(err error) bool {
	var no *refusal
	return errors.As(err, &no) && no.status == http.StatusNotFound
}

func (a *api) node() string { return a.r.o.URLs[a.rng.IntN(len(a.r.o.URLs))] }

// call asks one node once.
func (a *api) call(ctx context.Context, node, method, path, token string, body, into any) error {
	var text io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		text = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, node+path, text)
	if err != nil {
		return err
	}
	req.Host = a.r.o.Host
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := a.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		var p struct{ Code, Detail string }
		_ = json.Unmarshal(answer, &p) // whatever it is, the status counts
		return &refusal{res.StatusCode, p.Code, p.Detail}
	}
	if into == nil || len(answer) == 0 {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// must asks any node until one answers, for what is needed to go on at all.
func (a *api) must(ctx context.Context, method, path, token string, body, into any) error {
	for deadline := time.Now().Add(a.r.o.Settle); ; {
		err := a.call(ctx, a.node(), method, path, token, body, into)
		var no *refusal
		if err == nil || errors.As(err, &no) && no.final() || time.Now().After(deadline) {
			return err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// page is a list as the protocol answers it.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// eventsOf reads the events behind a seq, at one node or, with "", at any that answers.
func (a *api) eventsOf(ctx context.Context, node, path, token string, after int64) ([]Event, error) {
	var out []Event
	for {
		var p page[Event]
		query := path + "/events?after=" + strconv.FormatInt(after, 10)
		var err error
		if node == "" {
			err = a.must(ctx, "GET", query, token, nil, &p)
		} else {
			err = a.call(ctx, node, "GET", query, token, nil, &p)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, p.Items...)
		if p.Next == "" || len(p.Items) == 0 {
			return out, nil
		}
		after = p.Items[len(p.Items)-1].Seq
	}
}
