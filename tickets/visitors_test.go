package tickets_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"

	"github.com/golang-jwt/jwt/v5"
)

func TestVisitorGoesOn(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		first := c.start("", nil)
		again := c.start(first.Token, nil)
		if again.Token != first.Token || again.Visitor != first.Visitor || first.Visitor.Proven {
			t.Errorf("second start = %+v, want the same unproven visitor as %+v", again.Visitor, first.Visitor)
		}
		for _, token := range []string{"", "x", strings.Repeat("A", 22), first.Token + "A", strings.ToLower(first.Token)} {
			if out := c.start(token, nil); out.Visitor.ID == first.Visitor.ID || out.Token == token {
				t.Errorf("token %q began as visitor %v", token, out.Visitor)
			}
			_, err := c.Visitor(t.Context(), token)
			wantKind(t, "visitor "+token, err, fault.Unauthenticated)
		}
		c.must(c.LogoutVisitor(t.Context(), first.Token))
		_, err := c.Visitor(t.Context(), first.Token)
		wantKind(t, "after logout", err, fault.Unauthenticated)
	})
}

func TestVisitorTokensOfOneInboxOnly(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		first := c.start("", nil)
		other, err := c.CreateInbox(t.Context(), sys, tickets.InboxIn{Name: "Blog", Kind: tickets.Website})
		c.must(err)
		out, err := c.StartVisitor(t.Context(), tickets.StartIn{Inbox: other.Key, Visitor: first.Token})
		c.must(err)
		if out.Visitor.ID == first.Visitor.ID || out.Visitor.CustomerID == first.Visitor.CustomerID {
			t.Errorf("the token of one inbox opened the other: %+v", out.Visitor)
		}
		_, err = c.StartVisitor(t.Context(), tickets.StartIn{Inbox: "nope"})
		wantKind(t, "unknown inbox", err, fault.NotFound)
		off := true
		_, err = c.ChangeInbox(t.Context(), sys, c.site.ID, tickets.InboxPatch{Disabled: &off})
		c.must(err)
		_, err = c.Visitor(t.Context(), first.Token)
		wantKind(t, "disabled inbox", err, fault.Unauthenticated)
	})
}

func TestVisitorRotation(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		parent := c.start("", nil)
		c.clock.Advance(25 * time.Hour)
		child := c.start(parent.Token, nil)
		sibling := c.start(parent.Token, nil) // an answer that got lost
		if child.Token == parent.Token || sibling.Token == child.Token || child.Visitor.ID != parent.Visitor.ID {
			t.Fatalf("no rotation after a day: %+v, %+v", child, sibling)
		}
		good := func(name, token string, want bool) {
			t.Helper()
			_, err := c.Visitor(t.Context(), token)
			if got := err == nil; got != want {
				t.Errorf("%s is good = %v, want %v (%v)", name, got, want, err)
			}
		}
		c.clock.Advance(24 * time.Hour) // nobody has used a child: the parent lives on
		good("parent before the first use", parent.Token, true)
		good("child", child.Token, true)
		c.clock.Advance(9 * time.Minute)
		good("parent in the grace", parent.Token, true)
		good("child again", child.Token, true) // does not renew the grace
		c.clock.Advance(2 * time.Minute)
		good("parent after the grace", parent.Token, false)
		good("sibling", sibling.Token, true)
		good("child after the grace", child.Token, true)
		c.clock.Advance(90 * 24 * time.Hour)
		good("child after 90 idle days", child.Token, false)
	})
}

