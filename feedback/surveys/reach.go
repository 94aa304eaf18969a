package surveys

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// reach is all that says whom a survey is for.
type reach struct {
	inbox   events.ID
	brand   string
	channel tickets.Channel
	segment Segment
}

func (s *Survey) reach() reach { return reach{s.InboxID, s.Brand, s.Channel, s.Segment} }

// checkReach refuses a survey of what is not there, and one whose conditions nobody at all can meet: it would be silent
// for ever, and look as if it asked.
func (s *Survey) checkReach(ctx context.Context, tx *events.Tx) error {
	var wrong fault.Fields
	if err := s.checkInbox(ctx, tx, &wrong); err != nil {
		return err
	}
	if err := s.Segment.check(ctx, tx, &wrong); err != nil {
		return err
	}
	return wrong.Err()
}

// checkInbox looks for an inbox that all conditions fit. For other triggers than OnResolve they say what answers are
// credited to, which must be there as well.
func (s *Survey) checkInbox(ctx context.Context, tx *events.Tx, wrong *fault.Fields) error {
	if s.InboxID == 0 && s.Brand == "" {
		return nil
	}
	var inboxes []tickets.Inbox
	if err := tx.NewSelect().Model(&inboxes).Column("id", "kind", "brand").Scan(ctx); err != nil {
		return fmt.Errorf("read inboxes: %w", err)
	}
	var mine *tickets.Inbox
	branded := false
	for i := range inboxes {
		if inboxes[i].ID == s.InboxID {
			mine = &inboxes[i]
		}
		branded = branded || sameWords(inboxes[i].Brand, s.Brand)
	}
	why := ""
	if s.Trigger == OnResolve {
		why = ", so that nobody would be asked"
	}
	switch {
	case s.InboxID != 0 && mine == nil:
		wrong.Add("inbox", "is not there")
	case s.Brand == "":
	case mine != nil && !sameWords(mine.Brand, s.Brand):
		wrong.Add("brand", "is not the brand of this inbox"+why)
	case !branded:
		wrong.Add("brand", "is the brand of no inbox"+why)
	}
	return nil
}

// check refuses a segment that nobody is in, as far as one look at each condition can tell.
func (g *Segment) check(ctx context.Context, tx *events.Tx, wrong *fault.Fields) error {
	for _, c := range []struct {
		given                bool
		field, query, detail string
		arg                  any
	}{
		{g.OrganizationID != 0, "segment.organization", `SELECT 1 FROM organizations WHERE id = ? LIMIT 1`, "is not there", g.OrganizationID},
		{g.Tag != "", "segment.tag", `SELECT 1 FROM tags WHERE name = ? LIMIT 1`, "is no tag of this desk, so that nobody would be asked", g.Tag},
		{g.Attribute != "", "segment.attribute", `SELECT 1 FROM customers WHERE attrs LIKE ? ESCAPE '\' LIMIT 1`,
			"is an attribute of no customer, so that nobody would be asked", attributeLike(g.Attribute)},
	} {
		if !c.given {
			continue
		}
		var found []int
		if err := tx.NewRaw(c.query, c.arg).Scan(ctx, &found); err != nil {
			return fmt.Errorf("look for %s: %w", c.field, err)
		}
		if len(found) == 0 {
			wrong.Add(c.field, c.detail)
		}
	}
	return nil
}

// attributeLike matches the attributes of customers, which are stored as JSON, that have this one. Whether a value is
// somebody's may change every day; that an attribute is nobody's is a slip.
func attributeLike(name string) string {
	key, _ := json.Marshal(name) // a string always has a form
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(string(key)) + ":%"
}
