package issues

import (
	"cmp"
	"maps"
	"slices"
)

// Replay plays past conversations through what a desk runs, without its database: each is read as it arrives, and
// every night the topics are fitted, tested and their episodes kept. It decides from the conversations alone, by the
// same model, detector, grouping and tests that Store.Night uses.
type Replay struct {
	model   *Model
	members []placed
	place   map[int64]int // of a conversation in members
	history History
	fixes   map[int64]int // day on which a topic was marked fixed
	tags    tagUse
	tagged  []Conversation // since the last night
	recurs  map[int64]bool // cards that were told to recur

	Recurring bool // tell also what comes back week after week
}

// placed is a conversation and its topic, also when it has left the model.
type placed struct {
	id, customer, topic int64
	day                 int
}

// Raised is an episode that a night opened, of a topic or of a whole card under its leading topic; those that people
// see as one follow each other. Evidence are the conversations behind it: those of its topics in the flagged window.
type Raised struct {
	Cluster  int64
	Kind     Kind
	Day      int
	Test     Test
	Evidence []int64
}

// NewReplay is a desk before its first conversation.
func NewReplay(cfg Config) *Replay {
	return &Replay{model: New(cfg), place: make(map[int64]int), history: make(History), fixes: make(map[int64]int), tags: newTagUse(),
		recurs: make(map[int64]bool)}
}

// Arrive takes a conversation in on a day, as it comes from a customer; days do not go back. What agents tagged it
// with is read in the night.
func (r *Replay) Arrive(c Conversation, day int) Suggestion {
	if c.Tag != "" {
		r.tags.add(c.Tag)
		r.tagged = append(r.tagged, c)
	}
	r.tags.tickets++
	c.Tag = ""
	suggested := r.model.Arrive(c)
	r.place[c.ID] = len(r.members)
	r.members = append(r.members, placed{c.ID, c.Customer, suggested.Topic, day})
	return suggested
}

// Night ends a day: now is its last moment, in the clock of the conversations. The answer is what the night opened.
func (r *Replay) Night(day int, now int64) []Raised {
	if len(r.members) == 0 {
		return nil
	}
	for _, c := range r.tagged {
		if r.tags.telling(c.Tag) {
			r.members[r.place[c.ID]].topic = r.model.Arrive(c).Topic
		}
	}
	r.tagged = r.tagged[:0]
	r.follow(r.model.Night(now))
	first := max(r.members[0].day, day-tableDays+1) // a desk has no past before its first conversation
	table := r.table(first, day)
	history, fixes := r.history.since(first), make(map[int64]int)
	for topic, fix := range r.fixes {
		if fix >= first {
			fixes[topic] = fix - first
		}
	}
	cards := r.model.Cards()
	strands := r.model.newStrandFinder(func(id int64) (int, bool) {
		day := r.members[r.place[id]].day
		return day - first, day >= first
	}).of(day - first)
	flags := DefaultDetector().Round(table, day-first, cards, history, fixes)
	flags = DefaultDetector().Inside(table, day-first, strands, history, flags)
	for i := range flags {
		flags[i].Day += first
	}
	lead := leads(cards)
	var out []Raised
	for _, group := range r.model.GroupFlags(r.history.Record(flags), cards) {
		for _, f := range group {
			out = append(out, Raised{f.Topic, f.Kind, f.Day, f.Test, r.evidence(f)})
		}
	}
	if r.Recurring {
		out = append(out, r.recurring(flags, lead)...)
	}
	return out
}

// recurring are the cards that came to recur, each once.
func (r *Replay) recurring(flags []Flag, lead leadOf) (out []Raised) {
	for _, f := range flags {
		card := lead.of(f.Topic)
		if f.Kind == KindRecurring && !r.recurs[card] {
			r.recurs[card] = true
			out = append(out, Raised{card, f.Kind, f.Day, f.Test, r.evidence(f)})
		}
	}
	return out
}

// follow moves conversations, flagged days and fixes along with their topics.
func (r *Replay) follow(night Night) {
	heirs := make(map[int64]int64)
	for _, m := range night.Merged {
		heirs[m.From] = m.Into
		r.history.Redirect(m)
		if fix, ok := r.fixes[m.From]; ok {
			r.fixes[m.Into] = max(fix, r.fixes[m.Into])
			delete(r.fixes, m.From)
		}
	}
	for _, m := range night.Moved {
		r.members[r.place[m.Conversation]].topic = m.To
	}
	if len(heirs) == 0 {
		return
	}
	for i := range r.members { // also those that have left the model
		if heir := heirs[r.members[i].topic]; heir != 0 {
			r.members[i].topic = heir
		}
	}
}

func (r *Replay) table(first, day int) *Table {
	return NewTable(day-first+1, func(yield func(Observation) bool) {
		for _, m := range r.since(first) {
			if !yield(Observation{m.topic, m.customer, m.day - first}) {
				return
			}
		}
	})
}

// since are the conversations of a day and all later ones.
func (r *Replay) since(day int) []placed {
	i, _ := slices.BinarySearchFunc(r.members, day, func(m placed, day int) int { return cmp.Compare(m.day, day) })
	return r.members[i:]
}

// evidence are the conversations that a flag counted.
func (r *Replay) evidence(f Flag) (ids []int64) {
	if f.Word != "" {
		return f.within
	}
	for _, m := range r.since(f.Day - f.Test.Window + 1) {
		if slices.Contains(f.on(), m.topic) {
			ids = append(ids, m.id)
		}
	}
	return ids
}

// Fix marks what holds most of some conversations as fixed on a day whose night is over. False: it holds none.
func (r *Replay) Fix(day int, ids []int64) bool {
	counts := make(map[int64]int)
	for _, id := range ids {
		if i, ok := r.place[id]; ok && r.members[i].topic != 0 {
			counts[r.members[i].topic]++
		}
	}
	if len(counts) == 0 {
		return false
	}
	topic := slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(a, b int64) int {
		return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(b, a))
	})
	lead := leads(r.model.Cards())
	for _, m := range r.members {
		if lead.of(m.topic) == lead.of(topic) {
			r.fixes[m.topic] = day
		}
	}
	return true
}

// Clusters are the cards of all conversations, by their leading topics, in order of arrival; 0 means none.
func (r *Replay) Clusters() []int64 {
	lead := leads(r.model.Cards())
	out := make([]int64, len(r.members))
	for i, m := range r.members {
		out[i] = lead.of(m.topic)
	}
	return out
}
