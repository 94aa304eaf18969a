package chat

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
)

// fill sets everything in v to something, so that what gets lost shows.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "BaseModel" {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.String:
		v.SetString("grün & <b> \u2028 " + v.Type().Name())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64, reflect.Int32:
		v.SetInt(1 << 20)
	case reflect.Float64:
		v.SetFloat(0.25)
	}
}

// TestNothingOfAnEventGetsLost: whoever adds a field to an event or a message finds it on the other node too.
func TestNothingOfAnEventGetsLost(t *testing.T) {
	log := eventstest.New(t, dbtest.SQLite(t), tickets.Changes())
	carrying := 0
	for _, zero := range tickets.Changes() {
		v := reflect.New(reflect.TypeOf(zero)).Elem()
		fill(v)
		change := v.Interface().(events.Change)
		var e events.Event
		fill(reflect.ValueOf(&e.By).Elem())
		e.Pos, e.TicketID, e.Seq, e.Prev, e.Public, e.At, e.RecordedAt, e.Imported = 9, 8, 7, 6, true, 5, 4, true
		data, err := json.Marshal(change)
		if err != nil {
			t.Fatal(err)
		}
		e.Kind, e.Data, e.Change = change.EventKind(), data, change
		payloads := pack([]events.Event{e}, 60000)
		if len(payloads) != 1 {
			t.Fatalf("%s became %d payloads", e.Kind, len(payloads))
		}
		got, err := unpack(log, payloads[0])
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %v", e.Kind, err)
		}
		if _, err := log.Decode(&got[0]); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got[0], e) {
			t.Errorf("%s came back as\n%+v, want\n%+v", e.Kind, got[0], e)
		}
		if m := messageOf(e.Change); m != nil {
			carrying++
			if !reflect.DeepEqual(messageOf(got[0].Change), m) {
				t.Errorf("the message of %s came back as %+v", e.Kind, messageOf(got[0].Change))
			}
		}
	}
	if carrying < 2 {
		t.Errorf("%d kinds carry a message, want messages and notes at least", carrying)
	}
}

// TestEveryFieldOfEventTravels guards the list of fields in told.
func TestEveryFieldOfEventTravels(t *testing.T) {
	known := "Pos TicketID Seq Prev Public Kind At RecordedAt By Imported Data Change"
	var have []string
	for f := range reflect.TypeFor[events.Event]().Fields() {
		have = append(have, f.Name)
	}
	if got := strings.Join(have, " "); got != known {
		t.Errorf("an event has %s; told knows %s", got, known)
	}
}

func TestPackKeepsWithinItsLimit(t *testing.T) {
	log := eventstest.New(t, dbtest.SQLite(t), tickets.Changes())
	body := func(n int) *tickets.Message { return &tickets.Message{ID: 1, Body: strings.Repeat("x", n)} }
	var evs []events.Event
	for i, n := range []int{10, 20, 5000, 10, 900, 900, 30} {
		evs = append(evs, events.Event{Pos: int64(i + 1), TicketID: 1, Seq: int64(i + 1), Kind: "message.posted", At: 1, RecordedAt: 1,
			By: events.SystemActor, Data: json.RawMessage(`{}`), Change: tickets.MessagePosted{Message: body(n)}})
	}
	evs[4].Data = json.RawMessage(`{"more":"` + strings.Repeat("y", 3000) + `"}`) // too large without its message too
	const limit = 2000
	var got []events.Event
	wakes := 0
	for _, p := range pack(evs, limit) {
		if len(p) > limit {
			t.Errorf("a payload of %d bytes", len(p))
		}
		part, err := unpack(log, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(part) == 0 {
			wakes++
		}
		got = append(got, part...)
	}
	if len(got) != len(evs)-1 || wakes != 1 {
		t.Fatalf("%d events and %d wakes, want %d and 1", len(got), wakes, len(evs)-1)
	}
	for _, e := range got {
		want := messageOf(evs[e.Pos-1].Change)
		if e.Pos == 3 {
			want = nil // left to the database
		}
		if !reflect.DeepEqual(messageOf(e.Change), want) {
			t.Errorf("event %d carries %+v", e.Pos, messageOf(e.Change))
		}
	}
	if got := pack(nil, limit); got != nil {
		t.Errorf("nothing became %q", got)
	}
}

func FuzzUnpack(f *testing.F) {
	log := eventstest.New(f, dbtest.SQLite(f), tickets.Changes())
	f.Add([]byte(`[{"p":1,"t":"2","k":"message.posted","a":"2026-03-04T12:00:00.000Z","d":{},"m":{"Body":"x"}}]`))
	f.Add([]byte(`[null,{}]`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		evs, err := unpack(log, payload)
		if err != nil || len(evs) == 0 {
			return
		}
		if err := log.Offer(evs); err != nil {
			return
		}
		for _, e := range evs {
			if e.Change == nil || e.Change.EventKind() != e.Kind {
				t.Errorf("event %d of kind %s was taken with %T", e.Pos, e.Kind, e.Change)
			}
		}
	})
}
