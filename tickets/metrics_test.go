package tickets_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// history makes a random but lawful life of a ticket, at whole minutes.
func history(rng *rand.Rand) []events.Event {
	var (
		out    []events.Event
		at     = events.TimeOf(time.Date(2026, 3, 20, rng.IntN(24), rng.IntN(60), 0, 0, time.UTC))
		status = tickets.Open
		owner  events.ID
	)
	add := func(by events.Actor, c events.Change) {
		out = append(out, events.Event{TicketID: 1, Seq: int64(len(out) + 1), Kind: c.EventKind(), At: at, By: by, Change: c})
	}
	customer := events.Actor{Kind: events.Customer, ID: 9}
	agent := func() events.Actor { return events.Actor{Kind: events.Agent, ID: events.ID(1 + rng.IntN(3))} }
	add(customer, tickets.TicketOpened{Channel: tickets.Chat, Team: 1})
	for range rng.IntN(25) {
		at = at.Add(time.Duration(rng.IntN(90)) * time.Minute)
		switch by := agent(); rng.IntN(8) {
		case 0, 1:
			add(customer, tickets.MessagePosted{})
			if status == tickets.Resolved || status == tickets.Pending {
				add(customer, tickets.StatusChanged{From: status, To: tickets.Open, Cause: tickets.ByCustomerMessage})
				if status == tickets.Resolved {
					add(customer, tickets.TicketQueued{Team: 1})
				}
				status = tickets.Open
			}
		case 2, 3:
			if status != tickets.Resolved {
				if owner == 0 {
					owner = by.ID
					add(by, tickets.TicketAssigned{Agent: owner, Team: 1})
				}
				add(by, tickets.MessagePosted{})
			}
		case 4:
			add(events.Actor{Kind: events.Bot}, tickets.MessagePosted{})
		case 5:
			if owner != 0 && by.ID != owner {
				to := by.ID
				if rng.IntN(3) == 0 {
					to = 0
				}
				add(by, tickets.TicketHandedOff{FromAgent: owner, ToAgent: to, FromTeam: 1, ToTeam: 1, Reason: "skill"})
				owner = to
			}
		case 6:
			if status == tickets.Open && owner != 0 {
				add(by, tickets.StatusChanged{From: status, To: tickets.Pending, Cause: tickets.ByAgent})
				status = tickets.Pending
			}
		case 7:
			if status != tickets.Resolved && owner != 0 {
				add(by, tickets.StatusChanged{From: status, To: tickets.Resolved, Cause: tickets.ByAgent})
				add(by, tickets.TicketUnassigned{Agent: owner})
				status, owner = tickets.Resolved, 0
			}
		}
	}
	return out
}

func facts(evs []events.Event) *tickets.Facts {
	f := new(tickets.Facts)
	for _, e := range evs {
		f.Fold(e)
	}
	return f
}

func human(e events.Event) bool { return e.Kind == "message.posted" && e.By.Kind == events.Agent }
func asked(e events.Event) bool { return e.Kind == "message.posted" && e.By.Kind == events.Customer }

// unanswered tells by the definition whether a customer message stands unanswered just after moment t.
func unanswered(evs []events.Event, t events.Time) bool {
	waiting := false
	for _, e := range evs {
		if e.At > t {
			break
		}
		change, moved := e.Change.(tickets.StatusChanged)
		switch {
		case asked(e):
			waiting = true
		case human(e), moved && change.To == tickets.Resolved:
			waiting = false
		}
	}
	return waiting
}

func statusAt(evs []events.Event, t events.Time) tickets.Status {
	s := tickets.Open
	for _, e := range evs {
		if c, ok := e.Change.(tickets.StatusChanged); ok && e.At <= t {
			s = c.To
		}
	}
	return s
}

