package issues

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

const (
	quotesKept  = 12 // for each issue, so that some are left for whoever may not see all tickets
	quotesShown = 5
)

// exemplar is where a sentence stands.
type exemplar struct {
	IssueID  events.ID
	N        int
	TicketID events.ID
	Seq      int64
	Sentence int
	At       events.Time
}

// quote chooses anew, for every issue, the sentences that speak for it: the best fitting ones of distinct customers.
func (n *nightly) quote(ctx context.Context, l *ledger) error {
	for _, x := range l.issues {
		var found []Quote
		topicOf := map[int64]int64{}
		for _, id := range x.covers {
			if t := l.topics.lives(id); t != nil && l.ofTopic[t.ID] == x {
				for _, q := range n.model.Evidence(t.Key, quotesKept) {
					found, topicOf[q.Conversation] = append(found, q), t.Key
				}
			}
		}
		if len(found) == 0 {
			continue // a quiet issue keeps its quotes
		}
		slices.SortStableFunc(found, func(a, b Quote) int {
			return cmp.Or(cmp.Compare(b.Fit, a.Fit), cmp.Compare(a.Conversation, b.Conversation))
		})
		seen := map[int64]bool{}
		found = slices.DeleteFunc(found, func(q Quote) bool {
			again := seen[q.Customer]
			seen[q.Customer] = true
			return again
		})
		if err := n.keep(ctx, x, found[:min(len(found), quotesKept)], topicOf); err != nil {
			return err
		}
	}
	return nil
}

// keep writes where the sentences stand.
func (n *nightly) keep(ctx context.Context, x *issue, quotes []Quote, topicOf map[int64]int64) error {
	ids := make([]events.ID, len(quotes))
	for i, q := range quotes {
		ids[i] = events.ID(q.Conversation)
	}
	said, err := sayings(ctx, n.s.log.Read(), ids, lastRead)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, q := range quotes {
		if at, ok := n.model.bestPlace(topicOf[q.Conversation], said[events.ID(q.Conversation)]); ok {
			rows = append(rows, []any{x.ID, len(rows), events.ID(q.Conversation), at.seq, at.sentence, q.At})
		}
	}
	return n.s.system(ctx, func(ctx context.Context, tx *events.Tx) error { return writeExemplars(ctx, tx, x.ID, rows) })
}

func writeExemplars(ctx context.Context, tx *events.Tx, id events.ID, rows [][]any) error {
	if _, err := tx.NewRaw(`DELETE FROM exemplars WHERE issue_id = ?`, id).Exec(ctx); err != nil {
		return fmt.Errorf("write quotes: %w", err)
	}
	return tx.Insert(ctx, "exemplars", []string{"issue_id", "n", "ticket_id", "seq", "sentence", "at"}, rows)
}

// spot is a sentence of a ticket.
type spot struct {
	seq      int64
	sentence int
}

// bestPlace is BestSentence by place: which of the messages' sentences speaks for the topic.
func (m *Model) bestPlace(key int64, said []saying) (best spot, ok bool) {
	slot, all := m.slotOf(key), m.mix.total()
	top := math.Inf(-1)
	for _, x := range said {
		for i, text := range sentences(clip(x.Body, maxText)) {
			if chitchat(scan(text)) {
				continue
			}
			fit := float64(noFit)
			if slot >= 0 {
				fit = m.speaks(m.lookup(text), slot, all)
			}
			if !ok || fit > top {
				best, top, ok = spot{x.Seq, i}, fit, true
			}
		}
	}
	return best, ok
}

// sentenceAt is a sentence as it may be shown outside its ticket; "" when it is gone.
func sentenceAt(body string, n int) string {
	list := sentences(clip(body, maxText))
	if n < 0 || n >= len(list) {
		return ""
	}
	text := list[n]
	if len(text) > maxQuote {
		text = strings.TrimSpace(clip(text, maxQuote)) + "…"
	}
	return Mask(text)
}

// quotes reads the words of exemplars, by issue and in their order. What was erased is not there.
func (s *Store) quotes(ctx context.Context, issues ...events.ID) (map[events.ID][]QuoteView, error) {
	out := map[events.ID][]QuoteView{}
	if len(issues) == 0 {
		return out, nil
	}
	var rows []struct {
		exemplar
		Body string
	}
	err := s.log.Read().NewRaw(`SELECT e.issue_id, e.n, e.ticket_id, e.seq, e.sentence, e.at, SUBSTR(m.body, 1, ?) AS body
		FROM exemplars e JOIN messages m ON m.ticket_id = e.ticket_id AND m.seq = e.seq WHERE e.issue_id IN (?) ORDER BY e.issue_id, e.n`,
		maxText, bun.List(issues)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read quotes: %w", err)
	}
	said := map[string]bool{}
	for _, r := range rows {
		text := sentenceAt(r.Body, r.Sentence)
		if same := r.IssueID.String() + text; text != "" && !said[same] { // the same words again are no more evidence
			said[same] = true
			out[r.IssueID] = append(out[r.IssueID], QuoteView{r.TicketID, int64(r.TicketID), r.Seq, r.At, text})
		}
	}
	return out, nil
}

// toldWithin is how many messages of a ticket are read for what the matter is.
const toldWithin = 40

// Said returns what customers wrote in tickets that says best what the matter is, masked: the sentence that speaks most
// for the ticket's topic, else the first one that says something. A chat's last message ("thank you") would not do.
func (s *Store) Said(ctx context.Context, ids []events.ID) (map[events.ID]string, error) {
	out := make(map[events.ID]string, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	said, err := sayings(ctx, s.log.Read(), ids, toldWithin)
	if err != nil {
		return nil, err
	}
	s.mu.Lock() // arrivals wait for a few sentences
	defer s.mu.Unlock()
	m := s.live
	if m == nil {
		m = New(s.cfg) // knows no words: the first sentence that says something is taken
	}
	for id, list := range said {
		key := int64(0) // of no topic
		if d := m.byID[int64(id)]; d != nil && d.slot >= 0 {
			key = m.keys[d.slot]
		}
		body, n := list[0].Body, 0
		if at, ok := m.bestPlace(key, list); ok {
			i := slices.IndexFunc(list, func(x saying) bool { return x.Seq == at.seq })
			body, n = list[i].Body, at.sentence
		}
		out[id] = sentenceAt(body, n)
	}
	return out, nil
}
