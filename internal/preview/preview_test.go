package preview_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/internal/preview"
	"github.com/mlops-as-code/mlops/readme"
	"golang.org/x/net/html"
)

func page(src string, remote bool) (string, error) {
	out, err := preview.HTML([]byte(src), preview.Options{
		Path: "docs/page.md", Slug: (&readme.Anchors{}).Next, RemoteImages: remote,
		File:     func(p string) string { return "/FILE/" + p },
		Document: func(p string) string { return "/PAGE/" + p },
	})
	return string(out), err
}

func TestPage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"slug", "# A *b* c!\n\n## A b c\n", "<h1 id=\"a-b-c\" dir=\"auto\">A <em>b</em> c!</h1>\n<h2 id=\"a-b-c-1\" dir=\"auto\">A b c</h2>\n"},
		{"own id", "<p id=\"x\">a</p>\n", "<p id=\"user-content-x\" dir=\"auto\">a</p>\n"},
		{"name", "<a name=\"x\"></a>[y](#x)\n", "<p dir=\"auto\"><a id=\"user-content-x\"></a><a href=\"#user-content-x\">y</a></p>\n"},
		{"own heading", "# Real\n\n<h2 id=\"real\">x</h2>\n\n[y](#real)\n", "<h1 id=\"real\" dir=\"auto\">Real</h1>\n<h2 id=\"user-content-real\" dir=\"auto\">x</h2>\n<p dir=\"auto\"><a href=\"#real\">y</a></p>\n"},
		{"relative link", "[a](x/y.md#z) [b](../c.py) [d](/e.md)\n", "<p dir=\"auto\"><a href=\"/PAGE/docs/x/y.md#z\">a</a> <a href=\"/FILE/c.py\">b</a> <a href=\"/PAGE/e.md\">d</a></p>\n"},
		{"link out", "[a](../../x.md) [b](https://x.org/)\n", "<p dir=\"auto\"><a title=\"../../x.md\" class=\"away\">a</a> <a title=\"https://x.org/\" class=\"away\">b</a></p>\n"},
		{"image", "![a](b.png \"c\")\n", "<p dir=\"auto\"><img src=\"/FILE/docs/b.png\" alt=\"a\" title=\"c\"></p>\n"},
		{"remote image", "![a](https://x.org/b.png)\n", "<p dir=\"auto\"><span class=\"remote\" title=\"https://x.org/b.png\">a</span></p>\n"},
		{"picture", "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"d.png 2x\"><img src=\"l.png\" width=\"9\"></picture>\n", "<p dir=\"auto\"><picture><source srcset=\"/FILE/docs/d.png\" media=\"(prefers-color-scheme: dark)\"><img src=\"/FILE/docs/l.png\" alt=\"\" width=\"9\"></picture></p>\n"},
		{"kept", "<details open><summary>s</summary>\n\n<kbd>K</kbd> <sub>a</sub>\n\n</details>\n\n<p align=\"center\">x</p>\n", "<details open=\"\"><summary dir=\"auto\">s</summary>\n<p dir=\"auto\"><kbd>K</kbd> <sub>a</sub></p>\n</details>\n<p align=\"center\" dir=\"auto\">x</p>\n"},
		{"tasks", "- [x] a\n", "<ul>\n<li dir=\"auto\"><input type=\"checkbox\" disabled checked> a</li>\n</ul>\n"},
		{"alert", "> [!NOTE]\n> a\n", "<div class=\"alert alert-note\">\n<p class=\"alert-title\" dir=\"auto\">Note</p>\n<p dir=\"auto\">a</p>\n</div>\n"},
		{"unclosed", "<div><b>a\n\nb\n", "<div><b>a\n<p dir=\"auto\">b</p>\n</b></div>"},
		{"front matter", "---\na: <b>\n---\nx\n", "<pre><code class=\"language-yaml\">a: &lt;b&gt;</code></pre>\n<p dir=\"auto\">x</p>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := page(c.src, false)
			if d := cmp.Diff(c.want, got); d != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, d)
			}
		})
	}
}

