package search

import (
	"strings"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
)

func TestAround(t *testing.T) {
	far := strings.Repeat("something else ", 20)
	for _, tt := range []struct{ body, query, want string }{
		{"The parcel is late", "late", "The parcel is late"},
		{"The **parcel**\n\nis late", "parcel", "The **parcel** is late"},
		{far + "my order A-1203 is broken", "A-1203", "…my order A-1203 is broken"},
		{far + "Größe 42", "grosse", "…else Größe 42"},
		{far + "私は東京都に住んでいます", "東京", "…else 私は東京都に住んでいます"},
		{"私は東京都に住んでいます", "東京", "私は東京都に住んでいます"},
		{"أين الطرد الخاص بي", "الطَّرد", "أين الطرد الخاص بي"},
		{"write to ana@mail.example " + far, "ana@mail.example", "write to ana@mail.example "},
		{"nothing of it", "parcel", "nothing of it"},
	} {
		q, err := Parse(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		got := around(tt.body, []phrase{asked(q.Terms[0].Values[0])})
		if !strings.HasPrefix(got, tt.want) || len(got) > passageLead+passageAfter+8 {
			t.Errorf("%s: %q, want %q", tt.query, got, tt.want)
		}
	}
}

func TestPassages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		shown := d.open(d.customers[0], "A late parcel", "Where is it?")
		hidden := d.open(d.customers[0], "", "My order is A-1203 and it is late")
		d.say(d.agents[0], hidden, "We look into it")
		seq := d.note(d.agents[0], hidden, "The carrier lost the parcel, it will be late")
		d.say(d.customers[0], hidden, "Thank you")
		gone := d.open(d.customers[1], "", "a parcel")
		d.say(d.agents[0], gone, "fine")
		d.index()
		page, _, err := d.Tickets(t.Context(), tickets.Filter{})
		d.must(err)
		got, err := d.Passages(t.Context(), `late parce is:open -thanks`, page)
		d.must(err)
		if p := got[hidden]; p.Seq != seq || !p.Note || !strings.Contains(p.Text, "lost the parcel") {
			t.Errorf("the note with both words: %+v", p)
		}
		if p, told := got[shown]; told {
			t.Errorf("what the title shows is told again: %+v", p)
		}
		if got, err = d.Passages(t.Context(), "is:open", page); err != nil || len(got) > 0 {
			t.Errorf("without words: %v, %v", got, err)
		}
	})
}
