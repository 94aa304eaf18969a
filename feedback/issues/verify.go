package issues

import (
	"context"
	"fmt"

	"heard/feedback"
	"heard/tickets/events"
)

// verify judges every fix anew, from what was there up to a day. at is when that was; 0 for now.
func (s *Store) verify(ctx context.Context, l *ledger, day int, at events.Time) error {
	for _, x := range l.issues {
		if x.FixedAt == 0 || x.Status != Marked && x.Status != Verified && x.Status != Ineffective {
			continue
		}
		fix := dayOf(x.FixedAt, l.zone) - l.first
		if fix < 0 || fix > day {
			continue
		}
		v := VerifyFix(l.byIssue, issueKey(x.ID), fix, day, l.kappa)
		text, err := toJSON(verdictOf(v, l))
		if err != nil {
			return err
		}
		to := x.Status
		switch {
		case v.Outcome == Fixed:
			to = Verified
		case v.Outcome == NoEffect && x.Status == Marked:
			to = Ineffective
		}
		err = s.system(ctx, func(ctx context.Context, tx *events.Tx) error {
			if _, err := tx.NewRaw(`UPDATE issues SET verdict = ? WHERE id = ?`, text, x.ID).Exec(ctx); err != nil {
				return err
			}
			y := *x
			y.at = at
			if y.Verdict = text; to == x.Status {
				return nil
			}
			return y.setStatus(ctx, tx, to, 0)
		})
		if err != nil {
			return fmt.Errorf("judge a fix: %w", err)
		}
	}
	return nil
}

func verdictOf(v Verification, l *ledger) Verdict {
	out := Verdict{State: v.Outcome, Ratio: round(v.Ratio), Low: round(v.Interval.Low), Sentence: v.Sentence, Change: v.Change}
	if high := v.Interval.High; high < 1e6 {
		high = round(high)
		out.High = &high
	}
	if v.Outcome == TooEarly && v.ReadyDay >= 0 {
		day := dateOf(l.first + v.ReadyDay)
		out.Projected = &day
	}
	return out
}

// step is a line of an issue's history.
type step struct{ what, from, to string }

// remember keeps a line for ever, dated by the moment that it counts for: when it became known stands in the log.
func (x *issue) remember(ctx context.Context, tx *events.Tx, st step) error {
	verdict := x.Verdict
	if verdict == "" {
		verdict = "null"
	}
	_, err := tx.NewRaw(`INSERT INTO issue_history (issue_id, at, by_kind, by_id, what, from_value, to_value, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		x.ID, x.when(tx), string(tx.By.Kind), tx.By.ID, st.what, st.from, st.to, verdict).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write history of issue %s: %w", x.ID, err)
	}
	return nil
}

// setStatus moves an issue, records it, and keeps the verdict of the fix so far in the history.
func (x *issue) setStatus(ctx context.Context, tx *events.Tx, to Status, fixedAt events.Time) error {
	if to == Marked {
		x.FixedAt = fixedAt
	}
	_, err := tx.NewRaw(`UPDATE issues SET status = ?, fixed_at = ?, fixed_in = ?, touched = ?, updated_at = ? WHERE id = ?`,
		string(to), x.FixedAt, x.FixedIn, x.Touched || tx.By.Kind != events.System, tx.Now, x.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write status of issue %s: %w", x.ID, err)
	}
	tx.RecordAt(x.when(tx), tx.By, 0, feedback.IssueStatusChanged{Issue: x.ID, From: string(x.Status), To: string(to), FixedAt: fixedAt})
	if err := x.remember(ctx, tx, step{"status", string(x.Status), string(to)}); err != nil {
		return err
	}
	x.Status = to
	return nil
}
