package tickets

import (
	"context"
	"fmt"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// tokenPrefix lets secret scanners recognise what leaked.
const tokenPrefix = "heard_"

// IsToken tells an API token from other secrets by its form.
func IsToken(secret string) bool { return strings.HasPrefix(secret, tokenPrefix) }

// TokenIn asks for an API token.
type TokenIn struct {
	Agent events.ID
	Name  string
	Bot   bool // what it writes counts as a bot's
}

// CreateToken makes an API token that acts as an agent, also before that agent took its invitation up. The secret is
// returned once.
func (p *People) CreateToken(ctx context.Context, by events.Actor, in TokenIn) (*Token, string, error) {
	var c checker
	agent, name := in.Agent, c.line("name", in.Name, 1, maxName)
	if err := c.wrong.Err(); err != nil {
		return nil, "", err
	}
	secret := tokenPrefix + randomText(32)
	t := &Token{AgentID: agent, Name: name, Bot: in.Bot}
	err := p.changeAgents(ctx, by, []events.ID{agent}, func(ctx context.Context, tx *events.Tx) error {
		a := &Agent{}
		if err := readRow(ctx, tx, a, agent, "agent"); err != nil {
			return err
		}
		if a.DisabledAt != 0 {
			return fault.New(fault.Conflict, "this agent is disabled")
		}
		t.CreatedAt = tx.Now
		err := tx.NewRaw(`INSERT INTO tokens (agent_id, name, token_hash, bot, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id`,
			agent, name, hashToken(secret), in.Bot, tx.Now).Scan(ctx, &t.ID)
		if err != nil {
			return fmt.Errorf("insert token: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "token", ID: t.ID, Action: "created"})
		return nil
	})
	return t, secret, err
}

// RenameToken gives a token in force another name; what else it is stays as it was made.
func (p *People) RenameToken(ctx context.Context, by events.Actor, id events.ID, name string) (*Token, error) {
	var c checker
	name = c.line("name", name, 1, maxName)
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	t := &Token{}
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		if err := readRow(ctx, tx, t, id, "token"); err != nil {
			return err
		}
		if t.RevokedAt != 0 {
			return orNotFound(nil, "token")
		}
		if t.Name == name {
			return nil
		}
		t.Name = name
		if _, err := tx.NewRaw(`UPDATE tokens SET name = ? WHERE id = ?`, name, id).Exec(ctx); err != nil {
			return fmt.Errorf("rename token %d: %w", id, err)
		}
		tx.Record(0, SettingChanged{Noun: "token", ID: id, Action: "changed"})
		return nil
	})
	return t, err
}

// Token returns the token that a secret is, with its agent, or Unauthenticated.
func (p *People) Token(ctx context.Context, secret string) (*Token, *Agent, error) {
	no := fault.New(fault.Unauthenticated, "this token is not good (any more)")
	if len(secret) != len(tokenPrefix)+secretLen || !strings.HasPrefix(secret, tokenPrefix) {
		return nil, nil, no
	}
	var found []Token
	err := p.log.Read().NewSelect().Model(&found).Where("token_hash = ?", hashToken(secret)).Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("find token: %w", err)
	}
	if len(found) != 1 || found[0].RevokedAt != 0 {
		return nil, nil, no
	}
	snap, err := p.dir.Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	t := &found[0]
	a := snap.Agents[t.AgentID]
	if a == nil { // another process has just made it
		p.dir.Forget()
		if snap, err = p.dir.Snapshot(ctx); err != nil {
			return nil, nil, err
		}
		a = snap.Agents[t.AgentID]
	}
	if a == nil || a.DisabledAt != 0 {
		return nil, nil, no
	}
	if p.log.Now() >= t.LastUsedAt.Add(seenEvery) {
		err = p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE tokens SET last_used_at = ? WHERE id = ?`, tx.Now, t.ID).Exec(ctx)
			return err
		})
	}
	return t, a, err
}

// TokenByID returns one token.
func (p *People) TokenByID(ctx context.Context, id events.ID) (*Token, error) {
	t := &Token{}
	return t, p.one(ctx, t, id, "token")
}

// Tokens lists the tokens in force: of one agent, or of all for 0.
func (p *People) Tokens(ctx context.Context, agent events.ID) ([]Token, error) {
	list := []Token{}
	q := p.log.Read().NewSelect().Model(&list).Where("revoked_at = 0").OrderExpr("id")
	if agent != 0 {
		q = q.Where("agent_id = ?", agent)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return list, nil
}

// RevokeToken ends a token for good.
func (p *People) RevokeToken(ctx context.Context, by events.Actor, id events.ID) error {
	return p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at = 0`, tx.Now, id).Exec(ctx)
		if err != nil {
			return fmt.Errorf("revoke token %d: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orNotFound(err, "token")
		}
		tx.Record(0, SettingChanged{Noun: "token", ID: id, Action: "removed"})
		return nil
	})
}
