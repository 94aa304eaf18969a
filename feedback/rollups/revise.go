package rollups

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// differences says why a week is told again: what became of its tickets, and which figures and sections are others. It is
// empty when people would read the same: other words of a definition are no reason.
func differences(was, is []byte) (string, error) {
	var reports [2]Report
	var sections [2]map[string]json.RawMessage
	for i, body := range [][]byte{was, is} {
		if err := json.Unmarshal(body, &reports[i]); err != nil {
			return "", fmt.Errorf("read a telling: %w", err)
		}
		if err := json.Unmarshal(body, &sections[i]); err != nil {
			return "", fmt.Errorf("read a telling: %w", err)
		}
	}
	figures, against, err := changedFigures(&reports[0], &reports[1])
	if err != nil {
		return "", err
	}
	changed := figures
	if against {
		changed = append(changed, "what they are held against")
	}
	changed = append(changed, changedSections(sections[0], sections[1])...)
	if len(changed) == 0 {
		return "", nil
	}
	return strings.Join(append(causes(&reports[0], &reports[1]), "changed: "+listed(changed)), "; "), nil
}

// changedFigures names the figures whose own number is another, and tells whether only the weeks before some are.
func changedFigures(was, is *Report) (names []string, against bool, err error) {
	for i := range is.Figures {
		now := is.Figures[i]
		then := was.Figure(now.Key)
		if then == nil {
			names = append(names, lowered(now.Label))
			continue
		}
		before := *then
		own, err := sameJSON([]any{before.Value, before.N, before.Hits, before.Interval, before.Calendar, before.Business, before.Note},
			[]any{now.Value, now.N, now.Hits, now.Interval, now.Calendar, now.Business, now.Note})
		if err != nil {
			return nil, false, err
		}
		past, err := sameJSON([]any{before.Before, before.BeforeMean, before.Change}, []any{now.Before, now.BeforeMean, now.Change})
		if err != nil {
			return nil, false, err
		}
		if against = against || own && !past; !own {
			names = append(names, lowered(now.Label))
		}
	}
	return names, against, nil
}

func sameJSON(a, b any) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}

// sectionNames are the parts of a report beside its figures, as people call them.
func sectionNames() map[string]string {
	return map[string]string{"headline": "the headline", "findings": "what changed", "tiles": "the leading figures", "compared_with": "the weeks before",
		"days": "the days", "handoff_reasons": "reasons of handoffs", "issues": "issues", "issues_known": "issues", "movements": "what became of issues",
		"praise": "quotes", "pain": "quotes", "survey_decisions": "who was asked", "actions_before": "actions", "actions_next": "actions",
		"excluded": "tickets that are left out", "notes": "notes"}
}

func changedSections(was, is map[string]json.RawMessage) (out []string) {
	names := sectionNames()
	for _, key := range slices.Sorted(maps.Keys(names)) {
		if name := names[key]; !bytes.Equal(was[key], is[key]) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// causes says what became of the week's tickets since it was told.
func causes(was, is *Report) (out []string) {
	say := func(n int, one, many string) {
		if n == 1 {
			out = append(out, "1 ticket of the week "+one)
		} else if n > 1 {
			out = append(out, fmt.Sprintf("%d tickets of the week %s", n, many))
		}
	}
	away := is.Excluded - was.Excluded
	say(away, "was marked as spam or merged after it ended", "were marked as spam or merged after it ended")
	say(-away, "counts again", "count again")
	a, b := was.Figure(Volume), is.Figure(Volume)
	if a != nil && b != nil {
		came := b.N - a.N + away
		say(came, "became known after it ended", "became known after it ended")
		say(-came, "is gone", "are gone")
	}
	return out
}

// mostListed is how many things a reason names.
const mostListed = 6

func listed(names []string) string {
	if more := len(names) - mostListed; more > 0 {
		return strings.Join(names[:mostListed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}
