package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
)

// NoteIn is an internal note.
type NoteIn struct {
	Sender string
	NewMessage
}

// Note writes what only agents see. A repeat of a client id is answered like that of a message.
func (s *Store) Note(ctx context.Context, by events.Actor, id events.ID, in NoteIn) (out PostOut, err error) {
	if err := in.validate(""); err != nil {
		return PostOut{}, err
	}
	_, err = s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		if err := w.refuseTaken(ctx, in.Sender, in.ClientID); err != nil {
			return err
		}
		if out, err = w.postNote(ctx, by, t, &in); err != nil || in.DraftRev == nil || by.Kind != events.Agent {
			return err
		}
		return w.draftSent(ctx, by.ID, id, WritingNote, in.DraftRev)
	})
	return out, err
}

// postNote writes a note, unless its client id is known.
func (w *work) postNote(ctx context.Context, by events.Actor, t *Ticket, in *NoteIn) (PostOut, error) {
	if err := w.readFiles(ctx, &in.NewMessage); err != nil {
		return PostOut{}, err
	}
	hash := in.hash(true)
	known, err := w.posted(ctx, in.Sender, in.ClientID)
	switch {
	case err != nil:
		return PostOut{}, err
	case known.seq > 0 && !known.sameAs(hash):
		return PostOut{}, errReused
	case known.seq > 0:
		return PostOut{Ticket: known.ticket, Seq: known.seq, At: known.at, Repeated: true}, nil
	case t.Status == Closed:
		return PostOut{}, errClosed
	}
	files, err := w.filesOf(&in.NewMessage)
	if err != nil {
		return PostOut{}, err
	}
	e, err := w.note(ctx, by, t, &Message{Sender: in.Sender, ClientID: in.ClientID, ContentHash: hash, Body: in.Body, Attachments: files})
	if err != nil {
		return PostOut{}, err
	}
	w.sent(e, &in.NewMessage, true)
	return PostOut{Ticket: t.ID, Seq: e.Seq, At: e.At}, nil
}

// posted is what is known of a client id; its seq is 0 for nothing.
func (w *work) posted(ctx context.Context, sender, client string) (known posted, err error) {
	rows, err := w.tx.QueryContext(ctx, `SELECT ticket_id, seq, at, content_hash FROM messages
		WHERE sender = ? AND client_id = ? AND client_id <> ''`, sender, client)
	if err == nil {
		_, err = one(rows, &known.ticket, &known.seq, &known.at, &known.hash)
	}
	if err != nil {
		return known, fmt.Errorf("look for repeats: %w", err)
	}
	return known, nil
}

// note records and writes a note, with whom it calls.
func (w *work) note(ctx context.Context, by events.Actor, t *Ticket, m *Message) (*events.Event, error) {
	called, err := w.mentions(ctx, t, m.Body, "")
	if err != nil {
		return nil, err
	}
	m.Note, m.ByKind, m.ByID = true, by.Kind, by.ID
	e := w.record(by, t, NotePosted{Message: m, Mentions: called})
	w.write(m, e)
	if len(called) == 0 {
		return e, nil
	}
	return e, w.keepMentions(ctx, m, e.At, called)
}
