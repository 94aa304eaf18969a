package blobs_test

import (
	"bytes"
	"hash/crc32"
	"image"
	"image/png"
)

func crc(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

// encoded is a PNG.
func encoded(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return b.Bytes()
}
