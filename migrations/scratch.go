package migrations

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	"github.com/lib/pq"
)

// Scratch makes an empty schema in a PostgreSQL database and returns an address that uses it alone, with a function
// that drops it and all in it.
func Scratch(ctx context.Context, dsn string) (scratch string, drop func() error, err error) {
	u, err := url.Parse(dsn)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", nil, fmt.Errorf("not an address of PostgreSQL")
	}
	name := "scratch_" + strings.ToLower(rand.Text())
	if err := execOnce(ctx, dsn, "CREATE SCHEMA "+pq.QuoteIdentifier(name)); err != nil {
		return "", nil, fmt.Errorf("make a schema: %w", err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String(), func() error {
		return execOnce(context.WithoutCancel(ctx), dsn, "DROP SCHEMA "+pq.QuoteIdentifier(name)+" CASCADE")
	}, nil
}

func execOnce(ctx context.Context, dsn, statement string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}