func TestFactsAgreeWithTheDefinitions(t *testing.T) {
	hours, err := tickets.NewHours("Europe/Berlin", week("1234567", [2]string{"08:00", "12:00"}, [2]string{"13:00", "19:00"}), nil)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for n := range 400 {
		evs := history(rng)
		f := facts(evs)
		end := evs[len(evs)-1].At
		var wait, waitBusiness, open time.Duration
		for at := evs[0].At; at < end; at = at.Add(time.Minute) {
			if unanswered(evs, at) {
				wait += time.Minute
				if hours.OpenAt(at) {
					waitBusiness += time.Minute
				}
			}
			if statusAt(evs, at) == tickets.Open {
				open += time.Minute
			}
		}
		// The facts hold finished stretches; the one that lasts is closed at the last event.
		waits := f.Waits
		if f.WaitingSince != 0 {
			waits = append(slices.Clone(waits), tickets.Span{From: f.WaitingSince, To: end})
		}
		if got := tickets.Total(waits, nil); got != wait {
			t.Fatalf("history %d: customer wait = %s, want %s", n, got, wait)
		}
		if got := tickets.Total(waits, hours); got != waitBusiness {
			t.Fatalf("history %d: business wait = %s, want %s", n, got, waitBusiness)
		}
		stretches := f.OpenSpans
		if since, lasts := f.OpenSince(); lasts {
			stretches = append(slices.Clone(stretches), tickets.Span{From: since, To: end})
		}
		if got := tickets.Total(stretches, nil); got != open {
			t.Fatalf("history %d: open time = %s, want %s", n, got, open)
		}
		checkResponses(t, evs, f)
		checkCounts(t, evs, f)
	}
}

// checkResponses compares each run of unanswered customer messages with a scan back from its answer.
func checkResponses(t *testing.T, evs []events.Event, f *tickets.Facts) {
	t.Helper()
	var want []tickets.Span
	for i, e := range evs {
		if !human(e) {
			continue
		}
		var from events.Time
		for j := i - 1; j >= 0 && !human(evs[j]) && !(evs[j].Kind == "ticket.status_changed" && evs[j].Change.(tickets.StatusChanged).To == tickets.Resolved); j-- {
			if asked(evs[j]) {
				from = evs[j].At
			}
		}
		if from != 0 {
			want = append(want, tickets.Span{From: from, To: e.At, Agent: e.By.ID, Team: 1})
		}
	}
	if !slices.Equal(f.Responses, want) {
		t.Fatalf("responses = %v, want %v", f.Responses, want)
	}
	first := slices.IndexFunc(evs, asked)
	if first < 0 {
		if f.FirstResponse != (tickets.Span{}) {
			t.Fatalf("first response without a question: %v", f.FirstResponse)
		}
		return
	}
	wantFirst := tickets.Span{From: evs[first].At}
	if i := slices.IndexFunc(evs[first:], human); i >= 0 {
		wantFirst.To, wantFirst.Agent, wantFirst.Team = evs[first+i].At, evs[first+i].By.ID, 1
	}
	if f.FirstResponse != wantFirst {
		t.Fatalf("first response = %v, want %v", f.FirstResponse, wantFirst)
	}
}

func checkCounts(t *testing.T, evs []events.Event, f *tickets.Facts) {
	t.Helper()
	var moves, resolves, reopens, answers int
	var owners []events.ID
	for _, e := range evs {
		switch c := e.Change.(type) {
		case tickets.TicketHandedOff:
			moves++
			owners = append(owners, c.ToAgent)
		case tickets.TicketAssigned:
			owners = append(owners, c.Agent)
		case tickets.StatusChanged:
			if c.To == tickets.Resolved {
				resolves++
			}
			if c.From == tickets.Resolved && c.Cause == tickets.ByCustomerMessage {
				reopens++
			}
		}
		if human(e) {
			answers++
		}
	}
	owners = slices.Compact(slices.DeleteFunc(owners, func(id events.ID) bool { return id == 0 }))
	pingPong := false
	for i, a := range owners {
		pingPong = pingPong || slices.Contains(owners[i+1:], a)
	}
	got := []any{len(f.Moves), len(f.Resolves), len(f.Reopens), f.HumanMessages, f.PingPong(), f.OneTouch(), f.OneOwner()}
	want := []any{moves, resolves, reopens, answers, pingPong,
		resolves > 0 && answers == 1 && reopens == 0, resolves > 0 && len(owners) == 1 && reopens == 0}
	if !slices.Equal(got, want) {
		t.Fatalf("moves, resolves, reopens, answers, ping-pong, one-touch, one owner = %v, want %v", got, want)
	}
}

