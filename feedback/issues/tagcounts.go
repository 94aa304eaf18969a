package issues

import (
	"context"
	"fmt"
	"sync"

	"heard/tickets/events"

	"github.com/uptrace/bun"
)

// countedOnce is the size from which a desk's tags are counted once a night: to count them takes longer than to read what
// a customer wrote.
const countedOnce = 20_000

// tagCounts knows how often each tag is used, and how many tickets there are. On a small desk it looks each time; on a
// large one it remembers, and looks again at tags that were rare.
type tagCounts struct {
	mu      sync.Mutex
	used    map[events.ID]int
	tickets int
}

// count counts all of it.
func (c *tagCounts) count(ctx context.Context, db querier) error {
	var rows []struct {
		TagID events.ID
		N     int
	}
	if err := db.NewRaw(`SELECT tag_id, COUNT(*) AS n FROM ticket_tags GROUP BY tag_id`).Scan(ctx, &rows); err != nil {
		return fmt.Errorf("count tags: %w", err)
	}
	used, tickets := make(map[events.ID]int, len(rows)), 0
	for _, r := range rows {
		used[r.TagID] = r.N
	}
	if err := db.NewRaw(`SELECT COUNT(*) FROM tickets`).Scan(ctx, &tickets); err != nil {
		return fmt.Errorf("count tickets: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used, c.tickets = used, tickets
	return nil
}

// known returns what was counted, counting anew where that is cheap.
func (c *tagCounts) known(ctx context.Context, db querier) (used map[events.ID]int, tickets int, err error) {
	c.mu.Lock()
	small := c.tickets < countedOnce
	c.mu.Unlock()
	if small {
		if err := c.count(ctx, db); err != nil {
			return nil, 0, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used, c.tickets, nil
}

// telling reads the tag that says most about each ticket: the rarest of those that name a matter.
func (c *tagCounts) telling(ctx context.Context, db querier, ids []events.ID) (map[events.ID]string, error) {
	var rows []struct {
		TicketID, ID events.ID
		Name         string
	}
	err := db.NewRaw(`SELECT x.ticket_id, g.id, g.name FROM ticket_tags x JOIN tags g ON g.id = x.tag_id
		WHERE x.ticket_id IN (?) ORDER BY x.ticket_id, x.tag_id`, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	out := make(map[events.ID]string)
	if len(rows) == 0 {
		return out, nil
	}
	used, tickets, err := c.known(ctx, db)
	if err != nil {
		return nil, err
	}
	now, least := map[events.ID]int{}, map[events.ID]int{}
	for _, r := range rows {
		n, looked := now[r.ID]
		if !looked {
			if n = used[r.ID]; n < leastTagged && tickets >= countedOnce {
				err := db.NewRaw(`SELECT COUNT(*) FROM (SELECT 1 FROM ticket_tags WHERE tag_id = ? LIMIT ?) AS t`, r.ID, leastTagged).Scan(ctx, &n)
				if err != nil {
					return nil, fmt.Errorf("count a tag: %w", err)
				}
			}
			now[r.ID] = n
		}
		if was, has := least[r.TicketID]; telling(n, tickets) && (!has || n <= was) {
			out[r.TicketID], least[r.TicketID] = r.Name, n
		}
	}
	return out, nil
}
