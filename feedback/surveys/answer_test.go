package surveys_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"heard/feedback"
	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

func TestAskAnswerEdit(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.solved(h.visitor())
		h.wantKinds(id, "decided", "asked")
		h.wantReasons("resolved", id, surveys.Asked)
		token := h.token(id)
		before, err := h.log.Head(t.Context())
		h.must(err)
		for range 3 {
			if got := h.state(token); got != surveys.StateOpen {
				t.Errorf("state = %s", got)
			}
		}
		if now, err := h.log.Head(t.Context()); err != nil || now != before {
			t.Errorf("looking recorded %d events, %v", now-before, err)
		}
		h.answer(token, 4, " fine \r\nthanks ", "")
		h.wantKinds(id, "decided", "asked", "answered")
		if out := h.answer(token, 4, "fine \nthanks", ""); !out.Repeated {
			t.Error("the same answer was written twice")
		}
		h.wantKinds(id, "decided", "asked", "answered")
		h.clock.Advance(6 * 24 * time.Hour)
		h.answer(token, 2, "", "")
		h.wantKinds(id, "decided", "asked", "answered", "answered", "follow_up_opened")
		if h.token(id) != "" {
			t.Error("an answered survey still waits")
		}
		h.clock.Advance(25 * time.Hour)
		h.answer(token, 5, "", fault.Closed)
		if out := h.answer(token, 2, "", ""); !out.Repeated { // a late retry of what is kept
			t.Error("a repeat was refused or written")
		}
		if f, err := h.s.Look(t.Context(), token); err != nil || f.State != surveys.StateFinal || f.Score != 2 {
			t.Errorf("form = %+v, %v", f, err)
		}
		list, err := h.s.CSAT(t.Context(), 0, h.log.Now()+1)
		h.must(err)
		if len(list) != 1 || list[0].Score != 2 || list[0].Scale != 5 || list[0].Agent != h.agent.ID || list[0].Team != h.team ||
			list[0].Channel != tickets.Chat || list[0].AnsweredAt == 0 || list[0].Ticket != id {
			t.Errorf("answers = %+v", list)
		}
		revised, err := h.s.Revised(t.Context(), surveys.CSAT, 0, h.log.Now()+1)
		h.must(err)
		if len(revised) != 1 || revised[0].Ticket != id || len(revised[0].Before) != 1 {
			t.Fatalf("revised = %+v", revised)
		}
		edited := list[0].AnsweredAt.Add(6 * 24 * time.Hour)
		for at, want := range map[events.Time]int{list[0].AnsweredAt + 1: 4, edited: 4, edited + 1: 2} {
			if got := revised[0].ScoreAt(at); got != want {
				t.Errorf("the score just before %s = %d, want %d", at, got, want)
			}
		}
		for _, e := range eventstest.All(t, h.log) {
			if strings.Contains(string(e.Data), "thanks") {
				t.Errorf("event %d copies what the customer wrote: %s", e.Pos, e.Data)
			}
		}
		eventstest.Check(t, h.log, nil)
	})
}

func TestAnswerIsChecked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		v1, v2 := h.visitor(), h.visitor()
		id, other := h.solved(v1), h.solved(v2)
		token, foreign := h.token(id), h.token(other)
		for _, tt := range []struct {
			score   int
			comment string
		}{{0, ""}, {6, ""}, {-1, ""}, {3, strings.Repeat("ü", 2001)}, {3, "a\x00b"}, {3, "\xff"}} {
			h.answer(token, tt.score, tt.comment, fault.Invalid)
		}
		idPart, sig, _ := strings.Cut(token, ".")
		_, foreignSig, _ := strings.Cut(foreign, ".")
		for i := range token {
			flipped := []byte(token)
			flipped[i] ^= 1
			h.answer(string(flipped), 5, "", fault.NotFound)
		}
		for _, bad := range []string{"", ".", idPart, idPart + ".", "." + sig, idPart + "." + foreignSig, sig + "." + idPart, token + "A", token + "=",
			idPart + "." + strings.Repeat("A", 43), strings.Repeat("A", 5000), id.String()} {
			h.answer(bad, 5, "", fault.NotFound)
			if _, err := h.s.Look(t.Context(), bad); fault.KindOf(err) != fault.NotFound {
				t.Errorf("look at %q: %v", bad, err)
			}
		}
		h.wantKinds(id, "decided", "asked")
		h.clock.Advance(31 * 24 * time.Hour)
		h.answer(token, 5, "", fault.Closed)
		if h.state(token) != surveys.StateEnded {
			t.Errorf("state = %s", h.state(token))
		}
	})
}

func TestOneFirstAnswer(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		id := h.solved(h.visitor())
		token := h.token(id)
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() { h.answer(token, 1+i%5, "", "") })
		}
		wg.Wait()
		first := 0
		for _, e := range eventstest.All(t, h.log) {
			c, err := h.log.Decode(&e)
			h.must(err)
			if a, ok := c.(feedback.SurveyAnswered); ok && !a.Changed {
				first++
			}
		}
		list, err := h.s.Of(t.Context(), id)
		h.must(err)
		if first != 1 || len(list) != 1 {
			t.Errorf("%d first answers and %d rows, want one each", first, len(list))
		}
	})
}
