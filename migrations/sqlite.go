package migrations

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite" // also the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const sqliteReaders = 8

func openSQLite(dsn string, patience time.Duration) (*DB, error) {
	path := strings.TrimPrefix(dsn, "sqlite:")
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return nil, errors.New("a SQLite database needs the path of a file")
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	busy := fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds())
	// What is deleted is written over: whoever asks for words to be erased means the file too.
	write, err := sql.Open("sqlite", file+sqliteOptions(
		busy, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(0)", "temp_store(MEMORY)",
		"cache_size(-8000)", "journal_size_limit(67108864)", "secure_delete(1)")+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	readers := file + sqliteOptions(busy, "query_only(1)", "temp_store(MEMORY)", "cache_size(-2000)")
	read, err := sql.Open("sqlite", readers)
	if err != nil {
		return nil, err
	}
	read.SetMaxOpenConns(sqliteReaders)
	read.SetMaxIdleConns(2)
	read.SetConnMaxIdleTime(5 * time.Minute)
	side, err := sql.Open("sqlite", readers)
	if err != nil {
		return nil, err
	}
	side.SetMaxOpenConns(1)
	return &DB{
		Read:  bun.NewDB(read, sqlitedialect.New()),
		Write: bun.NewDB(write, sqlitedialect.New()),
		side:  side,
	}, nil
}

func sqliteOptions(pragmas ...string) string {
	return "?" + url.Values{"_pragma": pragmas}.Encode()
}

// isBusy tells whether another connection holds what SQLite needs.
func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}
