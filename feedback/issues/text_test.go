package issues

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// read is what a message alone says at a desk that speaks English.
func read(text string) []term {
	list, _ := terms([]string{text}, "", langEN)
	return list
}

func stems(ts []term) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.stem
	}
	slices.Sort(out)
	return out
}

func TestTermsNormaliseText(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"stems and case", "Payments DECLINED declining", []string{"declin", "payment"}},
		{"n't is not", "card isn't working", []string{"card", "is", "not", "work"}},
		{"typographic apostrophe", "card can’t top-up", []string{"can", "card", "not", "top", "up"}},
		{"link", "error at https://x.example/a?b=1 again", []string{"again", "at", "error", "zzurl"}},
		{"address", "mail (bob.b@example.org), broken", []string{"broken", "mail", "zzmail"}},
		{"money", "charged £3.50 or 20€ twice", []string{"charg", "or", "twice", "zzmoney"}},
		{"id and number", "order AB1234 of 24 items", []string{"item", "of", "order", "zzid", "zznum"}},
		{"greeting dropped", "Hi there. Card is stuck. Please help!", []string{"card", "is", "stuck"}},
		{"only courtesy", "Hello! Thanks", []string{}},
		{"german", "Die Karten wurden nicht geliefert und ich habe keine Rechnung", []string{"die", "geliefert", "hab", "ich",
			"kart", "kein", "nicht", "rechnung", "und", "wurd"}},
		{"french", "Les cartes ne sont pas arrivées chez nous", []string{"arriv", "cart", "chez", "le", "ne", "nous", "pas", "sont"}},
		{"dutch", "Ik heb de rekeningen niet ontvangen", []string{"de", "heb", "ik", "niet", "ontvang", "reken"}},
		{"nothing known is english", "xyzzy refunded", []string{"refund", "xyzzi"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := stems(read(tt.text)); !slices.Equal(got, tt.want) {
				t.Errorf("terms(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func weightOf(t *testing.T, ts []term, stem string) float64 {
	t.Helper()
	for _, x := range ts {
		if x.stem == stem {
			return x.weight
		}
	}
	t.Fatalf("no %q among %v", stem, stems(ts))
	return 0
}

func TestTermsWeighTheConversation(t *testing.T) {
	ts, _ := terms([]string{"card stolen", "hello", "card abroad", "airport"}, "fraud", langEN)
	tests := []struct {
		stem string
		want float64
	}{
		{"stolen", 1},
		{"abroad", 0.6},
		{"airport", 0.36},
		{"card", 1 + math.Log(1.6)},
		{"tag:fraud", 3},
	}
	for _, tt := range tests {
		if got := weightOf(t, ts, tt.stem); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("weight of %s = %v, want %v", tt.stem, got, tt.want)
		}
	}
	many := read(strings.Repeat("refund ", 50) + "the bank")
	if got := weightOf(t, many, "refund"); got != 1.5 {
		t.Errorf("repeats weigh %v, want 1.5", got)
	}
	if got := weightOf(t, many, "the"); got != 0.3 {
		t.Errorf("a function word weighs %v, want .3", got)
	}
}

func TestTermsHoldTheTotal(t *testing.T) {
	var long strings.Builder
	for i := range 2000 {
		long.WriteString(strings.Repeat(string(rune('a'+i%26)), 3+i%5) + string(rune('a'+i/26%26)) + " ")
	}
	ts := read(long.String())
	total := 0.0
	for _, x := range ts {
		total += x.weight
	}
	if total > maxWeight+1e-9 || len(ts) > maxTerms {
		t.Errorf("total %v of %d terms, want at most %d of %d", total, len(ts), maxWeight, maxTerms)
	}
}

func TestMask(t *testing.T) {
	tests := []struct{ in, want string }{
		{"My card 4929 1234 5678 9012 is lost", "My card [id] is lost"},
		{"Write to ann@example.org or see www.example.org/x.", "Write to [email] or see [link]."},
		{"You took £12.99 on the 3rd!", "You took [amount] on the [number]!"},
		{"Ref: AB12-99", "Ref: [id]-[number]"},
		{"nothing to hide", "nothing to hide"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Mask(tt.in); got != tt.want {
			t.Errorf("Mask(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// FuzzMask: whatever a stranger writes, no digit is left and masking again changes nothing.
func FuzzMask(f *testing.F) {
	for _, s := range []string{"a1b2 £3 x@y.z", "'n't ’ 12'3", "\xff\xfe9", "¥٣٤ http://", "....@.", "$1,2.", "i'm 5'11"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Mask(s)
		if strings.ContainsAny(got, "0123456789") {
			t.Errorf("Mask(%q) = %q shows a digit", s, got)
		}
		if again := Mask(got); again != got {
			t.Errorf("Mask(%q) = %q, then %q", s, got, again)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("Mask(%q) broke the encoding", s)
		}
	})
}

// FuzzTerms: whatever a stranger writes, a document stays within its limits and can be forgotten.
func FuzzTerms(f *testing.F) {
	for _, s := range []string{"can't wait 3.50 £5", "\xff\xfe", "ÄÖÜ ’s 'n't", "漢字かな交じり文", "https://", strings.Repeat("ab1 ", 900)} {
		f.Add(s, "tag")
	}
	m := New(Config{Slots: 4, Alpha: 0.1, Beta: 0.05, Vocabulary: 50, Window: 10, Seed: 1})
	f.Fuzz(func(t *testing.T, s, tag string) {
		total := 0.0
		list, _ := terms([]string{s, tag}, tag, langEN)
		for _, x := range list {
			if total += x.weight; x.weight <= 0 || x.stem == "" {
				t.Errorf("term %+v", x)
			}
		}
		if total > maxWeight+tagWeight+1e-9 {
			t.Errorf("total weight %v", total)
		}
		m.Arrive(Conversation{ID: 1, Messages: []string{s}, Tag: tag})
		m.Arrive(Conversation{ID: 2, Messages: []string{s}, Tag: tag})
		m.Forget(1)
		m.Forget(2)
		if len(m.vocab.index) != 0 || m.vocab.active != 0 || m.mix.total() != 0 {
			t.Errorf("words outlive their conversations: %v", m.vocab.index)
		}
	})
}

func TestSentencesKeepNumbersWhole(t *testing.T) {
	got := sentences("I paid 3.50 at heard.io. Why?\nno idea")
	want := []string{"I paid 3.50 at heard.io.", "Why?", "no idea"}
	if !slices.Equal(got, want) {
		t.Errorf("sentences = %q, want %q", got, want)
	}
}

func TestASingleTicketHasTerms(t *testing.T) {
	got := termsOf([]Conversation{{ID: 7, Customer: 1, At: 1, Messages: []string{"The dimmer of my lamp flickers since Monday"}}})
	if len(got) == 0 || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "dimmer") || strings.HasPrefix(s, "flicker") }) {
		t.Errorf("terms = %v", got)
	}
}
