package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"heard/chat/bus"
	"heard/tickets"
	"heard/tickets/events"
)

const (
	logTopic   = "log"
	relayQueue = 8192 // events that may wait to be told; more are left to the database
)

// relay tells the other nodes what this one commits, with the messages, and offers the log what they tell. It may
// fail in every way: the log finds out what is missing.
type relay struct {
	log *events.Log
	bus bus.Bus

	mu      sync.Mutex
	batches [][]events.Event
	waiting int
	more    chan struct{}
}

func newRelay(log *events.Log, b bus.Bus) *relay {
	return &relay{log: log, bus: b, more: make(chan struct{}, 1)}
}

// run relays until ctx ends. Without other nodes it does nothing.
func (r *relay) run(ctx context.Context) {
	if r.bus.MaxPayload() == 0 {
		return
	}
	defer r.bus.Subscribe(logTopic, func(_ string, payload []byte) { r.receive(payload) })()
	defer r.bus.OnReturn(r.log.Wake)()
	stop := r.log.Carry(r.take)
	for {
		select {
		case <-r.more:
			r.tellOthers()
		case <-ctx.Done():
			stop()
			r.tellOthers()
			return
		}
	}
}

func (r *relay) tellOthers() {
	for _, evs := range r.next() {
		for _, payload := range pack(evs, r.bus.MaxPayload()) {
			r.bus.Publish(logTopic, payload)
		}
	}
}

// take is called with every batch, by the writer, which waits for it.
func (r *relay) take(evs []events.Event) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting += len(evs); r.waiting > relayQueue {
		r.batches, r.waiting = nil, len(evs) // the others see a gap and ask the database
	}
	r.batches = append(r.batches, evs)
	select {
	case r.more <- struct{}{}:
	default:
	}
	return r.bus.Healthy()
}

func (r *relay) next() [][]events.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.batches
	r.batches, r.waiting = nil, 0
	return list
}

// receive offers the log what another node told. What cannot be read, and a bare wake, make it ask the database.
func (r *relay) receive(payload []byte) {
	evs, err := unpack(r.log, payload)
	if err == nil && len(evs) > 0 {
		err = r.log.Offer(evs)
	}
	if err != nil || len(evs) == 0 {
		r.log.Wake()
	}
}

// told is an event as it travels. Nodes of two versions may tell each other: fields are only ever added.
type told struct {
	Pos        int64            `json:"p"`
	TicketID   events.ID        `json:"t,omitzero"`
	Seq        int64            `json:"s,omitzero"`
	Prev       int64            `json:"v,omitzero"`
	Public     bool             `json:"u,omitzero"`
	Kind       string           `json:"k"`
	At         events.Time      `json:"a"`
	RecordedAt events.Time      `json:"r"`
	ByKind     events.ActorKind `json:"bk"`
	ByID       events.ID        `json:"bi,omitzero"`
	ByToken    events.ID        `json:"bt,omitzero"`
	Imported   bool             `json:"i,omitzero"`
	Data       json.RawMessage  `json:"d,omitempty"`
	Message    *tickets.Message `json:"m,omitempty"`
}

func tell(e *events.Event) told {
	return told{Pos: e.Pos, TicketID: e.TicketID, Seq: e.Seq, Prev: e.Prev, Public: e.Public, Kind: e.Kind, At: e.At,
		RecordedAt: e.RecordedAt, ByKind: e.By.Kind, ByID: e.By.ID, ByToken: e.By.Token, Imported: e.Imported, Data: e.Data,
		Message: messageOf(e.Change)}
}

func (t *told) event() events.Event {
	return events.Event{Pos: t.Pos, TicketID: t.TicketID, Seq: t.Seq, Prev: t.Prev, Public: t.Public, Kind: t.Kind, At: t.At,
		RecordedAt: t.RecordedAt, By: events.Actor{Kind: t.ByKind, ID: t.ByID, Token: t.ByToken}, Imported: t.Imported, Data: t.Data}
}

// messageOf is the text that a change carries in memory.
func messageOf(c events.Change) *tickets.Message {
	switch c := c.(type) {
	case tickets.MessagePosted:
		return c.Message
	case tickets.NotePosted:
		return c.Message
	case tickets.MessageEdited:
		return c.Message
	}
	return nil
}

// withMessage gives a change the text that it carried.
func withMessage(c events.Change, m *tickets.Message) events.Change {
	switch c := c.(type) {
	case tickets.MessagePosted:
		c.Message = m
		return c
	case tickets.NotePosted:
		c.Message = m
		return c
	case tickets.MessageEdited:
		c.Message = m
		return c
	}
	return c
}

// pack writes a batch as payloads of at most limit bytes: JSON arrays of told, in order. A message that is too large
// stays behind, and is read from the database; an event that is too large becomes an empty array, a bare wake.
func pack(evs []events.Event, limit int) (payloads [][]byte) {
	var b []byte
	flush := func() {
		if len(b) > 0 {
			payloads = append(payloads, append(b, ']'))
			b = nil
		}
	}
	for i := range evs {
		text := packOne(&evs[i], limit-2)
		if text == nil {
			flush()
			payloads = append(payloads, []byte("[]"))
			continue
		}
		if len(b)+len(text)+2 > limit {
			flush()
		}
		if len(b) == 0 {
			b = append(make([]byte, 0, min(limit, (len(text)+64)*(len(evs)-i))), '[')
		} else {
			b = append(b, ',')
		}
		b = append(b, text...)
	}
	flush()
	return payloads
}

// packOne writes one event in at most limit bytes, or not.
func packOne(e *events.Event, limit int) []byte {
	t := tell(e)
	text, err := json.Marshal(&t)
	if err == nil && len(text) > limit && t.Message != nil {
		t.Message = nil
		text, err = json.Marshal(&t)
	}
	if err != nil || len(text) > limit {
		return nil
	}
	return text
}

// unpack reads what pack wrote. The events carry their changes, as they do where they were committed.
func unpack(log *events.Log, payload []byte) ([]events.Event, error) {
	var list []told
	if err := json.Unmarshal(payload, &list); err != nil {
		return nil, fmt.Errorf("read what a node told: %w", err)
	}
	evs := make([]events.Event, len(list))
	for i := range list {
		evs[i] = list[i].event()
		if list[i].Message == nil {
			continue
		}
		c, err := log.Decode(&evs[i])
		if err != nil {
			return nil, err
		}
		evs[i].Change = withMessage(c, list[i].Message)
	}
	return evs, nil
}
