package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/migrations/dbtest"
)

func TestSimulate(t *testing.T) {
	simulate := func(args ...string) simulated {
		t.Helper()
		code, out, errOut := command(t, append([]string{"simulate", "--json"}, args...)...)
		var got simulated
		if err := json.Unmarshal([]byte(out), &got); code != exitDone || err != nil {
			t.Fatalf("%v: exit %d, %v: %s%s", args, code, err, out, errOut)
		}
		return got
	}
	steady := []string{"--arrivals", "poisson:30/h", "--agents", "4", "--capacity", "1", "--handling", "exponential:6m", "--days", "1", "--runs", "4"}
	got := simulate(steady...)
	if got.Theory == nil || got.Theory.Name != "Erlang C" || !got.Result.All.Delayed.Interval.Holds(got.Theory.Delayed) {
		t.Errorf("delayed %+v, want about what Erlang C says: %+v", got.Result.All.Delayed, got.Theory)
	}
	again, other := simulate(steady...), simulate(append(steady, "--seed", "77")...)
	if again.Result.All != got.Result.All || other.Result.All == got.Result.All {
		t.Error("the seed does not decide the customers")
	}
	patient := simulate(append(steady, "--patience", "5m", "--strategy", "round_robin")...)
	if patient.Theory == nil || patient.Theory.Name != "Erlang A" || patient.Result.All.Abandoned.Value <= 0 {
		t.Errorf("with patience: %+v, abandoned %+v", patient.Theory, patient.Result.All.Abandoned)
	}
	if got := simulate(append(steady, "--hours", "08:00-18:00")...); got.Theory != nil {
		t.Errorf("a formula for a desk that closes at night: %+v", got.Theory)
	}

	arrivals := file(t, "arrivals.csv", "at,channel,priority,skills,handling_s",
		"2026-11-02T09:00:00Z,chat,urgent,lang:de,60", "2026-11-02T09:00:00Z,chat,,,60", "2026-11-02T09:00:10Z,chat,high,lang:de,60")
	agents := file(t, "agents.csv", "agent,capacity,skills,from,to", "ada,1,lang:de billing,08:00,12:00", "bob,1,,08:00,18:00")
	got = simulate("--arrivals", arrivals, "--agents", agents, "--runs", "1")
	// Ada has German: the second German ticket waits for her, 50 s, though Bob is free then too early to help.
	if w := got.Result.Groups["priority high"]; w.Mean.Value != 50 || got.Result.Groups["skill lang:de"].Tickets.Value != 2 {
		t.Errorf("the second German chat waited %g s, want 50", w.Mean.Value)
	}
	if got.Result.All.Tickets.Value != 3 || got.Result.Open.Value != 0 {
		t.Errorf("%g tickets, %g never served", got.Result.All.Tickets.Value, got.Result.Open.Value)
	}

	code, out, _ := command(t, append([]string{"simulate"}, steady...)...)
	for _, want := range []string{"poisson:30/h, 4 agents with 1 chats each", "Erlang C", "9 in 10 under", "Capacity in use", "Wait promises:"} {
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("exit %d, the table lacks %q:\n%s", code, want, out)
		}
	}
}

func TestSimulateLastMonth(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		store := []string{"--data", t.TempDir(), "--database", dsn}
		code, _, errOut := command(t, append([]string{"simulate", "--arrivals", "last-month"}, store...)...)
		if code != exitFailed || !strings.Contains(errOut, "nothing came to this desk in the last 30 days") {
			t.Errorf("an empty desk: exit %d, %s", code, errOut)
		}
		rows := []string{"id,at,customer,channel,text,handling_minutes"}
		for i := range 20 {
			at := time.Now().UTC().Add(-time.Duration(i+1) * 5 * time.Hour).Format(time.RFC3339)
			rows = append(rows, fmt.Sprintf("%d,%s,c%d,chat,Hello,5", i+1, at, i))
		}
		if code, out, errOut := command(t, append([]string{"import", file(t, "in.csv", rows...)}, store...)...); code != exitDone {
			t.Fatalf("import: exit %d %s%s", code, out, errOut)
		}
		month := append([]string{"simulate", "--arrivals", "last-month", "--json", "--runs", "2"}, store...)
		if code, _, errOut := command(t, month...); code != exitUsage || !strings.Contains(errOut, "--agents is needed") {
			t.Errorf("nobody was on line: exit %d, %s", code, errOut)
		}
		code, out, errOut := command(t, append(month, "--agents", "2")...)
		var got simulated
		if err := json.Unmarshal([]byte(out), &got); code != exitDone || err != nil {
			t.Fatalf("exit %d, %v: %s%s", code, err, out, errOut)
		}
		if got.Result.All.Tickets.Value != 20 || got.Days != 30 || got.Result.All.Within.Value != 1 {
			t.Errorf("got %+v over %g days, want 20 tickets served at once", got.Result.All, got.Days)
		}
	})
}

func TestSimulateRefuses(t *testing.T) {
	bad := file(t, "bad.csv", "at", "yesterday")
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"--arrivals", "poisson:x/h"}, "--arrivals must be poisson:RATE/h"},
		{[]string{"--arrivals", "poisson:0/h"}, "--arrivals must be poisson:RATE/h"},
		{[]string{"--arrivals", "poisson:NaN/h"}, "--arrivals must be poisson:RATE/h"},
		{[]string{"--arrivals", "poisson:100000/h", "--days", "366"}, "--arrivals times --days and --runs"},
		{[]string{"--arrivals", "nothing.csv"}, "--arrivals is neither"},
		{[]string{"--arrivals", bad}, "line 2: at must be a time"},
		{[]string{"--arrivals", file(t, "odd.csv", "at,colour", "x,y")}, `a column "colour"`},
		{[]string{"--arrivals", file(t, "less.csv", "channel", "chat")}, `lacks the column "at"`},
		{[]string{"--arrivals", file(t, "none.csv", "at")}, "has no rows"},
		{[]string{"--agents", "0"}, "--agents must be"},
		{[]string{"--agents", file(t, "agents.csv", "agent,capacity", "ada,0")}, "line 2: capacity must be"},
		{[]string{"--agents", file(t, "shifts.csv", "agent,from,to", "ada,9,17")}, "line 2: from and to must be two times"},
		{[]string{"--capacity=-1"}, "--capacity must be"},
		{[]string{"--hours", "18:00-09:00"}, "--hours must be two times of day"},
		{[]string{"--strategy", "fair"}, "--strategy must be"},
		{[]string{"--handling", "gamma:3m"}, "--handling must be"},
		{[]string{"--handling", "lognormal:3m"}, "--handling must be lognormal:MEAN,SD"},
		{[]string{"--patience", "long"}, "--patience must be"},
		{[]string{"--days=-3"}, "--days must be"},
		{[]string{"--runs", "0"}, "--runs must be"},
	}
	for _, tt := range tests {
		code, _, errOut := command(t, append([]string{"simulate"}, tt.args...)...)
		if code != exitUsage || !strings.Contains(errOut, tt.want) {
			t.Errorf("%v: exit %d, %q, want %q", tt.args, code, errOut, tt.want)
		}
	}
}