// hostile are ways to run, load, send or change something.
var hostile = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<IMG SRC=\"x\" OnError='alert(1)'>", "<svg onload=alert(1)><script>1</script></svg>",
	"<a href=\"javascript:alert(1)\">x</a>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "<a href=\"java\tscript:alert(1)\">x</a>",
	"<a href=\"&#106;avascript:alert(1)\">x</a>", "[x](data:text/html,<script>1</script>)", "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">", "[x](vbscript:1)",
	"[x](//evil.example/y)", "[x](\\\\evil.example/y)", "![x](//evil.example/y.png)", "<img srcset=\"https://evil.example/a 1x\">",
	"<style>*{background:url(https://evil.example)}</style>", "<p style=\"background:url(https://evil.example)\">x</p>", "<link rel=stylesheet href=https://evil.example>",
	"<iframe src=https://evil.example></iframe>", "<iframe srcdoc=\"<script>1</script>\"></iframe>", "<frameset><frame src=x></frameset>", "<object data=x></object>", "<embed src=x>",
	"<meta http-equiv=refresh content=\"0;url=https://evil.example\">", "<base href=https://evil.example>", "<form action=https://evil.example><input name=a><button>go</button></form>",
	"<input type=image src=https://evil.example>", "<video src=x autoplay onplay=1></video>", "<audio src=x></audio>", "<math><mtext><img src=x onerror=1></mtext></math>",
	"<noscript><p title=\"</noscript><img src=x onerror=1>\">", "<textarea></textarea><script>1</script>", "<title><img src=x onerror=1></title>", "<xmp><script>1</script></xmp>",
	"<template><script>1</script></template>", "<p class=app id=document name=events>x</p>", "<div class=fault>x</div>", "<a href=x target=_top ping=https://evil.example>x</a>",
	"<details ontoggle=alert(1) open>x</details>", "<table background=https://evil.example><tr><td background=x>y</table>", "<body onload=alert(1) background=x>", "<html manifest=x>",
	"<svg><style><img src=x onerror=1></style></svg>", "<math><annotation-xml encoding=text/html><img src=x onerror=1></annotation-xml></math>", "<x onclick=1>y</x>",
	"<picture><source srcset=\"https://evil.example/a.png\"><img src=x></picture>", "<a xlink:href=javascript:1>x</a>", "<!-- --!><img src=x onerror=1> -->", "<![CDATA[<img src=x onerror=1>]]>",
	"```html\n<script>alert(1)</script>\n```", "`<script>`", "| <script>1</script> |\n|---|\n", "[^a]\n\n[^a]: <script>1</script>\n", "> [!NOTE]\n> <script>1</script>\n",
	"<blockquote cite=javascript:1>x</blockquote>", "<q cite=https://evil.example>x</q>", "<img src=\"?as=x\">", "<a href=\"%00javascript:1\">x</a>", "<img src=\"..//..//x\">",
}

func TestHostile(t *testing.T) {
	t.Parallel()
	for _, src := range hostile {
		for _, remote := range []bool{false, true} {
			got, err := page(src+"\n", remote)
			if err != nil {
				t.Errorf("%q: %v", src, err)
			}
			harmless(t, src, got, remote)
		}
	}
}

var (
	elements   = regexp.MustCompile(`^(?:a|abbr|b|bdo|blockquote|br|caption|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|figcaption|figure|h[1-6]|hr|i|img|input|ins|kbd|li|mark|ol|p|picture|pre|q|rp|rt|ruby|s|samp|section|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr)$`)
	attributes = regexp.MustCompile(`^(?:abbr|align|alt|aria-hidden|aria-label|border|cellpadding|cellspacing|checked|class|colspan|datetime|dir|disabled|height|href|id|lang|media|open|reversed|rowspan|scope|span|src|srcset|start|summary|title|type|valign|value|width)$`)
	inside     = regexp.MustCompile(`^(?:#.*|/(?:FILE|PAGE)/[^/].*)$`)
)

// harmless looks at a page as a browser reads it.
func harmless(t *testing.T, src, out string, remote bool) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(out))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		switch kind {
		case html.TextToken, html.EndTagToken:
			continue
		case html.CommentToken, html.DoctypeToken:
			t.Fatalf("%q gives %s\n%s", src, kind, out)
		default:
		}
		if !elements.MatchString(token.Data) {
			t.Fatalf("%q gives <%s>\n%s", src, token.Data, out)
		}
		for _, a := range token.Attr {
			if !attributes.MatchString(a.Key) {
				t.Fatalf("%q gives %s=%q\n%s", src, a.Key, a.Val, out)
			}
			leads := a.Key == "href" || a.Key == "src" || a.Key == "srcset"
			away := remote && token.Data != "a" && (strings.HasPrefix(a.Val, "https://") || strings.HasPrefix(a.Val, "http://"))
			if leads && !inside.MatchString(a.Val) && !away || a.Key == "type" && token.Data == "input" && a.Val != "checkbox" {
				t.Fatalf("%q gives %s=%q\n%s", src, a.Key, a.Val, out)
			}
			if a.Key == "class" && !regexp.MustCompile(`^(?:away|remote|footnotes|alert.*|language-.*)$`).MatchString(a.Val) {
				t.Fatalf("%q gives class %q", src, a.Val)
			}
		}
	}
}

// FuzzHTML: whatever the Markdown, the page is harmless.
func FuzzHTML(f *testing.F) {
	for _, src := range hostile {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		out, err := page(src, len(src)%2 == 0)
		if err == nil {
			harmless(t, src, out, len(src)%2 == 0)
		}
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, src := range []string{strings.Repeat("a", preview.MaxBytes+1), strings.Repeat("<div>", 5000), strings.Repeat(">", 5000)} {
		if _, err := page(src, false); err == nil {
			t.Errorf("%.10q... was shown", src)
		}
	}
}
