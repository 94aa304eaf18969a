package rollups

import (
	"encoding/json"
	"maps"
	"testing"
)

func TestWordsAreReadAsTheyAreWritten(t *testing.T) {
	for _, want := range []map[string]int{{"c0": 12}, {"": 1, "a,b": 2, "é}": 30}, {"5>7": 4, `say "no":`: 1}, {"h07": 9, "h23": 1000000}} {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		if err := eachWord(string(text), func(word string, n int) { got[word] += n }); err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{`{"a":}`, `{"a"`, `{a:1}`, `[1]`, `{"a":x}`, `{"\\`} {
		if err := eachWord(text, func(string, int) {}); err == nil {
			t.Errorf("%s passes", text)
		}
	}
}
