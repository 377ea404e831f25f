// Package browser holds the tests that look at the pages of a running demo in
// Chromium, as people do: journeys, accessibility, sizes, pictures.
//
// It knows addresses, roles and words of pages, and nothing of how they are
// made. One demo and one browser serve all tests of a run; each test has a
// browser context of its own, so cookies do not meet.
package browser

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// house is what all tests share: a program that serves a demo, and a browser.
type house struct {
	url     string
	program string
	tokens  map[string]string // by the key of the person
	number  string            // of the request with which everything began
	browser context.Context
	end     func()
}

var (
	shared  = sync.OnceValues(build)
	running *house // to be ended
)

func TestMain(m *testing.M) {
	code := m.Run()
	if running != nil {
		running.end()
	}
	os.Exit(code)
}

func build() (*house, error) {
	dir, err := os.MkdirTemp("", "browser")
	if err != nil {
		return nil, err
	}
	program := filepath.Join(dir, "madoguchi")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/madoguchi").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	h, err := serve(program, dir, "")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	alloc, endAlloc := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox)...)
	browser, endBrowser := chromedp.NewContext(alloc)
	h.browser = browser
	stop := h.end
	h.end = func() {
		endBrowser()
		endAlloc()
		cancel()
		stop()
		_ = os.RemoveAll(dir)
	}
	running = h
	return h, errors.Join(chromedp.Do(browser), h.begin(filepath.Join(dir, "demo")))
}

// serve starts a demo in a folder, its clock at an instant ("" for the usual one),
// and reads the tokens of its people.
func serve(program, dir, clock string) (*house, error) {
	ctx, cancel := context.WithCancel(context.Background())
	args := []string{"demo", "--data", filepath.Join(dir, "demo"), "--addr", "localhost:0"}
	if os.Getenv(pictures) == "" || clock != "" {
		args = append(args, "--no-year")
	}
	if clock != "" {
		args = append(args, "--clock", clock)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	h := &house{program: program, tokens: map[string]string{}, end: func() { cancel(); _ = cmd.Wait() }}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, at, ok := strings.Cut(lines.Text(), "Madoguchi demo at "); ok {
			h.url = at
			break
		}
	}
	go func() { _, _ = bufio.NewReader(out).WriteTo(nowhere{}) }()
	b, err := os.ReadFile(filepath.Join(dir, "demo", "tokens.env"))
	if h.url == "" || err != nil {
		h.end()
		return nil, fmt.Errorf("the demo did not say where it is: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if name, token, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export TOKEN_"), "="); ok {
			h.tokens[strings.ToLower(name)] = token
		}
	}
	return h, nil
}

// begin lets something happen, so that there is something to see.
func (h *house) begin(dir string) error {
	said, err := h.command("sato", "request", "file", "--product", "esx", "--product-version", "4.0", "--severity", "3",
		"--environment", "production", "--title", "Snapshots fail since the firmware update", "--text", "Every second one. The hosts stay up.")
	h.number = regexp.MustCompile(`\d{3}-\d{3}-\d{3}`).FindString(said)
	if err == nil {
		_, err = h.command("ito", "request", "take", h.number)
	}
	if err == nil {
		_, err = h.command("ito", "request", "note", h.number, "The firmware is two releases old.")
	}
	picture := filepath.Join(dir, "screen.png")
	if err == nil {
		err = os.WriteFile(picture, painted(), 0o600)
	}
	if err == nil {
		_, err = h.command("sato", "request", "attach", h.number, picture, "--text", "This is what the client shows.")
	}
	if err == nil {
		_, err = h.command("ito", "request", "ask", h.number, "debug_data", "Please collect a support bundle while it fails.")
	}
	if err == nil {
		_, err = h.command("ishikawa", "webhook", "add", "Pager", "https://pager.example/hook", "--kind", "filed,commented")
	}
	if err == nil {
		err = h.visitor()
	}
	return err
}

// visitor writes to the desk and is known to nobody.
func (h *house) visitor() error {
	r, err := http.PostForm(h.url+"/demo/mail", url.Values{"other": {"visitor@elsewhere.example"}, "to": {"0"}, "kind": {"person"}, "proof": {"right"},
		"subject": {"Which licence do I need?"}, "text": {"We move to two hosts.\n\nOn Fri, 5 Jun 2026 at 17:00, Support <support@desk.example> wrote:\n> older words\n"}})
	if err != nil {
		return err
	}
	return r.Body.Close()
}

// painted is a picture to send.
func painted() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 480, 320))
	for i := range m.Pix {
		m.Pix[i] = byte(90 + i%4*40 + i/4%480/8)
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m) // into memory
	return b.Bytes()
}

// command runs the command line as somebody of the demo.
func (h *house) command(as string, args ...string) (string, error) {
	cmd := exec.Command(h.program, append(args, "--lang", "en")...)
	cmd.Env = append(os.Environ(), "MADOGUCHI_URL="+h.url, "MADOGUCHI_TOKEN="+h.tokens[as])
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%v: %w\n%s", args, err, out)
	}
	return string(out), err
}

// nowhere takes what nobody reads.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// tab is one page of one person.
type tab struct {
	*testing.T
	house *house
	ctx   context.Context
}

// open gives a test a tab of its own, signed in as somebody of the demo ("" for
// nobody) in a language.
func open(t *testing.T, as, lang string) *tab {
	t.Helper()
	needsBrowser(t)
	h, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return h.open(t, as, lang)
}

// open is [open] in a house of the test's own.
func (h *house) open(t *testing.T, as, lang string) *tab {
	t.Helper()
	return h.tab(t, as, lang).within(t)
}

// within is the tab in a test that begins now and may take two minutes.
func (b *tab) within(t *testing.T) *tab {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return &tab{T: t, house: b.house, ctx: ctx}
}

// tab opens one that is there until the test ends.
func (h *house) tab(t *testing.T, as, lang string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(h.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{T: t, house: h, ctx: ctx}
	b.do(chromedp.Navigate("about:blank"), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		// A page that scrolls smoothly is not where a press is aimed at.
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		if err == nil { // tests run side by side: each of their pages has the keyboard
			_, err = cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		}
		return err
	}))
	b.cookie("lang", lang)
	if as != "" {
		b.cookie("session", h.session(t, as))
	}
	return b
}

// session signs somebody of the demo in.
func (h *house) session(t *testing.T, as string) string {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.PostForm(h.url+"/demo/sign-in", url.Values{"as": {as}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	for _, c := range r.Cookies() {
		if c.Name == "session" {
			return c.Value
		}
	}
	t.Fatalf("%s did not get in: %s", as, r.Status)
	return ""
}

func (b *tab) cookie(name, value string) {
	b.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.house.url, HTTPOnly: new(true)})
		return err
	}))
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// goTo opens a page of the demo.
func (b *tab) goTo(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.house.url + path))
}

// get runs an expression of JavaScript in the page.
func get[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// holds waits until the page is whole and says all of the words, on whatever page the
// browser is by then: while it goes from one to the next it answers nothing, and what
// is done to a half of one has no effect.
func (b *tab) holds(words ...string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	said := ""
	for _, w := range words {
		for !strings.Contains(said, w) {
			select {
			case <-ctx.Done():
				b.Fatalf("the page does not say %q:\n%s", w, said)
			case <-look.C:
			}
			if now, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.readyState === 'complete' ? location.href + '\\n' + document.body.innerText : ''")); err == nil {
				said = now
			}
		}
	}
}
