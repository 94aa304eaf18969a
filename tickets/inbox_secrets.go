package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// SigningSecret is a signing secret that is active. What it is was shown once, when it was made.
type SigningSecret struct {
	ID        events.ID
	CreatedAt events.Time
}

// InboxSecrets lists the active signing secrets of an inbox, oldest first.
func (p *People) InboxSecrets(ctx context.Context, inbox events.ID) ([]SigningSecret, error) {
	if _, err := p.Inbox(ctx, inbox); err != nil {
		return nil, err
	}
	list := []SigningSecret{}
	err := p.log.Read().NewRaw(`SELECT id, created_at FROM inbox_secrets WHERE inbox_id = ? AND revoked_at = 0 ORDER BY id`, inbox).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("list secrets of inbox %d: %w", inbox, err)
	}
	return list, nil
}

// RevokeInboxSecret ends a signing secret at once. What was proven with it stays proven until its own end.
func (p *People) RevokeInboxSecret(ctx context.Context, by events.Actor, inbox, secret events.ID) error {
	return p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`UPDATE inbox_secrets SET revoked_at = ? WHERE id = ? AND inbox_id = ? AND revoked_at = 0`,
			tx.Now, secret, inbox).Exec(ctx)
		if err != nil {
			return fmt.Errorf("revoke secret %d: %w", secret, err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("revoke secret %d: %w", secret, err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "there is no such secret")
		}
		tx.Record(0, SettingChanged{Noun: "inbox", ID: inbox, Action: "changed", Fields: []string{"secrets"}})
		return nil
	})
}
