package web

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// access is who may come through a route. What they may do there is decided by
// the core for each command, and what they see for each read.
type access string

const (
	anybody   access = "anybody"   // signed in or not
	signedIn  access = "signed in" // customers and staff
	known     access = "known"     // also staff who have a second factor to choose
	customers access = "customers"
	vendors   access = "staff"
	managers  access = "managers" // duty managers and administrators
	admins    access = "admins"
	duties    access = "duty managers" // and admins
)

// route is one address and who may come through it. Whoever may not is told
// that there is nothing, or, when not signed in, to sign in.
type route struct {
	pattern string // as of http.ServeMux
	access  access
	handle  func(*visit) error
}

// stays tells whether the answer goes on until its reader leaves.
func (r route) stays() bool { return strings.HasSuffix(r.pattern, "/live") }

// table is every address but those of assets.
func (s *site) table() []route {
	out := []route{
		{"GET /{$}", signedIn, s.list},
		{"GET /counts", vendors, s.counts},
		{"GET /live", vendors, s.queueLive},
		{"GET /requests/{number}/live", signedIn, s.requestLive},
		{"GET " + bulkPath, vendors, s.bulk},
		{"POST " + bulkPath, vendors, s.doBulk},
		{"POST /views", vendors, s.keep},
		{"POST /next", vendors, s.takeNext},
		{"GET /requests/{number}", signedIn, s.request},
		{"POST /requests/{number}/presence", vendors, s.present},
		{"GET /requests/{number}/why", vendors, s.why},
		{"GET /requests/{number}/survey", customers, s.survey},
		{"GET " + overviewPath, managers, s.overview},
		{"GET " + newPath, customers, s.newRequest},
		{"POST " + newPath, customers, s.nextStep},
		{"GET " + answersPath, customers, s.answers},
		{"POST /requests/new/suggestions", customers, s.suggestPart},
		{"POST /drafts", signedIn, s.saveDraft},
		{"POST /preferences", anybody, s.prefer},
		{"GET /", anybody, nowhere},
	}
	for _, a := range actions {
		out = append(out, route{"POST /requests/{number}/" + a.path, signedIn, s.act(a)})
	}
	out = append(out, s.macroRoutes()...)
	out = append(out, s.fileRoutes()...)
	out = append(out, s.contractRoutes()...)
	out = append(out, s.licenceRoutes()...)
	out = append(out, s.registrationRoutes()...)
	out = append(out, s.glassRoutes()...)
	out = append(out, s.planRoutes()...)
	out = append(out, s.profileRoutes()...)
	out = append(out, s.wayRoutes()...)
	out = append(out, s.alertRoutes()...)
	out = append(out, s.signInRoutes()...)
	out = append(out, s.factorRoutes()...)
	out = append(out, s.manageRoutes()...)
	out = append(out, s.reportRoutes()...)
	out = append(out, s.searchRoutes()...)
	out = append(out, s.mailRoutes()...)
	if len(s.Cast) > 0 {
		out = append(out,
			route{"POST /demo/sign-in", anybody, s.demoSignIn},
			route{"GET /design", anybody, s.design},
		)
	}
	if s.Mails != nil {
		out = append(out, s.outboxRoutes()...)
	}
	if s.Mails != nil && s.SendIn != nil {
		out = append(out, s.demoMailRoutes()...)
	}
	return out
}

func nowhere(*visit) error { return support.Refuse(support.NotFound, "page.absent") }

// lets tells whether a visitor may come through.
func (a access) lets(v *visit) bool {
	switch a {
	case anybody:
		return true
	case signedIn:
		return v.signedIn()
	case known:
		return v.self().Actor.ID != 0
	case customers:
		return v.customer()
	case vendors:
		return v.staff()
	case managers:
		return v.staff() && (v.has(support.RoleDuty) || v.has(support.RoleAdmin))
	case duties:
		return v.staff() && (v.has(support.RoleAdmin) || v.has(support.RoleDuty))
	case admins:
		return v.staff() && v.has(support.RoleAdmin)
	}
	return false
}

// pageWithin is how long a page may take, its waiting for the database among it.
const pageWithin = 10 * time.Second

