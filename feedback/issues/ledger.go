package issues

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"heard/feedback/stats"
	"heard/tickets/events"
)

const (
	tableDays = 210 // so that a fix is watched for its half year, with the weeks before it
	trendDays = 56
	costDays  = 28 // the period that costs are measured in
	noonHour  = 12 // from which today counts as a day
)

// issue is a row of issues.
type issue struct {
	ID         events.ID
	TopicID    events.ID // the leading one
	Kind       Kind
	Status     Status
	Name       string
	Terms      string // JSON of words
	OwnerID    events.ID
	Test       string
	Figures    string
	Verdict    string
	Touched    bool // a person did something about it
	FlagDay    int
	FlaggedAt  events.Time
	FixedAt    events.Time
	FixedIn    events.ID // the release that is to have fixed it
	TrackerURL string
	TrackerKey string
	MergedInto events.ID
	CreatedAt  events.Time
	UpdatedAt  events.Time

	covers []events.ID // topics, the leading one first
	last   events.Time // of its newest step
	back   events.Time // when it was last found to have come back after a fix
	at     events.Time // that changes of it count for; 0 is now
}

const issueColumns = `id, topic_id, kind, status, name, terms, owner_id, test, figures, verdict, touched, flag_day, flagged_at, fixed_at,
	fixed_in, tracker_url, tracker_key, merged_into, created_at, updated_at`

// member is a ticket of a topic.
type member struct {
	TicketID, TopicID, CustomerID events.ID
	At                            events.Time
	Sure                          bool
	day                           int // of the ledger
}

// ledger is everything that tests and figures are made from, at one moment.
type ledger struct {
	now     events.Time
	zone    *time.Location
	first   int // day count of the ledger's day 0
	day     int // the newest day that counts
	today   int // the day of now: day, or the one after
	topics  *catalog
	issues  []*issue // that are not part of others
	ofTopic map[events.ID]*issue
	members []member
	table   *Table // by topic
	byIssue *Table // by issue where a topic belongs to one, else by topic; see issueKey
	history History
	kappa   float64
}

// issueKey keeps issues and topics apart in one table.
func issueKey(id events.ID) int64 { return -int64(id) }

// ledger reads it all.
func (s *Store) ledger(ctx context.Context) (*ledger, error) {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	l := &ledger{zone: snap.Zone()}
	if l.now, err = s.present(ctx); err != nil {
		return nil, err
	}
	if l.topics, err = s.catalog(ctx); err != nil {
		return nil, err
	}
	if err := s.readIssues(ctx, l); err != nil {
		return nil, err
	}
	today := dayOf(l.now, l.zone)
	last := today
	if l.now.Std().In(l.zone).Hour() < noonHour {
		last-- // a few hours of the night say nothing about a day
	}
	if err := s.readMembers(ctx, l, last-tableDays+1); err != nil {
		return nil, err
	}
	l.first = last
	for _, m := range l.members {
		l.first = min(l.first, m.day)
	}
	for i := range l.members {
		l.members[i].day -= l.first
	}
	l.day, l.today = last-l.first, today-l.first
	l.count()
	return l, s.readFlags(ctx, l)
}

// present is the moment that tests and figures are told for: now; for a desk that has had no ticket for longer than
// costs look back (an archive that was imported), the evening of its last day.
func (s *Store) present(ctx context.Context) (events.Time, error) {
	now := s.log.Now()
	var newest events.Time
	if err := s.log.Read().NewRaw(`SELECT COALESCE(MAX(at), 0) FROM topic_members`).Scan(ctx, &newest); err != nil {
		return 0, fmt.Errorf("find the newest ticket: %w", err)
	}
	if newest == 0 || now.Sub(newest) <= costDays*24*time.Hour {
		return now, nil
	}
	return newest.Add(noonHour * time.Hour), nil
}

