package tickets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/blobs"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// filer is a desk where files are attached.
type filer struct {
	*desk
	*tickets.Files
	contents tickets.Contents
}

// eachFiler runs a test on both databases, with contents in the database and in a folder.
func eachFiler(t *testing.T, fn func(t *testing.T, f *filer)) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		var contents tickets.Contents = blobs.NewDatabase(d.log)
		if db.Dialect == migrations.SQLite {
			var err error
			contents, err = blobs.NewFolder(t.TempDir())
			d.must(err)
		}
		fn(t, &filer{d, tickets.NewFiles(d.log, contents, nil), contents})
	})
}

func roomy() tickets.FileRules {
	r := (&tickets.Inbox{}).FileRules()
	r.DayBytes, r.DayFiles = 1<<40, 1<<40
	return r
}

// uploadAs sends files by name and content.
func (f *filer) uploadAs(who string, rules tickets.FileRules, files ...string) ([]tickets.Attachment, error) {
	f.t.Helper()
	return f.Upload(f.t.Context(), tickets.UploadIn{Uploader: who, Rules: rules, Next: func() (*tickets.Upload, error) {
		if len(files) == 0 {
			return nil, io.EOF
		}
		up := &tickets.Upload{Name: files[0], Content: strings.NewReader(files[1])}
		files = files[2:]
		return up, nil
	}})
}

func (f *filer) up(who, name, content string) tickets.Attachment {
	f.t.Helper()
	list, err := f.uploadAs(who, roomy(), name, content)
	f.must(err)
	return list[0]
}

// sayWith is a message of a customer with files.
func (f *filer) sayWith(by events.Actor, id events.ID, files ...string) tickets.PostIn {
	in := f.postIn(by, id, "see this")
	in.Uploader = in.Sender
	for _, file := range files {
		in.Attachments = append(in.Attachments, tickets.Attachment{ID: file, Name: "claimed.exe", Type: "text/html"})
	}
	return in
}

func (f *filer) count(query string) (n int) {
	f.t.Helper()
	f.must(f.log.Read().QueryRowContext(f.t.Context(), query).Scan(&n))
	return n
}

// places are all contents that are kept.
func (f *filer) places() (n int) {
	f.t.Helper()
	f.must(f.contents.Before(f.t.Context(), time.Now().Add(time.Hour*24*365*50), func(p []string) error {
		n += len(p)
		return nil
	}))
	return n
}

func (f *filer) kind(what string, err error, want fault.Kind) {
	f.t.Helper()
	if got := fault.KindOf(err); got != want {
		f.t.Errorf("%s: %v, want %q", what, err, want)
	}
}

func TestAFileGoesWithOneMessageOfItsUploader(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		ctx := t.Context()
		id := f.start(cus)
		mine, theirs, agents := f.up("v1", "a.txt", "mine"), f.up("v2", "b.txt", "theirs"), f.up("a1", "c.txt", "an agent's")
		seq := f.row(id).LastSeq
		for what, ids := range map[string][]string{"another visitor's": {theirs.ID}, "an agent's": {mine.ID, agents.ID},
			"a guessed one": {"340282366920938463463374607431768211455"}, "no id": {"../1"}, "an empty one": {""}} {
			_, err := f.Post(ctx, f.sayWith(cus, id, ids...))
			f.kind(what, err, fault.NotFound)
			opening := f.sayWith(cus, 0, ids...)
			opening.Open = chatOf(cus.ID)
			_, err = f.Post(ctx, opening)
			f.kind(what+" in a first message", err, fault.NotFound)
		}
		_, err := f.Post(ctx, f.sayWith(cus, id, mine.ID, mine.ID))
		f.kind("twice in one message", err, fault.Invalid)
		wantKinds(t, f.newKinds(id, seq))
		if n := f.count(`SELECT COUNT(*) FROM tickets`); n != 1 {
			t.Errorf("%d tickets: a refused message opened one", n)
		}

		in := f.sayWith(cus, id, mine.ID)
		out, err := f.Post(ctx, in)
		f.must(err)
		again, err := f.Post(ctx, in)
		f.must(err)
		if !again.Repeated || again.Seq != out.Seq {
			t.Errorf("a repeat = %+v, want the message before", again)
		}
		other := in
		other.Attachments = nil
		_, err = f.Post(ctx, other)
		f.kind("the same client id without the file", err, fault.ClientIDReused)
		_, err = f.Post(ctx, f.sayWith(cus, id, mine.ID))
		f.kind("a second message with it", err, fault.NotFound)
		file, err := f.File(ctx, mine.ID)
		f.must(err)
		if file.Ticket != id || file.Seq != out.Seq || file.Note || file.Name != "a.txt" || file.Type != "text/plain" {
			t.Errorf("file = %+v", file)
		}
		note := tickets.NoteIn{Sender: "a1", NewMessage: tickets.NewMessage{ClientID: newID(), Body: "look", Uploader: "a1",
			Attachments: []tickets.Attachment{{ID: agents.ID}}}}
		_, err = f.Note(ctx, ann, id, note)
		f.must(err)
		if file, err = f.File(ctx, agents.ID); err != nil || !file.Note || file.Ticket != id {
			t.Errorf("file of a note = %+v, %v", file, err)
		}
		f.check()
	})
}

