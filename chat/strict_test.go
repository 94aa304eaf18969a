package chat

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"heard/tickets/fault"
)

func TestCheckJSON(t *testing.T) {
	tests := []struct {
		name, body string
		want       error
	}{
		{"an object", `{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}`, nil},
		{"a pair of surrogates", `{"a":"\ud83d\ude00"}`, nil},
		{"a backslash before a u", `{"a":"\\ud800"}`, nil},
		{"doubled", `{"a":1,"a":1}`, errDuplicate},
		{"doubled by escape", `{"a":1,"\u0061":1}`, errDuplicate},
		{"doubled in an array", `[{"a":1,"a":1}]`, errDuplicate},
		{"doubled after a nested object", `{"a":{"b":1},"c":2,"a":1}`, errDuplicate},
		{"a low surrogate alone", `{"a":"\udc00"}`, errNotUTF8},
		{"a high surrogate alone", `{"a":"\ud800x"}`, errNotUTF8},
		{"two high surrogates", `{"a":"\ud800\ud800"}`, errNotUTF8},
		{"a high surrogate at the end", `"\ud800"`, errNotUTF8},
		{"bytes", "{\"a\":\"\xc3\"}", errNotUTF8},
		{"two values", `{} {}`, errNotJSON},
		{"nothing", ` `, errNotJSON},
		{"deep", strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), errTooDeep},
		{"as deep as allowed", strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), nil},
	}
	for _, tt := range tests {
		if got := CheckJSON([]byte(tt.body)); !errors.Is(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func FuzzCheckJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `[{"a":"\ud83d\ude00"}]`, `{"a":1,"a":2}`, `"\ud800"`, `{"a":{"b":[1,2,{"c":null}]}}`, "\xff", `1e999`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		err := CheckJSON(body)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		// What passes must mean one thing only: decoding and encoding it again changes no string.
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			if strings.Contains(err.Error(), "number") {
				return // too large for a float: the schema's types refuse it
			}
			t.Fatalf("passed, but does not decode: %v", err)
		}
		if strings.Contains(string(body), "\uFFFD") {
			return
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(again), `\ufffd`) && !strings.Contains(strings.ToLower(string(body)), `\ufffd`) {
			t.Fatalf("%q decodes to a replacement character", body)
		}
	})
}
