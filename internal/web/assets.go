package web

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
)

//go:embed all:assets/dist
var dist embed.FS

// assets are the addresses of what pages load; empty when nothing was bundled.
type assets struct {
	Style, Script string
	Icons         string            // style sheet of the icons, always there
	files         map[string][]byte // by hashed name
}

func readAssets() (assets, error) {
	a := assets{files: map[string][]byte{}}
	a.drawIcons()
	b, err := fs.ReadFile(dist, "assets/dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	names := map[string]string{}
	if err := json.Unmarshal(b, &names); err != nil {
		return a, fmt.Errorf("manifest of the assets: %w", err)
	}
	for _, name := range names {
		if a.files[name], err = fs.ReadFile(dist, "assets/dist/"+name); err != nil {
			return a, fmt.Errorf("asset %s: %w", name, err)
		}
	}
	a.Style, a.Script = "/assets/"+names["app.css"], "/assets/"+names["app.js"]
	return a, nil
}

// serveAsset gives a bundled file. Its name changes with what is in it, so it
// may be kept for ever.
func (s *site) serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	b, ok := s.assets.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	write(w, r, http.StatusOK, b)
}
