package routing

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// TestSurvival is worked by hand: of chats held 1, 2 and 4 seconds and two that run since 2 and 3, after the first
// end 4/5 are alive, after the second 4/5 · 3/4, after the last none.
func TestSurvival(t *testing.T) {
	s := newSurvival([]time.Duration{4 * time.Second, time.Second, 2 * time.Second}, []time.Duration{3 * time.Second, 2 * time.Second})
	for _, tt := range []struct{ at, want float64 }{{0, 1}, {1, .8}, {1.5, .7}, {2, .6}, {3, .3}} {
		if got := s.beyond(tt.at); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("beyond %g s: %g, want %g", tt.at, got, tt.want)
		}
		if got := s.length(tt.want); math.Abs(got-tt.at) > 1e-9 {
			t.Errorf("length at %g: %g, want %g", tt.want, got, tt.at)
		}
	}
	if got := s.left(s.held(3*time.Second), .5); math.Abs(got-.5) > 1e-9 {
		t.Errorf("half of those held for 3 s are held %g s more, want 0.5", got)
	}
	// Nobody was seen to be held longer than 4 s: from there on the mean is that of all time over all ends, 12/3.
	if got := s.left(s.held(9*time.Second), math.Exp(-1)); math.Abs(got-4) > 1e-9 {
		t.Errorf("past what was seen: %g s more, want 4", got)
	}
}

// exponential is an outlook of a desk with slots that hold chats for a mean.
func exponential(dice *rand.Rand, slots int, mean time.Duration) Outlook {
	var o Outlook
	for range 200 {
		o.Finished = append(o.Finished, time.Duration(dice.ExpFloat64()*float64(mean)))
	}
	for range slots {
		o.Running = append(o.Running, time.Duration(dice.ExpFloat64()*float64(mean)))
	}
	return o
}

// TestPromiseOfExponentialSlots: with c slots of mean m the wait of place p is a sum of p steps of mean m ÷ c. Its
// mid and ends must come out within what 200 lengths can know.
func TestPromiseOfExponentialSlots(t *testing.T) {
	o := exponential(rand.New(rand.NewPCG(1, 1)), 10, 10*time.Minute)
	for _, tt := range []struct {
		place          int
		low, mid, high float64 // quantiles of the Erlang distribution, in steps of a minute
	}{{1, .105, .693, 2.303}, {5, 2.433, 4.671, 7.994}, {20, 14.525, 19.668, 25.903}} {
		p := Calibration{}.Promise(o, tt.place)
		for _, q := range []struct {
			name      string
			got, want float64
		}{{"low", p.Low.Minutes(), tt.low}, {"mid", p.Mid.Minutes(), tt.mid}, {"high", p.High.Minutes(), tt.high}} {
			if math.Abs(q.got-q.want) > .25*q.want+.1 {
				t.Errorf("place %d: %s %.2f min, want about %.2f", tt.place, q.name, q.got, q.want)
			}
		}
	}
}

func TestPromises(t *testing.T) {
	o := exponential(rand.New(rand.NewPCG(2, 1)), 6, 8*time.Minute)
	list := Calibration{}.Promises(o, 300)
	for i, p := range list {
		if p.Low > p.Mid || p.Mid > p.High || !p.Measured {
			t.Fatalf("place %d: %+v", i+1, p)
		}
		if i > 0 && (p.Mid < list[i-1].Mid) {
			t.Errorf("place %d is expected before place %d", i+1, i)
		}
	}
	if again := (Calibration{}).Promises(o, 300); !reflect.DeepEqual(list, again) {
		t.Error("equal outlooks make two promises")
	}
	for _, place := range []int{1, 7, 250} {
		if one := (Calibration{}).Promise(o, place); one != list[place-1] {
			t.Errorf("place %d alone: %+v, among 300: %+v", place, one, list[place-1])
		}
	}
	impatient, passed, free := o, o, o
	impatient.Leaving, passed.Passing, free.Free = 1./300, 1./120, 3
	at := func(o Outlook) time.Duration { return Calibration{}.Promise(o, 12).Mid }
	if at(impatient) >= at(o) || at(passed) <= at(o) || at(free) >= at(o) {
		t.Errorf("mid %s; when some give up %s, when some go before %s, with free slots %s", at(o), at(impatient), at(passed), at(free))
	}
	few := Calibration{}.Promise(Outlook{Finished: o.Finished[:4], Running: o.Running}, 3)
	if few.Measured || few.Low != 0 || few.High != 3*fallback {
		t.Errorf("of four chats nothing can be measured: %+v", few)
	}
	if nobody := (Calibration{}).Promise(Outlook{Finished: o.Finished}, 1); nobody.Measured {
		t.Errorf("nobody is there: %+v", nobody)
	}
}

// TestCalibrationLearns: outcomes that are three times as long as the model has it end up inside, as far as they
// should, and the state depends on the newest outcomes alone.
func TestCalibrationLearns(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 1))
	o := exponential(dice, 5, 8*time.Minute)
	var c Calibration
	var all []Outcome
	kept := 0
	for i := range 1200 {
		p := c.Promise(o, 3)
		waited := time.Duration(3 * float64(p.Mid) * math.Exp(.6*dice.NormFloat64()))
		if i >= 200 && p.Low <= waited && waited <= p.High {
			kept++
		}
		all = append(all, Outcome{Promise: p, Waited: waited})
		c = c.Learn(all[i])
	}
	if share := float64(kept) / 1000; share < .76 || share > .84 {
		t.Errorf("%.1f %% kept of a model that is wrong by a factor of three, want 80 ± 4", 100*share)
	}
	if !reflect.DeepEqual(c.Promise(o, 3), Calibrate(all).Promise(o, 3)) {
		t.Error("learning one by one and all at once give two promises")
	}
	from := Calibrate(all[len(all)-Memory:]).Promise(o, 3)
	if got := c.Promise(o, 3); math.Abs(math.Log(float64(from.High)/float64(got.High))) > .2 {
		t.Errorf("made again from the newest %d outcomes: to %s, was %s", Memory, from.High, got.High)
	}
	before := c.Promise(o, 3)
	left := Outcome{Promise: before, Waited: before.Low, Left: true}
	if c.Learn(left).Promise(o, 3) != before {
		t.Error("who left in time has taught something about waits")
	}
}
