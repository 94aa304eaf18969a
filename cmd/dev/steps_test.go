package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPerform(t *testing.T) {
	pass := func(context.Context) error { return nil }
	fail := func(context.Context) error { return errors.New("the printer is on fire") }
	tests := []struct {
		name     string
		steps    []step
		wantErr  error
		wantSaid []string
		wantEnd  string
	}{
		{"all pass", []step{{name: "a", limit: time.Minute, run: pass}, {name: "b", limit: time.Minute, run: pass}},
			nil, []string{"passed   a", "passed   b"}, "2 passed, 0 failed"},
		{"one fails, the rest runs", []step{{name: "a", limit: time.Minute, run: fail}, {name: "b", limit: time.Minute, run: pass}},
			errSteps, []string{"the printer is on fire", "FAILED   a", "passed   b"}, "1 passed, 1 failed"},
		{"nothing to do counts as neither", []step{{name: "a", skip: "web does not exist", run: fail}, {name: "b", limit: time.Minute, run: pass}},
			nil, []string{"skipped  a", "web does not exist"}, "1 passed, 0 failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := scratch(t)
			if err := c.perform(t.Context(), tt.steps); !errors.Is(err, tt.wantErr) {
				t.Errorf("error = %v, want %v", err, tt.wantErr)
			}
			got := said(t, c)
			for _, want := range tt.wantSaid {
				if !strings.Contains(got, want) {
					t.Errorf("told %q, want %q in it", got, want)
				}
			}
			if !strings.HasSuffix(got, "\n"+tt.wantEnd+"\n") {
				t.Errorf("told %q, want the last line %q", got, tt.wantEnd)
			}
		})
	}
}

func TestPerformStopsWhenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := scratch(t)
	err := c.perform(ctx, []step{
		{name: "first", limit: time.Minute, run: func(ctx context.Context) error { cancel(); return ctx.Err() }},
		{name: "second", limit: time.Minute, run: func(context.Context) error { t.Error("the second step ran"); return nil }},
	})
	if !errors.Is(err, errSteps) {
		t.Errorf("error = %v, want %v", err, errSteps)
	}
	if got := said(t, c); !strings.HasSuffix(got, "\n0 passed, 2 failed\n") {
		t.Errorf("told %q, want 2 failures", got)
	}
}

func TestStepsOfEachPart(t *testing.T) {
	tests := []struct {
		name string
		run  testCmd
		want string
	}{
		{"all", testCmd{Only: "all", DB: "all"}, "setup gofmt vet staticcheck tsc postgres go-test go-race vitest dist e2e"},
		{"short", testCmd{Only: "all", DB: "all", Short: true}, "setup gofmt vet staticcheck tsc postgres go-test vitest dist"},
		{"sqlite", testCmd{Only: "go", DB: "sqlite"}, "setup go-test go-race"},
		{"go", testCmd{Only: "go", DB: "all"}, "setup postgres go-test go-race"},
		{"ts", testCmd{Only: "ts", DB: "all"}, "setup tsc vitest dist"},
		{"lint", testCmd{Only: "lint", DB: "all"}, "setup gofmt vet staticcheck tsc"},
		{"e2e on PostgreSQL", testCmd{Only: "e2e", DB: "postgres"}, "setup postgres e2e"},
		{"e2e, asked for", testCmd{Only: "e2e", DB: "all", Short: true}, "setup postgres e2e"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range (&testRun{c: scratch(t), testCmd: tt.run}).steps() {
				got = append(got, strings.ReplaceAll(s.name, " ", "-"))
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("steps = %s, want %s", got, tt.want)
			}
		})
	}
}
