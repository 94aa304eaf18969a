package tickets

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// Settings are what holds for the whole desk.
type Settings struct {
	DeskName           string   `json:"desk_name"`
	TimeZone           string   `json:"time_zone"` // IANA; of days and weeks. The one chosen last: see ZoneOf
	HandoffReasons     []string `json:"handoff_reasons"`
	SurveyCooldownDays int      `json:"survey_cooldown_days"` // one survey per person in so many days
	SurveyMost90Days   int      `json:"survey_most_90_days"`  // surveys that one person gets in 90 days at most; 0: no such limit
	SurveyQuietFrom    string   `json:"survey_quiet_from"`    // "21:00": mail with surveys waits from then, in the desk's zone
	SurveyQuietTo      string   `json:"survey_quiet_to"`      // until then; both "" for no quiet hours
	HourlyRate         float64  `json:"hourly_rate"`          // what an hour of an agent costs; 0 for not said
	Currency           string   `json:"currency"`             // of the rate, ISO 4217: EUR
	ImpactReopen       float64  `json:"impact_reopen"`        // hours that a reopened ticket counts for in an issue's impact
	ImpactHandoff      float64  `json:"impact_handoff"`       // hours for one that was handed on
	ImpactCSAT         float64  `json:"impact_csat"`          // hours for a ticket and a point of lost satisfaction

	// Zones says from which week on which zone holds, oldest first; the first one holds for all that was before.
	Zones []ZoneFrom `json:"zones"`
}

// ZoneFrom is a change of the desk's time zone. Weeks that were reported keep theirs.
type ZoneFrom struct {
	FromWeek string `json:"from_week"` // ISO week, "2026-W46"; "" for the first
	Zone     string `json:"zone"`
}

// ZoneOf returns the time zone of an ISO week ("2026-W46").
func (s Settings) ZoneOf(week string) string {
	zone := s.TimeZone
	if len(s.Zones) > 0 {
		zone = s.Zones[0].Zone
	}
	for _, z := range s.Zones {
		if z.FromWeek <= week {
			zone = z.Zone
		}
	}
	return zone
}

// zoneAt is the zone in force at a moment.
func (s Settings) zoneAt(t time.Time) *time.Location {
	loc := time.UTC
	for range 2 { // the week is told in its own zone; near a change the second look settles it
		next, err := time.LoadLocation(s.ZoneOf(isoWeek(t.In(loc))))
		if err != nil {
			return loc
		}
		loc = next
	}
	return loc
}

