package weekly

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"heard/feedback/rollups"
	"heard/tickets/events"
)

// IssueView is a recurring issue.
type IssueView struct {
	rollups.KnownIssue
	Called, Usual, Rating, RatingRange, State, Link string
	Width                                           int // of its bar, in parts of a hundred
}

// MoveView is what became of an issue.
type MoveView struct{ Called, From, To, Link string }

// mostIssues is how many issues a report tells where there is room.
const mostIssues = 5

func (v *View) issues(l limits) {
	most := 1
	for _, k := range v.Report.Issues {
		most = max(most, k.Tickets)
	}
	shown := min(l.issues, len(v.Report.Issues))
	v.KnownMore = andMore(min(mostIssues, len(v.Report.Issues)) - shown)
	for _, k := range v.Report.Issues[:shown] {
		x := IssueView{KnownIssue: k, Called: cut(k.Name, l.name), Usual: "–", Rating: "–", State: Sentence(k.Status), Width: max(2, 100*k.Tickets/most)}
		x.Link = v.link("/issues/" + k.ID.String())
		if x.Owner = cut(x.Owner, l.name/2); !v.Reader.Names {
			x.Owner = ""
		}
		if k.Expected != nil {
			x.Usual = rollups.CountText(float64(*k.Expected))
		}
		if c := k.CSAT; c != nil {
			x.Rating, x.RatingRange = points(&c.Value), fmt.Sprintf("%s to %s, n %d", points(c.Range.Low), points(c.Range.High), c.N)
		}
		v.Known = append(v.Known, x)
	}
	v.moves(l)
}

// moves are what became of issues, the most important step of each issue, what weighs most first: what came back, what a
// fix proved to do or not, what people did, what was found. All other steps are counted.
func (v *View) moves(l limits) {
	list := slices.Clone(v.Movements)
	slices.SortStableFunc(list, func(a, b rollups.Movement) int { return cmp.Compare(weight(a.To), weight(b.To)) })
	told := map[events.ID]bool{}
	for _, m := range list {
		if told[m.Issue] || len(v.Moves) == l.moves {
			continue
		}
		told[m.Issue] = true
		from := "New"
		if m.From != "" {
			from = Sentence(m.From)
		}
		v.Moves = append(v.Moves, MoveView{cut(m.Name, l.name), from, strings.ToLower(Sentence(m.To)), v.link("/issues/" + m.Issue.String())})
	}
	v.MovesMore = andMore(len(list) - len(v.Moves))
}

// weight orders what an issue may come to; what nobody thought of comes last.
func weight(to string) int {
	order := []string{"regressed", "no_effect", "verified", "fixed", "wont_fix", "in_progress", "acknowledged", "flagged"}
	if i := slices.Index(order, to); i >= 0 {
		return i
	}
	return len(order)
}

// points writes a difference of ratings.
func points(n *rollups.Number) string {
	if n == nil {
		return "…"
	}
	return strings.Replace(fmt.Sprintf("%+.1f", float64(*n)), "-", "−", 1)
}
