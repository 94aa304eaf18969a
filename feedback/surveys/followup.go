package surveys

import (
	"context"
	"fmt"
	"slices"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Where a follow-up stands.
const (
	FollowUpOpen = "open"
	FollowUpDone = "done"
)

// Outcomes are what may become of a follow-up: one word of this list, stable for ever.
func Outcomes() []string {
	return []string{"solved", "explained", "compensated", "passed_on", "no_answer", "nothing_to_do"}
}

// changedMind is the outcome that Heard gives when the person changes the score to one that is not low.
const changedMind = "score_changed"

// FollowUp is what a low score asks of a lead.
type FollowUp struct {
	bun.BaseModel `bun:"table:follow_ups"`

	ID           events.ID `bun:",pk,autoincrement"`
	InvitationID events.ID
	TicketID     events.ID // 0: the score was not about a ticket
	CustomerID   events.ID
	InboxID      events.ID
	TeamID       events.ID
	AssigneeID   events.ID // 0: whoever of the team's leads comes first
	Kind         string
	Score        int
	High         int
	Status       string
	Outcome      string
	Note         string
	OpenedAt     events.Time
	DoneAt       events.Time
	DoneBy       events.ID
}

// followUp opens a follow-up for a low score, and ends one when the score is not low any more.
func (s *Store) followUp(ctx context.Context, tx *events.Tx, inv *Invitation, score int) error {
	var had []FollowUp
	if err := tx.NewSelect().Model(&had).Where("invitation_id = ?", inv.ID).Scan(ctx); err != nil {
		return fmt.Errorf("read follow-up of survey %s: %w", inv.ID, err)
	}
	isLow := score <= inv.LowScore
	if len(had) == 0 {
		if !isLow {
			return nil
		}
		return s.openFollowUp(ctx, tx, inv, score)
	}
	f := &had[0]
	f.Score = score
	if !isLow && f.Status == FollowUpOpen {
		f.Status, f.Outcome, f.DoneAt = FollowUpDone, changedMind, tx.Now
		tx.RecordBy(events.SystemActor, f.TicketID, feedback.FollowUpDone{FollowUp: f.ID, Outcome: f.Outcome})
	}
	_, err := tx.NewUpdate().Model(f).WherePK().Column("score", "status", "outcome", "done_at").Exec(ctx)
	return wrap("update follow-up", err)
}

func (s *Store) openFollowUp(ctx context.Context, tx *events.Tx, inv *Invitation, score int) error {
	f := &FollowUp{InvitationID: inv.ID, TicketID: inv.TicketID, CustomerID: inv.CustomerID, InboxID: inv.InboxID, TeamID: inv.TeamID,
		Kind: inv.Kind, Score: score, High: inv.High, Status: FollowUpOpen, OpenedAt: tx.Now}
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	if f.AssigneeID, err = leadOf(ctx, tx, snap, inv.TeamID); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(f).Exec(ctx); err != nil {
		return fmt.Errorf("insert follow-up: %w", err)
	}
	tx.RecordBy(events.SystemActor, f.TicketID, feedback.FollowUpOpened{FollowUp: f.ID, Invitation: inv.ID, Kind: f.Kind, Score: score,
		Scale: f.High, Team: f.TeamID, Assignee: f.AssigneeID, Customer: unlessTicket(inv)})
	return nil
}

// leadOf finds the lead of a team with the fewest open follow-ups; 0 for a team without a lead.
func leadOf(ctx context.Context, tx *events.Tx, snap *tickets.Snapshot, team events.ID) (events.ID, error) {
	var leads []events.ID
	for _, a := range snap.Agents {
		if a.Role == tickets.RoleLead && a.DisabledAt == 0 && slices.Contains(a.Teams, team) {
			leads = append(leads, a.ID)
		}
	}
	if len(leads) == 0 {
		return 0, nil
	}
	slices.Sort(leads)
	var open []struct {
		AssigneeID events.ID
		N          int
	}
	err := tx.NewRaw(`SELECT assignee_id, count(*) AS n FROM follow_ups WHERE status = 'open' AND assignee_id IN (?) GROUP BY assignee_id`,
		bun.List(leads)).Scan(ctx, &open)
	if err != nil {
		return 0, fmt.Errorf("count follow-ups: %w", err)
	}
	load := map[events.ID]int{}
	for _, o := range open {
		load[o.AssigneeID] = o.N
	}
	return slices.MinFunc(leads, func(a, b events.ID) int { return load[a] - load[b] }), nil
}

// FollowUpFilter picks follow-ups.
type FollowUpFilter struct {
	Status   string      // "" for all
	Assignee events.ID   // 0 for all
	Teams    []events.ID // nil for all; what the asker may see is the caller's matter
	Before   events.ID   // older than this one
	Limit    int
}

// FollowUps lists follow-ups, newest first.
func (s *Store) FollowUps(ctx context.Context, f FollowUpFilter) (list []FollowUp, next events.ID, err error) {
	list = []FollowUp{}
	q := s.log.Read().NewSelect().Model(&list).OrderExpr("id DESC").Limit(int64(f.Limit) + 1)
	if f.Status != "" {
		q = q.Where("status = ?", f.Status)
	}
	if f.Assignee != 0 {
		q = q.Where("assignee_id = ?", f.Assignee)
	}
	if f.Teams != nil {
		q = q.Where("team_id IN (?)", bun.List(append(slices.Clone(f.Teams), -1)))
	}
	if f.Before != 0 {
		q = q.Where("id < ?", f.Before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, 0, fmt.Errorf("list follow-ups: %w", err)
	}
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, nil
}

// FollowUp returns one.
func (s *Store) FollowUp(ctx context.Context, id events.ID) (*FollowUp, error) {
	var found []FollowUp
	if err := s.log.Read().NewSelect().Model(&found).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read follow-up %s: %w", id, err)
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "there is no such follow-up")
	}
	return &found[0], nil
}