// serve answers a route: errors of its handler become pages.
func (s *site) serve(r route) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		within := pageWithin
		switch {
		case bringsFiles(req):
			within = desk.UploadTime
		case strings.HasPrefix(req.URL.Path, reportsPath+"/"), entersSheets(req):
			within = reportWithin
		}
		ctx := req.Context()
		if !r.stays() {
			var end context.CancelFunc
			ctx, end = context.WithTimeout(store.Hurried(ctx), within)
			defer end()
		}
		req = req.WithContext(ctx)
		req.Body = http.MaxBytesReader(w, req.Body, s.most(req))
		v, err := s.visit(w, req)
		if err == nil && !r.access.lets(v) {
			if !v.signedIn() {
				s.toSignIn(v)
				return
			}
			err = nowhere(v)
		}
		if err == nil {
			err = r.handle(v)
		}
		if err != nil {
			s.fail(v, err)
		}
	}
}

// toSignIn sends who is not signed in to where they can, and back afterwards.
// What a form held is not lost: it can be sent again from the page that says so.
func (s *site) toSignIn(v *visit) {
	if v.enrols.Actor.ID != 0 {
		http.Redirect(v.w, v.Request, accessPath, http.StatusSeeOther)
		return
	}
	if v.Method == http.MethodGet || v.Method == http.MethodHead {
		http.Redirect(v.w, v.Request, "/sign-in?"+url.Values{"back": {v.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
		return
	}
	_ = v.parseWith(forgetFile) // what cannot be read is not kept
	v.show(http.StatusUnauthorized, endedView(v.kept("ended")))
}

// proveAgain sends whoever has to prove anew who they are to where they can. What a
// form held is kept beside, as in [site.toSignIn]; those of /access hold passwords
// and nothing worth keeping.
func (s *site) proveAgain(v *visit) {
	if v.Method == http.MethodGet || strings.HasPrefix(v.URL.Path, accessPath) {
		back := v.URL.RequestURI()
		if v.Method != http.MethodGet {
			back = accessPath
		}
		http.Redirect(v.w, v.Request, againPath(back), http.StatusSeeOther)
		return
	}
	v.show(http.StatusForbidden, endedView(v.kept("prove")))
}

// kept is a page that keeps what a form held until its sender has signed in.
func (v *visit) kept(words string) endedPage {
	p := endedPage{frame: v.frame, Words: words, Action: v.URL.RequestURI()}
	for _, name := range slices.Sorted(maps.Keys(v.PostForm)) {
		for _, value := range v.PostForm[name] {
			p.Fields = append(p.Fields, pair{name, value})
		}
	}
	return p
}

// proved refuses, with [auth.ErrAgain], whoever has not proved within a quarter of
// an hour who they are: what gives others rights, or opens what is shut, is not for
// whoever finds a browser signed in. [site.fail] lets them prove it and go on.
func (v *visit) proved() error { return auth.Fresh(v.self(), v.site.Real()) }

// proving is [visit.proved] before all of a handler.
func (s *site) proving(handle func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if err := v.proved(); err != nil {
			_ = v.parseWith(forgetFile) // what cannot be read is not kept
			return err
		}
		return handle(v)
	}
}

// forgetFile takes the files of a form whose sender is not signed in: nobody's
// files are kept.
func forgetFile(string, io.Reader) error { return nil }

// fail shows an error that no form has shown: what happened, what is safe, what
// to do, and a reference when it is ours.
func (s *site) fail(v *visit, err error) {
	if errors.Is(err, auth.ErrUnauthenticated) {
		s.toSignIn(v)
		return
	}
	if errors.Is(err, auth.ErrAgain) {
		s.proveAgain(v)
		return
	}
	switch code := support.CodeOf(err); code {
	case support.NotFound:
		p := failurePage{frame: v.frame, Title: v.T("absent.title"), Text: v.T("absent.text")}
		p.Path = "/" // where there is nothing, nobody returns to
		if v.staff() {
			p.Glass = glassPath
		}
		v.show(http.StatusNotFound, failureView(p))
	case "":
		ref := v.reference()
		s.Log.Error("page failed", "ref", ref, "method", v.Method, "route", v.Pattern, "cause", err)
		v.show(http.StatusInternalServerError, failureView(failurePage{
			frame: v.frame, Title: v.T("failed.title"), Text: v.T("failed.text"), Ref: ref,
		}))
	default:
		if code == support.Busy {
			v.w.Header().Set("Retry-After", "2")
		}
		v.show(statusOf(code), failureView(failurePage{frame: v.frame, Title: v.T("refused.title"), Text: v.refusal(err)}))
	}
}

// statusOf is how a refusal is told in HTTP.
func statusOf(c support.Code) int {
	switch c {
	case support.NotFound:
		return http.StatusNotFound
	case support.Forbidden, support.NotEntitled:
		return http.StatusForbidden
	case support.Conflict:
		return http.StatusConflict
	case support.TooLarge:
		return http.StatusRequestEntityTooLarge
	case support.Busy:
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}
