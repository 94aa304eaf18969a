package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"heard/tickets/events"
	"heard/tickets/fault"
)

func shown(q Query) string {
	var out []string
	for _, t := range q.Terms {
		s := fmt.Sprintf("%d", t.At)
		if t.Not {
			s += "-"
		}
		s += t.Key + "["
		for i, v := range t.Values {
			if i > 0 {
				s += "|"
			}
			if v.Quoted {
				s += "q:"
			}
			s += v.Text
		}
		out = append(out, s+"]")
	}
	return strings.Join(out, " ")
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"  refund  late ", "3[refund] 11[late]"},
		{`is:open assignee:me -is:spam`, "1is[open] 9assignee[me] 21-is[spam]"},
		{`topic:"late delivery" x`, "1topic[q:late delivery] 23[x]"},
		{`tag:a,"b c",d`, "1tag[a|q:b c|d]"},
		{`"not done`, "1[q:not done]"},
		{`-"a b" -c`, "1-[q:a b] 8-[c]"},
		{`über from:Änn`, "1[über] 6from[Änn]"},
		{`IS:Open`, "1is[Open]"},
		{`- -- !!! ok`, "10[ok]"},
		{`before:2026-11-01 after:3d created:>=2026-11-01 waiting:>2h`, "1before[2026-11-01] 19after[3d] 28created[>=2026-11-01] 49waiting[>2h]"},
		{`12:30 a.b@c.de`, "1[12:30] 7[a.b@c.de]"},
		{`Re: parcel https://a.example/x`, "1[Re:] 5[parcel] 12[https://a.example/x]"},
		{`a"b c"d`, "1[a] 2[q:b c] 7[d]"},
	} {
		q, err := Parse(tt.in)
		if got := shown(q); err != nil || got != tt.want {
			t.Errorf("%q = %s, %v; want %s", tt.in, got, err, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"x colour:red":                          "character 3, “colour:”: there is no such key",
		"is:odd":                                "character 1, “is:”: takes open",
		"is:":                                   "needs a value",
		"tag:a,":                                "needs a value",
		`tag:""`:                                "needs a value",
		"sla:<1h":                               "service levels are not set up yet",
		"csat:>=x":                              "takes a score",
		"csat:11":                               "takes a score",
		"before:soon":                           "takes a day",
		"before:>2026-01-01":                    "takes a day",
		"before:2026-02-30":                     "takes a day",
		"created:2026-02..x":                    "takes a day",
		"waiting:2":                             "takes a time",
		"channel:fax":                           "takes chat",
		"priority:1":                            "takes low",
		"has:fun":                               "takes attachment",
		"from:!!!":                              "needs a letter",
		"a\x00b":                                "must be text",
		"\xff":                                  "must be text",
		strings.Repeat("a ", 21):                "more than 20 terms",
		strings.Repeat("a", 501):                "at most 500 bytes",
		"tag:" + strings.Repeat("a,", 20) + "a": "takes at most 20 values",
	} {
		_, err := Parse(in)
		wrong := fault.Of(err).Wrong()
		if fault.KindOf(err) != fault.Invalid || len(wrong) != 1 || wrong[0].Field != "q" || !strings.Contains(wrong[0].Detail, want) {
			t.Errorf("%.30q: %v, want %q on q", in, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", `is:open tag:a,"b" -x "y z" created:>=2026-01-01`, `"`, `-`, `a:`, `tag:"`, "é:x", `from:'); DROP--`, "東京 ไทย"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		at := 0
		for _, term := range q.Terms {
			if term.At <= at || len(term.Values) == 0 {
				t.Fatalf("%q: term %+v after %d", s, term, at)
			}
			at = term.At
			for _, v := range term.Values {
				p := asked(v)
				text, arg := wanted{all: [][]place{{{phrase: p}}}}.question("sqlite")
				if strings.Contains(text, v.Text) && len(v.Text) > 30 || strings.Count(arg.(string), `"`) != 2 {
					t.Fatalf("%q: %q in the question %q %q", s, v.Text, text, arg)
				}
			}
		}
	})
}

func TestWords(t *testing.T) {
	for in, want := range map[string]string{
		"Hello, World-42!":    "hello world 42",
		"Ärger über STRAßE":   "arger uber strasse",
		"ｆｕｌｌ ①":              "full 1",
		"שָׁלוֹם":             "שלום",
		"東京都2024年":            "東京 京都 都 2024 年",
		"한국어 검색":              "한국어 검색",
		"a_b ana@example.com": "a b ana example com",
		"|'\"*":               "",
	} {
		if got := strings.Join(cut(in).words, " "); got != want {
			t.Errorf("%q = %q, want %q", in, got, want)
		}
	}
	if got := cut(strings.Repeat("ü", 100)).words; len(got) != 1 || len(got[0]) != maxWord || !utf8.ValidString(got[0]) {
		t.Errorf("a long word = %q", got)
	}
	for in, want := range map[string]string{"refund": "refund*", "id": "id", "東": "東*", "東京都": "東京 京都", "ana@ex": "ana ex", "ana@exam": "ana exam*"} {
		p := asked(Value{Text: in})
		got := strings.Join(p.words, " ")
		if p.prefix {
			got += "*"
		}
		if got != want {
			t.Errorf("%q asks for %q, want %q", in, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := events.TimeOf(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	day := func(d int) events.Time { return events.TimeOf(time.Date(2026, 11, d, 0, 0, 0, 0, zone)) }
	for in, want := range map[string]span{
		"before 2026-11-02":              {to: day(2)},
		"after 2026-11-02":               {from: day(2)},
		"before 3d":                      {to: now.Add(-72 * time.Hour)},
		"after 2w":                       {from: now.Add(-14 * 24 * time.Hour)},
		"created 2026-11-02":             {day(2), day(3)},
		"created >=2026-11-02":           {from: day(2)},
		"created >2026-11-02":            {from: day(3)},
		"created <2026-11-02":            {to: day(2)},
		"created <=2026-11-02":           {to: day(3)},
		"created 2026-11-02..2026-11-04": {day(2), day(5)},
		"created 12h":                    {from: now.Add(-12 * time.Hour)},
		"created >3d":                    {to: now.Add(-72 * time.Hour)},
	} {
		key, value, _ := strings.Cut(in, " ")
		got, err := spanOf(Term{Key: key}, value, now, zone)
		if err != nil || got != want {
			t.Errorf("%s = %v, %v; want %v", in, got, err, want)
		}
	}
	if !slices.IsSorted(Keys()) {
		t.Error("the keys are not in order")
	}
}
