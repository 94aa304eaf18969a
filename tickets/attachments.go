package tickets

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"heard/tickets/events"
)

// Attachment is a file of a message, as the message's row keeps it.
type Attachment struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Width  int    `json:"width,omitempty"` // of pictures
	Height int    `json:"height,omitempty"`
	Thumb  bool   `json:"thumb,omitempty"` // there is a small picture of it
}

// WireAttachment is a file as the protocol shows it to one kind of viewer.
type WireAttachment struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	URL    string `json:"url"`
	Thumb  string `json:"thumb,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// FileLinks makes the addresses of files, when they are presented. An agent's is a plain path: its console has a
// cookie, a program a token, and either is asked for anew at each request. A customer's must work in an <img> of a
// page that has no cookie, so it carries a signature over the file, the kind of viewer and its end. All addresses of
// one quarter of an hour end at the same moment: the receivers of a frame share its bytes, and browsers their copies.
type FileLinks struct {
	key []byte
	now func() events.Time
}

// How long a signed address is good: from linkLife to linkLife + linkStep.
const (
	linkStep = 15 * time.Minute
	linkLife = 45 * time.Minute
)

// NewFileLinks returns links that are signed with a key that all nodes share.
func NewFileLinks(key []byte, now func() events.Time) *FileLinks { return &FileLinks{key, now} }

// Wire gives an attachment its form for a kind of viewer.
func (l *FileLinks) Wire(a Attachment, v Viewer) WireAttachment {
	w := WireAttachment{ID: a.ID, Name: a.Name, Type: a.Type, Size: a.Size, Width: a.Width, Height: a.Height}
	w.URL = "/files/" + a.ID + "/" + url.PathEscape(a.Name)
	ask := "?"
	if v == ForCustomer && l != nil {
		step := events.Time(linkStep.Milliseconds())
		until := strconv.FormatInt(int64((l.now()/step+1)*step)/1000+int64(linkLife.Seconds()), 10)
		w.URL += "?until=" + until + "&sign=" + l.sign(a.ID, until)
		ask = "&"
	}
	if a.Thumb {
		w.Thumb = w.URL + ask + "thumb=1"
	}
	return w
}

// Good tells whether a customer's address was signed by us and has not ended.
func (l *FileLinks) Good(id, until, sign string) bool {
	if l == nil || len(until) > 15 || !hmac.Equal([]byte(sign), []byte(l.sign(id, until))) {
		return false
	}
	end, err := strconv.ParseInt(until, 10, 64)
	return err == nil && int64(l.now()) < end*1000
}

func (l *FileLinks) sign(id, until string) string {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte(strings.Join([]string{"file", "customer", id, until}, "\x00")))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

func (l *FileLinks) wire(list []Attachment, v Viewer) []WireAttachment {
	out := make([]WireAttachment, len(list))
	for i, a := range list {
		out[i] = l.Wire(a, v)
	}
	return out
}

// SignFiles lets the store present files. It is to be called before the store is used.
func (s *Store) SignFiles(l *FileLinks) { s.links = l }

// FileLinks makes the addresses of files; nil when there are none.
func (s *Store) FileLinks() *FileLinks { return s.links }
