package webhooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/jobs"
)

// JobKind is the kind of job that posts a delivery; its handler is Deliver.
const JobKind = "webhook"

const (
	giveUp      = 72 * time.Hour
	patience    = 5 // failures in a row before a target is left alone
	firstRest   = 30 * time.Second
	longestRest = 15 * time.Minute
)

// Consumer makes deliveries of events.
func (s *Store) Consumer() events.Consumer {
	return events.Consumer{Name: "webhooks", Kinds: s.kinds, Handle: s.handle}
}

func (s *Store) handle(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	rows, err := hooks(ctx, tx)
	if err != nil || len(rows) == 0 {
		return err
	}
	for _, e := range evs {
		if e.Imported || tx.Now.Sub(e.RecordedAt) > giveUp {
			continue
		}
		for _, h := range rows {
			if h.DisabledAt == 0 && e.Pos > h.FromPos && h.wants(e.Kind) {
				if _, err := enqueue(ctx, tx, h.ID, e.Pos, e.Kind, e.At); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// payload is what a job knows.
type payload struct {
	Delivery events.ID `json:"delivery"`
}

// enqueue writes a delivery and the job that posts it.
func enqueue(ctx context.Context, tx *events.Tx, hook events.ID, pos int64, kind string, at events.Time) (events.ID, error) {
	var id events.ID
	err := tx.NewRaw(`INSERT INTO webhook_deliveries (webhook_id, pos, kind, at, state, created_at) VALUES (?, ?, ?, ?, 'waiting', ?) RETURNING id`,
		hook, pos, kind, at, tx.Now).Scan(ctx, &id)
	if err != nil {
		return 0, fmt.Errorf("write delivery: %w", err)
	}
	return id, jobs.Enqueue(ctx, tx, jobs.New{Kind: JobKind, Key: id.String(), Lane: hook.String(), Payload: payload{id}, GiveUp: 2 * giveUp})
}

// delivery is a row with its webhook.
type delivery struct {
	ID, WebhookID         events.ID
	Pos                   int64
	Kind                  string
	At, CreatedAt         events.Time
	Tries                 int
	URL, Secret           string
	DisabledAt, DeletedAt events.Time
	PausedUntil           events.Time
	Failures              int
}

// Deliver posts a delivery: the handler of JobKind.
func (s *Store) Deliver(ctx context.Context, j jobs.Job) error {
	var p payload
	if err := j.Read(&p); err != nil {
		return err
	}
	d, err := s.read(ctx, p.Delivery)
	if err != nil {
		return err
	}
	if d == nil {
		return jobs.Drop("the delivery was forgotten")
	}
	now := s.log.Now()
	if d.DisabledAt != 0 || d.DeletedAt != 0 {
		return s.end(ctx, d.ID, "cancelled", jobs.Drop("the webhook is off"))
	}
	if d.PausedUntil > now {
		return s.next(ctx, d.ID, d.PausedUntil, jobs.Later(d.PausedUntil))
	}
	body, err := s.body(ctx, d, s.name(j))
	if err != nil {
		return err
	}
	secret, err := s.secrets.Open(secretPlace, d.Secret)
	if err != nil {
		return s.end(ctx, d.ID, "parked", jobs.Park(err))
	}
	t := s.post(ctx, d, s.name(j), body, secret)
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // this node is leaving; whether it arrived nobody knows, so it goes out again
	}
	t.over = now.Sub(d.CreatedAt) > giveUp
	if err := s.note(d, t); err != nil {
		return err
	}
	switch {
	case t.err == nil:
		return nil
	case t.over:
		return jobs.Park(t.err)
	}
	return t.err
}

// name is how a receiver knows a delivery again.
func (s *Store) name(j jobs.Job) string { return strings.ToLower(s.log.Epoch()) + "-" + j.ID.String() }

func (s *Store) read(ctx context.Context, id events.ID) (*delivery, error) {
	var rows []delivery
	err := s.log.Read().NewRaw(`SELECT d.id, d.webhook_id, d.pos, d.kind, d.at, d.created_at, d.tries, h.url, h.secret, h.disabled_at,
		h.deleted_at, h.paused_until, h.failures FROM webhook_deliveries d JOIN webhooks h ON h.id = d.webhook_id WHERE d.id = ?`, id).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read delivery: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
}

// content is what is posted.
type content struct {
	ID    string          `json:"id"`
	Kind  string          `json:"kind"`
	At    events.Time     `json:"at"`
	Pos   int64           `json:"pos"`
	Desk  desk            `json:"desk"`
	Data  json.RawMessage `json:"data"`
	About map[string]any  `json:"about,omitempty"`
}

type desk struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	Log  string `json:"log"`
}

func (s *Store) body(ctx context.Context, d *delivery, name string) ([]byte, error) {
	c := content{ID: name, Kind: d.Kind, At: d.At, Pos: d.Pos, Data: json.RawMessage(`{}`), Desk: desk{Log: strings.ToLower(s.log.Epoch())}}
	var err error
	if s.Desk != nil {
		if c.Desk.Name, c.Desk.URL, err = s.Desk(ctx); err != nil {
			return nil, fmt.Errorf("read the desk: %w", err)
		}
	}
	if d.Pos > 0 {
		evs, err := s.log.Events(ctx, d.Pos-1, 1)
		if err != nil || len(evs) != 1 {
			return nil, fmt.Errorf("read event %d: %w", d.Pos, err)
		}
		if _, err := s.log.Decode(&evs[0]); err != nil {
			return nil, err
		}
		c.Data = evs[0].Data
		if evs[0].TicketID != 0 {
			c.About = map[string]any{"ticket": evs[0].TicketID}
		} else if s.About != nil {
			if c.About, err = s.About(ctx, evs[0]); err != nil {
				return nil, fmt.Errorf("read what event %d is about: %w", d.Pos, err)
			}
		}
	}
	return json.Marshal(c)
}

// try is how a post ended.
type try struct {
	status int
	ms     int64
	answer string // what came back, without its words
	err    error
	over   bool // no other try follows
}

// Sign is the signature of a body at a time: receivers make the same and compare.
func Sign(secret []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

func (s *Store) post(ctx context.Context, d *delivery, name string, body, secret []byte) (t try) {
	began := time.Now()
	defer func() { t.ms = time.Since(began).Milliseconds() }()
	ctx = context.WithValue(ctx, plainKey{}, strings.HasPrefix(d.URL, "http:"))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(body))
	if err != nil {
		return try{err: errors.New("the address cannot be asked")}
	}
	timestamp := strconv.FormatInt(s.log.Now().Std().Unix(), 10)
	for header, v := range map[string]string{"Content-Type": "application/json", "User-Agent": "Heard-Webhook/1", "Heard-Delivery": name,
		"Heard-Event": d.Kind, "Heard-Timestamp": timestamp, "Heard-Signature": Sign(secret, timestamp, body)} {
		req.Header.Set(header, v)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return try{err: spoken(err)}
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(res.Body, maxRead))
	t.status, t.answer = res.StatusCode, fmt.Sprintf("%d bytes", n)
	switch {
	case res.StatusCode < 200 || res.StatusCode > 299:
		t.err = fmt.Errorf("the target answered %d", res.StatusCode)
	case err != nil && n < maxRead:
		t.err = spoken(err)
	}
	return t
}

// spoken says what went wrong without the words of the network, which could tell of its inside.
func spoken(err error) error {
	if errors.Is(err, errBlocked) {
		return errBlocked
	}
	return jobs.Spoken("the target", err)
}

// note keeps how a try ended, and how the target does.
func (s *Store) note(d *delivery, t try) error {
	ctx, cancel := context.WithTimeout(context.Background(), giveUpNoting)
	defer cancel()
	state, told := "waiting", ""
	if t.err == nil {
		state = "done"
	} else if told = t.err.Error(); t.over {
		state = "parked"
	}
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE webhook_deliveries SET state = ?, tries = tries + 1, tried_at = ?, next_at = 0, status = ?, ms = ?, answer = ?, error = ? WHERE id = ?`,
			state, tx.Now, t.status, t.ms, t.answer, told, d.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note a delivery: %w", err)
		}
		failures, rest := 0, events.Time(0)
		if t.err != nil {
			failures = d.Failures + 1
			rest = restAfter(failures, tx.Now)
		}
		_, err = tx.NewRaw(`UPDATE webhooks SET failures = ?, paused_until = ? WHERE id = ?`, failures, rest, d.WebhookID).Exec(ctx)
		return err
	})
}

const giveUpNoting = 5 * time.Second

// restAfter is until when a target is left alone after so many failures in a row.
func restAfter(failures int, now events.Time) events.Time {
	if failures < patience {
		return 0
	}
	d := longestRest
	if n := failures - patience; n < 6 {
		d = min(d, firstRest<<n)
	}
	return now.Add(d/2 + rand.N(d/2+1))
}

// end closes a delivery without a try.
func (s *Store) end(ctx context.Context, id events.ID, state string, result error) error {
	err := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE webhook_deliveries SET state = ?, next_at = 0 WHERE id = ?`, state, id).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("end a delivery: %w", err)
	}
	return result
}

// next notes when a delivery is tried again.
func (s *Store) next(ctx context.Context, id events.ID, at events.Time, result error) error {
	err := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE webhook_deliveries SET next_at = ? WHERE id = ?`, at, id).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("put a delivery off: %w", err)
	}
	return result
}
