package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
)

// known is what a test knows of a ticket, to judge it without the database.
type known struct {
	tickets.Listed
	email string
	texts []string
	note  bool
	file  bool
	draft bool
	score int64 // 0: none
}

// judge is what a query means, said once more: by rows in memory.
func (d *desk) judge(q Query, k *known) bool {
	for _, t := range q.Terms {
		holds := slices.ContainsFunc(t.Values, func(v Value) bool { return d.judgeValue(t, v, k) })
		if holds == t.Not {
			return false
		}
	}
	return true
}

func (d *desk) judgeValue(t Term, v Value, k *known) bool {
	word := strings.ToLower(v.Text)
	done := k.Status == tickets.Resolved || k.Status == tickets.Closed
	has := func(agent events.Actor) bool { return k.AssigneeID == agent.ID || done && k.LastOwnerID == agent.ID }
	waits := k.Status == tickets.Open && k.WaitingSince > 0 && !k.Offline
	switch t.Key {
	case "":
		header := [][]string{cut(k.Subject).words, cut(k.CustomerName).words, cut(k.email).words}
		for _, text := range k.texts {
			header = append(header, cut(text).words)
		}
		return k.ID.String() == strings.TrimPrefix(v.Text, "#") || slices.ContainsFunc(header, func(words []string) bool { return holdsPhrase(words, asked(v)) })
	case "subject":
		return holdsPhrase(cut(k.Subject).words, asked(v))
	case "from":
		return holdsPhrase(cut(k.CustomerName).words, asked(v)) || holdsPhrase(cut(k.email).words, asked(v))
	case "is":
		return map[string]bool{"unassigned": k.AssigneeID == 0 && !done, "mine": has(d.agents[0]), "waiting": waits, "unread": k.Unread > 0,
			"spam": k.Spam, "offline": k.Offline, "handed_off": k.Handoffs > 0, "reopened": k.Reopens > 0, string(k.Status): true}[word]
	case "assignee":
		return map[string]bool{"me": has(d.agents[0]), "none": k.AssigneeID == 0 && !done, "ben": has(d.agents[1]), "cho": has(d.agents[2])}[word]
	case "team":
		return word == "billing" && k.TeamID == d.teams[1] || word == "none" && k.TeamID == 0
	case "tag":
		return slices.Contains(k.TagNames, word)
	case "priority":
		return string(k.Priority) == word
	case "channel":
		return string(k.Channel) == word
	case "has":
		return map[string]bool{"note": k.note, "attachment": k.file, "draft": k.draft}[word]
	case "csat":
		return map[string]bool{"none": k.score == 0, "1": k.score == 1, "<=2": k.score > 0 && k.score <= 2, ">=4": k.score >= 4}[word]
	case "waiting":
		age, older, _ := ageOf(word)
		return waits && (k.WaitingSince <= d.log.Now().Add(-age)) == older
	}
	at := k.SaidAt
	if t.Key == "created" {
		at = k.CreatedAt
	}
	m, err := spanOf(t, word, d.log.Now(), time.UTC)
	d.must(err)
	return at >= m.from && (m.to == 0 || at < m.to)
}

func holdsPhrase(words []string, p phrase) bool {
	for i := 0; i+len(p.words) <= len(words); i++ {
		same := true
		for j, want := range p.words {
			got := words[i+j]
			same = same && (got == want || p.prefix && j == len(p.words)-1 && strings.HasPrefix(got, want))
		}
		if same {
			return true
		}
	}
	return false
}

func vocabulary() []string {
	return []string{"parcel", "late", "refund", "refunded", "Größe", "東京都", "invoice", "broken", "carrier", "the", "id"}
}

