package tickets

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"heard/tickets/fault"

	"github.com/google/uuid"
)

// Once is a call under the name that its client gave it, so that a repeat of it is not a second one. The zero Once is a
// call without a name.
type Once struct {
	client, hash string
}

// NewOnce names a call. request is all that it asks for: under the same name it must be the same.
func NewOnce(client string, request any) (Once, error) {
	if client == "" {
		return Once{}, nil
	}
	id, err := parseClientID("client_id", client)
	if err != nil {
		return Once{}, err
	}
	raw, err := json.Marshal(request)
	if err != nil {
		return Once{}, fmt.Errorf("write a request: %w", err)
	}
	sum := sha256.Sum256(raw)
	return Once{id, hex.EncodeToString(sum[:])}, nil
}

// parseClientID reads the name that a client gives to what it does.
func parseClientID(field, text string) (string, error) {
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		return "", fault.On(field, "must be a UUID")
	}
	return id.String(), nil
}