func TestIdentifyMovesWhatTheBrowserBegan(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		anon := c.start("", nil)
		id := c.chat(anon.Visitor)
		known := c.start("", c.signed(c.claims("u1"))) // the same person, elsewhere and earlier
		older := c.chat(known.Visitor)

		out := c.start(anon.Token, c.signed(jwt.MapClaims{"sub": "u1", "name": "Eve", "email": "EVE@x.test",
			"exp": c.clock.Now().Add(time.Hour).Unix(), "aud": c.site.Key, "attrs": map[string]any{"plan": "pro", "seats": 3}}))
		if out.Customer.ID != known.Customer.ID || out.Visitor.ID != anon.Visitor.ID || !out.Visitor.Proven || out.Token == anon.Token {
			t.Errorf("identified as %+v of customer %d, want the same visitor, proven, with a new token, of %d", out.Visitor, out.Customer.ID, known.Customer.ID)
		}
		if x := out.Customer; x.Name != "Eve" || x.Email != "eve@x.test" || x.Attrs["plan"] != "pro" || x.Attrs["seats"] != "3" || !x.Verified {
			t.Errorf("customer = %+v", x)
		}
		if got := c.ticket(id).CustomerID; got != known.Customer.ID {
			t.Errorf("the chat belongs to %d, want %d", got, known.Customer.ID)
		}
		kinds := (&desk{c.store, t, c.log, c.clock}).kinds(id)
		wantKinds(t, kinds[len(kinds)-1:], "customer.identified")
		if x, err := c.Customer(t.Context(), anon.Customer.ID); err != nil || x.ID != known.Customer.ID {
			t.Errorf("the anonymous customer answers as %v, %v", x, err)
		}
		// Whoever knows only the old token sees what that browser began, and nothing older.
		old, err := c.Visitor(t.Context(), anon.Token)
		c.must(err)
		if old.Proven || !old.Sees(c.ticket(id)) || old.Sees(c.ticket(older)) {
			t.Errorf("the old token: %+v sees own %v, older %v", old, old.Sees(c.ticket(id)), old.Sees(c.ticket(older)))
		}
		if x := c.start(anon.Token, nil).Customer; x.Name != "" || x.Email != "" || x.ExternalID != "" || len(x.Attrs) > 0 {
			t.Errorf("the old token tells who the customer is: %+v", x)
		}
		now, err := c.Visitor(t.Context(), out.Token)
		c.must(err)
		if !now.Sees(c.ticket(id)) || !now.Sees(c.ticket(older)) {
			t.Error("the proven token does not see all conversations")
		}
		if again := c.start(out.Token, c.signed(c.claims("u1"))); again.Token != out.Token {
			t.Error("a second proof of the same person rotated the token")
		}
		c.clock.Advance(2 * time.Hour) // the identity has ended
		if v, err := c.Visitor(t.Context(), out.Token); err != nil || v.Proven {
			t.Errorf("after the end of the identity: %+v, %v", v, err)
		}
		c.check()
	})
}

func TestAnotherPersonAtTheSameBrowser(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		one := c.start("", c.signed(c.claims("u1")))
		id := c.chat(one.Visitor)
		two := c.start(one.Token, c.signed(c.claims("u2")))
		if two.Visitor.ID == one.Visitor.ID || two.Customer.ID == one.Customer.ID {
			t.Errorf("visitor %d was bound again: %+v", one.Visitor.ID, two)
		}
		if two.Visitor.Sees(c.ticket(id)) || c.ticket(id).CustomerID != one.Customer.ID {
			t.Error("the second person sees the first one's chat")
		}
		c.check()
	})
}

func TestTypedAddressOpensNothing(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		victim := c.start("", c.signed(jwt.MapClaims{"sub": "v", "email": "victim@x.test", "exp": c.clock.Now().Add(time.Hour).Unix()}))
		id := c.chat(victim.Visitor)
		thief := c.start("", nil)
		c.must(c.FillUnverified(t.Context(), thief.Customer.ID, "Thief", "victim@x.test"))
		again := c.start(thief.Token, nil)
		if again.Customer.ID == victim.Customer.ID || again.Customer.Verified || again.Visitor.Sees(c.ticket(id)) {
			t.Errorf("typing an address gave %+v", again.Customer)
		}
		if again.Customer.Email != "victim@x.test" || again.Customer.Name != "Thief" {
			t.Errorf("what was typed is lost: %+v", again.Customer)
		}
		if ids, err := c.Identities(t.Context(), thief.Customer.ID); err != nil || len(ids) != 0 {
			t.Errorf("identities = %v, %v, want none", ids, err)
		}
		// Typing over a verified customer changes nothing.
		c.must(c.FillUnverified(t.Context(), victim.Customer.ID, "Mallory", "m@x.test"))
		if x, err := c.Customer(t.Context(), victim.Customer.ID); err != nil || x.Email != "victim@x.test" || x.Name == "Mallory" {
			t.Errorf("the verified customer became %+v, %v", x, err)
		}
		wantKind(t, "typed nonsense", c.FillUnverified(t.Context(), thief.Customer.ID, "", "no address"), fault.Invalid)
		// The thief's own account does not carry the typed address over as proven.
		out := c.start(thief.Token, c.signed(c.claims("thief")))
		if out.Customer.Email != "" || out.Customer.ID == victim.Customer.ID {
			t.Errorf("after a proof of another person: %+v", out.Customer)
		}
	})
}

