// Package blob keeps the bytes of files: each whole and durable under a key of
// its own, or not at all.
//
// It refuses to know whose a file is, what it is called and who may have it:
// that stands in the database, which names a file by its key. How a browser is
// given one ([Serve]) is the same at every door. Only what a row
// names counts; whatever else lies in the folder is left over and may go.
//
// Data layout: DIR/7/SHA256.7XXXXXXXXXXXXXXX, the file's SHA-256 and a random
// part in hexadecimal, in one of sixteen folders. A key is never used again: two
// uploads of the same bytes are two files, so that one may be removed while the
// other arrives, on whichever node, and nobody learns from it what others have
// sent. While a file arrives it is called .part-XXXXXXXXXXXXXXXX in the folder
// that it will lie in. The methods are those that an object store has as well.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrTooLarge says that more bytes came than were allowed.
var ErrTooLarge = errors.New("more bytes than allowed")

// ErrDamaged says that what lies there is not what was stored: another size, or
// other bytes.
var ErrDamaged = errors.New("the stored file is damaged")

// ErrKey says that something is no key.
var ErrKey = errors.New("no key of a file")

const (
	randomBytes = 8
	hexSum      = 2 * sha256.Size
	hexRandom   = 2 * randomBytes
	keyLen      = 2 + hexSum + 1 + hexRandom // 7/SHA256.7XXXXXXXXXXXXXXX
	partPrefix  = ".part-"
	block       = 64 << 10
	subs        = "0123456789abcdef"
)

// Ref names a stored file. The zero value names none.
type Ref struct {
	Key  string
	Size int64 // bytes
}

// SHA256 is the sum of the file's bytes in hexadecimal; "" when the key is none.
func (r Ref) SHA256() string {
	if !valid(r.Key) {
		return ""
	}
	return r.Key[2 : 2+hexSum]
}

func valid(key string) bool {
	if len(key) != keyLen || key[1] != '/' || key[2+hexSum] != '.' || key[0] != key[3+hexSum] {
		return false
	}
	return lowHex(key[:1]) && lowHex(key[2:2+hexSum]) && lowHex(key[3+hexSum:])
}

func lowHex(s string) bool { return strings.Trim(s, subs) == "" }

// Folder keeps files in a folder of one file system. It is safe for concurrent
// use, also by several processes.
type Folder struct {
	dir string
}

// New makes the folder where it is missing, readable by its owner alone, and
// returns when that is durable.
func New(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	for _, sub := range subs {
		if err := os.Mkdir(filepath.Join(dir, string(sub)), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("folder of files: %w", err)
		}
	}
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := syncFolder(d); err != nil {
			return nil, fmt.Errorf("folder of files: %w", err)
		}
	}
	return &Folder{dir}, nil
}

// At looks at a folder that may not be there and makes nothing in it: for those
// who only read.
func At(dir string) *Folder { return &Folder{dir} }

// Dir is where the folder lies.
func (f *Folder) Dir() string { return f.dir }

func (f *Folder) path(key string) (string, error) {
	if !valid(key) {
		return "", ErrKey
	}
	return filepath.Join(f.dir, filepath.FromSlash(key)), nil
}

// Put stores what r gives and returns when that is durable. More than limit bytes
// are [ErrTooLarge]. After an error nothing is stored.
func (f *Folder) Put(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	var b [randomBytes]byte
	_, _ = rand.Read(b[:]) // never fails: the program stops instead
	id := hex.EncodeToString(b[:])
	dir := filepath.Join(f.dir, id[:1])
	part := filepath.Join(dir, partPrefix+id)
	sum, size, err := write(part, reader(ctx, r), limit)
	if err != nil {
		return Ref{}, gone(fmt.Errorf("store file: %w", err), part)
	}
	ref := Ref{Key: id[:1] + "/" + sum + "." + id, Size: size}
	path, err := f.path(ref.Key)
	if err != nil {
		return Ref{}, gone(err, part)
	}
	if err := os.Rename(part, path); err != nil {
		return Ref{}, gone(fmt.Errorf("store file: %w", err), part)
	}
	if err := syncFolder(dir); err != nil {
		return Ref{}, gone(fmt.Errorf("store file: %w", err), path)
	}
	return ref, nil
}

