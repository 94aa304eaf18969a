package tickets

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"heard/tickets/blobs"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// UploadIn is a few files that somebody sends.
type UploadIn struct {
	Uploader string // VisitorSender or AgentSender
	Rules    FileRules
	Next     func() (*Upload, error) // the next file; io.EOF after the last
}

// Upload is one file on its way. Nothing that its sender says of it is believed.
type Upload struct {
	Name    string
	Content io.Reader
}

// kept is a content that lies at a place and has no row yet.
type kept struct {
	hash, place string
	size        int64
}

// upload is one file that came in whole.
type upload struct {
	Attachment
	content, thumb kept
	thumbType      string
}

// places are where an upload lies.
func (u *upload) places() (out []string) {
	for _, k := range []kept{u.content, u.thumb} {
		if k.place != "" {
			out = append(out, k.place)
		}
	}
	return out
}

// Upload takes files in, all of them or none. What it returns may go with one message of the same uploader, within a
// day. Contents stream through: a file that is refused, or breaks off, leaves nothing behind.
func (f *Files) Upload(ctx context.Context, in UploadIn) (out []Attachment, err error) {
	if in.Rules.Off {
		return nil, fault.New(fault.Forbidden, "files are not taken here")
	}
	if err := in.budget(ctx, f.log.Read(), f.log.Now(), nil); err != nil { // before anything is read
		return nil, err
	}
	list, err := f.takeAll(ctx, in)
	if err != nil {
		f.discard(ctx, list)
		return nil, err
	}
	if err := f.write(ctx, in, list); err != nil {
		return nil, err
	}
	for _, u := range list {
		out = append(out, u.Attachment)
	}
	return out, nil
}

// takeAll takes every file in. With an error it returns what it has kept so far.
func (f *Files) takeAll(ctx context.Context, in UploadIn) (list []*upload, err error) {
	for i := 0; ; i++ {
		up, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, err
		}
		if i == maxAttachments {
			return list, fault.On("file", fmt.Sprintf("must be at most %d", maxAttachments))
		}
		u := &upload{}
		list = append(list, u)
		if err := f.take(ctx, u, in.Rules, up); err != nil {
			return list, wrongFile(err, i)
		}
	}
	if len(list) == 0 {
		return nil, fault.On("file", "must be given")
	}
	return list, nil
}

// wrongFile says which of several files a fault speaks of.
func wrongFile(err error, i int) error {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Field != "file" {
		return err
	}
	return fault.Coded(fmt.Sprintf("file[%d]", i), f.Fields[0].Detail, f.Fields[0].Code).Because(errors.Unwrap(err))
}

// discard removes contents that will have no row.
func (f *Files) discard(ctx context.Context, list []*upload) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, u := range list {
		for _, p := range u.places() {
			_ = f.contents.Remove(ctx, p) // what stays is found by Tidy
		}
	}
}

