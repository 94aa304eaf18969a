package surveys_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/tickets/events"
)

// What is told of the decisions is what was decided: every one of them once, whatever the size of the page.
func TestDecisionsAreTold(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx, began := t.Context(), h.log.Now()
		v := h.visitor()
		h.solved(v)
		h.clock.Advance(time.Second)
		h.solved(v) // one is open
		again := h.solved(h.visitor())
		h.reopen(again)
		h.run()
		h.must(h.s.SayMail(ctx, true))
		for i := range 3 {
			h.customer(fmt.Sprint("u", i), fmt.Sprintf("u%d@x.test", i))
		}
		round := h.survey(surveys.Survey{Name: "NPS", Kind: surveys.NPS, Trigger: surveys.OnSchedule, EveryDays: 7, LowScore: 6})
		h.clock.Advance(8 * 24 * time.Hour) // the second round has begun, and its first day is caught up with
		h.must(h.s.AskDue(ctx))
		all := surveys.ToldFilter{From: began, To: h.log.Now() + 1, Limit: 100}
		list, err := h.s.Told(ctx, all)
		h.must(err)
		var lines []string
		for _, d := range list {
			lines = append(lines, fmt.Sprintf("%s %s %v %s", d.Kind, d.Reason, d.Ticket != 0, d.WithdrawnWhy))
			if (d.Round != 0) != (d.Survey == round.ID) || (d.Round != 0) != (d.Ticket == 0) {
				t.Errorf("%+v is neither of a ticket nor of a round", d)
			}
		}
		// Everybody was looked at in both rounds at one moment.
		const want = "nps already_open false |nps asked false |nps already_open false |nps asked false |nps already_open false |nps asked false |csat asked true reopened|csat already_open true |csat asked true "
		if got := strings.Join(lines, "|"); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
		var paged []surveys.Told
		for f := all; ; {
			f.Limit = 2
			page, err := h.s.Told(ctx, f)
			h.must(err)
			if len(page) == 0 {
				break
			}
			paged = append(paged, page...)
			f.After = page[len(page)-1].Place()
		}
		if fmt.Sprint(paged) != fmt.Sprint(list) {
			t.Errorf("by pages: %+v, want %+v", paged, list)
		}
		tallies, err := h.s.Tallies(ctx, all)
		h.must(err)
		if got := fmt.Sprint(tallies); got != "[{asked 5 1} {already_open 4 0}]" {
			t.Errorf("tallies = %s", got)
		}
		mine := all
		mine.Teams, mine.Reason = []events.ID{h.team}, surveys.AlreadyOpen
		if list, err := h.s.Told(ctx, mine); err != nil || len(list) != 1 {
			t.Errorf("of the team: %+v, %v", list, err)
		}
		mine.Teams = []events.ID{}
		if list, err := h.s.Told(ctx, mine); err != nil || len(list) != 0 {
			t.Errorf("of no team: %+v, %v", list, err)
		}
	})
}
