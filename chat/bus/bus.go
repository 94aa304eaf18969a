package bus

import (
	"context"
	"fmt"
)

// Bus carries small payloads between the nodes of one cluster. It is a hint: what it carries may be lost, doubled,
// late or out of order; whoever receives must stay right without it.
type Bus interface {
	// Publish gives a payload to every other node that subscribes to the topic. It never blocks and keeps the order of
	// a topic in health; under pressure it drops. The payload belongs to the bus from then on.
	Publish(topic string, payload []byte)
	// Subscribe calls fn for what other nodes publish, one call at a time per topic. fn must be quick. It is not called
	// again after stop, but may be running still.
	Subscribe(topic string, fn func(from string, payload []byte)) (stop func())
	// OnReturn calls fn whenever the other nodes can be reached again: what was said meanwhile is lost. fn must be quick.
	OnReturn(fn func()) (stop func())
	// MaxPayload is the size of the largest payload that is carried, in bytes; 0 when there is nobody to carry to.
	MaxPayload() int
	// Healthy tells whether other nodes can be reached now, as far as is known.
	Healthy() bool
	// Node is the random name of this node, new at each start.
	Node() string
	// Stats counts what went through since the start.
	Stats() Stats
	// Close sends what waits, as long as ctx allows, and ends the bus. Nothing is delivered afterwards.
	Close(ctx context.Context) error
}

// Stats counts payloads, Refused and Own frames.
type Stats struct {
	Published int64 // handed to the carrier
	Received  int64 // of other nodes, for somebody here
	Dropped   int64 // under pressure, while the carrier was away, or too large
	Refused   int64 // not of this cluster, damaged, doubled or too old
	Own       int64 // our own that came back
}

// Options say which bus, and between whom.
type Options struct {
	URL  string   // local, postgres, or nats://HOST[:PORT][,HOST…]
	DSN  string   // of the PostgreSQL database, for postgres
	Key  [32]byte // that all nodes of the cluster share
	Desk string   // names the desk among all on one server: the epoch of its log
	// Report is told of trouble that no caller hears of.
	Report func(doing string, err error)
}

// Open returns the bus of an address. A server that is away is no error: the bus comes to it when it can.
func Open(o Options) (Bus, error) {
	a, err := parse(o.URL)
	if err != nil {
		return nil, err
	}
	if a.kind == kindLocal {
		return Alone(), nil
	}
	if !plain(o.Desk) {
		return nil, fmt.Errorf("open the bus: the desk has no name of letters and digits")
	}
	n := newNode(o)
	if a.kind == kindPostgres {
		n.carrier, err = newPostgres(n, o)
	} else {
		n.carrier, err = newNATS(n, o, a)
	}
	if err != nil {
		return nil, fmt.Errorf("open the bus: %w", err)
	}
	n.start()
	return n, nil
}

// plain tells whether a word can stand in a subject or the name of a channel as it is.
func plain(word string) bool {
	if word == "" || len(word) > maxWord {
		return false
	}
	for _, c := range []byte(word) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

const maxWord = 32

// Alone is the bus of a node without others.
func Alone() Bus { return alone{newID().String()} }

type alone struct{ name string }

func (alone) Publish(string, []byte)                        {}
func (alone) Subscribe(string, func(string, []byte)) func() { return func() {} }
func (alone) OnReturn(func()) func()                        { return func() {} }
func (alone) MaxPayload() int                               { return 0 }
func (alone) Healthy() bool                                 { return true }
func (a alone) Node() string                                { return a.name }
func (alone) Stats() Stats                                  { return Stats{} }
func (alone) Close(context.Context) error                   { return nil }
