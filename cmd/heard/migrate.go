package main

import (
	"context"
	"errors"
	"fmt"

	"heard/migrations"
)

type migrateCmd struct{ storeFlags }

// Run implements heard migrate.
func (c *migrateCmd) Run(ctx context.Context, o *output) error {
	if c.Database == "" {
		if _, err := c.inData(""); err != nil {
			return err
		}
	}
	db, err := migrations.Open(ctx, c.dsn())
	if err != nil {
		return err
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(o.out, "The database is in this version's form.")
	return err
}
