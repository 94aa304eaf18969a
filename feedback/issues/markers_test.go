package issues

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func TestReleasesAndIncidents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		now := d.log.Now()
		lead := events.Actor{Kind: events.Agent, ID: 7}
		r, fresh, err := d.AddRelease(t.Context(), lead, Release{Version: " 2.4.1  beta ", At: now.Add(-48 * time.Hour), URL: "https://shop.test/r", Notes: "x"})
		d.must(err)
		if !fresh || r.ID == 0 || r.Version != "2.4.1 beta" || r.At != now.Add(-48*time.Hour) {
			t.Errorf("release = %+v, fresh %v", r, fresh)
		}
		again, fresh, err := d.AddRelease(t.Context(), lead, Release{Version: "2.4.1 beta", URL: "https://shop.test/r", Notes: "x"})
		d.must(err)
		if fresh || again != r {
			t.Errorf("the same again = %+v, fresh %v", again, fresh)
		}
		_, _, err = d.AddRelease(t.Context(), lead, Release{Version: "2.4.1 beta", URL: "https://other.test"})
		if fault.KindOf(err) != fault.Conflict || fault.Of(err).Fields[0].Field != "version" {
			t.Errorf("another of that version = %v, want a conflict on version", err)
		}
		in, _, err := d.AddIncident(t.Context(), lead, Incident{Name: "Checkout down", From: now.Add(-3 * time.Hour)})
		d.must(err)
		ended, fresh, err := d.AddIncident(t.Context(), lead, Incident{Name: "Checkout down", From: in.From, To: now.Add(-time.Hour)})
		d.must(err)
		if fresh || ended.ID != in.ID || ended.To != now.Add(-time.Hour) {
			t.Errorf("ended = %+v, fresh %v", ended, fresh)
		}
		if _, _, err := d.AddIncident(t.Context(), lead, Incident{Name: "Checkout down", From: in.From, To: now}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("another end = %v, want invalid", err)
		}
		_, _, err = d.AddIncident(t.Context(), lead, Incident{Name: "Mail slow", From: now.Add(-time.Minute)})
		d.must(err)
		kinds := d.kinds()
		if kinds["release.marked"] != 1 || kinds["incident.marked"] != 3 {
			t.Errorf("events = %v", kinds)
		}
		for _, tt := range []struct {
			from, to time.Duration
			want     string
		}{
			{-72 * time.Hour, time.Hour, "release 2.4.1 beta, incident Checkout down, incident Mail slow"},
			{-2 * time.Hour, -90 * time.Minute, "incident Checkout down"}, // reaches into it
			{-30 * time.Minute, -10 * time.Minute, ""},
			{time.Hour, 2 * time.Hour, "incident Mail slow"}, // goes on
		} {
			list, err := d.Markers(t.Context(), now.Add(tt.from), now.Add(tt.to))
			d.must(err)
			var got []string
			for _, m := range list {
				got = append(got, m.Kind+" "+m.Name)
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("markers of %s to %s = %s, want %s", tt.from, tt.to, s, tt.want)
			}
		}
		releases, err := d.Releases(t.Context(), 0, 10)
		d.must(err)
		incidents, err := d.Incidents(t.Context(), 0, 1)
		d.must(err)
		older, err := d.Incidents(t.Context(), incidents[0].ID, 10)
		d.must(err)
		if len(releases) != 1 || len(incidents) != 1 || incidents[0].Name != "Mail slow" || len(older) != 1 || older[0] != ended {
			t.Errorf("lists = %+v, %+v, %+v", releases, incidents, older)
		}
	})
}

func TestMarkersArePutRight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		ctx, now, lead := t.Context(), d.log.Now(), events.Actor{Kind: events.Agent, ID: 7}
		first, _, err := d.AddRelease(ctx, lead, Release{Version: "1.0", At: now.Add(-48 * time.Hour)})
		d.must(err)
		other, _, err := d.AddRelease(ctx, lead, Release{Version: "1.1", At: now.Add(-24 * time.Hour)})
		d.must(err)
		version, notes, at := "1.0.1", "Codes", now.Add(-72*time.Hour)
		got, err := d.ChangeRelease(ctx, lead, first.ID, ReleasePatch{Version: &version, Notes: &notes, At: &at})
		d.must(err)
		if want := (Release{first.ID, version, at, "", notes}); got != want {
			t.Errorf("release = %+v, want %+v", got, want)
		}
		taken, late := "1.1", now.Add(time.Hour)
		for _, tt := range []struct {
			p     ReleasePatch
			kind  fault.Kind
			field string
		}{{ReleasePatch{Version: &taken}, fault.Conflict, "version"}, {ReleasePatch{At: &late}, fault.Invalid, "at"}} {
			_, err := d.ChangeRelease(ctx, lead, first.ID, tt.p)
			if fault.KindOf(err) != tt.kind || fault.Of(err).Fields[0].Field != tt.field {
				t.Errorf("%+v: %v, want %s on %s", tt.p, err, tt.kind, tt.field)
			}
		}
		d.must(d.DeleteRelease(ctx, lead, other.ID))
		if err := d.DeleteRelease(ctx, lead, other.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("deleted twice = %v", err)
		}
		in, _, err := d.AddIncident(ctx, lead, Incident{Name: "Down", From: now.Add(-5 * time.Hour), To: now.Add(-time.Hour)})
		d.must(err)
		goesOn, early := events.Time(0), now.Add(-6*time.Hour)
		in, err = d.ChangeIncident(ctx, lead, in.ID, IncidentPatch{To: &goesOn})
		d.must(err)
		if in.To != 0 || in.Name != "Down" {
			t.Errorf("incident = %+v, want it to go on", in)
		}
		if _, err := d.ChangeIncident(ctx, lead, in.ID, IncidentPatch{To: &early}); fault.KindOf(err) != fault.Invalid || fault.Of(err).Fields[0].Field != "to" {
			t.Errorf("an end before the beginning = %v", err)
		}
		d.must(d.DeleteIncident(ctx, lead, in.ID))
		list, err := d.Markers(ctx, 0, now)
		d.must(err)
		if len(list) != 1 || list[0].Name != version {
			t.Errorf("markers = %+v, want the release alone", list)
		}
		for kind, n := range map[string]int{"release.changed": 1, "release.deleted": 1, "incident.changed": 1, "incident.deleted": 1} {
			if got := d.kinds()[kind]; got != n {
				t.Errorf("%d %s, want %d", got, kind, n)
			}
		}
	})
}

