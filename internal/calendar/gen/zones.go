//go:build ignore

// Zones packs the IANA zone data that came with the Go toolchain into the one file that package calendar embeds.
// It needs no network: the input is GOROOT/lib/time/zoneinfo.zip (public domain), its version stands in update.bash beside it.
//
// Run it with `go generate ./internal/calendar` after an upgrade of Go. New zone data moves due instants, so the version
// stands in every target that was computed with it.
package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

const out = "zoneinfo.gz"

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatalf("zones: %v", err)
	}
}

func run() error {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("ask go for its GOROOT: %w", err)
	}
	dir := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "time")
	version, err := version(filepath.Join(dir, "update.bash"))
	if err != nil {
		return err
	}
	archive, err := zip.OpenReader(filepath.Join(dir, "zoneinfo.zip"))
	if err != nil {
		return err
	}
	defer archive.Close()
	plain, names, err := pack(version, archive.File)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	zw, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := zw.Write(plain); err != nil {
		return err
	}
	if err := zw.Close(); err != nil {
		return err
	}
	fmt.Printf("%s: tzdata %s, %d names, %d bytes, %d packed\n", out, version, names, len(plain), packed.Len())
	return os.WriteFile(out, packed.Bytes(), 0o644)
}

func version(path string) (string, error) {
	script, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`(?m)^DATA=(\d{4}[a-z]+)$`).FindSubmatch(script)
	if found == nil {
		return "", errors.New(path + " names no DATA version")
	}
	return string(found[1]), nil
}

// pack lays out "tzdata VERSION", one line "name offset length" for each zone, an empty line, then the TZif blobs.
// Links share their blob; offsets count from the first byte after the empty line.
func pack(version string, files []*zip.File) (plain []byte, names int, err error) {
	sort.Slice(files, func(i, j int) bool { return files[i].Name < files[j].Name })
	var index, blobs bytes.Buffer
	fmt.Fprintf(&index, "tzdata %s\n", version)
	placed := map[string]int{}
	for _, f := range files {
		if strings.HasSuffix(f.Name, "/") || f.Name == "Factory" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, 0, err
		}
		blob, err := io.ReadAll(r)
		if err != nil {
			return nil, 0, err
		}
		at, ok := placed[string(blob)]
		if !ok {
			at = blobs.Len()
			placed[string(blob)] = at
			blobs.Write(blob)
		}
		fmt.Fprintf(&index, "%s %d %d\n", f.Name, at, len(blob))
		names++
	}
	index.WriteByte('\n')
	return append(index.Bytes(), blobs.Bytes()...), names, nil
}
