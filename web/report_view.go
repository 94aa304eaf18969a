package web

import (
	"fmt"
	"math"
	"strings"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/stats"
	"heard/tickets/events"
)

// reportView is a report as the template reads it: words and places, all computed here.
type reportView struct {
	*rollups.Report
	Title, Name, Dates, Compared string
	Prev, Next, Last             string // paths; "" for none
	PrevName, NextName           string
	CSV                          string
	Empty                        bool // nothing ever happened
	Tiles                        []figureView
	Rows                         []figureView
	Statements                   []statementView
	Known                        []issueView
	Lead                         string // the headline
	HeadlineTone, HeadlineHref   string
	HeadlineLinks                string // what it leads to
	Bars                         []barView
	BarsText                     string
	ReasonBars                   []barView
	Handoffs                     *figureView
	Standing                     string   // how final it is
	Tellings                     []string // what was told before, when it was told again
}

// figureView is one figure with its words.
type figureView struct {
	*rollups.Figure
	Now, Usual, Range, Business, BusinessP90, P90 string
	Mark, Tone, Move, MoveRange                   string
	Perhaps                                       bool // neither clear nor nothing
	Spark                                         *sparkView
	Links                                         string // what the link leads to
}

type statementView struct {
	rollups.Statement
	Tone, Links string
}

// issueView is a recurring issue with its words.
type issueView struct {
	rollups.KnownIssue
	Usual, Rating, RatingRange string
}

func viewIssue(k rollups.KnownIssue) issueView {
	v := issueView{KnownIssue: k, Usual: "–", Rating: "–"}
	if k.Expected != nil {
		v.Usual = hoursText(*k.Expected)
	}
	if c := k.CSAT; c != nil {
		v.Rating, v.RatingRange = points(&c.Value), fmt.Sprintf("%s to %s, n %d", points(c.Range.Low), points(c.Range.High), c.N)
	}
	return v
}

// points writes a difference of ratings.
func points(n *rollups.Number) string {
	if n == nil {
		return "…"
	}
	return strings.Replace(fmt.Sprintf("%+.1f", float64(*n)), "-", "−", 1)
}

// barView is one bar, or a pair of them, in parts of a hundred.
type barView struct {
	Name, Long     string
	N, M           int
	Top, Height    string
	Top2, Height2  string
	Width          string
	Share          string
	Faint, Weekend bool
}

func viewReport(r *rollups.Report, thisWeek string) *reportView {
	v := &reportView{Report: r, Name: rollups.WeekText(r.Week), Dates: rollups.DatesText(r)}
	v.Title = v.Name + " · " + r.Desk
	prev, next := rollups.AddWeeks(r.Week, -1), rollups.AddWeeks(r.Week, 1)
	v.Prev, v.PrevName = reportPath(prev), shortWeek(prev)
	if next <= thisWeek {
		v.Next, v.NextName = reportPath(next), shortWeek(next)
	}
	v.CSV = "/api/v1/reports/weekly/" + r.Week + "?format=csv"
	v.Compared = comparedWith(r)
	v.HeadlineTone, v.HeadlineHref, v.HeadlineLinks = tone(r.Headline.Good), r.Headline.Href, "See the tickets"
	if r.Headline.Issue != 0 {
		v.HeadlineLinks = "See the issue"
	}
	tiles := []rollups.Key{rollups.CSAT, rollups.FirstResponse, rollups.FirstResolution, rollups.FirstContact, rollups.Volume, rollups.Backlog}
	for _, key := range tiles {
		if f := r.Figure(key); f != nil {
			v.Tiles = append(v.Tiles, viewFigure(f, len(r.Compared)))
		}
	}
	v.Empty = true
	for i := range r.Figures {
		f := viewFigure(&r.Figures[i], len(r.Compared))
		v.Rows = append(v.Rows, f)
		v.Empty = v.Empty && f.N == 0 && len(r.Compared) == 0
		if f.Key == rollups.Handoffs {
			v.Handoffs = &v.Rows[len(v.Rows)-1]
		}
	}
	v.Lead = together(r.Headline.Text)
	for _, s := range r.Findings {
		s.Text, s.Where = together(s.Text), together(s.Where)
		v.Statements = append(v.Statements, statementView{s, tone(s.Good), findingLink(r, s)})
	}
	for _, k := range r.Issues {
		v.Known = append(v.Known, viewIssue(k))
	}
	v.days(r)
	v.reasons(r)
	v.standing(r)
	return v
}

