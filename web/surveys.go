package web

import (
	"context"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// surveyRoutes are what the business asks, whom it asked, and what low scores ask of leads.
func (s *Server) surveyRoutes() []route {
	all, one := "/api/v1/surveys", "/api/v1/surveys/{id}"
	follow := "/api/v1/follow-ups"
	return []route{
		{"GET", all, agent(tickets.SurveyRead), perRead, op("List surveys, in the order in which they are tried", s.listSurveys)},
		{"POST", all, agent(tickets.SurveyWrite), perWrite, op("Add a survey", s.createSurvey)},
		{"GET", one, agent(tickets.SurveyRead), perRead, op("One survey", s.getSurvey)},
		{"PATCH", one, agent(tickets.SurveyWrite), perWrite, op("Change a survey; its kind, scale and trigger stay", s.patchSurvey).repeatable()},
		{"GET", one + "/qr.svg", agent(tickets.SurveyRead), perRead, op("The survey's public link as a QR code", s.surveyQR)},
		{"POST", one + "/links", agent(tickets.SurveyWrite), perWrite, op("Make a link on which one customer answers", s.linkSurvey).once()},
		{"GET", one + "/decisions", agent(tickets.SurveyDecisionRead), perRead, op("Who was asked in the rounds of a scheduled survey, and why not", s.surveyDecisions)},
		{"GET", all + "/decisions", agent(tickets.SurveyDecisionRead), perRead, op("Why people were asked, or not, newest first", s.listDecisions)},
		{"GET", all + "/turnout", agent(tickets.SurveyRead), perRead, op("Who answered against who was asked", s.surveyTurnout)},
		{"GET", "/api/v1/tickets/{id}/surveys", agent(tickets.SurveyDecisionRead), perRead, op("Why a ticket's customer was asked, or not, and what came back", s.ticketSurveys)},
		{"GET", follow, agent(tickets.FollowUpRead), perRead, op("List follow-ups of low scores, newest first", s.listFollowUps)},
		{"GET", follow + "/{id}", agent(tickets.FollowUpRead), perRead, op("One follow-up", s.getFollowUp)},
		{"PATCH", follow + "/{id}", agent(tickets.FollowUpWrite), perWrite, op("Give a follow-up to a lead, or end it", s.patchFollowUp).repeatable()},
	}
}

type wireSegmentOf struct {
	Organization      events.ID `json:"organization,omitempty"`
	Tag               string    `json:"tag,omitempty" doc:"On one of the person's tickets"`
	Attribute         string    `json:"attribute,omitempty"`
	Value             string    `json:"value,omitempty"`
	ContactWithinDays int       `json:"contact_within_days,omitempty" doc:"The person wrote in the last so many days"`
}

type wireChoice struct {
	Key  string            `json:"key"`
	Text map[string]string `json:"text" doc:"By language tag"`
}

type wireAsk struct {
	Key     string            `json:"key"`
	Type    string            `json:"type" enum:"text,choice,scale"`
	Text    map[string]string `json:"text"`
	Choices []wireChoice      `json:"choices,omitempty"`
	High    int               `json:"high,omitempty" doc:"The best answer of a scale that begins at 1"`
}

type wireSurveyTexts struct {
	Question  map[string]string `json:"question,omitempty" doc:"By language tag; Heard's own words where there are none"`
	Low       map[string]string `json:"low,omitempty" doc:"At the worst end of the scale"`
	High      map[string]string `json:"high,omitempty" doc:"At the best end"`
	Reason    map[string]string `json:"reason,omitempty" doc:"Before the reasons"`
	Reasons   []wireChoice      `json:"reasons,omitempty"`
	Questions []wireAsk         `json:"questions,omitempty" doc:"Up to five of the survey's own"`
}

type wireSurveyDefinition struct {
	ID         events.ID       `json:"id"`
	Name       string          `json:"name"`
	Kind       string          `json:"kind"`
	High       int             `json:"high" doc:"The best score"`
	Trigger    string          `json:"trigger"`
	Inbox      events.ID       `json:"inbox" doc:"Conditions that are empty match anything"`
	Brand      string          `json:"brand"`
	Touchpoint string          `json:"touchpoint"`
	Language   string          `json:"language"`
	Channel    tickets.Channel `json:"channel"`
	Position   int             `json:"position"`
	Share      int             `json:"share" doc:"Of 100, so many are asked"`
	MailDelayS int64           `json:"mail_delay_s"`
	RemindDays int             `json:"remind_days" doc:"0: nobody is reminded"`
	LowScore   int             `json:"low_score" doc:"Scores up to here ask for a follow-up; -1: none does"`
	EveryDays  int             `json:"every_days"`
	Segment    wireSegmentOf   `json:"segment"`
	Texts      wireSurveyTexts `json:"texts"`
	Link       string          `json:"link" doc:"The public address of a survey with the trigger link"`
	Disabled   bool            `json:"disabled"`
	CreatedAt  events.Time     `json:"created_at"`
	UpdatedAt  events.Time     `json:"updated_at"`
}

func (s *Server) definitionWire(d *surveys.Survey) wireSurveyDefinition {
	w := wireSurveyDefinition{ID: d.ID, Name: d.Name, Kind: d.Kind, High: d.High, Trigger: d.Trigger, Inbox: d.InboxID, Brand: d.Brand,
		Touchpoint: d.Touchpoint, Language: d.Language, Channel: d.Channel, Position: d.Position, Share: d.Share, MailDelayS: d.MailDelayS,
		RemindDays: d.RemindDays, LowScore: d.LowScore, EveryDays: d.EveryDays, Segment: whoWire(d.Segment), Texts: textsWire(d.Texts),
		Disabled: d.DisabledAt != 0, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt}
	if d.LinkKey != "" {
		w.Link = s.site.url("/s/" + d.LinkKey)
	}
	return w
}

func whoWire(g surveys.Segment) wireSegmentOf {
	return wireSegmentOf{g.OrganizationID, g.Tag, g.Attribute, g.Value, g.ContactWithinDays}
}

func (w *wireSegmentOf) segment() *surveys.Segment {
	if w == nil {
		return nil
	}
	return &surveys.Segment{OrganizationID: w.Organization, Tag: w.Tag, Attribute: w.Attribute, Value: w.Value, ContactWithinDays: w.ContactWithinDays}
}

func textsWire(t surveys.Texts) wireSurveyTexts {
	w := wireSurveyTexts{Question: t.Question, Low: t.Low, High: t.High, Reason: t.Reason, Reasons: choicesWire(t.Reasons)}
	for _, q := range t.Questions {
		w.Questions = append(w.Questions, wireAsk{q.Key, q.Type, q.Text, choicesWire(q.Choices), q.High})
	}
	return w
}

func choicesWire(in []surveys.Choice) []wireChoice {
	var out []wireChoice
	for _, c := range in {
		out = append(out, wireChoice{c.Key, c.Text})
	}
	return out
}

func (w *wireSurveyTexts) texts() *surveys.Texts {
	if w == nil {
		return nil
	}
	t := &surveys.Texts{Question: w.Question, Low: w.Low, High: w.High, Reason: w.Reason, Reasons: choicesOf(w.Reasons)}
	for _, q := range w.Questions {
		t.Questions = append(t.Questions, surveys.Ask{Key: q.Key, Type: q.Type, Text: q.Text, Choices: choicesOf(q.Choices), High: q.High})
	}
	return t
}

func choicesOf(in []wireChoice) []surveys.Choice {
	var out []surveys.Choice
	for _, c := range in {
		out = append(out, surveys.Choice{Key: c.Key, Text: c.Text})
	}
	return out
}

func (s *Server) listSurveys(ctx context.Context, _ *struct{}) (*answer[list[wireSurveyDefinition]], error) {
	rows, err := s.surveys.Surveys(ctx)
	if err != nil {
		return nil, err
	}
	return ok(items(each(rows, s.definitionWire), ""), nil)
}

func (s *Server) getSurvey(ctx context.Context, in *getID) (*answer[wireSurveyDefinition], error) {
	d, err := s.surveys.Survey(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return ok(s.definitionWire(d), nil)
}

func (s *Server) createSurvey(ctx context.Context, in *struct {
	Body struct {
		Name       string           `json:"name"`
		Kind       string           `json:"kind" enum:"csat,nps,ces"`
		High       int              `json:"high,omitempty" doc:"csat: 5 or 10; nps: 10; ces: 7"`
		Trigger    string           `json:"trigger" enum:"resolved,schedule,link"`
		Inbox      events.ID        `json:"inbox,omitempty"`
		Brand      string           `json:"brand,omitempty"`
		Touchpoint string           `json:"touchpoint,omitempty"`
		Language   string           `json:"language,omitempty"`
		Channel    tickets.Channel  `json:"channel,omitempty"`
		Position   int              `json:"position,omitempty"`
		Share      *int             `json:"share,omitempty" doc:"100 unless set"`
		MailDelayS *int64           `json:"mail_delay_s,omitempty" doc:"An hour unless set"`
		RemindDays int              `json:"remind_days,omitempty"`
		LowScore   *int             `json:"low_score,omitempty" doc:"The usual one of the kind unless set; -1: no follow-ups"`
		EveryDays  int              `json:"every_days,omitempty"`
		Segment    *wireSegmentOf   `json:"segment,omitempty"`
		Texts      *wireSurveyTexts `json:"texts,omitempty"`
	}
}) (*made[wireSurveyDefinition], error) {
	b := in.Body
	d := surveys.Survey{Name: b.Name, Kind: b.Kind, High: b.High, Trigger: b.Trigger, InboxID: b.Inbox, Brand: b.Brand, Touchpoint: b.Touchpoint,
		Language: b.Language, Channel: b.Channel, Position: b.Position, RemindDays: b.RemindDays, EveryDays: b.EveryDays,
		Share: 100, MailDelayS: surveys.UsualDelay, LowScore: surveys.UsualLow(b.Kind, b.High)}
	if b.High == 0 {
		d.LowScore = surveys.UsualLow(b.Kind, surveys.UsualHigh(b.Kind))
	}
	if b.Share != nil {
		d.Share = *b.Share
		if d.Share == 0 {
			return nil, fault.On("share", "must be between 1 and 100")
		}
	}
	if b.MailDelayS != nil {
		d.MailDelayS = *b.MailDelayS
	}
	if b.LowScore != nil {
		d.LowScore = *b.LowScore
	}
	if b.Segment != nil {
		d.Segment = *b.Segment.segment()
	}
	if b.Texts != nil {
		d.Texts = *b.Texts.texts()
	}
	made, err := s.surveys.Create(ctx, callerOf(ctx).actor(), d)
	if err != nil {
		return nil, err
	}
	return created(s.definitionWire(made), nil)
}

func (s *Server) patchSurvey(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name       *string             `json:"name,omitempty"`
		Inbox      optional[events.ID] `json:"inbox,omitempty"`
		Brand      *string             `json:"brand,omitempty"`
		Touchpoint *string             `json:"touchpoint,omitempty"`
		Language   *string             `json:"language,omitempty"`
		Channel    *tickets.Channel    `json:"channel,omitempty"`
		Position   *int                `json:"position,omitempty"`
		Share      *int                `json:"share,omitempty"`
		MailDelayS *int64              `json:"mail_delay_s,omitempty"`
		RemindDays *int                `json:"remind_days,omitempty"`
		LowScore   *int                `json:"low_score,omitempty"`
		EveryDays  *int                `json:"every_days,omitempty"`
		Segment    *wireSegmentOf      `json:"segment,omitempty" doc:"Replaces all"`
		Texts      *wireSurveyTexts    `json:"texts,omitempty" doc:"Replaces all"`
		Disabled   *bool               `json:"disabled,omitempty"`
	}
}) (*answer[wireSurveyDefinition], error) {
	b := in.Body
	d, err := s.surveys.Change(ctx, callerOf(ctx).actor(), in.ID.ID, surveys.Patch{Name: b.Name, InboxID: b.Inbox.given(), Brand: b.Brand,
		Touchpoint: b.Touchpoint, Language: b.Language, Channel: b.Channel, Position: b.Position, Share: b.Share, MailDelayS: b.MailDelayS,
		RemindDays: b.RemindDays, LowScore: b.LowScore, EveryDays: b.EveryDays, Segment: b.Segment.segment(), Texts: b.Texts.texts(), Disabled: b.Disabled})
	if err != nil {
		return nil, err
	}
	return ok(s.definitionWire(d), nil)
}
