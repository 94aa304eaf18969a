package sim

import (
	"math"
	"testing"
)

// TestErlangTables compares with published figures: the Erlang B table (Cooper 1981, appendix), and for the other two
// the example of Garnett, Mandelbaum and Reiman 2002, table 1: 50 agents, 48 calls a minute of one minute each, and
// patience of two minutes, printed to the digits given here.
func TestErlangTables(t *testing.T) {
	c, _ := ErlangC(50, 48./60, 1./60)
	a, _ := ErlangA(50, 48./60, 1./60, .5/60)
	two, _ := ErlangC(2, 1, 1)
	tests := []struct {
		name      string
		got, want float64
		digit     float64 // half of the last printed one
	}{
		{"B, 1 server, 1 erlang", ErlangB(1, 1), .5, 1e-9},
		{"B, 5 servers, 5 erlangs", ErlangB(5, 5), .2849, .00005},
		{"B, 10 servers, 10 erlangs", ErlangB(10, 10), .2146, .00005},
		{"C, 2 servers, 1 erlang: delayed", two.Delayed, 1. / 3, 1e-9},
		{"C, 2 servers, 1 erlang: wait", two.Wait, 1. / 3, 1e-9},
		{"C: wait", c.Wait, 20.8, .05},
		{"C: queue", c.Queue, 17, .5},
		{"C: occupancy", c.Occupancy, .96, .005},
		{"A: wait", a.Wait, 3.7, .05},
		{"A: abandoned", a.Abandoned, .031, .0005},
		{"A: queue", a.Queue, 3, .5},
		{"A: occupancy", a.Occupancy, .93, .005},
	}
	for _, tt := range tests {
		if math.Abs(tt.got-tt.want) > tt.digit {
			t.Errorf("%s = %.5f, want %.5f", tt.name, tt.got, tt.want)
		}
	}
}

// TestErlangAEndsInErlangC: with endless patience they are the same queue, and one server has a closed form.
func TestErlangAEndsInErlangC(t *testing.T) {
	for _, servers := range []int{1, 3, 20, 200} {
		lambda := .8 * float64(servers)
		c, _ := ErlangC(servers, lambda, 1)
		a, _ := ErlangA(servers, lambda, 1, 1e-7)
		if math.Abs(a.Wait-c.Wait) > 1e-4*c.Wait+1e-9 || math.Abs(a.Delayed-c.Delayed) > 1e-4*c.Delayed+1e-9 {
			t.Errorf("%d servers: A %+v, C %+v", servers, a, c)
		}
	}
	if _, ok := ErlangC(3, 3, 1); ok {
		t.Error("a queue that grows for ever has a steady state")
	}
}
