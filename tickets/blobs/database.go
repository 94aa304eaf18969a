package blobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"heard/tickets/events"
)

// chunk is how many bytes one row holds.
const chunk = 256 << 10

// Database keeps contents in rows, so that nodes share nothing but the database.
type Database struct{ log *events.Log }

// NewDatabase returns the store of the log's database.
func NewDatabase(log *events.Log) *Database { return &Database{log} }

// Keep stores a content and says where. When it fails, nothing stays.
func (d *Database) Keep(ctx context.Context, content io.Reader) (place string, err error) {
	place = newPlace()
	defer func() {
		if err != nil && place != "" {
			gone, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeWithin)
			defer cancel()
			err = errors.Join(err, d.Remove(gone, place)) // what stays is found by its age
			place = ""
		}
	}()
	buf := make([]byte, chunk)
	for n := 0; ; n++ {
		size, err := io.ReadFull(content, buf)
		if size > 0 {
			if err := d.write(ctx, place, n, buf[:size]); err != nil {
				return place, fmt.Errorf("keep a file: %w", err)
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return place, nil
		case err != nil:
			return place, fmt.Errorf("keep a file: %w", err)
		}
	}
}

// How long the database may take for one chunk, and to take a broken upload back. The lane of background work would
// wait for longer; here somebody waits.
const (
	chunkWithin  = 5 * time.Second
	removeWithin = 2 * time.Second
)

// write keeps one chunk. A unit that its caller stopped waiting for may still run, so it gets bytes of its own.
func (d *Database) write(ctx context.Context, place string, n int, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, chunkWithin)
	defer cancel()
	row := append([]byte(nil), data...)
	return d.log.Write(ctx, background(), func(ctx context.Context, tx *events.Tx) error {
		return tx.Insert(ctx, "blob_chunks", []string{"place", "n", "data", "kept_at"}, [][]any{{place, n, row, tx.Now}})
	})
}

func background() events.Unit { return events.Unit{By: events.SystemActor, Background: true} }

// Open returns the content at a place, of a size that is known.
func (d *Database) Open(ctx context.Context, place string, size int64) (io.ReadSeekCloser, error) {
	r := &rows{ctx: ctx, d: d, place: place, size: size, have: -1}
	if err := r.load(0); err != nil {
		return nil, err
	}
	return r, nil
}

// removeAtOnce is how many chunks one unit removes.
const removeAtOnce = 8

// Remove removes the content at a place, some chunks at a time. Before finds what is left when it is broken off.
func (d *Database) Remove(ctx context.Context, place string) error {
	for more := true; more; {
		err := d.log.Write(ctx, background(), func(ctx context.Context, tx *events.Tx) error {
			res, err := tx.NewRaw(`DELETE FROM blob_chunks WHERE place = ? AND n IN
				(SELECT n FROM blob_chunks WHERE place = ? ORDER BY n DESC LIMIT ?)`, place, place, removeAtOnce).Exec(ctx)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			more = n == removeAtOnce
			return err
		})
		if err != nil {
			return fmt.Errorf("remove a file: %w", err)
		}
	}
	return nil
}

// Before gives fn the places that were kept before a moment, some at a time.
func (d *Database) Before(ctx context.Context, at time.Time, fn func(places []string) error) error {
	after := ""
	for {
		var found []string
		err := d.log.Read().NewRaw(`SELECT DISTINCT place FROM blob_chunks WHERE kept_at < ? AND place > ?
			ORDER BY place LIMIT ?`, events.TimeOf(at), after, placesAtOnce).Scan(ctx, &found)
		if err != nil {
			return fmt.Errorf("look for old files: %w", err)
		}
		if len(found) == 0 {
			return nil
		}
		after = found[len(found)-1]
		if err := fn(found); err != nil {
			return err
		}
	}
}

// rows reads a content chunk by chunk.
type rows struct {
	ctx   context.Context
	d     *Database
	place string
	size  int64
	at    int64
	data  []byte
	have  int64 // which chunk data is
}

func (r *rows) load(n int64) error {
	if n == r.have {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.ctx, chunkWithin)
	defer cancel()
	var data []byte
	err := r.d.log.Read().QueryRowContext(ctx, `SELECT data FROM blob_chunks WHERE place = ? AND n = ?`, r.place, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrGone
	}
	if err != nil {
		return fmt.Errorf("read a file: %w", err)
	}
	r.data, r.have = data, n
	return nil
}

// Read implements io.Reader.
func (r *rows) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if err := r.load(r.at / chunk); err != nil {
		return 0, err
	}
	from := r.at % chunk
	if from >= int64(len(r.data)) {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, r.data[from:])
	r.at += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (r *rows) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning of a file")
	}
	r.at = offset
	return offset, nil
}

// Close implements io.Closer.
func (r *rows) Close() error { return nil }
