package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

const (
	postgresReaders = 16
	dialTimeout     = 1500 * time.Millisecond
	writeSilence    = 1900 * time.Millisecond // above lock_timeout, below the 2 s in which a writer must hear of it
	readSilence     = time.Minute
)

func openPostgres(dsn string) (*DB, error) {
	write, err := postgresPool(dsn, writeSilence, map[string]string{
		"lock_timeout":                        "1500",
		"idle_in_transaction_session_timeout": "2000",
	})
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := postgresPool(dsn, readSilence, map[string]string{"default_transaction_read_only": "on"})
	if err != nil {
		return nil, err
	}
	read.SetMaxOpenConns(postgresReaders)
	read.SetMaxIdleConns(4)
	read.SetConnMaxIdleTime(5 * time.Minute)
	side, err := postgresPool(dsn, writeSilence, nil)
	if err != nil {
		return nil, err
	}
	side.SetMaxOpenConns(2)
	return &DB{
		Read:  bun.NewDB(read, pgdialect.New()),
		Write: bun.NewDB(write, pgdialect.New()),
		side:  side,
	}, nil
}

// postgresPool opens a pool whose sessions start with the given settings and whose connections break after a
// silence of the server in answering.
func postgresPool(dsn string, silence time.Duration, settings map[string]string) (*sql.DB, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, fmt.Errorf("the address of the PostgreSQL database is not a URL")
	}
	q := u.Query()
	for name, value := range settings {
		q.Set(name, value)
	}
	if !q.Has("application_name") {
		q.Set("application_name", "heard")
	}
	u.RawQuery = q.Encode()
	connector, err := pq.NewConnector(u.String())
	if err != nil {
		return nil, fmt.Errorf("the address of the PostgreSQL database: %w", err)
	}
	connector.Dialer(Dialer{silence})
	return sql.OpenDB(steadyConnector{connector}), nil
}

// Dialer makes connections that do not wait for ever: the driver sets no deadlines, so a host that vanished would
// hold its caller until the kernel gives up. Silence is how long a read or a write may take.
type Dialer struct{ Silence time.Duration }

func (d Dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d Dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	nd := net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}
	c, err := nd.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &quietConn{Conn: c, silence: d.Silence}, nil
}

// quietConn fails a read that waits longer than silence. The driver reads only when it expects an answer.
type quietConn struct {
	net.Conn
	silence time.Duration
}

func (c *quietConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *quietConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
