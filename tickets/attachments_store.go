package tickets

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"time"

	"heard/tickets/blobs"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Contents keeps the bytes of files under names of its own (places). See package blobs for two of them.
type Contents interface {
	// Keep stores a content, whole or not at all, and says where. An error of the reader comes back in its own.
	Keep(ctx context.Context, content io.Reader) (place string, err error)
	Open(ctx context.Context, place string, size int64) (io.ReadSeekCloser, error)
	Remove(ctx context.Context, place string) error
	// Before gives fn the places that were kept before a moment.
	Before(ctx context.Context, at time.Time, fn func(places []string) error) error
}

// Scanner looks for harm in a file. The file is held until it answers: nobody but it is shown the content before, and
// one that it does not pass, or cannot judge, is not kept.
type Scanner interface {
	Scan(ctx context.Context, name string, content io.Reader) (clean bool, err error)
}

// Files keeps what people attach: who uploaded it, with which message it went, who may fetch it.
type Files struct {
	log      *events.Log
	contents Contents
	scanner  Scanner       // nil: none
	drawing  chan struct{} // one picture is unpacked at a time: each may take much memory
}

// NewFiles returns the store. scanner may be nil.
func NewFiles(log *events.Log, contents Contents, scanner Scanner) *Files {
	return &Files{log: log, contents: contents, scanner: scanner, drawing: make(chan struct{}, 1)}
}

// File is an uploaded file.
type File struct {
	Attachment
	Uploader string    // VisitorSender or AgentSender
	Ticket   events.ID // 0: not sent yet
	Seq      int64
	Note     bool // went with a note, which customers never see

	hash, thumbHash, thumbType string
}

// File finds a file by its id.
func (f *Files) File(ctx context.Context, id string) (*File, error) {
	var x File
	err := f.log.Read().QueryRowContext(ctx, `SELECT id, uploader, name, type, size, width, height, thumb_hash <> '', ticket_id, seq, note,
		hash, thumb_hash, thumb_type FROM files WHERE id = ?`, id).Scan(&x.ID, &x.Uploader, &x.Name, &x.Type, &x.Size, &x.Width, &x.Height,
		&x.Thumb, &x.Ticket, &x.Seq, &x.Note, &x.hash, &x.thumbHash, &x.thumbType)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	return &x, nil
}

// Content is the bytes of a file. It is to be closed.
type Content struct {
	io.ReadSeekCloser
	Type   string
	Inline bool   // a page may show it
	Hash   string // names exactly these bytes
}

// Open returns a file's content, or that of its thumbnail.
func (f *Files) Open(ctx context.Context, file *File, thumb bool) (*Content, error) {
	c := &Content{Type: file.Type, Hash: file.hash}
	if thumb {
		if file.thumbHash == "" {
			return nil, errNoFile
		}
		c.Type, c.Hash = file.thumbType, file.thumbHash
	}
	c.Inline = blobs.IsPicture(c.Type)
	var place string
	var size int64
	err := f.log.Read().QueryRowContext(ctx, `SELECT place, size FROM blobs WHERE hash = ?`, c.Hash).Scan(&place, &size)
	if err == nil {
		c.ReadSeekCloser, err = f.contents.Open(ctx, place, size)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, blobs.ErrGone):
		return nil, errNoFile.Because(err)
	case err != nil:
		return nil, fault.New(fault.Unavailable, "the file cannot be read now").Because(err)
	}
	return c, nil
}

// pendingFor is how long an upload waits to be sent.
const pendingFor = 24 * time.Hour

// Sweep removes uploads that were never sent and contents that nobody refers to any more. It is a job.
func (f *Files) Sweep(ctx context.Context) error {
	if err := f.dropPending(ctx); err != nil {
		return err
	}
	for {
		places, err := f.dropUnused(ctx)
		if err != nil || len(places) == 0 {
			return err
		}
		for _, p := range places { // a place that a crash here leaves has no row: Tidy finds it
			if err := f.contents.Remove(ctx, p); err != nil {
				return err
			}
		}
	}
}

// sweepAtOnce is how many rows one unit of a sweep takes.
const sweepAtOnce = 100

func (f *Files) dropPending(ctx context.Context) error {
	for more := true; more; {
		more = false
		err := f.log.Write(ctx, backgroundUnit(), func(ctx context.Context, tx *events.Tx) error {
			var ids []string
			err := tx.NewRaw(`SELECT id FROM files WHERE ticket_id = 0 AND created_at <= ? AND held_until <= ? ORDER BY created_at LIMIT ?`,
				tx.Now.Add(-pendingFor), tx.Now, sweepAtOnce).Scan(ctx, &ids)
			if err != nil {
				return err
			}
			for _, id := range ids {
				rows, err := tx.QueryContext(ctx, `DELETE FROM files WHERE id = ? AND ticket_id = 0 RETURNING hash, thumb_hash`, id)
				if err == nil {
					err = release(ctx, tx, rows)
				}
				if err != nil {
					return err
				}
			}
			more = len(ids) == sweepAtOnce
			return nil
		})
		if err != nil {
			return fmt.Errorf("drop uploads: %w", err)
		}
	}
	return nil
}

func (f *Files) dropUnused(ctx context.Context) (places []string, err error) {
	err = f.log.Write(ctx, backgroundUnit(), func(ctx context.Context, tx *events.Tx) error {
		places = nil
		return tx.NewRaw(`DELETE FROM blobs WHERE refs <= 0 AND hash IN (SELECT hash FROM blobs WHERE refs <= 0 LIMIT ?) RETURNING place`,
			sweepAtOnce).Scan(ctx, &places)
	})
	if err != nil {
		return nil, fmt.Errorf("drop contents: %w", err)
	}
	return places, nil
}

// Tidy removes contents that no row names: what crashes and broken uploads left a day ago. It is a job.
func (f *Files) Tidy(ctx context.Context) error {
	return f.contents.Before(ctx, time.Now().Add(-pendingFor), func(places []string) error {
		known, err := f.known(ctx, places)
		if err != nil {
			return err
		}
		for _, p := range places {
			if known[p] {
				continue
			}
			if err := f.contents.Remove(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *Files) known(ctx context.Context, places []string) (map[string]bool, error) {
	var found []string
	err := f.log.Read().NewRaw(`SELECT place FROM blobs WHERE place IN (?)`, bun.List(places)).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("look for contents: %w", err)
	}
	out := make(map[string]bool, len(found))
	for _, p := range found {
		out[p] = true
	}
	return out, nil
}

func backgroundUnit() events.Unit { return events.Unit{By: events.SystemActor, Background: true} }

// newFileID is 128 random bits as a decimal number, which is the form of every id.
func newFileID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return new(big.Int).SetBytes(b).String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
