package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"madoguchi/internal/notify"
)

// Files is an [Outbox] for desks without a smarthost: one .eml file for each
// mail in Dir, named after its Message-ID, so that the same mail sent twice is
// one file. A file is whole or absent, also after a power loss.
type Files struct {
	Dir string
}

// Send writes the file. An error leaves no half-written file under its name.
func (f Files) Send(ctx context.Context, m notify.Mail) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	name := fileName(m.MessageID)
	if name == "" {
		return fmt.Errorf("outbox: a mail without a Message-ID cannot be kept apart from others: %w", ErrPermanent)
	}
	if err := writeWhole(filepath.Join(f.Dir, name+".eml"), m.EML()); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// fileName keeps of a Message-ID what is a plain file name everywhere.
func fileName(id string) string {
	id = strings.Trim(id, "<>")
	name := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.ContainsRune(".-_@", c):
			return c
		}
		return '_'
	}, id)
	if len(name) > 200 {
		name = name[:200]
	}
	return strings.TrimLeft(name, ".")
}

func writeWhole(path string, body []byte) (err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if _, err = tmp.Write(body); err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	d, openErr := os.Open(dir)
	if openErr != nil {
		return nil // the file is in place; its name is as durable as the folder allows
	}
	defer d.Close()
	return d.Sync()
}
