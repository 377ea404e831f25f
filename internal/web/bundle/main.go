// Command bundle makes what the pages load: it bundles the style sheets and
// scripts of internal/web/assets/src with the packages that npm has put beside
// them, and writes them under hashed names into internal/web/assets/dist, with
// a manifest from plain names to hashed ones. It is run by make assets, from the
// root of the project, and is no part of the program.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	root = "internal/web/assets"
	kept = "README" // of dist, which stands in the repository
)

func main() {
	if err := bundle(); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func bundle() error {
	dist := filepath.Join(root, "dist")
	r := api.Build(api.BuildOptions{
		EntryPoints: []string{root + "/src/app.js", root + "/src/app.css"}, Bundle: true, Outdir: dist, EntryNames: "[name]-[hash]",
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, Target: api.ES2022, Format: api.FormatESModule,
		LegalComments: api.LegalCommentsEndOfFile, Charset: api.CharsetUTF8, LogLevel: api.LogLevelWarning,
	})
	if len(r.Errors) > 0 {
		return errors.New("the sources do not bundle")
	}
	old, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, e := range old {
		if e.Name() != kept {
			if err := os.Remove(filepath.Join(dist, e.Name())); err != nil {
				return err
			}
		}
	}
	manifest := map[string]string{}
	for _, f := range r.OutputFiles {
		name := filepath.Base(f.Path)
		stem, _, _ := strings.Cut(name, "-")
		manifest[stem+filepath.Ext(name)] = name
		if err := os.WriteFile(filepath.Join(dist, name), f.Contents, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s %d bytes\n", name, len(f.Contents))
	}
	b, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "manifest.json"), append(b, '\n'), 0o644)
}
