package adopt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/zclconf/go-cty/cty"
)

// readme adopts the sections of a README that somebody changed, each into the block
// that says it. Text that is nobody's section stays the user's and needs no adoption.
func (r *run) readme(e *planner.Entry, d *planner.Disk) {
	if d.Same {
		return // nothing is edited, and the file need not have been read
	}
	p, doc := string(e.Path), r.Project.Readme
	for _, other := range r.Project.Readmes() {
		if other.Address == e.Address {
			doc = other
		}
	}
	edits, err := planner.SectionEdits(doc, e, r.locked[e.Address], d.Content)
	if err != nil {
		r.refuse(p, "%s", err)
		return
	}
	for i := range edits {
		r.section(e, doc, &edits[i])
	}
}

// section adopts what one section says now.
func (r *run) section(e *planner.Entry, doc *hclspec.Readme, x *planner.SectionEdit) {
	p, s := string(e.Path), x.Section
	where := fmt.Sprintf("line %d: the section %s", x.Line, x.ID)
	switch {
	case s == nil && x.Line == 0:
		r.refuse(p, "the section %s was deleted, and is added by the preset at %s; give the readme block a section %q with enabled = false instead", x.ID, at(e.Range), x.ID)
		return
	case s == nil:
		r.refuse(p, "%s is added by the preset at %s, and the spec has no text of it; give the readme block a section %q of its own", where, at(e.Range), x.ID)
		return
	case x.Line == 0:
		r.refuse(p, "the section %s was deleted, and a deletion is not adopted; remove its block at %s:%d instead", x.ID, s.Range.Filename, s.Range.Start.Line)
		return
	}
	b, ok := r.sectionBlock(e, x)
	if !ok {
		return
	}
	if _, err := literal([]byte(x.Text)); err != nil {
		r.refuse(p, "%s %s", where, err)
		return
	}
	for _, all := range sectionEdits(b.syntax, x) {
		if slices.ContainsFunc(all, func(one edit) bool { return !s.Fields.Type().HasAttribute(one.attr) }) {
			continue // no attribute of this kind
		}
		for _, one := range all {
			one.block, one.done = b, Done{Path: p, Address: e.Address, What: one.attr + " of section " + x.ID}
			r.edits = append(r.edits, &one)
		}
		return
	}
	r.refuse(p, "%s at %s:%d does not say this text literally%s; change it there", where, s.Range.Filename, s.Range.Start.Line, r.computed(b))
}

// computed names the attributes of a section that are computed.
func (r *run) computed(b *place) string {
	for _, name := range bodies() {
		a := b.syntax.Body.Attributes[name]
		if a == nil {
			continue
		}
		if _, is := specedit.Literal(a.Expr); !is {
			return fmt.Sprintf(": its %s is computed at %s%s", name, b.at(a.SrcRange.Start.Line), r.from(a.Expr))
		}
	}
	return ""
}

// bodies are the attributes that hold text as it stands in the README, in the order
// in which an edit is looked for in them.
func bodies() []string { return []string{"body", "before", "after", "tagline"} }

// sectionEdits are the ways to make a section say its new text, the best first: in a
// literal that it has, or below its heading and at its end. What surrounds must be as
// it was rendered.
func sectionEdits(b *hclsyntax.Block, x *planner.SectionEdit) [][]edit {
	var out [][]edit
	for _, name := range bodies() {
		a := b.Body.Attributes[name]
		if a == nil {
			continue
		}
		old, is := specedit.Literal(a.Expr)
		if said := strings.Trim(strings.ReplaceAll(old, "\r\n", "\n"), "\n"); is && said != "" {
			if text, ok := replaced(x.Rendered, x.Text, said); ok {
				out = append(out, []edit{{attr: name, value: cty.StringVal(ended(text, old))}})
			}
		}
	}
	if all := around(b, x); len(all) > 0 {
		out = append(out, all)
	}
	return out
}

// around finds what was written between the heading and the rest of a section, and
// behind that.
func around(b *hclsyntax.Block, x *planner.SectionEdit) []edit {
	head, rest, more := strings.Cut(x.Rendered, "\n\n")
	if !more {
		head, rest = "", x.Rendered
	}
	now, ok := strings.CutPrefix(x.Text, head)
	i := strings.Index(now, rest)
	if !ok || i < 0 {
		return nil
	}
	before, after := now[:i], now[i+len(rest):]
	if !more && before != "" || more && !strings.HasSuffix(before, "\n\n") || after != "" && !strings.HasPrefix(after, "\n\n") {
		return nil
	}
	var out []edit
	for _, one := range []struct{ name, text string }{{"before", before}, {"after", after}} {
		text := strings.Trim(one.text, "\n")
		switch {
		case text == "":
		case b.Body.Attributes[one.name] != nil:
			return nil
		default:
			out = append(out, edit{attr: one.name, value: cty.StringVal(ended(text, "")), rank: 1})
		}
	}
	return out
}

