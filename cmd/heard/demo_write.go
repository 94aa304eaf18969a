package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
)

// demoWriter puts a plan into the database as the import of another helpdesk's history.
type demoWriter struct {
	app       *app
	desk      *demoDesk
	plan      *plan
	out       io.Writer
	customers []events.ID
	written   int                    // stories
	about     map[string][]events.ID // tickets by intent
	asking    demoSurveys
}

// write does all of it. online: the agents' times are in the log already.
func (w *demoWriter) write(ctx context.Context, online bool) error {
	begun := time.Now()
	fmt.Fprintf(w.out, "Making up a shop with %d conversations from %s to %s …\n", len(w.plan.Stories),
		w.plan.From.Format("2 January"), w.plan.Until.Format("2 January 2006"))
	if !online {
		if err := w.writeShifts(ctx); err != nil {
			return err
		}
	}
	if err := w.writeCustomers(ctx); err != nil {
		return err
	}
	if err := w.makeSurveys(ctx); err != nil {
		return err
	}
	for part := range slices.Chunk(w.plan.Stories, 250) {
		if err := w.writeStories(ctx, part); err != nil {
			return err
		}
		w.written += len(part)
		w.progress()
	}
	if err := w.recommends(ctx); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "%sWritten in %.1f s. Looking for issues, adding figures up …\n", w.clear(), time.Since(begun).Seconds())
	if err := w.findIssues(ctx); err != nil {
		return err
	}
	if err := w.agree(ctx); err != nil {
		return err
	}
	if err := w.app.afterImport(ctx); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Done in %.1f s.\n", time.Since(begun).Seconds())
	return nil
}

// progress shows on a terminal how far it is.
func (w *demoWriter) progress() {
	if w.clear() != "" {
		fmt.Fprintf(w.out, "%s%d of %d conversations", w.clear(), w.written, len(w.plan.Stories))
	}
}

// clear empties the line of a terminal; "" elsewhere.
func (w *demoWriter) clear() string {
	f, ok := w.out.(*os.File)
	if !ok {
		return ""
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return ""
	}
	return "\r\x1b[K"
}

// writeShifts records when agents were there, so that handling time is real.
func (w *demoWriter) writeShifts(ctx context.Context) error {
	last := map[int]int{}
	for i, s := range w.plan.Shifts {
		last[s.Agent] = i
	}
	unit := events.Unit{By: events.SystemActor, Imported: true, Background: true}
	return w.app.log.Write(ctx, unit, func(_ context.Context, tx *events.Tx) error {
		state := make([]tickets.Availability, len(w.desk.agents))
		turn := func(at time.Time, agent int, to tickets.Availability) {
			from := state[agent]
			if from == "" {
				from = tickets.Offline
			}
			id := w.desk.agents[agent]
			tx.RecordAt(events.TimeOf(at), events.Actor{Kind: events.Agent, ID: id}, 0,
				tickets.AvailabilityChanged{Agent: id, From: from, To: to, Cause: tickets.Chosen})
			state[agent] = to
		}
		for i, s := range w.plan.Shifts {
			turn(s.From, s.Agent, tickets.Online)
			if s.Lunch && last[s.Agent] != i {
				turn(s.To, s.Agent, tickets.Away)
			} else {
				turn(s.To, s.Agent, tickets.Offline)
			}
		}
		tx.Record(0, tickets.SettingChanged{Noun: "demo", Action: demoOnline})
		return nil
	})
}

func (w *demoWriter) writeCustomers(ctx context.Context) error {
	unit := events.Unit{By: events.SystemActor, Imported: true, Background: true}
	for part := range slices.Chunk(w.plan.Customers, 40) {
		var ids []events.ID
		err := w.app.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
			ids = ids[:0] // it may run again
			for _, c := range part {
				made, err := w.app.people.EnsureCustomerTx(ctx, tx, tickets.CustomerIn{Name: c.Name, Email: c.Email})
				if err != nil {
					return err
				}
				ids = append(ids, made.ID)
			}
			return nil
		})
		if err != nil {
			return err
		}
		w.customers = append(w.customers, ids...)
	}
	return nil
}

// history is a story's with the ids of this desk.
func (w *demoWriter) history(s *story) tickets.History {
	h := s.History
	h.Customer = w.customers[h.Customer-1]
	h.Team = w.desk.teams[h.Team-1]
	if h.Inbox == siteInbox {
		h.Inbox = w.desk.site.ID
	} else {
		h.Inbox = w.desk.letters.ID
	}
	h.Steps = slices.Clone(h.Steps)
	for i := range h.Steps {
		step := &h.Steps[i]
		if step.By.Kind == events.Agent {
			step.By.ID = w.agent(step.By.ID)
		}
		step.To.Agent = w.agent(step.To.Agent)
		if step.To.Team != 0 {
			step.To.Team = w.desk.teams[step.To.Team-1]
		}
	}
	return h
}

func (w *demoWriter) agent(place events.ID) events.ID {
	if place == 0 {
		return 0
	}
	return w.desk.agents[place-1]
}

// writeStories writes some histories and what their customers said of them.
func (w *demoWriter) writeStories(ctx context.Context, part []story) error {
	histories := make([]tickets.History, len(part))
	for i := range part {
		histories[i] = w.history(&part[i])
	}
	out, err := w.app.tickets.Import(ctx, histories)
	if err != nil {
		return err
	}
	var past []surveys.Past
	var decided []surveys.PastDecision
	for i, o := range out {
		if o.Err != nil {
			return fmt.Errorf("%s: %w", part[i].ExternalID, o.Err)
		}
		if w.about == nil {
			w.about = map[string][]events.ID{}
		}
		w.about[part[i].Intent] = append(w.about[part[i].Intent], o.Ticket)
		asked, why := w.past(&part[i], o.Ticket)
		decided = append(decided, why)
		if asked != nil {
			past = append(past, *asked)
		}
	}
	if err := w.app.surveys.Import(ctx, past); err != nil {
		return err
	}
	return w.app.surveys.ImportDecisions(ctx, decided)
}
