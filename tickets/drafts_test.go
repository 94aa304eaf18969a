package tickets_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// exec writes past the store, for what no act makes.
func (d *desk) exec(query string, args ...any) {
	d.t.Helper()
	d.must(d.log.Write(d.t.Context(), events.Unit{By: sys}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

func (d *desk) drafts(agent events.Actor, id events.ID) map[tickets.WritingKind]tickets.Draft {
	d.t.Helper()
	rows, err := d.Drafts(d.t.Context(), agent.ID, id)
	d.must(err)
	out := map[tickets.WritingKind]tickets.Draft{}
	for _, r := range rows {
		if !r.Gone {
			out[r.Kind] = r
		}
	}
	return out
}

func (d *desk) draft(agent events.Actor, id events.ID, body string, rev int64) (int64, error) {
	return d.KeepDraft(d.t.Context(), agent.ID, tickets.DraftIn{Ticket: id, Kind: tickets.WritingReply, Body: body, Rev: rev,
		Uploader: tickets.AgentSender(agent.ID)})
}

func TestADraftIsNeverOverwrittenUnseen(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		first, err := d.draft(ann, id, "Dear Sam", 0)
		d.must(err)
		second, err := d.draft(ann, id, "Dear Sam, the parcel", first)
		d.must(err)
		if first <= 0 || second != first+1 {
			t.Errorf("revs are %d and %d, want one after the other", first, second)
		}
		for _, body := range []string{"Dear", ""} {
			_, err = d.draft(ann, id, body, first)
			wantKind(t, "an older window writes "+body, err, fault.StaleDraft)
			if newer, is := fault.Of(err).Extra.(tickets.Draft); !is || newer.Body != "Dear Sam, the parcel" || newer.Rev != second {
				t.Errorf("the refusal holds %+v", fault.Of(err).Extra)
			}
		}
		if rev, err := d.draft(ann, id, "Dear Sam, the parcel", first); err != nil || rev != second {
			t.Errorf("the same text again: %d, %v, want %d", rev, err, second)
		}
		_, err = d.draft(ben, id, "Hi", 0)
		d.must(err)
		if got := d.drafts(ann, id); len(got) != 1 || got[tickets.WritingReply].Body != "Dear Sam, the parcel" {
			t.Errorf("Ann's drafts: %+v", got)
		}
		emptied, err := d.draft(ann, id, " \n", second)
		if err != nil || emptied <= second || len(d.drafts(ann, id)) != 0 {
			t.Errorf("an empty draft: %d, %v, left %+v", emptied, err, d.drafts(ann, id))
		}
		if rev, err := d.draft(ann, id, "", second); err != nil || rev != emptied {
			t.Errorf("emptied again: %d, %v, want %d", rev, err, emptied)
		}
		for _, rev := range []int64{0, first, second, emptied + 1} {
			_, err := d.draft(ann, id, "From a window that was left open", rev)
			wantKind(t, fmt.Sprintf("from rev %d after a removal", rev), err, fault.StaleDraft)
			wantFields(t, "its field", err, "rev")
		}
		if rev, err := d.draft(ann, id, "The next", emptied); err != nil || rev <= emptied {
			t.Errorf("the next: %d, %v, want more than %d", rev, err, emptied)
		}
		if got := d.drafts(ben, id); got[tickets.WritingReply].Body != "Hi" {
			t.Errorf("Ben's drafts: %+v", got)
		}
		if d.row(id).LastSeq != 2 {
			t.Error("drafts left events")
		}
	})
}

// TestRevsRiseForEver: also when the row of a draft was forgotten, no window's old rev is one of a newer draft.
func TestRevsRiseForEver(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		_, err := d.draft(ann, id, "From nowhere", 7)
		wantKind(t, "a rev nobody ever had", err, fault.StaleDraft)
		old, err := d.draft(ann, id, "Once", 0)
		d.must(err)
		d.clock.Advance(31 * 24 * time.Hour)
		d.must(d.ForgetWriting(t.Context()))
		_, err = d.draft(ann, id, "A ghost", old)
		wantKind(t, "the rev of a row that was forgotten", err, fault.StaleDraft)
		next, err := d.draft(ann, id, "Again", 0)
		if err != nil || next <= old {
			t.Errorf("the first after that: %d, %v, want more than %d", next, err, old)
		}
		_, err = d.draft(ann, id, "A ghost", old)
		wantKind(t, "the old rev beside the new row", err, fault.StaleDraft)
	})
}