func TestAbandonedChat(t *testing.T) {
	min := func(n int) events.Time {
		return events.TimeOf(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)).Add(time.Duration(n) * time.Minute)
	}
	customer, agent := events.Actor{Kind: events.Customer}, events.Actor{Kind: events.Agent, ID: 1}
	opened := events.Event{At: min(0), By: customer, Change: tickets.TicketOpened{Channel: tickets.Chat}}
	ask := func(n int) events.Event {
		return events.Event{At: min(n), By: customer, Change: tickets.MessagePosted{}}
	}
	tests := []struct {
		name              string
		evs               []events.Event
		now               events.Time
		abandoned, mature bool
	}{
		{"ended before an answer", []events.Event{opened, ask(0), {At: min(5), By: customer, Change: tickets.ConversationEnded{}}}, min(80), true, true},
		{"not yet an hour ago", []events.Event{opened, ask(0), {At: min(5), By: customer, Change: tickets.ConversationEnded{}}}, min(30), true, false},
		{"no sign of life", []events.Event{opened, ask(0), {At: min(14), Change: tickets.CustomerLeft{LastSeen: min(4)}}}, min(80), true, true},
		{"came back within the hour", []events.Event{opened, ask(0), {At: min(14), Change: tickets.CustomerLeft{LastSeen: min(4)}}, ask(60)}, min(80), false, true},
		{"came back later", []events.Event{opened, ask(0), {At: min(14), Change: tickets.CustomerLeft{LastSeen: min(4)}}, ask(90)}, min(200), true, true},
		{"answered first", []events.Event{opened, ask(0), {At: min(2), By: agent, Change: tickets.MessagePosted{}}, {At: min(5), By: customer, Change: tickets.ConversationEnded{}}}, min(80), false, true},
	}
	for _, tt := range tests {
		abandoned, mature := facts(tt.evs).AbandonedChat(tt.now)
		if abandoned != tt.abandoned || mature != tt.mature {
			t.Errorf("%s: abandoned %v, mature %v; want %v, %v", tt.name, abandoned, mature, tt.abandoned, tt.mature)
		}
	}
}

func TestHandlingTimesAgreeWithEveryMinute(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	base := events.TimeOf(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	at := func(m int) events.Time { return base.Add(time.Duration(m) * time.Minute) }
	for range 100 {
		online := map[events.ID][]tickets.Span{}
		var work []tickets.Work
		for agent := events.ID(1); agent <= 3; agent++ {
			for m := rng.IntN(100); m < 600; m += 20 + rng.IntN(100) {
				to := m + rng.IntN(20)
				online[agent] = append(online[agent], tickets.Span{From: at(m), To: at(to)})
			}
			for ticket := events.ID(1); ticket <= 8; ticket++ {
				from := rng.IntN(600)
				work = append(work, tickets.Work{Ticket: ticket, Agent: agent, From: at(from), To: at(from + rng.IntN(200))})
			}
		}
		want, busy := map[events.ID]float64{}, map[events.ID]float64{}
		for m := range 1000 {
			for agent, spans := range online {
				if !slices.ContainsFunc(spans, func(s tickets.Span) bool { return s.From <= at(m) && at(m) < s.To }) {
					continue
				}
				var held []events.ID
				for _, w := range work {
					if w.Agent == agent && w.From <= at(m) && at(m) < w.To {
						held = append(held, w.Ticket)
					}
				}
				for _, ticket := range held {
					want[ticket] += 1 / float64(len(held))
				}
				if len(held) > 0 {
					busy[agent]++
				}
			}
		}
		got := tickets.HandlingTimes(work, online)
		for ticket := events.ID(1); ticket <= 8; ticket++ {
			if math.Abs(got.ByTicket[ticket].Minutes()-want[ticket]) > 1e-4 {
				t.Fatalf("ticket %d: %f minutes, want %f", ticket, got.ByTicket[ticket].Minutes(), want[ticket])
			}
		}
		for agent := range online {
			if got.ByAgent[agent].Minutes() != busy[agent] {
				t.Fatalf("agent %d: %f minutes, want %f", agent, got.ByAgent[agent].Minutes(), busy[agent])
			}
		}
	}
}
