// Archive plays an archive of mails to a desk and says how well it reads them: what
// becomes of each, which belong together, what is a report of a mail that did not
// arrive, and whether anything follows from reading the same mails again.
//
// It refuses to know whose archive it is: nothing of one is kept in this repository.
// Data layout: a desk in a temporary folder, of which nothing stays. Figures go to
// standard output; it ends with status 1 when a bar does not hold.
//
//	go run ./internal/archive PATH...            mails of people: files, folders, mailboxes in the mbox form
//	go run ./internal/archive -bounces PATH...   reports, all of them
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ok, err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "archive: %v\n", err)
		os.Exit(2)
	case !ok:
		os.Exit(1)
	}
}

// run carries out one command line and tells whether all bars hold.
func run(ctx context.Context, args []string, out io.Writer) (bool, error) {
	set := flag.NewFlagSet("archive", flag.ContinueOnError)
	set.SetOutput(os.Stderr)
	bounces := set.Bool("bounces", false, "the mails are reports of mails that did not arrive")
	half := set.Int("half", 0, "take every second mail alone: those with an odd (`1`) or even (2) place; 0: all")
	odd := set.Bool("names", false, "name mails that were read wrongly")
	if err := set.Parse(args); err != nil {
		return false, err
	}
	mails, err := readAll(set.Args())
	if err != nil {
		return false, err
	}
	if *half != 0 {
		mails = everySecond(mails, *half-1)
	}
	if len(mails) == 0 {
		return false, fmt.Errorf("no mails in %q", set.Args())
	}
	t := &table{out: out, names: *odd}
	if *bounces {
		t.reports(mails)
		return !t.missed, nil
	}
	t.listed(mails)
	if err := t.threads(ctx, mails); err != nil {
		return false, err
	}
	return !t.missed, t.silence(ctx, mails)
}

// mail is one of an archive.
type mail struct {
	name string
	raw  []byte
}

func everySecond(mails []mail, from int) (out []mail) {
	for i := from; i < len(mails); i += 2 {
		out = append(out, mails[i])
	}
	return out
}

// readAll reads files, folders and mailboxes, in the order of their names.
func readAll(paths []string) (out []mail, err error) {
	for _, path := range paths {
		err := filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			out = append(out, split(path, raw)...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// split gives the mails of a file: several where it begins as a mailbox does and
// holds more such lines behind empty ones (RFC 4155).
func split(name string, raw []byte) (out []mail) {
	if !bytes.HasPrefix(raw, []byte("From ")) {
		return []mail{{name, raw}}
	}
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	for i, part := range bytes.Split(append([]byte("\n\n"), raw...), []byte("\n\nFrom ")) {
		_, body, ok := bytes.Cut(part, []byte("\n"))
		if i == 0 || !ok || len(bytes.TrimSpace(body)) == 0 {
			continue
		}
		out = append(out, mail{fmt.Sprintf("%s:%d", name, i), append(slices.Clone(body), '\n')})
	}
	return out
}
