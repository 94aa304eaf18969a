package web

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"heard/feedback/rollups"

	"github.com/xuri/excelize/v2"
)

const aboutSheet = "About"

// maxCellText is what a cell of a workbook can hold.
const maxCellText = 32_767

// writeDashboardXLSX writes a page as a workbook: what it is about, then a sheet for each table. Text is always written
// as text: nothing that a person wrote becomes a formula.
func writeDashboardXLSX(w io.Writer, page *rollups.Dashboard) error {
	sheets, err := sheetsOf(page)
	if err != nil {
		return err
	}
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", aboutSheet); err != nil {
		return err
	}
	look, err := newStyles(book)
	if err != nil {
		return err
	}
	if err := about(book, look, page); err != nil {
		return err
	}
	taken := map[string]bool{strings.ToLower(aboutSheet): true}
	for _, sh := range sheets {
		if err := fill(book, look, sheetName(sh.id, taken), sh); err != nil {
			return fmt.Errorf("sheet %s: %w", sh.id, err)
		}
	}
	if len(sheets) > 0 {
		book.SetActiveSheet(1)
	}
	return book.Write(w)
}

// styles are the few looks of cells.
type styles struct{ head, title, share, count, wrap int }

func newStyles(book *excelize.File) (s styles, err error) {
	for _, one := range []struct {
		into  *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "bottom", Color: "868A96", Style: 1}}}},
		{&s.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&s.share, excelize.Style{NumFmt: 10}},
		{&s.count, excelize.Style{NumFmt: 0}},
		{&s.wrap, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		style := one.style
		if *one.into, err = book.NewStyle(&style); err != nil {
			return s, err
		}
	}
	return s, nil
}

// sheetName is an id as a workbook takes it: short, without its signs, and only once.
func sheetName(id string, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return '-'
		}
		return r
	}, id)
	if utf8.RuneCountInString(name) > 31 {
		name = string([]rune(name)[:31])
	}
	for n, base := 2, []rune(name); taken[strings.ToLower(name)] || name == ""; n++ {
		name = string(base[:min(len(base), 28)]) + "-" + fmt.Sprint(n)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// about is the first sheet: which days, of whom, as of when, and what else must be known.
func about(book *excelize.File, look styles, page *rollups.Dashboard) error {
	zone, err := time.LoadLocation(page.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	rows := [][2]string{{"Heard", string(page.Page)}, {"From", page.From}, {"To", page.To}}
	if page.Compared != nil {
		rows = append(rows, [2]string{"Compared with", page.Compared.From + " to " + page.Compared.To})
	}
	rows = append(rows, [2]string{"Durations", page.Time + " time, in seconds"}, [2]string{"Shares", "between 0 and 1"},
		[2]string{"As of", time.UnixMilli(int64(page.AsOf)).In(zone).Format("2006-01-02 15:04:05")}, [2]string{"Time zone", page.TimeZone},
		[2]string{"Definitions", fmt.Sprintf("version %d", page.DefinitionVersion)})
	if page.Headline != nil {
		rows = append(rows, [2]string{"Headline", page.Headline.Text})
	}
	for i := range page.Panels {
		rows = append(rows, [2]string{page.Panels[i].ID, page.Panels[i].Title})
	}
	for _, note := range page.Notes {
		rows = append(rows, [2]string{"Note", note})
	}
	for i, row := range rows {
		for j, text := range row {
			if err := setText(book, aboutSheet, j+1, i+1, text); err != nil {
				return err
			}
		}
	}
	if err := book.SetCellStyle(aboutSheet, "A1", "B1", look.title); err != nil {
		return err
	}
	return book.SetColWidth(aboutSheet, "A", "B", 32)
}

// fill writes one table: its head stays in view, and its columns can be sorted and filtered.
func fill(book *excelize.File, look styles, name string, sh sheet) error {
	if _, err := book.NewSheet(name); err != nil {
		return err
	}
	for i, c := range sh.columns {
		if err := setText(book, name, i+1, 1, head(c)); err != nil {
			return err
		}
	}
	for y, row := range sh.rows {
		for x, v := range row {
			if err := setCell(book, look, name, x+1, y+2, v, sh.columns[x].Unit); err != nil {
				return err
			}
		}
	}
	if len(sh.columns) == 0 {
		return nil
	}
	last, err := excelize.CoordinatesToCellName(len(sh.columns), 1)
	if err != nil {
		return err
	}
	if err := book.SetCellStyle(name, "A1", last, look.head); err != nil {
		return err
	}
	if err := book.SetColWidth(name, "A", strings.TrimRight(last, "0123456789"), 18); err != nil {
		return err
	}
	return book.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func setText(book *excelize.File, sheet string, x, y int, text string) error {
	at, err := excelize.CoordinatesToCellName(x, y)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(text) > maxCellText {
		text = string([]rune(text)[:maxCellText])
	}
	return book.SetCellStr(sheet, at, text)
}

func setCell(book *excelize.File, look styles, sheet string, x, y int, v any, unit rollups.Unit) error {
	if v == nil {
		return nil
	}
	at, err := excelize.CoordinatesToCellName(x, y)
	if err != nil {
		return err
	}
	switch n := v.(type) {
	case string:
		return setText(book, sheet, x, y, n)
	case bool:
		return book.SetCellBool(sheet, at, n)
	case json.Number:
		f, err := n.Float64()
		if err != nil {
			return setText(book, sheet, x, y, n.String())
		}
		if err := book.SetCellFloat(sheet, at, f, -1, 64); err != nil {
			return err
		}
	}
	if unit == rollups.Share {
		return book.SetCellStyle(sheet, at, at, look.share)
	}
	return book.SetCellStyle(sheet, at, at, look.count)
}
