package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
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
		if json.Valid(body) && !errors.Is(err, errNotUTF8) {
			if want := namesByTokens(body); !errors.Is(err, want) {
				t.Fatalf("%q: %v, the tokens say %v", body, err, want)
			}
		}
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

// namesByTokens is checkNames by the library's tokens: slow, and plain to see right.
func namesByTokens(body []byte) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var stack []map[string]bool // nil for an array
	name := false
	for {
		token, err := dec.Token()
		if err != nil {
			return nil
		}
		delim, isDelim := token.(json.Delim)
		top := len(stack) - 1
		if s, ok := token.(string); ok && name {
			if stack[top][s] {
				return errDuplicate
			}
			stack[top][s], name = true, false
			continue
		}
		switch {
		case isDelim && (delim == '{' || delim == '['):
			if len(stack) == maxDepth {
				return errTooDeep
			}
			var names map[string]bool
			if delim == '{' {
				names = map[string]bool{}
			}
			stack = append(stack, names)
		case isDelim:
			stack = stack[:top]
		}
		name = len(stack) > 0 && stack[len(stack)-1] != nil
	}
}

// TestMembers: the members of a frame are found with their values as they stand.
func TestMembers(t *testing.T) {
	var got []member
	body := ` { "a" : "x,}\"" , "b":{"c":[1,{"d":2}],"e":"]"},"\u0063": [ "," ] , "f":1e3 } `
	if err := checkJSON([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := []member{{"a", []byte(` "x,}\"" `)}, {"b", []byte(`{"c":[1,{"d":2}],"e":"]"}`)}, {"c", []byte(` [ "," ] `)}, {"f", []byte(`1e3 `)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("members %q, want %q", got, want)
	}
	long := "{"
	for i := range 40 {
		long += fmt.Sprintf(`"k%d":%d,`, i, i)
	}
	if err := CheckJSON([]byte(long + `"k7":1}`)); !errors.Is(err, errDuplicate) {
		t.Errorf("a double among many names: %v", err)
	}
	if err := CheckJSON([]byte(long + `"k":1}`)); err != nil {
		t.Errorf("many names: %v", err)
	}
}

func BenchmarkParseFrame(b *testing.B) {
	frame := []byte(`{"type":"send","client_id":"0b6f9c1e-6d0a-4a8e-9a55-3c1f4f6f5a10","conversation":"12345","body":"Hello, where is my parcel? It was sent a week ago and has not come yet."}`)
	for b.Loop() {
		if _, _, err := ParseFrame(frame, widgetFields); err != nil {
			b.Fatal(err)
		}
		var f sendFrame
		if err := decode(frame, &f); err != nil {
			b.Fatal(err)
		}
	}
}
