package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// toldChanges bounds how many changes a refusal names in its sentence; its list
// has all.
const toldChanges = 3

// entityTag is the version of a request as a header: the seq of its last fact.
func entityTag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// readInput names a request, and the version that the caller has of it.
type readInput struct {
	Numbered
	IfNoneMatch string `header:"If-None-Match" maxLength:"1024" doc:"The versions that the caller has: when the request still is at one of them the answer is 304 without a body"`
}

// shown is a request with its version. Words in it depend on who asks, and in
// which language.
type shown struct {
	Status int
	ETag   string `header:"ETag" doc:"The version: seq of the last fact, in quotation marks"`
	Vary   string `header:"Vary"`
	Body   requestView
}

func (c *call) showUnlessKnown(ctx context.Context, in *readInput) (*shown, error) {
	r, err := c.read(ctx, &in.Numbered)
	if err != nil {
		return nil, err
	}
	out := &shown{Status: http.StatusOK, ETag: entityTag(r.Seq), Vary: "Authorization, Accept-Language"}
	if known(in.IfNoneMatch, out.ETag) {
		out.Status = http.StatusNotModified
		return out, nil
	}
	out.Body, err = c.show(ctx, r)
	return out, err
}

// known tells whether a list of entity tags names one. A weak tag is as good as
// a strong one for reading (RFC 9110, 13.1.2).
func known(list, tag string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(one string) bool {
		one = strings.TrimSpace(one)
		return one == "*" || strings.TrimPrefix(one, "W/") == tag
	})
}

// documentVersions tells of the answers that no type has.
func documentVersions(op *huma.Operation) {
	for _, p := range op.Parameters {
		switch p.Name {
		case "If-None-Match":
			op.Responses["304"] = &huma.Response{Description: "The request is still at a version that the caller has"}
		case "If-Match":
			op.Responses["412"] = &huma.Response{Description: "The request has changed since that version: `changes` says how", Content: op.Responses["default"].Content}
		}
	}
}

// movedOn says to who decided on a version what has changed since, in their
// language and as far as they see it. All other errors stay as they are.
func (c *call) movedOn(ctx context.Context, id, seen int64, err error) error {
	var e *support.Error
	if seen == 0 || !errors.As(err, &e) || e.Key != "request.moved_on" {
		return err
	}
	facts, problem := c.store.Facts(ctx, c.viewer, id)
	if problem != nil {
		return problem
	}
	changes, problem := c.events(ctx, desk.Since(facts, seen, c.actor))
	if problem != nil {
		return problem
	}
	var said []string
	for _, e := range changes[:min(len(changes), toldChanges)] {
		said = append(said, strings.TrimRight(e.Text, ".。"))
	}
	if len(changes) > toldChanges {
		said = append(said, "…")
	}
	p := c.refusal(support.Refuse(support.Conflict, "request.moved_on", "number", support.SpokenNumber(id), "changes", strings.Join(said, "; ")),
		http.StatusPreconditionFailed, string(support.Conflict))
	p.Changes = changes
	p.header = http.Header{"Etag": {entityTag(max(seen, int64(len(facts))))}}
	return p
}
