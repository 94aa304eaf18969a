package tickets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"heard/tickets/events"
)

// Limits of a transcript: the newest messages stay.
const (
	maxLines      = 2000
	maxTranscript = 1 << 20 // bytes of text
)

// Line is one public message of a transcript.
type Line struct {
	At       events.Time
	By       events.ActorKind
	Name     string // of a customer or an agent, "" for one without
	Body     string // "" of a redacted message
	Files    []Attachment
	Edited   bool
	Redacted bool
}

// Transcript returns the public messages of a ticket as they are now, oldest first. cut says that earlier ones were
// left out, because there are too many.
func (s *Store) Transcript(ctx context.Context, id events.ID) (lines []Line, cut bool, err error) {
	rows, err := s.stmts.query(ctx, `SELECT by_kind, by_id, body, attachments, at, edited_at, redacted_at FROM messages
		WHERE ticket_id = ? AND NOT note ORDER BY seq DESC LIMIT ?`, int64(id), maxLines+1)
	if err != nil {
		return nil, false, fmt.Errorf("read transcript: %w", err)
	}
	ids := map[events.ActorKind][]events.ID{}
	var by []events.ID
	size := 0
	err = each(rows, func(rows *sql.Rows) error {
		var l Line
		var who events.ID
		var edited, redacted events.Time
		if err := rows.Scan(&l.By, &who, &l.Body, jsonText{&l.Files}, &l.At, &edited, &redacted); err != nil {
			return fmt.Errorf("read transcript: %w", err)
		}
		if size += len(l.Body); len(lines) == maxLines || size > maxTranscript {
			cut = true
		}
		if cut {
			return nil
		}
		l.Edited, l.Redacted = edited != 0 && redacted == 0, redacted != 0
		lines, by = append(lines, l), append(by, who)
		ids[l.By] = append(ids[l.By], who)
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	for kind, table := range map[events.ActorKind]string{events.Agent: "agents", events.Customer: "customers"} {
		if len(ids[kind]) == 0 {
			continue
		}
		names, err := s.namesIn(ctx, table, slices.Compact(slices.Sorted(slices.Values(ids[kind]))))
		if err != nil {
			return nil, false, err
		}
		for i := range lines {
			if lines[i].By == kind {
				lines[i].Name = names[by[i]]
			}
		}
	}
	slices.Reverse(lines)
	return lines, cut, nil
}
