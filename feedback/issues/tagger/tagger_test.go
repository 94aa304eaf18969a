package tagger

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The tags of the tests, and what customers write who need them.
const (
	refund = int64(iota + 1)
	login
	late
	chance50 // says nothing about the text
	seldom
)

var phrases = map[int64][]string{
	refund: {"please refund my money", "I want a refund for my order", "when do I get my money back", "refunded the wrong amount"},
	login:  {"I cannot log in", "the login code never comes", "my password is refused", "signing in does not work"},
	late:   {"my parcel has not arrived", "the delivery is late", "where is my package", "waiting for delivery since Monday"},
}

// examples are n tickets of many customers; half of them also have a tag that means nothing, and five a rare one.
func examples(n int) []Example {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]Example, n)
	for i := range out {
		tag := int64(1 + i%3)
		text := phrases[tag][rng.IntN(4)] + ", " + phrases[tag][rng.IntN(4)]
		e := Example{ID: int64(i + 1), Customer: int64(1 + i%40), Messages: []string{text}, Tags: []int64{tag}}
		if i%10 == 0 {
			e.Messages, e.Tags = append(e.Messages, phrases[tag%3+1][0]), append(e.Tags, tag%3+1)
		}
		if rng.IntN(2) == 0 {
			e.Tags = append(e.Tags, chance50)
		}
		if i < 5 {
			e.Tags = append(e.Tags, seldom)
		}
		out[i] = e
	}
	return out
}

func tagsOf(list []Suggestion) []int64 {
	out := []int64{}
	for _, s := range list {
		out = append(out, s.Tag)
	}
	return out
}

func TestSuggestNamesTheTag(t *testing.T) {
	m := fit(t, examples(300))
	tests := []struct {
		name string
		text []string
		want []int64
	}{
		{"the words of the examples", []string{"I want my money refunded"}, []int64{refund}},
		{"misspelt", []string{"plese refnd my mony"}, []int64{refund}},
		{"told in the second message", []string{"hm", "the login code never comes"}, []int64{login}},
		{"nothing that is known", []string{"漢字かな ציפור"}, []int64{}},
		{"nothing at all", nil, []int64{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tagsOf(m.Suggest(tt.text, nil, 1)); !slices.Equal(got, tt.want) {
				t.Errorf("Suggest(%q) = %v, want %v", tt.text, got, tt.want)
			}
		})
	}
	both := tagsOf(m.Suggest([]string{"please refund my money, I want a refund for my order", phrases[late][0] + ", the delivery is late"}, nil, 3))
	if slices.Sort(both); !slices.Equal(both, []int64{refund, late}) {
		t.Errorf("two matters have the tags %v", both)
	}
}

func TestOnlyProvenTagsAreOffered(t *testing.T) {
	m := fit(t, examples(300))
	for _, tag := range m.Tags() {
		switch proven := tag.ID <= late; {
		case tag.ID == seldom:
			t.Errorf("a tag with %d examples was learned", tag.Examples)
		case tag.Offered != proven:
			t.Errorf("tag %d: offered %v with %d of %d right", tag.ID, tag.Offered, tag.Right, tag.HeldOut)
		case proven && (tag.HeldOut < leastOffers || float64(tag.Right) < leastPrecision*float64(tag.HeldOut) || tag.From < leastChance):
			t.Errorf("tag %d is offered from %.2f with %d of %d right", tag.ID, tag.From, tag.Right, tag.HeldOut)
		}
	}
	if got := m.Examples(); got != 300 {
		t.Errorf("fitted to %d examples", got)
	}
}

