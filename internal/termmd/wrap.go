package termmd

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/yuin/goldmark/ast"
)

// word is what is not broken unless it is wider than a line.
type word struct {
	parts []part
	width int
	// spaced says that a space comes before it, broken that a line ends before it.
	spaced, broken bool
}

// wrapped is the inline content of a node in lines.
func (r *renderer) wrapped(n ast.Node, width int, style string) []string {
	return r.lines(r.spans(n, style), width)
}

// part is text in one style.
type part struct {
	text  []byte
	style string
}

// lines lays spans out in lines of at most width columns.
func (r *renderer) lines(spans []span, width int) []string {
	width = max(width, 1)
	var out []string
	var line strings.Builder
	used := 0
	end := func() {
		out = append(out, line.String())
		line.Reset()
		used = 0
	}
	for _, w := range words(spans, width) {
		space := 0
		if w.spaced && used > 0 {
			space = 1
		}
		if w.broken || used > 0 && used+space+w.width > width {
			end()
			space = 0
		}
		line.WriteString(strings.Repeat(" ", space))
		for _, p := range w.parts {
			line.WriteString(r.paint(p.style, string(p.text)))
		}
		used += space + w.width
	}
	if used > 0 {
		end()
	}
	for len(out) > 0 && out[0] == "" {
		out = out[1:]
	}
	return out
}

// closing are marks that no line begins with.
const closing = "、。，．！？；：）］｝」』】〉》〕・ー々"

// words cuts spans at spaces, and between wide characters, which need none.
func words(spans []span, width int) []word {
	var out []word
	spaced, fresh, broken, wide := false, true, false, false
	for _, s := range spans {
		if s.text == "\n" {
			broken, fresh = true, true
			continue
		}
		for _, c := range s.text {
			if c == ' ' {
				spaced, fresh = true, true
				continue
			}
			text := string(c)
			columns := show.Width(text)
			if !fresh && columns > 0 && !strings.ContainsRune(closing, c) {
				fresh = columns == 2 || wide || out[len(out)-1].width+columns > width
			}
			if fresh {
				out = append(out, word{spaced: spaced && !broken, broken: broken && len(out) > 0})
				spaced, fresh, broken = false, false, false
			}
			if columns > 0 {
				wide = columns == 2
			}
			out[len(out)-1].add(text, s.style, columns)
		}
	}
	return out
}

func (w *word) add(text, style string, columns int) {
	w.width += columns
	if n := len(w.parts); n > 0 && w.parts[n-1].style == style {
		w.parts[n-1].text = append(w.parts[n-1].text, text...)
		return
	}
	w.parts = append(w.parts, part{[]byte(text), style})
}