func isoWeek(t time.Time) string {
	year, week := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// DefaultSettings are those of a new desk.
func DefaultSettings() Settings {
	return Settings{DeskName: "Heard", TimeZone: "UTC", SurveyCooldownDays: 30, Currency: "EUR",
		ImpactReopen: 0.25, ImpactHandoff: 0.25, ImpactCSAT: 0.1, HandoffReasons: []string{
			"skill", "wrong_team", "billing", "shift_end", "overload", "escalation", reasonAway, reasonOther}}
}

// SettingsPatch changes settings; nil leaves one.
type SettingsPatch struct {
	DeskName           *string
	TimeZone           *string
	HandoffReasons     *[]string
	SurveyCooldownDays *int
	SurveyMost90Days   *int
	SurveyQuietFrom    *string
	SurveyQuietTo      *string
	HourlyRate         *float64
	Currency           *string
	ImpactReopen       *float64
	ImpactHandoff      *float64
	ImpactCSAT         *float64
}

// Settings returns the desk's settings, defaults where nothing was set.
func (p *People) Settings(ctx context.Context) (Settings, error) {
	s := DefaultSettings()
	return s, s.read(ctx, p.log.Read())
}

func (s *Settings) read(ctx context.Context, db rawQuerier) error {
	var rows []struct{ Key, Value string }
	if err := db.NewRaw(`SELECT key, value FROM settings`).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	into := s.places()
	for _, r := range rows {
		if at, ok := into[r.Key]; ok {
			if err := json.Unmarshal([]byte(r.Value), at); err != nil {
				return fmt.Errorf("read setting %s: %w", r.Key, err)
			}
		}
	}
	return nil
}

// nextZones adds a change of zone from the next week on. A desk without any ticket has no week to keep.
func nextZones(ctx context.Context, tx *events.Tx, zone string) ([]ZoneFrom, error) {
	s := DefaultSettings()
	if err := s.read(ctx, tx); err != nil {
		return nil, err
	}
	var used []events.ID
	if err := tx.NewRaw(`SELECT id FROM tickets LIMIT 1`).Scan(ctx, &used); err != nil {
		return nil, fmt.Errorf("look for tickets: %w", err)
	}
	if len(used) == 0 {
		return []ZoneFrom{{Zone: zone}}, nil
	}
	zones := s.Zones
	if len(zones) == 0 {
		zones = []ZoneFrom{{Zone: s.TimeZone}}
	}
	now := tx.Now.Std()
	from := isoWeek(now.In(s.zoneAt(now)).AddDate(0, 0, 7))
	if last := len(zones) - 1; zones[last].FromWeek == from {
		zones = zones[:last]
	}
	return append(zones, ZoneFrom{from, zone}), nil
}

// places names where each setting lives.
func (s *Settings) places() map[string]any {
	return map[string]any{"desk_name": &s.DeskName, "time_zone": &s.TimeZone, "handoff_reasons": &s.HandoffReasons,
		"survey_cooldown_days": &s.SurveyCooldownDays, "hourly_rate": &s.HourlyRate,
		"currency": &s.Currency, "impact_reopen": &s.ImpactReopen, "impact_handoff": &s.ImpactHandoff, "impact_csat": &s.ImpactCSAT,
		"survey_most_90_days": &s.SurveyMost90Days, "survey_quiet_from": &s.SurveyQuietFrom, "survey_quiet_to": &s.SurveyQuietTo,
		"zones": &s.Zones}
}

// ChangeSettings changes the desk's settings.
func (p *People) ChangeSettings(ctx context.Context, by events.Actor, in SettingsPatch) (Settings, error) {
	next := Settings{}
	changed, err := next.patch(in)
	if err != nil {
		return Settings{}, err
	}
	if len(changed) == 0 {
		return p.Settings(ctx)
	}
	err = p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		keys := changed
		if err := in.checkQuiet(ctx, tx); err != nil {
			return err
		}
		if in.TimeZone != nil {
			keys = append(slices.Clone(changed), "zones")
			if next.Zones, err = nextZones(ctx, tx, next.TimeZone); err != nil {
				return err
			}
		}
		for _, key := range keys {
			value, err := json.Marshal(next.places()[key])
			if err != nil {
				return fmt.Errorf("write setting %s: %w", key, err)
			}
			_, err = tx.NewRaw(`INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
				ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
				key, string(value), tx.Now).Exec(ctx)
			if err != nil {
				return fmt.Errorf("write setting %s: %w", key, err)
			}
		}
		tx.Record(0, SettingChanged{Noun: "settings", Action: "changed", Fields: changed})
		return nil
	})
	if err != nil {
		return Settings{}, err
	}
	return p.Settings(ctx)
}

// checkQuiet refuses half of the quiet hours, and such that never end. What was not sent is as it stands.
func (in *SettingsPatch) checkQuiet(ctx context.Context, tx *events.Tx) error {
	if in.SurveyQuietFrom == nil && in.SurveyQuietTo == nil {
		return nil
	}
	s := DefaultSettings()
	if err := s.read(ctx, tx); err != nil {
		return err
	}
	field := "survey_quiet_to"
	if in.SurveyQuietFrom != nil {
		s.SurveyQuietFrom = *in.SurveyQuietFrom
		if in.SurveyQuietTo == nil || s.SurveyQuietFrom == "" && *in.SurveyQuietTo != "" {
			field = "survey_quiet_from"
		}
	}
	if in.SurveyQuietTo != nil {
		s.SurveyQuietTo = *in.SurveyQuietTo
	}
	switch {
	case (s.SurveyQuietFrom == "") != (s.SurveyQuietTo == ""):
		return fault.On(field, "must go with the other end of the quiet hours: both are given, or both are empty")
	case s.SurveyQuietFrom != "" && s.SurveyQuietFrom == s.SurveyQuietTo:
		return fault.On(field, "must differ from the other end of the quiet hours")
	}
	return nil
}

const maxReasons = 30

// patch checks a patch and puts it into s; changed names the settings it holds.
func (s *Settings) patch(in SettingsPatch) (changed []string, err error) {
	var c checker
	if in.DeskName != nil {
		s.DeskName, changed = c.line("desk_name", *in.DeskName, 1, 60), append(changed, "desk_name")
	}
	if in.TimeZone != nil {
		c.zone("time_zone", *in.TimeZone)
		s.TimeZone, changed = *in.TimeZone, append(changed, "time_zone")
	}
	if in.HandoffReasons != nil {
		s.HandoffReasons, changed = c.reasons("handoff_reasons", *in.HandoffReasons), append(changed, "handoff_reasons")
	}
	if in.SurveyCooldownDays != nil {
		c.between("survey_cooldown_days", *in.SurveyCooldownDays, 1, 365)
		s.SurveyCooldownDays, changed = *in.SurveyCooldownDays, append(changed, "survey_cooldown_days")
	}
	if in.SurveyMost90Days != nil {
		c.between("survey_most_90_days", *in.SurveyMost90Days, 0, 90)
		s.SurveyMost90Days, changed = *in.SurveyMost90Days, append(changed, "survey_most_90_days")
	}
	if in.SurveyQuietFrom != nil {
		c.clock("survey_quiet_from", *in.SurveyQuietFrom)
		s.SurveyQuietFrom, changed = *in.SurveyQuietFrom, append(changed, "survey_quiet_from")
	}
	if in.SurveyQuietTo != nil {
		c.clock("survey_quiet_to", *in.SurveyQuietTo)
		s.SurveyQuietTo, changed = *in.SurveyQuietTo, append(changed, "survey_quiet_to")
	}
	if in.HourlyRate != nil {
		if r := *in.HourlyRate; math.IsNaN(r) || r < 0 || r > 100_000 {
			c.wrong.Add("hourly_rate", "must be between 0 and 100000")
		}
		s.HourlyRate, changed = *in.HourlyRate, append(changed, "hourly_rate")
	}
	if in.Currency != nil {
		if !regexp.MustCompile(`^[A-Z]{3}$`).MatchString(*in.Currency) {
			c.wrong.Add("currency", "must be a code of three letters, like EUR")
		}
		s.Currency, changed = *in.Currency, append(changed, "currency")
	}
	for _, w := range []struct {
		name string
		in   *float64
		at   *float64
	}{{"impact_reopen", in.ImpactReopen, &s.ImpactReopen}, {"impact_handoff", in.ImpactHandoff, &s.ImpactHandoff}, {"impact_csat", in.ImpactCSAT, &s.ImpactCSAT}} {
		if w.in == nil {
			continue
		}
		if math.IsNaN(*w.in) || *w.in < 0 || *w.in > 100 {
			c.wrong.Add(w.name, "must be between 0 and 100 hours")
		}
		*w.at, changed = *w.in, append(changed, w.name)
	}
	return changed, c.wrong.Err()
}

// reasons checks the words for handoffs. Those that Heard itself gives stay on the list.
func (c *checker) reasons(field string, in []string) []string {
	word := regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	out := []string{}
	for i, r := range in {
		if !word.MatchString(r) {
			c.wrong.Add(fmt.Sprintf("%s[%d]", field, i), "must be a lower-case word")
		} else if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, own := range []string{reasonAway, reasonOther} {
		if !slices.Contains(out, own) {
			out = append(out, own)
		}
	}
	if len(out) > maxReasons {
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d entries", maxReasons))
	}
	return out
}
