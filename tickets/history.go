package tickets

import (
	"context"
	"fmt"
	"slices"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// History is one conversation that happened elsewhere or earlier. ExternalID is its name there: the same one in the
// same inbox is imported once.
type History struct {
	ExternalID string
	Inbox      events.ID
	Customer   events.ID // as People.Identify gives it
	Channel    Channel
	Subject    string
	Priority   Priority // normal unless set
	Tags       []string
	Fields     map[string]string
	Team       events.ID // the inbox's unless set
	Steps      []Step    // in the order of time; the ticket opens with the first
	// Here: it happened at this desk, whose agents' times online are in the log: what was worked on it is measured, not
	// estimated.
	Here bool
}

// StepKind is what happened in one step of a history.
type StepKind string

const (
	StepMessage StepKind = "message" // By says Body
	StepNote    StepKind = "note"    // By notes Body
	StepAssign  StepKind = "assign"  // To gets it
	StepHandoff StepKind = "handoff" // it goes on to To, for Reason, with Body as a note if there is one
	StepPending StepKind = "pending"
	StepResolve StepKind = "resolve"
	StepReopen  StepKind = "reopen"
	StepEnd     StepKind = "end"   // the customer ends the chat
	StepLeave   StepKind = "leave" // the customer was last seen, before any human answer
	StepSpam    StepKind = "spam"
	StepTell    StepKind = "tell" // Tell says what happened, in the words of another package
)

// Step is one thing that happened. By of a customer needs no id: it is the history's customer.
type Step struct {
	At     events.Time
	Kind   StepKind
	By     events.Actor
	Body   string
	To     To
	Reason string
	// Tell of a StepTell gets the ticket's events so far. It may run more than once.
	Tell func(before []events.Event) []events.Change `json:"-"`
}

// HandlingMinutes is the field in which a history keeps the minutes of work that its source measured.
const HandlingMinutes = "handling_minutes"

// Limits of one history.
const (
	maxSteps      = 2000
	maxStepsAUnit = 200 // about how much one unit writes, so that chat beside an import waits for milliseconds only
)

// ImportOut is what became of one history.
type ImportOut struct {
	Ticket   events.ID
	Repeated bool           // it was there before; nothing was written
	Err      error          // why it was not written: a fault
	Events   []events.Event // what ImportTx recorded, in order
}

// Validate says what is wrong with a history, naming each field ("steps[3].body").
func (h *History) Validate(now events.Time) error {
	c := new(checker)
	h.ExternalID = c.exact("external_id", h.ExternalID, maxExternal)
	if h.ExternalID == "" {
		c.wrong.Add("external_id", "must not be empty")
	}
	h.Subject = c.line("subject", h.Subject, 0, maxSubject)
	h.Fields = c.ticketFields(h.Fields)
	oneOf(c, "channel", h.Channel, Chat, API, Email)
	if h.Priority != "" {
		oneOf(c, "priority", h.Priority, Low, Normal, High, Urgent)
	}
	if h.Inbox == 0 {
		c.wrong.Add("inbox", "must be given")
	}
	if h.Customer == 0 {
		c.wrong.Add("customer", "must be given")
	}
	h.Tags = c.tags(h.Tags)
	if len(h.Steps) == 0 || len(h.Steps) > maxSteps {
		c.wrong.Add("steps", fmt.Sprintf("must be 1 to %d", maxSteps))
	}
	h.Steps = slices.Clone(h.Steps)
	before := events.Time(1)
	for i := range h.Steps {
		s := &h.Steps[i]
		field := fmt.Sprintf("steps[%d]", i)
		if s.At < before || s.At > now {
			c.wrong.Add(field+".at", "must not be before the step before it, nor in the future")
		}
		before = max(before, s.At)
		s.validate(c, field, h.Customer)
	}
	return c.wrong.Err()
}

func (c *checker) tags(in []string) []string {
	if len(in) > maxTags {
		c.wrong.Add("tags", fmt.Sprintf("must be at most %d", maxTags))
		return nil
	}
	out := make([]string, 0, len(in))
	for i, tag := range in {
		clean, err := CleanTag(tag)
		if err != nil {
			c.wrong.Add(fmt.Sprintf("tags[%d]", i), fault.Of(err).Fields[0].Detail)
		}
		out = append(out, clean)
	}
	return out
}

func (s *Step) validate(c *checker, field string, customer events.ID) {
	switch s.By.Kind {
	case events.Customer:
		s.By.ID = customer
	case events.Agent:
		if s.By.ID == 0 {
			c.wrong.Add(field+".by", "must name the agent")
		}
	case events.Bot, events.Automation, events.System:
	default:
		c.wrong.Add(field+".by", "must be a customer, an agent, a bot, an automation or the system")
	}
	switch s.Kind {
	case StepMessage, StepNote:
		m := NewMessage{Body: s.Body}
		if err := m.validateContent(field + "."); err != nil {
			c.wrong.Add(field+".body", fault.Of(err).Detail)
		}
		if s.Kind == StepNote && s.By.Kind == events.Customer {
			c.wrong.Add(field+".by", "must not be a customer")
		}
	case StepAssign, StepHandoff:
		if s.To.validate() != nil {
			c.wrong.Add(field+".to", "must name an agent or a team, and not both")
		}
		if s.Kind == StepHandoff {
			s.Reason = c.line(field+".reason", s.Reason, 1, maxKey)
			s.Body = c.text(field+".body", s.Body, maxNote)
		}
	case StepTell:
		if s.Tell == nil {
			c.wrong.Add(field+".tell", "must be given")
		}
	case StepPending, StepResolve, StepReopen, StepEnd, StepLeave, StepSpam:
	default:
		c.wrong.Add(field+".kind", "is not known")
	}
}

// Import writes histories as if they had happened here, each at its own times, and answers for each. What was
// imported before stays as it is; a bad one stops nothing. An error is the database's: those before it are written.
func (s *Store) Import(ctx context.Context, list []History) ([]ImportOut, error) {
	now := s.log.Now()
	out := make([]ImportOut, len(list))
	var good []History
	var place []int // of each good one in list
	for i, h := range list {
		if out[i].Err = h.Validate(now); out[i].Err == nil {
			good, place = append(good, h), append(place, i)
		}
	}
	for len(good) > 0 {
		n, steps := 0, 0
		for n < len(good) && (n == 0 || steps+len(good[n].Steps) <= maxStepsAUnit) {
			steps += len(good[n].Steps)
			n++
		}
		part, err := s.importEach(ctx, good[:n])
		if err != nil {
			return out, err
		}
		for i, o := range part {
			out[place[i]] = o
		}
		good, place = good[n:], place[n:]
	}
	return out, nil
}

// importEach writes some histories in one unit, or in one each when one of them is refused.
func (s *Store) importEach(ctx context.Context, list []History) ([]ImportOut, error) {
	out, err := s.importSome(ctx, list)
	switch kind := fault.KindOf(err); {
	case kind == "" || kind == fault.Internal || kind == fault.Unavailable:
		return out, err
	case len(list) == 1:
		return []ImportOut{{Err: err}}, nil
	}
	out = nil
	for i := range list {
		one, err := s.importEach(ctx, list[i:i+1])
		if err != nil {
			return out, err
		}
		out = append(out, one...)
	}
	return out, nil
}

func (s *Store) importSome(ctx context.Context, list []History) (out []ImportOut, err error) {
	u := events.Unit{By: events.SystemActor, Imported: true, Background: true}
	err = s.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
		out, err = ImportTx(ctx, tx, list)
		return err
	})
	for i := range out {
		out[i].Events = nil // the unit's, and large
	}
	return out, err
}
