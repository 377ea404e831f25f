package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// formOf tells which forms keep drafts: their addresses.
func drafted(about string) bool {
	return about == newPath || strings.HasPrefix(about, "/requests/") && (strings.HasSuffix(about, "/comments") || strings.HasSuffix(about, "/notes"))
}

// draft is what the visitor has typed into a form before.
func (v *visit) draft(about string) (url.Values, error) {
	d, err := v.site.Store.Draft(v.Context(), v.who.Actor, about)
	return url.Values(d.Fields), err
}

// saveDraft keeps what is typed while it is typed; the script of a page sends it.
func (s *site) saveDraft(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	about := v.PostForm.Get("about")
	if !drafted(about) {
		return support.Refuse(support.NotFound, "page.absent")
	}
	fields := url.Values{}
	for name, values := range v.PostForm {
		if name != "about" && name != "seen" && name != "once" && name != "anyway" {
			fields[name] = values
		}
	}
	var err error
	if about == newPath {
		if fields, err = s.merged(v, fields); err == nil {
			err = s.Desk.SaveDraft(v.Context(), v.who.Actor, about, fields)
		}
	} else if strings.TrimSpace(fields.Get("text")) == "" {
		err = s.Desk.DropDraft(v.Context(), v.who.Actor, about)
	} else {
		err = s.Desk.SaveDraft(v.Context(), v.who.Actor, about, fields)
	}
	if err == nil {
		v.w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// newOnce names one showing of a form, so that it is carried out once however
// often it is sent.
func newOnce() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// once lets what the form asks happen once: the name comes of the session, which
// the database has not, and of the form.
func (v *visit) once(given string) (context.Context, *store.Once) {
	if given == "" {
		return v.Context(), nil
	}
	o := &store.Once{Name: sha256.Sum256([]byte(v.secret + "\n" + v.URL.Path + "\n" + given)), At: v.site.Real()}
	return store.WithOnce(v.Context(), o), o
}

// spent tells whether a form was carried out when it was sent before.
func (v *visit) spent(o *store.Once) bool {
	if o == nil {
		return false
	}
	_, ok, err := v.site.Store.Spent(v.Context(), o.Name)
	return err == nil && ok
}

// before is the request that a form has led to when it was sent before; 0 when it
// was not.
func (v *visit) before(o *store.Once) int64 {
	if o == nil {
		return 0
	}
	came, ok, err := v.site.Store.Spent(v.Context(), o.Name)
	if err != nil || !ok {
		return 0
	}
	return came.Request
}
