package issues

import (
	"context"
	"fmt"
	"strings"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

const (
	firstMessages = 5  // messages of a customer that are looked at as they come; the night reads on
	firstEvents   = 40 // behind this seq of a ticket nothing is looked at: a long conversation costs no reads
)

// Consumer suggests a topic for every ticket as its first messages come. Imported history waits for the night.
func (s *Store) Consumer() events.Consumer {
	return events.Consumer{
		Name: "topics", Kinds: []string{tickets.TicketOpened{}.EventKind(), tickets.MessagePosted{}.EventKind()},
		Locks: true, Ready: s.Loaded, Handle: s.arrivals,
	}
}

var errLoading = fault.New(fault.Unavailable, "the topics are being loaded")

func (s *Store) arrivals(ctx context.Context, tx *events.Tx, evs []events.Event) error {
	var ids []events.ID
	for i := range evs {
		if e := &evs[i]; !e.Imported && e.By.Kind == events.Customer && e.TicketID != 0 && e.Seq <= firstEvents {
			ids = append(ids, e.TicketID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == nil {
		return errLoading
	}
	list, _, err := s.conversations(ctx, tx, ids, firstEvents)
	if err != nil {
		return err
	}
	have, err := membersOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	var out []assignment
	for i := range list {
		c := &list[i]
		was := have[events.ID(c.ID)]
		if was.Pinned || len(c.Messages) > firstMessages {
			continue
		}
		s.live.Arrive(*c)
		got := s.live.SuggestAmong(c.ID, s.matter)
		to := s.topics[got.Topic]
		if got.Sure && to != 0 && to != was.TopicID {
			out = append(out, assignment{ticket: events.ID(c.ID), from: was.TopicID, to: to, at: events.Time(c.At), sure: true})
		}
	}
	return assign(ctx, tx, out)
}

// matter is what a topic of the live model is a part of. A topic that was made since is one by itself.
func (s *Store) matter(key int64) int64 {
	if of, known := s.partOf[key]; known {
		return of
	}
	return key
}

// assignment moves a ticket from one topic to another; 0 is none.
type assignment struct {
	ticket, from, to events.ID
	at               events.Time // opening of the ticket
	sure, pinned     bool
}

// assign writes assignments of the machine. The tickets are locked.
func assign(ctx context.Context, tx *events.Tx, list []assignment) error {
	for _, a := range list {
		tx.RecordBy(events.SystemActor, a.ticket, feedback.TopicAssigned{Topic: a.to, From: a.from, Sure: a.sure})
	}
	return writeMembers(ctx, tx, list)
}

// correct writes what a person decided. The tickets are locked.
func correct(ctx context.Context, tx *events.Tx, list []assignment) error {
	for i, a := range list {
		tx.Record(a.ticket, feedback.TopicCorrected{Topic: a.to, From: a.from})
		list[i].pinned, list[i].sure = true, true
	}
	return writeMembers(ctx, tx, list)
}

func writeMembers(ctx context.Context, tx *events.Tx, list []assignment) error {
	if len(list) == 0 {
		return nil
	}
	rows, args, ids := make([]string, len(list)), make([]any, 0, 6*len(list)), make([]events.ID, len(list))
	for i, a := range list {
		rows[i], ids[i] = "(?, ?, ?, ?, ?, ?)", a.ticket
		args = append(args, a.ticket, a.to, a.pinned, a.sure, a.at, tx.Now)
	}
	_, err := tx.NewRaw(`INSERT INTO topic_members (ticket_id, topic_id, pinned, sure, at, assigned_at) VALUES `+strings.Join(rows, ", ")+
		` ON CONFLICT (ticket_id) DO UPDATE SET topic_id = excluded.topic_id, pinned = excluded.pinned, sure = excluded.sure,
		assigned_at = excluded.assigned_at`, args...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write topics of tickets: %w", err)
	}
	_, err = tx.NewRaw(`UPDATE tickets SET topic_id = COALESCE((SELECT m.topic_id FROM topic_members m WHERE m.ticket_id = tickets.id), 0)
		WHERE id IN (?)`, bun.List(ids)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write topics of tickets: %w", err)
	}
	return nil
}

// membership is a row of topic_members.
type membership struct {
	TicketID, TopicID events.ID
	Pinned, Sure      bool
	At                events.Time
}

func membersOf(ctx context.Context, db querier, ids []events.ID) (map[events.ID]membership, error) {
	var rows []membership
	err := db.NewRaw(`SELECT ticket_id, topic_id, pinned, sure, at FROM topic_members WHERE ticket_id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read topics of tickets: %w", err)
	}
	out := make(map[events.ID]membership, len(rows))
	for _, r := range rows {
		out[r.TicketID] = r
	}
	return out, nil
}

// forgetRows removes the places that point at tickets' words. Which topic they had stays: it is no text.
func forgetRows(ctx context.Context, tx *events.Tx, ids []events.ID) error {
	if _, err := tx.NewRaw(`DELETE FROM exemplars WHERE ticket_id IN (?)`, bun.List(ids)).Exec(ctx); err != nil {
		return fmt.Errorf("forget quotes: %w", err)
	}
	return nil
}
