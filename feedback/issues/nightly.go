package issues

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"heard/tickets/events"
)

// Support that a topic needs before anybody is told of it.
const (
	leastTickets   = 5
	leastCustomers = 3
)

// movedAUnit is how many tickets get their topic in one unit, to keep it short.
const movedAUnit = 100

// nightly is one night's work.
type nightly struct {
	s       *Store
	state   savedState
	model   *Model
	found   Night
	head    int64 // of the log, as far as the model knows it
	now     events.Time
	before  events.Time // of the last night
	topics  *catalog
	near    func(a, b int64) float64 // likeness of topics by key
	cards   []Card                   // topics by key that tell of one matter
	strands *strandFinder
	fresh   map[events.ID]bool // tickets that no night has seen

	between func(ctx context.Context, held events.Time) error // after each night of the past; nil for nothing
}

// Night lets the model learn what happened since the last one, moves tickets to the topics that they belong to, tests
// every topic for change and every fix for its effect, and measures what issues cost. Run it after an import too. What
// people decided stays.
func (s *Store) Night(ctx context.Context) error { return s.Relive(ctx, nil) }

// Relive is Night. Of a desk that had none before, but weeks of history, it calls between after each night of the past,
// with the moment at which that would have been held: what people did on the days that followed (see ChangeAt) then
// counts for the nights after it.
func (s *Store) Relive(ctx context.Context, between func(ctx context.Context, held events.Time) error) error {
	s.nights.Lock()
	defer s.nights.Unlock()
	n := &nightly{s: s, now: s.log.Now(), between: between}
	for _, step := range []struct {
		doing string
		do    func(context.Context) error
	}{{"fit topics", n.fit}, {"publish topics", n.publish}, {"move tickets", n.move}, {"find issues", n.judge}} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.doing, err)
		}
	}
	return s.enliven(ctx, n.model, n.head, n.state.Version+1)
}

const (
	nightHour   = 2   // of the desk's day from which a night may run
	growthLeast = 100 // new tickets that need a night at once, when they are also growthShare of the window
	growthShare = 5
)

