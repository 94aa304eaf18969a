package rollups

import (
	"slices"
	"strings"
)

// define says what a figure in a column means.
func (x *Panel) define(column string, key Key) {
	if x.Definitions == nil {
		x.Definitions = map[string]string{}
	}
	s, _ := specOf(key)
	x.Definitions[column] = s.definitionOf(KnownNow, "period")
}

// withoutUnknown leaves out figures of time spent of which nothing is known in any row, as of imported tickets, and says so.
func (x *Panel) withoutUnknown() {
	if len(x.Rows) == 0 {
		return
	}
	var gone []string
	for i := 0; i < len(x.Columns); {
		c := x.Columns[i]
		s, ok := specOf(Key(c.Key))
		known := slices.ContainsFunc(x.Rows, func(r Row) bool { v, _ := r.Cells[i].(*Number); return v != nil })
		if !ok || known || s.kind != summed && s.kind != divided {
			i++
			continue
		}
		width := 1
		if i+1 < len(x.Columns) && x.Columns[i+1].Key == c.Key+"_n" {
			width = 2
		}
		x.Columns = slices.Delete(x.Columns, i, i+width)
		for r := range x.Rows {
			x.Rows[r].Cells = slices.Delete(x.Rows[r].Cells, i, i+width)
			if len(x.Rows[r].Hrefs) > 0 {
				x.Rows[r].Hrefs = slices.Delete(x.Rows[r].Hrefs, i, i+width)
			}
		}
		delete(x.Definitions, c.Key)
		gone = append(gone, lowered(c.Label))
	}
	if len(gone) > 0 {
		x.Note += "Not known for these days (imported work): " + strings.Join(gone, ", ") + "."
	}
}
