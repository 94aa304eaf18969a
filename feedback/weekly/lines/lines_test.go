package lines_test

import (
	"slices"
	"testing"

	"heard/feedback/weekly/lines"
)

func TestTextIsLaidOut(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int
		want []string
	}{
		{"", 5, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"  a\tb\n c ", 3, []string{"a b", "c"}},
		{"unbreakable x", 4, []string{"unbreakable", "x"}},
		{"grün 3\u00a0% äöü", 8, []string{"grün 3\u00a0%", "äöü"}},
	} {
		if got := lines.Wrap(tt.text, tt.n); !slices.Equal(got, tt.want) {
			t.Errorf("%q at %d = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
	if got := lines.Left(5, "äö") + "|" + lines.Right(5, "äö") + "|" + lines.Left(1, "äö"); got != "äö   |   äö|äö" {
		t.Errorf("columns = %q", got)
	}
	if got := lines.Printable("a\x1b[2Jb\u202ec\u2066d\u0085e"); got != "a [2Jb c d e" {
		t.Errorf("printable = %q", got)
	}
}
