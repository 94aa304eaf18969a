package issues

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/feedback/stats"
	"heard/tickets"
	"heard/tickets/events"
)

// guessedMinutes is the handling time of a message where the site has measured none.
const guessedMinutes = 2

// caseRow is a ticket of a period with what it cost.
type caseRow struct {
	ID, CustomerID    events.ID
	CreatedAt         events.Time
	Reopens, Handoffs int64
	AgentMessages     int64
	Ms                int64
	Score             int64 // 0: not rated
	Fields            string

	topic     events.ID
	minutes   float64
	estimated bool
}

// cases reads the tickets that were opened in [from, to), and what handling them took: as measured, or, where nothing
// was, as the source of an import measured it, or else the messages of agents times the site's median minutes per message.
func (s *Store) cases(ctx context.Context, from, to events.Time) ([]caseRow, error) {
	rows, err := s.readCases(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("read what tickets took: %w", err)
	}
	var rates []float64
	for _, r := range rows {
		if r.Ms > 0 && r.AgentMessages > 0 {
			rates = append(rates, float64(r.Ms)/float64(time.Minute.Milliseconds())/float64(r.AgentMessages))
		}
	}
	perMessage := float64(guessedMinutes)
	if len(rates) > 0 {
		perMessage = stats.Median(rates)
	}
	for i := range rows {
		r := &rows[i]
		r.minutes = float64(r.Ms) / float64(time.Minute.Milliseconds())
		if told := toldMinutes(r.Fields); r.Ms == 0 && told > 0 {
			r.minutes = told
		} else if r.Ms == 0 {
			r.minutes, r.estimated = perMessage*float64(r.AgentMessages), r.AgentMessages > 0
		}
	}
	return rows, nil
}