func (s *Store) readIssues(ctx context.Context, l *ledger) error {
	list, err := s.issues(ctx, `merged_into = 0`)
	if err == nil {
		err = s.readLast(ctx, list)
	}
	if err != nil {
		return err
	}
	l.issues, l.ofTopic = list, map[events.ID]*issue{}
	claims := slices.Clone(list) // where topics went up in one another: the issue that people care about has it, else the older
	slices.SortStableFunc(claims, func(a, b *issue) int {
		return cmp.Or(compareBool(b.Touched, a.Touched), cmp.Compare(a.ID, b.ID))
	})
	first := slices.IndexFunc(claims, func(x *issue) bool { return !x.Touched })
	if first < 0 {
		first = len(claims)
	}
	for _, part := range [][]*issue{claims[:first], claims[first:]} {
		for _, inherits := range []bool{false, true} { // what an issue has itself, before what came to it from topics that went up
			l.claim(part, inherits)
		}
	}
	return nil
}

// claim gives free topics to issues, in order: those that they cover, or those that these went up in.
func (l *ledger) claim(list []*issue, inherits bool) {
	for _, x := range list {
		for _, t := range x.covers {
			if live := l.topics.lives(t); live != nil && (live.ID != t) == inherits && l.ofTopic[live.ID] == nil {
				l.ofTopic[live.ID] = x
			}
		}
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// issues reads issues by a condition, which is code and never input, oldest first.
func (s *Store) issues(ctx context.Context, where string, args ...any) ([]*issue, error) {
	var rows []*issue
	if err := s.log.Read().NewRaw(`SELECT `+issueColumns+` FROM issues WHERE `+where+` ORDER BY id`, args...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read issues: %w", err)
	}
	var covers []struct{ IssueID, TopicID events.ID }
	if err := s.log.Read().NewRaw(`SELECT issue_id, topic_id FROM issue_topics ORDER BY topic_id`).Scan(ctx, &covers); err != nil {
		return nil, fmt.Errorf("read issues: %w", err)
	}
	byID := map[events.ID]*issue{}
	for _, x := range rows {
		byID[x.ID], x.covers = x, []events.ID{x.TopicID}
	}
	for _, c := range covers {
		if x := byID[c.IssueID]; x != nil && c.TopicID != x.TopicID {
			x.covers = append(x.covers, c.TopicID)
		}
	}
	return rows, nil
}

func (s *Store) readMembers(ctx context.Context, l *ledger, from int) error {
	since := events.TimeOf(time.Unix(int64(from-1)*24*60*60, 0)) // a day more: zones
	var low events.ID                                            // by which PostgreSQL knows how few tickets these are
	err := s.log.Read().QueryRowContext(ctx, `SELECT COALESCE(MIN(ticket_id + 0), 0) FROM topic_members WHERE at >= ?`, since).Scan(&low)
	if err != nil {
		return fmt.Errorf("read topics of tickets: %w", err)
	}
	rows, err := s.log.Read().QueryContext(ctx, `SELECT m.ticket_id, m.topic_id, t.customer_id, m.at, m.sure FROM topic_members m
		JOIN tickets t ON t.id = m.ticket_id AND t.id >= ? WHERE m.at >= ? AND m.topic_id <> 0 AND t.merged_into = 0 AND NOT t.spam`, low, since)
	if err != nil {
		return fmt.Errorf("read topics of tickets: %w", err)
	}
	defer rows.Close()
	days := dayFinder{zone: l.zone}
	for rows.Next() { // hundreds of thousands on a large desk
		var m member
		if err := rows.Scan(&m.TicketID, &m.TopicID, &m.CustomerID, &m.At, &m.Sure); err != nil {
			return fmt.Errorf("read topics of tickets: %w", err)
		}
		live := l.topics.lives(m.TopicID)
		if m.day = days.of(m.At); live != nil && m.day >= from {
			m.TopicID = live.ID
			l.members = append(l.members, m)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read topics of tickets: %w", err)
	}
	slices.SortFunc(l.members, func(a, b member) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.TicketID, b.TicketID)) })
	return nil
}

