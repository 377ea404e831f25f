package store

import (
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Longer facts are stored pressed: a digit that names the dictionary, and behind it
// the base64 of what zstd made of the JSON with that dictionary. JSON begins with a
// brace, so the two cannot be taken for each other; shorter facts, and all of older
// programs, are JSON. Hashes are over what is stored. A dictionary is never changed:
// another one has another digit.
const (
	pressFrom  = 200     // bytes of JSON
	pressedMax = 4 << 20 // bytes of JSON that one stored fact may become
	pressed1   = '1'
)

//go:embed press/1.txt
var dictionary1 []byte

// press is shared by all: both of its halves may be used at the same time.
type press struct {
	in  *zstd.Encoder
	out *zstd.Decoder
}

var presses = sync.OnceValues(func() (press, error) {
	in, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(1, dictionary1), zstd.WithWindowSize(64<<10), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return press{}, err
	}
	out, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(1, dictionary1), zstd.WithDecoderMaxMemory(pressedMax), zstd.WithDecoderLowmem(true))
	return press{in, out}, err
})

// pressed is what is stored of a fact's JSON.
func pressed(data []byte) (string, error) {
	if len(data) < pressFrom {
		return string(data), nil
	}
	p, err := presses()
	if err != nil {
		return "", fmt.Errorf("press a fact: %w", err)
	}
	small := p.in.EncodeAll(data, make([]byte, 0, len(data)))
	out := make([]byte, 1, 1+base64.RawStdEncoding.EncodedLen(len(small)))
	out[0] = pressed1
	if out = base64.RawStdEncoding.AppendEncode(out, small); len(out) < len(data) {
		return string(out), nil
	}
	return string(data), nil
}

// plain is the JSON of what is stored; it may be the same bytes.
func plain(stored []byte) ([]byte, error) {
	if len(stored) == 0 || stored[0] != pressed1 {
		return stored, nil
	}
	p, err := presses()
	if err != nil {
		return nil, fmt.Errorf("open a fact: %w", err)
	}
	small, err := base64.RawStdEncoding.AppendDecode(make([]byte, 0, base64.RawStdEncoding.DecodedLen(len(stored))), stored[1:])
	if err != nil {
		return nil, errors.New("open a fact: its bytes are no base64")
	}
	out, err := p.out.DecodeAll(small, make([]byte, 0, 8*len(small)))
	if err != nil {
		return nil, fmt.Errorf("open a fact: %w", err)
	}
	return out, nil
}
