package tickets

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"heard/tickets/events"

	"golang.org/x/text/language"
)

// Preferences are how an agent wants the console to look and behave. They mean nothing to anybody else, so that a
// change is no event.
type Preferences struct {
	Theme            string            `json:"theme" enum:"system,light,dark"`
	Density          string            `json:"density" enum:"comfortable,compact"`
	After            string            `json:"after" enum:"next,stay,list" doc:"Where to go once a ticket is done with"`
	UndoS            int               `json:"undo_s" doc:"Seconds in which a sent reply can be taken back: 0, 5, 10, 20 or 30"`
	UndoChat         bool              `json:"undo_chat" doc:"Hold answers in live chats back too"`
	KeysOn           bool              `json:"keys_on" doc:"Whether single keys act"`
	Keys             map[string]string `json:"keys" doc:"Keys that were changed, by the id of the shortcut; empty for none"`
	ListWidth        int               `json:"list_width" doc:"Pixels; 0 for the usual width"`
	ViewsCollapsed   bool              `json:"views_collapsed"`
	ContextCollapsed bool              `json:"context_collapsed"`
	SetupDismissed   bool              `json:"setup_dismissed" doc:"The guide of the first ten minutes is put away"`
	Locale           string            `json:"locale" doc:"BCP 47; empty for the browser's"`
}

// PreferencesPatch changes preferences; nil leaves one. Keys replace all that were changed before.
type PreferencesPatch struct {
	Theme            *string
	Density          *string
	After            *string
	UndoS            *int
	UndoChat         *bool
	KeysOn           *bool
	Keys             *map[string]string
	ListWidth        *int
	ViewsCollapsed   *bool
	ContextCollapsed *bool
	SetupDismissed   *bool
	Locale           *string
}

// DefaultPreferences are those of an agent who has chosen nothing.
func DefaultPreferences() Preferences {
	return Preferences{Theme: "system", Density: "comfortable", After: "next", UndoS: 5, KeysOn: true, Keys: map[string]string{}}
}

const (
	maxKeys      = 100
	maxListWidth = 720
	minListWidth = 240
	maxStroke    = 16 // characters of one key: "ArrowRight", "Escape"
)

var localeTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// Preferences returns an agent's preferences, the usual ones where nothing was chosen.
func (p *People) Preferences(ctx context.Context, agent events.ID) (Preferences, error) {
	return readPreferences(ctx, p.log.Read(), agent)
}

// readPreferences judges what is stored once more: a later program may know other words than the one that wrote it.
func readPreferences(ctx context.Context, db rawQuerier, agent events.ID) (Preferences, error) {
	out := DefaultPreferences()
	var bodies []string
	if err := db.NewRaw(`SELECT body FROM agent_preferences WHERE agent_id = ?`, agent).Scan(ctx, &bodies); err != nil {
		return out, fmt.Errorf("read preferences of agent %d: %w", agent, err)
	}
	if len(bodies) == 0 {
		return out, nil
	}
	if err := json.Unmarshal([]byte(bodies[0]), &out); err != nil {
		return out, fmt.Errorf("read preferences of agent %d: %w", agent, err)
	}
	if out.Keys == nil {
		out.Keys = map[string]string{}
	}
	mendKeys(out.Keys)
	if out.check() != nil {
		return DefaultPreferences(), nil
	}
	return out, nil
}

// ChangePreferences changes an agent's own preferences and returns all of them.
func (p *People) ChangePreferences(ctx context.Context, agent events.ID, in PreferencesPatch) (out Preferences, err error) {
	unit := events.Unit{By: events.Actor{Kind: events.Agent, ID: agent}, Locks: events.Locks{Agents: []events.ID{agent}}}
	err = p.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		if out, err = readPreferences(ctx, tx, agent); err != nil {
			return err
		}
		out.patch(in)
		if err := out.check(); err != nil {
			return err
		}
		body, err := json.Marshal(out)
		if err != nil {
			return fmt.Errorf("write preferences: %w", err)
		}
		_, err = tx.NewRaw(`INSERT INTO agent_preferences (agent_id, body) VALUES (?, ?)
			ON CONFLICT (agent_id) DO UPDATE SET body = excluded.body`, agent, string(body)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("write preferences of agent %d: %w", agent, err)
		}
		return nil
	})
	return out, err
}

func (w *Preferences) patch(in PreferencesPatch) {
	set(&w.Theme, in.Theme)
	set(&w.Density, in.Density)
	set(&w.After, in.After)
	set(&w.UndoS, in.UndoS)
	set(&w.UndoChat, in.UndoChat)
	set(&w.KeysOn, in.KeysOn)
	set(&w.ListWidth, in.ListWidth)
	set(&w.ViewsCollapsed, in.ViewsCollapsed)
	set(&w.ContextCollapsed, in.ContextCollapsed)
	set(&w.SetupDismissed, in.SetupDismissed)
	set(&w.Locale, in.Locale)
	if in.Keys != nil {
		w.Keys = maps.Clone(*in.Keys)
	}
	if w.Keys == nil {
		w.Keys = map[string]string{}
	}
}

func set[T any](at *T, v *T) {
	if v != nil {
		*at = *v
	}
}

func (w *Preferences) check() error {
	var c checker
	oneOf(&c, "theme", w.Theme, "system", "light", "dark")
	oneOf(&c, "density", w.Density, "comfortable", "compact")
	oneOf(&c, "after", w.After, "next", "stay", "list")
	if !slices.Contains([]int{0, 5, 10, 20, 30}, w.UndoS) {
		c.wrong.Add("undo_s", "must be 0, 5, 10, 20 or 30")
	}
	if w.ListWidth != 0 {
		c.between("list_width", w.ListWidth, minListWidth, maxListWidth)
	}
	if w.Locale != "" {
		if _, err := language.Parse(w.Locale); err != nil || !localeTag.MatchString(w.Locale) {
			c.wrong.Add("locale", "is not the tag of a language")
		}
	}
	c.keys(w.Keys)
	return c.wrong.Err()
}
