package rollups

import (
	"context"
	"fmt"

	"heard/tickets/events"
)

// Newest returns the newest finished week that has a report, and when that was first made; "" when there is none.
func (r *Rollups) Newest(ctx context.Context) (week string, at events.Time, err error) {
	var rows []struct {
		Week   string
		MadeAt events.Time
	}
	err = r.log.Read().NewRaw(`SELECT week, MIN(made_at) AS made_at FROM weekly_reports GROUP BY week ORDER BY week DESC LIMIT 1`).Scan(ctx, &rows)
	if err != nil {
		return "", 0, fmt.Errorf("find the newest report: %w", err)
	}
	if len(rows) == 0 {
		return "", 0, nil
	}
	return rows[0].Week, rows[0].MadeAt, nil
}
