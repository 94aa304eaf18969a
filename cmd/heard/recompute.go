package main

import (
	"context"
	"fmt"
)

type recomputeCmd struct {
	storeFlags
	Verify bool `name:"verify" help:"Change nothing: make everything again in memory, and fail unless it is what is stored."`
}

// Run implements heard recompute. It may run beside a server.
func (c *recomputeCmd) Run(ctx context.Context, o *output) error {
	return withDesk(ctx, c.storeFlags, o, func(a *app) error {
		if _, err := a.log.CatchUp(ctx, a.rollups.Consumer()); err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		if !c.Verify {
			if err := a.rollups.Recompute(ctx); err != nil {
				return fmt.Errorf("recompute: %w", err)
			}
			fmt.Fprintln(o.out, "Everything that is derived from the log was made again.")
			return nil
		}
		v, err := a.rollups.Verify(ctx)
		if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
		fmt.Fprintf(o.out, "Compared with the log: %d tickets, %d observations, %d days and months of %d rows.\n", v.Tickets, v.Observations, v.Periods, v.Rows)
		if v.Skipped > 0 {
			fmt.Fprintf(o.out, "Passed over, because they changed meanwhile: %d.\n", v.Skipped)
		}
		for _, text := range v.Named {
			fmt.Fprintln(o.err, text)
		}
		if v.Differences > 0 {
			return fmt.Errorf("%d rows are not what the log says; heard recompute makes them again", v.Differences)
		}
		return nil
	})
}
