package bus

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"heard/migrations"

	"github.com/lib/pq"
)

const (
	maxNotice     = 7900 // PostgreSQL takes 7,999 bytes
	notices       = 32   // in one statement
	noticePause   = time.Millisecond
	listenPing    = 5 * time.Second
	listenSilence = 15 * time.Second // after which the listener's connection is given up
	listenAgain   = 100 * time.Millisecond
)

// notices travel as text.
var encoding = base64.RawStdEncoding

// channel carries over LISTEN and NOTIFY.
type channel struct {
	name     string
	node     *node
	pool     *sql.DB // one connection, which notifies and does nothing else
	listener *pq.Listener

	mu     sync.Mutex
	stmt   *sql.Stmt
	closed chan struct{}
	done   sync.WaitGroup

	listening, sending atomic.Bool
}

func newPostgres(n *node, o Options) (carrier, error) {
	connector, err := notifier(o.DSN)
	if err != nil {
		return nil, err
	}
	c := &channel{name: "heard_bus_" + strings.ToLower(o.Desk), node: n, pool: sql.OpenDB(connector), closed: make(chan struct{})}
	c.pool.SetMaxOpenConns(1)
	c.sending.Store(true)
	c.listener = pq.NewDialListener(migrations.Dialer{Silence: listenSilence}, o.DSN, listenAgain, listenPing, c.event)
	go c.listen()
	c.done.Go(c.read)
	return c, nil
}

// notifier connects for notices, which need not be durable.
func notifier(dsn string) (*pq.Connector, error) {
	u, err := url.Parse(dsn)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return nil, errors.New("the postgres bus needs the URL of a PostgreSQL database")
	}
	q := u.Query()
	q.Set("synchronous_commit", "off")
	if !q.Has("application_name") {
		q.Set("application_name", "heard bus")
	}
	u.RawQuery = q.Encode()
	connector, err := pq.NewConnector(u.String())
	if err != nil {
		return nil, fmt.Errorf("the address of the PostgreSQL database: %w", err)
	}
	connector.Dialer(migrations.Dialer{Silence: sendLimit})
	return connector, nil
}

// listen asks for the channel; the listener does so again by itself whenever it was cut off.
func (c *channel) listen() {
	for {
		err := c.listener.Listen(c.name)
		if err == nil || errors.Is(err, pq.ErrChannelAlreadyOpen) {
			c.listening.Store(true)
			c.node.back()
			return
		}
		if c.isClosed() {
			return
		}
		c.node.report("listen for other nodes", err)
		c.node.wait(sendPause)
	}
}

func (c *channel) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

func (c *channel) event(e pq.ListenerEventType, err error) {
	if e == pq.ListenerEventDisconnected {
		c.listening.Store(false)
		if !c.isClosed() {
			c.node.report("reach other nodes over PostgreSQL", err)
		}
	}
}

// read takes what the listener hears. Asking now and then shows whether it still can.
func (c *channel) read() {
	tick := time.NewTicker(listenPing)
	defer tick.Stop()
	for {
		select {
		case n, ok := <-c.listener.Notify:
			switch {
			case !ok:
				return
			case n == nil: // connected again
				c.listening.Store(true)
				c.node.back()
			default:
				c.take(n.Extra)
			}
		case <-tick.C:
			go c.listener.Ping() // reading goes on meanwhile; what it finds out comes as an event
		case <-c.closed:
			return
		}
	}
}

func (c *channel) take(text string) {
	raw, err := encoding.DecodeString(text)
	if err != nil {
		c.node.refused.Add(1)
		return
	}
	c.node.receive(raw)
}

func (c *channel) send(ctx context.Context, list []sealed) (err error) {
	defer func() { c.sending.Store(err == nil) }()
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = encoding.EncodeToString(s.raw)
	}
	stmt, err := c.prepared(ctx)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, c.name, pq.Array(texts)); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}

func (c *channel) prepared(ctx context.Context) (*sql.Stmt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stmt == nil {
		stmt, err := c.pool.PrepareContext(ctx, `SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice`)
		if err != nil {
			return nil, fmt.Errorf("prepare to notify: %w", err)
		}
		c.stmt = stmt
	}
	return c.stmt, nil
}

func (c *channel) limits() limits {
	return limits{frame: encoding.DecodedLen(maxNotice), frames: notices, pause: noticePause}
}

func (c *channel) healthy() bool { return c.listening.Load() && c.sending.Load() }
func (c *channel) lost() int64   { return 0 }

func (c *channel) close() {
	close(c.closed)
	go c.listener.Close() // waits for a server that is silent, as long as its connection does
	c.done.Wait()
	_ = c.pool.Close() // a connection that does not close well is closed all the same
}
