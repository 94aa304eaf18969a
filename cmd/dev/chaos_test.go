package main

import (
	"regexp"
	"slices"
	"testing"
)

func TestChaosChoosesTests(t *testing.T) {
	tests := []struct {
		only string
		name string
		want bool
	}{
		{"", "TestFaultKillOneNode", true}, {"", "TestDatabaseAway", true}, {"", "TestHostileFrames", true}, {"", "TestImport", false},
		{"kill", "TestFaultKillOneNode", true}, {"kill", "TestFaultDiskFull", false}, {"DatabaseAway", "TestDatabaseAway", true},
	}
	for _, tt := range tests {
		if got := regexp.MustCompile((&chaosCmd{Only: tt.only}).tests()).MatchString(tt.name); got != tt.want {
			t.Errorf("--only %q runs %s: %v, want %v", tt.only, tt.name, got, tt.want)
		}
	}
}

func TestChaosTellsTimeAndSeed(t *testing.T) {
	if got := (&chaosCmd{Minutes: 10, Seed: 7}).env(); !slices.Equal(got, []string{"HEARD_CHAOS_SECONDS=40", "HEARD_CHAOS_SEED=7"}) {
		t.Errorf("env = %v", got)
	}
	if got := (&chaosCmd{Minutes: 1}).env(); !slices.Equal(got, []string{"HEARD_CHAOS_SECONDS=5"}) {
		t.Errorf("env = %v", got)
	}
}