// NightIfDue runs the night once in the desk's small hours, for a desk's first tickets, and whenever many tickets came
// at once, as by an import.
func (s *Store) NightIfDue(ctx context.Context) error {
	snap, err := s.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	st, err := s.readMark(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	lost := st.Version != 0 && s.lost == st.Version
	s.mu.Unlock()
	if lost {
		return s.Night(ctx)
	}
	local, zone := s.log.Now().Std().In(snap.Zone()), snap.Zone()
	if st.Version != 0 && local.Hour() >= nightHour && dayOf(st.NightAt, zone) < dayOf(s.log.Now(), zone) {
		return s.Night(ctx)
	}
	var fresh, held int
	err = s.log.Read().NewRaw(`SELECT COUNT(*) FROM events WHERE pos > ? AND kind = 'ticket.opened'`, st.Pos).Scan(ctx, &fresh)
	if err == nil {
		err = s.log.Read().NewRaw(`SELECT COUNT(*) FROM (SELECT 1 FROM topic_members LIMIT ?) AS m`, s.cfg.Window).Scan(ctx, &held) // more do not count
	}
	if err != nil {
		return fmt.Errorf("count new tickets: %w", err)
	}
	if st.Version == 0 && fresh > 0 || fresh >= growthLeast && fresh*growthShare >= min(held, s.cfg.Window) {
		return s.Night(ctx)
	}
	return nil
}

// NightAt is when the last night began; 0 for never.
func (s *Store) NightAt(ctx context.Context) (events.Time, error) {
	st, err := s.readMark(ctx)
	return st.NightAt, err
}

// dayOf counts the days from 1 January 1970 to a moment's date in a zone.
func dayOf(t events.Time, zone *time.Location) int {
	y, m, d := t.Std().In(zone).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// dateOf is the date of a day count.
func dateOf(day int) string {
	return time.Unix(int64(day)*24*60*60, 0).UTC().Format(time.DateOnly)
}

// fit brings the model up to the head of the log and runs its night.
func (n *nightly) fit(ctx context.Context) (err error) {
	if n.state, err = n.s.readState(ctx); err != nil {
		return err
	}
	if n.head, err = n.s.log.Head(ctx); err != nil {
		return err
	}
	if n.topics, err = n.s.catalog(ctx); err != nil {
		return err
	}
	if err = n.s.tags.count(ctx, n.s.log.Read()); err != nil {
		return err
	}
	var ids []events.ID
	anew := n.state.Version == 0
	if !anew {
		n.model, err = Restore(n.state.Model)
		anew = err != nil // the tickets hold all that the model ever learned
	}
	if anew {
		n.model = New(n.s.cfg)
		ids, err = n.s.newest(ctx, n.s.cfg.Window)
	} else {
		ids, err = n.s.changedSince(ctx, n.state.Pos, n.head)
	}
	if err != nil {
		return err
	}
	if n.fresh = make(map[events.ID]bool, len(ids)); n.state.Version != 0 {
		for _, id := range ids {
			n.fresh[id] = true
		}
	}
	n.join() // before new tickets come: a person joined what was there
	if err := n.s.feed(ctx, n.model, ids); err != nil {
		return err
	}
	if err := n.arrange(ctx, anew); err != nil {
		return err
	}
	n.found = n.model.Night(int64(n.now))
	return nil
}

// join tells the model which topics went up in others.
func (n *nightly) join() {
	for _, key := range slices.Sorted(maps.Keys(n.topics.byKey)) {
		n.model.Reserve(key)
		if t := n.topics.byKey[key]; t.MergedInto != 0 {
			n.model.Join(key, n.topics.lives(t.ID).Key)
		}
	}
}

// arrange tells the model where people put tickets, and a new model all that was known.
func (n *nightly) arrange(ctx context.Context, anew bool) error {
	var rows []membership
	err := n.s.log.Read().NewRaw(`SELECT ticket_id, topic_id, pinned, sure, at FROM topic_members WHERE topic_id <> 0 AND (pinned OR ?)
		ORDER BY ticket_id`, anew).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read topics of tickets: %w", err)
	}
	for _, r := range rows {
		if t := n.topics.lives(r.TopicID); t != nil {
			n.model.Place(int64(r.TicketID), t.Key, r.Pinned)
		}
	}
	return nil
}

// publish writes the topics that have support, and the state, in one unit: a key must never come to mean another topic.
func (n *nightly) publish(ctx context.Context) error {
	list, err := n.describe(ctx)
	if err != nil {
		return err
	}
	packed, err := n.model.MarshalBinary()
	if err != nil {
		return err
	}
	n.before = n.state.NightAt
	n.state.Pos, n.state.NightAt = n.head, n.now
	err = n.s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		if _, err := tx.NewRaw(`UPDATE topics SET tickets = 0 WHERE tickets <> 0`).Exec(ctx); err != nil {
			return err
		}
		if err := upsertTopics(ctx, tx, list); err != nil {
			return err
		}
		for _, r := range n.found.Merged {
			if r.From < 0 || r.Into < 0 {
				continue // a person took this topic apart from others: its tickets may come and go, but they stay two
			}
			_, err := tx.NewRaw(`UPDATE topics SET merged_into = (SELECT x.id FROM topics x WHERE x.key = ?), tickets = 0
				WHERE key = ? AND merged_into = 0 AND EXISTS (SELECT 1 FROM topics x WHERE x.key = ? AND x.merged_into = 0)
				AND NOT EXISTS (SELECT 1 FROM topic_members m WHERE m.topic_id = topics.id AND m.pinned)`, // people put them there, also when they left the window
				r.Into, r.From, r.Into).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return writeState(ctx, tx, n.state, packed)
	})
	if err != nil {
		return err
	}
	n.topics, err = n.s.catalog(ctx)
	return err
}

