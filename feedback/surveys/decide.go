package surveys

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
)

// consumerName is the name of the cursor, stable for ever.
const consumerName = "surveys"

// Consumer decides after every resolve, and takes surveys back when what they are about has changed. It stops rather
// than miss one.
func (s *Store) Consumer() events.Consumer {
	return events.Consumer{
		Name: consumerName,
		Kinds: []string{tickets.StatusChanged{}.EventKind(), tickets.SpamMarked{}.EventKind(), tickets.CustomerMerged{}.EventKind(),
			tickets.SettingChanged{}.EventKind()},
		Locks:  true,
		Handle: s.handle,
		Stops:  true,
	}
}

func (s *Store) handle(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	d := decider{s: s, tx: tx}
	for _, e := range evs { // a copy: decoding keeps its result in the event, and these are shared
		change, err := s.log.Decode(&e)
		if err != nil {
			return err
		}
		switch c := change.(type) {
		case tickets.StatusChanged:
			err = d.statusChanged(ctx, &e, c)
		case tickets.SpamMarked:
			if c.Spam {
				err = d.withdraw(ctx, Spam, "ticket_id = ?", e.TicketID)
			}
		case tickets.CustomerMerged:
			err = d.merged(ctx, c)
		case tickets.SettingChanged:
			if c.TouchesBlocks() {
				err = d.blocked(ctx, c.ID)
			}
		default:
			return fmt.Errorf("event %d is a %T, and nobody asked for that", e.Pos, change)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decider decides on the events of one call of the consumer.
type decider struct {
	s    *Store
	tx   *events.Tx
	desk *desk // read once it is needed
}

// desk is what decisions depend on beside the ticket and the person.
type desk struct {
	snap *tickets.Snapshot
	defs []Survey
	mail bool
}

func (d *decider) read(ctx context.Context) (*desk, error) {
	if d.desk != nil {
		return d.desk, nil
	}
	out, err := d.s.desk(ctx, d.tx)
	if err == nil {
		d.desk = out
	}
	return out, err
}

func (s *Store) desk(ctx context.Context, tx *events.Tx) (*desk, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := &desk{snap: snap}
	if err := tx.NewSelect().Model(&out.defs).Where("disabled_at = 0").OrderExpr("position, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read surveys: %w", err)
	}
	out.mail, err = s.mails(ctx, tx)
	return out, err
}

func (d *decider) statusChanged(ctx context.Context, e *events.Event, c tickets.StatusChanged) error {
	switch {
	case c.To == tickets.Resolved:
		return d.resolved(ctx, e, c)
	case c.From == tickets.Resolved && c.To != tickets.Closed: // what a later resolve asked is not meant
		return d.withdraw(ctx, Reopened, "ticket_id = ? AND seq < ?", e.TicketID, e.Seq)
	}
	return nil
}

// resolved makes the one decision of a resolve.
func (d *decider) resolved(ctx context.Context, e *events.Event, c tickets.StatusChanged) error {
	tx := d.tx
	made, err := tx.NewSelect().Model((*Decision)(nil)).Where("ticket_id = ? AND seq = ?", e.TicketID, e.Seq).Exists(ctx)
	if err != nil || made { // the log was handled before, by a cursor that was reset
		return wrap("look for a decision", err)
	}
	f, err := d.facts(ctx, e, c.Cause)
	if err != nil {
		return err
	}
	out := &Decision{TicketID: e.TicketID, Seq: e.Seq, CustomerID: f.ticket.CustomerID, InboxID: f.ticket.InboxID,
		Kind: CSAT, Reason: f.decide(), At: tx.Now}
	if f.survey != nil {
		out.SurveyID, out.Kind = f.survey.ID, f.survey.Kind
	}
	out.Asked = out.Reason == Asked
	if out.Reason != Imported { // of history nobody need be told that nothing followed from it
		tx.RecordBy(events.SystemActor, e.TicketID, feedback.SurveyDecided{Kind: out.Kind, Resolve: e.Seq, Asked: out.Asked,
			Reason: string(out.Reason), Survey: out.SurveyID})
	}
	if out.Asked {
		inv := f.invitation(e, c)
		if err := d.s.ask(ctx, tx, inv, f.survey, d.desk.snap); err != nil {
			return err
		}
		out.InvitationID = inv.ID
	}
	if _, err := tx.NewInsert().Model(out).Exec(ctx); err != nil {
		return fmt.Errorf("insert survey decision: %w", err)
	}
	return nil
}

// facts reads what the decision depends on, and of history no more than it needs.
func (d *decider) facts(ctx context.Context, e *events.Event, cause tickets.Cause) (*facts, error) {
	tx := d.tx
	f := &facts{ticket: &tickets.Ticket{}, imported: e.Imported, cause: cause, resolved: e.At, now: tx.Now}
	if err := tx.NewSelect().Model(f.ticket).Where("id = ?", e.TicketID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read ticket %s: %w", e.TicketID, err)
	}
	if f.imported || f.ticket.Imported {
		return f, nil
	}
	k, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	if f.person, err = d.s.readPerson(ctx, tx, f.ticket.CustomerID); err != nil {
		return nil, err
	}
	f.mail = k.mail
	f.budget = budget{k.snap.Settings.SurveyCooldownDays, k.snap.Settings.SurveyMost90Days}
	at := target{inbox: f.ticket.InboxID, touchpoint: f.ticket.Touchpoint, channel: f.ticket.Channel}
	if in := k.snap.Inboxes[f.ticket.InboxID]; in != nil {
		at.brand, f.enabled = in.Brand, in.CSAT.Enabled
		if f.person.language == "" {
			f.person.language = in.Settings.Locale
		}
		if in.CSAT.CooldownDays > 0 {
			f.budget.cooldownDays = in.CSAT.CooldownDays
		}
	}
	at.language = f.person.language
	f.at, f.survey = at, match(k.defs, &at)
	f.answered, err = tx.NewSelect().Model((*Invitation)(nil)).Where("ticket_id = ? AND answered_at > 0", f.ticket.ID).Exists(ctx)
	return f, wrap("look for answers", err)
}

// invitation is the asking that a decision leads to.
func (f *facts) invitation(e *events.Event, c tickets.StatusChanged) *Invitation {
	inv := &Invitation{Kind: CSAT, High: HighScore, LowScore: UsualLow(CSAT, HighScore), TicketID: e.TicketID, Seq: e.Seq,
		CustomerID: f.ticket.CustomerID, InboxID: f.ticket.InboxID, AgentID: c.Owner, TeamID: c.Team, Channel: f.ticket.Channel,
		Touchpoint: f.ticket.Touchpoint, Language: f.person.language, Brand: f.at.brand, AddressHash: f.person.address}
	delay := UsualDelay
	if s := f.survey; s != nil {
		inv.SurveyID, inv.Kind, inv.High, inv.LowScore = s.ID, s.Kind, s.High, s.LowScore
		delay = s.MailDelayS
	}
	if f.letters() {
		inv.MailAt = f.now + events.Time(delay)*1000
		if f.ticket.VisitorID != 0 {
			inv.MailAt = max(inv.MailAt, f.now.Add(settle))
		}
	}
	return inv
}

// ask writes an invitation and says so. No def: the inbox's own survey, which reminds nobody.
func (s *Store) ask(ctx context.Context, tx *events.Tx, inv *Invitation, def *Survey, snap *tickets.Snapshot) error {
	inv.PublicID, inv.AskedAt, inv.ExpiresAt = publicID(), tx.Now, tx.Now.Add(Lasts)
	if inv.MailAt != 0 {
		inv.MailAt = afterQuiet(snap, inv.MailAt)
	}
	if _, err := tx.NewInsert().Model(inv).Exec(ctx); err != nil {
		return fmt.Errorf("insert survey invitation: %w", err)
	}
	tx.RecordBy(events.SystemActor, inv.TicketID, feedback.SurveyAsked{Invitation: inv.ID, Kind: inv.Kind, Survey: inv.SurveyID,
		Agent: inv.AgentID, Team: inv.TeamID, Customer: unlessTicket(inv), Resolve: inv.Seq})
	remind := 0
	if def != nil {
		remind = def.RemindDays
	}
	return s.plan(ctx, tx, inv, remind)
}

// unlessTicket names whom an event is about when no ticket does.
func unlessTicket(inv *Invitation) events.ID {
	if inv.TicketID != 0 {
		return 0
	}
	return inv.CustomerID
}

func publicID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func wrap(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