func TestSameExamplesSameBytes(t *testing.T) {
	pack := func() []byte {
		data, err := fit(t, examples(200)).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := pack()
	if !bytes.Equal(first, pack()) {
		t.Error("two trainings with the same examples differ")
	}
	m, err := Restore(first)
	if err != nil {
		t.Fatal(err)
	}
	fresh := fit(t, examples(200))
	for _, text := range []string{"refund my order", "login code", "parcel late money"} {
		if got, want := m.chances([]string{text}), fresh.chances([]string{text}); !slices.Equal(got, want) {
			t.Errorf("%q: restored %v, fitted %v", text, got, want)
		}
	}
	if again, err := m.MarshalBinary(); err != nil || !bytes.Equal(again, first) {
		t.Errorf("a restored model packs differently: %v", err)
	}
}

// TestOnePersonsWordsAreNotLearned: what is not in other people's tickets has no weight, however often it is said.
func TestOnePersonsWordsAreNotLearned(t *testing.T) {
	list := examples(200)
	for i := range 30 {
		list = append(list, Example{ID: int64(1000 + i), Customer: 777, Messages: []string{"quuxzap xyzzybar"}, Tags: []int64{refund}})
	}
	m := fit(t, list)
	for _, word := range []string{"quuxzap", "xyzzybar"} {
		for _, c := range read([]string{word}) {
			if c.bucket == bucket('w', word, "") && m.rarity[c.bucket] != 0 {
				t.Errorf("%q of one person is known", word)
			}
		}
	}
	if got := m.Suggest([]string{"quuxzap xyzzybar"}, nil, 3); len(got) != 0 {
		t.Errorf("one person's words lead to %v", got)
	}
}

func TestFitHasLimits(t *testing.T) {
	if m := fit(t, nil); len(m.Tags()) != 0 || len(m.Suggest([]string{"refund"}, nil, 3)) != 0 {
		t.Errorf("nothing taught %v", m.Tags())
	}
	var all []Example
	for i := range 10 * (MostTags + 5) {
		all = append(all, Example{ID: int64(i), Messages: []string{fmt.Sprint("word", i%7)}, Tags: []int64{int64(i % (MostTags + 5))}})
	}
	training := NewTraining()
	for _, e := range all {
		training.Add(e)
	}
	if got := len(training.common()); got != MostTags {
		t.Errorf("%d tags are learned, want at most %d", got, MostTags)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := training.Fit(ctx, 1); err == nil {
		t.Error("a training goes on when nobody waits")
	}
}

func TestRestoreRefusesScrap(t *testing.T) {
	good, err := fit(t, examples(60)).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"nothing": nil, "scrap": []byte("scrap"), "half": good[:len(good)/2]} {
		if _, err := Restore(data); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	p := packed{Version: packVersion, Rarity: make([]byte, buckets), Posts: make([]uint16, buckets), PostTags: []byte{3}, PostSteps: []byte{1}}
	p.Posts[7] = 1
	if p.check() == nil {
		t.Error("a weight of a tag that is not there was taken")
	}
}

// FuzzRead: whatever a stranger writes, the features of a text are bounded, ordered and weighed to length one.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"can't wait 3.50 £5", "\xff\xfe", "お金を返してください", "אני רוצה החזר", strings.Repeat("ab1 ", 900), strings.Repeat("ﷺ", 900)} {
		f.Add(s, "second")
	}
	all := make(rarity, buckets)
	for i := range all {
		all[i] = rarityStep
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		got := read([]string{a, b, a, b, a, b, a})
		if len(got) > maxEach || !slices.IsSortedFunc(got, func(x, y count) int { return int(x.bucket) - int(y.bucket) }) {
			t.Errorf("%d features", len(got))
		}
		sum := 0.0
		for _, c := range all.weigh(got) {
			sum += float64(c.times) * float64(c.times)
		}
		if len(got) > 0 && (sum < 0.999 || sum > 1.001) {
			t.Errorf("%d features have length %v", len(got), sum)
		}
	})
}

func BenchmarkSuggest(b *testing.B) {
	m := fit(b, banking77(b, "train.csv"))
	list := banking77(b, "test.csv")
	b.ResetTimer()
	for i := range b.N {
		m.Suggest(list[i%len(list)].Messages, nil, 3)
	}
}
