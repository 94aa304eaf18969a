package blobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrGone says that no content lies at a place.
var ErrGone = errors.New("the content is gone")

// Folder keeps contents in files below one folder.
type Folder struct{ dir string }

// partial begins the names of files that are being written.
const partial = "partial-"

// NewFolder returns the store of a folder, making it when it is not there.
func NewFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	return &Folder{dir}, nil
}

// newPlace names a place: lower case letters and digits, 128 random bits.
func newPlace() string { return strings.ToLower(rand.Text()) }

// path is where a place lies: at most a 1024th of all in one folder.
func (f *Folder) path(place string) string {
	if len(place) < 2 || strings.ContainsFunc(place, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		return filepath.Join(f.dir, "-") // no name of ours: nothing lies there
	}
	return filepath.Join(f.dir, place[:2], place)
}

// Keep stores a content and says where. When it fails, nothing stays.
func (f *Folder) Keep(ctx context.Context, content io.Reader) (place string, err error) {
	place = newPlace()
	path := f.path(place)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("keep a file: %w", err)
	}
	tmp, err := os.OpenFile(filepath.Join(f.dir, partial+place), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("keep a file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreAbsent(os.Remove(tmp.Name())))
		}
	}()
	_, err = io.Copy(tmp, inTime{ctx, content})
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return "", fmt.Errorf("keep a file: %w", err)
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return "", fmt.Errorf("keep a file: %w", err)
	}
	if err = errors.Join(syncDir(filepath.Dir(path)), syncDir(f.dir)); err != nil {
		return "", errors.Join(fmt.Errorf("keep a file: %w", err), ignoreAbsent(os.Remove(path)))
	}
	return place, nil
}

// inTime ends reading when the context does.
type inTime struct {
	ctx context.Context
	r   io.Reader
}

func (r inTime) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// syncDir makes names in a folder outlive a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Open returns the content at a place.
func (f *Folder) Open(_ context.Context, place string, _ int64) (io.ReadSeekCloser, error) {
	file, err := os.Open(f.path(place))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	return file, nil
}

// Remove removes the content at a place. Where none is, nothing happens.
func (f *Folder) Remove(_ context.Context, place string) error {
	if err := ignoreAbsent(os.Remove(f.path(place))); err != nil {
		return fmt.Errorf("remove a file: %w", err)
	}
	return nil
}

// placesAtOnce is how many places one call of a sweep gets.
const placesAtOnce = 500

// Before gives fn the places that were kept before a moment, some at a time, and removes what was begun before it and
// never became whole.
func (f *Folder) Before(ctx context.Context, at time.Time, fn func(places []string) error) error {
	var found []string
	err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return errors.Join(ignoreAbsent(err), ctx.Err())
		}
		info, err := d.Info()
		if err != nil || !info.ModTime().Before(at) {
			return ignoreAbsent(err)
		}
		name := d.Name()
		switch {
		case strings.HasPrefix(name, partial) && filepath.Dir(path) == f.dir:
			return ignoreAbsent(os.Remove(path))
		case f.path(name) != path: // not ours
			return nil
		}
		if found = append(found, name); len(found) < placesAtOnce {
			return nil
		}
		list := found
		found = nil
		return fn(list)
	})
	if err == nil && len(found) > 0 {
		err = fn(found)
	}
	if err != nil {
		return fmt.Errorf("look for old files: %w", err)
	}
	return nil
}
