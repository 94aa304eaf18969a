package bus

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"time"
)

// A frame is
//
//	version (1) | node (10) | counter (8) | time, Unix ms (8) | length of topic (1) | topic |
//	{ length of payload (uvarint) | payload }… | HMAC-SHA256 (32)
//
// The HMAC covers all before it and the name of the desk.
const (
	version  = 1
	idLen    = 10
	headLen  = 1 + idLen + 8 + 8 + 1
	macLen   = sha256.Size
	overhead = headLen + maxWord + macLen + binary.MaxVarintLen32 // of a frame with one payload
)

type nodeID [idLen]byte

func newID() (id nodeID) {
	rand.Read(id[:])
	return id
}

func (id nodeID) String() string { return base32.StdEncoding.EncodeToString(id[:]) }

// frame is what one node says to the others in one go.
type frame struct {
	node     nodeID
	count    uint64 // rises with every frame of the node
	at       int64  // Unix ms
	topic    string
	payloads [][]byte
}

// sealer signs frames and checks those of others.
type sealer struct {
	key  [32]byte
	desk string
}

func (s *sealer) mac(signed []byte) []byte {
	h := hmac.New(sha256.New, s.key[:])
	h.Write([]byte("heard bus\x00" + s.desk + "\x00"))
	h.Write(signed)
	return h.Sum(nil)
}

func (s *sealer) seal(f *frame) []byte {
	size := overhead
	for _, p := range f.payloads {
		size += binary.MaxVarintLen32 + len(p)
	}
	b := append(make([]byte, 0, size), version)
	b = append(b, f.node[:]...)
	b = binary.BigEndian.AppendUint64(b, f.count)
	b = binary.BigEndian.AppendUint64(b, uint64(f.at))
	b = append(b, byte(len(f.topic)))
	b = append(b, f.topic...)
	for _, p := range f.payloads {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return append(b, s.mac(b)...)
}

var errFrame = errors.New("not a frame of this cluster")

// sender is the node that a frame says it comes from, before anything is checked.
func sender(raw []byte) (id nodeID, ok bool) {
	if len(raw) < headLen+macLen || raw[0] != version {
		return id, false
	}
	return nodeID(raw[1 : 1+idLen]), true
}

// open checks a frame and takes it apart. Its payloads are parts of raw.
func (s *sealer) open(raw []byte) (f frame, err error) {
	id, ok := sender(raw)
	if !ok {
		return f, errFrame
	}
	signed, mac := raw[:len(raw)-macLen], raw[len(raw)-macLen:]
	if !hmac.Equal(mac, s.mac(signed)) {
		return f, errFrame
	}
	f.node = id
	f.count = binary.BigEndian.Uint64(raw[1+idLen:])
	f.at = int64(binary.BigEndian.Uint64(raw[1+idLen+8:]))
	rest := signed[headLen:]
	n := int(raw[headLen-1])
	if n > len(rest) {
		return f, errFrame
	}
	f.topic, rest = string(rest[:n]), rest[n:]
	for len(rest) > 0 {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return f, errFrame
		}
		end := n + int(size)
		f.payloads = append(f.payloads, rest[n:end:end])
		rest = rest[end:]
	}
	return f, nil
}

// clock knows two times: the wall's, and the start's plus what has passed since. They differ after the wall clock was
// set or the machine slept. A sender takes the later one and a receiver the earlier one, so that neither makes a living
// node's frames look old.
type clock struct{ start time.Time }

func (c clock) both() (wall, passed int64) {
	return time.Now().UnixMilli(), c.start.UnixMilli() + time.Since(c.start).Milliseconds()
}

func (c clock) late() int64  { wall, passed := c.both(); return max(wall, passed) }
func (c clock) early() int64 { wall, passed := c.both(); return min(wall, passed) }
