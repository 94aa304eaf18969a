package weekly

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"heard/feedback/rollups"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// ReportLink is a link that opens one week without signing in.
type ReportLink struct {
	ID        events.ID   `json:"id"`
	Week      string      `json:"week"`
	Quotes    bool        `json:"quotes"`
	Tickets   bool        `json:"tickets"`
	CreatedBy events.ID   `json:"created_by"`
	ByName    string      `json:"created_by_name"`
	CreatedAt events.Time `json:"created_at"`
	ExpiresAt events.Time `json:"expires_at"`

	PublicID string `json:"-"`
}

// ShareIn asks for a link.
type ShareIn struct {
	Week            string
	Quotes, Tickets bool
	Days            int // how long it opens
}

// Bounds of a link's life, in days.
const (
	MostDays    = 365
	defaultDays = 30
	mailDays    = 90 // of the link in a mail
)

// Lengths of the two parts of a token: 128 random bits and a whole SHA-256, as URL-safe text.
const (
	publicLen = 22
	macLen    = 43
)

// Token is the link's last part. It can be made again whenever it is needed, so it is not stored.
func (s *Store) Token(x *ReportLink) string { return x.PublicID + "." + s.sign(x) }

func (s *Store) sign(x *ReportLink) string {
	return s.mac(fmt.Sprintf("report\x00%s\x00%s\x00%d\x00%t\x00%t", x.PublicID, x.Week, x.ExpiresAt, x.Quotes, x.Tickets))
}

func (s *Store) mac(text string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Share makes a link to a week.
func (s *Store) Share(ctx context.Context, by events.Actor, in ShareIn) (*ReportLink, error) {
	if err := rollups.ParseWeek(in.Week); err != nil {
		return nil, err
	}
	now, err := s.thisWeek(ctx)
	if err != nil {
		return nil, err
	}
	var wrong fault.Fields
	if in.Week > now {
		wrong.Add("week", "has not begun")
	}
	if in.Days == 0 {
		in.Days = defaultDays
	}
	if in.Days < 1 || in.Days > MostDays {
		wrong.Add("days", fmt.Sprintf("must be between 1 and %d", MostDays))
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	x := &ReportLink{Week: in.Week, Quotes: in.Quotes, Tickets: in.Tickets, CreatedBy: agentOf(by), PublicID: randomID()}
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		x.CreatedAt, x.ExpiresAt = tx.Now, tx.Now.Add(time.Duration(in.Days)*24*time.Hour)
		err := tx.NewRaw(insertShare+` RETURNING id`, x.PublicID, x.Week, 0, x.Quotes, x.Tickets, x.CreatedAt, x.CreatedBy, x.ExpiresAt).Scan(ctx, &x.ID)
		if err != nil {
			return fmt.Errorf("insert report link: %w", err)
		}
		changed(tx, "report_share", x.ID, "created")
		return nil
	})
	return x, err
}

const insertShare = `INSERT INTO report_shares (public_id, week, subscriber_id, quotes, tickets, created_at, created_by, expires_at)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

func randomID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

const shareColumns = `id, public_id, week, quotes, tickets, created_by, created_at, expires_at`

// mailed finds the link of a subscriber's mail, or makes it: a mail that is sent again has the same.
func (s *Store) mailed(ctx context.Context, sub *Subscriber, week string) (*ReportLink, error) {
	var list []ReportLink
	fresh := randomID()
	err := s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(insertShare+` ON CONFLICT DO NOTHING`, fresh, week, sub.ID, sub.Quotes, sub.Tickets, tx.Now, 0,
			tx.Now.Add(mailDays*24*time.Hour)).Exec(ctx)
		if err != nil {
			return err
		}
		return tx.NewRaw(`SELECT `+shareColumns+` FROM report_shares WHERE subscriber_id = ? AND week = ?`, sub.ID, week).Scan(ctx, &list)
	})
	if err != nil || len(list) == 0 {
		return nil, fmt.Errorf("make the link of a mail: %w", err)
	}
	return &list[0], nil
}

// Shares lists the links that open something, newest first. Those in mails are revoked with their subscriber, and not
// listed.
func (s *Store) Shares(ctx context.Context) ([]ReportLink, error) {
	list := []ReportLink{}
	err := s.log.Read().NewRaw(`SELECT `+shareColumns+` FROM report_shares
		WHERE subscriber_id = 0 AND revoked_at = 0 AND expires_at > ? ORDER BY id DESC LIMIT 500`, s.log.Now()).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("list report links: %w", err)
	}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].ByName = snap.AgentName(list[i].CreatedBy)
	}
	return list, nil
}

// Revoke ends a link.
func (s *Store) Revoke(ctx context.Context, by events.Actor, id events.ID) error {
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`UPDATE report_shares SET revoked_at = ? WHERE id = ? AND revoked_at = 0`, tx.Now, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("revoke report link %d: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err == nil {
				err = fault.New(fault.NotFound, "there is no such link")
			}
			return err
		}
		changed(tx, "report_share", id, "removed")
		return nil
	})
}

// errNoLink is the one answer to links that are malformed, unknown, badly signed, over or taken back.
var errNoLink = fault.New(fault.NotFound, "this link does not open anything (any more)")

// Opened finds the link of a token.
func (s *Store) Opened(ctx context.Context, token string) (*ReportLink, error) {
	id, sig, ok := strings.Cut(token, ".")
	if !ok || len(id) != publicLen || len(sig) != macLen {
		return nil, errNoLink
	}
	var found []ReportLink
	err := s.log.Read().NewRaw(`SELECT `+shareColumns+` FROM report_shares WHERE public_id = ? AND revoked_at = 0 AND expires_at > ?`,
		id, s.log.Now()).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("find report link: %w", err)
	}
	if len(found) != 1 || !hmac.Equal([]byte(sig), []byte(s.sign(&found[0]))) {
		return nil, errNoLink
	}
	return &found[0], nil
}

// Leave is the last part of the link that ends a subscription: its id, signed.
func (s *Store) Leave(sub events.ID) string {
	return sub.String() + "." + s.mac("unsubscribe\x00"+sub.String())
}

// Leaving finds whose link it is.
func (s *Store) Leaving(token string) (events.ID, error) {
	text, sig, ok := strings.Cut(token, ".")
	id, err := events.ParseID(text)
	if !ok || err != nil || !hmac.Equal([]byte(sig), []byte(s.mac("unsubscribe\x00"+text))) {
		return 0, errNoLink
	}
	return id, nil
}
