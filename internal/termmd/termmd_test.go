package termmd_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/termmd"
)

func render(t *testing.T, src string, width int, color bool) string {
	t.Helper()
	out, err := termmd.Render([]byte(src), termmd.Options{Width: width, Color: color, Slug: func(s string) string { return s }})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRender(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src, want string }{
		{"heading", "# A *b*\n\ntext\n\n## A heading that is longer than a line\n", "# A b\n\ntext\n\n## A heading that is\n   longer than a line\n"},
		{"wrap", "aaa bbb ccc ddd eee fff ggg\nhhh\n", "aaa bbb ccc ddd eee fff\nggg hhh\n"},
		{"hard break", "a  \nb<br>c\n", "a\nb\nc\n"},
		{"long word", strings.Repeat("x", 30) + "\n", strings.Repeat("x", 24) + "\nxxxxxx\n"},
		{"wide text", "日本語のテキストは空白なしで折り返す。\n", "日本語のテキストは空白な\nしで折り返す。\n"},
		{"no closing mark first", strings.Repeat("語", 12) + "。あ\n", strings.Repeat("語", 11) + "\n語。あ\n"},
		{"list", "- a\n- b\n  - c\n\n1. x\n2. y\n", "• a\n• b\n  • c\n\n1. x\n2. y\n"},
		{"loose list", "- a\n\n  b\n\n- c\n", "• a\n\n  b\n\n• c\n"},
		{"tasks", "- [ ] a\n- [x] b\n", "• [ ] a\n• [x] b\n"},
		{"code", "```sh\na  b\n\n\tc\n```\n", "    a  b\n\n        c\n"},
		{"link", "[a](b.md) [c](#d) <https://x.org> https://y.org\n", "a (b.md) c https://x.org\nhttps://y.org\n"},
		{"image", "![alt](x.png) ![](y.png)\n", "[image: alt] [image:\ny.png]\n"},
		{"quote", "> a\n> b\n>\n> - c\n", "│ a b\n│\n│ • c\n"},
		{"alert", "> [!WARNING]\n> a\n", "│ Warning\n│ a\n"},
		{"rule", "a\n\n---\n\nb\n", "a\n\n" + strings.Repeat("─", 24) + "\n\nb\n"},
		{"footnote", "a[^x]\n\n[^x]: b\n", "a[1]\n\n" + strings.Repeat("─", 24) + "\n[1] b\n"},
		{"html", "<p align=\"center\">\n  <b>a</b> &amp; <img alt=\"c\">\n</p>\n<script>x</script>\n", "a & [image: c]\n"},
		{"comment", "<!-- a -->\n\nb\n", "b\n"},
		{"table", "| a | 説明 |\n|:-:|--:|\n| xxx | 1 |\n| y | `z\\|z` |\n", " a  │ 説明\n────┼─────\nxxx │    1\n y  │  z|z\n"},
		{"narrow table", "| name | what it is |\n|---|---|\n| a | one two three four five |\n", "name │ what it is\n─────┼──────────────────\na    │ one two three\n     │ four five\n"},
		{"empty", "", "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, render(t, c.src, 24, false)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestColor(t *testing.T) {
	t.Parallel()
	if d := cmp.Diff("\x1b[1m# \x1b[0m\x1b[1ma\x1b[0m\n\n\x1b[36mb\x1b[0m \x1b[1mc\x1b[0m\n", render(t, "# a\n\n`b` **c**\n", 80, true)); d != "" {
		t.Error(d)
	}
}

var samples = []string{
	"# \x1b[31mred\x1b[0m\n", "a\x07b\x08c\r\n", "`\x1b]8;;http://x\x07y`\n", "```\n\x1b[2J\x9b31m\u009b\n```\n", "[a](\x1b[31m)\n", "![\x1b](\x1b)\n", "<b \x1b>\x1b[1m</b>\n",
	"| \x1b[31m | b |\n|---|---|\n| \u202e | c |\n", "&#27;[31m &#x9b;31m &#0;\n", "<p>&#27;[31m\n", "---\na: \x1b[31m\n---\n", "[^\x1b]\n\n[^\x1b]: \x1b\n", "\x1b\n\n> \x1b\n", "<img alt='\x1b[31m'>\n",
	"a\u200bb \u2028 c", "    \x1b]0;title\x07\n", "\xff\xfe\n", "1. \x1b\n",
}

// safe is the law: whatever the document holds, nothing but our own colours reaches the
// terminal, and no line but of code is wider than asked.
func safe(t *testing.T, src string) {
	t.Helper()
	for _, color := range []bool{false, true} {
		out, err := termmd.Render([]byte(src), termmd.Options{Width: 40, Color: color, Slug: func(s string) string { return s }})
		if err != nil {
			return
		}
		for color {
			before, after, found := strings.Cut(out, "\x1b[")
			params, rest, _ := strings.Cut(after, "m")
			if !found {
				break
			}
			if strings.Trim(params, "0123456789;") != "" || len(params) > 20 {
				t.Fatalf("%q: a sequence of its own: %q", src, params)
			}
			out = before + rest
		}
		if got := show.Text(out); got != out || strings.Contains(out, "\t") {
			t.Fatalf("%q: raw control characters: %q", src, out)
		}
	}
}

func TestSafe(t *testing.T) {
	t.Parallel()
	for _, src := range samples {
		safe(t, src)
	}
}

func FuzzRender(f *testing.F) {
	for _, src := range samples {
		f.Add(src)
	}
	f.Fuzz(safe)
}

func TestWidth(t *testing.T) {
	t.Parallel()
	src := "# " + strings.Repeat("word ", 40) + "\n\n" + strings.Repeat("日本 text ", 40) + "\n\n- " + strings.Repeat("x ", 100) + "\n\n> " + strings.Repeat("longword", 30) +
		"\n\n| a | b | c |\n|---|---|---|\n| " + strings.Repeat("one ", 30) + " | " + strings.Repeat("日", 60) + " | c |\n"
	for width := 24; width < 130; width += 7 {
		for line := range strings.SplitSeq(render(t, src, width, false), "\n") {
			if show.Width(line) > width {
				t.Errorf("width %d: %d columns: %s", width, show.Width(line), line)
			}
		}
	}
}