func TestManyMessagesWantOneFile(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		file := f.up("v1", "a.txt", "x")
		var wg sync.WaitGroup
		errs := make([]error, 12)
		for i := range errs {
			in := f.sayWith(cus, 0, file.ID)
			in.Open = chatOf(cus.ID)
			wg.Go(func() { _, errs[i] = f.Post(t.Context(), in) })
		}
		wg.Wait()
		sent := 0
		for _, err := range errs {
			if err == nil {
				sent++
			} else if fault.KindOf(err) != fault.NotFound {
				t.Errorf("err = %v", err)
			}
		}
		if n := f.count(`SELECT COUNT(*) FROM tickets`); sent != 1 || n != 1 {
			t.Errorf("%d messages took it and %d tickets were opened, want one", sent, n)
		}
	})
}

func TestUploadsAreBounded(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		strict := roomy()
		strict.MaxBytes = 1000
		pictures := strict
		pictures.Types = []string{"image/*", ".pdf"}
		eleven := slices.Repeat([]string{"a.txt", "x"}, 11)
		off := roomy()
		off.Off = true
		tests := []struct {
			name  string
			rules tickets.FileRules
			files []string
			want  fault.Kind
		}{
			{"at the limit", strict, []string{"a.txt", strings.Repeat("x", 1000)}, ""},
			{"over it", strict, []string{"a.txt", strings.Repeat("x", 1001)}, fault.TooLarge},
			{"far over it", strict, []string{"a.txt", strings.Repeat("x", 1<<20)}, fault.TooLarge},
			{"empty", strict, []string{"a.txt", ""}, fault.Invalid},
			{"none", strict, nil, fault.Invalid},
			{"eleven", strict, eleven, fault.Invalid},
			{"the second is too large", strict, []string{"a.txt", "x", "b.txt", strings.Repeat("x", 2000)}, fault.TooLarge},
			{"a program by name", strict, []string{"a.exe", "x"}, fault.Invalid},
			{"a program by a hidden name", strict, []string{"a.ex\u200be. ", "x"}, fault.Invalid},
			{"a program turned round", strict, []string{"a\u202Etxt.scr", "x"}, fault.Invalid},
			{"a program by content", strict, []string{"a.txt", "MZ\x90\x00"}, fault.Invalid},
			{"a script by content", strict, []string{"notes", "#!/bin/sh\n"}, fault.Invalid},
			{"of no taken type", pictures, []string{"a.txt", "x"}, fault.Invalid},
			{"of a taken extension", pictures, []string{"a.pdf", "%PDF-1"}, ""},
			{"a lie about the type", pictures, []string{"a.png", "<svg onload=alert(1)>"}, fault.Invalid},
			{"where files are off", off, []string{"a.txt", "x"}, fault.Forbidden},
		}
		for _, tt := range tests {
			before := f.places()
			list, err := f.uploadAs("v1", tt.rules, tt.files...)
			f.kind(tt.name, err, tt.want)
			if tt.want == "" {
				continue
			}
			if n := f.places(); len(list) > 0 || n != before {
				t.Errorf("%s: %d files answered, %d contents stayed", tt.name, len(list), n-before)
			}
		}

		day := roomy()
		day.DayBytes, day.DayFiles = 100, 3
		_, err := f.uploadAs("v9", day, "a.txt", strings.Repeat("x", 90))
		f.must(err)
		_, err = f.uploadAs("v9", day, "b.txt", strings.Repeat("y", 20))
		f.kind("more bytes than a day's", err, fault.RateLimited)
		_, err = f.uploadAs("v9", day, "b.txt", "y", "c.txt", "z", "d.txt", "0")
		f.kind("more files than a day's", err, fault.RateLimited)
		_, err = f.uploadAs("v8", day, "b.txt", strings.Repeat("y", 20))
		f.must(err) // another visitor's day
		f.clock.Advance(25 * time.Hour)
		_, err = f.uploadAs("v9", day, "b.txt", strings.Repeat("y", 20))
		f.must(err)
	})
}