func upsertTopics(ctx context.Context, tx *events.Tx, list []topic) error {
	for some := range slices.Chunk(list, readAtOnce) {
		rows, args := make([]string, len(some)), []any{}
		for i, t := range some {
			rows[i] = "(?, ?, ?, ?)"
			args = append(args, t.Key, t.Terms, t.Tickets, tx.Now)
		}
		_, err := tx.NewRaw(`INSERT INTO topics (key, terms, tickets, created_at) VALUES `+strings.Join(rows, ", ")+
			` ON CONFLICT (key) DO UPDATE SET terms = excluded.terms, tickets = excluded.tickets`, args...).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// describe lists the topics to publish: those that were, and those that have support now.
func (n *nightly) describe(ctx context.Context) ([]topic, error) {
	var show []Topic
	speak := n.model.namer(n.model.members())
	for _, t := range n.model.Topics() {
		if n.topics.byKey[t.Key] != nil || t.Conversations >= leastTickets && t.Customers >= leastCustomers {
			show = append(show, t)
		}
	}
	groups := make([][]int32, len(show))
	for i, t := range show {
		groups[i] = n.model.slotsOf(t.Key)
	}
	names, err := n.s.say(ctx, speak, groups)
	if err != nil {
		return nil, err
	}
	list := make([]topic, len(show))
	for i, t := range show {
		list[i] = topic{Key: t.Key, Terms: termsJSON(names[i]), Tickets: t.Conversations}
	}
	return list, nil
}

func termsJSON(terms []string) string {
	if len(terms) == 0 {
		return "[]"
	}
	b, err := json.Marshal(terms)
	if err != nil {
		return "[]" // strings always marshal
	}
	return string(b)
}

// labelOf makes a name of the phrases of topics.
func labelOf(terms []string) string {
	if len(terms) == 0 {
		return "Unnamed"
	}
	label := []rune(strings.Join(terms, " · "))
	return strings.ToUpper(string(label[:1])) + string(label[1:])
}

// rename writes the terms of published topics anew, after words were forgotten.
func (s *Store) rename(ctx context.Context, tx *events.Tx, m *Model) error {
	known, err := s.catalog(ctx)
	if err != nil {
		return err
	}
	var list []topic
	for _, t := range m.Topics() {
		if known.byKey[t.Key] != nil {
			list = append(list, topic{Key: t.Key, Terms: termsJSON(t.Terms), Tickets: t.Conversations})
		}
	}
	return upsertTopics(ctx, tx, list)
}

// move gives every ticket of the window its topic, in short units.
func (n *nightly) move(ctx context.Context) error {
	var moves []assignment
	var ids []events.ID
	want := map[events.ID]assignment{}
	for c := range n.model.All() {
		id := events.ID(c.Conversation)
		ids = append(ids, id)
		want[id] = assignment{ticket: id, to: n.topics.heir(c.Topic), at: events.Time(c.At), sure: c.Sure}
	}
	surer, lessSure := []events.ID{}, []events.ID{}
	for some := range slices.Chunk(ids, readAtOnce) {
		have, err := membersOf(ctx, n.s.log.Read(), some)
		if err != nil {
			return err
		}
		for _, id := range some {
			a, was := want[id], have[id]
			a.from, a.pinned = was.TopicID, was.Pinned // only people pin
			switch {
			case a.from != a.to && !was.Pinned:
				moves = append(moves, a)
			case a.from == a.to && a.sure && !was.Sure && a.to != 0:
				surer = append(surer, id)
			case a.from == a.to && !a.sure && was.Sure:
				lessSure = append(lessSure, id)
			}
		}
	}
	orphans, err := n.orphans(ctx)
	if err != nil {
		return err
	}
	for _, a := range orphans {
		if _, ok := want[a.ticket]; !ok {
			moves = append(moves, a)
		}
	}
	if err := n.s.reassign(ctx, events.SystemActor, moves, assign); err != nil {
		return err
	}
	return n.s.trust(ctx, surer, lessSure)
}

// orphans are older tickets of topics that went up in others.
func (n *nightly) orphans(ctx context.Context) (out []assignment, err error) {
	var rows []membership
	err = n.s.log.Read().NewRaw(`SELECT m.ticket_id, m.topic_id, m.pinned, m.sure, m.at FROM topic_members m
		WHERE m.topic_id IN (SELECT t.id FROM topics t WHERE t.merged_into <> 0)`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read topics of tickets: %w", err)
	}
	for _, r := range rows {
		if t := n.topics.lives(r.TopicID); t != nil && t.ID != r.TopicID {
			out = append(out, assignment{ticket: r.TicketID, from: r.TopicID, to: t.ID, at: r.At, sure: r.Sure, pinned: r.Pinned})
		}
	}
	return out, nil
}