// A fix is judged from its release on: that stays where it is until the issue says otherwise.
func TestAReleaseOfAFixStays(t *testing.T) {
	d := newShop(t, dbtest.SQLite(t))
	ctx, lead := t.Context(), events.Actor{Kind: events.Agent, ID: 1}
	d.weeks()
	d.burst("login", 7, 2, 1)
	d.night()
	x := d.about("code")
	r, _, err := d.AddRelease(ctx, lead, Release{Version: "2.0", At: d.log.Now()})
	d.must(err)
	fixed := Marked
	d.must(d.Change(ctx, lead, x.ID, Patch{Status: &fixed, FixedIn: &r.Version}))
	at, version := d.log.Now().Add(-time.Hour), "2.0.0"
	_, err = d.ChangeRelease(ctx, lead, r.ID, ReleasePatch{At: &at})
	if fault.KindOf(err) != fault.Conflict || fault.Of(err).Fields[0].Field != "at" {
		t.Errorf("moved = %v, want a conflict on at", err)
	}
	if err := d.DeleteRelease(ctx, lead, r.ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("deleted = %v, want a conflict", err)
	}
	if _, err := d.ChangeRelease(ctx, lead, r.ID, ReleasePatch{Version: &version}); err != nil {
		t.Errorf("called otherwise = %v", err)
	}
}

func TestMarkersAreChecked(t *testing.T) {
	d := newShop(t, dbtest.SQLite(t))
	now := d.log.Now()
	long := strings.Repeat("x", 2001)
	for _, tt := range []struct {
		r    Release
		want string
	}{
		{Release{}, "version"}, {Release{Version: long}, "version"}, {Release{Version: "a\x00b"}, "version"},
		{Release{Version: "1", At: now.Add(time.Hour)}, "at"}, {Release{Version: "1", At: 5}, "at"},
		{Release{Version: "1", URL: "javascript:alert(1)"}, "url"}, {Release{Version: "1", URL: "https://u:p@x.test"}, "url"},
		{Release{Version: "1", URL: "https:///x"}, "url"}, {Release{Version: "1", URL: "https://x.test/" + long}, "url"},
		{Release{Version: "1", Notes: long}, "notes"},
	} {
		_, _, err := d.AddRelease(t.Context(), events.SystemActor, tt.r)
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Field != tt.want {
			t.Errorf("%.60v: %v, want %s named", tt.r, err, tt.want)
		}
	}
	for _, tt := range []struct {
		in   Incident
		want string
	}{
		{Incident{From: now}, "name"}, {Incident{Name: "x"}, "from"}, {Incident{Name: "x", From: now.Add(time.Hour)}, "from"},
		{Incident{Name: "x", From: now, To: now.Add(-time.Second)}, "to"}, {Incident{Name: "x", From: now, To: now.Add(time.Hour)}, "to"},
		{Incident{Name: "x", From: now, URL: "ftp://x"}, "url"},
	} {
		_, _, err := d.AddIncident(t.Context(), events.SystemActor, tt.in)
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Field != tt.want {
			t.Errorf("%.60v: %v, want %s named", tt.in, err, tt.want)
		}
	}
	if kinds := d.kinds(); kinds["release.marked"]+kinds["incident.marked"] != 0 {
		t.Errorf("events = %v", kinds)
	}
}

func TestMovements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newShop(t, db)
		began := d.log.Now().Add(-10 * 24 * time.Hour)
		d.weeks()
		d.burst("login", 7, 2, 1)
		d.night()
		x := d.about("code")
		agent, name := events.Actor{Kind: events.Agent, ID: 1}, "Codes do not come"
		for _, to := range []Status{Acknowledged, InProgress} {
			d.clock.Advance(time.Hour)
			d.must(d.Change(t.Context(), agent, x.ID, Patch{Status: &to, Name: &name}))
		}
		list, err := d.Movements(t.Context(), began, d.log.Now()+1)
		d.must(err)
		var got []string
		for _, m := range list {
			if m.Issue == x.ID {
				got = append(got, fmt.Sprintf("%s>%s by %s", m.From, m.To, m.By.Kind))
				if m.Name != name {
					t.Errorf("name = %q", m.Name)
				}
			}
		}
		if s := strings.Join(got, ", "); s != ">flagged by system, flagged>acknowledged by agent, acknowledged>in_progress by agent" {
			t.Errorf("movements = %s", s)
		}
		if late, err := d.Movements(t.Context(), d.log.Now()+1, d.log.Now()+2); err != nil || len(late) != 0 {
			t.Errorf("afterwards = %v, %v", late, err)
		}
	})
}