func queryParts() []string {
	return []string{"is:open", "is:pending,snoozed", "-is:resolved", "is:mine", "is:unassigned", "is:waiting", "is:unread", "is:spam", "is:handed_off",
		"is:reopened", "is:open,spam", "assignee:me", "assignee:ben,none", "-assignee:cho", "team:billing", "-team:billing", "tag:vip", "tag:late,vip",
		"-tag:vip", "priority:urgent", "priority:low,high", "channel:api", "has:note", "has:attachment", "-has:draft", "has:draft", "csat:1", "csat:<=2",
		"csat:>=4", "csat:none", "waiting:>2h", "waiting:<1d", "created:1d", "created:>1d", "before:6h", "after:1d", "from:ana", "from:bob@", "from:mail.exam",
		"subject:refund", "subject:late,broken", "refund", "refun", `"refund"`, "parcel late", `"parcel late"`, "grosse", "東京", `-broken`, `-"the id"`, "id",
		"ana carrier", "3", "#5", "invoice,late"}
}

// someTickets lets random things happen, and returns what is then known.
func (d *desk) someTickets(r *rand.Rand, n int) []known {
	ctx := d.t.Context()
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	say := func() string { return pick(vocabulary()) + " " + pick(vocabulary()) + " " + pick(vocabulary()) }
	texts, scores := map[events.ID][]string{}, map[events.ID]int64{}
	notes, files, drafts := map[events.ID]bool{}, map[events.ID]bool{}, map[events.ID]bool{}
	var ids []events.ID
	for range n {
		text := say()
		id := d.open(d.customers[r.IntN(2)], pick([]string{"", "A refund", "Late again", "Broken"}), text)
		ids, texts[id] = append(ids, id), []string{text}
		for range r.IntN(6) {
			agent, text := d.agents[r.IntN(3)], say()
			switch r.IntN(9) {
			case 0:
				d.say(agent, id, text)
				texts[id] = append(texts[id], text)
			case 1:
				d.note(agent, id, text)
				texts[id], notes[id] = append(texts[id], text), true
			case 2:
				_, _ = d.Assign(ctx, agent, id, tickets.To{Team: d.teams[r.IntN(2)]})
			case 3:
				_, _ = d.Assign(ctx, agent, id, tickets.To{Agent: d.agents[r.IntN(3)].ID})
			case 4:
				_, _ = d.Tag(ctx, agent, id, []string{pick([]string{"vip", "late"})}, nil)
				_, _ = d.SetPriority(ctx, agent, id, tickets.Priority(pick([]string{"low", "high", "urgent"})))
			case 5:
				_, _ = d.SetStatus(ctx, agent, id, tickets.Status(pick([]string{"pending", "resolved", "resolved", "open"})))
			case 6:
				_, _ = d.Snooze(ctx, agent, id, d.log.Now().Add(9*24*time.Hour))
			case 7:
				_, _ = d.MarkSpam(ctx, agent, id, true)
			case 8:
				scores[id], files[id], drafts[id] = int64(1+r.IntN(5)), r.IntN(2) == 0, r.IntN(2) == 0
			}
			d.clock.Advance(time.Duration(r.IntN(40)) * time.Minute)
		}
	}
	d.addFacts(scores, files, drafts)
	d.index()
	var out []known
	for _, id := range ids {
		row, err := d.Ticket(ctx, id)
		d.must(err)
		out = append(out, known{Listed: *row, email: row.CustomerName[:3] + "@mail.example", texts: texts[id], note: notes[id], file: files[id],
			draft: drafts[id], score: scores[id]})
	}
	return out
}

