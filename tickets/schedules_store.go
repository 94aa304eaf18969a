package tickets

import (
	"context"
	"fmt"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	maxIntervals = 70
	maxHolidays  = 400
)

// ScheduleIn creates a schedule, or replaces all of one but its id.
type ScheduleIn struct {
	Name      string
	TimeZone  string
	Intervals []Interval
	Holidays  []string
}

// schedule checks in and makes a row of it.
func (in ScheduleIn) schedule() (*Schedule, error) {
	var c checker
	s := &Schedule{Name: c.line("name", in.Name, 1, maxName), TimeZone: in.TimeZone,
		Intervals: append([]Interval{}, in.Intervals...), Holidays: append([]string{}, in.Holidays...)}
	if len(in.Intervals) > maxIntervals {
		c.wrong.Add("intervals", fmt.Sprintf("must hold at most %d entries", maxIntervals))
	}
	if len(in.Holidays) > maxHolidays {
		c.wrong.Add("holidays", fmt.Sprintf("must hold at most %d entries", maxHolidays))
	}
	if err := c.wrong.Err(); err != nil {
		return nil, err
	}
	_, err := s.Hours()
	return s, err
}

// CreateSchedule adds business hours.
func (p *People) CreateSchedule(ctx context.Context, by events.Actor, in ScheduleIn) (*Schedule, error) {
	s, err := in.schedule()
	if err != nil {
		return nil, err
	}
	err = p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		s.ID, s.CreatedAt = 0, tx.Now
		if _, err := tx.NewInsert().Model(s).Exec(ctx); err != nil {
			return fmt.Errorf("insert schedule: %w", err)
		}
		if err := keepHours(ctx, tx, s, 0); err != nil { // also in force for what was imported from before
			return err
		}
		tx.Record(0, SettingChanged{Noun: "schedule", ID: s.ID, Action: "created"})
		return nil
	})
	return s, err
}

// SchedulePatch changes a schedule; nil leaves a field.
type SchedulePatch struct {
	Name      *string
	TimeZone  *string
	Intervals *[]Interval
	Holidays  *[]string
}

// ChangeSchedule changes business hours.
func (p *People) ChangeSchedule(ctx context.Context, by events.Actor, id events.ID, in SchedulePatch) (*Schedule, error) {
	var out *Schedule
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		row := &Schedule{}
		if err := readRow(ctx, tx, row, id, "schedule"); err != nil {
			return err
		}
		next := ScheduleIn{row.Name, row.TimeZone, row.Intervals, row.Holidays}
		var changed []string
		if in.Name != nil {
			next.Name, changed = *in.Name, append(changed, "name")
		}
		if in.TimeZone != nil {
			next.TimeZone, changed = *in.TimeZone, append(changed, "time_zone")
		}
		if in.Intervals != nil {
			next.Intervals, changed = *in.Intervals, append(changed, "intervals")
		}
		if in.Holidays != nil {
			next.Holidays, changed = *in.Holidays, append(changed, "holidays")
		}
		var err error
		if out, err = next.schedule(); err != nil {
			return err
		}
		out.ID, out.CreatedAt = id, row.CreatedAt
		if len(changed) == 0 {
			return nil
		}
		if _, err := tx.NewUpdate().Model(out).WherePK().Column("name", "time_zone", "intervals", "holidays").Exec(ctx); err != nil {
			return fmt.Errorf("update schedule %d: %w", id, err)
		}
		if err := keepHours(ctx, tx, out, tx.Now); err != nil {
			return err
		}
		tx.Record(0, SettingChanged{Noun: "schedule", ID: id, Action: "changed", Fields: changed})
		return nil
	})
	return out, err
}

// scheduleVersion is the hours of a schedule from a moment on.
type scheduleVersion struct {
	bun.BaseModel `bun:"table:schedule_versions"`

	ScheduleID events.ID
	FromAt     events.Time
	TimeZone   string
	Intervals  []Interval `bun:"intervals,type:text"`
	Holidays   []string   `bun:"holidays,type:text"`
}

// keepHours notes the hours that hold from now on, so that figures of the past keep theirs.
func keepHours(ctx context.Context, tx *events.Tx, s *Schedule, from events.Time) error {
	v := &scheduleVersion{ScheduleID: s.ID, FromAt: from, TimeZone: s.TimeZone, Intervals: s.Intervals, Holidays: s.Holidays}
	_, err := tx.NewInsert().Model(v).On("CONFLICT (schedule_id, from_at) DO UPDATE").
		Set("time_zone = EXCLUDED.time_zone, intervals = EXCLUDED.intervals, holidays = EXCLUDED.holidays").Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep the hours of schedule %d: %w", s.ID, err)
	}
	return nil
}

// versions lists what every schedule was from when on.
func (p *People) versions(ctx context.Context) ([]scheduleVersion, error) {
	var list []scheduleVersion
	err := p.log.Read().NewSelect().Model(&list).OrderExpr("schedule_id, from_at").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list versions of schedules: %w", err)
	}
	return list, nil
}

// Schedule returns one.
func (p *People) Schedule(ctx context.Context, id events.ID) (*Schedule, error) {
	s := &Schedule{}
	return s, p.one(ctx, s, id, "schedule")
}

// Schedules lists all schedules by id.
func (p *People) Schedules(ctx context.Context) ([]Schedule, error) {
	list := []Schedule{}
	if err := p.log.Read().NewSelect().Model(&list).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	return list, nil
}
