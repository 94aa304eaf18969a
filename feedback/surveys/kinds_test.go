package surveys_test

import (
	"slices"
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/fault"
)

func TestTheMostSpecificSurveyIsAsked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		brand := "Acme"
		_, err := h.people.ChangeInbox(ctx, h.agent, h.inbox.ID, tickets.InboxPatch{Brand: &brand})
		h.must(err)
		ask := func() (kind string, scale int) {
			h.t.Helper()
			id := h.solved(h.visitor())
			h.wantReasons("resolved", id, surveys.Asked)
			list, err := h.s.Of(ctx, id)
			h.must(err)
			if list[0].Brand != "Acme" || list[0].Touchpoint != "support" || list[0].Channel != tickets.Chat {
				t.Errorf("survey = %+v", list[0])
			}
			return list[0].Kind, list[0].Scale
		}
		want := func(what, kind string, scale int) {
			t.Helper()
			if k, n := ask(); k != kind || n != scale {
				t.Errorf("%s: asked %s to %d, want %s to %d", what, k, n, kind, scale)
			}
		}
		want("nothing set up", surveys.CSAT, 5)
		off := tickets.InboxPatch{CSAT: &tickets.CSATPolicy{}}
		_, err = h.people.ChangeInbox(ctx, h.agent, h.inbox.ID, off)
		h.must(err)
		general := h.survey(surveys.Survey{Name: "General", Kind: surveys.CSAT, High: 10, Trigger: surveys.OnResolve})
		want("for everything, whatever the inbox says", surveys.CSAT, 10)
		h.survey(surveys.Survey{Name: "Mail", Kind: surveys.NPS, Trigger: surveys.OnResolve, Channel: tickets.Email})
		want("another channel", surveys.CSAT, 10)
		h.survey(surveys.Survey{Name: "Second", Kind: surveys.NPS, Trigger: surveys.OnResolve, Position: 2, Brand: "acme"})
		ces := h.survey(surveys.Survey{Name: "First", Kind: surveys.CES, Trigger: surveys.OnResolve, Position: 1, Touchpoint: "support"})
		want("equally specific: the first in order", surveys.CES, 7)
		h.survey(surveys.Survey{Name: "Both", Kind: surveys.NPS, Trigger: surveys.OnResolve, Position: 9, Brand: "Acme", InboxID: h.inbox.ID})
		want("more conditions", surveys.NPS, 10)
		yes := true
		for _, id := range []events.ID{ces.ID, general.ID} {
			_, err = h.s.Change(ctx, h.agent, id, surveys.Patch{Disabled: &yes})
			h.must(err)
		}
		h.survey(surveys.Survey{Name: "German", Kind: surveys.CES, Trigger: surveys.OnResolve, Language: "de", Brand: "Acme", InboxID: h.inbox.ID})
		want("another language", surveys.NPS, 10)
		out, err := h.people.StartVisitor(ctx, tickets.StartIn{Inbox: h.inbox.Key, Language: "de-AT,de;q=0.9"})
		h.must(err)
		list, err := h.s.Of(ctx, h.solved(out.Visitor))
		h.must(err)
		if len(list) != 1 || list[0].Kind != surveys.CES || list[0].Language != "de-AT" {
			t.Errorf("a German browser was asked %+v", list)
		}
		eventstest.Check(t, h.log, nil)
	})
}

