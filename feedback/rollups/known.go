package rollups

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"heard/feedback/issues"
	"heard/feedback/stats"
)

const (
	issuesShown  = 5
	issuesJudged = 50
	weeksUsual   = 4 // that an issue's usual number is the mean of
	clumping     = 0.05
)

// known reads the issues of the week, those with the largest impact first.
func (b *build) known(ctx context.Context, rep *Report) error {
	if b.r.issues == nil || !b.filter.whole() {
		return nil
	}
	list, err := b.r.issues.Top(ctx, b.from, b.to, issuesJudged)
	if err != nil {
		return fmt.Errorf("read issues: %w", err)
	}
	rep.IssuesKnown = true
	for _, x := range list {
		k := KnownIssue{ID: x.ID, Status: string(x.Status), Kind: string(x.Kind), OwnerID: x.OwnerID, Tickets: x.Tickets,
			Customers: x.Customers, Before: x.Before, Hours: Number(x.Hours)}
		if x.Expected != nil {
			k.Expected = end(*x.Expected)
		}
		if c := x.CSAT; c != nil {
			k.CSAT = &Difference{Number(c.Diff), Range{end(c.Low), end(c.High)}, c.N}
		}
		rep.Issues = append(rep.Issues, k)
	}
	return nil
}

// shown are the first issues, and those that a finding names.
func shown(rep *Report) []KnownIssue {
	out := []KnownIssue{}
	for i := range rep.Issues {
		told := slices.ContainsFunc(rep.Findings, func(s Statement) bool { return s.Issue == rep.Issues[i].ID })
		if i < issuesShown || told {
			out = append(out, rep.Issues[i])
		}
	}
	return out
}

// movedIssues tells the flagged issues that came up clearly more often than usual, over all flagged issues together.
func movedIssues(rep *Report) []finding {
	var ps []float64
	var tested []*KnownIssue
	var changes []Change
	for i := range rep.Issues {
		k := &rep.Issues[i]
		if flagWords(k.Kind) == "" || k.Expected == nil {
			continue
		}
		c := compareIssue(k.Tickets, float64(*k.Expected))
		ps, tested, changes = append(ps, c.p), append(tested, k), append(changes, c)
	}
	var out []finding
	for i, q := range stats.BenjaminiHochberg(ps) {
		if changes[i].Verdict == stats.Up && q <= discovery {
			out = append(out, finding{issueStatement(tested[i]), changes[i].atLeast})
		}
	}
	slices.SortStableFunc(out, func(a, c finding) int { return cmp.Or(larger(a, c), cmp.Compare(a.Issue, c.Issue)) })
	return out
}

// compareIssue holds a week's tickets of an issue against its usual number, by the exact interval of the ratio of two
// counts. That is true for few tickets too, so a small new issue is not too small to be told. Tickets of one issue come
// in clumps, the more the larger it is; both counts are thinned for that as the nightly search does for its week.
func compareIssue(tickets int, usual float64) Change {
	phi := 1 + clumping*usual
	is, was := float64(tickets)/phi, usual*weeksUsual/phi
	ci := stats.RateRatio(is, 1, was, weeksUsual, stats.Level)
	c := stats.Comparison{Verdict: stats.NoClear, Ratio: true, Interval: &ci}
	if ci.Low > 1 {
		c.Verdict = stats.Up
	}
	if was == 0 { // no finite ratio: half a ticket on both sides, as for figures
		is, was = is+0.5, was+0.5
	}
	c.Change = is / (was / weeksUsual)
	return judged(spec{better: Lower}, c, usual)
}

// flagWords says what the nightly search flagged an issue for; empty for what only recurs.
func flagWords(kind string) string {
	switch issues.Kind(kind) {
	case issues.KindNew:
		return "A new issue"
	case issues.KindRising:
		return "A rising issue"
	case issues.KindBurst:
		return "A burst"
	case issues.KindRegressed:
		return "Back after a fix"
	}
	return ""
}

func issueStatement(k *KnownIssue) Statement {
	usual, bad := "none", false
	if *k.Expected > 0 {
		usual = decimalUnder(float64(*k.Expected), 10)
	}
	from := Text(Count, float64(k.Customers)) + " customers"
	if k.Customers == 1 {
		from = "one customer"
	}
	return Statement{Text: fmt.Sprintf("“%s” came up %s times, usually %s", issueHere, Text(Count, float64(k.Tickets)), usual),
		Where: flagWords(k.Kind) + ", from " + from, Issue: k.ID, Good: &bad, Href: "/issues/" + k.ID.String()}
}
