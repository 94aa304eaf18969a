package rollups

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"heard/tickets/events"
)

// plan says which rows of the facts answer a question.
type plan struct {
	dim    string
	parts  []string                  // only these; nil: all. Of packed facts: only these topics or tags
	theme  string                    // of packed facts: topic or tag
	like   string                    // of a crossed dimension: only parts like this
	accept func(words []string) bool // of a crossed dimension: only these, by the words of the part
	word   int                       // of a crossed dimension: which word of the part names the group; -1: none
	by     string                    // day, week or month; a dimension; or empty
	beside string                    // day, week or month beside a dimension
}

// The words of a crossed part, in order.
func crossed() []string { return []string{ofInbox, ofTeam, ofChannel, ofTouchpoint, ofAgent} }

// plan finds the rows for a question. It is not ok when no rows answer it: when topics and tags come together, or one of
// them with something else for a figure that is not packed.
func (rd *reader) plan(ctx context.Context, a ask) (p plan, ok bool, err error) {
	f := a.filter
	wanted := map[string][]string{}
	for dim, id := range map[string]events.ID{ofInbox: f.Inbox, ofTeam: f.Team, ofAgent: f.Agent} {
		if id != 0 {
			wanted[dim] = []string{number(id)}
		}
	}
	for dim, word := range map[string]string{ofChannel: string(f.Channel), ofTouchpoint: f.Touchpoint} {
		if word != "" {
			wanted[dim] = []string{word}
		}
	}
	if f.Teams != nil {
		wanted[ofTeam] = teamParts(f)
	}
	if err := rd.topicParts(ctx, a, wanted); err != nil {
		return p, false, err
	}
	if f.Tag != "" {
		var ids []events.ID
		if err := rd.r.log.Read().NewRaw(`SELECT id FROM tags WHERE name = ?`, f.Tag).Scan(ctx, &ids); err != nil {
			return p, false, fmt.Errorf("look for a tag: %w", err)
		}
		wanted[ofTag] = []string{}
		for _, id := range ids {
			wanted[ofTag] = append(wanted[ofTag], number(id))
		}
	}
	p = planOf(wanted, a.by)
	p.beside = a.periods
	ok = planned(wanted, a.by) && (p.theme == "" || slices.Contains(packedFigures(), a.spec.observed()))
	return p, ok, nil
}

// teamParts are the teams that pass a filter.
func teamParts(f Filter) []string {
	out := []string{}
	for _, team := range f.Teams {
		if f.Team == 0 || f.Team == team {
			out = append(out, number(team))
		}
	}
	return out
}

// topicParts learns which topics live on in others, and which make up the one that is asked for.
func (rd *reader) topicParts(ctx context.Context, a ask, wanted map[string][]string) error {
	if a.filter.Topic == 0 && a.by != ofTopic {
		return nil
	}
	if rd.merged == nil {
		var rows []struct{ ID, MergedInto events.ID }
		if err := rd.r.log.Read().NewRaw(`SELECT id, merged_into FROM topics WHERE merged_into > 0`).Scan(ctx, &rows); err != nil {
			return fmt.Errorf("read merged topics: %w", err)
		}
		rd.merged = map[string]string{}
		for _, row := range rows {
			rd.merged[number(row.ID)] = number(row.MergedInto)
		}
	}
	if id := number(a.filter.Topic); a.filter.Topic != 0 {
		wanted[ofTopic] = []string{id}
		for gone := range rd.merged {
			if rd.liveTopic(gone) == id {
				wanted[ofTopic] = append(wanted[ofTopic], gone)
			}
		}
	}
	return nil
}

// liveTopic follows a topic to the one that it was merged into.
func (rd *reader) liveTopic(id string) string {
	for range len(rd.merged) {
		into, gone := rd.merged[id]
		if !gone {
			break
		}
		id = into
	}
	return id
}

// asked are the dimensions of a question.
func asked(wanted map[string][]string, by string) []string {
	out := slices.Collect(maps.Keys(wanted))
	if slices.Contains(dims(), by) && by != ofDesk && !slices.Contains(out, by) {
		out = append(out, by)
	}
	slices.Sort(out)
	return out
}

// planned tells whether there are rows for a question.
func planned(wanted map[string][]string, by string) bool {
	list := asked(wanted, by)
	if by == ofTag && wanted[ofTag] != nil {
		return false // a ticket may have another tag beside the one that is asked for
	}
	return len(list) <= 1 || !slices.Contains(list, ofTag) || !slices.Contains(list, ofTopic)
}

func planOf(wanted map[string][]string, by string) plan {
	list := asked(wanted, by)
	switch len(list) {
	case 0:
		return plan{dim: ofDesk, by: by}
	case 1:
		return plan{dim: list[0], parts: wanted[list[0]], by: by}
	}
	p := plan{dim: ofPlace, by: by, word: slices.Index(crossed(), by)}
	words := crossed()[:4]
	if slices.Contains(list, ofAgent) {
		p.dim, words = ofCrew, crossed()
	}
	p.accept = func(part []string) bool {
		for i, dim := range words {
			if only, is := wanted[dim]; is && !slices.Contains(only, part[i]) {
				return false
			}
		}
		return true
	}
	for _, theme := range []string{ofTopic, ofTag} {
		if slices.Contains(list, theme) {
			p.dim, p.theme, p.parts = p.dim+"."+theme, theme, wanted[theme]
			return p
		}
	}
	like := make([]string, len(words))
	for i, dim := range words {
		like[i] = "%"
		if only := wanted[dim]; len(only) == 1 {
			like[i] = only[0]
		}
	}
	p.like = strings.Join(like, ".")
	return p
}

// days tells whether the answer is told by parts of months.
func (p *plan) days() bool {
	return p.by == "day" || p.by == "week" || p.beside == "day" || p.beside == "week"
}

// group is the part of the answer that a row belongs to, if it belongs to any.
func (p *plan) group(rd *reader, period, part string) (string, bool) {
	if p.accept == nil {
		return p.during(rd, period, part), p.parts == nil || slices.Contains(p.parts, part)
	}
	words := strings.Split(part, ".")
	theme := ""
	if p.theme != "" {
		last := len(words) - 1
		theme, words = words[last], words[:last]
	}
	if !p.accepts(words) || p.theme != "" && p.parts != nil && !slices.Contains(p.parts, theme) {
		return "", false
	}
	if p.theme != "" && p.by == p.theme {
		return p.during(rd, period, theme), true
	}
	return p.during(rd, period, p.named(words)), true
}

// accepts tells whether a place or a crew, by its words, is asked for.
func (p *plan) accepts(words []string) bool { return len(words) >= 4 && p.accept(words) }

// named is the word of a place or a crew that names the group.
func (p *plan) named(words []string) string {
	if p.word < 0 {
		return ""
	}
	return words[p.word]
}

// during is the name of a group of the answer, by the period and what names it there.
func (p *plan) during(rd *reader, period, name string) string {
	switch p.by {
	case "":
		name = ""
	case "day", "week":
		name = rd.spanOf(period, p.by)
	case "month":
		name = monthOf(period)
	case ofTopic:
		name = rd.liveTopic(name)
	}
	switch p.beside {
	case "":
		return name
	case "month":
		return monthOf(period) + "\n" + name
	}
	return rd.spanOf(period, p.beside) + "\n" + name
}
