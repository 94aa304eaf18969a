package notify

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// This file says to push services who sends (RFC 8292): with a key of the desk, made at its first use and sealed with
// the desk's secrets.

// vapidFor is how long a signature holds; a day is the most that services take.
const vapidFor = 12 * time.Hour

// vapidKey returns the desk's key.
func (s *Store) vapidKey(ctx context.Context) (*ecdsa.PrivateKey, error) {
	root, err := s.people.SigningKey(ctx, "push")
	if err != nil {
		return nil, err
	}
	// Nearly every 32 bytes are a key of the curve; the first try that is one counts, for ever the same.
	for try := range 8 {
		raw, err := hkdf.Key(sha256.New, root, nil, fmt.Sprintf("heard vapid %d", try), 32)
		if err != nil {
			return nil, err
		}
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err == nil {
			return key, nil
		}
	}
	return nil, fmt.Errorf("make the key for pushes")
}

// PublicKey is what browsers sign up with.
func (s *Store) PublicKey(ctx context.Context) (string, error) {
	key, err := s.vapidKey(ctx)
	if err != nil {
		return "", err
	}
	return publicOf(key)
}

func publicOf(key *ecdsa.PrivateKey) (string, error) {
	raw, err := key.PublicKey.Bytes()
	if err != nil {
		return "", fmt.Errorf("read the key for pushes: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// authorization is the header that says who sends to an endpoint.
func (s *Store) authorization(ctx context.Context, endpoint string) (string, error) {
	key, err := s.vapidKey(ctx)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", fmt.Errorf("read the address of a push")
	}
	claims := map[string]any{"aud": u.Scheme + "://" + u.Host, "exp": s.log.Now().Add(vapidFor).Std().Unix(), "sub": s.Subject}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`))
	text := head + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	r, t, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		return "", fmt.Errorf("sign a push: %w", err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	t.FillBytes(signature[32:])
	public, err := publicOf(key)
	return "vapid t=" + text + "." + base64.RawURLEncoding.EncodeToString(signature) + ", k=" + public, err
}
