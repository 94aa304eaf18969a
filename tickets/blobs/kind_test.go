package blobs_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"

	"heard/tickets/blobs"
)

func TestCleanName(t *testing.T) {
	long := strings.Repeat("ä", 300)
	tests := []struct{ in, want string }{
		{"photo.jpg", "photo.jpg"},
		{"../../etc/passwd", "passwd"},
		{`C:\Users\a\report.pdf`, "report.pdf"},
		{"a\x00b.png", "ab.png"},
		{"invoice\u202Egpj.exe", "invoicegpj.exe"},
		{"invoice.exe\u200B", "invoice.exe"},
		{"\u2063.htaccess", "htaccess"},
		{"x.exe. . ", "x.exe"},
		{"x.png:stream", "x.png_stream"},
		{"a\r\nContent-Type: text/html", "html"},
		{"..", ""}, {"", ""}, {"\u3164", ""}, {"\xff\xfe", ""},
		{"  two   words.txt ", "two words.txt"},
		{"日本語.png", "日本語.png"},
		{`a"b<c>|?*.txt`, "a_b_c____.txt"},
		{long + ".png", strings.Repeat("ä", 196) + ".png"},
		{"x." + long, "x." + strings.Repeat("ä", 198)},
	}
	for _, tt := range tests {
		if got := blobs.CleanName(tt.in); got != tt.want {
			t.Errorf("CleanName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("a/b\u202e.exe")
	f.Fuzz(func(t *testing.T, s string) {
		got := blobs.CleanName(s)
		if again := blobs.CleanName(got); again != got {
			t.Errorf("CleanName(%q) = %q, and of that %q", s, got, again)
		}
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 200 || strings.ContainsAny(got, "/\\\x00\r\n\"") {
			t.Errorf("CleanName(%q) = %q", s, got)
		}
	})
}

func picture(t testing.TB, media string, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x), uint8(y), 200, 255})
		}
	}
	img.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
	var b bytes.Buffer
	var err error
	switch media {
	case "image/png":
		err = png.Encode(&b, img)
	case "image/jpeg":
		err = jpeg.Encode(&b, img, nil)
	case "image/gif":
		err = gif.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestKind(t *testing.T) {
	pngBytes, svg := string(picture(t, "image/png", 2, 2)), `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`
	tests := []struct{ name, head, want string }{
		{"a.png", pngBytes, "image/png"},
		{"A.PNG", pngBytes, "image/png"},
		{"a.jpg", pngBytes, blobs.Opaque},
		{"a.png", svg, blobs.Opaque},
		{"a.svg", svg, blobs.Opaque},
		{"a.html", "<html><script>alert(1)</script>", blobs.Opaque},
		{"a.xml", "<?xml version='1.0'?>", blobs.Opaque},
		{"a.png", "GIF89a<script>", blobs.Opaque},
		{"a.gif", "GIF89a<script>", "image/gif"}, // bytes of a picture to whoever shows it: no sniffing, in a sandbox
		{"a", pngBytes, blobs.Opaque},
		{"a.txt", "Hello", "text/plain"},
		{"a.txt", "<html>", "text/plain"}, // downloaded in any case
		{"a.txt", "MZ\x90", blobs.Opaque},
		{"a.pdf", "%PDF-1.7", "application/pdf"},
		{"a.pdf", "<html>%PDF-", blobs.Opaque},
		{"a.docx", "PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a.webp", "RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"},
		{"a.wav", "RIFF\x00\x00\x00\x00WAVE", "audio/wav"},
		{"a.exe", "MZ", blobs.Opaque},
		{"a.webp", "RIFF", blobs.Opaque},
	}
	for _, tt := range tests {
		if got := blobs.Kind(tt.name, []byte(tt.head)); got != tt.want {
			t.Errorf("Kind(%s, %.20q) = %s, want %s", tt.name, tt.head, got, tt.want)
		}
	}
}

func TestThumbnails(t *testing.T) {
	for _, media := range []string{"image/png", "image/jpeg", "image/gif"} {
		p, err := blobs.Look(bytes.NewReader(picture(t, media, 1200, 300)), media)
		if err != nil {
			t.Fatal(err)
		}
		small, _, err := image.DecodeConfig(bytes.NewReader(p.Thumb))
		if err != nil || small.Width != 480 || small.Height != 120 || p.Width != 1200 || p.Height != 300 {
			t.Errorf("%s: %dx%d with a thumbnail of %dx%d, %v", media, p.Width, p.Height, small.Width, small.Height, err)
		}
	}
}

// withEXIF puts an APP1 segment with an orientation and a place into a JPEG.
func withEXIF(jpg []byte, turn uint16) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = binary.BigEndian.AppendUint16(tiff, turn)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00GPS 52.5200 13.4050"...)
	seg := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, jpg[:2]...)
	out = append(out, 0xFF, 0xE1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(seg)+2))
	return append(append(out, seg...), jpg[2:]...)
}

