package routing

import (
	"cmp"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"
)

// Decide finds the agent who gets a waiting ticket now. team is the ticket's; agents are all who are on line, of any
// team, each once.
//
// The last owner comes before all. Then the ticket's own team is asked and, one by one, those that help out by now.
// In the first that has somebody with room, whoever lacks the fewest of the skills that still count comes first, then
// the strategy decides; ties go to the longest idle and then to the lower id.
func Decide(now events.Time, t *Ticket, team *Team, agents []Agent) Decision {
	w := newWeighing(now, t, team)
	d := Decision{Strategy: team.strategy(), Team: team.ID, Stage: w.stage, Relaxed: w.stage != Strict && len(t.Required) > 0}
	d.Candidates = w.candidates(agents)
	if d.Strategy == Manual {
		return d
	}
	if best := w.best(d.Candidates); best >= 0 {
		c := &d.Candidates[best]
		d.Agent, d.Team, d.Rule = c.Agent, c.Team, w.rule(c)
		return d
	}
	d.Again = w.again(d.Candidates, agents)
	return d
}

// Pull finds the ticket that an agent gets who asks for one of a team's: the first in order that it has the required
// skills for and has not declined. Neither capacity nor rate nor absence binds who asks. agents are all who are on
// line, for the explanation. ok is false when there is nothing for it.
func Pull(now events.Time, agent events.ID, team *Team, ordered []Ticket, agents []Agent) (t Ticket, d Decision, ok bool) {
	for _, t := range ordered {
		if t.Team != team.ID {
			continue
		}
		w := newWeighing(now, &t, team)
		list := w.candidates(agents)
		at := slices.IndexFunc(list, func(c Candidate) bool { return c.Agent == agent })
		if at >= 0 && (list[at].Out == OutSkill || list[at].Out == OutDeclined) {
			continue
		}
		return t, Decision{Agent: agent, Rule: ByPull, Strategy: team.strategy(), Team: team.ID, Stage: w.stage,
			Relaxed: w.stage != Strict && len(t.Required) > 0, Candidates: list}, true
	}
	return Ticket{}, Decision{}, false
}

func (t *Team) strategy() Strategy {
	if t.Strategy == "" {
		return Balanced
	}
	return t.Strategy
}

// weighing is one ticket at one moment.
type weighing struct {
	now    events.Time
	ticket *Ticket
	team   *Team
	wait   time.Duration
	stage  Stage
	asked  []events.ID // teams that may serve it now, its own first
	asks   []string    // skills, of both kinds
	must   []string
	rather []string
	sticky bool // the last owner still comes first
}

func newWeighing(now events.Time, t *Ticket, team *Team) *weighing {
	w := &weighing{now: now, ticket: t, team: team, wait: max(0, now.Sub(t.QueuedAt))}
	w.asks = slices.Concat(t.Required, t.Preferred)
	w.asked = append(w.asked, team.ID)
	for _, o := range team.Overflow {
		if w.wait >= o.After {
			w.asked = append(w.asked, o.Team)
		}
	}
	switch relax := team.RelaxAfter; {
	case relax <= 0 || w.wait < relax:
		w.stage, w.must, w.rather = Strict, t.Required, t.Preferred
	case w.wait < 2*relax:
		w.stage, w.rather = Soft, t.Required
	default:
		w.stage = Open
	}
	w.sticky = t.LastOwner != 0 && team.StickyDays > 0 && now.Sub(t.LastOwnedAt) <= time.Duration(team.StickyDays)*24*time.Hour
	return w
}

// through is the first of the asked teams that an agent is in; -1 for none.
func (w *weighing) through(a *Agent) int {
	return slices.IndexFunc(w.asked, func(id events.ID) bool { return slices.Contains(a.Teams, id) })
}

func (w *weighing) candidates(agents []Agent) []Candidate {
	list := make([]Candidate, 0, len(agents))
	order := func(a, b Candidate) int { return cmp.Compare(a.Agent, b.Agent) }
	for i := range agents {
		if at := w.through(&agents[i]); at >= 0 {
			list = append(list, w.candidate(&agents[i], w.asked[at]))
		}
	}
	if !slices.IsSortedFunc(list, order) {
		slices.SortFunc(list, order)
	}
	return list
}

