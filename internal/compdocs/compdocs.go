// Package compdocs writes the reference of a component as Markdown: its inputs, its
// outputs, what it adds to a project and what it reads.
//
// The text is a pure function of what hclspec.Describe found, so that a check can tell
// a stale one. All that comes from the component is escaped: it cannot end a cell, nor
// open a comment or an element of HTML. The package reads and writes no files; Put
// gives the new text of a file that keeps the reference in a marked region.
package compdocs

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// maxDefault is the longest default shown, in columns.
const maxDefault = 120

// address is what the markers of the region state.
const address = "component.docs"

// Put returns text with the reference in its marked region, which is put at the end
// when the text has none. It is text itself when nothing changes. The error says
// what is wrong with the text, without a path.
func Put(text, reference []byte) ([]byte, error) {
	return block.Put(text, block.Want{
		Address: address, Body: append(append([]byte("\n"), bytes.TrimRight(reference, "\n")...), "\n\n"...),
		Comment: block.Comment{Prefix: "<!--", Suffix: "-->"}, Position: block.Position{Place: block.End},
	})
}

// Markdown writes the reference: tables in GitHub's form, without a title.
func Markdown(c *hclspec.ComponentInfo) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "Component `%s` %s", code(c.Manifest.Name), prose(c.Manifest.Version))
	if c.Manifest.Description != "" {
		fmt.Fprintf(&b, ": %s", prose(c.Manifest.Description))
	}
	b.WriteString("\n")
	inputs(&b, c)
	outputs(&b, c)
	objects(&b, c)
	parts(&b, c)
	needs(&b, &c.Manifest)
	return []byte(b.String())
}

func table(b *strings.Builder, title string, columns ...string) {
	fmt.Fprintf(b, "\n### %s\n\n| %s |\n|%s\n", title, strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
}

func row(b *strings.Builder, cells ...string) {
	b.WriteString("|")
	for _, c := range cells {
		if c != "" {
			b.WriteString(" " + c)
		}
		b.WriteString(" |")
	}
	b.WriteString("\n")
}

func inputs(b *strings.Builder, c *hclspec.ComponentInfo) {
	if len(c.Inputs) == 0 {
		b.WriteString("\n### Inputs\n\nNone.\n")
		return
	}
	table(b, "Inputs", "input", "type", "default", "meaning")
	for i := range c.Inputs {
		in := &c.Inputs[i]
		def := "required"
		if in.Default != nil {
			def = span(Value(*in.Default))
			if in.Sensitive {
				def = "hidden"
			}
		}
		row(b, span(in.Name), span(in.TypeText), def, meaning(in))
	}
}

func meaning(in *hclspec.ComponentInput) string {
	var said []string
	if in.Description != "" {
		said = append(said, sentence(in.Description))
	}
	for _, rule := range in.Rules {
		said = append(said, "Rule: "+sentence(rule))
	}
	if in.Sensitive {
		said = append(said, "Sensitive.")
	}
	if !in.Nullable {
		said = append(said, "Not null.")
	}
	return strings.Join(said, " ")
}

func outputs(b *strings.Builder, c *hclspec.ComponentInfo) {
	if len(c.Outputs) == 0 {
		return
	}
	table(b, "Outputs", "output", "meaning")
	for _, o := range c.Outputs {
		said := ""
		if o.Description != "" {
			said = sentence(o.Description)
		}
		if o.Sensitive {
			said = strings.TrimSpace(said + " Sensitive.")
		}
		row(b, span(o.Name), said)
	}
}

func objects(b *strings.Builder, c *hclspec.ComponentInfo) {
	if len(c.Objects)+len(c.Sections) == 0 {
		return
	}
	table(b, "What it adds", "path", "kind", "made from")
	for _, o := range c.Objects {
		from := ""
		if o.From != "" {
			from = span(o.From)
		}
		kind := o.Kind
		if o.ForEach {
			kind += ", for each element"
		}
		row(b, span(o.Path), kind, from)
	}
	for _, s := range c.Sections {
		row(b, "README", "section", prose(SectionName(s)))
	}
}

func parts(b *strings.Builder, c *hclspec.ComponentInfo) {
	if len(c.Parts) == 0 {
		return
	}
	table(b, "Components inside", "name", "source", "version")
	for _, p := range c.Parts {
		version := ""
		if p.Version != "" {
			version = span(p.Version)
		}
		row(b, span(p.Name), span(p.Source), version)
	}
}

func needs(b *strings.Builder, m *hclspec.Manifest) {
	lists := []struct {
		lead  string
		names []string
	}{
		{"Reads the facts", m.Reads}, {"Needs", m.Requires}, {"Cannot be used with", m.Conflicts}, {"Supports Python", m.Python},
	}
	for _, l := range lists {
		if len(l.names) == 0 {
			continue
		}
		spans := make([]string, len(l.names))
		for i, name := range l.names {
			spans[i] = span(name)
		}
		fmt.Fprintf(b, "\n%s %s.\n", l.lead, strings.Join(spans, ", "))
	}
}

// SectionName is a section as people call it.
func SectionName(s hclspec.ComponentSection) string {
	switch {
	case s.Kind == "":
		return "as its inputs say"
	case s.Name == "":
		return s.Kind
	}
	return s.Kind + " " + s.Name
}

// Value is a value on one line: JSON, cut where it is long.
func Value(v cty.Value) string {
	if v.IsNull() {
		return "null"
	}
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return show.Clip(hclspec.Show(v), maxDefault)
	}
	return show.Clip(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text)), maxDefault)
}

// sentence ends prose with a period.
func sentence(text string) string {
	text = prose(text)
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// prose is text of the component inside of a line or a cell; code spans in it stay.
func prose(text string) string {
	text = show.Line(strings.Join(strings.Fields(text), " "))
	return strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;").Replace(text)
}

// code is text for a code span with single ticks that stands in no cell.
func code(text string) string { return strings.ReplaceAll(show.Line(text), "`", "'") }

// span is a code span in a cell, with as many ticks as the text needs.
func span(text string) string {
	text = strings.ReplaceAll(show.Line(text), "|", `\|`)
	if text == "" {
		return ""
	}
	ticks := "`"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return ticks + text + ticks
}
