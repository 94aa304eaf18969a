package migrations

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
)

// steadyConnector makes connections whose prepared statements never say driver.ErrBadConn. On that word database/sql
// closes the sql.Conn that a statement was prepared on, and waits for the transaction open on it, which waits for the
// statement: the log's writer would hang for ever when the connection breaks inside a transaction. What is wrong with
// the connection is still told, by another error, and the pool learns of it when the connection comes back.
type steadyConnector struct{ driver.Connector }

// Connect implements driver.Connector.
func (c steadyConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := conn.(wholeConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the driver's %T lacks what is needed of a connection", conn), conn.Close())
	}
	return steadyConn{whole}, nil
}

// wholeConn is all that database/sql may ask of the driver's connection: an interface left out would be lost.
type wholeConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

type steadyConn struct{ wholeConn }

// PrepareContext implements driver.ConnPrepareContext.
func (c steadyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.wholeConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, steady(err)
	}
	whole, ok := stmt.(wholeStmt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the driver's %T lacks what is needed of a statement", stmt), stmt.Close())
	}
	return steadyStmt{whole}, nil
}

type wholeStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type steadyStmt struct{ wholeStmt }

// ExecContext implements driver.StmtExecContext.
func (s steadyStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	res, err := s.wholeStmt.ExecContext(ctx, args)
	return res, steady(err)
}

// QueryContext implements driver.StmtQueryContext.
func (s steadyStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.wholeStmt.QueryContext(ctx, args)
	if err != nil {
		return nil, steady(err)
	}
	return steadyRows{rows}, nil
}

type steadyRows struct{ driver.Rows }

// Close implements driver.Rows.
func (r steadyRows) Close() error { return steady(r.Rows.Close()) }

// Next implements driver.Rows.
func (r steadyRows) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	if err == io.EOF {
		return err
	}
	return steady(err)
}

// steady says the same without the word that database/sql acts on.
func steady(err error) error {
	if errors.Is(err, driver.ErrBadConn) {
		return fmt.Errorf("the connection to the database is broken: %w", net.ErrClosed)
	}
	return err
}