func TestTheSameContentLiesOnce(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		content := strings.Repeat("the same ", 50_000)
		var wg sync.WaitGroup
		list := make([]tickets.Attachment, 8)
		for i := range list {
			wg.Go(func() { list[i] = f.up("v1", fmt.Sprintf("%d.txt", i), content) })
		}
		wg.Wait()
		if blobs, places := f.count(`SELECT COUNT(*) FROM blobs`), f.places(); blobs != 1 || places != 1 {
			t.Errorf("%d contents at %d places, want one", blobs, places)
		}
		if n := f.count(`SELECT CAST(SUM(refs) AS BIGINT) FROM blobs`); n != len(list) {
			t.Errorf("counted %d times, want %d", n, len(list))
		}
		for _, a := range list {
			file, err := f.File(t.Context(), a.ID)
			f.must(err)
			c, err := f.Open(t.Context(), file, false)
			f.must(err)
			got, err := io.ReadAll(c)
			f.must(errors.Join(err, c.Close()))
			if string(got) != content {
				t.Errorf("file %s has %d bytes of another content", a.Name, len(got))
			}
		}
	})
}

// TestFilesGoWithTheirMessage: a redaction takes them away, and the sweeps take what is left of others.
func TestFilesGoWithTheirMessage(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		ctx := t.Context()
		id := f.start(cus)
		sent, twin, waits := f.up("v1", "a.txt", "shared"), f.up("v1", "b.txt", "shared"), f.up("v1", "c.txt", "never sent")
		one, err := f.Post(ctx, f.sayWith(cus, id, sent.ID))
		f.must(err)
		_, err = f.Post(ctx, f.sayWith(cus, id, twin.ID))
		f.must(err)
		_, err = f.RedactMessage(ctx, ann, tickets.EditIn{Ticket: id, Seq: one.Seq, Anybody: true})
		f.must(err)
		_, err = f.File(ctx, sent.ID)
		f.kind("a file of a redacted message", err, fault.NotFound)
		f.must(f.Sweep(ctx))
		if n := f.places(); n != 2 {
			t.Errorf("%d contents, want the twin's and the waiting one's", n)
		}
		stray, err := f.contents.Keep(ctx, strings.NewReader("of a crash"))
		f.must(err)
		f.clock.Advance(23 * time.Hour)
		f.must(f.Sweep(ctx))
		_, err = f.File(ctx, waits.ID)
		f.must(err)
		f.clock.Advance(2 * time.Hour)
		f.must(f.Sweep(ctx))
		_, err = f.File(ctx, waits.ID)
		f.kind("an upload that was never sent", err, fault.NotFound)
		file, err := f.File(ctx, twin.ID)
		f.must(err)
		if n := f.places(); n != 2 {
			t.Errorf("%d contents, want the twin's and the stray one", n)
		}
		if _, folder := f.contents.(*blobs.Folder); !folder { // whose clock is the disk's
			f.must(f.Tidy(ctx))
			if _, err := f.contents.Open(ctx, stray, 10); !errors.Is(err, blobs.ErrGone) {
				t.Errorf("a content that no row names: %v", err)
			}
		}
		c, err := f.Open(ctx, file, false)
		f.must(err)
		f.must(c.Close())
	})
}

// full is a store whose disk is full after some bytes.
type full struct {
	tickets.Contents
	after int64
}

var errFull = errors.New("no space left on device")

func (s full) Keep(ctx context.Context, content io.Reader) (string, error) {
	return s.Contents.Keep(ctx, io.MultiReader(io.LimitReader(content, s.after), failing{}))
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFull }

