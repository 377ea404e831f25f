package web

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"
)

// visit is one view of a page, or one form that was sent: who is there, in which
// language and zone.
type visit struct {
	*http.Request
	frame
	w      http.ResponseWriter
	site   *site
	voice  lang.Voice
	who    auth.Visitor // zero: nobody is signed in
	enrols auth.Visitor // staff who have to choose a second factor first
	secret string       // of the cookie
	policy string       // what the answer may load; "" is [csp]
}

// cookies are what a browser keeps: the session, and what the reader chose.
const (
	langCookie  = "lang"
	themeCookie = "theme"
	keysCookie  = "keys"
	chosenFor   = 365 * 24 * 60 * 60 // seconds
)

// sessionCookie is the name under which the session's secret is kept. A browser
// takes one with __Host- for this host, this whole host and https alone (RFC
// 6265bis, section 4.1.3.2).
func (s *site) sessionCookie() string {
	return s.hosted("session")
}

func (s *site) cookie(name, value string, seconds int) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	}
}

// visit finds out who is there. A session that is not one is nobody.
func (s *site) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	v := &visit{Request: r, w: w, site: s}
	var err error
	if c, absent := r.Cookie(s.sessionCookie()); absent == nil {
		v.secret = c.Value
		v.who, err = auth.Visit(r.Context(), s.Store, c.Value, s.Real())
		err = s.half(v, c.Value, err)
	}
	v.who.Viewer.At = s.Desk.Now()
	v.voice = lang.Voice{Lang: v.language(), Zone: v.self().Zone, Pack: s.Desk.Pack()}
	v.frame = s.frame(v)
	return v, err
}

// language is the one that the reader chose, else the person's, else the first
// of the browser's that we speak.
func (v *visit) language() string {
	if c, err := v.Cookie(langCookie); err == nil && (c.Value == lang.English || c.Value == lang.Japanese) {
		return c.Value
	}
	if own := v.self().Language; own != "" {
		return lang.Base(own, true)
	}
	for tag := range strings.SplitSeq(v.Header.Get("Accept-Language"), ",") {
		tag, _, _ = strings.Cut(strings.TrimSpace(tag), ";")
		if base, _, _ := strings.Cut(tag, "-"); base == lang.English || base == lang.Japanese {
			return base
		}
	}
	return lang.English
}

// self is who is there, a second factor chosen or not.
func (v *visit) self() auth.Visitor {
	if v.enrols.Actor.ID != 0 {
		return v.enrols
	}
	return v.who
}

func (v *visit) signedIn() bool { return v.who.Actor.ID != 0 }
func (v *visit) customer() bool { return v.who.Actor.Kind == support.Customer }
func (v *visit) staff() bool    { return v.who.Actor.Kind == support.Vendor }

// has tells whether a member of staff has a role.
func (v *visit) has(r support.Role) bool { return slices.Contains(v.who.Viewer.Roles, r) }

// viewer is who reads.
func (v *visit) viewer() store.Viewer { return v.who.Viewer }

// parse reads the form; what is too large is refused.
func (v *visit) parse() error {
	if err := v.ParseForm(); err != nil {
		return v.unreadable(err)
	}
	return nil
}

// unreadable says why a form could not be read.
func (v *visit) unreadable(err error) error {
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return support.Refuse(support.TooLarge, "api.too_large", "limit", strconv.FormatInt(long.Limit, 10))
	}
	return support.Refuse(support.Invalid, "page.form_unreadable")
}

// refusal says a refusal in words.
func (v *visit) refusal(err error) string {
	var e *support.Error
	if errors.As(err, &e) {
		return v.voice.Error(e)
	}
	return v.T("failed.text")
}

