package chat

import (
	"context"
	"encoding/binary"
	"time"
)

// What runs by the clock, for tests that do not wait for it.

func (h *Hub) Beat(ctx context.Context) error       { return h.pres.beat(ctx) }
func (h *Hub) CheckEnds(ctx context.Context) error  { return h.checkEnds(ctx) }
func (h *Hub) RefreshViewers(now time.Time)         { h.cluster.refresh(now) }
func (h *Hub) HearNote(from string, payload []byte) { h.cluster.receive(from, payload) }
func (h *Hub) Routes() bool                         { return h.router.leading.Load() }

// Texts are the payloads of whole frames of ours, one after the other.
func Texts(wire []byte) (list [][]byte) {
	for len(wire) > 0 {
		n, at := int(wire[1]), 2
		switch n {
		case 126:
			n, at = int(binary.BigEndian.Uint16(wire[2:])), 4
		case 127:
			n, at = int(binary.BigEndian.Uint64(wire[2:])), 10
		}
		list, wire = append(list, wire[at:at+n]), wire[at+n:]
	}
	return list
}

// Follows is closed once nothing that happens can be missed.
func (h *Hub) Follows() <-chan struct{} { return h.follows }

const MaxRows = maxRows
