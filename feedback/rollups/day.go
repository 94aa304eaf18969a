package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// The dimensions of facts: which part of the desk a row is about.
const (
	ofDesk       = ""
	ofInbox      = "inbox"
	ofChannel    = "channel"
	ofTeam       = "team"
	ofAgent      = "agent"
	ofTag        = "tag"
	ofTopic      = "topic"
	ofTouchpoint = "touchpoint"
	ofPlace      = "place" // inbox.team.channel.touchpoint
	ofCrew       = "crew"  // inbox.team.channel.touchpoint.agent
)

// The dimensions of packed facts: places and crews with what their tickets are about (packed.go).
const (
	ofPlaceTopic = "place.topic"
	ofPlaceTag   = "place.tag"
	ofCrewTopic  = "crew.topic"
	ofCrewTag    = "crew.tag"
)

func dims() []string {
	return []string{ofDesk, ofInbox, ofChannel, ofTeam, ofAgent, ofTag, ofTopic, ofTouchpoint, ofPlace, ofCrew}
}

func packedDims() []string { return []string{ofPlaceTopic, ofPlaceTag, ofCrewTopic, ofCrewTag} }

// packedFigures lists the figures that pages tell by topic or by tag beside other filters.
func packedFigures() []Key { return []Key{Volume, LastResolution, FirstResolution, Reopen, CSAT} }

// factKey names a row of a period's facts.
type factKey struct {
	figure    Key
	dim, part string
}

// theme is what only the ticket of an observation knows of its place.
type theme struct {
	topic      events.ID
	touchpoint string
	tags       []events.ID
}

// dayFacts makes the facts of one day, in memory.
type dayFacts struct {
	r        *Rollups
	cal      Calendar
	from, to events.Time
	now      events.Time // until when time that still runs counts
	db       bun.IDB
	figures  []Key
	timed    map[Key]bool // which figures are durations
	themes   map[events.ID]theme
	cells    map[factKey]*cell
	times    [][]any               // rows of handling_days
	all      map[Key][]Observation // what happened on the day, ended or not: its pages
	partly   *reader               // of a day that only comes under other topics or tags; it has pages
	only     func(factKey) bool    // the cells that are wanted; nil: all
}

// observedDaily lists the figures of a day that are made from observations.
func observedDaily() []Key {
	out := []Key{route}
	for _, s := range append(specs(), others()...) {
		if (s.kind == timed || s.kind == counted || s.kind == shared) && s.source == "" && kindOf(s.key) == "" {
			out = append(out, s.key)
		}
	}
	return out
}

// factFigures lists everything that days hold.
func factFigures() []Key {
	return append(observedDaily(), entered, left, CSAT, Responses, NPS, CES, Handling, Ownership, Online)
}

// newDay prepares the facts of some figures of a day.
func (r *Rollups) newDay(cal Calendar, name string, now events.Time, figures ...Key) (*dayFacts, error) {
	from, to, err := cal.Day(name)
	return &dayFacts{r: r, cal: cal, from: from, to: to, now: min(now, to), db: r.log.Read(), figures: figures,
		timed: map[Key]bool{}, themes: map[events.ID]theme{}, cells: map[factKey]*cell{}}, err
}

