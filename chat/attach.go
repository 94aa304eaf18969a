package chat

import (
	"bytes"
	"encoding/json"
	"strings"

	"heard/tickets"
)

// FileRef names an upload in a message. Clients may send back the whole object that the upload answered, or its id
// alone; only the id counts.
type FileRef struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Type   string  `json:"type"`
	Size   float64 `json:"size"`
	URL    string  `json:"url"`
	Thumb  string  `json:"thumb"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *FileRef) UnmarshalJSON(b []byte) error {
	if strings.HasPrefix(string(b), `"`) {
		*f = FileRef{}
		return json.Unmarshal(b, &f.ID)
	}
	type object FileRef
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode((*object)(f))
}

// Files are the uploads that a message names.
func Files(refs []FileRef) []tickets.Attachment {
	var out []tickets.Attachment
	for _, f := range refs {
		out = append(out, tickets.Attachment{ID: f.ID})
	}
	return out
}

// attached are the fields of a frame that names uploads.
func attached(fields ...string) []string {
	return append(fields, "attachments", "attachments.id", "attachments.name", "attachments.type", "attachments.size",
		"attachments.url", "attachments.thumb", "attachments.width", "attachments.height")
}
