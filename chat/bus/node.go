package bus

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxAge    = time.Hour              // of a frame; nodes' clocks may differ by as much
	sendLimit = 2 * time.Second        // for one sending
	sendPause = 250 * time.Millisecond // after one that failed
)

// carrier is one way between nodes. It gives what comes to receive, and calls back after an interruption.
type carrier interface {
	send(ctx context.Context, list []sealed) error
	limits() limits
	healthy() bool
	lost() int64 // payloads that the carrier itself dropped
	close()
}

// sealed is a frame on its way.
type sealed struct {
	topic string
	raw   []byte
}

// limits are what a carrier can take.
type limits struct {
	frame  int           // bytes of one
	frames int           // in one sending
	pause  time.Duration // between two sendings
}

// node is a bus over a carrier.
type node struct {
	id      nodeID
	sealer  sealer
	clock   clock
	report  func(doing string, err error)
	carrier carrier
	out     outbox
	closing chan struct{} // no more is taken
	sent    chan struct{} // closed when the sender has ended
	ended   chan struct{} // nothing is delivered any more
	once    sync.Once
	readers sync.WaitGroup

	mu      sync.Mutex
	inboxes map[string]*inbox
	peers   map[peer]*heardOf
	returns []*func()

	published, received, dropped, refused, own atomic.Int64
}

// peer is another node, as one topic hears it: topics may overtake each other.
type peer struct {
	node  nodeID
	topic string
}

type heardOf struct {
	count uint64
	at    int64
}

func newNode(o Options) *node {
	n := &node{id: newID(), sealer: sealer{o.Key, o.Desk}, clock: clock{time.Now()}, report: o.Report,
		closing: make(chan struct{}), sent: make(chan struct{}), ended: make(chan struct{}),
		inboxes: map[string]*inbox{}, peers: map[peer]*heardOf{}}
	n.out.queues, n.out.more = map[string]*queue{}, make(chan struct{}, 1)
	if n.report == nil {
		n.report = func(string, error) {}
	}
	return n
}

func (n *node) start() { go n.sender() }

// Publish implements Bus.
func (n *node) Publish(topic string, payload []byte) {
	if !plain(topic) || len(payload) > n.MaxPayload() {
		n.dropped.Add(1)
		return
	}
	n.dropped.Add(int64(n.out.put(topic, payload)))
}

// MaxPayload implements Bus.
func (n *node) MaxPayload() int { return n.carrier.limits().frame - overhead }

// payloadRoom is what a payload takes in a frame.
func payloadRoom(p []byte) int { return binary.MaxVarintLen32 + len(p) }

// sender sends what waits, until the bus is closed and nothing does.
func (n *node) sender() {
	defer close(n.sent)
	limits := n.carrier.limits()
	var count uint64
	for {
		select {
		case <-n.out.more:
		case <-n.closing:
		}
		for {
			list, payloads := n.gather(&count, limits)
			if len(list) == 0 {
				break
			}
			n.sendAll(list, payloads)
			n.wait(limits.pause)
		}
		select {
		case <-n.closing:
			return
		default:
		}
	}
}

// gather makes frames of what waits.
func (n *node) gather(count *uint64, l limits) (list []sealed, payloads int) {
	for len(list) < l.frames {
		topic, some, old := n.out.take(l.frame - overhead + binary.MaxVarintLen32)
		n.dropped.Add(int64(old))
		if len(some) == 0 {
			break
		}
		*count++
		f := &frame{n.id, *count, n.clock.late(), topic, some}
		list = append(list, sealed{topic, n.sealer.seal(f)})
		payloads += len(some)
	}
	return list, payloads
}

func (n *node) sendAll(list []sealed, payloads int) {
	ctx, cancel := context.WithTimeout(context.Background(), sendLimit)
	defer cancel()
	if err := n.carrier.send(ctx, list); err != nil {
		n.dropped.Add(int64(payloads))
		n.wait(sendPause)
		return
	}
	n.published.Add(int64(payloads))
}

func (n *node) wait(d time.Duration) {
	if d == 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-n.closing:
	}
}

// Subscribe implements Bus.
func (n *node) Subscribe(topic string, fn func(from string, payload []byte)) (stop func()) {
	n.mu.Lock()
	in := n.inboxes[topic]
	if in == nil {
		in = &inbox{more: make(chan struct{}, 1)}
		n.inboxes[topic] = in
		n.readers.Go(func() { in.run(n.ended) })
	}
	n.mu.Unlock()
	in.mu.Lock()
	defer in.mu.Unlock()
	s := &subscriber{fn}
	in.fns = append(in.fns, s)
	return func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.fns = slices.DeleteFunc(in.fns, func(other *subscriber) bool { return other == s })
	}
}

// receive checks a frame and hands out its payloads. raw belongs to the node.
func (n *node) receive(raw []byte) {
	if id, ok := sender(raw); ok && id == n.id { // whoever says so: it is dropped
		n.own.Add(1)
		return
	}
	f, err := n.sealer.open(raw)
	if err != nil || !n.fresh(&f) {
		n.refused.Add(1)
		return
	}
	n.mu.Lock()
	in := n.inboxes[f.topic]
	n.mu.Unlock()
	if in == nil {
		return
	}
	from := f.node.String()
	for _, p := range f.payloads {
		n.dropped.Add(int64(in.put(parcel{from: from, payload: p})))
	}
	n.received.Add(int64(len(f.payloads)))
}

const manyPeers = 256

// fresh tells whether a frame is newer than all of its node before, and not a recording. A node is forgotten when all
// that it ever said would be too old.
func (n *node) fresh(f *frame) bool {
	now := n.clock.early()
	if f.at < now-maxAge.Milliseconds() {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := peer{f.node, f.topic}
	if h := n.peers[key]; h != nil {
		if f.count <= h.count {
			return false
		}
		h.count, h.at = f.count, max(h.at, f.at)
		return true
	}
	if len(n.peers) >= manyPeers {
		for key, h := range n.peers {
			if h.at < now-2*maxAge.Milliseconds() {
				delete(n.peers, key)
			}
		}
	}
	n.peers[key] = &heardOf{f.count, f.at}
	return true
}

// OnReturn implements Bus.
func (n *node) OnReturn(fn func()) (stop func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.returns = append(n.returns, &fn)
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.returns = slices.DeleteFunc(n.returns, func(other *func()) bool { return other == &fn })
	}
}

// back is called by the carrier when other nodes can be reached again.
func (n *node) back() {
	n.mu.Lock()
	list := slices.Clone(n.returns)
	n.mu.Unlock()
	for _, fn := range list {
		(*fn)()
	}
}

// Healthy implements Bus.
func (n *node) Healthy() bool { return n.carrier.healthy() }

// Node implements Bus.
func (n *node) Node() string { return n.id.String() }

// Stats implements Bus.
func (n *node) Stats() Stats {
	return Stats{Published: n.published.Load(), Received: n.received.Load(), Dropped: n.dropped.Load() + n.carrier.lost(),
		Refused: n.refused.Load(), Own: n.own.Load()}
}

var errUnsent = errors.New("some payloads were not sent")

// Close implements Bus.
func (n *node) Close(ctx context.Context) (err error) {
	n.once.Do(func() {
		n.out.close()
		close(n.closing)
		select {
		case <-n.sent:
		case <-ctx.Done():
			err = fmt.Errorf("close the bus: %w", errors.Join(errUnsent, ctx.Err()))
		}
		n.carrier.close()
		close(n.ended)
	})
	n.readers.Wait()
	return err
}