// fill computes the cells.
func (d *dayFacts) fill(ctx context.Context) error {
	var list []Observation
	for _, add := range []func(context.Context) ([]Observation, error){d.observations, d.backlog, d.answers} {
		more, err := add(ctx)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	if err := d.readThemes(ctx, list); err != nil {
		return err
	}
	for i := range list {
		d.add(&list[i])
	}
	if slices.Contains(d.figures, Handling) {
		return d.handling(ctx)
	}
	return nil
}

// observations reads what happened on the day, as far as it still holds.
func (d *dayFacts) observations(ctx context.Context) ([]Observation, error) {
	var keys []string
	for _, key := range observedDaily() {
		if slices.Contains(d.figures, key) {
			keys = append(keys, string(key))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	list, err := d.happened(ctx, keys)
	if err != nil {
		return nil, err
	}
	if err := d.cameBack(ctx, list); err != nil {
		return nil, err
	}
	d.keep(list)
	return slices.DeleteFunc(list, func(o Observation) bool { return o.Until != 0 }), nil
}

// keep notes what the day's pages hold.
func (d *dayFacts) keep(list []Observation) {
	if d.all == nil {
		d.all = map[Key][]Observation{}
	}
	for i := range list {
		d.all[list[i].Figure] = append(d.all[list[i].Figure], list[i])
	}
}

// happened reads the observations of the day, from its pages where these stand. First contact is not among those: what
// came after it changes it.
func (d *dayFacts) happened(ctx context.Context, keys []string) ([]Observation, error) {
	var out []Observation
	var rest []string
	for _, key := range keys {
		if d.partly == nil || key == string(FirstContact) {
			rest = append(rest, key)
			continue
		}
		list, err := d.partly.observed(ctx, spec{key: Key(key), kind: counted}, d.from, d.to, Filter{})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	if len(rest) == 0 {
		return out, nil
	}
	list, err := d.r.scan(ctx, d.db, `figure IN (?) AND at >= ? AND at < ?`, bun.List(rest), d.from, d.to)
	return append(out, list...), err
}

// cameBack takes first contact from those whose customers wrote again on the matter.
func (d *dayFacts) cameBack(ctx context.Context, list []Observation) error {
	if !slices.Contains(d.figures, FirstContact) {
		return nil
	}
	back, err := d.r.returned(ctx, d.from, d.to)
	for i := range list {
		if o := &list[i]; o.Figure == FirstContact {
			o.Miss = first(o.Miss, back[o.Ticket])
		}
	}
	return err
}

// backlog reads which tickets came into the backlog on the day, and which left it.
func (d *dayFacts) backlog(ctx context.Context) ([]Observation, error) {
	if !slices.Contains(d.figures, entered) {
		return nil, nil
	}
	list, err := d.r.scan(ctx, d.db, `figure = ? AND at >= ? AND at < ?`, string(Backlog), d.from, d.to)
	if err != nil {
		return nil, err
	}
	gone, err := d.r.scan(ctx, d.db, `figure = ? AND until_at >= ? AND until_at < ?`, string(Backlog), max(d.from, 1), d.to)
	for i := range list {
		list[i].Figure, list[i].Word = entered, ""
	}
	for i := range gone {
		gone[i].Figure, gone[i].Word = left, ""
	}
	return append(list, gone...), err
}

// answers reads the surveys of the day.
func (d *dayFacts) answers(ctx context.Context) ([]Observation, error) {
	var out []Observation
	for _, figure := range []Key{CSAT, Responses, NPS, CES} {
		if !slices.Contains(d.figures, figure) {
			continue
		}
		list, err := d.answersOf(ctx, figure)
		if err != nil {
			return nil, err
		}
		d.keep(list)
		out = append(out, list...)
	}
	return out, nil
}

func (d *dayFacts) answersOf(ctx context.Context, figure Key) ([]Observation, error) {
	if d.partly != nil {
		return d.partly.observed(ctx, spec{key: figure, kind: counted}, d.from, d.to, Filter{})
	}
	return d.r.answers(ctx, figure, d.from, d.to, Filter{})
}

// add counts an observation in every part of the desk that it belongs to.
func (d *dayFacts) add(o *Observation) {
	hit := o.Hit > 0 && o.Miss == 0
	words := d.words(o)
	takes, known := d.timed[o.Figure]
	if !known {
		s, _ := specOf(o.Figure)
		takes = s.kind == timed
		d.timed[o.Figure] = takes
	}
	about := d.themes[o.Ticket]
	about.touchpoint = cmp.Or(o.Touchpoint, about.touchpoint)
	d.each(o.Figure, o.place(), about, func(c *cell) {
		c.add(o, hit)
		for _, word := range words {
			c.say(word, 1)
		}
		if takes {
			c.takes(o)
		}
	})
}

// words are what is counted beside an observation's own word: the hour of the day of what came in, and into which bucket
// of a histogram its durations fall.
func (d *dayFacts) words(o *Observation) []string {
	if o.Figure == Volume {
		hour := o.At.Std().In(d.cal.Zone(d.cal.WeekOf(o.At))).Hour()
		return []string{hourWord(hour)}
	}
	if edges := edgesOf(o.Figure); edges != nil {
		return []string{bucketWord(false, bucketOf(edges, o.Calendar)), bucketWord(true, bucketOf(edges, o.Business))}
	}
	return nil
}

func (o *Observation) place() place { return place{o.Agent, o.Inbox, o.Team, o.Channel} }

// each calls fn with the cell of every part of the desk that a place belongs to.
func (d *dayFacts) each(figure Key, at place, t theme, fn func(c *cell)) {
	in := func(dim, part string) {
		key := factKey{figure, dim, part}
		if d.only != nil && !d.only(key) {
			return
		}
		c := d.cells[key]
		if c == nil {
			c = &cell{}
			d.cells[key] = c
		}
		fn(c)
	}
	in(ofDesk, "")
	if figure == Online {
		in(ofAgent, number(at.agent))
		return
	}
	in(ofInbox, number(at.inbox))
	in(ofChannel, string(at.channel))
	in(ofTeam, number(at.team))
	in(ofTopic, number(t.topic))
	in(ofTouchpoint, t.touchpoint)
	for _, tag := range t.tags {
		in(ofTag, number(tag))
	}
	name := placePart(at, t)
	in(ofPlace, name)
	crew := name + "." + number(at.agent)
	if at.agent != 0 {
		in(ofAgent, number(at.agent))
		in(ofCrew, crew)
	}
	if !slices.Contains(packedFigures(), figure) {
		return
	}
	in(ofPlaceTopic, name+"."+number(t.topic))
	for _, tag := range t.tags {
		in(ofPlaceTag, name+"."+number(tag))
	}
	if at.agent == 0 {
		return
	}
	in(ofCrewTopic, crew+"."+number(t.topic))
	for _, tag := range t.tags {
		in(ofCrewTag, crew+"."+number(tag))
	}
}

// placePart is the part of a place among crossed dimensions: no word in it holds a dot.
func placePart(at place, t theme) string {
	return strings.Join([]string{number(at.inbox), number(at.team), string(at.channel), t.touchpoint}, ".")
}

// number is an id in a part, 0 for none.
func number(id events.ID) string { return strconv.FormatInt(int64(id), 10) }

// readThemes learns what the tickets of observations are about.
func (d *dayFacts) readThemes(ctx context.Context, list []Observation) error {
	var ids []events.ID
	for i := range list {
		ids = append(ids, list[i].Ticket)
	}
	return d.themesOf(ctx, ids)
}

func (d *dayFacts) themesOf(ctx context.Context, ids []events.ID) error {
	ids = slices.DeleteFunc(ids, func(id events.ID) bool { _, known := d.themes[id]; return known || id == 0 })
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), 900) {
		var rows []struct {
			ID, TopicID events.ID
			Touchpoint  string
		}
		if err := d.db.NewRaw(`SELECT id, topic_id, touchpoint FROM tickets WHERE id IN (?)`, bun.List(some)).Scan(ctx, &rows); err != nil {
			return fmt.Errorf("read what tickets are about: %w", err)
		}
		for _, row := range rows {
			d.themes[row.ID] = theme{topic: row.TopicID, touchpoint: row.Touchpoint}
		}
		var tags []struct{ TicketID, TagID events.ID }
		if err := d.db.NewRaw(`SELECT ticket_id, tag_id FROM ticket_tags WHERE ticket_id IN (?) ORDER BY ticket_id, tag_id`, bun.List(some)).Scan(ctx, &tags); err != nil {
			return fmt.Errorf("read tags: %w", err)
		}
		for _, row := range tags {
			t := d.themes[row.TicketID]
			t.tags = append(t.tags, row.TagID)
			d.themes[row.TicketID] = t
		}
	}
	return nil
}
