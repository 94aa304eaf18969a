package web

import (
	"fmt"
	"math"
	"strings"

	"heard/feedback/rollups"
)

// sparkView is a line through the weeks before and this one.
type sparkView struct {
	Line, Text   string
	X, Y         string  // of this week
	Low, High    string  // of its interval
	Mean         string  // of the weeks before
	Dots         []point // of the weeks before
	Whisker, Has bool
}

type point struct{ X, Y string }

const (
	sparkWide = 120.0
	sparkHigh = 32.0
	sparkEdge = 5.0
)

// spark draws the weeks before and this one; nil when there is nothing to draw a line through.
func spark(f *rollups.Figure) *sparkView {
	if f.Value == nil {
		return nil
	}
	var xs, ys []float64
	words := []string{}
	for i, p := range f.Before {
		if p.Value != nil {
			xs, ys = append(xs, float64(i)), append(ys, float64(*p.Value))
			words = append(words, rollups.WeekText(p.Week)+": "+rollups.TextOf(f.Unit, p.Value))
		}
	}
	if len(xs) == 0 {
		return nil
	}
	xs, ys = append(xs, float64(len(f.Before))), append(ys, float64(*f.Value))
	words = append(words, rollups.WeekText(f.Week)+": "+rollups.TextOf(f.Unit, f.Value))
	low, high := ys[0], ys[0]
	for _, y := range ys {
		low, high = math.Min(low, y), math.Max(high, y)
	}
	ci := f.Interval
	whisker := ci != nil && ci.Low != nil && ci.High != nil
	if whisker { // the interval is part of the picture, but may not flatten the line
		room := math.Max(high-low, 0.25*math.Abs(high))
		low, high = math.Min(low, math.Max(float64(*ci.Low), low-room)), math.Max(high, math.Min(float64(*ci.High), high+room))
	}
	if high == low {
		low, high = low-1, high+1
	}
	x := func(i float64) float64 { return sparkEdge + i/float64(len(f.Before))*(sparkWide-2*sparkEdge) }
	y := func(v float64) float64 {
		v = math.Min(math.Max(v, low), high)
		return sparkHigh - sparkEdge - (v-low)/(high-low)*(sparkHigh-2*sparkEdge)
	}
	s := &sparkView{Text: strings.Join(words, "; "), Has: true}
	var line []string
	for i := range xs {
		line = append(line, at(x(xs[i]))+","+at(y(ys[i])))
		if i < len(xs)-1 {
			s.Dots = append(s.Dots, point{at(x(xs[i])), at(y(ys[i]))})
		}
	}
	s.Line, s.X, s.Y = strings.Join(line, " "), at(x(xs[len(xs)-1])), at(y(ys[len(ys)-1]))
	if whisker {
		s.Whisker, s.Low, s.High = true, at(y(float64(*ci.Low))), at(y(float64(*ci.High)))
	}
	if f.BeforeMean != nil {
		s.Mean = at(y(float64(*f.BeforeMean)))
	}
	return s
}

func at(v float64) string { return fmt.Sprintf("%.1f", v) }
