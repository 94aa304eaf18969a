package surveys

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"heard/tickets"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// stopToken names an invitation for the page that ends letters. It has a signature of its own: a survey's link does
// not unsubscribe, and this one does not answer.
func (s *Store) stopToken(inv *Invitation) string {
	return inv.PublicID + "." + s.stopMAC(inv.PublicID)
}

func (s *Store) stopMAC(publicID string) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "stop\x00%s", publicID)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Stopping is what the page that ends letters shows.
type Stopping struct {
	Desk, Locale, Language string
	Stopped                bool
}

// LookStop returns the page behind an unsubscribe link. It records nothing.
func (s *Store) LookStop(ctx context.Context, token string) (*Stopping, error) {
	inv, err := s.byStop(ctx, token)
	if err != nil {
		return nil, err
	}
	f := &Form{}
	if err := s.dress(ctx, f, inv.InboxID); err != nil {
		return nil, err
	}
	out := &Stopping{Desk: f.Desk, Locale: f.Locale, Language: inv.Language}
	out.Stopped, err = s.log.Read().NewSelect().Table("survey_optouts").
		Where("customer_id = ? OR customer_id IN (SELECT merged_into FROM customers WHERE id = ?) OR address_hash = ? AND address_hash <> ''",
			inv.CustomerID, inv.CustomerID, inv.AddressHash).Exists(ctx)
	return out, wrap("look who does not want to be asked", err)
}

func (s *Store) byStop(ctx context.Context, token string) (*Invitation, error) {
	id, sig, ok := strings.Cut(token, ".")
	if !ok || len(id) != publicLen || !hmac.Equal([]byte(sig), []byte(s.stopMAC(id))) {
		return nil, noSurvey()
	}
	var found []Invitation
	if err := s.log.Read().NewSelect().Model(&found).Where("public_id = ? AND customer_id > 0", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find survey: %w", err)
	}
	if len(found) != 1 {
		return nil, noSurvey()
	}
	return &found[0], nil
}

// Stop ends all surveys for a person, whatever the kind and the way, and takes back what is open; back undoes that.
// The same again is fine.
func (s *Store) Stop(ctx context.Context, token string, back bool) error {
	inv, err := s.byStop(ctx, token)
	if err != nil {
		return err
	}
	by := events.Actor{Kind: events.Customer, ID: inv.CustomerID}
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		return s.stop(ctx, tx, inv, back)
	})
}

func (s *Store) stop(ctx context.Context, tx *events.Tx, inv *Invitation, back bool) error {
	if err := s.alone(ctx, tx); err != nil {
		return err
	}
	person, err := s.readPerson(ctx, tx, inv.CustomerID)
	if err != nil {
		return err
	}
	d := decider{s: s, tx: tx}
	rows, err := d.rows(ctx, person.id)
	if err != nil {
		return err
	}
	if person.optedOut != back {
		return nil
	}
	if back {
		_, err = tx.NewRaw(`DELETE FROM survey_optouts WHERE customer_id IN (?) OR address_hash IN (?) AND address_hash <> ''`,
			bun.List(rows), bun.List([]string{person.address, inv.AddressHash})).Exec(ctx)
	} else {
		if err := d.withdraw(ctx, OptedOut, "customer_id IN (?)", bun.List(rows)); err != nil {
			return err
		}
		address := inv.AddressHash
		if address == "" {
			address = person.address
		}
		_, err = tx.NewRaw(`INSERT INTO survey_optouts (customer_id, address_hash, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			person.id, address, tx.Now).Exec(ctx)
	}
	tx.Record(0, tickets.SettingChanged{Noun: "customer", ID: person.id, Action: "changed", Fields: []string{"surveys"}})
	return wrap("note whether a person wants to be asked", err)
}