func TestScalesAndQuestions(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.survey(surveys.Survey{Name: "NPS", Kind: surveys.NPS, Trigger: surveys.OnResolve, LowScore: 6, Texts: surveys.Texts{
			Question: surveys.Text{"en": "Would you recommend us?", "de": "Würden Sie uns empfehlen?"},
			Reasons:  []surveys.Choice{{Key: "slow", Text: surveys.Text{"en": "Slow"}}, {Key: "kind", Text: surveys.Text{"en": "Kind"}}},
			Questions: []surveys.Ask{{Key: "plan", Type: surveys.AskChoice, Text: surveys.Text{"en": "Plan?"}, Choices: []surveys.Choice{
				{Key: "free", Text: surveys.Text{"en": "Free"}}, {Key: "pro", Text: surveys.Text{"en": "Pro"}}}},
				{Key: "more", Type: surveys.AskText, Text: surveys.Text{"en": "More?"}},
				{Key: "speed", Type: surveys.AskScale, High: 5, Text: surveys.Text{"en": "Speed?"}}},
		}})
		id := h.solved(h.visitor())
		token := h.token(id)
		f, err := h.s.Look(ctx, token)
		h.must(err)
		if f.Scale != [2]int{0, 10} || f.Question != "Would you recommend us?" || len(f.Reasons) != 2 || len(f.Questions) != 3 || f.Score != -1 {
			t.Fatalf("form = %+v", f)
		}
		for _, tt := range []struct {
			in    surveys.AnswerIn
			field string
		}{
			{surveys.AnswerIn{Score: -1}, "score"},
			{surveys.AnswerIn{Score: 11}, "score"},
			{surveys.AnswerIn{Score: 3, Reasons: &[]string{"other"}}, "reasons[0]"},
			{surveys.AnswerIn{Score: 3, Answers: map[string]string{"plan": "gold"}}, "answers.plan"},
			{surveys.AnswerIn{Score: 3, Answers: map[string]string{"speed": "6"}}, "answers.speed"},
			{surveys.AnswerIn{Score: 3, Answers: map[string]string{"else": "6"}}, "answers"},
			{surveys.AnswerIn{Score: 3, Answers: map[string]string{"more": "a\x00"}}, "answers.more"},
		} {
			_, err := h.s.Answer(ctx, token, tt.in)
			if fields := fault.Of(err).Wrong(); len(fields) != 1 || fields[0].Field != tt.field {
				t.Errorf("%+v: %v, want field %s", tt.in, fields, tt.field)
			}
		}
		h.wantKinds(id, "decided", "asked")
		good := surveys.AnswerIn{Score: 0, Via: surveys.ByMail, Reasons: &[]string{"slow", "kind", "slow"}, Answers: map[string]string{"plan": "pro", "more": " yes ", "speed": "5"}}
		for range 2 {
			out, err := h.s.Answer(ctx, token, good)
			h.must(err)
			if !slices.Equal(out.Reasons, []string{"kind", "slow"}) || out.Answers["more"] != "yes" {
				t.Errorf("kept %+v", out)
			}
		}
		h.wantKinds(id, "decided", "asked", "answered", "follow_up_opened")
		list, err := h.s.Answers(ctx, surveys.NPS, 0, h.log.Now()+1)
		h.must(err)
		if len(list) != 1 || list[0].Score != 0 || list[0].Scale != 10 || list[0].Via != surveys.ByMail || !slices.Equal(list[0].Reasons, []string{"kind", "slow"}) {
			t.Errorf("answers = %+v", list)
		}
		if csat, err := h.s.CSAT(ctx, 0, h.log.Now()+1); err != nil || len(csat) != 0 {
			t.Errorf("csat = %+v, %v", csat, err)
		}
		if f, err := h.s.Look(ctx, token); err != nil || f.Score != 0 || f.Chosen["plan"] != "pro" || f.Chosen["more"] != "" {
			t.Errorf("afterwards the form shows %+v, %v", f, err)
		}
		if _, err := h.s.Answer(ctx, token, surveys.AnswerIn{Score: 9}); err != nil {
			t.Error(err)
		}
		h.wantKinds(id, "decided", "asked", "answered", "follow_up_opened", "answered", "follow_up_done")
	})
}

