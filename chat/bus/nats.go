package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	natsFrame       = 64 << 10 // far below what servers take; small frames are quick
	natsFrames      = 64
	natsPending     = 8192 // frames that came and wait
	natsPendingSize = 16 << 20
	natsPing        = 5 * time.Second
	natsAgain       = 250 * time.Millisecond // between two tries to reach a server
)

// core carries over NATS core.
type core struct {
	conn    *nats.Conn
	sub     *nats.Subscription
	subject string // what the topic is added to
}

func newNATS(n *node, o Options, a address) (carrier, error) {
	c := &core{subject: "heard." + o.Desk + "."}
	var err error
	if c.conn, err = natsOptions(n, a).connect(); err != nil {
		return nil, err
	}
	// One subscription for all topics, so that they are taken in the order in which they came.
	c.sub, err = c.conn.Subscribe(c.subject+"*", func(m *nats.Msg) { n.receive(m.Data) })
	if err == nil {
		err = c.sub.SetPendingLimits(natsPending, natsPendingSize)
	}
	if err != nil {
		c.conn.Close()
		return nil, err
	}
	return c, nil
}

type natsConfig struct {
	servers string
	options []nats.Option
}

func (c natsConfig) connect() (*nats.Conn, error) { return nats.Connect(c.servers, c.options...) }

// natsOptions ask for a server for ever, and keep nothing for later while there is none.
func natsOptions(n *node, a address) natsConfig {
	c := natsConfig{options: []nats.Option{
		nats.Name("heard"), nats.NoEcho(),
		nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(natsAgain), nats.ReconnectJitter(natsAgain, natsAgain), nats.ReconnectBufSize(-1),
		nats.PingInterval(natsPing), nats.MaxPingsOutstanding(2), nats.FlusherTimeout(sendLimit), nats.Timeout(sendLimit),
		nats.ConnectHandler(func(*nats.Conn) { n.back() }),
		nats.ReconnectHandler(func(*nats.Conn) { n.back() }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				n.report("reach other nodes over NATS", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { n.report("carry over NATS", err) }),
	}}
	if file := a.files.Get("creds"); file != "" {
		c.options = append(c.options, nats.UserCredentials(file))
	}
	if file := a.files.Get("ca"); file != "" {
		c.options = append(c.options, nats.RootCAs(file))
	}
	if file := a.files.Get("cert"); file != "" {
		c.options = append(c.options, nats.ClientCert(file, a.files.Get("key")))
	}
	for i, server := range a.servers {
		if i > 0 {
			c.servers += ","
		}
		c.servers += server
	}
	return c
}

func (c *core) send(_ context.Context, list []sealed) error {
	for _, s := range list {
		if err := c.conn.Publish(c.subject+s.topic, s.raw); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	return nil
}

func (c *core) limits() limits { return limits{frame: natsFrame, frames: natsFrames} }
func (c *core) healthy() bool  { return c.conn.IsConnected() }

// lost counts frames that nobody took in time.
func (c *core) lost() int64 {
	n, err := c.sub.Dropped()
	if err != nil {
		return 0 // closed
	}
	return int64(n)
}

// close lets the server have what was published.
func (c *core) close() {
	if c.conn.IsConnected() {
		_ = c.conn.FlushTimeout(sendLimit) // what is lost now is lost
	}
	c.conn.Close()
}
