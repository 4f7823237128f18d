package readme

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/zclconf/go-cty/cty"
)

func pick(r *rand.Rand, parts []string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

// checkEscape: escaped text is one paragraph, and one heading, that shows the
// text and is nothing but text.
func checkEscape(t *testing.T, s string) {
	t.Helper()
	want := oneLine(s)
	if want == "" {
		return
	}
	for _, md := range []string{paragraph(escape(s)).text, heading(2, s).text} {
		got, plain := plainOnly(md + "\n")
		if !plain || got != want {
			t.Fatalf("%q becomes %q, which shows %q (plain text: %v)", s, md, got, plain)
		}
	}
	if got := plainText(escape(s)); got != want {
		t.Fatalf("plainText(%q) = %q, want %q", escape(s), got, want)
	}
}

// inlineParts are what means something inside a line, and ordinary text.
func inlineParts() []string {
	return []string{
		"a", "b", " ", " ", "1", "*", "_", "__", "`", "``", "\\", "[", "]", "(", ")", "<", ">", "#", "##", "+", "-", "--", "---", ".", "!",
		"|", "~", "~~", "&", ";", "amp", "&lt;", "&#35;", "=", "===", "\"", "'", ":", "http://", "https://x.y", "www.", "x@y.zz", "é", "漢", "😀", "{", "}",
		"$", "^", "%", "1.", "2)", "<!--", "<b>", "</b>", "[x]", "- ", "\n", "\t",
	}
}

func TestEscapeLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		checkEscape(t, pick(r, inlineParts(), 1+r.IntN(9)))
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("a*b_c <x>")
	f.Add("1. [x](y) `z` &amp; https://a.b")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range s {
			if invisible(r) || r == 0xfffd || r == '\r' || r == 0xa0 {
				t.Skip()
			}
		}
		checkEscape(t, s)
	})
}

