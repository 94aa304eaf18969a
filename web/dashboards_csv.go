package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"heard/feedback/rollups"
	"heard/tickets/fault"
)

// sheet is a table of a page as a file has it: the panel's own rows, or the tiles.
type sheet struct {
	id, title string
	columns   []rollups.Column
	rows      [][]any // string, json.Number, bool or nil
}

// tilesSheet is the id of the table of tiles.
const tilesSheet = "tiles"

// sheetsOf are the tables of a page: the tiles, then each panel. Numbers are written as JSON writes them, times in the
// desk's zone.
func sheetsOf(page *rollups.Dashboard) ([]sheet, error) {
	zone, err := time.LoadLocation(page.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	var out []sheet
	if len(page.Tiles) > 0 {
		out = append(out, tilesOf(page))
	}
	for i := range page.Panels {
		p := &page.Panels[i]
		sh := sheet{id: p.ID, title: p.Title}
		sh.columns, sh.rows = p.Sheet()
		out = append(out, sh)
	}
	for _, sh := range out {
		for _, row := range sh.rows {
			for i := range row {
				if row[i], err = plainCell(row[i], zone); err != nil {
					return nil, fmt.Errorf("table %s: %w", sh.id, err)
				}
			}
		}
	}
	return out, nil
}

func tilesOf(page *rollups.Dashboard) sheet {
	sh := sheet{id: tilesSheet, title: "Figures"}
	for _, name := range []string{"figure", "label", "unit", "value", "interval_low", "interval_high", "n", "hits", "p90", "before", "change",
		"change_is_ratio", "change_low", "change_high", "verdict", "note", "definition"} {
		sh.columns = append(sh.columns, rollups.Column{Key: name, Label: name})
	}
	ends := func(r *rollups.Range) (low, high *rollups.Number) {
		if r != nil {
			low, high = r.Low, r.High
		}
		return low, high
	}
	for i := range page.Tiles {
		t := &page.Tiles[i]
		low, high := ends(t.Interval)
		changeLow, changeHigh := ends(t.Change.Interval)
		sh.rows = append(sh.rows, []any{string(t.Figure), t.Label, string(t.Unit), t.Value, low, high, t.N, t.Hits, t.P90, t.Before,
			t.Change.Value, t.Change.Ratio, changeLow, changeHigh, string(t.Change.Verdict), t.Note, t.Definition})
	}
	return sh
}

// plainCell is a cell as JSON has it, so that a file and the API never differ in the last digit.
func plainCell(v any, zone *time.Location) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write a cell: %w", err)
	}
	var out any
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	if err := dec.Decode(&out); err != nil {
		return nil, fmt.Errorf("read a cell: %w", err)
	}
	switch x := out.(type) {
	case string:
		if at, err := time.Parse(time.RFC3339, x); err == nil {
			return at.In(zone).Format("2006-01-02 15:04:05"), nil
		}
	case []any: // a small line: its values
		parts := make([]string, len(x))
		for i, part := range x {
			if part != nil {
				parts[i] = fmt.Sprint(part)
			}
		}
		return strings.Join(parts, " "), nil
	case map[string]any:
		return string(text), nil
	}
	return out, nil
}

// head is what a column is called in a file: with its unit where that is no mere count.
func head(c rollups.Column) string {
	if c.Unit == "" || c.Unit == rollups.Count {
		return c.Label
	}
	return c.Label + " (" + string(c.Unit) + ")"
}

// writeDashboardCSV writes one table of a page, or all of them one after another, each under its title.
func writeDashboardCSV(w io.Writer, page *rollups.Dashboard, panel string) error {
	sheets, err := sheetsOf(page)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	found := false
	for _, sh := range sheets {
		if panel != "" && sh.id != panel {
			continue
		}
		if panel == "" {
			if found {
				_ = out.Write([]string{""}) // Flush tells of errors
			}
			_ = out.Write([]string{rollups.SafeCell(sh.title)})
		}
		found = true
		_ = out.Write(headOf(sh))
		for _, row := range sh.rows {
			_ = out.Write(textOf(row))
		}
	}
	if panel != "" && !found {
		return fault.On("panel", "is none of this page")
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write %s as CSV: %w", page.Page, err)
	}
	return nil
}

func headOf(sh sheet) []string {
	names := make([]string, len(sh.columns))
	for i, c := range sh.columns {
		names[i] = rollups.SafeCell(head(c))
	}
	return names
}

// textOf writes a row: numbers as they are, and no text that a spreadsheet takes for a formula.
func textOf(row []any) []string {
	cells := make([]string, len(row))
	for i, v := range row {
		switch x := v.(type) {
		case nil:
		case string:
			cells[i] = rollups.SafeCell(x)
		default:
			cells[i] = fmt.Sprint(x)
		}
	}
	return cells
}