func (w *weighing) candidate(a *Agent, team events.ID) Candidate {
	c := Candidate{Agent: a.ID, Team: team, Capacity: a.Capacity, Load: a.counts(w.ticket.Channel), Rate: w.rate(a), last: a.LastAssigned}
	if a.LastAssigned != 0 {
		c.IdleS = max(0, w.now.Sub(a.LastAssigned).Seconds())
	}
	if w.team.strategy() == RoundRobin {
		c.Score = float64(a.Turn)
	} else {
		c.Score = c.Load / max(a.Capacity, slack)
	}
	c.Skills, c.Missing = w.skills(a)
	c.Out = w.out(a, &c)
	return c
}

// skills splits what the ticket asks for into what the agent has and what it lacks. Who has all or nothing of it
// shares one list with the others.
func (w *weighing) skills(a *Agent) (has, lacks []string) {
	n := 0
	for _, s := range w.asks {
		if slices.Contains(a.Skills, s) {
			n++
		}
	}
	switch n {
	case len(w.asks):
		return w.asks, nil
	case 0:
		return nil, w.asks
	}
	for _, s := range w.asks {
		if slices.Contains(a.Skills, s) {
			has = append(has, s)
		} else {
			lacks = append(lacks, s)
		}
	}
	return has, lacks
}

func (w *weighing) rate(a *Agent) int {
	n := 0
	for _, at := range a.Recent {
		if at.Add(time.Minute) > w.now {
			n++
		}
	}
	return n
}

func (w *weighing) limited() bool {
	return w.team.MaxNewPerMinute > 0 && w.ticket.Channel == tickets.Chat
}

func (w *weighing) out(a *Agent, c *Candidate) string {
	switch {
	case slices.Contains(w.ticket.Passed, a.ID):
		return OutDeclined
	case a.Away:
		return OutAway
	case lacking(w.must, c.Missing) > 0:
		return OutSkill
	case !a.Room(w.team, w.ticket.Channel):
		return OutFull
	case w.limited() && c.Rate >= w.team.MaxNewPerMinute:
		return OutRate
	}
	return ""
}

// lacking counts the wanted skills that are missing.
func lacking(wanted, missing []string) int {
	n := 0
	for _, s := range wanted {
		if slices.Contains(missing, s) {
			n++
		}
	}
	return n
}

// best is the index of the candidate who gets the ticket, -1 for none.
func (w *weighing) best(list []Candidate) int {
	best := -1
	for i := range list {
		if list[i].Out == "" && (best < 0 || w.before(&list[i], &list[best])) {
			best = i
		}
	}
	return best
}

func (w *weighing) before(a, b *Candidate) bool {
	if a, b := w.isLast(a), w.isLast(b); a != b {
		return a
	}
	order := cmp.Or(cmp.Compare(slices.Index(w.asked, a.Team), slices.Index(w.asked, b.Team)),
		cmp.Compare(lacking(w.rather, a.Missing), lacking(w.rather, b.Missing)),
		cmp.Compare(a.Score, b.Score),
		cmp.Compare(a.last, b.last),
		cmp.Compare(a.Agent, b.Agent))
	return order < 0
}

func (w *weighing) isLast(c *Candidate) bool { return w.sticky && c.Agent == w.ticket.LastOwner }

func (w *weighing) rule(c *Candidate) Rule {
	switch {
	case w.isLast(c):
		return ByLastOwner
	case w.team.strategy() == RoundRobin:
		return ByTurn
	default:
		return ByBalance
	}
}

// again is the next moment at which time alone may find somebody: 0 for never.
func (w *weighing) again(list []Candidate, agents []Agent) events.Time {
	var next events.Time
	soonest := func(at events.Time) {
		if at > w.now && (next == 0 || at < next) {
			next = at
		}
	}
	if relax := w.team.RelaxAfter; relax > 0 && len(w.ticket.Required) > 0 {
		soonest(w.ticket.QueuedAt.Add(relax))
	}
	for _, o := range w.team.Overflow {
		soonest(w.ticket.QueuedAt.Add(o.After))
	}
	for i := range list {
		if list[i].Out == OutRate {
			soonest(w.slower(agents, list[i].Agent))
		}
	}
	return next
}

// slower is when an agent's last minute holds one chat too few for the limit.
func (w *weighing) slower(agents []Agent, id events.ID) events.Time {
	at := slices.IndexFunc(agents, func(a Agent) bool { return a.ID == id })
	recent := slices.Sorted(slices.Values(agents[at].Recent))
	return recent[len(recent)-w.team.MaxNewPerMinute].Add(time.Minute)
}