func TestDefinitionsAreChecked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		good := surveys.Survey{Name: "A", Kind: surveys.NPS, Trigger: surveys.OnResolve, LowScore: 6}
		text := func(s string) surveys.Text { return surveys.Text{"en": s} }
		for field, change := range map[string]func(*surveys.Survey){
			"name":                  func(s *surveys.Survey) { s.Name = " " },
			"kind":                  func(s *surveys.Survey) { s.Kind = "x" },
			"high":                  func(s *surveys.Survey) { s.High = 5 },
			"trigger":               func(s *surveys.Survey) { s.Trigger = "" },
			"touchpoint":            func(s *surveys.Survey) { s.Touchpoint = "moon" },
			"language":              func(s *surveys.Survey) { s.Language = "german" },
			"channel":               func(s *surveys.Survey) { s.Channel = "fax" },
			"inbox":                 func(s *surveys.Survey) { s.InboxID = 99 },
			"share":                 func(s *surveys.Survey) { s.Share = 101 },
			"mail_delay_s":          func(s *surveys.Survey) { s.MailDelayS = -1 },
			"remind_days":           func(s *surveys.Survey) { s.RemindDays = 22 },
			"low_score":             func(s *surveys.Survey) { s.LowScore = 10 },
			"every_days":            func(s *surveys.Survey) { s.EveryDays = 30 },
			"segment":               func(s *surveys.Survey) { s.Segment.Tag = "vip" },
			"texts.question.en":     func(s *surveys.Survey) { s.Texts.Question = text("a\x01") },
			"texts.low.en":          func(s *surveys.Survey) { s.Texts.Low = text(" ") },
			"texts.question":        func(s *surveys.Survey) { s.Texts.Question = surveys.Text{"english!": "a"} },
			"texts.high":            func(s *surveys.Survey) { s.Texts.High = surveys.Text{"xx": "a"} },
			"brand":                 func(s *surveys.Survey) { s.Brand = "Nobody's" },
			"segment.tag":           func(s *surveys.Survey) { s.Trigger, s.EveryDays, s.Segment.Tag = "schedule", 30, "nosuchtag" },
			"segment.value":         func(s *surveys.Survey) { s.Trigger, s.EveryDays, s.Segment.Attribute = "schedule", 30, "plan" },
			"texts.reasons[1].key":  func(s *surveys.Survey) { s.Texts.Reasons = []surveys.Choice{{"a", text("a")}, {"a", text("b")}} },
			"texts.reasons[0].text": func(s *surveys.Survey) { s.Texts.Reasons = []surveys.Choice{{"a", nil}} },
			"texts.questions":       func(s *surveys.Survey) { s.Texts.Questions = make([]surveys.Ask, 6) },
			"texts.questions[0].choices": func(s *surveys.Survey) {
				s.Texts.Questions = []surveys.Ask{{Key: "a", Type: "choice", Text: text("a")}}
			},
			"texts.questions[0].high": func(s *surveys.Survey) {
				s.Texts.Questions = []surveys.Ask{{Key: "a", Type: "scale", Text: text("a"), High: 11}}
			},
			"texts.questions[0].type":     func(s *surveys.Survey) { s.Texts.Questions = []surveys.Ask{{Key: "a", Type: "b", Text: text("a")}} },
			"segment.contact_within_days": func(s *surveys.Survey) { s.Trigger, s.EveryDays, s.Segment.ContactWithinDays = "schedule", 30, -1 },
			"segment.attribute":           func(s *surveys.Survey) { s.Trigger, s.EveryDays, s.Segment.Value = "schedule", 30, "x" },
			"segment.organization":        func(s *surveys.Survey) { s.Trigger, s.EveryDays, s.Segment.OrganizationID = "schedule", 30, 7 },
		} {
			bad := good
			change(&bad)
			_, err := h.s.Create(t.Context(), h.agent, bad)
			if fields := fault.Of(err).Wrong(); len(fields) != 1 || fields[0].Field != field {
				t.Errorf("%s: %v, want that field and no other", field, fields)
			}
		}
		if list, err := h.s.Surveys(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("bad definitions left %+v, %v", list, err)
		}
	})
}

func TestAutomaticClosesSpamAndOptOut(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		spam := h.chat(h.visitor())
		h.reply(h.agent, spam)
		_, err := h.store.MarkSpam(ctx, h.agent, spam, true)
		h.must(err)
		h.run()
		h.wantReasons("spam", spam, surveys.Spam)

		v := h.visitor()
		asked := h.solved(v)
		token := h.token(asked)
		_, err = h.store.MarkSpam(ctx, h.agent, asked, true)
		h.must(err)
		h.run()
		h.wantKinds(asked, "decided", "asked", "withdrawn")
		h.answer(token, 5, "", fault.Closed)

		v = h.visitor()
		asked = h.solved(v)
		yes := true
		_, err = h.people.ChangeCustomer(ctx, h.agent, v.CustomerID, tickets.CustomerPatch{Blocked: &yes})
		h.must(err)
		h.run()
		h.wantKinds(asked, "decided", "asked", "withdrawn")

		a, b := h.visitor(), h.visitor()
		first, second := h.solved(a), h.solved(b)
		_, err = h.people.MergeCustomers(ctx, h.agent, b.CustomerID, a.CustomerID)
		h.must(err)
		h.run()
		h.wantKinds(first, "decided", "asked")
		h.wantKinds(second, "decided", "asked", "withdrawn")
		eventstest.Check(t, h.log, nil)
	})
}

