package gfm_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/internal/gfm"
	"github.com/mlops-as-code/mlops/internal/preview"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// shape is the structure and text of HTML: elements by name, in order, white space
// between them left out.
func shape(src string) string {
	z := html.NewTokenizer(strings.NewReader(src))
	var b strings.Builder
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		switch token := z.Token(); kind {
		case html.TextToken:
			if text := strings.Join(strings.Fields(token.Data), " "); text != "" {
				b.WriteString(text + "\n")
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			b.WriteString("<" + token.Data + ">\n")
		case html.EndTagToken:
			b.WriteString("</" + token.Data + ">\n")
		default:
		}
	}
	return b.String()
}

// TestAgainstGoldmark holds our extensions against goldmark's, which are not linked
// into the program.
func TestAgainstGoldmark(t *testing.T) {
	t.Parallel()
	theirs := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ghtml.WithUnsafe()))
	samples := map[string]string{
		"table":     "| a | b |\n| :- | -: |\n| 1 | 2 |\n| `x` | y\\|z |\n| only |\n| 1 | 2 | 3 |\n\nafter\n",
		"no pipes":  "a | b\n--|--\n1 | 2\n",
		"paragraph": "above\nbelow\n\n| a |\n|---|\n",
		"not one":   "| a | b |\n| --- |\n",
		"in a list": "- x\n\n  | a | b |\n  | - | - |\n  | 1 | 2 |\n",
		"in quote":  "> | a | b |\n> | - | - |\n> | 1 | 2 |\n",
		"markup":    "| **a** | [b](c) |\n| --- | --- |\n| ~~x~~ | ![i](j.png) |\n",
		"strike":    "~~a~~ ~b~ ~~~c~~~ a~~b~~c ~~ d ~~ ~~*f*~~\n",
		"tasks":     "- [ ] a\n- [x] b\n- [X] c\n- [] d\n- [y] e\n- a [ ] f\n\n1. [x] g\n",
		"links":     "www.example.com, https://example.com/a_b(c). (http://example.com/x) <https://x.org> a@example.org ftp://f.example.org/x nohttp://x.org http://x\n",
		"escaped":   "http\\://example.com www\\.example.com `https://example.com` [https://example.com](y)\n",
	}
	for name, src := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compare(t, theirs, src)
		})
	}
	files, err := filepath.Glob("../../readme/testdata/*.txtar")
	more, _ := filepath.Glob("../../docs/*.md")
	if err != nil || len(files) < 100 || len(more) < 5 {
		t.Fatal("the samples are gone", err)
	}
	for _, file := range append(files, more...) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(file) == ".md" {
				compare(t, theirs, string(src))
			}
			for _, f := range txtar.Parse(src).Files {
				if filepath.Ext(f.Name) == ".md" {
					compare(t, theirs, string(f.Data))
				}
			}
		})
	}
}

