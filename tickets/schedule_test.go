package tickets_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// slowBetween is the obvious reference: it looks at every minute's wall clock. Its answers are exact for whole
// minutes.
func slowBetween(zone *time.Location, in []tickets.Interval, holidays []string, from, to time.Time) time.Duration {
	open := time.Duration(0)
	for t := from; t.Before(to); t = t.Add(time.Minute) {
		wall := t.In(zone)
		if slices.Contains(holidays, wall.Format(time.DateOnly)) {
			continue
		}
		for _, iv := range in {
			clock := wall.Format("15:04")
			if iv.Day%7 == int(wall.Weekday()) && iv.From <= clock && (clock < iv.To || iv.To == "24:00") {
				open += time.Minute
			}
		}
	}
	return open
}

func week(days string, spans ...[2]string) (out []tickets.Interval) {
	for _, d := range days {
		for _, s := range spans {
			out = append(out, tickets.Interval{Day: int(d - '0'), From: s[0], To: s[1]})
		}
	}
	return out
}

func TestBetweenAgreesWithTheWallClock(t *testing.T) {
	rules := []struct {
		zone     string
		in       []tickets.Interval
		holidays []string
	}{
		{"Europe/Berlin", week("12345", [2]string{"09:00", "12:30"}, [2]string{"13:15", "18:00"}), []string{"2026-12-25", "2026-10-26"}},
		{"America/New_York", week("1234567", [2]string{"00:00", "24:00"}), []string{"2026-11-26"}},
		{"Australia/Lord_Howe", week("67", [2]string{"01:00", "03:30"}), nil}, // clocks move by half an hour
		{"Asia/Kolkata", week("135", [2]string{"22:00", "24:00"}), nil},
		{"Europe/London", week("7", [2]string{"00:30", "02:30"}), nil}, // the hours in which clocks change
		{"America/Sao_Paulo", week("1234567", [2]string{"00:00", "06:00"}), nil},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, r := range rules {
		hours, err := tickets.NewHours(r.zone, r.in, r.holidays)
		if err != nil {
			t.Fatal(err)
		}
		zone, _ := time.LoadLocation(r.zone)
		starts := []time.Time{}
		for range 25 {
			starts = append(starts, time.Date(2026, 1, 1, 0, rng.IntN(365*24*60), 0, 0, time.UTC))
		}
		// Around every change of clocks in 2026 and 2027.
		for d := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2028; d = d.Add(24 * time.Hour) {
			_, a := d.In(zone).Zone()
			_, b := d.Add(24 * time.Hour).In(zone).Zone()
			if a != b {
				starts = append(starts, d.Add(-26*time.Hour), d, d.Add(5*time.Hour))
			}
		}
		for _, from := range starts {
			to := from.Add(time.Duration(rng.IntN(12*24*60)) * time.Minute)
			want := slowBetween(zone, r.in, r.holidays, from, to)
			if got := hours.Between(events.TimeOf(from), events.TimeOf(to)); got != want {
				t.Errorf("%s: %s to %s = %s, want %s", r.zone, from.In(zone), to.In(zone), got, want)
			}
		}
	}
}

func TestBetweenAdds(t *testing.T) {
	hours, _ := tickets.NewHours("Europe/Berlin", week("12345", [2]string{"09:00", "17:00"}), nil)
	rng := rand.New(rand.NewPCG(3, 4))
	base := events.TimeOf(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	for range 500 {
		cut := []events.Time{base + events.Time(rng.Int64N(60*86400e3)), base + events.Time(rng.Int64N(60*86400e3)), base + events.Time(rng.Int64N(60*86400e3))}
		slices.Sort(cut)
		if got, want := hours.Between(cut[0], cut[1])+hours.Between(cut[1], cut[2]), hours.Between(cut[0], cut[2]); got != want {
			t.Fatalf("parts %v add to %s, whole is %s", cut, got, want)
		}
	}
}

func TestNextOpening(t *testing.T) {
	hours, _ := tickets.NewHours("Europe/Berlin", week("12345", [2]string{"09:00", "18:00"}), []string{"2026-11-23"})
	at := func(s string) events.Time { tm, _ := time.Parse(time.RFC3339, s); return events.TimeOf(tm) }
	tests := []struct{ at, want string }{
		{"2026-11-20T16:00:00Z", "2026-11-20T16:00:00Z"}, // Friday 17:00 in Berlin: open
		{"2026-11-20T17:00:00Z", "2026-11-24T08:00:00Z"}, // closed; Monday is a holiday
		{"2026-11-24T05:00:00Z", "2026-11-24T08:00:00Z"},
	}
	for _, tt := range tests {
		if got := hours.NextOpening(at(tt.at)); got != at(tt.want) {
			t.Errorf("NextOpening(%s) = %s, want %s", tt.at, got, tt.want)
		}
		if got := hours.OpenAt(at(tt.at)); got != (tt.at == tt.want) {
			t.Errorf("OpenAt(%s) = %v", tt.at, got)
		}
	}
	never, _ := tickets.NewHours("UTC", nil, nil)
	if got := never.NextOpening(at("2026-11-20T16:00:00Z")); got != 0 {
		t.Errorf("a desk without hours opens at %s", got)
	}
}

func TestNewHoursNamesWhatIsWrong(t *testing.T) {
	_, err := tickets.NewHours("Mars/Base", []tickets.Interval{{0, "09:00", "10:00"}, {1, "9:00", "10:00"}, {2, "10:00", "10:00"},
		{3, "09:00", "12:00"}, {3, "11:00", "13:00"}}, []string{"25.12."})
	got := []string{}
	for _, f := range fault.Of(err).Fields {
		got = append(got, f.Field)
	}
	want := []string{"time_zone", "intervals[0].day", "intervals[1].from", "intervals[2].to", "holidays[0]", "intervals"}
	if !slices.Equal(got, want) {
		t.Errorf("fields = %v, want %v", got, want)
	}
}
