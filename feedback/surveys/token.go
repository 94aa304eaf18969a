package surveys

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Lengths of the two parts of a token: 128 random bits and a whole SHA-256, as URL-safe text.
const (
	publicLen = 22
	macLen    = 43
)

// Token is the link's last part: the random id, a dot, and the signature over it, the ticket, the customer and the
// end that it was given. It can be made again whenever it is needed, so it is not stored.
func (s *Store) Token(inv *Invitation) string {
	return inv.PublicID + "." + s.sign(inv)
}

func (s *Store) sign(inv *Invitation) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "survey\x00%s\x00%d\x00%d\x00%d", inv.PublicID, inv.TicketID, inv.CustomerID, inv.end())
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// end is when the invitation ends by itself. A link to one that was ended sooner is still good: its page says so.
func (inv *Invitation) end() events.Time {
	if inv.AskedAt == 0 { // the answer came by a public link
		return inv.ExpiresAt
	}
	return inv.AskedAt.Add(Lasts)
}

// noSurvey is the one answer to tokens that are malformed, unknown or badly signed.
func noSurvey() error { return fault.New(fault.NotFound, "there is no such survey") }

// invitation finds the invitation of a token with a good signature.
func (s *Store) invitation(ctx context.Context, token string) (*Invitation, error) {
	id, sig, ok := strings.Cut(token, ".")
	if !ok || len(id) != publicLen || len(sig) != macLen {
		return nil, noSurvey()
	}
	var found []Invitation
	if err := s.log.Read().NewSelect().Model(&found).Where("public_id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find survey: %w", err)
	}
	if len(found) != 1 || !hmac.Equal([]byte(sig), []byte(s.sign(&found[0]))) {
		return nil, noSurvey()
	}
	return &found[0], nil
}
