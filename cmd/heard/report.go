package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"heard/feedback/rollups"
	"heard/feedback/weekly"
	"heard/tickets/fault"
)

type reportCmd struct {
	storeFlags
	Week   string `name:"week" placeholder:"WEEK" help:"An ISO week like 2026-W46; the newest finished one unless set."`
	Format string `name:"format" enum:"text,html,mail,json,csv,stored" default:"text" help:"text; html or mail, as it is sent; json; csv; or stored: what was kept of a finished week, byte for byte."`
	JSON   bool   `name:"json" help:"The same as --format json."`
	Base   string `name:"base-url" placeholder:"URL" help:"Where links lead."`
}

// Run implements heard report.
func (c *reportCmd) Run(ctx context.Context, o *output) error {
	if c.Week != "" {
		if err := rollups.ParseWeek(c.Week); err != nil {
			return usageError{fmt.Errorf("--week must be an ISO week like 2026-W46")}
		}
	}
	return withDesk(ctx, c.storeFlags, o, func(a *app) error {
		if _, err := a.log.CatchUp(ctx, a.rollups.Consumer()); err != nil {
			return err
		}
		week, err := c.week(ctx, a)
		if err != nil {
			return err
		}
		if c.Format == "stored" {
			return printStored(ctx, a, o, week)
		}
		rep, err := a.rollups.Report(ctx, week, rollups.Filter{})
		if err != nil {
			return err
		}
		return c.print(o, rep)
	})
}

// week is the one that is asked for: unless it is named, the newest finished one, or the running one of a desk that had
// no ticket before.
func (c *reportCmd) week(ctx context.Context, a *app) (string, error) {
	if c.Week != "" {
		return c.Week, nil
	}
	cal, err := a.rollups.Calendar(ctx)
	if err != nil {
		return "", err
	}
	if err := a.rollups.Refresh(ctx); err != nil {
		return "", err
	}
	first, err := a.rollups.FirstWeek(ctx)
	return max(first, rollups.AddWeeks(cal.WeekOf(a.log.Now()), -1)), err
}

// printStored writes what was kept of a week, and nothing else.
func printStored(ctx context.Context, a *app, o *output, week string) error {
	body, err := a.rollups.Stored(ctx, week)
	if err == nil && body == nil {
		err = fault.New(fault.NotFound, "nothing is stored of this week: it is stored when it is over")
	}
	if err != nil {
		return err
	}
	_, err = o.out.Write(body)
	return err
}

func (c *reportCmd) print(o *output, rep *rollups.Report) error {
	reader := weekly.Inside()
	reader.Base = c.Base
	switch {
	case c.JSON || c.Format == "json":
		return rep.WriteJSON(o.out)
	case c.Format == "csv":
		return rep.WriteCSV(o.out)
	case c.Format == "html" || c.Format == "mail":
		text, err := weekly.HTML(weekly.Look(rep, reader), c.Base+weekly.ReportPath+rep.Week, "")
		if err != nil {
			return err
		}
		_, err = io.WriteString(o.out, text)
		return err
	}
	paint := weekly.Plain
	if f, isFile := o.out.(*os.File); isFile && isTerminal(f) && os.Getenv("NO_COLOR") == "" {
		paint = inColour
	}
	_, err := io.WriteString(o.out, weekly.Text(weekly.Look(rep, reader), paint)+"\n")
	return err
}

// inColour paints for a terminal.
func inColour(style, text string) string {
	code := map[string]string{weekly.Bold: "1", weekly.Faint: "2", weekly.Bad: "31", weekly.Good: "32"}[style]
	if code == "" || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