// Copy puts a file into another folder under the same key, and returns when that is
// durable. What is damaged is not copied; one that lies there already stays, as
// the same key is the same file.
func (f *Folder) Copy(ctx context.Context, ref Ref, into *Folder) (err error) {
	path, err := into.path(ref.Key)
	if err != nil {
		return err
	}
	if info, err := os.Lstat(path); err == nil && info.Size() == ref.Size {
		return nil
	}
	from, err := f.open(ref)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	dir, id := filepath.Split(path)
	part := filepath.Join(dir, partPrefix+id[len(id)-hexRandom:])
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a copy that was broken off
		return fmt.Errorf("copy file: %w", err)
	}
	sum, _, err := write(part, reader(ctx, from), ref.Size)
	if err == nil && sum != ref.SHA256() {
		err = ErrDamaged
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return gone(fmt.Errorf("copy file: %w", err), part)
	}
	return syncFolder(filepath.Clean(dir))
}

// gone removes what an error has left behind. What cannot be removed is named by
// nobody, and [Folder.Walk] finds it.
func gone(err error, path string) error {
	if left := os.Remove(path); left != nil && !errors.Is(left, fs.ErrNotExist) {
		return errors.Join(err, left)
	}
	return err
}

// write fills a new file and returns when its bytes are durable. After a failed
// sync nothing is known of the bytes, so it is not tried again.
func write(path string, r io.Reader, limit int64) (sum string, size int64, err error) {
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h := sha256.New()
	size, err = io.CopyBuffer(onlyWriter{io.MultiWriter(w, h)}, io.LimitReader(r, limit+1), make([]byte, block))
	if err == nil && size > limit {
		err = ErrTooLarge
	}
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, w.Sync()
}

// onlyWriter hides other methods, so that copies go through our buffer.
type onlyWriter struct{ io.Writer }

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// reader ends with the context.
func reader(ctx context.Context, r io.Reader) io.Reader { return &ending{ctx, r} }

type ending struct {
	ctx context.Context
	r   io.Reader
}

func (e *ending) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.r.Read(p)
}

func (f *Folder) open(ref Ref) (*os.File, error) {
	path, err := f.path(ref.Key)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	info, err := file.Stat()
	if err == nil && (!info.Mode().IsRegular() || info.Size() != ref.Size) {
		err = fmt.Errorf("read file: %d bytes instead of %d: %w", info.Size(), ref.Size, ErrDamaged)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// Open reads a file through and gives it, from any place of it, only when every
// byte is the one that was stored. One that is not there is [fs.ErrNotExist], one
// of other bytes [ErrDamaged].
func (f *Folder) Open(ctx context.Context, ref Ref) (io.ReadSeekCloser, error) {
	file, err := f.open(ref)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	_, err = io.CopyBuffer(onlyWriter{h}, onlyReader{reader(ctx, file)}, make([]byte, block))
	if err == nil && hex.EncodeToString(h.Sum(nil)) != ref.SHA256() {
		err = ErrDamaged
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read file: %w", err), file.Close())
	}
	return file, nil
}

// onlyReader hides other methods, as [onlyWriter] does.
type onlyReader struct{ io.Reader }

// Remove removes a file; one that is not there is removed already. It returns
// when that is durable.
func (f *Folder) Remove(key string) error {
	path, err := f.path(key)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove file: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove file: %w", err)
	}
	return nil
}

// Found is something that lies in the folder.
type Found struct {
	Ref
	// Part: it is no file but what an upload has left, or is just writing; its key
	// is for [Folder.RemovePart] alone.
	Part    bool
	Changed time.Time
}

// Walk gives all that lies in the folder, in order of the keys. What is no file
// of ours is passed over; a folder that is not there holds nothing.
func (f *Folder) Walk(ctx context.Context, found func(Found) error) error {
	for _, sub := range subs {
		entries, err := os.ReadDir(filepath.Join(f.dir, string(sub)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("walk files: %w", err)
		}
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			key := string(sub) + "/" + e.Name()
			part := isPart(key)
			if !part && !valid(key) {
				continue
			}
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed meanwhile
			}
			if err != nil {
				return fmt.Errorf("walk files: %w", err)
			}
			if err := found(Found{Ref{key, info.Size()}, part, info.ModTime()}); err != nil {
				return err
			}
		}
	}
	return nil
}

func isPart(key string) bool {
	id, ok := strings.CutPrefix(key[min(2, len(key)):], partPrefix)
	return ok && len(id) == hexRandom && lowHex(id)
}

// RemovePart removes what an upload has left.
func (f *Folder) RemovePart(key string) error {
	if !isPart(key) || !lowHex(key[:1]) {
		return ErrKey
	}
	if err := os.Remove(filepath.Join(f.dir, filepath.FromSlash(key))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove part: %w", err)
	}
	return nil
}
