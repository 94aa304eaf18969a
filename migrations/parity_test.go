package migrations_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
)

// TestSchemasAreTheSame compares columns, nullability, primary keys and indexes as both databases report them. The index of
// words is each database's own.
func TestSchemasAreTheSame(t *testing.T) {
	lite, pg := dbtest.SQLite(t), dbtest.Postgres(t)
	for what, queries := range map[string][2]string{
		"columns": {
			`SELECT m.name || '.' || c.name || ' ' || CASE upper(c.type) WHEN 'INTEGER' THEN 'BIGINT' ELSE upper(c.type) END ||
				CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN ' NOT NULL' ELSE '' END
			FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search_texts%' AND m.name <> 'search_words'`,
			`SELECT table_name || '.' || column_name || ' ' || upper(data_type) ||
				CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
			FROM information_schema.columns WHERE table_name <> 'search_texts' AND table_schema = current_schema()`,
		},
		"defaults": {
			`SELECT m.name || '.' || c.name || ' ' || lower(c.dflt_value) FROM sqlite_schema m JOIN pragma_table_info(m.name) c
			WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search_texts%' AND m.name <> 'search_words' AND c.dflt_value IS NOT NULL`,
			`SELECT table_name || '.' || column_name || ' ' || lower(replace(column_default, '::text', ''))
			FROM information_schema.columns WHERE table_name <> 'search_texts' AND table_schema = current_schema() AND column_default IS NOT NULL`,
		},
		"primary keys": {
			`SELECT m.name || ' ' || group_concat(c.name ORDER BY c.pk) FROM sqlite_schema m JOIN pragma_table_info(m.name) c
			WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'search_texts%' AND m.name <> 'search_words' AND c.pk > 0 GROUP BY m.name`,
			`SELECT t.relname || ' ' || string_agg(a.attname, ',' ORDER BY array_position(i.indkey::int[], a.attnum::int))
			FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
			WHERE t.relname <> 'search_texts' AND i.indisprimary AND t.relnamespace = current_schema()::regnamespace GROUP BY t.relname`,
		},
		"indexes": {
			`SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`,
			`SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
			WHERE t.relname <> 'search_texts' AND NOT i.indisprimary AND t.relnamespace = current_schema()::regnamespace`,
		},
	} {
		got, want := list(t, lite, queries[0]), list(t, pg, queries[1])
		if what == "indexes" {
			got, want = normal(got), normal(want)
		}
		slices.Sort(got)
		slices.Sort(want)
		if len(got) == 0 {
			t.Errorf("no %s found", what)
		}
		for _, s := range got {
			if !slices.Contains(want, s) {
				t.Errorf("%s: only SQLite has %s", what, s)
			}
		}
		for _, s := range want {
			if !slices.Contains(got, s) {
				t.Errorf("%s: only PostgreSQL has %s", what, s)
			}
		}
	}
}

// normal brings the two ways to print an index together.
func normal(indexes []string) []string {
	drop := strings.NewReplacer("USING btree ", "", "(", " ", ")", " ", "::text", "", "::bigint", "", ",", " , ")
	out := make([]string, len(indexes))
	for i, s := range indexes {
		words := strings.Fields(drop.Replace(s))
		for j, w := range words {
			if _, name, ok := strings.Cut(w, "."); ok {
				words[j] = name // the schema in front of a table
			}
		}
		out[i] = strings.ToLower(strings.Join(words, " "))
	}
	return out
}

func list(t *testing.T, db *migrations.DB, query string) []string {
	t.Helper()
	rows, err := db.Read.DB.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMigrateTwiceAndAtOnce(t *testing.T) {
	dbtest.EachDSN(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		var wg sync.WaitGroup
		epochs := make([]string, 4)
		for i := range epochs {
			wg.Go(func() {
				db, err := migrations.Open(ctx, dsn)
				if err != nil {
					t.Error(err)
					return
				}
				defer db.Close()
				for range 2 {
					if err := db.Migrate(ctx); err != nil {
						t.Errorf("migrate: %v", err)
					}
				}
				if err := db.Read.QueryRowContext(ctx, `SELECT epoch FROM log_head`).Scan(&epochs[i]); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if slices.Sort(epochs); epochs[0] == "" || len(slices.Compact(epochs)) != 1 {
			t.Errorf("epochs = %v, want one", epochs)
		}
	})
}

func TestTwoDatabasesHaveTwoEpochs(t *testing.T) {
	var epochs [2]string
	for i := range epochs {
		if err := dbtest.SQLite(t).Read.QueryRow(`SELECT epoch FROM log_head`).Scan(&epochs[i]); err != nil {
			t.Fatal(err)
		}
	}
	if epochs[0] == epochs[1] {
		t.Errorf("both logs are named %q", epochs[0])
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, dsn := range []string{"", "sqlite:", "sqlite::memory:", "sqlite:/nowhere/at/all.db", "postgres://127.0.0.1:1/x?sslmode=disable"} {
		if db, err := migrations.Open(context.Background(), dsn); err == nil {
			db.Close()
			t.Errorf("opened %q", dsn)
		}
	}
}

func TestPathsMayHoldAnything(t *testing.T) {
	dsn := "sqlite:" + t.TempDir() + "/what? 100% #1 & ä.db"
	db := dbtest.Open(t, dsn)
	var mode, sync string
	err := db.Write.QueryRow(`SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous)`).Scan(&mode, &sync)
	if got := fmt.Sprint(mode, sync, err); got != "wal2<nil>" {
		t.Errorf("journal mode, synchronous = %s, want WAL and FULL", got)
	}
}
