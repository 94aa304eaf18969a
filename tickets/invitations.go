package tickets

import (
	"context"
	"fmt"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Invitation is a one-time link on its way. Its token was shown once; the store keeps the hash.
type Invitation struct {
	AgentID   events.ID
	Kind      InvitationKind
	ExpiresAt events.Time
	UsedAt    events.Time
}

// InviteIn asks for a one-time link.
type InviteIn struct {
	Agent events.ID
	Kind  InvitationKind
	For   time.Duration // 0: JoinFor or SignInFor; a sign-in link lasts at most SignInAtMost
}

// Invite makes a one-time link's token. Earlier links of the same kind for the same agent end.
func (p *People) Invite(ctx context.Context, by events.Actor, in InviteIn) (string, error) {
	lasts, most := JoinFor, JoinFor
	if in.Kind == SignInLink {
		lasts, most = SignInFor, SignInAtMost
	} else if in.Kind != JoinLink {
		return "", fault.On("kind", "must be join or signin")
	}
	if in.For < 0 || in.For > most {
		return "", fault.On("for", "is too long")
	}
	if in.For > 0 {
		lasts = in.For
	}
	token := randomText(32)
	err := p.changeAgents(ctx, by, []events.ID{in.Agent}, func(ctx context.Context, tx *events.Tx) error {
		a := &Agent{}
		if err := readRow(ctx, tx, a, in.Agent, "agent"); err != nil {
			return err
		}
		if a.DisabledAt != 0 {
			return fault.New(fault.Conflict, "this agent is disabled")
		}
		_, err := tx.NewRaw(`UPDATE invitations SET used_at = ? WHERE agent_id = ? AND kind = ? AND used_at = 0`,
			tx.Now, a.ID, in.Kind).Exec(ctx)
		if err != nil {
			return fmt.Errorf("end earlier links: %w", err)
		}
		_, err = tx.NewRaw(`INSERT INTO invitations (token_hash, agent_id, kind, created_at, expires_at) VALUES (?, ?, ?, ?, ?)`,
			hashToken(token), a.ID, in.Kind, tx.Now, tx.Now.Add(lasts)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert link: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "invitation", ID: a.ID, Action: "created", Fields: []string{string(in.Kind)}})
		return nil
	})
	return token, err
}

// wrongLink is the one answer to unknown, short, used and ended links.
func wrongLink() error {
	return fault.New(fault.Unauthenticated, "this link is not good (any more)")
}

// invitation finds a link that may still be used.
func (p *People) invitation(ctx context.Context, token string) (*Invitation, error) {
	if len(token) != secretLen {
		return nil, wrongLink()
	}
	var found []Invitation
	err := p.log.Read().NewRaw(`SELECT agent_id, kind, expires_at, used_at FROM invitations WHERE token_hash = ?`,
		hashToken(token)).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("find link: %w", err)
	}
	if len(found) != 1 || found[0].UsedAt != 0 || p.log.Now() >= found[0].ExpiresAt {
		return nil, wrongLink()
	}
	return &found[0], nil
}

// take uses a link up; only one caller can.
func take(ctx context.Context, tx *events.Tx, token string) error {
	res, err := tx.NewRaw(`UPDATE invitations SET used_at = ? WHERE token_hash = ? AND used_at = 0 AND expires_at > ?`,
		tx.Now, hashToken(token), tx.Now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("use link: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return wrongLink()
	}
	return nil
}

// Opened is what a one-time link shows. SignIn is set for a sign-in link, which is then used up.
type Opened struct {
	SignIn *SignedIn
	Email  string
	Name   string
	Role   Role
	// ChooseEmail: the agent has no address yet (the first admin), so AcceptInvitation needs one.
	ChooseEmail bool
}

// OpenInvitation looks at a link: one of kind signin signs in, one of kind join tells whom it is for.
func (p *People) OpenInvitation(ctx context.Context, token, userAgent string) (Opened, error) {
	inv, err := p.invitation(ctx, token)
	if err != nil {
		return Opened{}, err
	}
	if inv.Kind == JoinLink {
		a, err := p.Agent(ctx, inv.AgentID)
		if err != nil || a.DisabledAt != 0 {
			return Opened{}, wrongLink()
		}
		return Opened{Email: a.Email, Name: a.Name, Role: a.Role, ChooseEmail: a.placeholder()}, nil
	}
	var in SignedIn
	by := events.Actor{Kind: events.Agent, ID: inv.AgentID}
	unit := events.Unit{By: by, Locks: events.Locks{Agents: []events.ID{inv.AgentID}}}
	err = p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		if err := take(ctx, tx, token); err != nil {
			return err
		}
		in, err = beginSession(ctx, tx, inv.AgentID, userAgent)
		return err
	})
	in, err = p.signedIn(ctx, in, err)
	if err != nil {
		return Opened{}, err
	}
	return Opened{SignIn: &in, Email: in.Agent.Email, Name: in.Agent.Name, Role: in.Agent.Role}, nil
}

// AcceptIn takes a join link up.
type AcceptIn struct {
	Token     string
	Name      string // "" keeps the one that was given
	Email     string // only for a first admin without an address
	Password  string
	UserAgent string
}

// AcceptInvitation sets name and password and signs in.
func (p *People) AcceptInvitation(ctx context.Context, in AcceptIn) (SignedIn, error) {
	inv, err := p.invitation(ctx, in.Token)
	if err != nil {
		return SignedIn{}, err
	}
	if inv.Kind != JoinLink {
		return SignedIn{}, wrongLink()
	}
	var c checker
	name := c.line("name", in.Name, 0, maxName)
	email := c.email("email", in.Email, false)
	if err := c.wrong.Err(); err != nil {
		return SignedIn{}, err
	}
	if err := checkPassword("password", in.Password); err != nil {
		return SignedIn{}, err
	}
	hash, err := p.hashPassword(ctx, in.Password)
	if err != nil {
		return SignedIn{}, err
	}
	var out SignedIn
	by := events.Actor{Kind: events.Agent, ID: inv.AgentID}
	err = p.changeAgents(ctx, by, []events.ID{inv.AgentID}, func(ctx context.Context, tx *events.Tx) error {
		if err := take(ctx, tx, in.Token); err != nil {
			return err
		}
		if err := acceptAs(ctx, tx, inv.AgentID, name, email); err != nil {
			return err
		}
		if err := setPassword(ctx, tx, inv.AgentID, hash, ""); err != nil {
			return err
		}
		out, err = beginSession(ctx, tx, inv.AgentID, in.UserAgent)
		return err
	})
	return p.signedIn(ctx, out, err)
}

// acceptAs writes the name, and the address of a first admin. An invitation is bound to its address otherwise.
func acceptAs(ctx context.Context, tx *events.Tx, agent events.ID, name, email string) error {
	a := &Agent{}
	if err := readRow(ctx, tx, a, agent, "agent"); err != nil {
		return err
	}
	if name != "" {
		a.Name = name
	}
	if email != "" && email != a.Email {
		if !a.placeholder() {
			return fault.On("email", "belongs to the invitation and cannot be changed here")
		}
		if err := freeEmail(ctx, tx, email, agent); err != nil {
			return err
		}
		a.Email = email
	}
	if _, err := tx.NewUpdate().Model(a).WherePK().Column("name", "email").Exec(ctx); err != nil {
		return fmt.Errorf("update agent %d: %w", agent, err)
	}
	return nil
}

// placeholderDomain marks the address of the first admin until a person gives one.
const placeholderDomain = "@localhost"

func (a *Agent) placeholder() bool { return strings.HasSuffix(a.Email, placeholderDomain) }