func TestAStoreThatFailsFailsTheUploadOnly(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		broken := &filer{f.desk, tickets.NewFiles(f.log, full{f.contents, 300_000}, nil), f.contents}
		_, err := broken.uploadAs("v1", roomy(), "a.bin", strings.Repeat("\x00", 2<<20))
		f.kind("an upload to a full disk", err, fault.Unavailable)
		if fault.Of(err).RetryAfter == 0 || !errors.Is(err, errFull) || strings.Contains(fault.Of(err).Detail, "space") {
			t.Errorf("err = %v, want the cause for the log and a time to come back", err)
		}
		if files, places := f.count(`SELECT COUNT(*) FROM files`), f.places(); files+places > 0 {
			t.Errorf("%d files and %d contents stayed", files, places)
		}
		f.say(cus, f.start(cus), "text goes on")
		f.up("v1", "a.txt", "and so do uploads when there is space again")
	})
}

// stub is a scanner that knows one virus.
type stub struct {
	away bool
	seen *int
}

func (s stub) Scan(_ context.Context, _ string, content io.Reader) (bool, error) {
	b, err := io.ReadAll(content)
	*s.seen += len(b)
	if s.away {
		err = errors.New("the scanner does not answer")
	}
	return !bytes.Contains(b, []byte("EICAR-STANDARD-ANTIVIRUS-TEST-FILE")), err
}

func TestAFileIsHeldUntilTheScannerAnswers(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		seen := 0
		checked := &filer{f.desk, tickets.NewFiles(f.log, f.contents, stub{seen: &seen}), f.contents}
		eicar := `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
		_, err := checked.uploadAs("v1", roomy(), "a.txt", "fine", "b.txt", eicar)
		f.kind("a virus", err, fault.Invalid)
		if fields := fault.Of(err).Fields; len(fields) != 1 || fields[0].Field != "file[1]" || fields[0].Code != "file_virus" {
			t.Errorf("fields = %v, want the second file", fields)
		}
		away := &filer{f.desk, tickets.NewFiles(f.log, f.contents, stub{away: true, seen: &seen}), f.contents}
		_, err = away.uploadAs("v1", roomy(), "a.txt", "fine")
		f.kind("no scanner", err, fault.Unavailable)
		if n := f.places() + f.count(`SELECT COUNT(*) FROM files`); n > 0 || seen == 0 {
			t.Errorf("%d things stayed; the scanner saw %d bytes", n, seen)
		}
		_, err = checked.uploadAs("v1", roomy(), "a.txt", "fine")
		f.must(err)
	})
}

func TestLinks(t *testing.T) {
	now := events.TimeOf(time.Date(2026, 3, 2, 9, 7, 0, 0, time.UTC))
	links := tickets.NewFileLinks([]byte("key"), func() events.Time { return now })
	a := tickets.Attachment{ID: "42", Name: `ä "b".png`, Type: "image/png", Thumb: true}
	agent, customer := links.Wire(a, tickets.ForAgent), links.Wire(a, tickets.ForCustomer)
	if want := "/files/42/%C3%A4%20%22b%22.png"; agent.URL != want || agent.Thumb != want+"?thumb=1" {
		t.Errorf("an agent's addresses = %s and %s", agent.URL, agent.Thumb)
	}
	_, query, _ := strings.Cut(customer.URL, "?")
	var until, sign string
	for part := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(part, "=")
		switch k {
		case "until":
			until = v
		case "sign":
			sign = v
		}
	}
	if customer.Thumb != customer.URL+"&thumb=1" {
		t.Errorf("thumb = %s", customer.Thumb)
	}
	made := now
	now = now.Add(7 * time.Minute)
	if again := links.Wire(a, tickets.ForCustomer); again.URL != customer.URL {
		t.Errorf("in the same quarter of an hour: %s and %s", customer.URL, again.URL)
	}
	other := tickets.NewFileLinks([]byte("another key"), func() events.Time { return now })
	for what, good := range map[string]bool{
		"itself":      links.Good("42", until, sign),
		"another id":  !links.Good("43", until, sign),
		"another end": !links.Good("42", until+"0", sign),
		"no sign":     !links.Good("42", until, ""),
		"cut":         !links.Good("42", until, sign[:len(sign)-1]),
		"another key": !other.Good("42", until, sign),
	} {
		if !good {
			t.Errorf("%s is judged wrongly", what)
		}
	}
	if now = made.Add(45 * time.Minute); !links.Good("42", until, sign) {
		t.Error("ended within 45 minutes")
	}
	if now = made.Add(time.Hour); links.Good("42", until, sign) {
		t.Error("good after an hour")
	}
}