// dayFinder is dayOf for many moments that lie near each other.
type dayFinder struct {
	zone     *time.Location
	from, to events.Time // of the day found last
	day      int
}

func (f *dayFinder) of(t events.Time) int {
	if t < f.from || t >= f.to {
		y, m, d := t.Std().In(f.zone).Date()
		f.from, f.to = events.TimeOf(time.Date(y, m, d, 0, 0, 0, 0, f.zone)), events.TimeOf(time.Date(y, m, d+1, 0, 0, 0, 0, f.zone))
		f.day = dayOf(t, f.zone)
	}
	return f.day
}

// count builds both tables.
func (l *ledger) count() {
	observed := func(topicOf func(*member) int64) func(func(Observation) bool) {
		return func(yield func(Observation) bool) {
			for i := range l.members {
				m := &l.members[i]
				if !yield(Observation{Topic: topicOf(m), Customer: int64(m.CustomerID), Day: m.day}) {
					return
				}
			}
		}
	}
	l.table = NewTable(l.day+1, observed(func(m *member) int64 { return int64(m.TopicID) }))
	l.byIssue = NewTable(l.day+1, observed(func(m *member) int64 {
		if x := l.ofTopic[m.TopicID]; x != nil {
			return issueKey(x.ID)
		}
		return int64(m.TopicID)
	}))
}

// readFlags reads the days on which topics were flagged, and with them how much counts spread.
func (s *Store) readFlags(ctx context.Context, l *ledger) error {
	var rows []struct {
		TopicID events.ID
		Day     int
	}
	err := s.log.Read().NewRaw(`SELECT topic_id, day FROM issue_flags WHERE day >= ? ORDER BY topic_id, day`, l.first).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	l.history = History{}
	for _, r := range rows {
		if live := l.topics.lives(r.TopicID); live != nil {
			l.history[int64(live.ID)] = append(l.history[int64(live.ID)], r.Day-l.first)
		}
	}
	for key, days := range l.history {
		slices.Sort(days)
		l.history[key] = slices.Compact(days)
	}
	l.kappa = EstimateKappa(l.table, l.day, l.history)
	return nil
}

// fixes are the days on which topics were fixed.
func (l *ledger) fixes() map[int64]int {
	out := map[int64]int{}
	for topic, x := range l.ofTopic {
		if x.watched() {
			if day := dayOf(x.FixedAt, l.zone) - l.first; day >= 0 {
				out[int64(topic)] = day
			}
		}
	}
	return out
}

// watched says whether an issue's fix is believed in, so that its return would be news.
func (x *issue) watched() bool {
	return x.FixedAt != 0 && (x.Status == Marked || x.Status == Verified)
}

// flaggedDays are the flagged days of all topics of an issue.
func (l *ledger) flaggedDays(x *issue) map[int]bool {
	days := map[int]bool{}
	for _, t := range x.covers {
		if live := l.topics.lives(t); live != nil {
			maps.Copy(days, l.history.flagged(int64(live.ID)))
		}
	}
	return days
}

// series finds a topic's or issue's counts in a table.
func (t *Table) series(topic int64) *series {
	i, ok := slices.BinarySearchFunc(t.topics, topic, func(s *series, k int64) int { return cmp.Compare(s.topic, k) })
	if !ok {
		return &series{topic: topic, counts: make([]int, t.Days), customers: make([][]int64, t.Days)}
	}
	return t.topics[i]
}

// name is how an issue is called.
func (x *issue) name(c *catalog) string {
	if x.Name != "" {
		return x.Name
	}
	if t := c.lives(x.TopicID); t != nil && t.Name != "" {
		return t.Name
	}
	return labelOf(x.words(c))
}

func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write figures: %w", err)
	}
	return string(b), nil
}

// share is a rate with its interval, as the wire shows it.
func shareOf(r stats.Rate) Share {
	ci := stats.Wilson(r, stats.Level)
	return Share{Value: round(r.Value()), Low: round(ci.Low), High: round(ci.High), N: r.N}
}
