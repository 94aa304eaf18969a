package webhooks

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Options say how deliveries go out.
type Options struct {
	Allow []netip.Prefix // networks inside that may be posted to
	// About reads what the rows of an event are called, for receivers; nil says nothing.
	About    func(ctx context.Context, e events.Event) (map[string]any, error)
	Desk     func(ctx context.Context) (name, url string, err error)
	Resolver *net.Resolver  // the system's unless set
	Roots    *x509.CertPool // the machine's unless set
	Within   time.Duration  // what a post may take; 10 s
}

// Store keeps the webhooks of a desk and posts to them.
type Store struct {
	Options
	log     *events.Log
	secrets *tickets.Secrets
	client  *http.Client
	kinds   []string
}

// New returns the webhooks over a log.
func New(log *events.Log, secrets *tickets.Secrets, o Options) *Store {
	if o.Within <= 0 {
		o.Within = wholeWithin
	}
	return &Store{Options: o, log: log, secrets: secrets, client: newGuard(o.Allow).client(o), kinds: Kinds()}
}

// Kinds are the events that webhooks may be told of.
func Kinds() []string {
	return []string{"ticket.opened", "ticket.status_changed", "ticket.assigned", "ticket.handed_off", "survey.answered",
		"issue.flagged", "issue.status_changed", "issue.changed", "issue.merged", "issue.split", "release.marked", "release.changed", "release.deleted",
		"incident.marked", "incident.changed", "incident.deleted"}
}

// TestKind is the event of a test delivery.
const TestKind = "webhook.test"

// Hook is a webhook as administrators see it.
type Hook struct {
	ID          events.ID   `json:"id"`
	URL         string      `json:"url"`
	Kinds       []string    `json:"kinds"`
	DisabledAt  events.Time `json:"disabled_at"`
	Failures    int         `json:"failures" doc:"In a row"`
	PausedUntil events.Time `json:"paused_until" doc:"Until when it is left alone after failures"`
	CreatedAt   events.Time `json:"created_at"`
}

// In is a webhook to add.
type In struct {
	URL   string
	Kinds []string
}

// Patch changes a webhook; nil leaves a field.
type Patch struct {
	URL      *string
	Kinds    *[]string
	Disabled *bool
}

const (
	maxHooks = 50
	maxURL   = 2000
)

var errNoHook = fault.New(fault.NotFound, "there is no such webhook")

type hookRow struct {
	ID                      events.ID
	URL, Kinds, Secret      string
	DisabledAt, PausedUntil events.Time
	Failures                int
	FromPos                 int64
	CreatedAt               events.Time
}

const hookColumns = `id, url, kinds, secret, disabled_at, paused_until, failures, from_pos, created_at`

func (r hookRow) hook() Hook {
	h := Hook{ID: r.ID, URL: r.URL, Kinds: r.kinds(), DisabledAt: r.DisabledAt, Failures: r.Failures, PausedUntil: r.PausedUntil, CreatedAt: r.CreatedAt}
	return h
}

func (r hookRow) kinds() []string {
	out := []string{}
	_ = json.Unmarshal([]byte(r.Kinds), &out) // ours; what does not read matches nothing
	return out
}

// wants tells whether a webhook is told of an event.
func (r hookRow) wants(kind string) bool {
	noun, _, _ := strings.Cut(kind, ".")
	return slices.ContainsFunc(r.kinds(), func(k string) bool { return k == kind || k == "*" || k == noun+".*" })
}

// Hooks lists the webhooks, oldest first.
func (s *Store) Hooks(ctx context.Context) ([]Hook, error) {
	rows, err := hooks(ctx, s.log.Read())
	out := make([]Hook, len(rows))
	for i, r := range rows {
		out[i] = r.hook()
	}
	return out, err
}

