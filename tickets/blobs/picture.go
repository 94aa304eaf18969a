package blobs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Bounds of a picture. A phone's photo has 12 to 50 million pixels.
const (
	maxSide   = 30_000
	maxPixels = 64 << 20  // more is no picture to us, and nobody's browser is asked to unpack it
	maxUnpack = 160 << 20 // bytes of memory that making a thumbnail may take; a bigger picture has none
	thumbSide = 480
)

// errNoPicture says that a content is not the picture that it claims to be, or holds too much.
var errNoPicture = errors.New("not a picture")

// Picture is what is known of a picture after looking at it.
type Picture struct {
	Width, Height int    // upright
	Thumb         []byte // at most thumbSide wide and high, drawn anew; nil when it would take too much
	ThumbType     string
}

// shape is what a picture claims to hold.
type shape struct {
	width, height int
	perPixel      int // bytes that a decoder needs for one pixel
	turn          int // EXIF orientation, 1 for upright
}

// Look reads a picture of a type that IsPicture knows and makes its thumbnail.
func Look(r io.ReadSeeker, media string) (Picture, error) {
	s, err := shapeOf(r, media)
	if err != nil || s.width < 1 || s.height < 1 || s.width > maxSide || s.height > maxSide || s.width*s.height > maxPixels {
		return Picture{}, errors.Join(errNoPicture, err)
	}
	p := Picture{Width: s.width, Height: s.height}
	if s.turn > 4 {
		p.Width, p.Height = s.height, s.width
	}
	if s.width*s.height*s.perPixel > maxUnpack {
		return p, nil
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Picture{}, err
	}
	img, err := unpack(r, media)
	if err != nil {
		return Picture{}, errors.Join(errNoPicture, err)
	}
	p.Thumb, p.ThumbType, err = thumbnail(img, s.turn)
	return p, err
}

// unpack decodes a picture, of moving ones the first frame. A decoder's panic is the picture's fault.
func unpack(r io.Reader, media string) (img image.Image, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("decode a picture: %v", v)
		}
	}()
	switch media {
	case "image/png":
		return png.Decode(r)
	case "image/jpeg":
		return jpeg.Decode(r)
	case "image/gif":
		return gif.Decode(r)
	}
	return webp.Decode(r)
}

// shapeOf reads headers only.
func shapeOf(r io.ReadSeeker, media string) (s shape, err error) {
	if media == "image/webp" {
		return webpShape(r)
	}
	var c image.Config
	switch media {
	case "image/png":
		c, err = png.DecodeConfig(r)
	case "image/jpeg":
		c, err = jpeg.DecodeConfig(r)
	case "image/gif":
		c, err = gif.DecodeConfig(r)
	default:
		return s, errNoPicture
	}
	s = shape{c.Width, c.Height, perPixel(c.ColorModel), 1}
	if err != nil || media != "image/jpeg" {
		return s, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return s, err
	}
	turn, progressive := jpegMarks(r)
	s.turn = turn
	if progressive { // the decoder keeps all coefficients beside the pixels
		s.perPixel += 12
	}
	return s, nil
}

func perPixel(m color.Model) int {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	}
	if _, is := m.(color.Palette); is {
		return 1
	}
	return 4
}

// webpShape reads the size of the bitstream itself: that of the container is only a claim.
func webpShape(r io.Reader) (shape, error) {
	var head [12]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return shape{}, err
	}
	for range 64 {
		var c [8]byte
		if _, err := io.ReadFull(r, c[:]); err != nil {
			return shape{}, err
		}
		size := int64(binary.LittleEndian.Uint32(c[4:]))
		switch string(c[:4]) {
		case "VP8 ":
			var b [10]byte
			if _, err := io.ReadFull(r, b[:]); err != nil {
				return shape{}, err
			}
			return shape{int(binary.LittleEndian.Uint16(b[6:])) & 0x3fff, int(binary.LittleEndian.Uint16(b[8:])) & 0x3fff, 4, 1}, nil
		case "VP8L":
			var b [5]byte
			if _, err := io.ReadFull(r, b[:]); err != nil {
				return shape{}, err
			}
			bits := binary.LittleEndian.Uint32(b[1:])
			return shape{int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1, 8, 1}, nil
		}
		if _, err := io.CopyN(io.Discard, r, size+size&1); err != nil {
			return shape{}, err
		}
	}
	return shape{}, errNoPicture
}

// thumbnail draws a picture small and upright.
func thumbnail(img image.Image, turn int) ([]byte, string, error) {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if w < 1 || h < 1 {
		return nil, "", errNoPicture
	}
	if longest := max(w, h); longest > thumbSide {
		w, h = max(1, w*thumbSide/longest), max(1, h*thumbSide/longest)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.BiLinear.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	small = upright(small, turn)
	var out bytes.Buffer
	if small.Opaque() {
		err := jpeg.Encode(&out, small, &jpeg.Options{Quality: 82})
		return out.Bytes(), "image/jpeg", err
	}
	err := png.Encode(&out, small)
	return out.Bytes(), "image/png", err
}

// upright turns and mirrors a picture as its EXIF orientation (1 to 8) says.
func upright(img *image.RGBA, turn int) *image.RGBA {
	if turn < 2 || turn > 8 {
		return img
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	to := image.Rect(0, 0, w, h)
	if turn > 4 {
		to = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(to)
	for y := range h {
		for x := range w {
			nx, ny := x, y
			switch turn {
			case 2:
				nx = w - 1 - x
			case 3:
				nx, ny = w-1-x, h-1-y
			case 4:
				ny = h - 1 - y
			case 5:
				nx, ny = y, x
			case 6:
				nx, ny = h-1-y, x
			case 7:
				nx, ny = h-1-y, w-1-x
			case 8:
				nx, ny = y, w-1-x
			}
			out.SetRGBA(nx, ny, img.RGBAAt(x, y))
		}
	}
	return out
}