func compare(t *testing.T, theirs goldmark.Markdown, src string) {
	t.Helper()
	if strings.Contains(src, "> [!") || strings.Contains(src, "[^") || strings.Contains(src, "- [x](") {
		return // goldmark knows no alerts, and takes a link for a task
	}
	var want bytes.Buffer
	if err := theirs.Convert([]byte(src), &want); err != nil {
		t.Fatal(err)
	}
	same := func(p string) string { return p }
	got, err := preview.HTML([]byte(src), preview.Options{Path: "README.md", Slug: same, File: same, Document: same, RemoteImages: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(shape(want.String()), shape(string(got))); d != "" {
		t.Errorf("other than goldmark (-want +got):\n%s", d)
	}
}

// TestBeyondGoldmark are the places where goldmark and GitHub differ, and we follow
// GitHub.
func TestBeyondGoldmark(t *testing.T) {
	t.Parallel()
	same := func(p string) string { return p }
	for src, want := range map[string]string{
		"- [x](y.md)\n": "<ul>\n<li>\n<a>\nx\n</a>\n</li>\n</ul>\n",
		"~~e~ f~\n":     "<p>\n~~e~ f~\n</p>\n",
		"\"a@b.org\"\n": "<p>\n\"\n<a>\na@b.org\n</a>\n\"\n</p>\n",
		":tada: :no:\n": "<p>\n🎉 :no:\n</p>\n",
	} {
		got, err := preview.HTML([]byte(src), preview.Options{Slug: same, File: same, Document: same})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, shape(string(got))); d != "" {
			t.Errorf("%q (-want +got):\n%s", src, d)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"# A *b* `c` [d](e)\n":           "A b c d",
		"# :rocket: go\n":                "rocket go",
		"# a ![x](y) b\n":                "a  b",
		"# a &amp; \\&amp; \\* <b>x</b>": "a & &amp; * x",
		"a\nb\n===\n":                    "a b",
	} {
		got := ""
		_, err := gfm.Parse([]byte(src), func(s string) string { got = s; return s })
		if err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", src, got, err, want)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	t.Parallel()
	d := parse(t, "---\na: 1\nb: 2\n---\n# X\n")
	if d.FrontMatter != "a: 1\nb: 2" || len(d.Slugs) != 1 {
		t.Errorf("%q %q", d.FrontMatter, d.Slugs)
	}
	for _, src := range []string{"---\n\ntext\n", "---\na: 1\n", "text\n---\na: 1\n---\n"} {
		if d := parse(t, src); d.FrontMatter != "" {
			t.Errorf("%q: %q", src, d.FrontMatter)
		}
	}
}

func TestAlert(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"> [!NOTE]\n> x\n":           "note",
		"> [!tip]\n":                 "tip",
		"> [!NOTE] x\n":              "",
		"> x\n> [!NOTE]\n":           "",
		"> [!OTHER]\n> x\n":          "",
		"- > [!NOTE]\n  > x\n":       "",
		"> x\n>\n> [!NOTE]\n":        "",
		"> [!CAUTION]\n>\n> - a\n\n": "caution",
	} {
		got := ""
		_ = ast.Walk(parse(t, src).Root, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
			if q, ok := n.(*ast.Blockquote); ok {
				got = gfm.Alert(q)
			}
			return ast.WalkContinue, nil
		})
		if got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}

func TestFootnotes(t *testing.T) {
	t.Parallel()
	d := parse(t, "a[^b] c[^a] d[^b] e[^none]\n\n[^a]: one\n[^b]: two\n\n    more\n\n[^c]: nobody asks\n")
	list, ok := d.Root.LastChild().(*gfm.Footnotes)
	if !ok || list.ChildCount() != 2 {
		t.Fatal("not two footnotes")
	}
	first, _ := list.FirstChild().(*gfm.Footnote)
	if first.Index != 1 || first.Refs != 2 || first.ChildCount() != 2 || d.Plain(first.FirstChild()) != "two" {
		t.Errorf("%+v %q", first, d.Plain(first))
	}
	if text := d.Plain(d.Root.FirstChild()); text != "a c d e[^none]" {
		t.Errorf("%q", text)
	}
}

func TestTooDeep(t *testing.T) {
	t.Parallel()
	for _, src := range []string{strings.Repeat(">", 600), "x\n\n" + strings.Repeat("> ", 600), strings.Repeat("- ", 600), strings.Repeat("1. ", 600)} {
		if _, err := gfm.Parse([]byte(src), func(s string) string { return s }); err == nil {
			t.Errorf("%.20q was read", src)
		}
	}
	parse(t, strings.Repeat("-", 2000)+"\n"+strings.Repeat("a - ", 2000))
}

func parse(t *testing.T, src string) *gfm.Document {
	t.Helper()
	d, err := gfm.Parse([]byte(src), func(s string) string { return s })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestMarksWithoutEnd: a paragraph whose marks would take minutes to pair is an error
// that names its line, and so is what nests or defines beyond reason.
func TestMarksWithoutEnd(t *testing.T) {
	t.Parallel()
	for mark, want := range map[string]string{
		"[a](": "line 3: has too many brackets", "*a_": "line 3: has too many brackets", "**a_b~~": "line 3: has too many brackets",
		"[": "line 3: has too many brackets", "*a_\n": "has too many brackets",
		"[^1]: ": "line 3: has quotes, lists or footnotes more than 500 deep", "[a]: x\n": "line 10003: has more than 10000 targets",
	} {
		src := "# Name\n\n" + strings.Repeat(mark, (1<<18)/len(mark)) + "\n"
		_, err := gfm.Parse([]byte(src), func(string) string { return "x" })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", mark, err)
		}
	}
	list := strings.Repeat("- [name](https://example.com/name) is **good**, *nice* and `fast`\n", 8000)
	if _, err := gfm.Parse([]byte(list), func(string) string { return "x" }); err != nil {
		t.Errorf("a long list: %v", err)
	}
}
