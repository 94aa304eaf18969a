package rollups

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"heard/tickets"
	"heard/tickets/events"
)

// verifyDays makes every day and month again in memory and compares it with its rows.
func (r *Rollups) verifyDays(ctx context.Context, v *Verified) error {
	rd, err := r.reader(ctx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(rd.made)) {
		if _, stale := rd.stale[name]; stale || !rd.isMade(name) {
			v.Skipped++
			continue
		}
		found := &Verified{}
		if len(name) == len("2006-01") {
			err = rd.verifyMonth(ctx, found, name)
		} else {
			err = rd.verifyDay(ctx, found, name)
		}
		if err != nil {
			return fmt.Errorf("compare %s: %w", name, err)
		}
		if found.Differences > 0 && r.remade(ctx, name, rd.made[name].Token) {
			v.Skipped++
			continue
		}
		v.Periods, v.Rows = v.Periods+1, v.Rows+found.Rows
		v.Differences += found.Differences
		v.Named = append(v.Named, found.Named[:min(len(found.Named), mostNamed-len(v.Named))]...)
	}
	return nil
}

// remade tells whether a period was marked or made again since it was read.
func (r *Rollups) remade(ctx context.Context, name string, token int64) bool {
	later, err := r.reader(ctx)
	if err != nil {
		return false
	}
	_, stale := later.stale[name]
	return stale || later.made[name].Token != token || !later.isMade(name)
}

// verifyDay compares a day as it was when it was made.
func (rd *reader) verifyDay(ctx context.Context, v *Verified, name string) error {
	d, err := rd.r.newDay(rd.cal, name, rd.made[name].MadeAt, factFigures()...)
	if err != nil {
		return err
	}
	if err := d.fill(ctx); err != nil {
		return err
	}
	if err := rd.verifyRows(ctx, v, name, d.cells, d.all); err != nil {
		return err
	}
	var rows []struct {
		AgentID, TicketID events.ID
		Ms, Messages      int64
	}
	err = rd.r.log.Read().NewRaw(`SELECT agent_id, ticket_id, ms, messages FROM handling_days WHERE day = ?`, name).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, row := range rows {
		have[fmt.Sprint(row.AgentID, row.TicketID, row.Ms, row.Messages)] = true
	}
	for _, row := range d.times {
		if text := fmt.Sprint(row[1], row[2], row[3], row[4]); !have[text] {
			v.differs("%s: handling of ticket %v by agent %v is not what the log says", name, row[2], row[1])
		}
	}
	if len(rows) != len(d.times) {
		v.differs("%s: %d rows of handling, the log says %d", name, len(rows), len(d.times))
	}
	return nil
}

// verifyMonth compares a month with the sum of its days.
func (rd *reader) verifyMonth(ctx context.Context, v *Verified, name string) error {
	cells, err := rd.wholeMonth(ctx, name)
	if err != nil {
		return err
	}
	return rd.verifyRows(ctx, v, name, cells, nil)
}

// verifyRows compares the rows of a period with cells, to the last byte; all are the observations of a day, for its pages.
func (rd *reader) verifyRows(ctx context.Context, v *Verified, name string, cells map[factKey]*cell, all map[Key][]Observation) error {
	var rows []struct {
		Figure                 Key
		Dim, Part, Words       string
		N, Hits                int
		CalendarMs, BusinessMs int64
		Calendar, Business     []byte
		DefinitionVersion      int
	}
	err := rd.r.log.Read().NewRaw(`SELECT figure, dim, part, n, hits, calendar_ms, business_ms, words, calendar, business, definition_version
		FROM period_facts WHERE period = ?`, name).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	v.Rows += len(rows)
	packed := map[factKey]map[factKey]*cell{}
	for k, c := range cells {
		if slices.Contains(packedDims(), k.dim) {
			addTo(packed, factKey{figure: k.figure, dim: k.dim}, k, c)
			delete(cells, k)
		}
	}
	for _, row := range rows {
		k := factKey{row.Figure, row.Dim, row.Part}
		if row.Dim == ofPage {
			if all == nil || row.N != len(all[row.Figure]) || !bytes.Equal(row.Calendar, pack(all[row.Figure])) {
				v.differs("%s: the page of %s is not what the log says", name, row.Figure)
			}
			continue
		}
		if of, is := packed[k]; is || slices.Contains(packedDims(), k.dim) {
			delete(packed, k)
			if row.DefinitionVersion != tickets.DefinitionVersion || row.N != len(of) || !bytes.Equal(row.Calendar, packFacts(of)) {
				v.differs("%s: the packed facts of %s by %q are not what the log says", name, k.figure, k.dim)
			}
			continue
		}
		c := cells[k]
		delete(cells, k)
		if c == nil {
			v.differs("%s: %s by %q of %q is in no log", name, k.figure, k.dim, k.part)
			continue
		}
		want := c.row(k, name)
		if row.DefinitionVersion != tickets.DefinitionVersion || row.N != c.n || row.Hits != c.hits || row.CalendarMs != c.calendar.ms || row.BusinessMs != c.business.ms ||
			row.Words != want[8].(string) || !bytes.Equal(row.Calendar, want[9].([]byte)) || !bytes.Equal(row.Business, want[10].([]byte)) {
			v.differs("%s: %s by %q of %q has n %d, hits %d, %d ms, words %s; the log says n %d, hits %d, %d ms, words %s", name, k.figure, k.dim, k.part,
				row.N, row.Hits, row.CalendarMs, row.Words, c.n, c.hits, c.calendar.ms, want[8])
		}
	}
	for k := range packed {
		v.differs("%s: the packed facts of %s by %q are missing", name, k.figure, k.dim)
	}
	for k := range cells {
		v.differs("%s: %s by %q of %q is missing", name, k.figure, k.dim, k.part)
	}
	return nil
}