func TestHostileIdentities(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		now := c.clock.Now()
		hour := now.Add(time.Hour).Unix()
		rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
		c.must(err)
		with := func(method jwt.SigningMethod, key any, claims jwt.MapClaims) string {
			s, err := jwt.NewWithClaims(method, claims).SignedString(key)
			c.must(err)
			return s
		}
		claims := func(extra jwt.MapClaims) string {
			m := jwt.MapClaims{"sub": "u1", "exp": hour}
			for k, v := range extra {
				if v == nil {
					delete(m, k)
				} else {
					m[k] = v
				}
			}
			return *c.signed(m)
		}
		good := claims(nil)
		parts := strings.Split(good, ".")
		enc := base64.RawURLEncoding.EncodeToString
		tests := []struct{ name, token, why string }{
			{"empty", "", "empty"},
			{"null text", "null", "JWT"},
			{"no signature", parts[0] + "." + parts[1] + ".", "JWT"},
			{"two parts", parts[0] + "." + parts[1], "JWT"},
			{"alg none", with(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, jwt.MapClaims{"sub": "u1", "exp": hour}), "JWT"},
			{"alg none by hand", enc([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", "JWT"},
			{"alg None", enc([]byte(`{"alg":"None"}`)) + "." + parts[1] + "." + parts[2], "JWT"},
			{"RS256", with(jwt.SigningMethodRS256, rsaKey, jwt.MapClaims{"sub": "u1", "exp": hour}), "JWT"},
			{"HS512", with(jwt.SigningMethodHS512, []byte(c.secret), jwt.MapClaims{"sub": "u1", "exp": hour}), "JWT"},
			{"wrong secret", with(jwt.SigningMethodHS256, []byte("wrong"), jwt.MapClaims{"sub": "u1", "exp": hour}), "JWT"},
			{"empty secret", with(jwt.SigningMethodHS256, []byte(""), jwt.MapClaims{"sub": "u1", "exp": hour}), "JWT"},
			{"public key as secret", with(jwt.SigningMethodHS256, []byte(c.site.Key), jwt.MapClaims{"sub": "u1", "exp": hour}), "JWT"},
			{"changed claims", parts[0] + "." + enc([]byte(`{"sub":"admin","exp":9999999999}`)) + "." + parts[2], "JWT"},
			{"padding", good + "=", "JWT"},
			{"huge", good + strings.Repeat("A", 9000), "long"},
			{"array payload", signBytes(c.secret, `["u1"]`), "object"},
			{"null payload", signBytes(c.secret, `null`), "object"},
			{"no sub", claims(jwt.MapClaims{"sub": nil}), "sub is missing"},
			{"empty sub", claims(jwt.MapClaims{"sub": ""}), "sub is missing"},
			{"array sub", claims(jwt.MapClaims{"sub": []string{"u1"}}), "sub is not"},
			{"number sub", claims(jwt.MapClaims{"sub": 1}), "sub is not"},
			{"Sub in other case", claims(jwt.MapClaims{"sub": nil, "Sub": "u1"}), "sub is missing"},
			{"control in sub", claims(jwt.MapClaims{"sub": "u1\x00"}), "control"},
			{"long sub", claims(jwt.MapClaims{"sub": strings.Repeat("x", 256)}), "255"},
			{"no exp", claims(jwt.MapClaims{"exp": nil}), "exp is missing"},
			{"null exp", signBytes(c.secret, `{"sub":"u1","exp":null}`), "exp is missing"},
			{"text exp", claims(jwt.MapClaims{"exp": "tomorrow"}), "exp is not"},
			{"array exp", claims(jwt.MapClaims{"exp": []int64{hour}}), "exp is not"},
			{"over", claims(jwt.MapClaims{"exp": now.Add(-61 * time.Second).Unix()}), "exp is over"},
			{"negative exp", claims(jwt.MapClaims{"exp": -1}), "exp is over"},
			{"too far", claims(jwt.MapClaims{"exp": now.Add(24*time.Hour + 62*time.Second).Unix()}), "24 hours"},
			{"for ever", signBytes(c.secret, `{"sub":"u1","exp":1e300}`), "24 hours"},
			{"not yet", claims(jwt.MapClaims{"nbf": now.Add(2 * time.Minute).Unix()}), "nbf is ahead"},
			{"other inbox", claims(jwt.MapClaims{"aud": "other"}), "aud names"},
			{"empty aud", claims(jwt.MapClaims{"aud": ""}), "aud names"},
			{"no aud in list", claims(jwt.MapClaims{"aud": []string{}}), "aud names"},
			{"null aud", signBytes(c.secret, `{"sub":"u1","aud":null,"exp":`+jsonOf(hour)+`}`), "aud names"},
			{"object aud", claims(jwt.MapClaims{"aud": map[string]any{}}), "aud is not"},
			{"array email", claims(jwt.MapClaims{"email": []string{"a@x.test"}}), "email is not a string"},
			{"bad email", claims(jwt.MapClaims{"email": "a@"}), "e-mail address"},
			{"nested attrs", claims(jwt.MapClaims{"attrs": map[string]any{"a": map[string]any{}}}), "attrs holds"},
			{"must be understood", signParts(c.secret, `{"alg":"HS256","crit":["exp"]}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`), "extensions"},
			{"another type", signParts(c.secret, `{"alg":"HS256","typ":"at+jwt"}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`), "typ"},
			{"no name as type", signParts(c.secret, `{"alg":"HS256","typ":["JWT"]}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`), "typ"},
			{"a kid that is a path", signParts("", `{"alg":"HS256","kid":"../../dev/null"}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`), "not a JWT"},
			{"a kid that is a query", signParts("x", `{"alg":"HS256","kid":"x' UNION SELECT 'x"}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`), "not a JWT"},
			{"its own key", signParts("x", `{"alg":"HS256","jwk":{"kty":"oct","k":"eA"}}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`), "not a JWT"},
			{"two algorithms", signParts(c.secret, `{"alg":"HS256","alg":"none"}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`), "not a JWT"},
			{"list attrs", claims(jwt.MapClaims{"attrs": []string{}}), "attrs is not"},
		}
		before := c.length()
		for _, tt := range tests {
			out, err := c.StartVisitor(t.Context(), tickets.StartIn{Inbox: c.site.Key, Identity: &tt.token})
			wantKind(t, tt.name, err, fault.Unauthenticated)
			if err == nil || !strings.Contains(err.Error(), tt.why) || out.Token != "" {
				t.Errorf("%s: %v, want a reason with %q", tt.name, err, tt.why)
			}
			if err != nil && len(tt.token) > 8 && strings.Contains(err.Error(), tt.token) {
				t.Errorf("%s: the refusal repeats the token", tt.name)
			}
		}
		if list, _, err := c.store.Customers(t.Context(), tickets.CustomerFilter{}); err != nil || len(list) != 0 || c.length() != before {
			t.Errorf("refused identities left %v, %v", list, err)
		}
		for name, token := range map[string]string{
			"plain": good, "aud": claims(jwt.MapClaims{"aud": []string{"x", c.site.Key}}),
			"leeway":   claims(jwt.MapClaims{"exp": now.Add(-59 * time.Second).Unix()}),
			"a day":    claims(jwt.MapClaims{"exp": now.Add(24 * time.Hour).Unix()}),
			"any kid":  signParts(c.secret, `{"alg":"HS256","kid":"7"}`, `{"sub":"u1","exp":`+jsonOf(hour)+`}`),
			"fraction": signBytes(c.secret, `{"sub":"u1","email":null,"exp":`+jsonOf(float64(hour)+0.5)+`}`),
		} {
			if _, err := c.StartVisitor(t.Context(), tickets.StartIn{Inbox: c.site.Key, Identity: &token}); err != nil {
				t.Errorf("%s: refused: %v", name, err)
			}
		}
	})
}

// signBytes signs a payload as it is.
func signBytes(secret, payload string) string {
	return signParts(secret, `{"alg":"HS256","typ":"JWT"}`, payload)
}

// signParts signs a header and a payload as they are.
func signParts(secret, header, payload string) string {
	enc := base64.RawURLEncoding.EncodeToString
	text := enc([]byte(header)) + "." + enc([]byte(payload))
	sig, err := jwt.SigningMethodHS256.Sign(text, []byte(secret))
	if err != nil {
		panic(err)
	}
	return text + "." + enc(sig)
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestInboxSecretsRotate(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		first := c.signed(c.claims("u1"))
		second, err := c.AddInboxSecret(t.Context(), sys, c.site.ID)
		c.must(err)
		c.start("", first)
		c.secret = second
		c.start("", c.signed(c.claims("u1")))
		third, err := c.AddInboxSecret(t.Context(), sys, c.site.ID)
		c.must(err)
		_, err = c.StartVisitor(t.Context(), tickets.StartIn{Inbox: c.site.Key, Identity: first})
		wantKind(t, "the first of three secrets", err, fault.Unauthenticated)
		c.start("", c.signed(c.claims("u1")))
		if in, err := c.Inbox(t.Context(), c.site.ID); err != nil || in.Secrets != 2 {
			t.Errorf("secrets = %d, %v, want 2", in.Secrets, err)
		}
		var stored []string
		c.must(c.log.Read().NewRaw(`SELECT value FROM inbox_secrets`).Scan(t.Context(), &stored))
		for _, s := range stored {
			if strings.Contains(s, second) || strings.Contains(s, third) {
				t.Error("a secret lies open in the database")
			}
		}
	})
}

