package main

import (
	"context"
	"time"

	"heard/feedback/weekly"
	"heard/tickets/events"
)

// agree writes down what the crew decided over the reports of the last two weeks.
func (w *demoWriter) agree(ctx context.Context) error {
	cal, err := w.app.rollups.Calendar(ctx)
	if err != nil {
		return err
	}
	week := cal.WeekOf(events.TimeOf(w.plan.Until))
	now, _ := cal.Week(week)
	monday := now.Std().In(w.plan.Until.Location())
	at := func(days, hour int) events.Time {
		return events.TimeOf(monday.AddDate(0, 0, days).Add(time.Duration(hour) * time.Hour))
	}
	day := func(days int) string { return monday.AddDate(0, 0, days).Format(time.DateOnly) }
	list := []weekly.Past{
		{At: at(-7, 10), DoneAt: at(-4, 15), ActionIn: weekly.ActionIn{Text: "Ask the carrier about parcels without a scan", Owner: w.desk.agents[4], Due: day(-3)}},
		{At: at(-7, 10), ActionIn: weekly.ActionIn{Text: "Send questions about invoices straight to Billing", Owner: w.desk.agents[1], Due: day(-5)}},
		{At: at(-6, 9), ActionIn: weekly.ActionIn{Text: "Ask the lamp’s maker about the dimmer", Owner: w.desk.agents[2], Due: day(9)}},
		{At: at(-5, 16), ActionIn: weekly.ActionIn{Text: "Say in the order mail when a refund arrives", Due: day(14)}},
	}
	for len(list) > 0 && list[0].At < events.TimeOf(w.plan.From) {
		list = list[1:] // a short history
	}
	return w.app.weekly.Import(ctx, list)
}