// standing says how final the report is, and what was told before.
func (v *reportView) standing(r *rollups.Report) {
	zone, err := time.LoadLocation(r.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	moment := func(t events.Time) string { return t.Std().In(zone).Format("2 January 2006, 15:04") }
	switch n := len(r.Revisions); {
	case r.Provisional:
		v.Standing = "Live, as of " + moment(r.AsOf) + "."
	case n == 0:
		v.Standing = "Not final yet."
	default:
		v.Standing = "Final since " + moment(r.Revisions[n-1].MadeAt) + "."
		if n == 1 {
			return
		}
		for _, rev := range r.Revisions {
			v.Tellings = append(v.Tellings, fmt.Sprintf("Revision %d of %s: %s.", rev.Revision, moment(rev.MadeAt), rev.Reason))
		}
	}
}

// together keeps a number and its sign on one line.
func together(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }

func shortWeek(week string) string {
	_, n, _ := strings.Cut(week, "-W")
	return "Week " + strings.TrimPrefix(n, "0")
}

func comparedWith(r *rollups.Report) string {
	what := "the %d weeks before"
	if r.Provisional {
		what = "the same days of the %d weeks before"
	}
	switch n := len(r.Compared); n {
	case 0:
		return ""
	case 1:
		return strings.Replace(what, "%d weeks", "week", 1)
	default:
		return fmt.Sprintf(what, n)
	}
}

func tone(good *bool) string {
	switch {
	case good == nil:
		return "flat"
	case *good:
		return "good"
	}
	return "bad"
}

func viewFigure(f *rollups.Figure, compared int) figureView {
	v := figureView{Figure: f, Now: rollups.TextOf(f.Unit, f.Value), Usual: rollups.UsualText(f), Range: rollups.RangeText(f.Unit, f.Interval),
		Tone: tone(f.Change.Good), Links: linkWords(f)}
	if f.Calendar != nil && f.N > 0 {
		v.P90 = rollups.TextOf(f.Unit, f.Calendar.P90)
	}
	if f.Business != nil && f.N > 0 {
		v.Business, v.BusinessP90 = rollups.TextOf(f.Unit, f.Business.Median), rollups.TextOf(f.Unit, f.Business.P90)
	}
	c := f.Change
	switch c.Verdict {
	case stats.Up, stats.Down:
		v.Mark = map[bool]string{true: "▲", false: "▼"}[c.Verdict == stats.Up]
		v.Move, v.MoveRange = c.ChangeText(f.Unit), c.IntervalText(f.Unit)
	case rollups.Perhaps:
		v.Perhaps, v.Move, v.MoveRange = true, "Perhaps "+c.ChangeText(f.Unit), c.IntervalText(f.Unit)
	case stats.NoClear:
		v.Move, v.MoveRange = "No clear change", c.IntervalText(f.Unit)
	default:
		v.Move = "Not enough data to compare"
		if compared == 0 {
			v.Move = "Nothing to compare with yet"
		}
	}
	v.Spark = spark(f)
	return v
}

// findingLink says where a finding leads.
func findingLink(r *rollups.Report, s rollups.Statement) string {
	if s.Issue != 0 {
		return "See the issue"
	}
	return linkWords(r.Figure(s.Figure))
}

// linkWords name the tickets behind a figure: 12 reopened tickets.
func linkWords(f *rollups.Figure) string {
	if f == nil {
		return ""
	}
	n := f.N
	if f.Hits != nil && f.Key != rollups.CSAT {
		n = *f.Hits
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s %s", rollups.Text(rollups.Count, float64(n)), rollups.TicketsText(f.Key, n))
}

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

// today is the day until which the report knows, in its zone.
func (v *reportView) today(r *rollups.Report) string {
	zone, err := time.LoadLocation(r.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return r.AsOf.Std().In(zone).Format(time.DateOnly)
}

// days draws what came and what was resolved on each day.
func (v *reportView) days(r *rollups.Report) {
	most, opened, resolved := 1, 0, 0
	for _, d := range r.Days {
		most, opened, resolved = max(most, d.Opened, d.Resolved), opened+d.Opened, resolved+d.Resolved
	}
	names := []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	today := v.today(r)
	for i, d := range r.Days {
		if i >= len(names) {
			break
		}
		a, b := 100*float64(d.Opened)/float64(most), 100*float64(d.Resolved)/float64(most)
		v.Bars = append(v.Bars, barView{Name: names[i], Long: d.Day, N: d.Opened, M: d.Resolved, Top: at(100 - a), Height: at(a), Top2: at(100 - b),
			Height2: at(b), Weekend: i > 4, Faint: r.Provisional && d.Day > today})
	}
	v.BarsText = fmt.Sprintf("%s came in and %s were resolved, for the first time or again.", rollups.Text(rollups.Count, float64(opened)), rollups.Text(rollups.Count, float64(resolved)))
	if opened == 0 && resolved == 0 {
		v.Bars = nil
	}
}

func (v *reportView) reasons(r *rollups.Report) {
	most, sum := 1, 0
	for _, c := range r.Reasons {
		most, sum = max(most, c.N), sum+c.N
	}
	for _, c := range r.Reasons {
		v.ReasonBars = append(v.ReasonBars, barView{Name: sentence(c.Word), N: c.N, Width: at(100 * float64(c.N) / float64(most)),
			Share: fmt.Sprintf("%.0f %%", 100*float64(c.N)/float64(sum))})
	}
}

// sentence writes a word of a list for people: wrong_team is Wrong team.
func sentence(word string) string {
	word = strings.ReplaceAll(word, "_", " ")
	if word == "" {
		return "No reason"
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// hoursText writes hours with one decimal below ten.
func hoursText(h rollups.Number) string {
	if h < 10 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(h)), ".0")
	}
	return fmt.Sprintf("%.0f", float64(h))
}
