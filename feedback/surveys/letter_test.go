package surveys_test

import (
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"

	"github.com/google/uuid"
)

// letter is a resolved ticket of somebody who can only be reached by mail.
func (h *house) letter(name string) (ticket events.ID, customer *tickets.Customer) {
	h.t.Helper()
	c := h.customer(name, name+"@x.test")
	out, err := h.store.Post(h.t.Context(), tickets.PostIn{By: events.Actor{Kind: events.Customer, ID: c.ID, Token: 1}, Sender: tickets.TokenSender(1),
		Open:       &tickets.OpenIn{Inbox: h.inbox.ID, Customer: c.ID, Channel: tickets.API},
		NewMessage: tickets.NewMessage{ClientID: uuid.NewString(), Body: "Hello"}})
	h.must(err)
	h.reply(h.agent, out.Ticket)
	h.resolve(out.Ticket)
	h.run()
	return out.Ticket, c
}

func (h *house) wantLetters(what string, want int) []*surveys.Letter {
	h.t.Helper()
	got := h.letters()
	if len(got) != want {
		h.t.Errorf("%s: %d letters, want %d", what, len(got), want)
	}
	return got
}

func TestLettersGoWhenTheyAreNeeded(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		id, _ := h.letter("nomail")
		h.wantReasons("mail is not set up", id, surveys.Unreachable)
		h.must(h.s.SayMail(ctx, true))
		h.survey(surveys.Survey{Name: "CES", Kind: surveys.CES, Trigger: surveys.OnResolve, MailDelayS: 7200, RemindDays: 3, LowScore: 3})

		id, _ = h.letter("ann")
		h.wantReasons("by letter", id, surveys.Asked)
		h.wantLetters("before the delay is over", 0)
		h.clock.Advance(2 * time.Hour)
		l := h.wantLetters("after it", 1)[0]
		if l.To != "ann@x.test" || l.Kind != surveys.CES || l.Reminder || l.Desk != "Heard" {
			t.Errorf("letter = %+v", l)
		}
		h.wantLetters("again", 0)
		h.clock.Advance(3 * 24 * time.Hour)
		if l := h.wantLetters("the reminder", 1)[0]; !l.Reminder || l.Token == "" {
			t.Errorf("reminder = %+v", l)
		}
		h.clock.Advance(20 * 24 * time.Hour)
		h.wantLetters("no second reminder", 0)

		h.letter("bob")
		h.clock.Advance(2 * time.Hour)
		token := h.wantLetters("bob's", 1)[0].Token
		h.answer(token, 7, "", "")
		h.clock.Advance(4 * 24 * time.Hour)
		h.wantLetters("answered", 0)

		id, _ = h.letter("cid")
		h.reopen(id)
		h.run()
		h.clock.Advance(5 * 24 * time.Hour)
		h.wantLetters("reopened", 0)

		id, _ = h.letter("dan")
		h.reopen(id) // and the consumer has not seen it
		h.clock.Advance(5 * 24 * time.Hour)
		h.wantLetters("reopened a moment ago", 0)

		id, _ = h.letter("eve")
		h.clock.Advance(2 * time.Hour)
		h.wantLetters("eve's", 1)
		h.reopen(id)
		h.resolve(id)
		h.run()
		h.wantReasons("a letter had gone out", id, surveys.Asked, surveys.Cooldown)

		v := h.visitor()
		h.must(h.people.FillUnverified(ctx, v.CustomerID, "", "vic@x.test"))
		id = h.solved(v)
		m, err := h.s.WaitingOf(ctx, id)
		h.must(err)
		h.must(h.s.NoteShown(ctx, m[id].Invitation))
		h.clock.Advance(3 * time.Hour)
		h.wantLetters("the widget shows it", 0)
		h.clock.Advance(3 * 24 * time.Hour)
		h.wantLetters("but nobody answered", 1)
		eventstest.Check(t, h.log, nil)
	})
}

func TestQuietHours(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.must(h.s.SayMail(ctx, true))
		from, to, zone := "21:00", "08:00", "Europe/Madrid"
		_, err := h.people.ChangeSettings(ctx, h.agent, tickets.SettingsPatch{SurveyQuietFrom: &from, SurveyQuietTo: &to, TimeZone: &zone})
		h.must(err)
		h.survey(surveys.Survey{Name: "CES", Kind: surveys.CES, Trigger: surveys.OnResolve, LowScore: 3})
		h.clock.Advance(time.Date(2027, 7, 1, 19, 30, 0, 0, time.UTC).Sub(h.log.Now().Std())) // 21:30 in Madrid
		h.letter("ann")
		h.clock.Advance(10 * time.Hour)
		h.wantLetters("at half past seven", 0)
		h.clock.Advance(30 * time.Minute)
		h.wantLetters("at eight", 1)
		h.letter("bob")
		h.wantLetters("by day", 1)
		bad := "25:00"
		if _, err := h.people.ChangeSettings(ctx, h.agent, tickets.SettingsPatch{SurveyQuietTo: &bad}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("25:00: %v", err)
		}
	})
}

