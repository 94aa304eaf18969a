package tickets_test

import (
	"context"
	"maps"
	"reflect"
	"strings"
	"sync"
	"testing"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func TestPreferences(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ann, bo := c.agent("ann@x.test", tickets.RoleAgent), c.agent("bo@x.test", tickets.RoleAgent)
		before := c.length()
		want := tickets.DefaultPreferences()
		got, err := c.Preferences(t.Context(), ann.ID)
		c.must(err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("of somebody new = %+v, want %+v", got, want)
		}
		got, err = c.ChangePreferences(t.Context(), ann.ID, tickets.PreferencesPatch{Theme: new("dark"), UndoS: new(0),
			Keys: &map[string]string{"ticket.resolve": "q", "go.mine": "g o", "ticket.tag": ""}, Locale: new("pt-BR"), KeysOn: new(false)})
		c.must(err)
		want.Theme, want.UndoS, want.Locale, want.KeysOn = "dark", 0, "pt-BR", false
		want.Keys = map[string]string{"ticket.resolve": "q", "go.mine": "g o", "ticket.tag": ""}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("after a change = %+v, want %+v", got, want)
		}
		_, err = c.ChangePreferences(t.Context(), ann.ID, tickets.PreferencesPatch{Density: new("compact"), Keys: &map[string]string{}})
		c.must(err)
		want.Density, want.Keys = "compact", map[string]string{}
		if got, err = c.Preferences(t.Context(), ann.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("read again = %+v, %v, want %+v", got, err, want)
		}
		if got, err = c.Preferences(t.Context(), bo.ID); err != nil || got.Theme != "system" {
			t.Errorf("the other agent's = %+v, %v", got, err)
		}
		if after := c.length(); after != before {
			t.Errorf("%d events: preferences are nobody else's news", after-before)
		}
	})
}

func TestPreferencesAreRefused(t *testing.T) {
	many := map[string]string{}
	for i := range 101 {
		many["a."+strings.Repeat("b", i%30+1)+string(rune('a'+i/30))] = ""
	}
	keys := func(m map[string]string) tickets.PreferencesPatch { return tickets.PreferencesPatch{Keys: &m} }
	tests := []struct {
		field string
		patch tickets.PreferencesPatch
	}{
		{"theme", tickets.PreferencesPatch{Theme: new("pink")}},
		{"density", tickets.PreferencesPatch{Density: new("")}},
		{"after", tickets.PreferencesPatch{After: new("away")}},
		{"undo_s", tickets.PreferencesPatch{UndoS: new(7)}},
		{"list_width", tickets.PreferencesPatch{ListWidth: new(10)}},
		{"list_width", tickets.PreferencesPatch{ListWidth: new(10_000)}},
		{"locale", tickets.PreferencesPatch{Locale: new("../en")}}, {"locale", tickets.PreferencesPatch{Locale: new("xx")}},
		{"keys", keys(many)},
		{"keys", keys(map[string]string{"Ticket Resolve": "x"})},
		{"keys", keys(map[string]string{strings.Repeat("a", 41): "x"})},
		{"keys", keys(map[string]string{"help": "a b c"})},
		{"keys", keys(map[string]string{"help": " "})},
		{"keys", keys(map[string]string{"help": "\x00"})},
		{"keys", keys(map[string]string{"help": strings.Repeat("x", 17)})},
		{"keys", keys(map[string]string{"help": "q", "list.next": "q"})},
		{"keys", keys(map[string]string{"ticket.explode": "q"})},      // no such shortcut
		{"keys", keys(map[string]string{"ticket.resolve": "x"})},      // list.select comes with it
		{"keys", keys(map[string]string{"ticket.resolve": "Escape"})}, // the second key of list.back
		{"keys", keys(map[string]string{"ticket.resolve": "g"})},      // would begin "g i"
		{"keys", keys(map[string]string{"ticket.resolve": "j q"})},    // j acts before the q
		{"keys", keys(map[string]string{"palette": "q"})},             // acts while one writes
	}
	eachCrew(t, func(t *testing.T, c *crew) {
		ann := c.agent("ann@x.test", tickets.RoleAgent)
		for _, tt := range tests {
			_, err := c.ChangePreferences(t.Context(), ann.ID, tt.patch)
			wantKind(t, tt.field, err, fault.Invalid)
			if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Field != tt.field {
				t.Errorf("%+v: fields = %v, want %s", tt.patch, f.Fields, tt.field)
			}
		}
		if got, err := c.Preferences(t.Context(), ann.ID); err != nil || !reflect.DeepEqual(got, tickets.DefaultPreferences()) {
			t.Errorf("after refusals = %+v, %v", got, err)
		}
	})
}

// A key may change hands, or be swapped: what counts is who has which in the end.
func TestKeysChangeHands(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ann := c.agent("ann@x.test", tickets.RoleAgent)
		for _, keys := range []map[string]string{
			{"ticket.resolve": "x", "list.select": ""},
			{"ticket.resolve": "x", "list.select": "e"},
			{"toasts": "F6", "palette": "Mod+j"},
			{"list.back": "q"},
		} {
			got, err := c.ChangePreferences(t.Context(), ann.ID, tickets.PreferencesPatch{Keys: &keys})
			if err != nil || !maps.Equal(got.Keys, keys) {
				t.Errorf("%v gives %v, %v", keys, got.Keys, err)
			}
		}
	})
}

// What an older program stored loses only what means nothing any more.
func TestOldKeysAreMended(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ann := c.agent("ann@x.test", tickets.RoleAgent)
		c.must(c.log.Write(t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			return tx.Insert(ctx, "agent_preferences", []string{"agent_id", "body"}, [][]any{{int64(ann.ID),
				`{"theme":"dark","density":"compact","after":"stay","keys":{"gone.away":"q","ticket.resolve":"x","ticket.tag":"x","help":"a b c"}}`}})
		}))
		got, err := c.Preferences(t.Context(), ann.ID)
		c.must(err)
		want := map[string]string{"ticket.resolve": "x", "ticket.tag": "", "list.select": ""}
		if got.Theme != "dark" || !maps.Equal(got.Keys, want) {
			t.Errorf("got %s, %v, want dark, %v", got.Theme, got.Keys, want)
		}
		if _, err := c.ChangePreferences(t.Context(), ann.ID, tickets.PreferencesPatch{Theme: new("light")}); err != nil {
			t.Errorf("a change beside them: %v", err)
		}
	})
}

// Two windows that change different things at once both get their way.
func TestPreferencesOfTwoWindows(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ann := c.agent("ann@x.test", tickets.RoleAgent)
		var wait sync.WaitGroup
		for _, p := range []tickets.PreferencesPatch{{Theme: new("dark")}, {Density: new("compact")}, {After: new("stay")}, {ListWidth: new(300)}} {
			wait.Go(func() {
				if _, err := c.ChangePreferences(t.Context(), ann.ID, p); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		got, err := c.Preferences(t.Context(), ann.ID)
		c.must(err)
		want := tickets.DefaultPreferences()
		want.Theme, want.Density, want.After, want.ListWidth = "dark", "compact", "stay", 300
		if !maps.Equal(got.Keys, want.Keys) || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
