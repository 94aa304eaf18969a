package web

import (
	"context"

	"heard/tickets"
)

func (s *Server) getPreferences(ctx context.Context, _ *struct{}) (*answer[tickets.Preferences], error) {
	return ok(s.people.Preferences(ctx, callerOf(ctx).agent.ID))
}

func (s *Server) patchPreferences(ctx context.Context, in *struct {
	Body struct {
		Theme            *string            `json:"theme,omitempty" enum:"system,light,dark"`
		Density          *string            `json:"density,omitempty" enum:"comfortable,compact"`
		After            *string            `json:"after,omitempty" enum:"next,stay,list"`
		UndoS            *int               `json:"undo_s,omitempty" doc:"0, 5, 10, 20 or 30"`
		UndoChat         *bool              `json:"undo_chat,omitempty"`
		KeysOn           *bool              `json:"keys_on,omitempty"`
		Keys             *map[string]string `json:"keys,omitempty" doc:"Replaces all keys that were changed before"`
		ListWidth        *int               `json:"list_width,omitempty" doc:"240 to 720, or 0"`
		ViewsCollapsed   *bool              `json:"views_collapsed,omitempty"`
		ContextCollapsed *bool              `json:"context_collapsed,omitempty"`
		SetupDismissed   *bool              `json:"setup_dismissed,omitempty"`
		Locale           *string            `json:"locale,omitempty"`
	}
}) (*answer[tickets.Preferences], error) {
	return ok(s.people.ChangePreferences(ctx, callerOf(ctx).agent.ID, tickets.PreferencesPatch(in.Body)))
}