func TestOutlineAgreesWithAParser(t *testing.T) {
	t.Parallel()
	parts := []string{
		"# one\n", "## two `x` ##\n", "### *three*\n", "#x\n", "    # code\n", "  # two spaces\n", "\\# no\n", "\n", "\n", "text\n", "more text\n",
		"===\n", "---\n", "-\n", "***\n", "- item\n", "  - nested\n", "- # in list\n", "1. one\n", "2. two\n", "   ```\n", "```\n", "```sh\n", "~~~\n", "    ```\n",
		"> quote\n", "> # in quote\n", "> ```\n", ">\n", "<!-- c -->\n", "<div>\n", "</div>\n", "\n<b>\n", "<pre>\n", "x </pre>\n", "| a | b |\n",
		"  more\n", "      deep\n", "-    wide\n", "\t# tab\n", "* * *\n", "+\n", "#\n", "- - x\n", "> - y\n", "10) z\n",
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 4000 {
		if md := pick(r, parts, 1+r.IntN(8)); !isLazy(md) {
			checkOutline(t, md)
		}
	}
}

// isLazy reports whether a line goes on with a paragraph without the marks of
// its containers. There the other parser departs from cmark, which outline
// agrees with.
func isLazy(md string) bool {
	var s scan
	for line := range strings.Lines(md) {
		depth := len(s.stack)
		matched, _ := s.match(strings.TrimSuffix(line, "\n"))
		s.line(strings.TrimSuffix(line, "\n"))
		if matched < depth && len(s.stack) == depth {
			return true
		}
	}
	return false
}

func checkOutline(t *testing.T, md string) {
	t.Helper()
	o := outline(md)
	got := make([]head, 0, len(o.heads))
	for _, h := range o.heads {
		h.text = plainText(h.text)
		got = append(got, h)
	}
	opts := []cmp.Option{cmp.AllowUnexported(head{}), cmpopts.IgnoreFields(head{}, "line"), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(parsedHeads(md), got, opts...); diff != "" {
		t.Fatalf("%q\n%s\n-parser +outline\n%s", md, md, diff)
	}
	// What is said to be closed lets a heading stand after it.
	if o.open == "" {
		after := parsedHeads(md + "\n\n## after\n")
		if n := len(after); n == 0 || after[n-1].text != "after" || !after[n-1].top {
			t.Fatalf("%q is not closed", md)
		}
		return
	}
	after := parsedHeads(md + "\n\n## after\n")
	if n := len(after); n > 0 && after[n-1].text == "after" {
		t.Fatalf("%q is said to leave %s open", md, o.open)
	}
}

func TestPlainTextAgreesWithAParser(t *testing.T) {
	t.Parallel()
	parts := []string{
		"a", "b_c", " ", " ", "*", "**", "_", "__", "~~", "`", "``", "\\", "[x](y)", "![i](j)", "<https://e.f>", "<b>", "</b>",
		"&amp;", "(", ")", ".", "!", "é", "\\*", "[*q*](<r s> \"t\")", "`[`",
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 4000 {
		s := "x" + pick(r, parts, 1+r.IntN(8)) + "z"
		if want := parsedHeads("# " + s + "\n"); len(want) != 1 || plainText(s) != want[0].text {
			t.Fatalf("plainText(%q) = %q, the parser says %+v", s, plainText(s), want)
		}
	}
}

// Wrapping changes nothing that is shown.
func TestWrapLaw(t *testing.T) {
	t.Parallel()
	parts := []string{"word ", "`a b` ", "- ", "1. ", "# ", "=== ", "--- ", "> ", "[a b](c) ", "<b x=\"y z\"> ", "\\ ", "very-long-word-that-takes-space ", "+ ", "* x* "}
	r := rand.New(rand.NewPCG(7, 8))
	for range 1000 {
		s := "start " + pick(r, parts, 1+r.IntN(40)) + "end"
		want, got := parsedHeads("# " + s + "\n")[0].text, shownParagraph(paragraph(s).text)
		if got != want {
			t.Fatalf("%q\nwrapped: %q\nshows %q\nwant  %q", s, paragraph(s).text, got, want)
		}
	}
}

func shownParagraph(md string) string {
	src := []byte(md + "\n")
	doc := markdownParser().Parse(textReader(src))
	if doc.ChildCount() != 1 {
		return fmt.Sprintf("%d blocks", doc.ChildCount())
	}
	return oneLine(shown(doc.FirstChild(), src))
}

// Whatever the body is, it is refused or stays within its section.
func FuzzBody(f *testing.F) {
	f.Add("text\n\n### x\n\n```sh\nls\n```\n")
	f.Add("- a\n  > ```\n<!-- x\n")
	f.Fuzz(func(t *testing.T, body string) {
		custom := func(title, body string) Section {
			return Section{Kind: "custom", Fields: cty.ObjectVal(map[string]cty.Value{"title": cty.StringVal(title), "body": cty.StringVal(body)})}
		}
		out, err := Render([]Section{{Kind: "title"}, {Kind: "toc"}, custom("a", body), custom("b", "x")}, Project{Name: "p"})
		if err != nil {
			return
		}
		contents, _, _ := strings.Cut(string(out), "\n## a\n")
		linksResolve(t, contents, string(out))
		var sections []string
		for _, h := range outline(string(out)).heads {
			if h.top && h.level == 2 {
				sections = append(sections, h.text)
			}
		}
		if diff := cmp.Diff([]string{"Contents", "a", "b"}, sections); diff != "" {
			t.Fatalf("%q: -want +got\n%s\n%s", body, diff, out)
		}
	})
}

// Lines that every character of must be looked at are limited, and cost little
// at the limit.
func TestLongLines(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"_", ":", "a* ", "--- ", "[", "`a ", "<", "&", "www.", "\\", "> "} {
		for _, c := range []struct {
			size int
			ok   bool
		}{{1 << 20, false}, {maxHeading - 10, true}, {maxLine - 10, true}} {
			long := "x" + strings.Repeat(unit, c.size/len(unit))
			fields := map[string]cty.Value{"title": cty.StringVal(long), "body": cty.StringVal("y"), "items": cty.ListVal([]cty.Value{cty.StringVal(long)})}
			if c.size < maxHeading {
				fields["title"], fields["body"] = cty.StringVal("z"), cty.StringVal("### "+long)
			}
			for _, kind := range []string{"custom", "features"} {
				_, err := Render([]Section{{Kind: kind, Fields: cty.ObjectVal(fields)}}, Project{})
				if (err == nil) != c.ok {
					t.Errorf("%s, %d bytes of %q: %v", kind, c.size, unit, err)
				}
			}
		}
	}
}
