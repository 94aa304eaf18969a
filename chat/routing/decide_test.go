package routing

import (
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

const noon = events.Time(1_800_000_000_000)

func agent(id events.ID, load float64) Agent {
	return Agent{ID: id, Teams: []events.ID{1}, Capacity: 4, Load: Load{Chat: load}}
}

func chat(id events.ID) Ticket {
	return Ticket{ID: id, Team: 1, Channel: tickets.Chat, Priority: tickets.Normal, QueuedAt: noon}
}

func outs(d Decision) map[events.ID]string {
	out := map[events.ID]string{}
	for _, c := range d.Candidates {
		out[c.Agent] = c.Out
	}
	return out
}

func TestDecide(t *testing.T) {
	with := func(a Agent, fn func(*Agent)) Agent { fn(&a); return a }
	ticket := func(fn func(*Ticket)) Ticket { t := chat(9); fn(&t); return t }
	team := func(fn func(*Team)) Team { t := Team{ID: 1, StickyDays: 30}; fn(&t); return t }
	german := func(t *Ticket) { t.Required = []string{"lang:de"} }
	speaks := func(a *Agent) { a.Skills = []string{"lang:de"} }
	second := func(a *Agent) { a.Teams = []events.ID{2} }
	tests := []struct {
		name   string
		after  time.Duration
		ticket Ticket
		team   Team
		agents []Agent
		want   events.ID
		rule   Rule
		out    string // of agent 1
	}{
		{"nobody", 0, chat(9), Team{ID: 1}, nil, 0, "", ""},
		{"least loaded", 0, chat(9), Team{ID: 1}, []Agent{agent(1, 2), agent(2, 1)}, 2, ByBalance, ""},
		{"for its capacity", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 2), func(a *Agent) { a.Capacity = 10 }), agent(2, 1)}, 1, ByBalance, ""},
		{"longest idle", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 1), func(a *Agent) { a.LastAssigned = noon - 5 }),
			with(agent(2, 1), func(a *Agent) { a.LastAssigned = noon - 9 })}, 2, ByBalance, ""},
		{"who never had one is idle longest", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 1), func(a *Agent) { a.LastAssigned = noon - 5 }), agent(2, 1)}, 2, ByBalance, ""},
		{"lower id", 0, chat(9), Team{ID: 1}, []Agent{agent(2, 1), agent(1, 1)}, 1, ByBalance, ""},
		{"full", 0, chat(9), Team{ID: 1}, []Agent{agent(1, 4)}, 0, "", OutFull},
		{"away", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 0), func(a *Agent) { a.Away = true })}, 0, "", OutAway},
		{"declined", 0, ticket(func(t *Ticket) { t.Passed = []events.ID{1} }), Team{ID: 1}, []Agent{agent(1, 0)}, 0, "", OutDeclined},
		{"another team's agent", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 0), second)}, 0, "", ""},
		{"turn", 0, chat(9), Team{ID: 1, Strategy: RoundRobin}, []Agent{with(agent(1, 0), func(a *Agent) { a.Turn = 7 }),
			with(agent(2, 3), func(a *Agent) { a.Turn = 6 })}, 2, ByTurn, ""},
		{"manual", 0, chat(9), Team{ID: 1, Strategy: Manual}, []Agent{agent(1, 0)}, 0, "", ""},
		{"last owner", 0, ticket(func(t *Ticket) { t.LastOwner, t.LastOwnedAt = 1, noon-1000 }), team(func(*Team) {}), []Agent{agent(1, 3), agent(2, 0)}, 1, ByLastOwner, ""},
		{"last owner is full", 0, ticket(func(t *Ticket) { t.LastOwner, t.LastOwnedAt = 1, noon-1000 }), team(func(*Team) {}), []Agent{agent(1, 4), agent(2, 0)}, 2, ByBalance, OutFull},
		{"last owner of long ago", 0, ticket(func(t *Ticket) { t.LastOwner, t.LastOwnedAt = 1, noon.Add(-31*24*time.Hour) }), team(func(*Team) {}), []Agent{agent(1, 3), agent(2, 0)}, 2, ByBalance, ""},
		{"required", 0, ticket(german), Team{ID: 1}, []Agent{agent(1, 0), with(agent(2, 3), speaks)}, 2, ByBalance, OutSkill},
		{"required and nobody has it", time.Hour, ticket(german), Team{ID: 1}, []Agent{agent(1, 0)}, 0, "", OutSkill},
		{"relaxed to preferred", time.Minute, ticket(german), Team{ID: 1, RelaxAfter: time.Minute}, []Agent{agent(1, 0), with(agent(2, 3), speaks)}, 2, ByBalance, ""},
		{"relaxed to preferred, who has it is full", time.Minute, ticket(german), Team{ID: 1, RelaxAfter: time.Minute}, []Agent{agent(1, 0), with(agent(2, 4), speaks)}, 1, ByBalance, ""},
		{"relaxed to nothing", 2 * time.Minute, ticket(german), Team{ID: 1, RelaxAfter: time.Minute}, []Agent{agent(1, 0), with(agent(2, 3), speaks)}, 1, ByBalance, ""},
		{"preferred", 0, ticket(func(t *Ticket) { t.Preferred = []string{"lang:de"} }), Team{ID: 1}, []Agent{agent(1, 0), with(agent(2, 3), speaks)}, 2, ByBalance, ""},
		{"too early for the other team", 59 * time.Second, chat(9), Team{ID: 1, Overflow: []Overflow{{2, time.Minute}}}, []Agent{agent(1, 4), with(agent(2, 0), second)}, 0, "", OutFull},
		{"the other team", time.Minute, chat(9), Team{ID: 1, Overflow: []Overflow{{2, time.Minute}}}, []Agent{agent(1, 4), with(agent(2, 0), second)}, 2, ByBalance, OutFull},
		{"own team first", time.Minute, chat(9), Team{ID: 1, Overflow: []Overflow{{2, time.Minute}}}, []Agent{agent(1, 3), with(agent(2, 0), second)}, 1, ByBalance, ""},
		{"rate", 0, chat(9), Team{ID: 1, MaxNewPerMinute: 2}, []Agent{with(agent(1, 0), func(a *Agent) { a.Recent = []events.Time{noon - 1, noon - 59_999} }), agent(2, 3)}, 2, ByBalance, OutRate},
		{"a minute later", 0, chat(9), Team{ID: 1, MaxNewPerMinute: 2}, []Agent{with(agent(1, 0), func(a *Agent) { a.Recent = []events.Time{noon - 1, noon - 60_000} }), agent(2, 3)}, 1, ByBalance, ""},
		{"letters count half against a chat", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 1), func(a *Agent) { a.Load.Letters = 40 })}, 1, ByBalance, ""},
		{"and no more than half of the chats fit beside", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 2), func(a *Agent) { a.Load.Letters = 40 })}, 0, "", OutFull},
		{"one chat beside letters, however small the capacity", 0, chat(9), Team{ID: 1}, []Agent{with(agent(1, 0), func(a *Agent) { a.Capacity, a.Load.Letters = 1, 9 })}, 1, ByBalance, ""},
		{"no letter beside full letters", 0, ticket(func(t *Ticket) { t.Channel = tickets.Email }), Team{ID: 1}, []Agent{with(agent(1, 0), func(a *Agent) { a.Load.Letters = 4 })}, 0, "", OutFull},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Decide(noon.Add(tt.after), &tt.ticket, &tt.team, tt.agents)
			if d.Agent != tt.want || d.Rule != tt.rule {
				t.Errorf("got agent %d by %q, want %d by %q", d.Agent, d.Rule, tt.want, tt.rule)
			}
			if got := outs(d)[1]; got != tt.out {
				t.Errorf("agent 1 is out by %q, want %q", got, tt.out)
			}
		})
	}
}
