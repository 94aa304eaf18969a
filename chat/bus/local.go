package bus

import (
	"bytes"
	"context"
	"sync"
)

// Switch joins several nodes in one process, as tests of many nodes need.
type Switch struct {
	mu    sync.Mutex
	nodes map[*node]struct{}
}

// NewSwitch returns one without nodes.
func NewSwitch() *Switch { return &Switch{nodes: map[*node]struct{}{}} }

const localFrame = 64 << 10

// Join returns the bus of a new node. Of the options it needs the key and the desk.
func (s *Switch) Join(o Options) Bus {
	n := newNode(o)
	n.carrier = local{s, n}
	s.mu.Lock()
	s.nodes[n] = struct{}{}
	s.mu.Unlock()
	n.start()
	return n
}

// local is the place of a node at a switch.
type local struct {
	hub  *Switch
	node *node
}

func (l local) send(_ context.Context, list []sealed) error {
	for _, s := range list {
		l.hub.carry(l.node, s.raw)
	}
	return nil
}

// carry gives each node but the sender its own copy.
func (s *Switch) carry(from *node, raw []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := range s.nodes {
		if n != from {
			n.receive(bytes.Clone(raw))
		}
	}
}

func (local) limits() limits { return limits{frame: localFrame, frames: 1} }
func (local) healthy() bool  { return true }
func (local) lost() int64    { return 0 }

func (l local) close() {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	delete(l.hub.nodes, l.node)
}
