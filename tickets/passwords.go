package tickets

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"heard/tickets/fault"

	"golang.org/x/crypto/argon2"
)

// What a password costs to check: 19 MiB, two passes, one lane. Raising it takes effect at the next sign-in.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16

	minPassword = 8
	maxPassword = 1024
)

// commonPasswords are the ones everybody tries first, lower-cased, of those that are long enough.
const commonPasswords = ` 12345678 123456789 1234567890 0123456789 87654321 11111111 00000000 password password1 password12
 password123 passw0rd p@ssw0rd p@ssword qwertyui qwertyuiop qwerty123 qwerty1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx
 asdfghjkl asdfasdf abcd1234 abc12345 a1b2c3d4 iloveyou iloveyou1 sunshine princess football baseball superman
 trustno1 welcome1 welcome123 letmein1 letmein123 admin123 admin1234 administrator changeme changeme1 secret123
 whatever michelle jennifer computer internet starwars dragon123 master123 monkey123 passwort passwort1 hallo123
 motdepasse contraseña azertyui azertyuiop 123123123 12341234 11223344 12344321 88888888 99999999 66666666 testtest
 test1234 support1 helpdesk helpdesk1 heard123 heardheard summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 `

// checkPassword says whether a new password may be used. Length counts bytes, since that is what hashing costs.
func checkPassword(field, password string) error {
	switch low := strings.ToLower(password); {
	case len(password) < minPassword:
		return fault.On(field, fmt.Sprintf("must hold at least %d characters", minPassword))
	case len(password) > maxPassword:
		return fault.On(field, fmt.Sprintf("must hold at most %d bytes", maxPassword))
	case !strings.ContainsAny(low, " \n\t") && strings.Contains(strings.ReplaceAll(commonPasswords, "\n", " "), " "+low+" "):
		return fault.On(field, "is one of the most common passwords")
	case strings.Count(password, password[:1]) == len(password):
		return fault.On(field, "repeats one character")
	}
	return nil
}

// hashPassword returns the PHC string of a password. Hashing is slow and big by intent, so that only a few run at a
// time; the others wait for their turn as long as their caller does.
func (p *People) hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key, err := p.argon(ctx, password, salt, argon{argonMemory, argonTime, argonLanes})
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// argon is the cost of a hash.
type argon struct {
	memory, time uint32
	lanes        uint8
}

func (p *People) argon(ctx context.Context, password string, salt []byte, cost argon) ([]byte, error) {
	select {
	case p.hashing <- struct{}{}:
		defer func() { <-p.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, cost.time, cost.memory, cost.lanes, argonKey), nil
}

// samePassword compares a password with a PHC string. Without a hash it takes as long and answers no.
func (p *People) samePassword(ctx context.Context, password, phc string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil // no password is that long: nothing of the account can be learnt from the quick answer
	}
	cost, salt, want, ok := parsePHC(phc)
	if !ok {
		cost, salt, want = argon{argonMemory, argonTime, argonLanes}, make([]byte, argonSalt), make([]byte, argonKey)
	}
	got, err := p.argon(ctx, password, salt, cost)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && ok, nil
}

// parsePHC reads what hashPassword wrote, and bounds what a damaged row could cost.
func parsePHC(phc string) (cost argon, salt, key []byte, ok bool) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return argon{}, nil, nil, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.memory, &cost.time, &cost.lanes); err != nil || n != 3 {
		return argon{}, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	ok = err1 == nil && err2 == nil && len(salt) >= 8 && len(salt) <= 64 && len(key) == argonKey &&
		cost.memory <= 256*1024 && cost.time >= 1 && cost.time <= 10 && cost.lanes >= 1 && cost.lanes <= 8
	return cost, salt, key, ok
}