func TestFollowUpsGoToALead(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		low := func() *surveys.FollowUp {
			t.Helper()
			h.answer(h.token(h.solved(h.visitor())), 2, "", "")
			list, _, err := h.s.FollowUps(ctx, surveys.FollowUpFilter{Limit: 1})
			h.must(err)
			return &list[0]
		}
		if f := low(); f.AssigneeID != 0 || f.TeamID != h.team || f.Status != surveys.FollowUpOpen || f.Score != 2 || f.High != 5 {
			t.Errorf("without a lead = %+v", f)
		}
		var leads []events.ID
		for _, email := range []string{"l1@x.test", "l2@x.test"} {
			a, err := h.people.CreateAgent(ctx, events.SystemActor, tickets.AgentIn{Email: email, Name: "Lead", Role: tickets.RoleLead, Teams: []events.ID{h.team}})
			h.must(err)
			leads = append(leads, a.ID)
		}
		one, two := low(), low()
		if got := []events.ID{one.AssigneeID, two.AssigneeID}; !slices.Equal(got, leads) {
			t.Errorf("two went to %v, want %v", got, leads)
		}
		done, word := surveys.FollowUpDone, "solved"
		if _, err := h.s.ChangeFollowUp(ctx, h.agent, one.ID, surveys.FollowUpPatch{Status: &done}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("done without an outcome: %v", err)
		}
		if _, err := h.s.ChangeFollowUp(ctx, h.agent, one.ID, surveys.FollowUpPatch{Assignee: &h.agent.ID}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("given to an agent: %v", err)
		}
		f, err := h.s.ChangeFollowUp(ctx, h.agent, one.ID, surveys.FollowUpPatch{Status: &done, Outcome: &word})
		h.must(err)
		if f.DoneAt == 0 || f.DoneBy != h.agent.ID {
			t.Errorf("done = %+v", f)
		}
		h.wantKinds(one.TicketID, "decided", "asked", "answered", "follow_up_opened", "follow_up_done")
		list, _, err := h.s.FollowUps(ctx, surveys.FollowUpFilter{Status: surveys.FollowUpOpen, Teams: []events.ID{h.team}, Limit: 10})
		h.must(err)
		if none, _, err := h.s.FollowUps(ctx, surveys.FollowUpFilter{Teams: []events.ID{}, Limit: 10}); err != nil || len(none) != 0 || len(list) != 2 {
			t.Errorf("open = %d, of no team = %d, %v", len(list), len(none), err)
		}
	})
}

func TestWhoAnsweredAgainstWhoWasAsked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		for i := range 24 {
			v := h.visitor()
			id := h.chat(v)
			wait := time.Minute
			if i%2 == 0 {
				wait = 2 * time.Hour
			}
			h.clock.Advance(wait)
			h.reply(h.agent, id)
			h.resolve(id)
			h.run()
			if i%2 == 1 {
				h.answer(h.token(id), 5, "", "")
			}
		}
		asked, err := h.s.Asked(t.Context(), 0, h.log.Now()+1)
		h.must(err)
		got := map[string]surveys.Turnout{}
		for _, o := range surveys.Turnouts(asked) {
			got[o.By+" "+o.Group] = o
		}
		fast, slow, chat := got["wait under_5m"], got["wait 1h_to_8h"], got["channel chat"]
		if len(asked) != 24 || fast.Rate.Hits != 12 || fast.Rate.N != 12 || slow.Rate.Hits != 0 || slow.Rate.N != 12 || chat.Rate.N != 24 {
			t.Errorf("turnouts = %+v", got)
		}
		if fast.Against.Verdict != "up" || slow.Against.Verdict != "down" || chat.Against.Verdict != "not_enough_data" {
			t.Errorf("verdicts = %s, %s, %s", fast.Against.Verdict, slow.Against.Verdict, chat.Against.Verdict)
		}
		if fast.Interval.Low < 0.7 || fast.Interval.High < 0.99 {
			t.Errorf("interval = %+v", fast.Interval)
		}
	})
}
