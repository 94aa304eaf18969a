package tickets

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/golang-jwt/jwt/v5"
)

// This file is the one place that turns a claim of identity into a customer. Whatever sets an external id, or an
// e-mail address that counts as proven, comes through prove; what a visitor merely typed goes to FillUnverified and
// never finds, opens or joins anything.

const (
	identityAhead  = 24 * time.Hour
	identityLeeway = 60 * time.Second
	maxIdentity    = 8 << 10 // bytes of a signed identity
)

// proof is what a trusted source says of a person: a signed identity, or a program with an API token.
type proof struct {
	External string
	Email    string
	Phone    string
	Name     string
	Attrs    map[string]string
	By       Proof
	Until    events.Time // of a signed identity
}

// signedClaims keeps the claims as bytes, so that nothing is interpreted before the signature is known to be good.
// The checks of the claims are ours (see readClaims), hence the empty answers.
type signedClaims struct{ raw json.RawMessage }

func (c *signedClaims) UnmarshalJSON(b []byte) error                 { c.raw = slices.Clone(b); return nil }
func (c *signedClaims) GetExpirationTime() (*jwt.NumericDate, error) { return nil, nil }
func (c *signedClaims) GetIssuedAt() (*jwt.NumericDate, error)       { return nil, nil }
func (c *signedClaims) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (c *signedClaims) GetIssuer() (string, error)                   { return "", nil }
func (c *signedClaims) GetSubject() (string, error)                  { return "", nil }
func (c *signedClaims) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

// refused is the answer to every bad identity: which claim failed, and nothing of the token.
func refused(why string) *fault.Error {
	return fault.New(fault.Unauthenticated, "identity refused: "+why)
}

// verifyIdentity checks a signed identity for an inbox: HS256 under one of its active secrets, then the claims. The
// refusal names the claim, never the token.
func verifyIdentity(token, inboxKey string, secrets [][]byte, now time.Time) (proof, error) {
	switch {
	case token == "":
		return proof{}, refused("it is empty")
	case len(token) > maxIdentity:
		return proof{}, refused("it is too long")
	case len(secrets) == 0:
		return proof{}, refused("this inbox has no secret to check it with")
	}
	keys := jwt.VerificationKeySet{}
	for _, s := range secrets {
		if len(s) > 0 { // an empty key would verify anybody's signature under it
			keys.Keys = append(keys.Keys, s)
		}
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
	claims := &signedClaims{}
	parsed, err := parser.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return keys, nil })
	if err != nil {
		return proof{}, refused("it is not a JWT signed with HS256 under a secret of this inbox")
	}
	if bad := checkHeader(parsed.Header); bad != nil {
		return proof{}, bad
	}
	return readClaims(claims, inboxKey, now)
}

// checkHeader refuses tokens of another type, and those with extensions that must be understood (RFC 7515, 4.1.11):
// we understand none. Which key is meant (kid, jwk, jku, x5u) is nothing that a token may say.
func checkHeader(h map[string]any) *fault.Error {
	if _, ok := h["crit"]; ok {
		return refused("it has extensions that are not known")
	}
	if typ, ok := h["typ"]; ok {
		if name, is := typ.(string); !is || !strings.EqualFold(name, "JWT") {
			return refused("its typ is not JWT")
		}
	}
	return nil
}

// readClaims checks the claims of an identity whose signature is good.
func readClaims(claims *signedClaims, inboxKey string, now time.Time) (proof, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(claims.raw, &m); err != nil || m == nil {
		return proof{}, refused("its claims are not a JSON object")
	}
	if bad := checkTimes(m, now); bad != nil {
		return proof{}, bad
	}
	if raw, ok := m["aud"]; ok {
		if bad := checkAudience(raw, inboxKey); bad != nil {
			return proof{}, bad
		}
	}
	var out proof
	for _, f := range []struct {
		name string
		into *string
	}{{"sub", &out.External}, {"email", &out.Email}, {"name", &out.Name}} {
		if raw, ok := m[f.name]; ok && json.Unmarshal(raw, f.into) != nil {
			return proof{}, refused(f.name + " is not a string")
		}
	}
	if out.External == "" {
		return proof{}, refused("sub is missing")
	}
	attrs, bad := claimAttrs(m["attrs"])
	if bad != nil {
		return proof{}, bad
	}
	out.Attrs = attrs
	out, err := out.clean("")
	if err != nil {
		return proof{}, refused(fault.Of(err).Detail)
	}
	exp, _, _ := claimTime(m["exp"])
	out.By, out.Until = ProvedByJWT, events.Time(exp*1000).Add(identityLeeway)
	return out, nil
}