func TestRequiredIdentity(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		anon := c.start("", nil)
		yes := true
		_, err := c.ChangeInbox(t.Context(), sys, c.site.ID, tickets.InboxPatch{RequireIdentity: &yes})
		c.must(err)
		for _, token := range []string{"", anon.Token} {
			_, err := c.StartVisitor(t.Context(), tickets.StartIn{Inbox: c.site.Key, Visitor: token})
			wantKind(t, "start without identity", err, fault.Unauthenticated)
		}
		_, err = c.Visitor(t.Context(), anon.Token)
		wantKind(t, "an unproven token", err, fault.Unauthenticated)
		out := c.start(anon.Token, c.signed(c.claims("u1")))
		if _, err := c.Visitor(t.Context(), out.Token); err != nil {
			t.Errorf("a proven token: %v", err)
		}
		c.clock.Advance(2 * time.Hour)
		_, err = c.Visitor(t.Context(), out.Token)
		wantKind(t, "a proof that has ended", err, fault.Unauthenticated)
	})
}

func TestEnsureCustomer(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		program := events.Actor{Kind: events.Agent, ID: 1, Token: 5}
		ensure := func(in tickets.CustomerIn) *tickets.Customer {
			t.Helper()
			x, err := c.EnsureCustomer(t.Context(), program, in)
			c.must(err)
			return x
		}
		mail := ensure(tickets.CustomerIn{Email: "A@x.test", Name: "A"})
		both := ensure(tickets.CustomerIn{Email: "a@x.test", ExternalID: "u1"})
		if both.ID != mail.ID || both.ExternalID != "u1" || both.Name != "A" {
			t.Errorf("the address did not find its customer: %+v, %+v", mail, both)
		}
		if x := ensure(tickets.CustomerIn{ExternalID: "u1"}); x.ID != mail.ID {
			t.Errorf("the external id found %d, want %d", x.ID, mail.ID)
		}
		other := ensure(tickets.CustomerIn{Email: "a@x.test", ExternalID: "u2"})
		if other.ID == mail.ID {
			t.Error("two accounts with one address became one customer")
		}
		if x := ensure(tickets.CustomerIn{ExternalID: "U1"}); x.ID == mail.ID {
			t.Error("external ids are compared without case")
		}
		if x := c.start("", c.signed(c.claims("u1"))); x.Customer.ID != mail.ID {
			t.Errorf("the website proves customer %d, want %d", x.Customer.ID, mail.ID)
		}
		ids, err := c.Identities(t.Context(), mail.ID)
		c.must(err)
		if len(ids) != 2 || ids[0].Proof != tickets.ProvedByAPI {
			t.Errorf("identities = %+v", ids)
		}
		if x, y := ensure(tickets.CustomerIn{Name: "N"}), ensure(tickets.CustomerIn{Name: "N"}); x.ID == y.ID || x.Verified {
			t.Error("customers without identity were joined")
		}
		_, err = c.EnsureCustomer(t.Context(), program, tickets.CustomerIn{Email: "nope", Phone: strings.Repeat("1", 41)})
		wantKind(t, "bad customer", err, fault.Invalid)
		if f := fault.Of(err).Fields; len(f) != 2 || f[0].Field != "customer.email" || f[1].Field != "customer.phone" {
			t.Errorf("fields = %v", f)
		}
	})
}

