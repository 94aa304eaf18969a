package blobs_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/blobs"
	"heard/tickets/events/eventstest"
)

// store is what both stores can do.
type store interface {
	Keep(ctx context.Context, content io.Reader) (string, error)
	Open(ctx context.Context, place string, size int64) (io.ReadSeekCloser, error)
	Remove(ctx context.Context, place string) error
	Before(ctx context.Context, at time.Time, fn func(places []string) error) error
}

// each runs a test on a folder and on both databases.
func each(t *testing.T, fn func(t *testing.T, s store)) {
	t.Run("folder", func(t *testing.T) {
		f, err := blobs.NewFolder(filepath.Join(t.TempDir(), "files"))
		if err != nil {
			t.Fatal(err)
		}
		fn(t, f)
	})
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) { fn(t, blobs.NewDatabase(eventstest.New(t, db, nil))) })
}

// bytesOf are n bytes that do not repeat.
func bytesOf(n int) []byte {
	r := rand.NewChaCha8([32]byte{7})
	b := make([]byte, n)
	_, _ = r.Read(b)
	return b
}

func (c contents) places(t *testing.T) []string {
	t.Helper()
	var all []string
	err := c.Before(t.Context(), time.Now().Add(24*365*100*time.Hour), func(p []string) error {
		all = append(all, p...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

type contents struct{ store }

func TestAContentComesBackWholeAndInParts(t *testing.T) {
	each(t, func(t *testing.T, s store) {
		for _, n := range []int{1, 1000, 256 << 10, 256<<10 + 1, 3<<20 + 17} {
			want := bytesOf(n)
			place, err := s.Keep(t.Context(), iotest.HalfReader(bytes.NewReader(want)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Open(t.Context(), place, int64(n))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes: read %d, %v, not what was kept", n, len(got), err)
			}
			for _, at := range []int64{0, int64(n / 2), int64(n - 1)} {
				if _, err := r.Seek(at, io.SeekStart); err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(io.LimitReader(r, 100)); err != nil || !bytes.Equal(got, want[at:min(int(at)+100, n)]) {
					t.Errorf("%d bytes from %d: %v, not what was kept", n, at, err)
				}
			}
			if end, err := r.Seek(0, io.SeekEnd); err != nil || end != int64(n) {
				t.Errorf("end of %d bytes = %d, %v", n, end, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestRemoved(t *testing.T) {
	each(t, func(t *testing.T, s store) {
		keep := func() string {
			place, err := s.Keep(t.Context(), bytes.NewReader(bytesOf(5<<20)))
			if err != nil {
				t.Fatal(err)
			}
			return place
		}
		one, two := keep(), keep()
		if one == two {
			t.Fatal("two contents lie at one place")
		}
		for range 2 { // a second time does no harm
			if err := s.Remove(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Open(t.Context(), one, 5<<20); !errors.Is(err, blobs.ErrGone) {
			t.Errorf("open what was removed: %v, want %v", err, blobs.ErrGone)
		}
		if got := (contents{s}).places(t); len(got) != 1 || got[0] != two {
			t.Errorf("places = %v, want %s", got, two)
		}
		err := s.Before(t.Context(), time.Now().Add(-100*365*24*time.Hour), func(p []string) error {
			t.Errorf("%v count as old", p)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestNothingStaysOfAFailure: the uploader's connection breaks in the middle.
func TestNothingStaysOfAFailure(t *testing.T) {
	each(t, func(t *testing.T, s store) {
		broken := errors.New("broken")
		_, err := s.Keep(t.Context(), io.MultiReader(bytes.NewReader(bytesOf(700_000)), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("err = %v, want the reader's", err)
		}
		if got := (contents{s}).places(t); len(got) > 0 {
			t.Errorf("%v stayed", got)
		}
	})
}

func TestAFolderThatFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	f, err := blobs.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil { // the disk that it was on is gone
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Keep(t.Context(), strings.NewReader("x")); err == nil {
		t.Error("kept in a folder that is none")
	}
	if _, err := blobs.NewFolder(dir); err == nil {
		t.Error("a file passed for a folder")
	}
}

// TestPlacesAreOurs: whatever stands in a row, nothing outside the folder is opened or removed.
func TestPlacesAreOurs(t *testing.T) {
	root := t.TempDir()
	f, err := blobs.NewFolder(filepath.Join(root, "files"))
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(root, "secret")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"", "../secret", "..", "/etc/passwd", "ab/../../secret", "\x00"} {
		if _, err := f.Open(t.Context(), place, 1); err == nil {
			t.Errorf("opened %q", place)
		}
		_ = f.Remove(t.Context(), place)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error(err)
	}
}

func TestWhatACrashLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "files")
	f, err := blobs.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "partial-abcdefgh")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		before time.Time
		there  bool
	}{{time.Now().Add(-time.Hour), true}, {time.Now().Add(time.Hour), false}} {
		if err := f.Before(t.Context(), at.before, func([]string) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(left); (err == nil) != at.there {
			t.Errorf("before %v: %v", at.before, err)
		}
	}
}
