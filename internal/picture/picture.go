// Package picture makes small pictures of large ones that strangers have sent.
//
// It refuses to know where a picture comes from and who looks at it. It reads how
// large one is before it reads the picture, decodes none that would take too much
// memory, and gives what it has painted itself, never bytes that came in.
//
// Data layout: none. What goes in are the bytes of a PNG, JPEG or GIF, what comes
// out are those of a JPEG.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the first picture of a GIF
	"image/jpeg"
	_ "image/png"
	"io"
)

// Bounds of what is decoded: so many pixels, and so many bytes in memory.
const (
	MaxPixels = 40_000_000
	maxMemory = 4 * MaxPixels
)

// ErrNone says that there is nothing to make a small picture of: no picture, one
// that is broken, or one that is too large.
var ErrNone = errors.New("no picture that can be made smaller")

const (
	quality = 82
	grid    = 8 // places looked at along each side of a point, at most
)

// Smaller gives a JPEG of at most side pixels along each side. A picture that is
// smaller already keeps its size; what shines through is white.
func Smaller(r io.ReadSeeker, side int) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // a decoder that was led astray costs one picture
			out, err = nil, fmt.Errorf("%w: %v", ErrNone, p)
		}
	}()
	if err := affordable(r); err != nil {
		return nil, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	src, _, err := image.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, shrink(src, side), &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// affordable reads how large a picture is and what decoding it would take.
func affordable(r io.ReadSeeker) error {
	c, format, err := image.DecodeConfig(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	pixels := int64(c.Width) * int64(c.Height)
	if c.Width < 1 || c.Height < 1 || c.Width > MaxPixels || c.Height > MaxPixels || pixels > MaxPixels {
		return fmt.Errorf("%w: %d x %d pixels", ErrNone, c.Width, c.Height)
	}
	each := int64(4)
	switch c.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		each = 8
	}
	if format == "jpeg" {
		slow, err := progressive(r)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNone, err)
		}
		if slow { // all coefficients of three colours are held at once
			each = 15
		}
	}
	if each*pixels > maxMemory {
		return fmt.Errorf("%w: %d x %d pixels of %d bytes", ErrNone, c.Width, c.Height, each)
	}
	return nil
}

// progressive tells whether a JPEG's frame is one that is sent in several scans.
func progressive(r io.ReadSeeker) (bool, error) {
	if _, err := r.Seek(2, io.SeekStart); err != nil {
		return false, err
	}
	var head [4]byte
	for range 10_000 {
		if _, err := io.ReadFull(r, head[:2]); err != nil {
			return false, err
		}
		for head[0] == 0xff && head[1] == 0xff { // padding
			if _, err := io.ReadFull(r, head[1:2]); err != nil {
				return false, err
			}
		}
		switch m := head[1]; {
		case head[0] != 0xff:
			return true, nil // no decoder agrees on what this is: the worst is assumed
		case m == 0xc0 || m == 0xc1:
			return false, nil
		case m >= 0xc2 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc:
			return true, nil
		case m == 0x01 || m >= 0xd0 && m <= 0xd7:
			continue // without a length
		}
		if _, err := io.ReadFull(r, head[2:4]); err != nil {
			return false, err
		}
		n := int64(head[2])<<8 | int64(head[3])
		if _, err := r.Seek(max(n-2, 0), io.SeekCurrent); err != nil {
			return false, err
		}
	}
	return true, nil
}

// shrink averages over a grid of places for each point of the small picture.
func shrink(src image.Image, side int) image.Image {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > side {
		w, h = max(w*side/long, 1), max(h*side/long, 1)
	}
	at := points(src)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		y0, y1 := b.Min.Y+y*b.Dy()/h, b.Min.Y+(y+1)*b.Dy()/h
		for x := range w {
			x0, x1 := b.Min.X+x*b.Dx()/w, b.Min.X+(x+1)*b.Dx()/w
			out.SetRGBA(x, y, mean(at, x0, x1, y0, y1))
		}
	}
	return out
}

func points(src image.Image) func(x, y int) color.RGBA64 {
	if p, ok := src.(image.RGBA64Image); ok {
		return p.RGBA64At
	}
	return func(x, y int) color.RGBA64 {
		r, g, b, a := src.At(x, y).RGBA()
		return color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
	}
}

func mean(at func(x, y int) color.RGBA64, x0, x1, y0, y1 int) color.RGBA {
	nx, ny := min(x1-x0, grid), min(y1-y0, grid)
	var r, g, b, n uint64
	for j := range ny {
		for i := range nx {
			c := at(x0+i*(x1-x0)/nx, y0+j*(y1-y0)/ny)
			white := uint64(0xffff - c.A) // colours are multiplied with their alpha already
			r, g, b, n = r+uint64(c.R)+white, g+uint64(c.G)+white, b+uint64(c.B)+white, n+1
		}
	}
	return color.RGBA{R: uint8(r / n >> 8), G: uint8(g / n >> 8), B: uint8(b / n >> 8), A: 0xff}
}
