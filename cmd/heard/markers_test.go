package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// What somebody types without a zone is what the clock on the desk's wall shows.
func TestTimesOfFlagsAreTheDesks(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"2026-11-10": "2026-11-09T23:00:00.000Z", "2026-11-10T10:00": "2026-11-10T09:00:00.000Z", "2026-07-10 10:00": "2026-07-10T08:00:00.000Z",
		"2026-11-10T10:00:00Z": "2026-11-10T10:00:00.000Z", "2026-11-10T10:00:00+05:30": "2026-11-10T04:30:00.000Z",
	} {
		w, err := moment("--at", text)
		if err != nil || w.in(berlin).String() != want {
			t.Errorf("%s = %s, %v, want %s", text, w.in(berlin), err, want)
		}
	}
	for _, bad := range []string{"10:00", "2026-13-01", "tomorrow", "2026-11-10T25:00"} {
		if _, err := moment("--at", bad); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestReleasesAndIncidentsByCommand(t *testing.T) {
	data := t.TempDir()
	for _, tt := range []struct {
		args string
		code int
		want string // in the answer, or in the complaint
	}{
		{"release list --json", exitDone, `{"items":[]}`},
		{"release add --version 2.4.1 --at 2026-03-01T08:00:00Z --url https://shop.test/2.4.1", exitDone, "Marked 2.4.1, shipped 2026-03-01T08:00:00.000Z"},
		{"release add --version 2.4.1 --at 2026-03-01T08:00:00Z --url https://shop.test/2.4.1", exitDone, "There is 2.4.1"},
		{"release add --version 2.4.1 --at 2026-03-02T08:00:00Z", exitFailed, "version is that of another release"},
		{"release add --version 2.5 --at yesterday", exitUsage, "--at must be a time"},
		{"release add --version 2.5 --url javascript:x", exitFailed, "url must be an address"},
		{"release add", exitUsage, "--version"},
		{"release list", exitDone, "2.4.1  2026-03-01T08:00:00.000Z  https://shop.test/2.4.1"},
		{"incident add --name Checkout --from 2026-03-01T08:00:00Z", exitDone, "Marked Checkout, from 2026-03-01T08:00:00.000Z and going on"},
		{"incident add --name Checkout --from 2026-03-01T08:00:00Z --to 2026-03-01T09:00:00Z --json", exitDone, `"to":"2026-03-01T09:00:00.000Z"`},
		{"incident add --name Checkout --from 2026-03-01T08:00:00Z --to 2026-03-01T07:00:00Z", exitFailed, "to must not lie before from"},
		{"incident list", exitDone, "to 2026-03-01T09:00:00.000Z"},
		{"release add --version 3 --at 2026-03-10", exitDone, "Marked 3, shipped 2026-03-10T00:00:00.000Z"},
		{"release edit 3 --at 2026-03-10T10:00 --version 3.0 --notes x", exitDone, "3.0, shipped 2026-03-10T10:00:00.000Z"},
		{"release edit 3.0 --at 10:00", exitUsage, "--at must be a time"},
		{"release edit 3.0 --version 2.4.1", exitFailed, "version is that of another one"},
		{"release delete 3.0", exitDone, "Deleted 3.0"},
		{"release delete 3.0", exitFailed, "there is no release 3.0"},
		{"incident edit 1 --name Tills --goes-on", exitDone, "Tills, from 2026-03-01T08:00:00.000Z and going on"},
		{"incident edit 1 --to 2026-03-01T07:00 ", exitFailed, "to must not lie before from"},
		{"incident edit x --name Tills", exitUsage, "is no number"},
		{"incident delete 1", exitDone, "Deleted incident 1"},
		{"incident delete 1", exitFailed, "there is no such incident"},
	} {
		var out, complaint bytes.Buffer
		code := run(t.Context(), append(strings.Fields(tt.args), "--data", data), &out, &complaint)
		if said := out.String() + complaint.String(); code != tt.code || !strings.Contains(said, tt.want) {
			t.Errorf("heard %s = %d %s, want %d and %q", tt.args, code, said, tt.code, tt.want)
		}
	}
}
