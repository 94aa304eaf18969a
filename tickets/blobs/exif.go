package blobs

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// jpegMarks reads the segments before the first scan of a JPEG: how it must be turned to stand upright (EXIF 2.32,
// tag 0x0112; 1 when it does not say), and whether it is progressive.
func jpegMarks(r io.Reader) (turn int, progressive bool) {
	turn = 1
	b := bufio.NewReader(r)
	if _, err := b.Discard(2); err != nil {
		return turn, false
	}
	for {
		marker, size, ok := segment(b)
		if !ok || marker == 0xDA { // start of scan
			return turn, progressive
		}
		switch marker {
		case 0xC2, 0xC6, 0xCA, 0xCE:
			progressive = true
		case 0xE1:
			data := make([]byte, size) // at most 64 KiB
			if _, err := io.ReadFull(b, data); err != nil {
				return turn, progressive
			}
			if rest, is := bytes.CutPrefix(data, []byte("Exif\x00\x00")); is {
				turn = orientation(rest)
			}
			continue
		}
		if _, err := b.Discard(size); err != nil {
			return turn, progressive
		}
	}
}

// segment reads the head of the next segment and how many bytes follow.
func segment(b *bufio.Reader) (marker byte, size int, ok bool) {
	c, err := b.ReadByte()
	if err != nil || c != 0xFF {
		return 0, 0, false
	}
	for marker = 0xFF; marker == 0xFF; { // fill bytes
		if marker, err = b.ReadByte(); err != nil {
			return 0, 0, false
		}
	}
	var n [2]byte
	if _, err := io.ReadFull(b, n[:]); err != nil {
		return 0, 0, false
	}
	size = int(binary.BigEndian.Uint16(n[:])) - 2
	return marker, size, size >= 0
}

// orientation reads the first directory of a TIFF header.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	n := int64(order.Uint16(tiff[at:]))
	for i := range n {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		e := tiff[entry:]
		if order.Uint16(e) == 0x0112 && order.Uint16(e[2:]) == 3 {
			if turn := int(order.Uint16(e[8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
	}
	return 1
}
