package chat

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Frame is a frame of the server as it goes over the wire: header and payload in one piece. Servers do not mask, so
// that all receivers share the bytes of one frame.
type Frame struct{ wire []byte }

// Opcodes of RFC 6455 that a server sends.
const (
	opText = 0x1
	opPong = 0xA
)

// headerRoom is the longest header of a frame without a mask.
const headerRoom = 10

// encode makes a frame of a value of ours, so that it cannot fail.
func encode(v any) Frame {
	b := bytes.NewBuffer(make([]byte, headerRoom, 512))
	if err := json.NewEncoder(b).Encode(v); err != nil {
		panic(fmt.Sprintf("encode a frame of ours: %v", err))
	}
	return seal(opText, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// text makes a frame of JSON that is ready.
func text(payload string) Frame {
	return seal(opText, append(make([]byte, headerRoom), payload...))
}

// seal writes the header into the room before a payload.
func seal(opcode byte, b []byte) Frame {
	n := len(b) - headerRoom
	switch {
	case n < 126:
		b = b[headerRoom-2:]
		b[1] = byte(n)
	case n < 1<<16:
		b = b[headerRoom-4:]
		b[1] = 126
		binary.BigEndian.PutUint16(b[2:], uint16(n))
	default:
		b[1] = 127
		binary.BigEndian.PutUint64(b[2:], uint64(n))
	}
	const whole = 0x80
	b[0] = whole | opcode
	return Frame{b}
}