// checkTimes wants exp, at most a day ahead, and honours nbf.
func checkTimes(m map[string]json.RawMessage, now time.Time) *fault.Error {
	exp, found, ok := claimTime(m["exp"])
	switch {
	case !ok:
		return refused("exp is not a number")
	case !found:
		return refused("exp is missing")
	case exp+identityLeeway.Seconds() < unix(now):
		return refused("exp is over")
	case exp > unix(now)+(identityAhead+identityLeeway).Seconds():
		return refused("exp is more than 24 hours ahead")
	}
	nbf, found, ok := claimTime(m["nbf"])
	switch {
	case !ok:
		return refused("nbf is not a number")
	case found && nbf > unix(now)+identityLeeway.Seconds():
		return refused("nbf is ahead")
	}
	return nil
}

func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// claimTime reads seconds since 1970. Absent and null are not found.
func claimTime(raw json.RawMessage) (seconds float64, found, ok bool) {
	if raw == nil || string(raw) == "null" {
		return 0, false, true
	}
	if err := json.Unmarshal(raw, &seconds); err != nil || math.IsNaN(seconds) || math.IsInf(seconds, 0) {
		return 0, true, false
	}
	return seconds, true, true
}

// checkAudience wants the inbox's key among the audiences.
func checkAudience(raw json.RawMessage, key string) *fault.Error {
	var one string
	var many []string
	if json.Unmarshal(raw, &one) == nil && string(raw) != "null" {
		many = []string{one}
	} else if json.Unmarshal(raw, &many) != nil {
		return refused("aud is not a string or a list of strings")
	}
	if !slices.Contains(many, key) {
		return refused("aud names another inbox")
	}
	return nil
}

// claimAttrs reads flat attributes; numbers and booleans become text.
func claimAttrs(raw json.RawMessage) (map[string]string, *fault.Error) {
	if raw == nil || string(raw) == "null" {
		return nil, nil
	}
	var in map[string]any
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, refused("attrs is not an object")
	}
	out := make(map[string]string, len(in))
	for k, v := range in {
		switch v := v.(type) {
		case string:
			out[k] = v
		case bool:
			out[k] = strconv.FormatBool(v)
		case float64:
			out[k] = strconv.FormatFloat(v, 'f', -1, 64)
		case nil:
		default:
			return nil, refused("attrs holds something else than text, numbers and booleans")
		}
	}
	return out, nil
}

// clean checks a proof; field names get a prefix.
func (in proof) clean(prefix string) (proof, error) {
	var c checker
	out := proof{
		External: c.exact(prefix+"external_id", in.External, maxExternal),
		Email:    c.email(prefix+"email", in.Email, false),
		Phone:    c.line(prefix+"phone", in.Phone, 0, maxPhone),
		Name:     c.line(prefix+"name", in.Name, 0, maxName),
		Attrs:    c.attrs(prefix+"attrs", in.Attrs),
	}
	return out, c.wrong.Err()
}

// prove returns the customer whom a proof names, making or completing it. An external id finds its customer. An
// address finds one only if that customer has no other external id: two accounts with one address stay two people.
func (p *People) prove(ctx context.Context, tx *events.Tx, in proof) (*Customer, error) {
	owner, err := identified(ctx, tx, ByExternalID, in.External)
	if err != nil {
		return nil, err
	}
	mailOwner, err := identified(ctx, tx, ByEmail, in.Email)
	if err != nil {
		return nil, err
	}
	c := owner
	if c == nil && mailOwner != nil && (in.External == "" || mailOwner.ExternalID == "") {
		c = mailOwner
	}
	made := c == nil
	if made {
		c = &Customer{Attrs: map[string]string{}, CreatedAt: tx.Now, UpdatedAt: tx.Now}
		if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
			return nil, fmt.Errorf("insert customer: %w", err)
		}
	}
	var winner *Customer // somebody whom another node made a moment ago, by the same proof
	if in.External != "" && owner == nil {
		if winner, err = claim(ctx, tx, c, Identity{Kind: ByExternalID, Value: in.External, Proof: in.By}); err != nil {
			return nil, err
		}
	}
	if in.Email != "" && mailOwner == nil && winner == nil {
		if winner, err = claimEmail(ctx, tx, c, in); err != nil {
			return nil, err
		}
	}
	if winner != nil {
		if made {
			if _, err := tx.NewDelete().Model(c).WherePK().Exec(ctx); err != nil {
				return nil, fmt.Errorf("drop the second customer: %w", err)
			}
		}
		c = winner
	}
	return c, c.learn(ctx, tx, in)
}