// reference names a failure, on the page and in the log.
func (v *visit) reference() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// show answers with a page, whole or not at all.
func (v *visit) show(status int, c templ.Component) {
	b := sheets.Get().(*bytes.Buffer)
	defer sheets.Put(b)
	b.Reset()
	if err := c.Render(v.Context(), b); err != nil {
		v.site.Log.Error("render page", "route", v.Pattern, "cause", err)
		http.Error(v.w, "500", http.StatusInternalServerError)
		return
	}
	v.head("text/html; charset=utf-8")
	write(v.w, v.Request, status, b.Bytes())
}

// json answers a script of ours.
func (v *visit) json(x any) error {
	b, err := json.Marshal(x)
	if err == nil {
		v.head("application/json")
		write(v.w, v.Request, http.StatusOK, b)
	}
	return err
}

// head says what an answer is, and that it is for this browser and this site
// alone.
func (v *visit) head(kind string) {
	h := v.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Language", v.Lang)
	h.Set("Content-Security-Policy", cmp.Or(v.policy, csp))
	if h.Get("Referrer-Policy") == "" {
		h.Set("Referrer-Policy", "same-origin")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if v.site.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// page is show with 200, as the end of a handler.
func (v *visit) page(c templ.Component) error {
	v.show(http.StatusOK, c)
	return nil
}

// goTo ends a form: the browser reads the page at path (RFC 9110, section
// 15.4.4), which says what was done in the words of the key, "" for none.
func (v *visit) goTo(path, told string) error {
	if told != "" {
		u, err := url.Parse(path)
		if err != nil {
			return err
		}
		q := u.Query()
		q.Set("told", told)
		u.RawQuery = q.Encode()
		path = u.String()
	}
	http.Redirect(v.w, v.Request, path, http.StatusSeeOther)
	return nil
}

// back is an address of ours to which a form asks to return, else the first page.
func (v *visit) back(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}

var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, 4)
	return z
}}

// sheets are what pages are written on before they go out, in one piece.
var sheets = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }}

// write sends bytes, compressed when the browser takes that and it is worth it. They
// go out as one piece: a browser that gets a part first shows that, and moves it for
// what comes behind.
func write(w http.ResponseWriter, r *http.Request, status int, b []byte) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if len(b) < 1400 || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Length", strconv.Itoa(len(b)))
		w.WriteHeader(status)
		_, _ = w.Write(b)
		return
	}
	z, packed := zippers.Get().(*gzip.Writer), sheets.Get().(*bytes.Buffer)
	defer zippers.Put(z)
	defer sheets.Put(packed)
	packed.Reset()
	z.Reset(packed)
	_, _ = z.Write(b) // a buffer takes everything
	_ = z.Close()
	h.Set("Content-Encoding", "gzip")
	h.Set("Content-Length", strconv.Itoa(packed.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(packed.Bytes())
}

// frame is what every page shares.
type frame struct {
	Lang, Theme string
	Assets      assets
	Path        string // of this page, for coming back
	Nav         []navItem
	Counts      string // where the counts beside them come from
	Who         string // "" when nobody is signed in
	Staff       bool
	Number      string // of a customer, as it is spoken
	Help        []helpLine
	Phone       string // free of charge, of the customer's country
	Now         string // the desk's clock, where it stands still
	At          int64  // the desk's clock, in milliseconds
	Told        string
	Demo        bool
	Gate        bool   // one signs in with a password
	Palette     string // address of what the keyboard can do; "" for customers
	KeysOff     bool   // single keys do nothing
	Sought      string // what the box of the page holds
	v           lang.Voice
}

// navItem is one place to go.
type navItem struct {
	Path, Label, Icon string
	Here              bool
	Key               string // by which a page knows it
}

// helpLine is one telephone line: what for, and whether somebody answers now.
type helpLine struct {
	Text, State string
	Open        bool
}

// T is a word or sentence of the page, with names and values of its arguments.
func (f frame) T(key string, args ...string) string {
	return f.v.Say("page."+key, args...)
}

func (s *site) frame(v *visit) frame {
	now := s.Desk.Now()
	f := frame{
		Lang: v.voice.Lang, Assets: s.assets, Path: v.URL.RequestURI(), Staff: v.staff(), Demo: len(s.Cast) > 0, v: v.voice, At: now.UnixMilli(),
	}
	if c, err := v.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		f.Theme = c.Value
	}
	if v.Method != http.MethodGet {
		f.Path = v.URL.Path
	}
	if s.Still {
		f.Now = v.voice.Date(now)
	}
	if told := "page.told." + v.URL.Query().Get("told"); told != "page.told." && lang.Has(lang.English, told) {
		f.Told = v.voice.Message(told, nil)
	}
	self := v.self()
	if self.Actor.ID == 0 {
		return f
	}
	f.Who = lang.Name(f.Lang, lang.Person{Family: self.FamilyName, Given: self.GivenName}, v.customer())
	f.Gate = s.Desk.Gate() != nil
	if !v.signedIn() {
		return f
	}
	f.Nav = s.nav(v)
	if slices.ContainsFunc(f.Nav, func(n navItem) bool { return n.Key != "" }) {
		f.Counts = mailsPath + "/count"
	}
	if v.staff() {
		c, err := v.Cookie(keysCookie)
		f.Palette, f.KeysOff = s.palettes[f.Lang], err == nil && c.Value == "off"
	}
	if v.customer() {
		f.Number = support.SpokenCustomerNumber(v.who.Number)
		f.Phone, f.Help = s.help(v, now)
	}
	return f
}

