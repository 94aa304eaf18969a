package rollups

import (
	"context"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
)

// What stands in a stored sentence in place of a name.
const (
	issueHere = "{issue}"
	partHere  = "{part}"
)

// tell fills in what a stored report only refers to: how things and people are called now, and what was written.
// Whatever was erased is missing from then on, and so are quotes of tickets that are no part of the filter any more.
func (r *Rollups) tell(ctx context.Context, rep *Report, f Filter) (err error) {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	rep.Desk = snap.Settings.DeskName
	if rep.Praise, err = r.quote(ctx, rep.Praise, f); err != nil {
		return err
	}
	if rep.Pain, err = r.quote(ctx, rep.Pain, f); err != nil {
		return err
	}
	if err := r.nameIssues(ctx, snap, rep); err != nil {
		return err
	}
	said := []*Statement{&rep.Headline}
	for i := range rep.Findings {
		said = append(said, &rep.Findings[i])
	}
	if err := r.name(ctx, said...); err != nil {
		return err
	}
	for _, list := range []*[]Action{&rep.Done, &rep.Next} {
		if *list, err = r.nameActions(ctx, snap, *list); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rollups) nameIssues(ctx context.Context, snap *tickets.Snapshot, rep *Report) error {
	var ids []events.ID
	for _, k := range rep.Issues {
		ids = append(ids, k.ID)
	}
	for _, m := range rep.Movements {
		ids = append(ids, m.Issue)
	}
	names, err := r.issueNames(ctx, ids)
	if err != nil {
		return err
	}
	for i := range rep.Issues {
		k := &rep.Issues[i]
		k.Name = names[k.ID]
		if k.OwnerID != 0 {
			k.Owner = snap.AgentName(k.OwnerID)
		}
	}
	for i := range rep.Movements {
		rep.Movements[i].Name = names[rep.Movements[i].Issue]
	}
	return nil
}

func (r *Rollups) issueNames(ctx context.Context, ids []events.ID) (map[events.ID]string, error) {
	if r.issues == nil || len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	return r.issues.IssueNames(ctx, slices.Compact(ids))
}

// name fills names into sentences.
func (r *Rollups) name(ctx context.Context, said ...*Statement) error {
	snap, err := r.dir.Snapshot(ctx)
	if err != nil {
		return err
	}
	var ids []events.ID
	for _, s := range said {
		if s.Issue != 0 {
			ids = append(ids, s.Issue)
		}
	}
	names, err := r.issueNames(ctx, ids)
	if err != nil {
		return err
	}
	for _, s := range said {
		s.Text = strings.ReplaceAll(s.Text, issueHere, names[s.Issue])
		if s.Part != nil {
			s.Where = strings.ReplaceAll(s.Where, partHere, partName(snap, *s.Part))
		}
	}
	return nil
}

// partName is how a part of the desk is called.
func partName(snap *tickets.Snapshot, p Part) string {
	name := p.Word
	switch p.By {
	case "team":
		name = snap.TeamName(p.ID)
	case "inbox":
		if in := snap.Inboxes[p.ID]; in != nil {
			name = in.Name
		}
	case "reason":
		name = strings.ReplaceAll(p.Word, "_", " ")
	}
	if name == "" {
		name = "number " + p.ID.String()
	}
	return name
}

// nameActions fills in what actions say and whose they are.
func (r *Rollups) nameActions(ctx context.Context, snap *tickets.Snapshot, list []Action) ([]Action, error) {
	out := []Action{}
	if r.beside.Actions == nil || len(list) == 0 {
		return out, nil
	}
	var ids []events.ID
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	texts, err := r.beside.Actions.ActionTexts(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		if a.Text = texts[a.ID]; a.Text != "" {
			a.Owner = snap.AgentName(a.OwnerID)
			out = append(out, a)
		}
	}
	return out, nil
}
