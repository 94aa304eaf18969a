package issues

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"heard/feedback"
	"heard/tickets/events"
)

// judge tests every topic and every fix, and keeps one episode per issue.
func (n *nightly) judge(ctx context.Context) error {
	l, err := n.s.ledger(ctx)
	if err != nil {
		return err
	}
	if err := n.absorb(ctx, l); err != nil {
		return err
	}
	n.near, n.cards, n.strands = n.model.Similar(), n.model.Cards(), n.model.newStrandFinder(l.days())
	for day := n.firstDay(l); day <= l.day; day++ {
		if err := n.judgeDay(ctx, l, day); err != nil {
			return err
		}
	}
	if err := n.adopt(ctx, l); err != nil {
		return err
	}
	l.count()
	if err := n.s.renew(ctx, l); err != nil {
		return err
	}
	if err := n.s.verify(ctx, l, l.day, 0); err != nil {
		return err
	}
	if err := n.call(ctx, l); err != nil {
		return err
	}
	if err := n.quote(ctx, l); err != nil {
		return err
	}
	return n.s.measure(ctx, l, n.near)
}

// judgeDay is the night that follows a day: when it was held, or now.
func (n *nightly) judgeDay(ctx context.Context, l *ledger, day int) error {
	if err := n.flag(ctx, l, day); err != nil {
		return err
	}
	err := n.s.readIssues(ctx, l) // with those that were opened
	if err == nil {
		err = n.s.readFlags(ctx, l)
	}
	if err != nil || day == l.day || n.before != 0 {
		return err
	}
	held := l.heldAt(day)
	if n.between != nil {
		if err := n.between(ctx, held); err != nil {
			return err
		}
		if err := n.s.readIssues(ctx, l); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(l.issues, func(x *issue) bool { return x.FixedAt != 0 }) {
		return nil
	}
	l.count() // what belongs together may have changed
	return n.s.verify(ctx, l, day, held)
}

// absorb ends issues whose topics all went up in those of another issue.
func (n *nightly) absorb(ctx context.Context, l *ledger) error {
	left := l.issues[:0:0]
	for _, x := range l.issues {
		claims := 0
		for _, owner := range l.ofTopic {
			if owner == x {
				claims++
			}
		}
		home := l.topics.lives(x.TopicID)
		if claims > 0 || home == nil || l.ofTopic[home.ID] == nil {
			left = append(left, x)
			continue
		}
		if err := n.s.mergeRows(ctx, events.SystemActor, x, l.ofTopic[home.ID]); err != nil {
			return err
		}
	}
	l.issues = left
	return nil
}

// mostMissed is how many days are judged one after another when there was no night for long. A first night judges all
// days that it has, so that imported history tells what was going on in it, week by week.
const mostMissed = costDays

// firstDay is the oldest day that no night has judged.
func (n *nightly) firstDay(l *ledger) int {
	if n.before == 0 || n.found.Full && n.mostlyFresh(l) {
		return 0
	}
	first := max(0, l.day-mostMissed+1)
	if !n.found.Full {
		first = max(first, dayOf(n.before, l.zone)-l.first+1)
	}
	return min(first, l.day)
}

// flag runs the tests of a day and opens or goes on with episodes.
func (n *nightly) flag(ctx context.Context, l *ledger, day int) error {
	var changes, chronic []Flag
	flags := DefaultDetector().Round(l.table, day, l.cards(n.cards), l.history, l.fixes())
	for _, f := range DefaultDetector().Inside(l.table, day, l.strands(n.strands.of(day)), l.history, flags) {
		if f.Kind == KindRecurring {
			chronic = append(chronic, f)
		} else {
			changes = append(changes, f)
		}
	}
	for _, group := range n.grouped(changes, l) {
		if err := n.raise(ctx, l, group); err != nil {
			return fmt.Errorf("raise an issue: %w", err)
		}
	}
	if day < l.day && (n.before != 0 || l.weekday(day) != time.Sunday) {
		return nil // of the past, every seventh night is enough for what never ends
	}
	return n.recurring(ctx, l, day, chronic)
}

// grouped puts the flags that belong together into groups: the model knows topics by key.
func (n *nightly) grouped(flags []Flag, l *ledger) [][]Flag {
	byKey := slices.Clone(flags)
	for i := range byKey {
		byKey[i].Topic = l.topics.byID[events.ID(byKey[i].Topic)].Key
	}
	var out [][]Flag
	for _, g := range n.model.GroupFlags(byKey, n.cards) {
		for i := range g {
			g[i].Topic = int64(l.topics.heir(g[i].Topic))
		}
		out = append(out, l.apart(g)...)
	}
	return out
}

// apart keeps the topics of different issues apart, as people may have split them. Those of no issue stay with the
// first.
func (l *ledger) apart(group []Flag) (out [][]Flag) {
	place := map[*issue]int{}
	var free []Flag
	for _, f := range group {
		x := l.ofTopic[events.ID(f.Topic)]
		if x == nil {
			free = append(free, f)
			continue
		}
		if _, ok := place[x]; !ok {
			place[x], out = len(out), append(out, nil)
		}
		out[place[x]] = append(out[place[x]], f)
	}
	switch {
	case len(free) == 0:
	case len(out) == 0 || l.ofTopic[events.ID(out[0][0].Topic)].watched(): // what was fixed does not take new topics in
		out = append(out, free)
	default:
		out[0] = append(out[0], free...)
	}
	return out
}

// raise notes the flags of a group and gives them to their issue, or to a new one.
func (n *nightly) raise(ctx context.Context, l *ledger, group []Flag) error {
	lead := group[0]
	x := l.ofTopic[events.ID(lead.Topic)]
	if i := slices.IndexFunc(group, func(f Flag) bool { return f.Kind == KindRegressed }); i >= 0 {
		lead = group[i]
	}
	if x != nil && x.watched() && lead.Kind != KindRegressed {
		return nil // what comes right after a fix is the fix's own test to judge
	}
	at := n.effective(l, lead)
	topics := n.card(l, topicIDs(group))
	if lead.Kind != KindRegressed && lead.Test.Hours == 0 {
		lead = l.whole(lead, topics, x)
	}
	return n.s.system(ctx, func(ctx context.Context, tx *events.Tx) error {
		for _, f := range group {
			for _, topic := range f.on() {
				if err := noteFlag(ctx, tx, events.ID(topic), l.first+lead.Day); err != nil {
					return err
				}
			}
		}
		if x == nil {
			return open(ctx, tx, l, lead, topics, at)
		}
		if err := cover(ctx, tx, l, x.ID, topics); err != nil {
			return err
		}
		if day := l.first + lead.Day; day >= x.FlagDay {
			x.at = at
			return x.goOn(ctx, tx, lead, day)
		}
		return nil
	})
}

// system is a unit of Heard's own.
func (s *Store) system(ctx context.Context, fn func(context.Context, *events.Tx) error) error {
	return s.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, fn)
}