func TestMergeCustomers(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a, b := c.start("", c.signed(c.claims("a"))), c.start("", c.signed(c.claims("b")))
		ta, tb := c.chat(a.Visitor), c.chat(b.Visitor)
		admin := events.Actor{Kind: events.Agent, ID: 1}
		_, err := c.MergeCustomers(t.Context(), admin, a.Customer.ID, a.Customer.ID)
		wantKind(t, "with itself", err, fault.Invalid)
		_, err = c.MergeCustomers(t.Context(), admin, a.Customer.ID, 999)
		wantKind(t, "with nobody", err, fault.NotFound)
		if _, err = c.MergeCustomers(t.Context(), admin, a.Customer.ID, b.Customer.ID); err != nil {
			t.Fatal(err)
		}
		for _, id := range []events.ID{ta, tb} {
			if got := c.ticket(id).CustomerID; got != a.Customer.ID {
				t.Errorf("ticket %d belongs to %d, want %d", id, got, a.Customer.ID)
			}
		}
		kinds := (&desk{c.store, t, c.log, c.clock}).kinds(tb)
		wantKinds(t, kinds[len(kinds)-1:], "customer.identified")
		if x := c.start("", c.signed(c.claims("b"))); x.Customer.ID != a.Customer.ID {
			t.Errorf("identity b proves %d, want %d", x.Customer.ID, a.Customer.ID)
		}
		if v, err := c.Visitor(t.Context(), b.Token); err != nil || v.CustomerID != a.Customer.ID {
			t.Errorf("the browser of b is of %+v, %v", v, err)
		}
		_, err = c.MergeCustomers(t.Context(), admin, a.Customer.ID, b.Customer.ID)
		wantKind(t, "twice", err, fault.Conflict)
		c.check()
	})
}

