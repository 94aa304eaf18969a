package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
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
	hash := in.hash(true)
	_, err = s.change(ctx, by, id, func(ctx context.Context, w *work, t *Ticket) error {
		out = PostOut{}
		if err := w.readFiles(ctx, &in.NewMessage); err != nil {
			return err
		}
		rows, err := w.tx.QueryContext(ctx, `SELECT ticket_id, seq, at, content_hash FROM messages
			WHERE sender = ? AND client_id = ? AND client_id <> ''`, in.Sender, in.ClientID)
		if err != nil {
			return fmt.Errorf("look for repeats: %w", err)
		}
		var known posted
		repeated, err := one(rows, &known.ticket, &known.seq, &known.at, &known.hash)
		switch {
		case err != nil:
			return fmt.Errorf("look for repeats: %w", err)
		case repeated && !known.sameAs(hash):
			return fault.New(fault.ClientIDReused, "this client_id was used for another message")
		case repeated:
			out = PostOut{Ticket: known.ticket, Seq: known.seq, At: known.at, Repeated: true}
			return nil
		case t.Status == Closed:
			return errClosed
		}
		files, err := w.filesOf(&in.NewMessage)
		if err != nil {
			return err
		}
		e, err := w.note(ctx, by, t, &Message{Sender: in.Sender, ClientID: in.ClientID, ContentHash: hash,
			Body: in.Body, Attachments: files})
		if err != nil {
			return err
		}
		w.sent(e, &in.NewMessage, true)
		out = PostOut{Ticket: id, Seq: e.Seq, At: e.At}
		return nil
	})
	return out, err
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