// claimEmail makes an address the customer's. Beside an external id it is the one address that the business knows
// now, so it takes the place of earlier ones, and an owner whom another node made a moment ago keeps it.
func claimEmail(ctx context.Context, tx *events.Tx, c *Customer, in proof) (*Customer, error) {
	if in.External != "" {
		_, err := tx.NewRaw(`DELETE FROM identities WHERE customer_id = ? AND kind = ?`, c.ID, ByEmail).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("replace address: %w", err)
		}
	}
	winner, err := claim(ctx, tx, c, Identity{Kind: ByEmail, Value: in.Email, Proof: in.By})
	if in.External != "" {
		return nil, err
	}
	return winner, err
}

// provenBefore lists the customers that a proof will probably touch, so that they can be locked.
func (p *People) provenBefore(ctx context.Context, in proof) (ids []events.ID, err error) {
	err = p.log.Read().NewRaw(`SELECT customer_id FROM identities WHERE realm = 0 AND kind = ? AND value = ?
		UNION SELECT customer_id FROM identities WHERE realm = 0 AND kind = ? AND value = ?`,
		ByExternalID, in.External, ByEmail, in.Email).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("look for the proven customer: %w", err)
	}
	return ids, nil
}

// identified returns the customer that has an identity; nil when none has.
func identified(ctx context.Context, tx *events.Tx, kind IdentityKind, value string) (*Customer, error) {
	if value == "" {
		return nil, nil
	}
	var found []Customer
	err := tx.NewSelect().Model(&found).
		Where("id = (SELECT customer_id FROM identities WHERE realm = 0 AND kind = ? AND value = ?)", kind, value).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("find customer by %s: %w", kind, err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return &found[0], nil
}

// claim gives a customer an identity. When somebody else has it, that customer is the answer.
func claim(ctx context.Context, tx *events.Tx, c *Customer, id Identity) (*Customer, error) {
	res, err := tx.NewRaw(`INSERT INTO identities (customer_id, kind, value, proof, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (realm, kind, value) DO NOTHING`, c.ID, id.Kind, id.Value, id.Proof, tx.Now).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("insert %s identity: %w", id.Kind, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return nil, err
	}
	return identified(ctx, tx, id.Kind, id.Value)
}

// learn writes what a proof says on the customer's row; proven values win over typed ones.
func (c *Customer) learn(ctx context.Context, tx *events.Tx, in proof) error {
	before := *c
	set := func(into *string, v string) {
		if v != "" {
			*into = v
		}
	}
	if c.ExternalID == "" { // a merged customer has several; the first one stays its name
		c.ExternalID = in.External
	}
	set(&c.Email, in.Email)
	set(&c.Phone, in.Phone)
	set(&c.Name, in.Name)
	attrs := make(map[string]string, len(c.Attrs)+len(in.Attrs))
	changed := false
	for k, v := range c.Attrs {
		attrs[k] = v
	}
	for k, v := range in.Attrs {
		if old, ok := attrs[k]; (!ok && len(attrs) < maxAttrs) || (ok && old != v) {
			attrs[k], changed = v, true
		}
	}
	c.Verified, c.Attrs = true, attrs
	if !changed && before.Verified && before.ExternalID == c.ExternalID && before.Email == c.Email &&
		before.Phone == c.Phone && before.Name == c.Name {
		return nil
	}
	if !before.Verified && in.Email == "" {
		c.Email = "" // typed by nobody we know: it must not look proven from now on
	}
	c.UpdatedAt = tx.Now
	_, err := tx.NewUpdate().Model(c).WherePK().
		Column("external_id", "email", "phone", "name", "attrs", "verified", "updated_at").Exec(ctx)
	if err != nil {
		return fmt.Errorf("update customer %d: %w", c.ID, err)
	}
	return nil
}
