package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"madoguchi/internal/picture"
)

func painted(w, h int, c color.Color) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, c)
		}
	}
	return m
}

func encoded(t *testing.T, format string, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, m)
	case "jpeg":
		err = jpeg.Encode(&b, m, nil)
	case "gif":
		err = gif.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesBecomeSmaller(t *testing.T) {
	t.Parallel()
	red := color.NRGBA{R: 250, A: 255}
	for _, c := range []struct {
		format     string
		w, h       int
		wantW, hgt int
	}{
		{"png", 1000, 500, 320, 160}, {"jpeg", 500, 1000, 160, 320}, {"gif", 640, 640, 320, 320}, {"png", 7, 3, 7, 3}, {"png", 320, 320, 320, 320},
		{"png", 5000, 1, 320, 1}, {"jpeg", 321, 1, 320, 1},
	} {
		out, err := picture.Smaller(bytes.NewReader(encoded(t, c.format, painted(c.w, c.h, red))), 320)
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		got, format, err := image.Decode(bytes.NewReader(out))
		if err != nil || format != "jpeg" || got.Bounds() != image.Rect(0, 0, c.wantW, c.hgt) {
			t.Fatalf("%+v: %s %v %v", c, format, got.Bounds(), err)
		}
		if r, g, b, _ := got.At(c.wantW/2, c.hgt/2).RGBA(); r>>8 < 230 || g>>8 > 20 || b>>8 > 20 {
			t.Errorf("%+v: the middle is %d %d %d", c, r>>8, g>>8, b>>8)
		}
	}
	out, err := picture.Smaller(bytes.NewReader(encoded(t, "png", painted(10, 10, color.NRGBA{R: 1}))), 320)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := jpeg.Decode(bytes.NewReader(out))
	if r, _, _, _ := got.At(5, 5).RGBA(); r>>8 < 250 {
		t.Errorf("what shines through is %d, not white", r>>8)
	}
}

// header is a PNG that says how large it is and holds nothing of it.
func header(w, h uint32, depth, kind byte) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	b = binary.BigEndian.AppendUint32(b, w)
	b = binary.BigEndian.AppendUint32(b, h)
	b = append(b, depth, kind, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

// frame is a JPEG that ends after its frame's head.
func frame(marker byte, w, h uint16) []byte {
	b := []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xff")
	b = append(b, marker, 0, 17, 8)
	b = binary.BigEndian.AppendUint16(b, h)
	b = binary.BigEndian.AppendUint16(b, w)
	return append(b, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)
}

// T24: a picture that would take too much is refused before it is decoded.
func TestFloodsOfPixelsAreNotDecoded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data  []byte
		flood bool
	}{
		"50k x 50k":             {header(50_000, 50_000, 8, 6), true},
		"one row":               {header(1<<31-1, 1, 8, 6), true},
		"a pixel too many":      {header(40_000_001, 1, 8, 6), true},
		"all that is allowed":   {header(40_000_000, 1, 8, 6), false},
		"16 bits":               {header(5000, 4001, 16, 6), true},
		"50k x 50k, jpeg":       {frame(0xc0, 50_000, 50_000), true},
		"progressive":           {frame(0xc2, 4000, 4000), true},
		"nothing":               {nil, false},
		"no picture":            {[]byte("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), false},
		"half of one":           {encoded(t, "png", painted(100, 100, color.White))[:200], false},
		"a head and no picture": {header(100, 100, 8, 6), false},
	} {
		_, err := picture.Smaller(bytes.NewReader(c.data), 320)
		if !errors.Is(err, picture.ErrNone) || strings.Contains(err.Error(), " pixels") != c.flood {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Bytes that are broken anywhere give a picture or none, and end.
func TestBrokenPictures(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, format := range []string{"png", "jpeg", "gif"} {
		good := encoded(t, format, painted(40, 30, color.NRGBA{G: 200, A: 128}))
		for range 300 {
			b := bytes.Clone(good)
			for range 1 + rng.IntN(4) {
				b[rng.IntN(len(b))] = byte(rng.Uint32())
			}
			if _, err := picture.Smaller(bytes.NewReader(b), 32); err != nil && !errors.Is(err, picture.ErrNone) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatal(format, err)
			}
		}
	}
}

// What is hidden in a picture does not get into the small one.
func TestNothingIsCarriedOver(t *testing.T) {
	t.Parallel()
	data := encoded(t, "jpeg", painted(64, 64, color.White))
	comment := []byte("<script>alert(1)</script>")
	b := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, byte(len(comment) + 2)}, comment...)
	b = append(b, data[2:]...)
	b = append(b, comment...)
	out, err := picture.Smaller(bytes.NewReader(b), 320)
	if err != nil || bytes.Contains(out, []byte("script")) {
		t.Error(err, "or the script came along")
	}
}

func BenchmarkSmaller(b *testing.B) {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, painted(4000, 3000, color.NRGBA{R: 90, G: 120, B: 30, A: 255}), nil); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := picture.Smaller(bytes.NewReader(buf.Bytes()), 320); err != nil {
			b.Fatal(err)
		}
	}
}
