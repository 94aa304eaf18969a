package tickets

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Limits of a message.
const (
	MaxBody        = 16_000 // bytes
	maxAttachments = 10
)

// NewMessage is what an author's client sends.
type NewMessage struct {
	ClientID    string // UUID made by that client; the same one makes a repeat harmless
	Body        string
	Attachments []Attachment // only ids count: the rest is filled from the uploads
	Uploader    string       // whose uploads they are: VisitorSender or AgentSender
	DraftRev    *int64       // the newest rev that an agent's window knows of the draft that this was: it is empty then
}

// validate checks and normalizes a message. Field names are those of the wire, below prefix.
func (m *NewMessage) validate(prefix string) error {
	id, err := parseClientID(prefix+"client_id", m.ClientID)
	if err != nil {
		return err
	}
	m.ClientID = id
	return m.validateContent(prefix)
}

func (m *NewMessage) validateContent(prefix string) error {
	switch {
	case len(m.Body) > MaxBody:
		f := fault.Newf(fault.TooLarge, "a message holds at most %d bytes", MaxBody)
		f.Fields = []fault.Field{{Field: prefix + "body", Detail: fmt.Sprintf("must hold at most %d bytes", MaxBody)}}
		return f
	case strings.TrimSpace(m.Body) == "":
		return fault.On(prefix+"body", "must not be empty")
	case !validText(m.Body):
		return fault.On(prefix+"body", "must be UTF-8 text")
	case len(m.Attachments) > maxAttachments:
		return fault.On(prefix+"attachments", fmt.Sprintf("must hold at most %d files", maxAttachments))
	}
	for i, a := range m.Attachments {
		if a.ID == "" || len(a.ID) > 40 || strings.Trim(a.ID, "0123456789") != "" {
			return errNoFile // the id of nothing
		}
		if slices.ContainsFunc(m.Attachments[:i], func(b Attachment) bool { return a.ID == b.ID }) {
			return fault.On(fmt.Sprintf("%sattachments[%d]", prefix, i), "names a file twice")
		}
	}
	return nil
}

// hash tells a repeat of a message from another message under the same client id.
func (m *NewMessage) hash(note bool) string {
	h := sha256.New()
	part := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	if note {
		part("note")
	}
	part(m.Body)
	for _, a := range m.Attachments {
		part(a.ID)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Senders scope client ids: they stay the same when a visitor is identified or a customer merged.

// VisitorSender is the sender key of a browser.
func VisitorSender(visitor events.ID) string { return "v" + visitor.String() }

// AgentSender is the sender key of a signed-in agent.
func AgentSender(agent events.ID) string { return "a" + agent.String() }

// TokenSender is the sender key of an API token.
func TokenSender(token events.ID) string { return "t" + token.String() }
