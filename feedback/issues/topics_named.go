package issues

import (
	"context"
	"slices"
	"strings"

	"heard/tickets/events"
)

// TopicsNamed finds the topics that people mean by a name: those called so, else those with it in their name, ascending.
func (s *Store) TopicsNamed(ctx context.Context, name string) ([]events.ID, error) {
	all, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	want := strings.ToLower(strings.TrimSpace(name))
	whole, part := []events.ID{}, []events.ID{}
	for id, t := range all.byID {
		switch label := strings.ToLower(t.label()); {
		case t.MergedInto != 0 || want == "":
		case label == want:
			whole = append(whole, id)
		case strings.Contains(label, want):
			part = append(part, id)
		}
	}
	if len(whole) == 0 {
		whole = part
	}
	slices.Sort(whole)
	return whole, nil
}
