package feedback

import "heard/tickets/events"

// TagDismissed: a person said that a suggested tag does not fit. It is not suggested for the ticket again.
type TagDismissed struct {
	Tag events.ID `json:"tag"`
}

func (TagDismissed) EventKind() string { return "tag.dismissed" }
func (TagDismissed) EventPublic() bool { return false }

func (c TagDismissed) EventData() map[string]any { return map[string]any{"tag": c.Tag} }
