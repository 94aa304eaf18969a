package chat

import "encoding/binary"

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
