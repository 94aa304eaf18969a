package events

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"strings"

	"github.com/lib/pq"
	"modernc.org/sqlite"
)

// class is what an error means for the transaction it came up in.
type class int

const (
	none    class = iota
	refused       // of this unit alone
	lost          // the transaction is lost; another try may succeed
	away          // and the connection with it
	unknown       // it may have been committed
)

// classify judges an error by its type and code, never by its text.
func classify(err error) class {
	var last *lastError
	var gone *lostError
	var pqErr *pq.Error
	var liteErr *sqlite.Error
	var netErr net.Error
	switch {
	case err == nil:
		return none
	case errors.Is(err, errUnknown):
		return unknown
	case errors.As(err, &gone), errors.Is(err, errAgain), errors.Is(err, errSplit):
		return lost
	case errors.As(err, &last):
		return refused
	case errors.As(err, &pqErr):
		return classifyPostgres(pqErr.SQLState())
	case errors.As(err, &liteErr):
		return classifySQLite(liteErr.Code())
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, sql.ErrTxDone),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr):
		return away
	}
	return refused
}

func classifyPostgres(state string) class {
	switch {
	case strings.HasPrefix(state, "08"), // connection exceptions
		strings.HasPrefix(state, "57P"),                      // shutdown, crash, cannot connect now
		state == "25P03", state == "53300", state == "57014", // idle in transaction, too many connections, cancelled
		state == "25006": // read-only: the primary became a standby
		return away
	case strings.HasPrefix(state, "40"), state == "55P03", // deadlock, serialization; a lock took too long
		strings.HasPrefix(state, "53"), strings.HasPrefix(state, "58"): // disk full, out of memory, I/O
		return lost
	}
	return refused
}

func classifySQLite(code int) class {
	const busy, locked, noMemory, readOnly, interrupt, ioError = 5, 6, 7, 8, 9, 10
	const corrupt, full, cannotOpen, notDatabase = 11, 13, 14, 26
	switch code & 0xff {
	case busy, locked, full: // SQLite may have rolled back by itself
		return lost
	case noMemory, readOnly, interrupt, ioError, corrupt, cannotOpen, notDatabase:
		return away
	}
	return refused
}

// IsAway says that the database could not be asked, rather than that it refused: the same may work a little later.
func IsAway(err error) bool {
	c := classify(err)
	return c == lost || c == away || c == unknown
}