func noteFlag(ctx context.Context, tx *events.Tx, topic events.ID, day int) error {
	_, err := tx.NewRaw(`INSERT INTO issue_flags (topic_id, day) VALUES (?, ?) ON CONFLICT (topic_id, day) DO NOTHING`, topic, day).Exec(ctx)
	return err
}

func topicIDs(group []Flag) []events.ID {
	out := make([]events.ID, len(group))
	for i, f := range group {
		out[i] = events.ID(f.Topic)
	}
	return out
}

// whole makes a flag tell of all topics of its group, and of those that the issue has already: a matter often comes in
// several topics. The flag stays as it was where the whole says less than the part.
func (l *ledger) whole(lead Flag, topics []events.ID, x *issue) Flag {
	if x != nil {
		topics = append(slices.Clone(topics), x.covers...)
	}
	sum := &series{counts: make([]int, l.table.Days), customers: make([][]int64, l.table.Days)}
	flagged, seen := map[int]bool{}, map[events.ID]bool{}
	for _, id := range topics {
		t := l.topics.lives(id)
		if t == nil || seen[t.ID] {
			continue
		}
		seen[t.ID] = true
		part := l.table.series(int64(t.ID))
		for day := range sum.counts {
			sum.counts[day] += part.counts[day]
			sum.customers[day] = append(sum.customers[day], part.customers[day]...)
		}
		maps.Copy(flagged, l.history.flagged(int64(t.ID)))
	}
	if lead.Kind == KindRecurring {
		if f, ok := recurring(sum, lead.Day); ok {
			f.Topic = lead.Topic
			return f
		}
		return lead
	}
	d := Detector{Kappa: l.kappa}
	o := d.change(sum, l.table.exposure(lead.Day), lead.Day, flagged, windows(lead.Day))
	if o.Window == 0 || o.P > lead.Test.P {
		return lead
	}
	o.Q = lead.Test.Q
	lead.Test, lead.Word = o.Test, ""
	lead.Conversations, lead.Customers = sum.support(lead.Day-o.Window+1, lead.Day)
	lead.Sentence = sentence(lead)
	return lead
}

