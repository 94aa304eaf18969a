package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heard/tickets"
)

// benchSearchCmd measures what agents type into the search field, and the counts of their saved views.
type benchSearchCmd struct {
	benchOn
	Query []string `name:"q" placeholder:"QUERY" help:"Measure these in place of those that are made from the desk's own words."`
}

// Run implements heard bench search.
func (c *benchSearchCmd) Run(ctx context.Context, o *output) error {
	return c.open(ctx, o, func(a *app, desk string) error {
		began := time.Now()
		n, err := a.log.CatchUp(ctx, a.search.Consumer())
		if err != nil {
			return err
		}
		if n > 0 {
			fmt.Fprintf(o.err, "the index read %d events in %.0f s\n", n, time.Since(began).Seconds())
		}
		who, err := searcher(ctx, a)
		if err != nil {
			return err
		}
		queries := c.Query
		if len(queries) == 0 {
			if queries, err = queriesOf(ctx, a); err != nil {
				return err
			}
		}
		var list []timing
		for _, q := range queries {
			t, err := measure(q, c.Runs, func() error { return searchOnce(ctx, a, who, q) })
			if err != nil {
				return err
			}
			list = append(list, t)
		}
		views := queries[:min(10, len(queries))]
		t, err := measure(fmt.Sprintf("counts of %d saved views", len(views)), c.Runs, func() error {
			for _, q := range views {
				if _, _, err := a.search.Count(ctx, who, tickets.List{Query: q}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return c.printTimings(o.out, desk, append(list, t))
	})
}

// searcher is an agent who sees every ticket.
func searcher(ctx context.Context, a *app) (tickets.Caller, error) {
	snap, err := a.people.Directory().Snapshot(ctx)
	if err != nil {
		return tickets.Caller{}, err
	}
	for _, id := range sortedKeys(snap.Agents) {
		if c := snap.Caller(id); !tickets.TicketScope(c).Restricted {
			return c, nil
		}
	}
	return tickets.Caller{}, usageError{errors.New("no agent of this desk sees every ticket")}
}

// searchOnce reads the first page, as GET /tickets does.
func searchOnce(ctx context.Context, a *app, who tickets.Caller, q string) error {
	f, err := a.search.List(ctx, who, tickets.List{Query: q})
	if err != nil {
		return err
	}
	_, _, err = a.tickets.Tickets(ctx, f)
	return err
}

// queriesOf makes the questions of one desk, from the words that are used there.
func queriesOf(ctx context.Context, a *app) ([]string, error) {
	common, rare, pair, err := wordsUsed(ctx, a)
	if err != nil {
		return nil, err
	}
	var tag, name string
	for what, into := range map[string]*string{
		`SELECT COALESCE((SELECT name FROM tags ORDER BY id LIMIT 1), 'vip')`:                                           &tag,
		`SELECT COALESCE((SELECT name FROM customers WHERE name <> '' AND merged_into = 0 ORDER BY id LIMIT 1), 'ana')`: &name,
	} {
		if err := a.log.Read().NewRaw(what).Scan(ctx, into); err != nil {
			return nil, fmt.Errorf("read what the desk has: %w", err)
		}
	}
	name, _, _ = strings.Cut(name, " ")
	old := a.log.Now().Std().AddDate(0, -2, 0).Format(time.DateOnly)
	return []string{common, rare, pair, common + " " + rare, `"` + pair + `"`, "from:" + name, `tag:"` + tag + `" is:open`, "priority:low", "csat:1",
		"assignee:me before:" + old, "-" + common, "-tag:\"" + tag + "\" -is:closed", "is:waiting waiting:>2h", "has:attachment", "has:note", "topic:none", common + " is:open", "before:" + old + " " + rare}, nil
}

// wordsUsed finds a word that many tickets hold, one that few do, and two that stand side by side.
func wordsUsed(ctx context.Context, a *app) (common, rare, pair string, err error) {
	var bodies []string
	err = a.log.Read().NewRaw(`SELECT body FROM messages WHERE id IN (SELECT (SELECT MAX(id) FROM messages) * n.k / 1000 FROM
		(WITH RECURSIVE k (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM k WHERE k < 1000) SELECT k FROM k) n)`).Scan(ctx, &bodies)
	if err != nil {
		return "", "", "", fmt.Errorf("read messages: %w", err)
	}
	used := map[string]int{}
	for _, body := range bodies {
		words := strings.FieldsFunc(body, func(r rune) bool { return !unicode.IsLetter(r) })
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			if utf8.RuneCountInString(w) > 4 {
				used[strings.ToLower(w)]++
			}
		}
		if fields := strings.Fields(body); pair == "" && len(fields) > 3 {
			pair = strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) || r == ' ' {
					return r
				}
				return -1
			}, fields[1]+" "+fields[2])
		}
	}
	for _, w := range sortedKeys(used) {
		if common == "" || used[w] > used[common] {
			common = w
		}
		if rare == "" || used[w] < used[rare] {
			rare = w
		}
	}
	if common == "" || pair == "" {
		return "", "", "", usageError{errors.New("this desk has too few words")}
	}
	return common, rare, pair, nil
}
