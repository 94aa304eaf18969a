package rollups

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// WriteJSON writes a report as the API and the command line tell it: the same bytes.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// WriteCSV writes the figures of a report as RFC 4180: one line a figure, numbers plain, shares between 0 and 1,
// durations in seconds.
func (r *Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{"week", "figure", "label", "unit", "value", "interval_low", "interval_high", "n", "calendar_p90", "calendar_mean",
		"business_median", "business_p90", "business_mean", "usual", "change", "change_is_ratio", "change_low", "change_high", "verdict", "note"}}
	for i := range r.Figures {
		f := &r.Figures[i]
		c := &f.Change
		row := []string{f.Week, string(f.Key), SafeCell(f.Label), string(f.Unit), plain(f.Value), low(f.Interval), high(f.Interval), strconv.Itoa(f.N)}
		row = append(row, f.Calendar.cells()[1:]...)
		row = append(row, f.Business.cells()...)
		row = append(row, plain(f.BeforeMean), plain(c.Value), strconv.FormatBool(c.Ratio), low(c.Interval), high(c.Interval),
			string(c.Verdict), SafeCell(f.Note))
		rows = append(rows, row)
	}
	rows = append(rows, []string{}, []string{"week", "issue", "name", "status", "tickets", "customers", "hours"})
	for _, issue := range r.Issues {
		hours := issue.Hours
		rows = append(rows, []string{r.Week, issue.ID.String(), SafeCell(issue.Name), SafeCell(issue.Status), strconv.Itoa(issue.Tickets),
			strconv.Itoa(issue.Customers), plain(&hours)})
	}
	if len(r.Issues) == 0 {
		rows = rows[:len(rows)-2]
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

func (d *Durations) cells() []string {
	if d == nil {
		return []string{"", "", ""}
	}
	return []string{plain(d.Median), plain(d.P90), plain(d.Mean)}
}

func plain(n *Number) string {
	if n == nil {
		return ""
	}
	text, err := n.MarshalJSON()
	if err != nil || string(text) == "null" {
		return ""
	}
	return string(text)
}

func low(r *Range) string {
	if r == nil {
		return ""
	}
	return plain(r.Low)
}

func high(r *Range) string {
	if r == nil {
		return ""
	}
	return plain(r.High)
}

// SafeCell keeps spreadsheets from taking text for a formula: whatever begins like one gets an apostrophe before it.
func SafeCell(s string) string {
	trimmed := strings.TrimLeft(s, " \t\r\n\u00a0\ufeff")
	if trimmed != "" && strings.ContainsRune("=+-@|%\uff1d\uff0b\uff0d\uff20", []rune(trimmed)[0]) || s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
