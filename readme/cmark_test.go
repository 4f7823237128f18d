package readme

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// cmark renders Markdown as GitHub's own parser does; MLOPS_CMARK names the program.
func cmark(t *testing.T, markdown string) string {
	t.Helper()
	program := os.Getenv("MLOPS_CMARK")
	if program == "" {
		t.Skip("MLOPS_CMARK is not set")
	}
	c := exec.Command(program, "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tasklist")
	c.Stdin = strings.NewReader(markdown)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// gold renders Markdown with goldmark.
func gold(t *testing.T, markdown string) string {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ghtml.WithUnsafe())).Convert([]byte(markdown), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// structure is HTML as its tags, with their attributes in order, and its text, one
// to a line; what only the writer of the HTML decides is left out.
func structure(page string) []string {
	var out []string
	pre := 0
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.TextToken:
			text := z.Token().Data
			if pre == 0 {
				text = strings.Trim(text, "\n")
			}
			if text == "" {
				continue
			}
			if n := len(out); n > 0 && strings.HasPrefix(out[n-1], "text ") {
				out[n-1] += text
				continue
			}
			out = append(out, "text "+text)
		case html.CommentToken:
			out = append(out, "comment "+z.Token().Data)
		default:
			tok := z.Token()
			if tok.Data == "pre" {
				pre += map[html.TokenType]int{html.StartTagToken: 1, html.EndTagToken: -1}[tok.Type]
			}
			out = append(out, tag(&tok))
		}
	}
}

func tag(tok *html.Token) string {
	var attrs []string
	for _, a := range tok.Attr {
		value := strings.TrimPrefix(a.Val, "text-align:") // goldmark has a style for align
		attrs = append(attrs, strings.Replace(a.Key, "style", "align", 1)+"="+value)
	}
	slices.Sort(attrs)
	end := ""
	if tok.Type == html.EndTagToken {
		end = "/"
	}
	return end + tok.Data + " " + strings.Join(attrs, " ")
}

// generated is Markdown of ours, and what it shows where that is known.
type generated struct{ markdown, shows string }

// apart stands between samples that are rendered in one go.
const apart = "<!-- apart -->"

// agree holds that both parsers see the same in each sample, and that it shows what
// it was made of.
func agree(t *testing.T, what string, samples []generated) {
	t.Helper()
	for batch := range slices.Chunk(samples, 200) {
		var all []string
		for _, s := range batch {
			all = append(all, s.markdown)
		}
		joined := strings.Join(all, "\n\n"+apart+"\n\n") + "\n"
		want, got := strings.Split(cmark(t, joined), apart+"\n"), strings.Split(gold(t, joined), apart+"\n")
		if len(want) != len(batch) || len(got) != len(batch) {
			t.Errorf("a sample reaches beyond its end:\n%s", joined)
			return
		}
		for i, s := range batch {
			if diff := cmp.Diff(structure(want[i]), structure(got[i])); diff != "" {
				t.Errorf("%q:\n%s\n-cmark-gfm +goldmark\n%s", s.markdown, s.markdown, diff)
			}
			if text := oneLine(strings.Join(textOf(want[i]), "")); s.shows != "" && text != s.shows {
				t.Errorf("%q shows %q, not %q", s.markdown, text, s.shows)
			}
		}
	}
	t.Logf("%d %s: the same in both", len(samples), what)
}

func textOf(page string) []string {
	var out []string
	for _, line := range structure(page) {
		if text, is := strings.CutPrefix(line, "text "); is {
			out = append(out, text)
		}
	}
	return out
}

// cellText is text as it may stand in any field.
func cellText(r *rand.Rand) string {
	return pick(r, append(inlineParts(), "mailto:a@b.cc", "xmpp:", "ftp://x", "HTTP://Y.Z", "www.a.b", "a@b.c-d", "%20", "|", "||", "\\|", "x|y", "&copy;", "&#x1F600;", "ع", "א", "ǅ", "\u200b", "$x$", "@user", "#12", "[^1]", "[ ]", ":+1:"), 1+r.IntN(9))
}

func TestCmarkCells(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	var samples []generated
	cells := 0
	for cells < 6000 {
		g := &grid{}
		for range 1 + r.IntN(4) {
			g.columns = append(g.columns, column{cell("h" + cellText(r)), r.IntN(2) == 0})
		}
		rows := 1 + r.IntN(4)
		for range rows {
			var row []string
			for range g.columns {
				make := []func(string) string{cell, codeCell}[r.IntN(2)]
				row = append(row, make(cellText(r)))
			}
			g.rows = append(g.rows, row)
		}
		cells += rows * len(g.columns)
		samples = append(samples, generated{markdown: g.block().text})
	}
	agree(t, fmt.Sprintf("tables of %d cells", cells), samples)
	// Alone in its table, a cell shows its text.
	samples = nil
	for range 1500 {
		text := "x" + cellText(r)
		samples = append(samples,
			generated{table([]column{{head: cell(text)}}, nil).text, oneLine(text)},
			generated{table([]column{{head: codeCell(text)}}, nil).text, oneLine(text)})
	}
	agree(t, "cells that show their text", samples)
}

func TestCmarkHeadings(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(23, 24))
	var samples []generated
	for range 4000 {
		text := cellText(r)
		if oneLine(text) != "" {
			samples = append(samples, generated{heading(1+r.IntN(6), text).text, oneLine(text)})
		}
	}
	agree(t, "headings", samples)
}

func TestCmarkParagraphs(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(25, 26))
	var samples []generated
	for range 2000 {
		text := cellText(r) + " " + cellText(r)
		if oneLine(text) != "" {
			samples = append(samples, generated{paragraph(escape(text)).text, oneLine(text)},
				generated{bullets([]string{escape(text)}, nil).text, oneLine(text)},
				generated{paragraph(linkTo(escape("x"+text), target(r))).text, oneLine("x" + text)})
		}
	}
	agree(t, "paragraphs, items and links", samples)
}

// target is where a link may lead: what fields take.
func target(r *rand.Rand) string {
	for {
		if s := oneLine(cellText(r)); safeURL(s) {
			return destination(s)
		}
	}
}

func TestCmarkFences(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(27, 28))
	lines := append(inlineParts(), "```\n", "~~~\n", "````sh\n", "  ```\n", "\n", "\n\n", "    x\n", "\ty\n", "> z\n", "- w\n", "# h\n", "</code>\n", "<!-- -->\n")
	languages := []string{"sh", "text", "c++", "objective-c", "python", "json", "mermaid"}
	var samples []generated
	for range 3500 {
		code := "a" + pick(r, lines, r.IntN(12)) + "b"
		samples = append(samples, generated{fence(languages[r.IntN(len(languages))], code).text, oneLine(code)})
	}
	agree(t, "fences", samples)
}
