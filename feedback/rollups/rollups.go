package rollups

import (
	"context"

	"heard/feedback/issues"
	"heard/feedback/stats"
	"heard/feedback/surveys"
	"heard/tickets"
	"heard/tickets/events"
)

// Surveys is where the report learns how satisfied customers are. surveys.Store fills it; nil for a desk
// without surveys.
type Surveys interface {
	// CSAT returns the satisfaction surveys that were sent or answered in [from, to).
	CSAT(ctx context.Context, from, to events.Time) ([]surveys.Answer, error)
}

// KnownIssue is a recurring issue as the report shows it.
type KnownIssue struct {
	ID        events.ID   `json:"id"`
	Name      string      `json:"name,omitempty"` // filled in where it is read, as the owner's
	Status    string      `json:"status"`
	Kind      string      `json:"kind"`
	OwnerID   events.ID   `json:"owner_id"`
	Owner     string      `json:"owner"`
	Tickets   int         `json:"tickets"`
	Customers int         `json:"customers"`
	Before    int         `json:"before"`   // tickets in the week before
	Expected  *Number     `json:"expected"` // tickets that a usual week has; null where nobody knows yet
	Hours     Number      `json:"hours"`    // of agents
	CSAT      *Difference `json:"csat"`     // with the issue, against all others; null with few answers
}

// Difference is a difference with its interval.
type Difference struct {
	Value Number `json:"value"`
	Range Range  `json:"interval"`
	N     int    `json:"n"`
}

// Issues is where the report learns about recurring issues. issues.Store fills it; nil where nothing looks for
// them.
type Issues interface {
	// Top returns the issues with the largest impact in [from, to), largest first, at most n.
	Top(ctx context.Context, from, to events.Time, n int) ([]issues.ReportIssue, error)
	// IssueNames returns how issues are called now.
	IssueNames(ctx context.Context, ids []events.ID) (map[events.ID]string, error)
}

// Actions is where the report learns what people agreed to do. weekly.Store fills it.
type Actions interface {
	// ActionsAt returns the actions that were open at the end of [from, to), or were done in it, as they stood then.
	ActionsAt(ctx context.Context, from, to events.Time) ([]Action, error)
	// ActionTexts returns what they say now. One whose text was erased is missing.
	ActionTexts(ctx context.Context, ids []events.ID) (map[events.ID]string, error)
}

// Movements is where the report learns what became of issues.
type Movements interface {
	Movements(ctx context.Context, from, to events.Time) ([]Movement, error)
}

// Rollups keeps the figures of one desk.
type Rollups struct {
	log     *events.Log
	dir     *tickets.Directory
	surveys Surveys
	issues  Issues
	beside  Beside
	live    liveFacts
}

// Beside is what a report tells beside its figures. Where a field is nil, it tells nothing of the kind.
type Beside struct {
	Actions   Actions
	Movements Movements
}

// Tell says what the reports tell beside figures. It comes before the first report.
func (r *Rollups) Tell(b Beside) { r.beside = b }

// New returns the figures over a log. Surveys and issues may be nil.
func New(log *events.Log, dir *tickets.Directory, asked Surveys, known Issues) *Rollups {
	return &Rollups{log: log, dir: dir, surveys: asked, issues: known}
}

// Calendar is the desk's, as its settings stand.
func (r *Rollups) Calendar(ctx context.Context) (Calendar, error) {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return Calendar{}, err
	}
	return NewCalendar(snap.Settings), nil
}

// Run brings facts, days and finished weeks up to date. It is a job for one node at a time, and safe to repeat. While
// an import runs, it leaves the weeks for later.
func (r *Rollups) Run(ctx context.Context) error {
	busy, err := r.importing(ctx)
	if err != nil {
		return err
	}
	if !busy {
		return r.CatchUp(ctx)
	}
	if err := r.Refresh(ctx); err != nil {
		return err
	}
	return r.Days(ctx)
}

// CatchUp is Run for whoever knows that an import is over.
func (r *Rollups) CatchUp(ctx context.Context) error {
	if err := r.Refresh(ctx); err != nil {
		return err
	}
	if err := r.Days(ctx); err != nil {
		return err
	}
	return r.Freeze(ctx)
}

// satisfied is the definition for one answer.
func satisfied(a *surveys.Answer) bool {
	if a.Scale == 10 {
		return a.Score >= 9
	}
	return a.Score >= 4
}

func rangeOf(ci stats.Interval) *Range { return &Range{end(ci.Low), end(ci.High)} }
