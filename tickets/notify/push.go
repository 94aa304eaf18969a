package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"heard/tickets/events"
	"heard/tickets/jobs"

	"github.com/uptrace/bun"
)

// JobKind is the kind of job that pushes one notification to one device; its handler is Deliver.
const JobKind = "push"

const (
	pushFor    = time.Hour   // for so long a push service may keep it
	offerFor   = time.Minute // an offer is over by then
	pushOld    = time.Hour   // what happened longer ago is pushed to nobody
	maxAnswer  = 4 << 10     // bytes of an answer that are read
	giveUp     = 6           // failures in a row that end a device
	noteWithin = 5 * time.Second
)

// pushed is a change of a notification that is to be pushed.
type pushed struct {
	id, agent events.ID
	kind      Kind
	rev       int64
}

// payload is what a job knows.
type payload struct {
	Notification events.ID `json:"notification"`
	Rev          int64     `json:"rev"`
	Device       events.ID `json:"device"`
}

// enqueue makes a job for every device of those who are pushed to.
func (s *Store) enqueue(ctx context.Context, tx *events.Tx, list []pushed) error {
	if s.Client == nil || len(list) == 0 {
		return nil
	}
	var agents []events.ID
	for _, p := range list {
		agents = append(agents, p.agent)
	}
	var devices []struct {
		ID, AgentID events.ID
		Host        string
	}
	err := tx.NewRaw(`SELECT id, agent_id, host FROM push_subscriptions WHERE agent_id IN (?)`, bun.List(agents)).Scan(ctx, &devices)
	if err != nil {
		return fmt.Errorf("find devices to push to: %w", err)
	}
	for _, p := range list {
		for _, d := range devices {
			if d.AgentID != p.agent {
				continue
			}
			key := p.id.String() + "." + strconv.FormatInt(p.rev, 10) + "." + d.ID.String()
			err := jobs.Enqueue(ctx, tx, jobs.New{Kind: JobKind, Key: key, Lane: d.Host, Payload: payload{p.id, p.rev, d.ID}, GiveUp: lasts(p.kind)})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func lasts(k Kind) time.Duration {
	if k == Offered {
		return offerFor
	}
	return pushFor
}

// urgency is the word of RFC 8030 for a kind: phones that save power wake for high ones only.
func urgency(k Kind) string {
	switch k {
	case Offered, Assigned, HandedOff, Mentioned, CustomerReplied:
		return "high"
	}
	return "normal"
}

// Deliver pushes a notification: the handler of JobKind. Whether it is still wanted is asked now.
func (s *Store) Deliver(ctx context.Context, j jobs.Job) error {
	var p payload
	if err := j.Read(&p); err != nil {
		return err
	}
	d, err := s.device(ctx, p.Device)
	if err != nil {
		return err
	}
	if d == nil {
		return jobs.Drop("the device is gone")
	}
	if holds, err := s.people.SessionHolds(ctx, d.SessionHash, d.AgentID); err != nil || !holds {
		if err == nil {
			err = s.forgetDevice(d.ID, jobs.Drop("nobody is signed in on the device"))
		}
		return err
	}
	n, err := s.wanted(ctx, p, d.AgentID)
	if err != nil {
		return err
	}
	m, err := s.message(ctx, n)
	if err != nil {
		return err
	}
	return s.send(ctx, d, m)
}

// deviceRow is a device as it is kept.
type deviceRow struct {
	ID, AgentID         events.ID
	SessionHash, Sealed string
	Device              string
	Failures            int
}

func (s *Store) device(ctx context.Context, id events.ID) (*deviceRow, error) {
	var rows []deviceRow
	err := s.log.Read().NewRaw(`SELECT id, agent_id, session_hash, sealed, device, failures FROM push_subscriptions WHERE id = ?`, id).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read a device: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
}

// wanted reads the notification, if it is still to be pushed; else the error is that of a dropped job.
func (s *Store) wanted(ctx context.Context, p payload, agent events.ID) (*row, error) {
	var rows []row
	err := s.log.Read().NewRaw(`SELECT `+rowColumns+` FROM notifications AS n WHERE n.id = ? AND n.agent_id = ? AND n.read_at = 0 AND n.rev = ?`, p.Notification, agent, p.Rev).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read a notification: %w", err)
	}
	if len(rows) == 0 {
		return nil, jobs.Drop("it was read, or a newer one follows")
	}
	now := s.log.Now()
	if now.Sub(rows[0].At) > min(pushOld, lasts(rows[0].Kind)) {
		return nil, jobs.Drop("it is old")
	}
	seen, _, err := s.visible(ctx, agent, rows)
	if err != nil {
		return nil, err
	}
	if len(seen) == 0 {
		return nil, jobs.Drop("the agent may not see it any more")
	}
	set, err := s.Settings(ctx, agent)
	if err != nil {
		return nil, err
	}
	desk, err := s.people.Directory().Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if !set.ways(rows[0].Kind).Push || set.Quiet.At(now.Std(), desk.Zone()) {
		return nil, jobs.Drop("the agent wants quiet")
	}
	here, err := s.people.AgentPresent(ctx, agent)
	if err != nil {
		return nil, err
	}
	if here {
		return nil, jobs.Drop("a console is open")
	}
	return &rows[0], nil
}

// message is what a push says, and how the service is to carry it.
type message struct {
	kind  Kind
	body  []byte
	topic string
	ttl   time.Duration
}

// shown is what the worker of the browser shows.
type shown struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Tag   string `json:"tag"`
	URL   string `json:"url"`
}

func (s *Store) message(ctx context.Context, r *row) (message, error) {
	items, err := s.present(ctx, []row{*r})
	if err != nil {
		return message{}, err
	}
	set, err := s.Settings(ctx, r.AgentID)
	if err != nil {
		return message{}, err
	}
	it := &items[0]
	show := shown{Title: plain(it), Tag: "heard-" + string(it.Kind) + "-" + it.about(), URL: it.path()}
	if set.Preview {
		show.Title, show.Body = sentence(it), it.Text
		if show.Body == "" {
			show.Body = it.Subject
		}
	}
	return sealable(it.Kind, show)
}

func sealable(k Kind, show shown) (message, error) {
	body, err := json.Marshal(show)
	if err != nil {
		return message{}, fmt.Errorf("write a push: %w", err)
	}
	sum := sha256.Sum256([]byte(show.Tag))
	return message{kind: k, body: body, topic: base64.RawURLEncoding.EncodeToString(sum[:])[:32], ttl: lasts(k)}, nil
}

// errGone says that a browser does not want pushes any more.
var errGone = errors.New("the browser does not want pushes any more")

// send posts a push and notes how that went.
func (s *Store) send(ctx context.Context, d *deviceRow, m message) error {
	err := s.post(ctx, d, m)
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if errors.Is(err, errGone) || err != nil && d.Failures+1 >= giveUp {
		return s.forgetDevice(d.ID, jobs.Drop(err.Error()))
	}
	told, failures := "", 0
	if err != nil {
		told, failures = err.Error(), d.Failures+1
	}
	ctx, cancel := context.WithTimeout(context.Background(), noteWithin)
	defer cancel()
	noted := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE push_subscriptions SET sent_at = ?, failures = ?, error = ? WHERE id = ?`, tx.Now, failures, told, d.ID).Exec(ctx)
		return err
	})
	if noted != nil {
		return fmt.Errorf("note a push: %w", noted)
	}
	return err
}

// post sends a push to the service of its browser. No words of the service are kept.
func (s *Store) post(ctx context.Context, d *deviceRow, m message) error {
	raw, err := s.Secrets.Open(sealPlace, d.Sealed)
	if err != nil {
		return err
	}
	var t target
	if err := json.Unmarshal(raw, &t); err != nil {
		return fmt.Errorf("read a device: %w", err)
	}
	body, err := encrypt(m.body, t.Browser, t.Secret)
	if err != nil {
		return err
	}
	auth, err := s.authorization(ctx, t.Endpoint)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Endpoint, bytes.NewReader(body))
	if err != nil {
		return errors.New("the push service cannot be asked")
	}
	for header, v := range map[string]string{"Content-Type": "application/octet-stream", "Content-Encoding": "aes128gcm", "Authorization": auth,
		"TTL": strconv.Itoa(int(m.ttl.Seconds())), "Urgency": urgency(m.kind), "Topic": m.topic, "User-Agent": "Heard-Push/1"} {
		req.Header.Set(header, v)
	}
	res, err := s.Client.Do(req)
	if err != nil {
		return jobs.Spoken("the push service", err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // what it says is not kept
	switch {
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		return errGone
	case res.StatusCode < 200 || res.StatusCode > 299:
		return fmt.Errorf("the push service answered %d", res.StatusCode)
	}
	return nil
}

// forgetDevice ends a device, and returns result.
func (s *Store) forgetDevice(id events.ID, result error) error {
	ctx, cancel := context.WithTimeout(context.Background(), noteWithin)
	defer cancel()
	err := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`DELETE FROM push_subscriptions WHERE id = ?`, id).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget a device: %w", err)
	}
	return result
}

// Tested says what came of a test.
type Tested struct {
	Sent   bool   `json:"sent"`
	Gone   bool   `json:"gone" doc:"The device does not want pushes any more, and was forgotten"`
	Detail string `json:"detail" doc:"Why not"`
}

// Test pushes to a device of an agent at once, quiet hours or not.
func (s *Store) Test(ctx context.Context, agent, id events.ID) (Tested, error) {
	d, err := s.device(ctx, id)
	if err != nil {
		return Tested{}, err
	}
	if d == nil || d.AgentID != agent {
		return Tested{}, errNoDevice
	}
	if s.Client == nil {
		return Tested{Detail: "this server sends no pushes"}, nil
	}
	m, err := sealable(Mentioned, shown{Title: "Heard can reach you here", Body: "This is a test. You asked for it.", Tag: "heard-test", URL: "/settings/notifications"})
	if err != nil {
		return Tested{}, err
	}
	err = s.send(ctx, d, m)
	if err == nil {
		return Tested{Sent: true}, nil
	}
	left, lookErr := s.device(ctx, id)
	if lookErr != nil {
		return Tested{}, lookErr
	}
	return Tested{Gone: left == nil, Detail: err.Error()}, nil
}
