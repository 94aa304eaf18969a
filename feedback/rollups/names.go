package rollups

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"heard/feedback/issues"
	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// names are the names of parts as people know them. Tags and topics that are gone keep their number.
func (rd *reader) names(ctx context.Context, by string, parts []string) (map[string]string, error) {
	out := make(map[string]string, len(parts))
	for _, part := range parts {
		out[part] = rd.nameOf(by, part)
	}
	var err error
	switch by {
	case ofTag:
		err = rd.readNames(ctx, `SELECT id, name FROM tags WHERE id IN (?)`, parts, out)
	case ofTopic:
		err = rd.readNames(ctx, `SELECT id, CASE WHEN name <> '' THEN name ELSE terms END AS name FROM topics WHERE id IN (?)`, parts, out)
	}
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return out, nil
}

func (rd *reader) nameOf(by, part string) string {
	id, err := events.ParseID(part)
	if err != nil {
		if part == "0" {
			return map[string]string{ofTopic: "No topic", ofTeam: "No team", ofInbox: "No inbox"}[by]
		}
		return part
	}
	name := part
	switch by {
	case ofTeam:
		name = rd.snap.TeamName(id)
	case ofAgent:
		name = rd.snap.AgentName(id)
	case ofInbox:
		if in := rd.snap.Inboxes[id]; in != nil {
			name = in.Name
		}
	}
	if name == "" {
		return part
	}
	return name
}

func (rd *reader) readNames(ctx context.Context, query string, parts []string, into map[string]string) error {
	ids := []events.ID{0}
	for _, part := range parts {
		if id, err := events.ParseID(part); err == nil {
			ids = append(ids, id)
		}
	}
	for some := range slices.Chunk(ids, 500) {
		var rows []struct {
			ID   events.ID
			Name string
		}
		if err := rd.r.log.Read().NewRaw(query, bun.List(some)).Scan(ctx, &rows); err != nil {
			return err
		}
		for _, row := range rows {
			into[number(row.ID)] = termsText(row.Name)
		}
	}
	return nil
}

// termsText is a name; of a topic without one, its words.
func termsText(name string) string {
	if strings.HasPrefix(name, "[") {
		return issues.Label(name)
	}
	return name
}