func hooks(ctx context.Context, db interface {
	NewRaw(query string, args ...any) *bun.RawQuery
}) ([]hookRow, error) {
	var rows []hookRow
	err := db.NewRaw(`SELECT `+hookColumns+` FROM webhooks WHERE deleted_at = 0 ORDER BY id`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return rows, nil
}

// Hook returns one webhook.
func (s *Store) Hook(ctx context.Context, id events.ID) (Hook, error) {
	rows, err := hooks(ctx, s.log.Read())
	if err != nil {
		return Hook{}, err
	}
	i := slices.IndexFunc(rows, func(r hookRow) bool { return r.ID == id })
	if i < 0 {
		return Hook{}, errNoHook
	}
	return rows[i].hook(), nil
}

// Add adds a webhook and returns the secret that signs its deliveries, which nobody can read again.
func (s *Store) Add(ctx context.Context, by events.Actor, in In) (Hook, string, error) {
	var wrong fault.Fields
	s.checkURL(ctx, &wrong, in.URL)
	kinds := s.checkKinds(&wrong, in.Kinds)
	if err := wrong.Err(); err != nil {
		return Hook{}, "", err
	}
	raw := make([]byte, 32)
	rand.Read(raw)
	secret := "heard_hook_" + base64.RawURLEncoding.EncodeToString(raw)
	sealed := s.secrets.Seal(secretPlace, []byte(secret))
	var id events.ID
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		var n int
		if err := tx.NewRaw(`SELECT count(*) FROM webhooks WHERE deleted_at = 0`).Scan(ctx, &n); err != nil {
			return fmt.Errorf("count webhooks: %w", err)
		}
		if n >= maxHooks {
			return fault.Newf(fault.Conflict, "there are %d webhooks already", maxHooks)
		}
		var pos int64
		if err := tx.NewRaw(`SELECT pos FROM log_head WHERE id = 1`).Scan(ctx, &pos); err != nil {
			return fmt.Errorf("read head of the log: %w", err)
		}
		err := tx.NewRaw(`INSERT INTO webhooks (url, kinds, secret, from_pos, created_by, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			in.URL, kinds, sealed, pos, by.ID, tx.Now, tx.Now).Scan(ctx, &id)
		if err != nil {
			return fmt.Errorf("add webhook: %w", err)
		}
		tx.Record(0, tickets.SettingChanged{Noun: noun, ID: id, Action: "created"})
		return nil
	})
	if err != nil {
		return Hook{}, "", err
	}
	h, err := s.Hook(ctx, id)
	return h, secret, err
}

const (
	noun        = "webhook"
	secretPlace = "webhook"
)

// Change changes a webhook. One that is enabled again begins with what comes then.
func (s *Store) Change(ctx context.Context, by events.Actor, id events.ID, p Patch) (Hook, error) {
	var wrong fault.Fields
	kinds := ""
	if p.URL != nil {
		s.checkURL(ctx, &wrong, *p.URL)
	}
	if p.Kinds != nil {
		kinds = s.checkKinds(&wrong, *p.Kinds)
	}
	if err := wrong.Err(); err != nil {
		return Hook{}, err
	}
	err := s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		q := tx.NewUpdate().Table("webhooks").Set("updated_at = ?", tx.Now).Where("id = ? AND deleted_at = 0", id)
		var fields []string
		if p.URL != nil {
			q, fields = q.Set("url = ?", *p.URL).Set("failures = 0").Set("paused_until = 0"), append(fields, "url")
		}
		if p.Kinds != nil {
			q, fields = q.Set("kinds = ?", kinds), append(fields, "kinds")
		}
		switch {
		case p.Disabled == nil:
		case *p.Disabled:
			q, fields = q.Set("disabled_at = CASE WHEN disabled_at = 0 THEN ? ELSE disabled_at END", tx.Now), append(fields, "disabled")
		default:
			q, fields = q.Set("disabled_at = 0").Set("failures = 0").Set("paused_until = 0"), append(fields, "disabled")
		}
		return changed(ctx, tx, q, tickets.SettingChanged{Noun: noun, ID: id, Action: "changed", Fields: fields})
	})
	if err != nil {
		return Hook{}, err
	}
	return s.Hook(ctx, id)
}

// Delete ends a webhook. What waits for it does not go out.
func (s *Store) Delete(ctx context.Context, by events.Actor, id events.ID) error {
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		q := tx.NewUpdate().Table("webhooks").Set("deleted_at = ?", tx.Now).Set("secret = ''").Where("id = ? AND deleted_at = 0", id)
		return changed(ctx, tx, q, tickets.SettingChanged{Noun: noun, ID: id, Action: "deleted"})
	})
}

func changed(ctx context.Context, tx *events.Tx, q *bun.UpdateQuery, c tickets.SettingChanged) error {
	res, err := q.Exec(ctx)
	if err != nil {
		return fmt.Errorf("change webhook: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errNoHook.Because(err)
	}
	tx.Record(0, c)
	return nil
}

// checkURL says early what the guard would refuse at every delivery. Names are checked when they are connected to.
func (s *Store) checkURL(ctx context.Context, wrong *fault.Fields, address string) {
	u, err := url.Parse(address)
	switch {
	case err != nil, len(address) > maxURL, u.Hostname() == "", u.Opaque != "", strings.ContainsFunc(address, unicode.IsControl),
		strings.ContainsFunc(address, unicode.IsSpace), u.Scheme != "https" && u.Scheme != "http":
		wrong.Add("url", "must be an address that begins with https://")
		return
	case u.User != nil || u.Fragment != "":
		wrong.Add("url", "must hold no user, password or fragment")
		return
	case u.Scheme == "http" && len(s.Allow) == 0:
		wrong.Add("url", "must begin with https://")
		return
	}
	s.checkHost(ctx, wrong, u)
}

// checkHost looks at an address that is written as one: what the guard would not connect to is refused at once. A name
// may lead elsewhere tomorrow, so that it is looked at when it is connected to; in the clear it has to lead inside
// today.
func (s *Store) checkHost(ctx context.Context, wrong *fault.Fields, u *url.URL) {
	g := newGuard(s.Allow)
	a, err := netip.ParseAddr(u.Hostname())
	switch a = a.Unmap(); {
	case err == nil && g.opened(a):
	case err == nil && !g.public(a):
		wrong.Add("url", "is not on the public internet")
	case err == nil && u.Scheme == "http", err != nil && u.Scheme == "http" && !s.leadsInside(ctx, g, u.Hostname()):
		wrong.Add("url", "must begin with https://, unless it leads into a network that --webhook-allow opens")
	}
}

// leadsInside tells whether every address of a name is in a network that the operator opened.
func (s *Store) leadsInside(ctx context.Context, g guard, host string) bool {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	resolver := s.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	found, err := resolver.LookupNetIP(ctx, "ip", host)
	return err == nil && len(found) > 0 && !slices.ContainsFunc(found, func(a netip.Addr) bool { return !g.opened(a.Unmap()) })
}

func (s *Store) checkKinds(wrong *fault.Fields, list []string) string {
	seen := []string{}
	for i, k := range list {
		known := k == "*" || slices.Contains(s.kinds, k) || slices.ContainsFunc(s.kinds, func(x string) bool {
			n, _, _ := strings.Cut(x, ".")
			return k == n+".*"
		})
		if !known {
			wrong.Add(fmt.Sprintf("kinds[%d]", i), "is no kind of event that webhooks are told of")
		} else if !slices.Contains(seen, k) {
			seen = append(seen, k)
		}
	}
	if len(list) == 0 {
		wrong.Add("kinds", "must hold at least one entry")
	}
	text, err := json.Marshal(seen)
	if err != nil {
		wrong.Add("kinds", "cannot be kept")
	}
	return string(text)
}