func TestVisitorTokensAreRandom(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		seen := map[string]bool{}
		for range 200 {
			token := c.start("", nil).Token
			if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 16 || seen[token] {
				t.Fatalf("token %q: %v", token, err)
			}
			seen[token] = true
			var n int
			c.must(c.log.Read().NewRaw(`SELECT count(*) FROM visitor_tokens WHERE token_hash = ?`, token).Scan(t.Context(), &n))
			if n != 0 {
				t.Fatal("a token lies open in the database")
			}
		}
	})
}

// Two nodes that meet a person for the first time at the same moment make one customer of it.
func TestOnePersonOnTwoNodes(t *testing.T) {
	t.Parallel()
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		c := newCrew(t, dbtest.Open(t, dsn))
		log := eventstest.Open(t, dbtest.Open(t, dsn), events.Options{Now: c.clock.Now, Vocabulary: tickets.Changes(), Settle: tickets.Settle})
		secrets, err := tickets.NewSecrets([32]byte{1, 2, 3})
		c.must(err)
		nodes := []*tickets.People{c.People, tickets.NewPeople(log, secrets)}
		for round := range 5 {
			sub := c.signed(jwt.MapClaims{"sub": "u" + jsonOf(round), "email": "u" + jsonOf(round) + "@x.test", "exp": c.clock.Now().Add(time.Hour).Unix()})
			anon := []tickets.StartOut{c.start("", nil), c.start("", nil), c.start("", nil), c.start("", nil)}
			c.chat(anon[0].Visitor)
			got := make([]events.ID, len(anon))
			var wg sync.WaitGroup
			for i := range anon {
				wg.Go(func() {
					out, err := nodes[i%2].StartVisitor(t.Context(), tickets.StartIn{Inbox: c.site.Key, Visitor: anon[i].Token, Identity: sub})
					if err != nil {
						t.Error(err)
					}
					got[i] = out.Customer.ID
				})
			}
			wg.Wait()
			for _, id := range got {
				if id == 0 || id != got[0] {
					t.Fatalf("round %d: one person is customers %v", round, got)
				}
			}
		}
		list, _, err := c.store.Customers(t.Context(), tickets.CustomerFilter{})
		c.must(err)
		if len(list) != 5 {
			t.Errorf("%d customers are in force, want 5: %+v", len(list), list)
		}
		c.check()
	})
}
