package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"heard/chat/routing/sim"
	"heard/feedback/weekly/lines"
)

// simulated is the answer as JSON.
type simulated struct {
	Title  string        `json:"title"`
	Days   float64       `json:"days"`
	Result *sim.Summary  `json:"result"`
	Theory *theoryFigure `json:"theory"`
}

type theoryFigure struct {
	Name      string  `json:"name"`
	Delayed   float64 `json:"delayed"`
	Wait      float64 `json:"wait_s"` // of all, those who gave up included
	Queue     float64 `json:"queue"`
	Abandoned float64 `json:"abandoned"`
	Use       float64 `json:"use"`
}

func answer(p *simulation, s *sim.Summary) simulated {
	out := simulated{Title: p.title, Days: p.length.Hours() / 24, Result: s}
	if p.theory != nil {
		f := p.theory.figure
		out.Theory = &theoryFigure{p.theory.name, f.Delayed, f.Wait, f.Queue, f.Abandoned, f.Occupancy}
	}
	return out
}

func share(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }

func number(x float64) string { return fmt.Sprintf("%.1f", x) }

// lasting says a length as people do: 0:42, 12:05, 1:02:05.
func lasting(seconds float64) string {
	n := int(math.Round(seconds))
	if n >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
	return fmt.Sprintf("%d:%02d", n/60, n%60)
}

// simulation prints what came of one.
func (p *paper) simulation(plan *simulation, s *sim.Summary, within time.Duration) {
	p.line("")
	p.line("  %s", p.as(bold, plan.title))
	p.line("  %s", p.as(faint, fmt.Sprintf("%d runs of %g days", s.Runs, plan.length.Hours()/24)))
	p.line("")
	last, theory := "", map[string]string{}
	if plan.theory != nil {
		f := plan.theory.figure
		last = plan.theory.name
		theory = map[string]string{"Had to wait": share(f.Delayed), "Mean, with who left": lasting(f.Wait), "Gave up": share(f.Abandoned),
			"Queue, mean": number(f.Queue), "Capacity in use": share(f.Occupancy)}
	}
	p.line("  %s", p.as(faint, lines.Left(25, "")+lines.Right(11, "value")+lines.Right(23, "95 % interval")+ending(13, last)))
	row := func(label string, f sim.Figure, text func(float64) string) {
		interval := ""
		if !math.IsInf(f.Interval.Low, 0) {
			interval = text(max(0, f.Interval.Low)) + " to " + text(f.Interval.High)
		}
		p.line("  %s%s%s%s", lines.Left(25, label), p.as(bold, lines.Right(11, text(f.Value))), p.as(faint, lines.Right(23, interval)), ending(13, theory[label]))
	}
	row("Tickets a run", s.All.Tickets, number)
	row("Had to wait", s.All.Delayed, share)
	row("Wait, mean", s.All.Mean, lasting)
	row("Wait, half under", s.All.Median, lasting)
	row("Wait, 9 in 10 under", s.All.P90, lasting)
	row("Wait, 99 in 100 under", s.All.P99, lasting)
	row("Mean, with who left", s.All.Offered, lasting)
	row("Served within "+lasting(within.Seconds()), s.All.Within, share)
	row("Gave up", s.All.Abandoned, share)
	row("Queue, mean", s.Queue, number)
	row("Queue, longest", s.Longest, number)
	row("Capacity in use", s.Use, share)
	row("Agents busy", s.Occupancy, share)
	if s.Open.Value > 0 {
		row("Never served", s.Open, number)
	}
	p.groups(s, within)
	p.promises(s)
	p.line("")
}

// ending is a last column, with nothing behind the last word of a line.
func ending(n int, s string) string {
	if s == "" {
		return ""
	}
	return lines.Right(n, s)
}

// groups prints a line for each sort of ticket.
func (p *paper) groups(s *sim.Summary, within time.Duration) {
	if len(s.Groups) == 0 {
		return
	}
	p.line("")
	p.line("  %s", p.as(faint, lines.Left(25, "")+lines.Right(9, "tickets")+lines.Right(9, "waited")+lines.Right(10, "mean")+lines.Right(10, "9 in 10")+
		lines.Right(10, "in "+lasting(within.Seconds()))+lines.Right(9, "gave up")))
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		w := s.Groups[name]
		p.line("  %s", lines.Left(25, lines.Printable(name))+lines.Right(9, fmt.Sprintf("%.0f", w.Tickets.Value))+lines.Right(9, share(w.Delayed.Value))+
			lines.Right(10, lasting(w.Mean.Value))+lines.Right(10, lasting(w.P90.Value))+lines.Right(10, share(w.Within.Value))+lines.Right(9, share(w.Abandoned.Value)))
	}
}

// promises says how well the wait promises of the simulated desk were kept.
func (p *paper) promises(s *sim.Summary) {
	p.line("")
	p.quiet("Waits count while anybody is on line.")
	if s.Promises.Made == 0 {
		p.quiet("Nobody waited long enough after a promise to check one.")
		return
	}
	p.quiet(fmt.Sprintf("Wait promises: %s of %d were kept, %s served sooner, the rest later (goal: 80 ± 5 %%). A range was %s wide on average.",
		share(s.Promises.Kept.Value), s.Promises.Made, share(s.Promises.Below), lasting(s.Promises.Width.Value)))
}
