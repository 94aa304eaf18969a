package issues

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// present is what issues are shown by: the desk's day, its settings, and what releases are called.
type present struct {
	today    int
	zone     *time.Location
	weights  Weights
	currency string
	releases map[events.ID]string
}

func (s *Store) presentFor(ctx context.Context, rows []*issue) (present, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return present{}, err
	}
	p := present{today: dayOf(s.log.Now(), snap.Zone()), zone: snap.Zone(), weights: WeightsOf(snap.Settings), currency: snap.Settings.Currency,
		releases: map[events.ID]string{}}
	var ids []events.ID
	for _, x := range rows {
		if x.FixedIn != 0 {
			ids = append(ids, x.FixedIn)
		}
	}
	if len(ids) == 0 {
		return p, nil
	}
	var named []Release
	if err := s.log.Read().NewRaw(`SELECT id, version FROM releases WHERE id IN (?)`, bun.List(ids)).Scan(ctx, &named); err != nil {
		return present{}, fmt.Errorf("read releases: %w", err)
	}
	for _, r := range named {
		p.releases[r.ID] = r.Version
	}
	return p, nil
}

// WeightsOf are the weights of impact that a desk chose.
func WeightsOf(s tickets.Settings) Weights {
	return Weights{Reopen: s.ImpactReopen, Handoff: s.ImpactHandoff, Satisfaction: s.ImpactCSAT, HourlyRate: s.HourlyRate}
}

// weigh makes the impact anew from what was counted, so that a change of the weights holds at once.
func (f *Figures) weigh(w Weights) {
	weeks := float64(f.Period) / daysAWeek
	if weeks <= 0 {
		f.Impact.Parts = []Part{}
		return
	}
	f.Reopens = cmp.Or(f.Reopens, int(math.Round(f.ReopenShare.Value*float64(f.ReopenShare.N))))
	lost := 0.0
	if f.CSAT != nil {
		lost = math.Max(0, -f.CSAT.High) * float64(f.Tickets)
	}
	parts := []Part{{Term: "handling", Count: f.Hours, Weight: 1}, {Term: "reopens", Count: float64(f.Reopens), Weight: w.Reopen},
		{Term: "handoffs", Count: float64(f.Handoffs), Weight: w.Handoff}, {Term: "csat", Count: round(lost), Weight: w.Satisfaction}}
	sum := 0.0
	for i := range parts {
		hours := parts[i].Count * parts[i].Weight / weeks
		sum, parts[i].Hours = sum+hours, round(hours)
	}
	f.Impact = ImpactView{Hours: round(sum), Terms: TermsView{parts[0].Hours, parts[1].Hours, parts[2].Hours, parts[3].Hours},
		Trend: f.Impact.Trend, Rank: round(sum * f.Impact.Trend), Parts: parts}
}

// costOf is what an issue costs in money; nil without a rate.
func costOf(f Figures, kind Kind, rate float64, currency string) *Cost {
	weeks := float64(f.Period) / daysAWeek
	if rate <= 0 || weeks <= 0 {
		return nil
	}
	c := Cost{Amount: f.Hours * rate, Currency: currency}
	c.Yearly = c.Amount * weeksAYear / weeks
	switch {
	case kind == KindRecurring:
		c.Avoidable = c.Amount
	case f.Tickets > 0:
		c.Avoidable = c.Amount * math.Min(1, f.Excess/float64(f.Tickets))
	}
	cents := func(x float64) float64 { return math.Round(x*100) / 100 }
	return &Cost{cents(c.Amount), cents(c.Avoidable), cents(c.Yearly), currency}
}

// clean checks a link to a tracker.
func (t *Tracker) clean(wrong *fault.Fields) *Tracker {
	out := Tracker{URL: linkOf(wrong, "tracker.url", strings.TrimSpace(t.URL)), Key: strings.Join(strings.Fields(t.Key), " ")}
	switch {
	case utf8.RuneCountInString(out.Key) > maxTrackerKey || !utf8.ValidString(out.Key) || strings.ContainsFunc(out.Key, unicode.IsControl):
		wrong.Add("tracker.key", fmt.Sprintf("must hold at most %d characters", maxTrackerKey))
	case out.URL == "" && out.Key != "":
		wrong.Add("tracker.url", "must be given")
	}
	return &out
}

const mostUnsure = 20

// Unsure returns tickets of an issue that nearly went elsewhere, newest first: what people may want to split off.
func (s *Store) Unsure(ctx context.Context, id events.ID) ([]events.ID, error) {
	topics, err := s.TopicsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := []events.ID{}
	err = s.log.Read().NewRaw(`SELECT ticket_id FROM topic_members WHERE topic_id IN (?) AND NOT sure AND NOT pinned ORDER BY at DESC, ticket_id DESC LIMIT ?`,
		bun.List(topics), mostUnsure).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("read what is not sure: %w", err)
	}
	return ids, nil
}