func TestActionsTravelWithADraft(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		in := tickets.DraftIn{Ticket: id, Kind: tickets.WritingReply, Body: "Refunded", Macro: 7,
			Actions: []tickets.MacroAction{{Kind: tickets.DoTag, Add: []string{" Refund "}, Status: tickets.Open}, {Kind: tickets.DoStatus, Status: tickets.Pending}}}
		rev, err := d.KeepDraft(t.Context(), ann.ID, in)
		d.must(err)
		got := d.drafts(ann, id)[tickets.WritingReply]
		want := []tickets.MacroAction{{Kind: tickets.DoTag, Add: []string{"refund"}}, {Kind: tickets.DoStatus, Status: tickets.Pending}}
		if got.Macro != 7 || !reflect.DeepEqual(got.Actions, want) {
			t.Errorf("kept: macro %s, %+v, want 7, %+v", got.Macro, got.Actions, want)
		}
		in.Rev, in.Actions = rev, in.Actions[:1]
		if next, err := d.KeepDraft(t.Context(), ann.ID, in); err != nil || next <= rev {
			t.Errorf("an action less: %d, %v, want a new rev", next, err)
		}
		for _, tt := range []struct {
			name string
			list []tickets.MacroAction
			want string
		}{
			{"burn", []tickets.MacroAction{{Kind: "burn"}}, "actions[0].kind"},
			{"too many", slices.Repeat(want[1:], 9), "actions"},
		} {
			in.Actions = tt.list
			_, err := d.KeepDraft(t.Context(), ann.ID, in)
			wantFields(t, tt.name, err, tt.want)
		}
	})
}

func TestWhatADraftMayHold(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		for _, tt := range []struct {
			name string
			in   tickets.DraftIn
			want fault.Kind
		}{
			{"kind", tickets.DraftIn{Ticket: id, Kind: "poem", Body: "x"}, fault.Invalid},
			{"too long", tickets.DraftIn{Ticket: id, Kind: tickets.WritingNote, Body: string(make([]byte, tickets.MaxBody+1))}, fault.TooLarge},
			{"broken text", tickets.DraftIn{Ticket: id, Kind: tickets.WritingNote, Body: "a\x00b"}, fault.Invalid},
			{"no such file", tickets.DraftIn{Ticket: id, Kind: tickets.WritingNote, Attachments: []tickets.Attachment{{ID: "77"}}}, fault.NotFound},
		} {
			_, err := d.KeepDraft(t.Context(), ann.ID, tt.in)
			wantKind(t, tt.name, err, tt.want)
		}
		if got := d.drafts(ann, id); len(got) > 0 {
			t.Errorf("refused drafts left %+v", got)
		}
	})
}

func TestADraftsFileOutlivesTheSweep(t *testing.T) {
	eachFiler(t, func(t *testing.T, f *filer) {
		id := f.start(cus)
		file, other := f.up("a1", "a.txt", "kept"), f.up("a1", "b.txt", "not kept")
		theirs := f.up("a2", "c.txt", "of another agent")
		in := tickets.DraftIn{Ticket: id, Kind: tickets.WritingReply, Attachments: []tickets.Attachment{{ID: theirs.ID}}, Uploader: "a1"}
		_, err := f.KeepDraft(t.Context(), ann.ID, in)
		f.kind("another's file", err, fault.NotFound)
		in.Attachments = []tickets.Attachment{{ID: file.ID}}
		rev, err := f.KeepDraft(t.Context(), ann.ID, in)
		f.must(err)
		f.clock.Advance(25 * time.Hour)
		f.must(f.Sweep(t.Context()))
		if n := f.count(`SELECT COUNT(*) FROM files WHERE id = '` + file.ID + `'`); n != 1 {
			t.Error("the sweep took a file of a draft")
		}
		if n := f.count(`SELECT COUNT(*) FROM files WHERE id = '` + other.ID + `'`); n != 0 {
			t.Error("the sweep left a file that nobody names")
		}
		if got := f.drafts(ann, id)[tickets.WritingReply].Attachments; len(got) != 1 || got[0].Name != "a.txt" {
			t.Errorf("the draft holds %+v", got)
		}
		in.Attachments, in.Rev = nil, rev
		_, err = f.KeepDraft(t.Context(), ann.ID, in)
		f.must(err)
		f.clock.Advance(25 * time.Hour)
		f.must(f.Sweep(t.Context()))
		if n := f.count(`SELECT COUNT(*) FROM files`); n != 0 {
			t.Errorf("%d files are left of a draft that is gone", n)
		}
	})
}

func TestDraftsAreForgotten(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		said := d.say(ann, id, "Her number is 555-0199")
		_, err := d.draft(ben, id, "You wrote: Her number is 555-0199. Is it right?", 0)
		d.must(err)
		_, err = d.RedactMessage(t.Context(), ann, tickets.EditIn{Ticket: id, Seq: said.Seq})
		d.must(err)
		if got := d.drafts(ben, id)[tickets.WritingReply].Body; got != "You wrote: . Is it right?" {
			t.Errorf("a redacted text stands in a draft: %q", got)
		}
		d.clock.Advance(29 * 24 * time.Hour)
		d.must(d.ForgetWriting(t.Context()))
		if len(d.drafts(ben, id)) != 1 {
			t.Error("a draft was forgotten too early")
		}
		d.clock.Advance(24 * time.Hour)
		d.must(d.ForgetWriting(t.Context()))
		if got := d.drafts(ben, id); len(got) > 0 {
			t.Errorf("after a month there is %+v", got)
		}
	})
}