// help is how support is reached by telephone, at the same place on every page.
func (s *site) help(v *visit, now time.Time) (string, []helpLine) {
	p := s.Desk.Pack()
	var out []helpLine
	for _, h := range support.PhoneLines(p, "", now) {
		line := helpLine{Open: h.Open, State: v.voice.Message("page.phone_open", nil)}
		if !h.Open {
			line.State = v.voice.Message("page.phone_closed", map[string]string{"at": v.voice.Date(h.NextOpenAt)})
		}
		for _, l := range p.Phone.Lines {
			if l.ID == h.Line {
				line.Text = l.Text.In(v.voice.Lang)
			}
		}
		out = append(out, line)
	}
	return p.Countries[v.who.Country].TollFree, out
}

// nav are the places of a customer or of staff.
func (s *site) nav(v *visit) []navItem {
	items := []navItem{{Path: "/", Label: "requests", Icon: "list"}}
	if v.customer() {
		items = append(items, navItem{Path: newPath, Label: "new", Icon: "plus"})
	}
	if v.staff() && v.decides("decide_mail") {
		items = append(items, navItem{Path: mailsPath, Label: "mails", Icon: "mail", Key: mailsPath})
	}
	items = append(items, navItem{Path: contractsPath, Label: "contracts", Icon: "paper"})
	if managers.lets(v) {
		items = append(items, navItem{Path: overviewPath, Label: "overview", Icon: "gauge"})
	}
	if v.staff() {
		items = append(items, navItem{Path: reportsPath, Label: "reports", Icon: "chart"})
		items = append(items, navItem{Path: managePath, Label: "manage", Icon: "gear"})
	}
	var out []navItem
	for _, x := range items {
		x.Label = v.voice.Message("page.nav."+x.Label, nil)
		x.Here = v.URL.Path == x.Path || x.Path != "/" && strings.HasPrefix(v.URL.Path, x.Path)
		out = append(out, x)
	}
	return out
}

// address is from where the browser comes: the last one that a proxy of ours has
// seen, which nobody can make up.
func (v *visit) address() string {
	at, err := netip.ParseAddrPort(v.RemoteAddr)
	if err != nil {
		return v.RemoteAddr
	}
	ip := at.Addr().Unmap()
	hops := strings.Split(strings.Join(v.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && v.site.proxy(ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop.Unmap()
	}
	return ip.String()
}

// proxy tells whether an address is that of a proxy of ours.
func (s *site) proxy(ip netip.Addr) bool {
	return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}
