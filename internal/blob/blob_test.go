package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"madoguchi/internal/blob"
)

func folder(t *testing.T) *blob.Folder {
	t.Helper()
	f, err := blob.New(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func put(t *testing.T, f *blob.Folder, data []byte) blob.Ref {
	t.Helper()
	ref, err := f.Put(t.Context(), bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func all(t *testing.T, f *blob.Folder, ref blob.Ref) ([]byte, error) {
	t.Helper()
	r, err := f.Open(t.Context(), ref)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	return data, errors.Join(err, r.Close())
}

func lying(t *testing.T, f *blob.Folder) (files, parts []blob.Found) {
	t.Helper()
	err := f.Walk(t.Context(), func(x blob.Found) error {
		if x.Part {
			parts = append(parts, x)
		} else {
			files = append(files, x)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, parts
}

func TestWhatIsStoredIsGivenBack(t *testing.T) {
	t.Parallel()
	f := folder(t)
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, 511, 64<<10 - 1, 64 << 10, 64<<10 + 1, 3 * 64 << 10}).Draw(rt, "size")
		data := bytes.Repeat([]byte{rapid.Byte().Draw(rt, "byte")}, size)
		ref, err := f.Put(t.Context(), iotest.OneByteReader(bytes.NewReader(data[:min(size, 600)])), 600)
		if size <= 600 && err != nil || err == nil && ref.Size != int64(min(size, 600)) {
			rt.Fatal(ref, err)
		}
		ref = put(t, f, data)
		sum := sha256.Sum256(data)
		got, err := all(t, f, ref)
		if err != nil || !bytes.Equal(got, data) || ref.SHA256() != hex.EncodeToString(sum[:]) || ref.Size != int64(size) {
			rt.Fatal(len(got), err, ref)
		}
	})
}

// The same bytes twice are two files: one may go while the other stays.
func TestTheSameBytesAreTwoFiles(t *testing.T) {
	t.Parallel()
	f := folder(t)
	a, b := put(t, f, []byte("same")), put(t, f, []byte("same"))
	if a.Key == b.Key || a.SHA256() != b.SHA256() {
		t.Fatal(a, b)
	}
	for range 2 { // what is removed already is removed
		if err := f.Remove(a.Key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := all(t, f, a); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if got, err := all(t, f, b); err != nil || string(got) != "same" {
		t.Error(got, err)
	}
}

// A bit that turned, bytes that are missing or too many: nothing of it is given.
func TestDamageIsNeverGiven(t *testing.T) {
	t.Parallel()
	f := folder(t)
	data := bytes.Repeat([]byte("madoguchi"), 30_000)
	for name, hurt := range map[string]func([]byte) []byte{
		"first bit": func(b []byte) []byte { b[0] ^= 1; return b },
		"last bit":  func(b []byte) []byte { b[len(b)-1] ^= 0x80; return b },
		"shorter":   func(b []byte) []byte { return b[:len(b)-1] },
		"longer":    func(b []byte) []byte { return append(b, 0) },
		"empty":     func([]byte) []byte { return nil },
		"zeros":     func(b []byte) []byte { return make([]byte, len(b)) },
	} {
		ref := put(t, f, data)
		if err := os.WriteFile(filepath.Join(f.Dir(), ref.Key), hurt(bytes.Clone(data)), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := all(t, f, ref); !errors.Is(err, blob.ErrDamaged) || got != nil {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// T10: a copy is the same file under the same key, in one go or the second time; one
// that is damaged here is not there.
func TestCopiesAreWhole(t *testing.T) {
	t.Parallel()
	here, there := folder(t), folder(t)
	data := bytes.Repeat([]byte("madoguchi"), 30_000)
	whole, hurt := put(t, here, data), put(t, here, data)
	if err := os.WriteFile(filepath.Join(there.Dir(), whole.Key[:2]+".part-"+whole.Key[len(whole.Key)-16:]), []byte("broken off"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := here.Copy(t.Context(), whole, there); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := all(t, there, whole); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	data[70_000] ^= 1
	if err := os.WriteFile(filepath.Join(here.Dir(), hurt.Key), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := here.Copy(t.Context(), hurt, there); !errors.Is(err, blob.ErrDamaged) {
		t.Error(err)
	}
	if files, parts := lying(t, there); len(files) != 1 || len(parts) > 0 {
		t.Error(files, parts)
	}
}

// What does not end well leaves nothing: too many bytes, a reader that fails, a
// caller who went.
func TestWhatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	f := folder(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	broken := errors.New("the line was cut")
	for _, c := range []struct {
		ctx  context.Context
		r    io.Reader
		want error
	}{
		{t.Context(), strings.NewReader("12345"), blob.ErrTooLarge},
		{t.Context(), io.MultiReader(strings.NewReader("123"), iotest.ErrReader(broken)), broken},
		{gone, strings.NewReader("123"), context.Canceled},
	} {
		if _, err := f.Put(c.ctx, c.r, 4); !errors.Is(err, c.want) {
			t.Errorf("%v instead of %v", err, c.want)
		}
	}
	if files, parts := lying(t, f); len(files)+len(parts) > 0 {
		t.Error(files, parts)
	}
}

// Only a key leads to a file, and only to one in the folder.
func TestKeysLeadNowhereElse(t *testing.T) {
	t.Parallel()
	f := folder(t)
	good := put(t, f, []byte("x")).Key
	for _, key := range []string{
		"", ".", "..", "/etc/passwd", "../" + good, good + "/..", good[:1], strings.ToUpper(good), "00/" + good[2:], good[:len(good)-1] + "/",
		strings.Replace(good, "/", "\\", 1), strings.Replace(good, good[2:6], "../.", 1), good[:len(good)-1] + "\x00", good[:2] + ".part-0123456789abcdef",
	} {
		if key == good {
			continue
		}
		if _, err := f.Open(t.Context(), blob.Ref{Key: key, Size: 1}); !errors.Is(err, blob.ErrKey) {
			t.Errorf("%q opens: %v", key, err)
		}
		if err := f.Remove(key); !errors.Is(err, blob.ErrKey) {
			t.Errorf("%q is removed: %v", key, err)
		}
		if err := f.RemovePart(key); !errors.Is(err, blob.ErrKey) && key != good[:2]+".part-0123456789abcdef" {
			t.Errorf("%q is removed as a part: %v", key, err)
		}
		if sum := (blob.Ref{Key: key}).SHA256(); sum != "" {
			t.Errorf("%q has the sum %q", key, sum)
		}
	}
}

// What is not ours in the folder is left alone; a folder that is not there is
// empty.
func TestWalkSeesItsOwn(t *testing.T) {
	t.Parallel()
	f := folder(t)
	ref := put(t, f, []byte("x"))
	part := ref.Key[:2] + ".part-0123456789abcdef"
	for _, name := range []string{part, ref.Key[:2] + "notes.txt", "README"} {
		if err := os.WriteFile(filepath.Join(f.Dir(), name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, parts := lying(t, f)
	if len(files) != 1 || files[0].Ref != ref || len(parts) != 1 || parts[0].Key != part || parts[0].Changed.IsZero() {
		t.Error(files, parts)
	}
	if err := f.RemovePart(part); err != nil {
		t.Error(err)
	}
	if _, parts = lying(t, f); len(parts) > 0 {
		t.Error(parts)
	}
	nowhere := blob.At(filepath.Join(t.TempDir(), "nothing"))
	if files, parts := lying(t, nowhere); len(files)+len(parts) > 0 {
		t.Error(files, parts)
	}
	if _, err := os.Stat(nowhere.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Error("looking made the folder")
	}
}
