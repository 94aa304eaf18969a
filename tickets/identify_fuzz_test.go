package tickets

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"heard/tickets/fault"

	"github.com/golang-jwt/jwt/v5"
)

// FuzzIdentity signs arbitrary claims: whatever a website signs, the answer is a clean proof or a refusal that names
// no token.
func FuzzIdentity(f *testing.F) {
	secret, now := []byte("0123456789abcdef"), time.Unix(1_800_000_000, 0)
	for _, s := range []string{
		`{"sub":"u1","exp":1800003600}`, `{"sub":"u1","exp":1800003600,"email":"a@x.test","name":"Ö","attrs":{"a":1,"b":true}}`,
		`{"sub":["u"],"exp":[]}`, `{"sub":"u","exp":1e999}`, `{"sub":"\u0000","exp":1800003600}`, `[]`, `null`, `{`, `{"sub":"u","exp":1800003600,"aud":["k"]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		text := b64([]byte(`{"alg":"HS256"}`)) + "." + b64([]byte(payload))
		sig, err := jwt.SigningMethodHS256.Sign(text, secret)
		if err != nil {
			t.Fatal(err)
		}
		token := text + "." + b64(sig)
		got, err := verifyIdentity(token, "k", [][]byte{secret}, now)
		if err != nil {
			if fault.KindOf(err) != fault.Unauthenticated || strings.Contains(err.Error(), token) {
				t.Fatalf("%q: refused with %v", payload, err)
			}
			return
		}
		if got.External == "" || !utf8.ValidString(got.External) || strings.ContainsRune(got.External+got.Email+got.Name, 0) ||
			got.Until.Std().After(now.Add(identityAhead+2*identityLeeway)) || got.Until.Std().Before(now) {
			t.Fatalf("%q: accepted as %+v", payload, got)
		}
		if _, err := verifyIdentity(token, "k", [][]byte{[]byte("another secret")}, now); err == nil {
			t.Fatalf("%q: accepted under another secret", payload)
		}
	})
}

// FuzzIdentityToken throws whole tokens at the check: nothing unsigned gets through, nothing panics.
func FuzzIdentityToken(f *testing.F) {
	f.Add("a.b.c")
	f.Add(b64([]byte(`{"alg":"none"}`)) + "." + b64([]byte(`{"sub":"u","exp":1800003600}`)) + ".")
	f.Fuzz(func(t *testing.T, token string) {
		got, err := verifyIdentity(token, "k", [][]byte{[]byte("a secret that the fuzzer does not know"), {}}, time.Unix(1_800_000_000, 0))
		if err == nil || got.External != "" {
			t.Fatalf("%q was accepted as %+v", token, got)
		}
	})
}

// FuzzEmail: an accepted address is in the one form that is compared.
func FuzzEmail(f *testing.F) {
	for _, s := range []string{"a@x.test", "A@X.Test", "<a@x.test>", "\"a b\"@x.test", "a@x.test,b@x.test", "ä@x.test", "a@[127.0.0.1]", "a@x\r\nBcc: b@y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var c checker
		got := c.email("email", s, true)
		if c.wrong.Err() != nil {
			return
		}
		var again checker
		if strings.ContainsAny(got, " \r\n\x00<>,;\"") || again.email("email", got, true) != got || again.wrong.Err() != nil {
			t.Fatalf("%q was accepted as %q", s, got)
		}
	})
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
