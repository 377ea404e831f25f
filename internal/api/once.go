package api

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Headers of repeated calls, after the IETF's draft of Idempotency-Key.
const (
	onceHeader   = "Idempotency-Key"
	onceReplayed = "Idempotency-Replayed"
	maxOnce      = 255 // characters of a key
)

// keyed is a call under a key: what was asked, digested while it is read, and
// the seal of its answer. Both come of the token, which the database has not.
type keyed struct {
	io.ReadCloser
	sum   hash.Hash
	name  [sha256.Size]byte
	token string
}

func (k *keyed) Read(p []byte) (int, error) {
	n, err := k.ReadCloser.Read(p)
	k.sum.Write(p[:n])
	return n, err
}

// changes tells whether a method may have a key: reads need none.
func changes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// key finds the key that a call is made under; nil without one. A stranger has
// no token by which keys could be told apart, so theirs is not looked at.
func (c *call) key() (*keyed, error) {
	r := c.request
	given := r.Header.Values(onceHeader)
	token := r.Header.Get("Authorization")
	if len(given) == 0 || !changes(r.Method) || token == "" {
		return nil, nil
	}
	plain := func(b rune) bool { return b < '!' || b > '~' }
	if len(given) > 1 || given[0] == "" || len(given[0]) > maxOnce || strings.ContainsFunc(given[0], plain) {
		return nil, support.Wrong(onceHeader, "api.once_form", "limit", strconv.Itoa(maxOnce))
	}
	if at := strings.LastIndexByte(token, ' '); at >= 0 {
		token = token[at+1:]
	}
	k := &keyed{ReadCloser: r.Body, sum: sha256.New(), token: token}
	copy(k.name[:], k.mac("key\x00"+given[0]))
	// If-Match is left out: whoever asks again may have read the newer version by
	// then, to which the first call itself has led, and means the same.
	fmt.Fprintf(k.sum, "%s %s\n", r.Method, r.URL.RequestURI())
	return k, nil
}

func (k *keyed) mac(what string) []byte {
	m := hmac.New(sha256.New, []byte(k.token))
	m.Write([]byte(what))
	return m.Sum(nil)
}

func (k *keyed) gcm() cipher.AEAD {
	block, err := aes.NewCipher(k.mac("answer"))
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// singly carries out a call under its key. The key is spent in the transaction
// of the change, so that nothing can come between the two; whoever comes with
// it again gets the answer again. What was refused has changed nothing and is
// decided anew.
func singly[I, O any](ctx context.Context, c *call, in *I, handle func(context.Context, *call, *I) (*O, error)) (*O, error) {
	k := c.once
	if k == nil {
		return handle(ctx, c, in)
	}
	once := &store.Once{Name: k.name, Sum: [sha256.Size]byte(k.sum.Sum(nil)), At: c.real()}
	_, command := any((*O)(nil)).(*answer)
	if !command {
		// Its answer is kept when it is there: who goes away does not stop it.
		var end context.CancelFunc
		ctx, end = lasting(ctx)
		defer end()
	}
	out, err := handle(store.WithOnce(ctx, once), c, in)
	switch {
	case err != nil && once.Spent():
		return nil, err
	case err != nil:
		return again[O](ctx, c, once, err)
	case command || !once.Spent():
		return out, nil
	}
	kept, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("keep an answer: %w", err)
	}
	sealed := k.gcm().Seal(nil, nil, kept, k.name[:])
	return out, c.desk.KeepAnswer(context.WithoutCancel(ctx), k.name, sealed)
}

// lasting is a context with the deadline of another one, and not its end.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	if at, ok := ctx.Deadline(); ok {
		return context.WithDeadline(context.WithoutCancel(ctx), at)
	}
	return context.WithoutCancel(ctx), func() {}
}

// again answers a call that failed, perhaps because it was carried out before.
func again[O any](ctx context.Context, c *call, once *store.Once, failed error) (*O, error) {
	came, ok, err := c.store.Spent(ctx, once.Name)
	switch {
	case err != nil || !ok:
		if errors.Is(failed, store.ErrSpent) {
			return nil, errors.Join(failed, err)
		}
		return nil, failed
	case came.Sum != once.Sum:
		return nil, support.Wrong(onceHeader, "api.once_other")
	}
	var out any
	switch any((*O)(nil)).(type) {
	case *answer:
		out, err = c.answerAgain(ctx, came)
	default:
		if came.Answer == nil {
			return nil, support.Refuse(support.Conflict, "api.once_pending")
		}
		kept, open := c.once.gcm().Open(nil, nil, came.Answer, once.Name[:])
		if open != nil {
			return nil, fmt.Errorf("open a kept answer: %w", open)
		}
		o := new(O)
		if bytes.Equal(kept, []byte("null")) {
			o = nil
		}
		out, err = o, json.Unmarshal(kept, &o)
	}
	if err != nil {
		return nil, err
	}
	c.writer.Header().Set(onceReplayed, "true")
	return out.(*O), nil
}

// answerAgain writes the answer of a command anew from the facts that it led
// to: no text is kept twice, and who does not see the request any more gets
// what a token without reading gets.
func (c *call) answerAgain(ctx context.Context, came store.Came) (*answer, error) {
	done := desk.Done{ID: came.Request, Seq: came.To}
	if c.scopes.Has(auth.Read) {
		facts, err := c.store.Facts(ctx, c.viewer, came.Request)
		switch {
		case support.CodeOf(err) == support.NotFound:
		case err != nil:
			return nil, err
		case came.To <= int64(len(facts)):
			done.Facts, done.Request = facts[came.From:came.To], &support.Request{ID: came.Request}
			support.Fold(done.Request, facts...)
		default:
			return nil, fmt.Errorf("answer again: request %d has %d facts, not %d", came.Request, len(facts), came.To)
		}
	}
	v, err := c.result(ctx, done)
	a := &answer{ETag: entityTag(v.Version), Body: v}
	if came.From == 0 {
		a.Location = "/v1/requests/" + v.Number
	}
	return a, err
}

// onceParam tells of the key in the OpenAPI document.
func onceParam() *huma.Param {
	limit := maxOnce
	return &huma.Param{Name: onceHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &limit},
		Description: "Printable ASCII without spaces, chosen by the caller. For at least 7 days the same call of the same token under it " +
			"is carried out once, and answered again with " + onceReplayed + ", whatever its If-Match; another call under it is refused with 422, " +
			"one whose first is still running with 409. Refusals are not kept"}
}