// cover gives an issue those topics that no other one has.
func cover(ctx context.Context, tx *events.Tx, l *ledger, id events.ID, topics []events.ID) error {
	for _, topic := range topics {
		if l.ofTopic[topic] == nil {
			_, err := tx.NewRaw(`INSERT INTO issue_topics (topic_id, issue_id) VALUES (?, ?) ON CONFLICT (topic_id) DO UPDATE SET issue_id = excluded.issue_id`,
				topic, id).Exec(ctx)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// open makes an issue of a group of flags that no issue has. at is the night that found it; 0 for this one.
func open(ctx context.Context, tx *events.Tx, l *ledger, lead Flag, topics []events.ID, at events.Time) error {
	if taken, err := claimed(ctx, tx, events.ID(lead.Topic)); err != nil || taken {
		return err
	}
	x := &issue{TopicID: events.ID(lead.Topic), Kind: lead.Kind, Status: Flagged, FlagDay: l.first + lead.Day, at: at}
	if lead.Kind == KindRecurring {
		x.FlagDay = 0 // no episode
	}
	if err := x.insert(ctx, tx, lead, l.first+lead.Day); err != nil {
		return err
	}
	if err := cover(ctx, tx, l, x.ID, topics); err != nil {
		return err
	}
	x.announce(tx, lead)
	return x.remember(ctx, tx, step{what: "status", to: string(Flagged)})
}

func (x *issue) insert(ctx context.Context, tx *events.Tx, lead Flag, day int) error {
	test, err := toJSON(testOf(lead, day))
	if err != nil {
		return err
	}
	return tx.NewRaw(`INSERT INTO issues (topic_id, kind, status, name, touched, test, flag_day, flagged_at, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, x.TopicID, string(x.Kind), string(x.Status), x.Name, x.Touched, test, x.FlagDay,
		x.when(tx), tx.Now, tx.Now).Scan(ctx, &x.ID)
}

func (x *issue) announce(tx *events.Tx, f Flag) {
	tx.RecordAt(x.when(tx), tx.By, 0, feedback.IssueFlagged{Issue: x.ID, Topic: events.ID(f.Topic), Type: string(f.Kind), Window: f.Test.Window,
		Observed: f.Test.Observed, Expected: round(f.Test.Expected), P: f.Test.P, Q: f.Test.Q})
}

// testOf is a flag as it is kept; day is its day since 1970, 0 where nothing was tested.
func testOf(f Flag, day int) TestView {
	v := TestView{Sentence: f.Sentence, Window: f.Test.Window, Hours: f.Test.Hours, Observed: f.Test.Observed,
		Expected: round(f.Test.Expected), P: f.Test.P, Q: f.Test.Q}
	if day != 0 {
		v.Day = dateOf(day)
	}
	return v
}

// goOn adds a flag to an issue: the episode that is open goes on, or another one begins. A fixed one opens again.
func (x *issue) goOn(ctx context.Context, tx *events.Tx, f Flag, day int) error {
	test, err := toJSON(testOf(f, day))
	if err != nil {
		return err
	}
	again := x.FlagDay == 0 || day-x.FlagDay > quietDays
	relapse := f.Kind == KindRegressed && x.watched()
	kind := f.Kind
	if x.Status == Regressed && !again {
		kind = KindRegressed // the same relapse, a day later
	}
	if _, err := tx.NewRaw(`UPDATE issues SET kind = ?, test = ?, flag_day = ?, updated_at = ? WHERE id = ?`,
		string(kind), test, max(day, x.FlagDay), tx.Now, x.ID).Exec(ctx); err != nil {
		return err
	}
	if relapse || again {
		if _, err := tx.NewRaw(`UPDATE issues SET flagged_at = ? WHERE id = ?`, x.when(tx), x.ID).Exec(ctx); err != nil {
			return err
		}
		x.announce(tx, f)
	}
	switch {
	case relapse:
		return x.setStatus(ctx, tx, Regressed, 0)
	case again:
		return x.remember(ctx, tx, step{what: "kind", from: string(x.Kind), to: string(f.Kind)})
	}
	return nil
}
