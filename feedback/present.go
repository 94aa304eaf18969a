package feedback

// What agents are shown of these changes, in a ticket's thread and by the API.

func (c SurveyAsked) EventData() map[string]any { return map[string]any{"kind": c.Kind} }

func (c SurveyAnswered) EventData() map[string]any {
	return map[string]any{"kind": c.Kind, "score": c.Score, "scale": c.Scale, "changed": c.Changed}
}

func (c SurveyWithdrawn) EventData() map[string]any {
	return map[string]any{"kind": c.Kind, "reason": c.Reason}
}

func (c TopicAssigned) EventData() map[string]any {
	return map[string]any{"topic": c.Topic, "sure": c.Sure}
}

func (c TopicCorrected) EventData() map[string]any { return map[string]any{"topic": c.Topic} }
