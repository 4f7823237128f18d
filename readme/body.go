package readme

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// withBodyFiles are the kinds, those with a body taking it from a file, too.
func withBodyFiles(kinds []kind) []kind {
	for i := range kinds {
		k := &kinds[i]
		at := slices.IndexFunc(k.attrs, func(a schema.Attr) bool { return a.Name == "body" })
		if at < 0 || hasAttr(k.attrs, "body_file") {
			continue
		}
		k.attrs = slices.Clone(k.attrs)
		k.bodied = k.attrs[at].Required
		if k.attrs[at].Required {
			k.attrs[at].Required, k.attrs[at].Default = false, "what `body_file` holds"
		}
		k.attrs = slices.Insert(k.attrs, at+1, schema.Attr{
			Name: "body_file", Type: cty.String, Default: "none",
			Doc: "Path of a file that holds the body instead, relative to the project root; a managed file as it is wanted. Its text stands as it is, and `mlops readme doctor` tells its faults.",
		})
		others := k.sources
		k.sources = func(r *request) []string {
			var out []string
			if others != nil {
				out = others(r)
			}
			if file := r.line("body_file"); file != "" {
				out = append(out, file)
			}
			return out
		}
	}
	return kinds
}

// body is the section's own text, from the spec or from a file. That of a file, and of
// a custom section, is the user's as it stands: it stops no plan. What would reach
// beyond the section in it is closed, or has markers around the section.
func (r *request) body(level int) []block {
	file := r.line("body_file")
	switch {
	case file != "" && r.given("body") != "":
		r.fail("body_file", "The section has both a body and a body_file", "Leave one out")
		return nil
	case file != "":
		text, ok := r.textFile("body_file", file)
		if !ok {
			return nil
		}
		if text == nil {
			s, _ := r.source("body_file", file)
			return r.notRun([]source{s})
		}
		return r.asItStands(*text, level)
	case !r.verbatim:
		return r.markdown("body", level)
	}
	v, given := r.get("body", cty.String)
	if !given {
		return nil
	}
	return r.asItStands(v.AsString(), level)
}

// checkMarkdown finds fault with what is unsafe in the Markdown of a typed field, and
// with links to files that are not there and that no stage makes. Links without an
// extension may lead to folders, which only doctor looks at.
func (r *request) checkMarkdown(name string) {
	v, given := r.get(name, cty.String)
	if !given || r.verbatim {
		return
	}
	i := inspector{project: *r.project, at: first(r.project.Path, "README.md")}
	i.lines(v.AsString())
	for _, f := range i.found {
		missing := f.Kind == "missing file" && path.Ext(f.target) != "" && r.project.maker(f.target) == ""
		if missing || f.Kind == "unsafe link" || f.Kind == "unsafe HTML" {
			r.fail(name, fmt.Sprintf("Line %d of the %s: %s", f.Line, name, lowerFirst(f.Text)), f.Fix)
		}
	}
}

// textFile is a text file as a section has it; nil where a stage has yet to make it.
func (r *request) textFile(field, file string) (*string, bool) {
	s, ok := r.source(field, file)
	if !ok || !s.present() {
		return nil, ok
	}
	text := strings.TrimPrefix(string(s.content), "\ufeff")
	if !utf8.ValidString(text) {
		r.fail(field, fmt.Sprintf("%q is not UTF-8 text", file), "Name a text file")
		return nil, false
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return &text, true
}

// asItStands is text of the user's that nothing is said against.
func (r *request) asItStands(text string, level int) []block {
	text = verbatim(text)
	if text == "" {
		return nil
	}
	o := outline(text)
	for _, h := range o.heads {
		r.marked = r.marked || h.top && h.level <= level
	}
	if o.open != "" {
		text += "\n" + o.closer
	}
	return []block{{text: text, raw: true}}
}

// bodyFaults are what asItStands does something about, and what nobody can see.
func bodyFaults(text string, level int) []Finding {
	above := len(text) - len(strings.TrimLeft(text, "\n"))
	text = verbatim(text)
	o := outline(text)
	var out []Finding
	add := func(line int, reason, fix string) {
		out = append(out, Finding{Line: above + line, Kind: "text", Fault: true, Text: reason, Fix: fix})
	}
	if o.open != "" {
		add(o.opened, "The text opens "+o.open+" and never closes it; it is closed at its end", "Close it")
	}
	for _, h := range o.heads {
		if h.top && h.level <= level {
			add(h.line, fmt.Sprintf("The heading is of level %d, like one that would end the section of level %d; comments mark the section", h.level, level), "Use a deeper level, or make it a section of its own")
		}
	}
	if line := markerIn(text); line > 0 {
		add(line, "The text holds a comment that marks a section of a README; it has another space there", "Remove it, or put it into a code block")
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if at := strings.IndexFunc(strings.TrimRight(line, "\n"), invisible); at >= 0 {
			c, _ := utf8.DecodeRuneInString(line[at:])
			add(n, fmt.Sprintf("The text holds the control character %U", c), "Remove it")
		}
	}
	return out
}

// VerbatimFaults finds what is wrong in the texts of sections that stand as they are:
// bodies of custom and verbatim sections, and files. The findings in a file have its
// path and line; the others name the section, and have no path.
func VerbatimFaults(sections []Section, p Project) []Finding {
	var out []Finding
	d := document{project: &p, catalogue: catalogue()}
	for _, s := range sections {
		k := d.kind(s.Kind)
		if k == nil {
			continue
		}
		r := &request{fields: fields{value: s.Fields}, project: &p}
		level := r.number("level", 2, 6, 2)
		text, file := "", r.line("body_file")
		switch body, given := r.get("body", cty.String); {
		case !r.flag("enabled", true):
			continue
		case file != "":
			t, ok := r.textFile("body_file", file)
			if !ok || t == nil {
				continue
			}
			text = *t
		case given && k.verbatim:
			text = body.AsString()
		default:
			continue
		}
		if k.name == "verbatim" {
			level = 0
		}
		for _, f := range bodyFaults(text, level) {
			if f.Path = file; file == "" {
				f.Text = fmt.Sprintf("%s (in line %d of the body of section %s)", f.Text, f.Line, strings.TrimSuffix(s.Kind+"."+s.Name, "."))
				f.Line = 0
			}
			out = append(out, f)
		}
	}
	return out
}