// addFacts writes rows that other packages write: answers, files, drafts.
func (d *desk) addFacts(scores map[events.ID]int64, files, drafts map[events.ID]bool) {
	d.t.Helper()
	d.must(d.log.Write(d.t.Context(), events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
		for id, score := range scores {
			rows := []struct {
				table   string
				columns []string
				row     []any
				wanted  bool
			}{
				{"survey_invitations", []string{"id", "public_id", "kind", "ticket_id", "customer_id", "inbox_id", "asked_at", "expires_at", "answered_at"},
					[]any{int64(id), id.String(), "csat", int64(id), 1, 1, 1, 1, 1}, true},
				{"survey_responses", []string{"invitation_id", "score", "changed_at"}, []any{int64(id), score, 1}, true},
				{"files", []string{"id", "uploader", "name", "type", "size", "hash", "ticket_id", "seq", "created_at"},
					[]any{id.String(), "v1", "a.txt", "text/plain", 1, "x", int64(id), 1, 1}, files[id]},
				{"drafts", []string{"ticket_id", "agent_id", "kind", "body", "rev", "updated_at"}, []any{int64(id), int64(d.agents[0].ID), "reply", "x", 1, 1}, drafts[id]},
			}
			for _, in := range rows {
				if !in.wanted {
					continue
				}
				if err := tx.Insert(ctx, in.table, in.columns, [][]any{in.row}); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// TestTheDatabaseAgreesWithThePlainReading asks random questions of random tickets, in lists, in counts, and of a few.
func TestTheDatabaseAgreesWithThePlainReading(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		seed := time.Now().UnixNano()
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		all := d.someTickets(r, 60)
		for i := range 200 {
			var terms []string
			for range 1 + r.IntN(3) {
				term := queryParts()[r.IntN(len(queryParts()))]
				if i%2 == 1 && term == "refund" {
					term = `"refund"` // what stands in many tickets is looked for as a whole word
				}
				terms = append(terms, term)
			}
			text := strings.Join(terms, " ")
			d.patience = 0
			d.few, d.most, d.sparse = []int{2000, 0}[i%2], 30_000, []int{1000, 0}[i/2%2] // looked up, or tried
			l := tickets.List{Query: text, View: []string{"all", "mine", "unassigned", "team:" + d.teams[1].String()}[r.IntN(4)], Narrowed: true}
			if r.IntN(3) == 0 {
				l.Statuses = []tickets.Status{tickets.Open, tickets.Resolved}
			}
			if err := d.compare(l, all); err != nil {
				t.Fatalf("seed %d: %s in %s %v: %v", seed, text, l.View, l.Statuses, err)
			}
		}
	})
}

// compare lists, counts and judges a list in every way there is.
func (d *desk) compare(l tickets.List, all []known) error {
	ctx, c := d.t.Context(), d.caller(0)
	q, err := Parse(l.Query)
	if err != nil {
		return err
	}
	base, _, err := d.base(ctx, c, l)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(q.Terms, func(t Term) bool {
		return t.Key == "is" && slices.ContainsFunc(t.Values, func(v Value) bool { return isStatus(v.Text) })
	}) {
		base.Statuses = allStatuses()
	}
	want := []events.ID{}
	rows := make([]tickets.Listed, len(all))
	for i := range all {
		rows[i] = all[i].Listed
		if base.Holds(&all[i].Ticket) && d.judge(q, &all[i]) {
			want = append(want, all[i].ID)
		}
	}
	f, err := d.List(ctx, c, l)
	if err != nil {
		return err
	}
	f.Limit = tickets.MaxPage
	page, next, err := d.Tickets(ctx, f)
	got := each(page, func(t tickets.Listed) events.ID { return t.ID })
	if slices.Sort(got); err != nil || next != "" || !slices.Equal(got, want) {
		return fmt.Errorf("listed %v, %q, %w; want %v", got, next, err, want)
	}
	if n, more, err := d.Count(ctx, c, l); err != nil || n != len(want) || more {
		return fmt.Errorf("counted %d, %v, %w; want %d", n, more, err, len(want))
	}
	belongs, err := d.Belongs(ctx, c, l, rows)
	for i := range all {
		if err != nil || belongs[all[i].ID] != slices.Contains(want, all[i].ID) {
			return fmt.Errorf("ticket %d belongs: %v, %w; want %v", all[i].ID, belongs[all[i].ID], err, want)
		}
	}
	return nil
}
