package check

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/coder/websocket"
)

// readBack reads what one node has of all conversations, as an agent and as each customer. A node may need a moment
// after a fault; what it then says counts. A conversation that it does not know even then has no events: what was acked
// in it is lost, which is for the verdict to say.
func (r *Run) readBack(ctx context.Context, node string) (s *Stored, err error) {
	a := newAPI(r, rand.New(rand.NewPCG(r.o.Seed, 3)))
	for deadline := time.Now().Add(r.o.Settle); ; {
		last := time.Now().After(deadline)
		if s, err = r.readOnce(ctx, a, node, last); err == nil || last {
			return s, err
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// readOnce reads all; with absent, what the node does not know is empty instead of an error.
func (r *Run) readOnce(ctx context.Context, a *api, node string, absent bool) (*Stored, error) {
	failed := func(err error) bool { return err != nil && !(absent && unknown(err)) }
	s := &Stored{Node: node, Agents: map[string][]Event{}, Customers: map[string][]Event{}, Tickets: map[string]Ticket{},
		Conversations: map[string]Conversation{}, Ownership: map[string][]Owned{}}
	token := r.o.Tokens[0]
	for _, id := range r.known() {
		var err error
		if s.Agents[id], err = a.eventsOf(ctx, node, "/api/v1/tickets/"+id, token, 0); failed(err) {
			return nil, err
		}
		var t Ticket
		if err := a.call(ctx, node, "GET", "/api/v1/tickets/"+id, token, nil, &t); failed(err) {
			return nil, err
		}
		s.Tickets[id] = t
		var owned page[Owned]
		if err := a.call(ctx, node, "GET", "/api/v1/tickets/"+id+"/ownership", token, nil, &owned); failed(err) {
			return nil, err
		}
		s.Ownership[id] = owned.Items
		if s.Customers[id], err = a.eventsOf(ctx, node, "/api/widget/conversations/"+id, r.owners[id].visitor, 0); failed(err) {
			return nil, err
		}
	}
	for _, c := range r.clients {
		if c.token != "" {
			continue
		}
		var list page[Conversation]
		if err := a.call(ctx, node, "GET", "/api/widget/conversations", c.visitor, nil, &list); err != nil {
			return nil, err
		}
		for _, row := range list.Items {
			if s.Agents[row.ID] != nil {
				s.Conversations[row.ID] = row
			}
		}
	}
	return s, r.counts(ctx, a, s)
}

// counts asks for the counters that a console shows, and lists what they count.
func (r *Run) counts(ctx context.Context, a *api, s *Stored) error {
	ctx, cancel := context.WithTimeout(ctx, r.o.Patience)
	defer cancel()
	ws, err := r.dial(ctx, s.Node, "/ws/console")
	if err != nil {
		return err
	}
	defer ws.CloseNow()
	for _, frame := range []map[string]any{{"type": "hello", "token": r.o.Tokens[0]}, {"type": "list", "view": "all"}} {
		b, err := json.Marshal(frame)
		if err != nil {
			return err
		}
		if err := ws.Write(ctx, websocket.MessageText, b); err != nil {
			return err
		}
	}
	for s.Counts == nil {
		_, b, err := ws.Read(ctx)
		if err != nil {
			return err
		}
		var f map[string]json.RawMessage
		if err := json.Unmarshal(b, &f); err != nil {
			return err
		}
		if string(f["type"]) != `"counts"` {
			continue
		}
		if err := json.Unmarshal(f["counts"], &s.Counts); err != nil {
			return err
		}
	}
	s.Recounts = map[string]int{}
	for _, view := range []string{"all", "unassigned", "mine"} {
		if s.Recounts[view], err = a.count(ctx, s.Node, r.o.Tokens[0], view); err != nil {
			return err
		}
	}
	return nil
}

// count lists a view's open tickets.
func (a *api) count(ctx context.Context, node, token, view string) (n int, err error) {
	for cursor := ""; ; {
		var p page[struct{}]
		if err := a.call(ctx, node, "GET", "/api/v1/tickets?view="+view+"&status=open&limit=100&cursor="+cursor, token, nil, &p); err != nil {
			return 0, err
		}
		if n += len(p.Items); p.Next == "" {
			return n, nil
		}
		cursor = p.Next
	}
}
