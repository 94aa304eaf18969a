package tickets

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"heard/tickets/events"
)

// Secrets seals values that must be readable again with AES-256-GCM under the installation's key. What only needs
// to be compared (tokens, passwords) is hashed instead.
type Secrets struct {
	aead cipher.AEAD
	id   string // which key sealed a value, so that a wrong key is told from a damaged value
}

// NewSecrets returns a sealer for a key of 32 random bytes.
func NewSecrets(key [32]byte) (*Secrets, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("use the secrets key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("use the secrets key: %w", err)
	}
	sum := sha256.Sum256(append([]byte("heard key id\x00"), key[:]...))
	return &Secrets{aead: aead, id: hex.EncodeToString(sum[:4])}, nil
}

// KeyName tells one key from another and nothing else about it.
func (s *Secrets) KeyName() string { return s.id }

// Seal encrypts a value for one place; it opens in that place only.
func (s *Secrets) Seal(place string, plain []byte) string {
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce)
	return "v1." + s.id + "." + base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, []byte(place)))
}

// Open decrypts what Seal made for the same place.
func (s *Secrets) Open(place, sealed string) ([]byte, error) {
	rest, ok := strings.CutPrefix(sealed, "v1.")
	id, text, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 {
		return nil, fmt.Errorf("open secret %s: not a sealed value", place)
	}
	if id != s.id {
		return nil, fmt.Errorf("open secret %s: sealed with key %s, this is key %s", place, id, s.id)
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return nil, fmt.Errorf("open secret %s: damaged", place)
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, raw[:n], raw[n:], []byte(place))
	if err != nil {
		return nil, fmt.Errorf("open secret %s: %w", place, err)
	}
	return plain, nil
}

// randomText returns n random bytes as URL-safe text.
func randomText(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is how tokens are stored. They are random, so that one round of a fast hash is enough, and finding the
// row by it leaks nothing of use.
func hashToken(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// SigningKey returns the desk's 32-byte key of that name, made at its first use and sealed at rest.
func (p *People) SigningKey(ctx context.Context, name string) ([]byte, error) {
	if key, err := p.signingKey(ctx, name); err != nil || key != nil {
		return key, err
	}
	fresh := make([]byte, 32)
	rand.Read(fresh)
	sealed := p.secrets.Seal("key:"+name, fresh)
	err := p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO keys (name, value, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING`,
			name, sealed, tx.Now).Exec(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make key %s: %w", name, err)
	}
	return p.signingKey(ctx, name) // another node may have been first: what is stored counts
}

// signingKey reads a key; nil when there is none.
func (p *People) signingKey(ctx context.Context, name string) ([]byte, error) {
	var sealed []string
	if err := p.log.Read().NewRaw(`SELECT value FROM keys WHERE name = ?`, name).Scan(ctx, &sealed); err != nil {
		return nil, fmt.Errorf("read key %s: %w", name, err)
	}
	if len(sealed) == 0 {
		return nil, nil
	}
	return p.secrets.Open("key:"+name, sealed[0])
}