// readCases reads the rows. Ids ascend with time but for imports, so that what lies between the lowest and the highest is
// little more than what is asked for. The sum keeps PostgreSQL from walking through all ids until one is of the range.
func (s *Store) readCases(ctx context.Context, from, to events.Time) ([]caseRow, error) {
	var low, high events.ID
	err := s.log.Read().QueryRowContext(ctx, `SELECT COALESCE(MIN(id + 0), 0), COALESCE(MAX(id + 0), 0) FROM tickets WHERE created_at >= ? AND created_at < ?`,
		from, to).Scan(&low, &high)
	if err != nil {
		return nil, err
	}
	found, err := s.log.Read().QueryContext(ctx, `SELECT t.id, t.customer_id, t.created_at, t.reopens, t.handoffs, t.agent_messages,
			COALESCE(h.ms, 0) AS ms, COALESCE(r.score, 0) AS score, t.fields
		FROM tickets t
		LEFT JOIN (SELECT ticket_id, CAST(SUM(ms) AS BIGINT) AS ms FROM handling_days WHERE ticket_id >= ? AND ticket_id <= ? GROUP BY ticket_id) h
			ON h.ticket_id = t.id
		LEFT JOIN (SELECT i.ticket_id, MAX(x.score) AS score FROM survey_invitations i JOIN survey_responses x ON x.invitation_id = i.id
			WHERE i.kind = 'csat' AND i.withdrawn_at = 0 AND i.ticket_id >= ? AND i.ticket_id <= ? GROUP BY i.ticket_id) r ON r.ticket_id = t.id
		WHERE t.created_at >= ? AND t.created_at < ? AND t.merged_into = 0 AND NOT t.spam ORDER BY t.created_at, t.id`, low, high, low, high, from, to)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var rows []caseRow
	for found.Next() {
		var r caseRow
		err := found.Scan(&r.ID, &r.CustomerID, &r.CreatedAt, &r.Reopens, &r.Handoffs, &r.AgentMessages, &r.Ms, &r.Score, &r.Fields)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, found.Err()
}

// toldMinutes is what the source of an imported ticket measured, 0 for nothing.
func toldMinutes(fields string) float64 {
	if !strings.Contains(fields, tickets.HandlingMinutes) {
		return 0
	}
	var f map[string]string
	if json.Unmarshal([]byte(fields), &f) != nil {
		return 0
	}
	minutes, err := strconv.ParseFloat(f[tickets.HandlingMinutes], 64)
	if err != nil || minutes < 0 {
		return 0
	}
	return minutes
}

func (r *caseRow) asCase() Case {
	return Case{Customer: int64(r.CustomerID), Minutes: r.minutes, Reopened: r.Reopens > 0, HandedOff: r.Handoffs > 0,
		Rated: r.Score > 0, Rating: float64(r.Score)}
}

// period splits the cases of a period into an issue's own and all others.
func (l *ledger) period(x *issue, all []caseRow, days int) Period {
	p := Period{Days: days, Chronic: x.Kind == KindRecurring}
	for i := range all {
		if l.ofTopic[all[i].topic] == x {
			p.Issue = append(p.Issue, all[i].asCase())
		} else {
			p.Others = append(p.Others, all[i].asCase())
		}
	}
	return p
}

// place tells every case its topic.
func (l *ledger) place(all []caseRow) {
	topics := make(map[events.ID]events.ID, len(l.members))
	for i := range l.members {
		topics[l.members[i].TicketID] = l.members[i].TopicID
	}
	for i := range all {
		all[i].topic = topics[all[i].ID]
	}
}

// daysOf is how long the period of costs is on a young desk.
func (l *ledger) daysOf(most int) int { return max(1, min(most, l.today+1)) }

// start is the moment at which a day of the ledger begins.
func (l *ledger) start(day int) events.Time {
	y, m, d := time.Unix(int64(l.first+day)*24*60*60, 0).UTC().Date()
	return events.TimeOf(time.Date(y, m, d, 0, 0, 0, 0, l.zone))
}

// measure computes the figures of every issue and writes them. near tells how alike two topics' words are; without it
// what was known stays.
func (s *Store) measure(ctx context.Context, l *ledger, near func(a, b int64) float64) error {
	days := l.daysOf(costDays)
	all, err := s.cases(ctx, l.start(l.today-days+1), l.now+1)
	if err != nil {
		return err
	}
	l.place(all)
	checked, err := s.checks(ctx, l)
	if err != nil {
		return err
	}
	exposure := l.byIssue.exposure(l.day)
	for _, x := range l.issues {
		f := l.figures(x, all, exposure, days)
		f.TrueSize = checked[x].size(f.Tickets)
		if near != nil {
			f.near = l.likes(x, near)
		} else {
			f.near = nearOf(x.Figures)
		}
		text, err := f.stored()
		if err != nil {
			return err
		}
		if text == x.Figures {
			continue
		}
		x.Figures = text
		err = s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
			_, err := tx.NewRaw(`UPDATE issues SET figures = ? WHERE id = ?`, text, x.ID).Exec(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	return nil
}

// figures are one issue's.
func (l *ledger) figures(x *issue, all []caseRow, exposure []float64, days int) Figures {
	f := Figures{Period: days, Trend: l.trend(x, exposure)}
	for _, d := range f.Trend[max(0, len(f.Trend)-days):] {
		f.Expected += d.Expected
	}
	p := l.period(x, all, days)
	p.Expected = f.Expected
	i := Measure(p, DefaultWeights())
	f.Tickets, f.Customers, f.Hours = i.Conversations, i.Customers, round(i.Hours)
	f.Expected, f.Excess = round(f.Expected), round(i.Excess)
	f.Share = shareOf(stats.Rate{Hits: len(p.Issue), N: len(all)})
	f.Handoffs, f.Reopens = i.Handoffs.Rate.Hits, i.Reopens.Rate.Hits
	f.HandoffShare, f.ReopenShare = shareOf(i.Handoffs.Rate), shareOf(i.Reopens.Rate)
	f.CSAT = scoreOf(i.Satisfaction, p)
	f.Impact = ImpactView{Hours: round(i.Score), Terms: TermsView{round(i.Terms.Handling), round(i.Terms.Reopens), round(i.Terms.Handoffs),
		round(i.Terms.Satisfaction)}, Trend: round(i.Trend), Rank: round(i.Rank)}
	guessed, sum := 0.0, 0.0
	for k := range all {
		if r := &all[k]; l.ofTopic[r.topic] == x {
			if sum += r.minutes; r.estimated {
				guessed += r.minutes
			}
		}
	}
	if sum > 0 {
		f.Estimated = round(guessed / sum)
	}
	l.seen(x, &f)
	return f
}

// seen fills in when an issue was seen, and how sure its tickets are.
func (l *ledger) seen(x *issue, f *Figures) {
	n, unsure := 0, 0
	if x.Status == Regressed && x.FixedAt != 0 && x.back > x.FixedAt {
		f.Relapse = &Relapse{At: x.back}
	}
	for i := range l.members {
		m := &l.members[i]
		if l.ofTopic[m.TopicID] != x {
			continue
		}
		if n++; f.FirstSeen == 0 {
			f.FirstSeen = m.At
		}
		f.LastSeen = m.At
		f.Relapse.count(x.FixedAt, m.At)
		if !m.Sure {
			unsure++
		}
	}
	if n > 0 {
		f.UnsureShare = round(float64(unsure) / float64(n))
	}
}

func scoreOf(d *Drag, p Period) *Score {
	if d == nil {
		return nil
	}
	return &Score{round(d.Difference), round(d.Interval.Low), round(d.Interval.High), d.Ratings, len(ratings(p.Others))}
}

// trend is what came on each of the last eight weeks' days, and what the level before would have brought.
func (l *ledger) trend(x *issue, exposure []float64) []TrendDay {
	s, flagged := l.byIssue.series(issueKey(x.ID)), l.flaggedDays(x)
	from, to := l.day-gapDays-baselineDays+1, l.day-gapDays
	base := baseline(s, exposure, from, to, flagged)
	rate := base.count / base.exposure
	out := make([]TrendDay, 0, trendDays)
	for day := max(0, l.day-trendDays+1); day <= l.day; day++ {
		out = append(out, TrendDay{dateOf(l.first + day), s.counts[day], round(rate * exposure[day])})
	}
	return out
}

const mostAlike = 5

// likes finds the issues whose words are most alike.
func (l *ledger) likes(x *issue, near func(a, b int64) float64) []likeness {
	out := []likeness{}
	mine := l.topics.lives(x.TopicID)
	for _, other := range l.issues {
		if theirs := l.topics.lives(other.TopicID); other != x && mine != nil && theirs != nil {
			if like := round(near(mine.Key, theirs.Key)); like > 0 {
				out = append(out, likeness{other.ID, like})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b likeness) int { return cmp.Compare(b.Similarity, a.Similarity) })
	return out[:min(len(out), mostAlike)]
}

// storedFigures is the form of figures in their column.
type storedFigures struct {
	Figures
	Near []likeness `json:"near"`
}

func (f Figures) stored() (string, error) { return toJSON(storedFigures{f, f.near}) }

func figuresOf(text string) (f Figures) {
	var st storedFigures
	if json.Unmarshal([]byte(text), &st) == nil {
		f, f.near = st.Figures, st.Near
	}
	if f.Trend == nil {
		f.Trend = []TrendDay{}
	}
	return f
}

func nearOf(text string) []likeness { return figuresOf(text).near }