// replaced is what stands in the new text in the place that said has in the old.
func replaced(was, now, said string) (string, bool) {
	for from := 0; from < len(was); {
		i := strings.Index(was[from:], said)
		if i < 0 {
			break
		}
		before, after := was[:from+i], was[from+i+len(said):]
		if strings.HasPrefix(now, before) && strings.HasSuffix(now, after) && len(now) > len(before)+len(after) {
			text := now[len(before) : len(now)-len(after)]
			return text, strings.TrimSpace(text) != ""
		}
		from += i + 1
	}
	return "", false
}

// ended is text with the line ends that stood behind the old one, or as a heredoc has
// it: those behind the text of a section do not matter.
func ended(text, old string) string {
	end := old[len(strings.TrimRight(old, "\r\n")):]
	if end == "" && strings.Contains(text, "\n") {
		end = "\n"
	}
	return text + end
}

// sectionBlock finds the block of a section in the text of the spec.
func (r *run) sectionBlock(e *planner.Entry, x *planner.SectionEdit) (*place, bool) {
	p, s := string(e.Path), x.Section
	t := r.texts[s.Range.Filename]
	if s.Inherited {
		r.refuse(p, "line %d: the section %s is that of the README, at %s:%d; give the translation at %s one of its own", x.Line, x.ID, s.Range.Filename, s.Range.Start.Line, at(e.Range))
		return nil, false
	}
	if s.Component != "" {
		r.refuse(p, "line %d: the section %s is offered by %s, and the spec has no text of it; change the component or its inputs", x.Line, x.ID, s.Component)
		return nil, false
	}
	if t == nil || t.body == nil {
		r.refuse(p, "line %d: the section %s is at %s:%d, and HCL's JSON syntax is not edited in place; change it there", x.Line, x.ID, s.Range.Filename, s.Range.Start.Line)
		return nil, false
	}
	for _, outer := range t.body.Blocks {
		if outer.Type != "readme" {
			continue
		}
		for _, b := range sectionBlocks(outer) {
			if b.DefRange().Start.Byte == s.Range.Start.Byte {
				return &place{text: t, file: &hclspec.File{Path: e.Path, Address: e.Address, Range: s.Range}, syntax: b}, true
			}
		}
	}
	r.refuse(p, "line %d: the section %s is one of those that `dynamic` makes at %s:%d; change what it makes them from there", x.Line, x.ID, s.Range.Filename, s.Range.Start.Line)
	return nil, false
}

// sectionBlocks are the sections of a readme block and of its translations.
func sectionBlocks(b *hclsyntax.Block) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, inner := range b.Body.Blocks {
		switch inner.Type {
		case "section":
			out = append(out, inner)
		case "translation":
			out = append(out, sectionBlocks(inner)...)
		}
	}
	return out
}

// insertText puts a new attribute at the end of a block; indent is that of the block.
func insertText(piece []byte, b *hclsyntax.Block, name string, value cty.Value, indent string) ([]byte, error) {
	made, err := specedit.AppendBlocks(nil, specedit.Block{Type: "section", Attributes: []specedit.Attr{{Name: name, Value: value}}})
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(strings.TrimRight(string(made), "\n"), "\n")
	var inner strings.Builder
	flush := strings.Contains(lines[1], "<<-")
	for i, line := range lines[1 : len(lines)-1] {
		if strings.TrimSpace(line) != "" && (i == 0 || flush || i == len(lines)-3) {
			inner.WriteString(indent)
		}
		inner.WriteString(line)
	}
	open, end := b.OpenBraceRange.End.Byte, b.CloseBraceRange.Start.Byte
	head, tail := string(piece[:end]), string(piece[end:])
	if b.OpenBraceRange.Start.Line == b.CloseBraceRange.Start.Line {
		head = string(piece[:open]) + "\n"
		if one := strings.TrimSpace(string(piece[open:end])); one != "" {
			head += indent + "  " + one + "\n"
		}
		return []byte(head + inner.String() + indent + tail), nil
	}
	head = strings.TrimRight(head, " \t")
	return []byte(head + inner.String() + indent + tail), nil
}