func TestWhoDoesNotWantToBeAsked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.must(h.s.SayMail(ctx, true))
		id, c := h.letter("ann")
		h.clock.Advance(time.Hour)
		l := h.wantLetters("ann's", 1)[0]
		for _, bad := range []string{"", l.Token, l.Stop[:len(l.Stop)-1] + "_", "x.y"} {
			if err := h.s.Stop(ctx, bad, false); fault.KindOf(err) != fault.NotFound {
				t.Errorf("stop by %q: %v", bad, err)
			}
		}
		if _, err := h.s.Look(ctx, l.Stop); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the stopping token opens the survey: %v", err)
		}
		for range 2 {
			if p, err := h.s.LookStop(ctx, l.Stop); err != nil || p.Stopped {
				t.Errorf("looking = %+v, %v", p, err)
			}
		}
		for range 2 {
			h.must(h.s.Stop(ctx, l.Stop, false))
		}
		h.wantKinds(id, "decided", "asked", "withdrawn")
		h.clock.Advance(40 * 24 * time.Hour)
		v := h.visitor()
		h.must(h.people.FillUnverified(ctx, v.CustomerID, "", "Ann@x.test"))
		h.wantReasons("another browser, the same address", h.solved(v), surveys.OptedOut)
		if p, err := h.s.LookStop(ctx, l.Stop); err != nil || !p.Stopped {
			t.Errorf("afterwards = %+v, %v", p, err)
		}
		h.must(h.s.Stop(ctx, l.Stop, true))
		id, _ = h.letter("ann")
		h.wantReasons("asked for it again", id, surveys.Asked)
		_ = c
	})
}

func TestAnswersByLink(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		s := h.survey(surveys.Survey{Name: "Counter", Kind: surveys.CSAT, High: 10, Trigger: surveys.OnLink, Touchpoint: "delivery"})
		f, err := h.s.LookLink(ctx, s.LinkKey, "", "de")
		h.must(err)
		if f.State != surveys.StateOpen || f.Scale != [2]int{1, 10} || f.Proof == "" {
			t.Fatalf("form = %+v", f)
		}
		var token string
		for range 3 {
			out, err := h.s.AnswerLink(ctx, s.LinkKey, "", f.Proof, surveys.AnswerIn{Score: 9})
			h.must(err)
			token = out.Token
		}
		other, err := h.s.LookLink(ctx, s.LinkKey, "", "")
		h.must(err)
		_, err = h.s.AnswerLink(ctx, s.LinkKey, "", other.Proof, surveys.AnswerIn{Score: 2})
		h.must(err)
		list, err := h.s.CSAT(ctx, 0, h.log.Now()+1)
		h.must(err)
		if len(list) != 2 || list[0].Score != 9 || list[0].Via != surveys.ByLink || list[0].Touchpoint != "delivery" || list[0].AskedAt != 0 {
			t.Errorf("answers = %+v", list)
		}
		if asked, err := h.s.Asked(ctx, 0, h.log.Now()+1); err != nil || len(asked) != 0 {
			t.Errorf("nobody was asked, but %+v, %v", asked, err)
		}
		h.answer(token, 3, "", "") // the page of the answer itself
		for what, call := range map[string]func() error{
			"forged": func() error {
				_, err := h.s.AnswerLink(ctx, s.LinkKey, "", f.Proof+"x", surveys.AnswerIn{Score: 9})
				return err
			},
			"no proof": func() error { _, err := h.s.AnswerLink(ctx, s.LinkKey, "", "", surveys.AnswerIn{Score: 9}); return err },
			"wrong score": func() error {
				_, err := h.s.AnswerLink(ctx, s.LinkKey, "", other.Proof, surveys.AnswerIn{Score: 11})
				return err
			},
			"too old": func() error {
				h.clock.Advance(25 * time.Hour)
				_, err := h.s.AnswerLink(ctx, s.LinkKey, "", other.Proof, surveys.AnswerIn{Score: 9})
				return err
			},
		} {
			if err := call(); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		c := h.customer("ann", "ann@x.test")
		ref, err := h.s.Ref(ctx, s, c.ID)
		h.must(err)
		for range 2 { // twice looked at, twice sent: one answer
			f, err := h.s.LookLink(ctx, s.LinkKey, ref, "")
			h.must(err)
			_, err = h.s.AnswerLink(ctx, s.LinkKey, ref, f.Proof, surveys.AnswerIn{Score: 8})
			h.must(err)
		}
		list, err = h.s.CSAT(ctx, 0, h.log.Now()+1)
		h.must(err)
		if len(list) != 3 || list[2].Customer != c.ID && list[1].Customer != c.ID && list[0].Customer != c.ID {
			t.Errorf("answers = %+v", list)
		}
		if _, err := h.s.LookLink(ctx, s.LinkKey, ref+"x", ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a forged person: %v", err)
		}
		if _, err := h.s.LookLink(ctx, s.LinkKey[1:], "", ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a wrong key: %v", err)
		}
		eventstest.Check(t, h.log, nil)
	})
}