// FollowUpPatch changes a follow-up; nil leaves a field.
type FollowUpPatch struct {
	Assignee *events.ID
	Status   *string
	Outcome  *string
	Note     *string
}

// ChangeFollowUp assigns a follow-up, or ends it with an outcome, or takes it up again.
func (s *Store) ChangeFollowUp(ctx context.Context, by events.Actor, id events.ID, p FollowUpPatch) (*FollowUp, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	was, err := s.FollowUp(ctx, id)
	if err != nil {
		return nil, err
	}
	unit := events.Unit{By: by}
	if was.TicketID != 0 {
		unit.Tickets = []events.ID{was.TicketID}
	}
	var f FollowUp
	err = s.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		f = FollowUp{}
		if err := tx.NewSelect().Model(&f).Where("id = ?", id).Scan(ctx); err != nil {
			return fmt.Errorf("read follow-up %s: %w", id, err)
		}
		done := f.Status == FollowUpDone
		if err := f.patch(p, snap); err != nil {
			return err
		}
		switch now := f.Status == FollowUpDone; {
		case now && !done:
			f.DoneAt, f.DoneBy = tx.Now, by.ID
			tx.Record(f.TicketID, feedback.FollowUpDone{FollowUp: f.ID, Outcome: f.Outcome})
		case !now:
			f.DoneAt, f.DoneBy, f.Outcome = 0, 0, ""
		}
		_, err := tx.NewUpdate().Model(&f).WherePK().Column("assignee_id", "status", "outcome", "note", "done_at", "done_by").Exec(ctx)
		return wrap("update follow-up", err)
	})
	return &f, err
}

func (f *FollowUp) patch(p FollowUpPatch, snap *tickets.Snapshot) error {
	var c checker
	if p.Assignee != nil {
		if a := snap.Agents[*p.Assignee]; *p.Assignee != 0 && (a == nil || a.DisabledAt != 0 || a.Role == tickets.RoleAgent) {
			c.wrong.Add("assignee", "must be a lead, a manager or an admin")
		}
		f.AssigneeID = *p.Assignee
	}
	if p.Note != nil {
		f.Note = prose(&c.wrong, "note", *p.Note)
	}
	if p.Status != nil {
		c.oneOf("status", *p.Status, FollowUpOpen, FollowUpDone)
		f.Status = *p.Status
	}
	if p.Outcome != nil {
		c.oneOf("outcome", *p.Outcome, Outcomes()...)
		f.Outcome = *p.Outcome
	}
	if f.Status == FollowUpDone && f.Outcome == "" {
		c.wrong.Add("outcome", "must say what became of it")
	}
	return c.wrong.Err()
}

// Said is what a person wrote beside a low score, and who that is.
type Said struct{ Customer, Comment string }

// SaidIn reads what the people of these follow-ups wrote, by follow-up. What was erased is gone here too.
func (s *Store) SaidIn(ctx context.Context, list []FollowUp) (map[events.ID]Said, error) {
	out := map[events.ID]Said{}
	if len(list) == 0 {
		return out, nil
	}
	ids := make([]events.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var rows []struct {
		ID                events.ID
		Customer, Comment string
	}
	err := s.log.Read().NewRaw(`SELECT f.id, COALESCE(c.name, '') AS customer, COALESCE(r.comment, '') AS comment FROM follow_ups AS f
		LEFT JOIN customers AS c ON c.id = f.customer_id LEFT JOIN survey_responses AS r ON r.invitation_id = f.invitation_id
		WHERE f.id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read what low scores came with: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = Said{r.Customer, r.Comment}
	}
	return out, nil
}
