package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/webhooks"
)

// webhookRoutes are who is told of what happens, for administrators.
func (s *Server) webhookRoutes() []route {
	api := "/api/v1/webhooks"
	read, write := agent(tickets.WebhookList), agent(tickets.WebhookWrite)
	return []route{
		{"GET", api, read, perRead, op("List webhooks", s.listWebhooks)},
		{"POST", api, write, perWrite, op("Add a webhook; its secret is shown this once", s.createWebhook).once()},
		{"GET", api + "/{id}", read, perRead, op("One webhook", s.getWebhook)},
		{"PATCH", api + "/{id}", write, perWrite, op("Change a webhook, or switch it off", s.patchWebhook).repeatable()},
		{"DELETE", api + "/{id}", write, perWrite, op("End a webhook", s.deleteWebhook)},
		{"POST", api + "/{id}/test", write, perWrite, op("Send a delivery that says nothing", s.testWebhook)},
		{"GET", api + "/{id}/deliveries", read, perRead, op("What was sent, and what came of it, newest first", s.webhookDeliveries)},
		{"POST", api + "/{id}/deliveries/{delivery}/retry", write, perWrite, op("Send a parked delivery again", s.retryDelivery)},
	}
}

// wireWebhooks is the list, with what may be asked for.
type wireWebhooks struct {
	list[webhooks.Hook]
	Kinds []string `json:"kinds" doc:"What webhooks may be told of; noun.* and * stand for several"`
}

func (s *Server) listWebhooks(ctx context.Context, in *struct{ PageIn }) (*answer[wireWebhooks], error) {
	rows, err := s.hooks.Hooks(ctx)
	if err != nil {
		return nil, err
	}
	rows, next, err := cut(rows, in.PageIn, func(h *webhooks.Hook) events.ID { return h.ID })
	return ok(wireWebhooks{items(rows, next), webhooks.Kinds()}, err)
}

func (s *Server) getWebhook(ctx context.Context, in *getID) (*answer[webhooks.Hook], error) {
	return ok(s.hooks.Hook(ctx, in.ID.ID))
}

type wireNewWebhook struct {
	webhooks.Hook
	Secret string `json:"secret" doc:"Signs deliveries; shown this once"`
}

func (s *Server) createWebhook(ctx context.Context, in *struct {
	Body struct {
		URL   string   `json:"url"`
		Kinds []string `json:"kinds" maxItems:"50" doc:"Kinds of events; issue.* for all of a noun, * for all"`
	}
}) (*made[wireNewWebhook], error) {
	h, secret, err := s.hooks.Add(ctx, callerOf(ctx).actor(), webhooks.In{URL: in.Body.URL, Kinds: in.Body.Kinds})
	return created(wireNewWebhook{h, secret}, err)
}

func (s *Server) patchWebhook(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		URL      *string   `json:"url,omitempty"`
		Kinds    *[]string `json:"kinds,omitempty" maxItems:"50"`
		Disabled *bool     `json:"disabled,omitempty"`
	}
}) (*answer[webhooks.Hook], error) {
	return ok(s.hooks.Change(ctx, callerOf(ctx).actor(), in.ID.ID, webhooks.Patch(in.Body)))
}

func (s *Server) deleteWebhook(ctx context.Context, in *onID) (*struct{}, error) {
	return nil, s.hooks.Delete(ctx, callerOf(ctx).actor(), in.ID.ID)
}

func (s *Server) testWebhook(ctx context.Context, in *onID) (*made[webhooks.Delivery], error) {
	return created(s.hooks.Test(ctx, callerOf(ctx).actor(), in.ID.ID))
}

func (s *Server) webhookDeliveries(ctx context.Context, in *struct {
	ID pathID `path:"id"`
	PageIn
}) (*answer[list[webhooks.Delivery]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	rows, err := s.hooks.Deliveries(ctx, in.ID.ID, before, in.size()+1)
	return ok(pageOf(rows, in.size(), func(d webhooks.Delivery) events.ID { return d.ID }), err)
}

func (s *Server) retryDelivery(ctx context.Context, in *struct {
	ID       pathID   `path:"id"`
	Delivery pathID   `path:"delivery"`
	Body     *nothing `required:"false"`
}) (*struct{}, error) {
	return nil, s.hooks.Retry(ctx, callerOf(ctx).actor(), in.ID.ID, in.Delivery.ID)
}
