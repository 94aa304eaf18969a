package rollups

import (
	"context"
	"fmt"
	"slices"
	"time"

	"heard/feedback/issues"
	"heard/feedback/stats"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// Page names a dashboard.
type Page string

// The dashboards that are made from figures. What goes on this moment is another page, made from the tickets themselves.
const (
	Overview     Page = "overview"
	Satisfaction Page = "satisfaction"
	Speed        Page = "speed"
	Load         Page = "volume"
	HandoffPage  Page = "handoffs"
	TeamPage     Page = "team"
	TopicPage    Page = "topics"
)

// Pages lists them in the order in which they are shown.
func Pages() []Page {
	return []Page{Overview, Satisfaction, Speed, Load, HandoffPage, TeamPage, TopicPage}
}

// What a range may be compared with.
const (
	Previous = "previous" // as many days right before it
	YearAgo  = "year"     // the same days of the year before
	Nothing  = "none"
)

// DashboardQuery asks for a page over some days.
type DashboardQuery struct {
	From, To string        // days of the desk, both included; empty: the last 28 that are over
	Compare  string        // Previous unless set
	Business bool          // durations in business time
	NoAgents bool          // who asks may not see figures by agent
	Scope    tickets.Scope // the tickets that who asks may read: no others are quoted
	Filter
}

// Dashboard is one page of figures.
type Dashboard struct {
	Page              Page        `json:"page"`
	From              string      `json:"from"`
	To                string      `json:"to"`
	Compared          *Days       `json:"compared_with"` // null: nothing
	Time              string      `json:"time"`          // calendar or business: how durations are measured
	AsOf              events.Time `json:"as_of"`
	TimeZone          string      `json:"time_zone"`
	DefinitionVersion int         `json:"definition_version"`
	Headline          *Statement  `json:"headline"` // the largest clear change; null when there is none
	Tiles             []Tile      `json:"tiles"`
	Panels            []Panel     `json:"panels"`
	Markers           []Marker    `json:"markers"`
	Notes             []string    `json:"notes"`
}

// Days is a range of days of the desk, both included.
type Days struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Tile is one figure of a page.
type Tile struct {
	Figure     Key     `json:"figure"`
	Label      string  `json:"label"`
	Unit       Unit    `json:"unit"`
	Better     Better  `json:"better"`
	Definition string  `json:"definition"`
	Value      *Number `json:"value"` // null: nothing to tell
	P90        *Number `json:"p90"`   // of durations
	Interval   *Range  `json:"interval"`
	N          int     `json:"n"`
	Hits       *int    `json:"hits"`   // of shares
	Method     string  `json:"method"` // exact, or sketch: durations to 1 %
	Spark      []Spark `json:"spark"`  // at most 12
	Before     *Number `json:"before"` // the value in the days it is compared with; of a stock, its mean over their ends
	Change     Change  `json:"change"`
	Sentence   string  `json:"sentence"` // the change in words
	Note       string  `json:"note"`
	Href       string  `json:"href"` // exactly these tickets, in the console; empty: there are none to show
}

// Spark is one point of a tile's small line.
type Spark struct {
	From  string  `json:"from"`
	To    string  `json:"to"`
	Value *Number `json:"value"`
	N     int     `json:"n"`
}

// Chart says how a panel may be drawn; its rows are a table either way.
type Chart string

// The charts.
const (
	Line  Chart = "line"
	Bars  Chart = "bars"
	Stack Chart = "stack"
	Hist  Chart = "hist"
	Heat  Chart = "heat"
	Table Chart = "table"
	Parts Chart = "nps" // one bar of three parts
)

// Panel is a table, its finding as a sentence, and a word how to draw it.
type Panel struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`   // the finding
	Summary string   `json:"summary"` // the same for who does not see the chart
	Chart   Chart    `json:"chart"`
	Unit    Unit     `json:"unit"`
	Method  string   `json:"method,omitempty"` // of durations: exact or sketch
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	Note    string   `json:"note"`
	Empty   string   `json:"empty"` // why there is nothing; empty when there is something
	// What the figures of its columns mean, by the column's key.
	Definitions map[string]string `json:"definitions,omitempty"`

	// What a file has in place of the rows, where those are words.
	plain     []Column
	plainRows [][]any
}

// Sheet is the panel as a file has it: numbers are numbers there, even where the page tells them in words.
func (x *Panel) Sheet() ([]Column, [][]any) {
	if x.plain != nil {
		return x.plain, x.plainRows
	}
	rows := make([][]any, len(x.Rows))
	for i, row := range x.Rows {
		rows[i] = make([]any, len(x.Columns))
		copy(rows[i], row.Cells)
	}
	return x.Columns, rows
}

// Column is one column of a panel.
type Column struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Unit  Unit   `json:"unit"` // empty: text
	Role  string `json:"role"` // x, y, low, high, n, group, link, spark, told (a number in words)
}

// Row is one row of a panel, a cell for each column.
type Row struct {
	Cells []any  `json:"cells"`
	Href  string `json:"href"` // exactly the tickets of the row; empty: none
	// Exactly the tickets of each cell that has some of its own, in the order of the cells.
	Hrefs []string `json:"hrefs,omitempty"`
}

// Marker is a release or an incident, to be drawn beside figures.
type Marker = issues.Marker

const usualDays = 28

// page builds one dashboard.
type page struct {
	*reader
	q         DashboardQuery
	now, past Days // past.From is empty: compared with nothing
	young     bool // compared with nothing since the desk had no tickets yet
	out       *Dashboard
	beside    []Tile // looked at and not shown as tiles, for what changed
	read      map[string]*series
}

// Dashboard answers one page.
func (r *Rollups) Dashboard(ctx context.Context, which Page, q DashboardQuery) (*Dashboard, error) {
	if !slices.Contains(Pages(), which) {
		return nil, fault.New(fault.NotFound, "there is no such page")
	}
	if err := r.Refresh(ctx); err != nil {
		return nil, err
	}
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	rd.business = q.Business
	p := &page{reader: rd, q: q, read: map[string]*series{}}
	if err := p.span(); err != nil {
		return nil, err
	}
	p.out = &Dashboard{Page: which, From: p.now.From, To: p.now.To, AsOf: rd.now, Time: "calendar", TimeZone: rd.zone(p.now.To),
		DefinitionVersion: tickets.DefinitionVersion, Tiles: []Tile{}, Panels: []Panel{}, Markers: []Marker{}, Notes: []string{}}
	if q.Business {
		p.out.Time = "business"
	}
	if p.past.From != "" {
		p.out.Compared = &p.past
	}
	build := map[Page]func(context.Context) error{Overview: p.overview, Satisfaction: p.satisfaction, Speed: p.speed, Load: p.volume,
		HandoffPage: p.handoffs, TeamPage: p.team, TopicPage: p.topics}[which]
	if err := build(ctx); err != nil {
		return nil, fmt.Errorf("dashboard %s: %w", which, err)
	}
	p.judge()
	p.entitle()
	if which == Overview {
		p.changed()
	}
	p.remarks()
	return p.out, p.markers(ctx)
}

// span checks the days that are asked for, and finds those to compare them with.
func (p *page) span() error {
	if (p.q.From == "") != (p.q.To == "") {
		return fault.On("from", "must come with to")
	}
	if p.q.From == "" {
		p.usual()
	} else if err := p.given(); err != nil {
		return err
	}
	first, last := dateOf(p.now.From), dateOf(p.now.To)
	switch p.q.Compare {
	case "", Previous:
		n := int(last.Sub(first).Hours()/24) + 1
		p.past = Days{first.AddDate(0, 0, -n).Format(time.DateOnly), first.AddDate(0, 0, -1).Format(time.DateOnly)}
	case YearAgo:
		p.past = Days{first.AddDate(-1, 0, 0).Format(time.DateOnly), last.AddDate(-1, 0, 0).Format(time.DateOnly)}
	case Nothing:
	default:
		return fault.On("compare", "must be previous, year or none")
	}
	if p.young = p.past.From != "" && p.past.From < p.since; p.young {
		p.past = Days{} // as for weeks: days of which there are no tickets would make any number a rise
	}
	return nil
}

// given takes the days of the query.
func (p *page) given() error {
	p.now = Days{p.q.From, p.q.To}
	if _, _, err := p.cal.span(p.now); err != nil {
		return err
	}
	if today := p.cal.DayOf(p.reader.now); p.now.To > today && p.now.From <= today {
		p.now.To = today // what has not come yet is no part of it
	}
	return nil
}

// usual are the last days that are over; on a desk's first day, that day.
func (p *page) usual() {
	today := p.cal.DayOf(p.reader.now)
	last := dateOf(today)
	if p.since != "" && p.since < today {
		last = last.AddDate(0, 0, -1)
	}
	p.now = Days{last.AddDate(0, 0, 1-usualDays).Format(time.DateOnly), last.Format(time.DateOnly)}
}

// judge decides for all tiles together which of them changed, as the weekly report does, and tells the largest.
func (p *page) judge() {
	var ps []float64
	var all, tested []*Tile
	for _, list := range [][]Tile{p.out.Tiles, p.beside} {
		for i := range list {
			all = append(all, &list[i])
			if list[i].Change.Interval != nil {
				ps, tested = append(ps, list[i].Change.p), append(tested, &list[i])
			}
		}
	}
	var lead *Tile
	for i, q := range stats.BenjaminiHochberg(ps) {
		c := &tested[i].Change
		switch {
		case c.Verdict != stats.Up && c.Verdict != stats.Down:
		case q > discovery:
			c.Verdict, c.Good = Perhaps, nil
		case lead == nil || c.atLeast > lead.Change.atLeast:
			lead = tested[i]
		}
	}
	for _, t := range all {
		if t.Sentence = p.sentence(t.Label, t.Unit, t.Value, &t.Change); t.Value == nil && t.Note != "" {
			t.Sentence = t.Note
		}
	}
	if lead != nil {
		p.out.Headline = &Statement{Text: lead.Sentence, Figure: lead.Figure, Good: lead.Change.Good, Href: lead.Href}
	}
}

// markers are the releases and incidents of the page's days, where somebody knows of them.
func (p *page) markers(ctx context.Context) error {
	store, known := p.r.issues.(interface {
		Markers(ctx context.Context, from, to events.Time) ([]issues.Marker, error)
	})
	if !known {
		return nil
	}
	from, to, err := p.cal.span(p.now)
	if err != nil {
		return err
	}
	list, err := store.Markers(ctx, from, to)
	p.out.Markers = append(p.out.Markers, list...)
	return err
}

// remarks say that a running day is part of the range, and that there is nothing to compare it with.
func (p *page) remarks() {
	if p.young {
		p.out.Notes = append(p.out.Notes, "There is nothing to compare these days with: the first ticket came on "+dateOf(p.since).Format("2 January 2006")+".")
	}
	if p.now.To == p.cal.DayOf(p.reader.now) {
		p.out.Notes = append(p.out.Notes, "The last day is still running: its figures are provisional.")
	}
}

// dateOf reads a day that was checked where it came in.
func dateOf(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day)
	return t
}

// span is from where to where a checked range of days goes.
func (c Calendar) span(d Days) (from, to events.Time, err error) {
	if from, _, err = c.Day(d.From); err != nil {
		return 0, 0, fault.On("from", "must be a day like 2026-11-16")
	}
	if _, to, err = c.Day(d.To); err != nil {
		return 0, 0, fault.On("to", "must be a day like 2026-11-16")
	}
	if d.To < d.From {
		return 0, 0, fault.On("to", "must not lie before from")
	}
	if dateOf(d.To).Sub(dateOf(d.From)) >= maxDays*aDay {
		return 0, 0, fault.On("to", fmt.Sprintf("must be within %d days from the first", maxDays))
	}
	return from, to, nil
}
