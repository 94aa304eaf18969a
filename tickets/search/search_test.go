package search

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func TestTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		ann, ben := d.agents[0], d.agents[1]
		queue := d.open(d.customers[0], "Parcel is late", "Where is my parcel?")
		mine := d.open(d.customers[1], "Refund", "I want my money back")
		d.say(ann, mine, "Of course")
		other := d.open(d.customers[0], "", "It is broken")
		d.say(ben, other, "Oh no")
		for i, id := range []events.ID{mine, other} {
			_, err := d.SetStatus(ctx, d.agents[i], id, tickets.Pending)
			d.must(err)
		}
		done := d.open(d.customers[1], "Thanks", "It works")
		_, err := d.Resolve(ctx, ann, done)
		d.must(err)
		spam := d.open(d.customers[1], "Buy", "Cheap watches")
		_, err = d.MarkSpam(ctx, ben, spam, true)
		d.must(err)
		moved := d.open(d.customers[0], "Invoice", "Wrong sum")
		_, err = d.Assign(ctx, ben, moved, tickets.To{Team: d.teams[1]})
		d.must(err)
		_, err = d.SetPriority(ctx, ben, moved, tickets.Urgent)
		d.must(err)
		_, err = d.Tag(ctx, ben, moved, []string{"late fee", "vip"}, nil)
		d.must(err)
		_, err = d.Snooze(ctx, ben, moved, d.log.Now().Add(time.Hour))
		d.must(err)
		_, err = d.Tag(ctx, ben, queue, []string{"vip"}, nil)
		d.must(err)
		d.note(ann, queue, "Ask the carrier")
		d.clock.Advance(3 * time.Hour)
		d.say(d.customers[1], done, "Not any more")
		d.index()
		all := []events.ID{queue, mine, other, done, spam, moved}
		for text, want := range map[string][]events.ID{
			"":                          all,
			"is:open":                   {queue, done},
			"is:pending":                {mine, other},
			"is:open,pending":           {queue, mine, other, done},
			"-is:open":                  {mine, other, spam, moved},
			"is:open is:pending":        {},
			"is:snoozed":                {moved},
			"is:unassigned":             {queue, done, moved},
			"is:mine":                   {mine},
			"is:spam":                   {spam},
			"-is:spam is:resolved":      {},
			"is:waiting":                {queue, done},
			"is:unread is:resolved":     {spam},
			"is:reopened":               {done},
			"is:open,spam":              {queue, done, spam},
			"assignee:me":               {mine},
			"assignee:ben":              {other},
			"assignee:BEN@desk.example": {other},
			`assignee:"Ben Agent"`:      {other},
			"-assignee:ben,ann":         {queue, done, spam, moved},
			"assignee:none":             {queue, done, moved},
			"team:billing":              {moved},
			"-team:billing is:open":     {queue, done},
			"tag:vip":                   {queue, moved},
			`tag:"late fee"`:            {moved},
			"-tag:vip is:open":          {done},
			"tag:unheard-of":            {},
			"channel:api":               all,
			"channel:chat":              {},
			"inbox:shop":                all,
			"priority:urgent,high":      {moved},
			"from:ana":                  {queue, other, moved},
			"from:bob@":                 {mine, done, spam},
			"from:mail.example":         all,
			"topic:none":                all,
			"topic:anything":            {},
			"csat:none":                 all,
			"csat:<=2":                  {},
			"has:note":                  {queue},
			"-has:note is:open":         {done},
			"has:attachment":            {},
			"has:comment":               {},
			"after:1h":                  {done},
			"before:1h":                 {queue, mine, other, spam, moved},
			"created:>2h":               all,
			"created:1h":                {},
			"waiting:>2h":               {queue},
			"waiting:<30m":              {done},
			"subject:refund":            {mine},
			"parcel":                    {queue},
			"PARCEL late carrier":       {queue},
			`"my parcel"`:               {queue},
			`"parcel my"`:               {},
			`"late where"`:              {},
			"ana broken":                {other},
			"refund back silva":         {},
			"mone":                      {mine},
			`"mone"`:                    {},
			"-parcel is:open":           {done},
			"#" + moved.String():        {moved},
			moved.String():              {moved},
			"' OR 1=1 --":               {},
		} {
			d.wantFound(text, want...)
		}
		for text, want := range map[string]string{"assignee:nobody": "names nobody", "team:x": "names no team", "inbox:no-such": "names no inbox"} {
			if _, err := d.ask(text, tickets.Filter{}); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", text, err, want)
			}
		}
	})
}

