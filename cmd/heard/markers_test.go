package main

import (
	"bytes"
	"strings"
	"testing"
)

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
	} {
		var out, complaint bytes.Buffer
		code := run(t.Context(), append(strings.Fields(tt.args), "--data", data), &out, &complaint)
		if said := out.String() + complaint.String(); code != tt.code || !strings.Contains(said, tt.want) {
			t.Errorf("heard %s = %d %s, want %d and %q", tt.args, code, said, tt.code, tt.want)
		}
	}
}
