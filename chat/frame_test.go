package chat

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzParseFrame: whatever a stranger sends, a frame that passes is one UTF-8 object of a known type with known
// fields, each once, and decoding it never panics.
func FuzzParseFrame(f *testing.F) {
	for _, s := range []string{`{"type":"ping"}`, `{"type":"send","client_id":"x","body":"y","conversation":"1"}`,
		`{"type":"hello","visitor":"v","resume":[{"conversation":"1","after":2}]}`, `{"type":"send","type":"ping"}`,
		`{"type":"seen","conversation":"1","seq":1e9}`, `{"type":"typing","on":null}`, "{\"type\":\"\xff\"}", `[]`, `{`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kind, _, err := ParseFrame(data, widgetFields)
		if err != nil {
			return
		}
		var object map[string]json.RawMessage
		if !utf8.Valid(data) || json.Unmarshal(data, &object) != nil {
			t.Fatalf("%q passed", data)
		}
		allowed, known := widgetFields[kind]
		if !known {
			t.Fatalf("type %q passed", kind)
		}
		for name := range object {
			if name != "type" && !slices.Contains(allowed, name) {
				t.Fatalf("field %q passed in %s", name, kind)
			}
		}
		for _, into := range []any{new(Hello), new(sendFrame), new(typingFrame), new(seenFrame), new(ticketFrame)} {
			_ = decode(data, into) // must not panic; an error is an answer
		}
	})
}
