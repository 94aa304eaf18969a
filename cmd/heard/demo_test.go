package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"heard/tickets/events"
)

// demoNoon is a fixed end: Saturday noon of ISO week 47.
func demoNoon(t testing.TB) time.Time {
	t.Helper()
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 21, 12, 0, 0, 0, zone)
}

func demoPlan(t testing.TB, weeks int, seed uint64) *plan {
	t.Helper()
	p, err := newPlan(weeks, seed, demoNoon(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDemoTextsAreMany(t *testing.T) {
	list, err := readIntents(demoTexts)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 25 {
		t.Errorf("%d intents, want at least 25", len(list))
	}
	names := map[string]bool{}
	for _, in := range list {
		if names[in.Name] {
			t.Errorf("%s stands there twice", in.Name)
		}
		names[in.Name] = true
		openings := map[string]bool{}
		for _, o := range in.Opens {
			openings[o] = true
		}
		if len(openings) < 12 {
			t.Errorf("%s has %d openings, want at least 12", in.Name, len(openings))
		}
	}
	for _, bad := range []string{"x words", "@ short orders", "@ a nobody 1 1 1 1", "@ a orders x 1 1 1", "@ a orders 1 1 1 1\nz words", "@ a orders 1 1 1 1\no only"} {
		if _, err := readIntents(bad); err == nil {
			t.Errorf("readIntents(%q) took it", bad)
		}
	}
}

func TestDemoIsTheSameToTheByte(t *testing.T) {
	text := func(p *plan) string {
		b, err := json.Marshal([]any{p.From, p.Until, p.BugFrom, p.BugFixed, p.Customers, p.Shifts, p.Stories})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := text(demoPlan(t, 3, 7))
	if text(demoPlan(t, 3, 7)) != one {
		t.Error("the same seed and end made two plans")
	}
	if text(demoPlan(t, 3, 8)) == one {
		t.Error("another seed made the same plan")
	}
}

// TestDemoEndCutsOnly holds that an earlier end changes nothing before it.
func TestDemoEndCutsOnly(t *testing.T) {
	whole := demoPlan(t, 2, 1)
	end := whole.Until.Add(-3 * time.Hour)
	part, err := newPlan(2, 1, end)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]*story{}
	for i := range whole.Stories {
		told[whole.Stories[i].ExternalID] = &whole.Stories[i]
	}
	for _, s := range part.Stories { // chats that waited at the end are left out
		want := told[s.ExternalID]
		if want == nil || len(s.Steps) > len(want.Steps) {
			t.Fatalf("%s has %d steps, want %+v", s.ExternalID, len(s.Steps), want)
		}
		for n, step := range s.Steps {
			if !reflect.DeepEqual(step, want.Steps[n]) || step.At > events.TimeOf(end) {
				t.Errorf("%s step %d = %+v, want %+v", s.ExternalID, n, step, want.Steps[n])
			}
		}
	}
	for _, s := range part.Shifts {
		if s.To.After(end) {
			t.Errorf("a shift of %d goes on until %s", s.Agent, s.To)
		}
	}
}

func TestDemoHistoriesAreLawful(t *testing.T) {
	p := demoPlan(t, 8, 1)
	now := events.TimeOf(p.Until)
	seen := map[string]bool{}
	for i := range p.Stories {
		s := &p.Stories[i]
		if seen[s.ExternalID] {
			t.Errorf("%s is told twice", s.ExternalID)
		}
		seen[s.ExternalID] = true
		h := s.History
		if err := h.Validate(now); err != nil {
			t.Fatalf("%s: %v", s.ExternalID, err)
		}
		for _, step := range s.Steps {
			if strings.ContainsAny(step.Body, "{}") {
				t.Errorf("%s leaves a slot open: %q", s.ExternalID, step.Body)
			}
		}
	}
}