// take reads one file: name, type, content, and the thumbnail of a picture.
func (f *Files) take(ctx context.Context, u *upload, rules FileRules, up *Upload) error {
	in := &incoming{r: up.Content, left: rules.MaxBytes, hash: sha256.New(), most: rules.MaxBytes}
	content := bufio.NewReaderSize(in, blobs.HeadSize)
	head, err := content.Peek(blobs.HeadSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if len(head) == 0 {
		return fault.Coded("file", "is empty", "file_empty")
	}
	u.ID, u.Name = newFileID(), blobs.CleanName(up.Name)
	if u.Name == "" {
		u.Name = "file"
	}
	if u.Type = blobs.Kind(u.Name, head); !rules.takes(u.Name, u.Type, head) {
		return fault.Coded("file", "is of a kind that is not taken here", "file_kind")
	}
	if u.content.place, err = f.keep(ctx, in, content); err != nil {
		return err
	}
	u.Size = in.read
	u.content.size, u.content.hash = in.read, hex.EncodeToString(in.hash.Sum(nil))
	if err := f.scan(ctx, u); err != nil {
		return err
	}
	if blobs.IsPicture(u.Type) {
		return f.draw(ctx, u)
	}
	return nil
}

// keep stores a content. What is wrong with the sender is told from what is wrong with the store.
func (f *Files) keep(ctx context.Context, in *incoming, content io.Reader) (string, error) {
	place, err := f.contents.Keep(ctx, content)
	switch {
	case err == nil:
		return place, nil
	case in.err != nil:
		return "", in.err
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	return "", errStore.Because(err)
}

var (
	errStore   = fault.New(fault.Unavailable, "the file could not be stored: try again").After(time.Second)
	errScanner = fault.New(fault.Unavailable, "the file could not be checked: try again").After(time.Second)
)

// incoming reads a stranger's bytes: counted, hashed, and not one more than is allowed.
type incoming struct {
	r          io.Reader
	left, most int64
	read       int64
	hash       hash.Hash
	err        error // why reading ended, unless it ended well
}

func (in *incoming) Read(p []byte) (int, error) {
	if in.err != nil {
		return 0, in.err
	}
	if int64(len(p)) > in.left+1 {
		p = p[:in.left+1]
	}
	n, err := in.r.Read(p)
	if int64(n) > in.left {
		in.err = fault.Newf(fault.TooLarge, "a file holds at most %d bytes", in.most)
		return 0, in.err
	}
	in.left -= int64(n)
	in.read += int64(n)
	in.hash.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		if in.err = err; fault.KindOf(err) == fault.Internal {
			in.err = fault.New(fault.Invalid, "the file did not arrive").Because(err)
		}
		return n, in.err
	}
	return n, err
}

// scan asks the scanner, if there is one.
func (f *Files) scan(ctx context.Context, u *upload) error {
	if f.scanner == nil {
		return nil
	}
	r, err := f.contents.Open(ctx, u.content.place, u.content.size)
	if err != nil {
		return errStore.Because(err)
	}
	clean, err := f.scanner.Scan(ctx, u.Name, r)
	if err = errors.Join(err, r.Close()); err != nil {
		return errScanner.Because(err)
	}
	if !clean {
		return fault.Coded("file", "was refused by the virus scanner", "file_virus")
	}
	return nil
}

// draw makes the thumbnail of a picture. What only claims to be one becomes bytes to download.
func (f *Files) draw(ctx context.Context, u *upload) error {
	select {
	case f.drawing <- struct{}{}:
		defer func() { <-f.drawing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	r, err := f.contents.Open(ctx, u.content.place, u.content.size)
	if err != nil {
		return errStore.Because(err)
	}
	p, err := blobs.Look(r, u.Type)
	if cerr := r.Close(); cerr != nil {
		return errStore.Because(cerr)
	}
	if err != nil {
		u.Type = blobs.Opaque
		return nil
	}
	u.Width, u.Height = p.Width, p.Height
	if p.Thumb == nil {
		return nil
	}
	place, err := f.contents.Keep(ctx, bytes.NewReader(p.Thumb))
	if err != nil {
		return errStore.Because(err)
	}
	sum := sha256.Sum256(p.Thumb)
	u.thumb, u.thumbType, u.Thumb = kept{hex.EncodeToString(sum[:]), place, int64(len(p.Thumb))}, p.ThumbType, true
	return nil
}

// budget refuses an uploader who has used up the day, or would with these.
func (in *UploadIn) budget(ctx context.Context, db bun.IDB, now events.Time, list []*upload) error {
	files, size := int64(len(list)), int64(0)
	for _, u := range list {
		size += u.Size
	}
	var before, used int64
	err := db.QueryRowContext(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files WHERE uploader = ? AND created_at > ?`,
		in.Uploader, now.Add(-24*time.Hour)).Scan(&before, &used)
	if err != nil {
		return fmt.Errorf("count uploads: %w", err)
	}
	if before+files > in.Rules.DayFiles || used+size > in.Rules.DayBytes || files == 0 && used == in.Rules.DayBytes {
		return fault.New(fault.RateLimited, "these are too many files for one day").After(time.Hour)
	}
	return nil
}

// write makes the rows: from here on the files are there. Contents that were there before are used instead of the
// new copies, which go. When it is not known whether the rows were made, the contents stay: Tidy knows tomorrow.
func (f *Files) write(ctx context.Context, in UploadIn, list []*upload) error {
	contents := map[string]kept{}
	uses := map[string]int64{}
	for _, u := range list {
		for _, k := range []kept{u.content, u.thumb} {
			if k.place == "" {
				continue
			}
			contents[k.hash] = k
			uses[k.hash]++
		}
	}
	var used map[string]string // place by hash
	err := f.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		if err := in.budget(ctx, tx.IDB, tx.Now, list); err != nil {
			return err
		}
		used = map[string]string{}
		for _, h := range sortedKeys(contents) { // in one order, so that two nodes never wait for each other
			var place string
			err := tx.QueryRowContext(ctx, `INSERT INTO blobs (hash, place, size, refs, created_at) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (hash) DO UPDATE SET refs = blobs.refs + excluded.refs RETURNING place`,
				h, contents[h].place, contents[h].size, uses[h], tx.Now).Scan(&place)
			if err != nil {
				return fmt.Errorf("count a content: %w", err)
			}
			used[h] = place
		}
		rows := make([][]any, len(list))
		for i, u := range list {
			rows[i] = []any{u.ID, in.Uploader, u.Name, u.Type, u.Size, u.content.hash, u.thumb.hash, u.thumbType, u.Width, u.Height, tx.Now}
		}
		return tx.Insert(ctx, "files", fileColumns, rows)
	})
	if fault.KindOf(err) == fault.RateLimited {
		f.discard(ctx, list)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, u := range list {
		for _, k := range []kept{u.content, u.thumb} {
			if k.place != "" && used[k.hash] != k.place {
				_ = f.contents.Remove(ctx, k.place) // what stays is found by Tidy
			}
		}
	}
	return nil
}

var fileColumns = []string{"id", "uploader", "name", "type", "size", "hash", "thumb_hash", "thumb_type", "width", "height", "created_at"}
