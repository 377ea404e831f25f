package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// icons are drawn in a square of 24, in lines; see [icon].
var icons = map[string]string{
	"list":   "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
	"plus":   "M12 5v14M5 12h14",
	"paper":  "M7 3h7l5 5v13H7zM14 3v5h5M10 13h6M10 17h6",
	"person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-4 4-6 8-6s7 2 8 6",
	"people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.7-3.6 3.2-5.5 6.5-5.5s5.8 1.9 6.5 5.5M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.9c1.9.8 3.1 2.6 3.5 5.1",
	"find":   "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16.5 16.5 21 21",
	"phone":  "M6 3h4l1.5 5L9 9.8a12 12 0 0 0 5.2 5.2L16 12.5l5 1.5v4c0 1.7-1.3 3-3 3C10.300 21 3 13.700 3 6c0-1.700 1.300-3 3-3z",
	"globe":  "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c2.500 2.600 3.800 5.600 3.800 9s-1.300 6.400-3.800 9c-2.500-2.600-3.800-5.600-3.800-9S9.500 5.600 12 3z",
	"sun":    "M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400",
	"clock":  "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
	"pause":  "M9 5v14M15 5v14",
	"alert":  "M12 4 2.500 20.500h19zM12 10v4.500M12 17.500h.01",
	"info":   "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500h.01",
	"done":   "M5 12.500 10 17.500 19.500 7",
	"yours":  "M20 12H5M11 6l-6 6 6 6",
	"ours":   "M4 12h15M13 6l6 6-6 6",
	"wait":   "M7 3h10M7 21h10M8 3c0 5 8 5 8 9s-8 4-8 9M16 3c0 5-8 5-8 9s8 4 8 9",
	"lock":   "M6 11h12v10H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
	"note":   "M5 4h14v11l-5 5H5zM14 20v-5h5M8.500 9h7M8.500 12.500h4",
	"move":   "M4 8h13M13 4l4 4-4 4M20 16H7M11 12l-4 4 4 4",
	"reply":  "M10 6 4 12l6 6M4 12h9c4 0 7 2.500 7 7",
	"flag":   "M6 21V4M6 5h12l-2.500 4L18 13H6",
	"up":     "M12 20V5M6 11l6-6 6 6",
	"leave":  "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
	"gear":   "M12 15.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3M5.300 5.300l2.100 2.100M16.600 16.600l2.100 2.100M5.300 18.700l2.100-2.100M16.600 7.400l2.100-2.100",
	"chart":  "M4 20V4M4 20h16M8 16v-5M12.500 16V7M17 16v-3",
	"gauge":  "M4.500 18.500a9 9 0 1 1 15 0M12 13.500l4.500-5.500M12 14.500a1 1 0 1 0 0-2 1 1 0 0 0 0 2z",
	"file":   "M14 3H6v18h12V7zM14 3v4h4",
	"link":   "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1",
	"empty":  "M3 13 6 5h12l3 8v6H3zM3 13h5l1.500 3h5L16 13h5",
	"key":    "M15 13a5 5 0 1 0-4.600-3L3 17.400V21h4v-3h3v-3l1.600-1.600c1 .4 2.200.600 3.400.600zM16.500 7.500h.01",
	"chat":   "M4 5h16v11H10l-5 4v-4H4z",
	"mail":   "M3 6h18v12H3zM3 7l9 7 9-7",
	"print":  "M7 8V3h10v5M7 17H4V8h16v9h-3M7 13h10v8H7z",
	"close":  "M6 6l12 12M18 6 6 18",
}

// drawIcons puts the icons among the assets: one picture in which they stand one
// below the other, and a style sheet that tells where each is. A page names an icon
// in forty bytes; its colour is that of the text.
func (a *assets) drawIcons() {
	names := slices.Sorted(maps.Keys(icons))
	var picture, style strings.Builder
	fmt.Fprintf(&picture, `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="%d" fill="none" stroke="#000" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">`, 24*len(names))
	for i, name := range names {
		fmt.Fprintf(&picture, `<path transform="translate(0 %d)" d="%s"/>`, 24*i, icons[name])
	}
	picture.WriteString("</svg>")
	fmt.Fprintf(&style, ":root{--icons:url(%s)", a.keep("icons", "svg", picture.String()))
	for i, name := range names {
		fmt.Fprintf(&style, ";--k-%s:%d", name, i)
	}
	style.WriteString("}")
	for _, name := range names {
		fmt.Fprintf(&style, ".i-%s{--k:var(--k-%s)}", name, name)
	}
	a.Icons = a.keep("icons", "css", style.String())
}

// keep puts a file that is made at the start among the assets, under a name that
// changes with it, and gives its address.
func (a *assets) keep(name, kind, content string) string {
	sum := sha256.Sum256([]byte(content))
	name += "-" + hex.EncodeToString(sum[:5]) + "." + kind
	a.files[name] = []byte(content)
	return "/assets/" + name
}