func TestScopeHoldsForEveryQuery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		hidden := d.open(d.customers[0], "Secret", "Nobody may see the word canary")
		seen := d.open(d.customers[1], "Open", "A canary too")
		_, err := d.Assign(t.Context(), d.agents[1], seen, tickets.To{Team: d.teams[1]})
		d.must(err)
		d.index()
		for _, few := range []int{0, 100} {
			d.few = few
			for _, text := range []string{"canary", hidden.String(), "-nothing", "is:open,unread,mine", "-team:billing,none", "assignee:none", "from:ana,bob",
				"is:open canary", "#" + hidden.String() + " canary"} {
				got, err := d.ask(text, tickets.Filter{Scope: tickets.Scope{Restricted: true, Teams: d.teams[1:]}})
				if err != nil || slices.Contains(got, hidden) {
					t.Errorf("%s, few %d: %v, %v", text, few, got, err)
				}
			}
		}
		d.wantFound("canary", hidden, seen)
	})
}

func TestInjection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.open(d.customers[0], "One", "alpha beta")
		d.index()
		for _, nasty := range []string{`'`, `''`, `\'`, `')--`, `" OR "a"*`, `x' OR '1'='1`, `a:*B`, `a & b | !c`, `NEAR(a b)`, `{subject}:a`, `a*`, `^a`, `%`, `?`, `$1`,
			"a\nb", `"; DROP TABLE tickets; --`, `a' <-> 'b`, `\`, `(`, `a)(b`, `|`, `- - -`} {
			for _, key := range []string{"", "-", "from:", "subject:", "tag:", "topic:"} {
				text := key + nasty
				for _, few := range []int{0, 100} {
					d.few = few
					if _, err := d.ask(text, tickets.Filter{}); err != nil && fault.KindOf(err) != fault.Invalid {
						t.Errorf("%q: %v", text, err)
					}
				}
			}
		}
		d.wantFound("alpha", 1)
	})
}

func TestIndexFollowsWhatPeopleDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		id := d.open(d.customers[0], "Old title", "first words")
		secret := d.say(d.customers[0], id, "my card is 4111 sesame")
		reply := d.say(d.agents[0], id, "before editing")
		d.index()
		d.wantFound("sesame", id)
		d.wantFound("first editing silva", id)
		_, err := d.RedactMessage(ctx, d.agents[0], tickets.EditIn{Ticket: id, Seq: secret, Anybody: true})
		d.must(err)
		_, err = d.EditMessage(ctx, d.agents[0], tickets.EditIn{Ticket: id, Seq: reply}, "after changing")
		d.must(err)
		_, err = d.SetSubject(ctx, d.agents[0], id, "New title")
		d.must(err)
		name := "Ana Souza"
		_, err = d.people.ChangeCustomer(ctx, d.agents[0], d.customers[0].ID, tickets.CustomerPatch{Name: &name})
		d.must(err)
		d.index()
		for text, found := range map[string]bool{"sesame": false, "4111": false, "editing": false, "changing": true, "old": false, "new": true, "silva": false, "souza first": true} {
			if got := len(d.find(text)) == 1; got != found {
				t.Errorf("%s: found %v, want %v", text, got, found)
			}
		}
		d.must(d.log.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error { return tx.Rewind(ctx, "search") }))
		d.index()
		d.wantFound("souza changing new", id)
		d.wantFound("sesame")
	})
}

func TestLongConversationsHaveStretches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		id := d.open(d.customers[0], "Long", "begin")
		filler := strings.Repeat("word ", 3000)
		var last int64
		for _, mark := range []string{"alpha", "beta", "gamma", "delta", "epsilon"} {
			last = d.say(d.customers[0], id, mark+" "+filler)
			d.index()
		}
		var parts int
		d.must(d.log.Read().DB.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM search_parts").Scan(&parts))
		if parts != 4 {
			t.Errorf("%d later stretches, want 4", parts)
		}
		for _, text := range []string{"begin", "alpha", "epsilon long", "ana gamma", "from:silva"} {
			d.wantFound(text, id)
		}
		_, err := d.RedactMessage(t.Context(), d.agents[0], tickets.EditIn{Ticket: id, Seq: last, Anybody: true})
		d.must(err)
		d.index()
		d.wantFound("epsilon")
		d.wantFound("delta", id)
	})
}

// A search that runs out of time ends its page early; whoever follows the cursors finds everything all the same.
func TestLittlePatienceLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		d.someTickets(rand.New(rand.NewPCG(7, 7)), 150)
		for _, text := range append(queryParts(), "refund -tag:vip", "the has:note is:open", "-refun is:open,pending") {
			d.patience = 0
			want := d.find(text)
			d.patience = 1 // nanosecond
			if got := d.find(text); !slices.Equal(got, want) {
				t.Errorf("%s in a hurry finds %v, want %v", text, got, want)
			}
			n, more, err := d.Count(t.Context(), d.caller(0), tickets.List{Query: text})
			if err != nil || n > len(want) || n < len(want) && !more {
				t.Errorf("%s in a hurry counts %d, %v, %v, want %d", text, n, more, err, len(want))
			}
		}
	})
}
