package notify

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// This file encrypts a push for one browser, so that the service between can neither read nor change it (RFC 8291, in
// one record of RFC 8188).

const (
	recordSize = 4096
	maxPush    = recordSize - 16 - 1 // the tag, and the mark of the last record
	padTo      = 256                 // pushes are as long as a multiple, so that their length tells little
)

// encrypt seals a text for a browser's public key and secret.
func encrypt(text, browser, secret []byte) ([]byte, error) {
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for a push: %w", err)
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	padded := (len(text)/padTo + 1) * padTo
	return encryptWith(text, browser, secret, seed{own, salt, min(padded, maxPush) - len(text)})
}

// seed is what of an encryption is random, and how much is padded.
type seed struct {
	own  *ecdh.PrivateKey
	salt []byte
	pad  int
}

func encryptWith(text, browser, secret []byte, s seed) ([]byte, error) {
	if len(text) > maxPush {
		return nil, errors.New("a push is too long")
	}
	theirs, err := ecdh.P256().NewPublicKey(browser)
	if err != nil {
		return nil, fmt.Errorf("read the key of a browser: %w", err)
	}
	shared, err := s.own.ECDH(theirs)
	if err != nil {
		return nil, fmt.Errorf("agree on a key with a browser: %w", err)
	}
	aead, nonce, err := keys(shared, secret, s.salt, string(browser)+string(s.own.PublicKey().Bytes()))
	if err != nil {
		return nil, err
	}
	own := s.own.PublicKey().Bytes()
	out := append([]byte{}, s.salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(out, byte(len(own)))
	out = append(out, own...)
	record := make([]byte, len(text)+1+max(0, s.pad))
	copy(record, text)
	record[len(text)] = 2 // the last record ends here, and zeros follow
	return aead.Seal(out, nonce, record, nil), nil
}

// keys are the content key and nonce that both sides come to; both is the public keys of the browser and of the sender.
func keys(shared, secret, salt []byte, both string) (cipher.AEAD, []byte, error) {
	input, err := hkdf.Key(sha256.New, shared, secret, "WebPush: info\x00"+both, 32)
	if err != nil {
		return nil, nil, err
	}
	key, err := hkdf.Key(sha256.New, input, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, nil, err
	}
	nonce, err := hkdf.Key(sha256.New, input, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCM(block)
	return aead, nonce, err
}
