package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// secretLen is the length of 256 random bits as URL-safe text: sessions, links, API tokens.
const secretLen = 43

// SignedIn is the answer to every way of signing in. Token is for the cookie and known to nobody else.
type SignedIn struct {
	Token     string
	Agent     Agent
	ExpiresAt events.Time
}

// wrongSignIn does not tell whether the address exists.
func wrongSignIn() error {
	return fault.New(fault.Unauthenticated, "the e-mail address or the password is wrong")
}

// SignIn checks a password. An unknown address takes as long as a known one and gets the same answer.
func (p *People) SignIn(ctx context.Context, email, password, userAgent string) (SignedIn, error) {
	var c checker
	email = c.email("email", email, true)
	if err := p.throttle("account:" + email); err != nil {
		return SignedIn{}, err
	}
	var rows []struct {
		ID           events.ID
		PasswordHash string
	}
	err := p.log.Read().NewRaw(`SELECT id, password_hash FROM agents WHERE email = ? AND disabled_at = 0`, email).Scan(ctx, &rows)
	if err != nil {
		return SignedIn{}, fmt.Errorf("find agent: %w", err)
	}
	hash := ""
	if len(rows) == 1 {
		hash = rows[0].PasswordHash
	}
	same, err := p.samePassword(ctx, password, hash)
	if err != nil {
		return SignedIn{}, err
	}
	if !same {
		return SignedIn{}, wrongSignIn()
	}
	var out SignedIn
	unit := events.Unit{By: events.Actor{Kind: events.Agent, ID: rows[0].ID}, Locks: events.Locks{Agents: []events.ID{rows[0].ID}}}
	err = p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		out, err = beginSession(ctx, tx, rows[0].ID, userAgent)
		return err
	})
	return p.signedIn(ctx, out, err)
}

func (p *People) throttle(key string) error {
	if p.Throttle == nil {
		return nil
	}
	return p.Throttle(hashToken(key))
}

// signedIn completes the answer with the whole agent.
func (p *People) signedIn(ctx context.Context, out SignedIn, err error) (SignedIn, error) {
	if err != nil {
		return SignedIn{}, err
	}
	a, err := p.Agent(ctx, out.Agent.ID)
	if err != nil {
		return SignedIn{}, err
	}
	out.Agent = *a
	return out, nil
}

// beginSession makes a new session; nothing of an earlier one is taken over.
func beginSession(ctx context.Context, tx *events.Tx, agent events.ID, userAgent string) (SignedIn, error) {
	var disabled []events.Time
	if err := tx.NewRaw(`SELECT disabled_at FROM agents WHERE id = ?`, agent).Scan(ctx, &disabled); err != nil {
		return SignedIn{}, fmt.Errorf("look at agent %d: %w", agent, err)
	}
	if len(disabled) != 1 || disabled[0] != 0 {
		return SignedIn{}, wrongSignIn()
	}
	out := SignedIn{Token: randomText(32), Agent: Agent{ID: agent}, ExpiresAt: tx.Now.Add(SessionAbsolute)}
	_, err := tx.NewRaw(`INSERT INTO sessions (token_hash, agent_id, user_agent, created_at, last_seen_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?)`, hashToken(out.Token), agent, cleanUserAgent(userAgent), tx.Now, tx.Now, out.ExpiresAt).Exec(ctx)
	if err != nil {
		return SignedIn{}, fmt.Errorf("insert session: %w", err)
	}
	if _, err := tx.NewRaw(`DELETE FROM sessions WHERE agent_id = ? AND expires_at <= ?`, agent, tx.Now).Exec(ctx); err != nil {
		return SignedIn{}, fmt.Errorf("drop old sessions: %w", err)
	}
	return out, nil
}

