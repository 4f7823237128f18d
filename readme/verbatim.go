package readme

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// leadLevel is the level of text that stands before the first heading, as the first
// section: its place tells where it is.
const leadLevel = -1

func verbatimKind() kind {
	return kind{
		name:    "verbatim",
		doc:     "Markdown that stands exactly as it was written, with the heading that it begins with: what an import finds. Nothing in it is checked.",
		example: "section \"verbatim\" \"acks\" {\n  body = \"## Thanks to [Ada](https://example.com/ada)\\n\\nAnd to _all_ of you.\"\n}\n",
		attrs: []schema.Attr{
			{Name: "body", Type: cty.String, Default: "what `body_file` holds", Doc: "Markdown, its heading included. Blank lines around it do not count."},
			{Name: "body_file", Type: cty.String, Default: "none", Doc: "Path of a file that holds the Markdown instead, such as for accents that are written as characters of their own, which HCL would change."},
		},
		sources: func(r *request) []string {
			if file := r.line("body_file"); file != "" {
				return []string{file}
			}
			return nil
		},
		verbatim: true,
		render:   renderVerbatim,
	}
}

func renderVerbatim(r *request) []block {
	body, inline := r.get("body", cty.String)
	_, filed := r.get("body_file", cty.String)
	if inline == filed {
		r.fail("", "A verbatim section needs either a body or a body_file", "Give it one of them")
		return nil
	}
	if file := r.line("body_file"); filed {
		text, ok := r.textFile("body_file", file)
		if !ok {
			return nil
		}
		if text == nil {
			s, _ := r.source("body_file", file)
			return r.notRun([]source{s})
		}
		return asWritten(*text)
	}
	return asWritten(body.AsString())
}

func asWritten(text string) []block {
	if text = verbatim(text); text == "" {
		return nil
	}
	return []block{{text: text, raw: true}}
}

// verbatim is text as a section in the README is compared: with LF line ends and no
// blank lines around.
func verbatim(text string) string {
	return strings.TrimRight(strings.TrimLeft(withLF(text), "\n"), " \t\r\n")
}

// headOf is the heading that a section begins with; level 0 is none.
func headOf(text string) (heading string, level int) {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, line)
	}
	if marks := landmarks(lines); len(marks) > 0 && marks[0].line == 0 {
		return marks[0].text, marks[0].level
	}
	return "", 0
}

// leads reports whether the text at the start is none that a landmark begins.
func leads(marks []landmark) bool {
	if len(marks) == 0 || marks[0].line > 0 {
		return true
	}
	m := marks[0]
	return m.level == 0 && m.opens+m.closes == "" && m.until == 0
}

// lead finds the section that is the text before the first heading or marker.
func (c *composer) lead(found []segment, marks []landmark) {
	if len(found) == 0 || found[0].id != "" || !leads(marks) || strings.TrimSpace(found[0].raw) == "" {
		return
	}
	for _, n := range append(c.had(), c.wanted()...) {
		if n.level == leadLevel {
			found[0].id = n.id
			return
		}
	}
}
