package feedback

// What agents are shown of these changes, in a ticket's thread and by the API.

func (c SurveyAsked) EventData() map[string]any {
	return afterResolve(map[string]any{"kind": c.Kind}, c.Resolve)
}

func (c SurveyAnswered) EventData() map[string]any {
	return map[string]any{"kind": c.Kind, "score": c.Score, "scale": c.Scale, "changed": c.Changed}
}

func (c SurveyWithdrawn) EventData() map[string]any {
	return afterResolve(map[string]any{"kind": c.Kind, "reason": c.Reason}, c.Resolve)
}

// afterResolve names the resolve that a survey is about, if it is about one.
func afterResolve(d map[string]any, seq int64) map[string]any {
	if seq > 0 {
		d["resolve"] = seq
	}
	return d
}

func (c TopicAssigned) EventData() map[string]any {
	return map[string]any{"topic": c.Topic, "sure": c.Sure}
}

func (c TopicCorrected) EventData() map[string]any { return map[string]any{"topic": c.Topic} }
