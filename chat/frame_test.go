package chat

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"heard/tickets/events"
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

func TestChoose(t *testing.T) {
	tests := []struct {
		name string
		list []candidate
		last int64
		want int64
		rule string
	}{
		{"nobody", nil, 0, 0, ""},
		{"nobody free", []candidate{{1, 2, 2, 0}}, 1, 0, ""},
		{"least loaded for its capacity", []candidate{{1, 2, 4, 0}, {2, 1, 1, 0}, {3, 3, 8, 0}}, 0, 3, RuleLeastLoaded},
		{"then longest idle", []candidate{{1, 1, 4, 500}, {2, 1, 4, 100}, {3, 1, 4, 300}}, 0, 2, RuleLeastLoaded},
		{"one without any assignment is idle longest", []candidate{{1, 0, 4, 500}, {2, 0, 4, 0}}, 0, 2, RuleLeastLoaded},
		{"then the lower id", []candidate{{2, 0, 4, 0}, {1, 0, 4, 0}}, 0, 1, RuleLeastLoaded},
		{"the last owner first", []candidate{{1, 0, 4, 0}, {2, 3, 4, 0}}, 2, 2, RuleLastOwner},
		{"unless full", []candidate{{1, 0, 4, 0}, {2, 4, 4, 0}}, 2, 1, RuleLeastLoaded},
	}
	for _, tt := range tests {
		got, rule := choose(tt.list, events.ID(tt.last))
		if int64(got) != tt.want || rule != tt.rule {
			t.Errorf("%s: %d by %q, want %d by %q", tt.name, got, rule, tt.want, tt.rule)
		}
	}
}
