package tickets

import (
	"context"
	"fmt"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// OrganizationIn creates an organization.
type OrganizationIn struct {
	Name   string
	Domain string
	Attrs  map[string]string
}

// OrganizationPatch changes one; nil leaves a field.
type OrganizationPatch struct {
	Name   *string
	Domain *string
	Attrs  map[string]string
}

func (c *checker) domain(field, s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if s != "" && (!hostName(s) || !strings.Contains(s, ".")) {
		c.wrong.Add(field, "is not a domain like example.com")
	}
	return s
}

// CreateOrganization adds an organization.
func (p *People) CreateOrganization(ctx context.Context, by events.Actor, in OrganizationIn) (*Organization, error) {
	var c checker
	o := &Organization{Name: c.line("name", in.Name, 1, maxName), Domain: c.domain("domain", in.Domain), Attrs: c.attrs("attrs", in.Attrs)}
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		o.ID, o.CreatedAt = 0, tx.Now
		if _, err := tx.NewInsert().Model(o).Exec(ctx); err != nil {
			return fmt.Errorf("insert organization: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "organization", ID: o.ID, Action: "created"})
		return nil
	})
	return o, err
}

// ChangeOrganization changes an organization.
func (p *People) ChangeOrganization(ctx context.Context, by events.Actor, id events.ID, in OrganizationPatch) (*Organization, error) {
	o := &Organization{}
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		if err := readRow(ctx, tx, o, id, "organization"); err != nil {
			return err
		}
		var c checker
		var changed []string
		if in.Name != nil {
			o.Name, changed = c.line("name", *in.Name, 1, maxName), append(changed, "name")
		}
		if in.Domain != nil {
			o.Domain, changed = c.domain("domain", *in.Domain), append(changed, "domain")
		}
		if in.Attrs != nil {
			o.Attrs, changed = c.attrs("attrs", in.Attrs), append(changed, "attrs")
		}
		if err := c.wrong.Err(); err != nil || len(changed) == 0 {
			return err
		}
		if _, err := tx.NewUpdate().Model(o).WherePK().Column("name", "domain", "attrs").Exec(ctx); err != nil {
			return fmt.Errorf("update organization %d: %w", id, err)
		}
		tx.Record(0, SettingChanged{Noun: "organization", ID: id, Action: "changed", Fields: changed})
		return nil
	})
	return o, err
}

// Organization returns one.
func (p *People) Organization(ctx context.Context, id events.ID) (*Organization, error) {
	o := &Organization{}
	return o, p.one(ctx, o, id, "organization")
}

// Organizations lists organizations, newest first. next is the before of the page after, 0 at the end.
func (p *People) Organizations(ctx context.Context, before events.ID, limit int) (list []Organization, next events.ID, err error) {
	limit = pageSize(limit)
	list = []Organization{}
	q := p.log.Read().NewSelect().Model(&list).OrderExpr("id DESC").Limit(int64(limit) + 1)
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, 0, fmt.Errorf("list organizations: %w", err)
	}
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].ID
	}
	return list, next, nil
}

func checkOrganization(ctx context.Context, tx *events.Tx, id events.ID) error {
	return checkRef(ctx, tx, "organizations", "organization", id)
}

// checkRef refuses the id of a row that is not there; 0 names none and is fine.
func checkRef(ctx context.Context, tx *events.Tx, table, field string, id events.ID) error {
	if id == 0 {
		return nil
	}
	var n int
	if err := tx.NewSelect().Table(table).ColumnExpr("count(*)").Where("id = ?", id).Scan(ctx, &n); err != nil {
		return fmt.Errorf("look for %s %d: %w", field, id, err)
	}
	if n == 0 {
		return fault.On(field, "does not exist")
	}
	return nil
}