func TestPhotosStandUprightAndTellNoPlace(t *testing.T) {
	base := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			base.Set(x, y, color.White)
			if x < 16 && y < 16 { // the mark, in the stored top left corner
				base.Set(x, y, color.Black)
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, base, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	// Where the mark must be seen, by orientation: left or right, top or bottom.
	want := map[uint16][2]bool{1: {true, true}, 2: {false, true}, 3: {false, false}, 4: {true, false},
		5: {true, true}, 6: {false, true}, 7: {false, false}, 8: {true, false}, 9: {true, true}}
	for turn, at := range want {
		p, err := blobs.Look(bytes.NewReader(withEXIF(b.Bytes(), turn)), "image/jpeg")
		if err != nil {
			t.Fatal(err)
		}
		wide := turn < 5 || turn > 8
		if (p.Width == 64) != wide || (p.Height == 32) != wide {
			t.Errorf("orientation %d: %dx%d", turn, p.Width, p.Height)
		}
		if bytes.Contains(p.Thumb, []byte("GPS")) || bytes.Contains(p.Thumb, []byte("Exif")) {
			t.Errorf("orientation %d: the thumbnail has metadata", turn)
		}
		img, _, err := image.Decode(bytes.NewReader(p.Thumb))
		if err != nil {
			t.Fatal(err)
		}
		x, y := 4, 4
		if !at[0] {
			x = img.Bounds().Dx() - 5
		}
		if !at[1] {
			y = img.Bounds().Dy() - 5
		}
		if r, _, _, _ := img.At(x, y).RGBA(); r > 0x4000 {
			t.Errorf("orientation %d: the mark is not at %d,%d of %v", turn, x, y, img.Bounds())
		}
	}
}

// pngClaim is a PNG whose header claims a size that its content does not have.
func pngClaim(w, h uint32) []byte {
	b := bytes.Clone(encoded(1, 1))
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc(b[12:29]))
	return b
}

func TestBombsAreNotUnpacked(t *testing.T) {
	webp := func(w, h uint16) []byte { // a container of 1×1 around a big frame
		frame := append([]byte{0, 0, 0, 0x9d, 0x01, 0x2a}, byte(w), byte(w>>8), byte(h), byte(h>>8))
		b := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00VP8 "), 10, 0, 0, 0)
		return append(b, frame...)
	}
	for name, tt := range map[string]struct {
		media string
		b     []byte
	}{
		"wide":             {"image/png", pngClaim(60_000, 1)},
		"many pixels":      {"image/png", pngClaim(20_000, 20_000)},
		"no pixels":        {"image/png", pngClaim(0, 10)},
		"a lying WebP":     {"image/webp", webp(16383, 16383)},
		"cut off":          {"image/png", encoded(50, 50)[:60]},
		"half of a JPEG":   {"image/jpeg", []byte("\xff\xd8\xff\xe1\x00\x10Exif")},
		"a WebP of chunks": {"image/webp", []byte("RIFF\x00\x00\x00\x00WEBP" + strings.Repeat("JUNK\x00\x00\x00\x00", 100))},
		"nothing":          {"image/gif", nil},
	} {
		if p, err := blobs.Look(bytes.NewReader(tt.b), tt.media); err == nil {
			t.Errorf("%s: passed as %+v", name, p)
		}
	}
	// Big, but not beyond all measure: shown, without a thumbnail.
	p, err := blobs.Look(bytes.NewReader(pngClaim(8000, 7000)), "image/png")
	if err != nil || p.Thumb != nil || p.Width != 8000 {
		t.Errorf("a big picture: %+v, %v", p, err)
	}
}

func FuzzLook(f *testing.F) {
	for _, media := range []string{"image/png", "image/jpeg", "image/gif"} {
		f.Add(picture(f, media, 8, 8), media)
	}
	f.Add(withEXIF(picture(f, "image/jpeg", 8, 8), 6), "image/jpeg")
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8L\x05\x00\x00\x00\x2f\x00\x00\x00\x00"), "image/webp")
	f.Fuzz(func(t *testing.T, b []byte, media string) {
		if !blobs.IsPicture(media) {
			return
		}
		p, err := blobs.Look(bytes.NewReader(b), media)
		if err == nil && (p.Width < 1 || p.Height < 1 || len(p.Thumb) > 4<<20) {
			t.Errorf("%s: %dx%d", media, p.Width, p.Height)
		}
	})
}