// cleanUserAgent keeps the printable ASCII of what a browser says it is.
func cleanUserAgent(s string) string {
	out := make([]byte, 0, 200)
	for i := 0; i < len(s) && len(out) < cap(out); i++ {
		if s[i] >= ' ' && s[i] <= '~' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// Session returns the agent whom a session token signs in, or Unauthenticated.
func (p *People) Session(ctx context.Context, token string) (*Agent, error) {
	no := fault.New(fault.Unauthenticated, "please sign in")
	if len(token) != secretLen {
		return nil, no
	}
	hash, now := hashToken(token), p.log.Now()
	var found []Session
	err := p.log.Read().NewRaw(`SELECT agent_id, user_agent, created_at, last_seen_at, expires_at FROM sessions
		WHERE token_hash = ?`, hash).Scan(ctx, &found)
	if err != nil {
		return nil, fmt.Errorf("find session: %w", err)
	}
	if len(found) != 1 || now >= found[0].ExpiresAt || now >= found[0].LastSeenAt.Add(SessionIdle) {
		return nil, no
	}
	snap, err := p.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	a := snap.Agents[found[0].AgentID]
	if a == nil || a.DisabledAt != 0 {
		return nil, no
	}
	if now >= found[0].LastSeenAt.Add(seenEvery) {
		err = p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?`, tx.Now, hash).Exec(ctx)
			return err
		})
	}
	return a, err
}

// Sessions lists where an agent is signed in, newest first.
func (p *People) Sessions(ctx context.Context, agent events.ID) ([]Session, error) {
	list := []Session{}
	err := p.log.Read().NewRaw(`SELECT agent_id, user_agent, created_at, last_seen_at, expires_at FROM sessions
		WHERE agent_id = ? AND expires_at > ? ORDER BY created_at DESC`, agent, p.log.Now()).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("list sessions of agent %d: %w", agent, err)
	}
	return list, nil
}

// SignOut ends one session.
func (p *People) SignOut(ctx context.Context, token string) error {
	if len(token) != secretLen {
		return nil
	}
	return p.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw(`DELETE FROM sessions WHERE token_hash = ?`, hashToken(token)).Exec(ctx); err != nil {
			return fmt.Errorf("end session: %w", err)
		}
		return nil
	})
}

// endSessions ends the sessions of an agent but one (by its hash; "" for none).
func endSessions(ctx context.Context, tx *events.Tx, agent events.ID, but string) error {
	_, err := tx.NewRaw(`DELETE FROM sessions WHERE agent_id = ? AND token_hash <> ?`, agent, but).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end sessions of agent %d: %w", agent, err)
	}
	return nil
}

// ChangePassword sets an agent's own password. The current one is asked for, and every session but the one that asks
// (token) ends; so do open links.
func (p *People) ChangePassword(ctx context.Context, agent events.ID, token, current, password string) error {
	if err := p.throttle("password:" + agent.String()); err != nil {
		return err
	}
	if err := checkPassword("password", password); err != nil {
		return err
	}
	var hashes []string
	err := p.log.Read().NewRaw(`SELECT password_hash FROM agents WHERE id = ? AND disabled_at = 0`, agent).Scan(ctx, &hashes)
	if err != nil || len(hashes) != 1 {
		return orNotFound(err, "agent")
	}
	if hashes[0] != "" {
		same, err := p.samePassword(ctx, current, hashes[0])
		if err != nil {
			return err
		}
		if !same {
			return fault.On("current", "is wrong")
		}
	}
	hash, err := p.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	by := events.Actor{Kind: events.Agent, ID: agent}
	return p.changeAgents(ctx, by, []events.ID{agent}, func(ctx context.Context, tx *events.Tx) error {
		return setPassword(ctx, tx, agent, hash, hashToken(token))
	})
}

func orNotFound(err error, noun string) error {
	if err != nil {
		return fmt.Errorf("read %s: %w", noun, err)
	}
	return fault.New(fault.NotFound, "there is no such "+noun)
}

// setPassword stores a hash and ends what the old password had opened.
func setPassword(ctx context.Context, tx *events.Tx, agent events.ID, hash, keep string) error {
	if _, err := tx.NewRaw(`UPDATE agents SET password_hash = ? WHERE id = ?`, hash, agent).Exec(ctx); err != nil {
		return fmt.Errorf("set password of agent %d: %w", agent, err)
	}
	_, err := tx.NewRaw(`UPDATE invitations SET used_at = ? WHERE agent_id = ? AND used_at = 0`, tx.Now, agent).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end links of agent %d: %w", agent, err)
	}
	tx.Record(0, SettingChanged{Noun: "agent", ID: agent, Action: "changed", Fields: []string{"password"}})
	return endSessions(ctx, tx, agent, keep)
}

// SessionName names a session without being able to open it, as the database does.
func SessionName(token string) string { return hashToken(token) }

// SessionHolds tells whether a session that is named so still signs its agent in.
func (p *People) SessionHolds(ctx context.Context, name string, agent events.ID) (bool, error) {
	var n int
	now := p.log.Now()
	err := p.log.Read().NewRaw(`SELECT count(*) FROM sessions AS s JOIN agents AS a ON a.id = s.agent_id
		WHERE s.token_hash = ? AND s.agent_id = ? AND a.disabled_at = 0 AND s.expires_at > ? AND s.last_seen_at > ?`, name, agent, now, now.Add(-SessionIdle)).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look whether a session holds: %w", err)
	}
	return n > 0, nil
}
