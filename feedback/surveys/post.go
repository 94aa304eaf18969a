package surveys

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// UsualDelay is how long after a resolve a letter goes, in seconds: who is still connected has answered by then, or not.
const UsualDelay = int64(3600)

// mailSetting is the setting that says whether this desk can send mail. It stands in the database because whoever
// decides (another node, an import) need not be the one that sends.
const mailSetting = "survey_mail"

// SayMail notes whether mail goes out from this desk. Decisions from now on go by it.
func (s *Store) SayMail(ctx context.Context, goes bool) error {
	return s.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		had, err := s.mails(ctx, tx)
		if err != nil || had == goes {
			return err
		}
		value, err := json.Marshal(goes)
		if err != nil {
			return err
		}
		_, err = tx.NewRaw(`INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`, mailSetting, string(value), tx.Now).Exec(ctx)
		return wrap("note whether mail goes out", err)
	})
}

// mails tells whether mail goes out from this desk.
func (s *Store) mails(ctx context.Context, tx *events.Tx) (bool, error) {
	var found []string
	if err := tx.NewRaw(`SELECT value FROM settings WHERE key = ?`, mailSetting).Scan(ctx, &found); err != nil {
		return false, fmt.Errorf("read whether mail goes out: %w", err)
	}
	return len(found) == 1 && found[0] == "true", nil
}

// afterQuiet is the moment itself, or the end of the quiet hours that it falls into.
func afterQuiet(snap *tickets.Snapshot, at events.Time) events.Time {
	from, errFrom := time.Parse("15:04", snap.Settings.SurveyQuietFrom)
	to, errTo := time.Parse("15:04", snap.Settings.SurveyQuietTo)
	if errFrom != nil || errTo != nil || from.Equal(to) {
		return at
	}
	local := at.Std().In(snap.Zone())
	y, m, d := local.Date()
	for day := -1; day <= 0; day++ { // quiet hours may have begun yesterday
		begin := time.Date(y, m, d+day, from.Hour(), from.Minute(), 0, 0, snap.Zone())
		end := time.Date(y, m, d+day, to.Hour(), to.Minute(), 0, 0, snap.Zone())
		if !end.After(begin) {
			end = time.Date(y, m, d+day+1, to.Hour(), to.Minute(), 0, 0, snap.Zone())
		}
		if !local.Before(begin) && local.Before(end) {
			return events.TimeOf(end)
		}
	}
	return at
}
