package adopt

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/zclconf/go-cty/cty"
)

// text is one file of the spec. Its blocks are edited one by one in their own
// text, so that what an edit costs does not grow with the spec.
type text struct {
	name      string
	src, next []byte
	body      *hclsyntax.Body // nil for the JSON twin
}

// place is the block of an object.
type place struct {
	text   *text
	file   *hclspec.File
	syntax *hclsyntax.Block
	// edits are those of the block, piece its text with them.
	edits []*edit
	piece []byte
}

// at is a place in the block's file.
func (p *place) at(line int) string { return fmt.Sprintf("%s:%d", p.text.name, line) }

// indent is the white space before the block.
func (p *place) indent() string {
	from := p.syntax.TypeRange.Start.Byte
	line := string(p.text.src[bytes.LastIndexByte(p.text.src[:from], '\n')+1 : from])
	if strings.TrimSpace(line) != "" {
		return ""
	}
	return line
}

// edit is one value that the spec shall have; one without a block is of a source.
type edit struct {
	block     *place
	attr, key string
	value     cty.Value
	// rank orders the edits of one block: an inserted line comes last.
	rank int
	done Done
}

func parseAll(spec []hclspec.Source) map[string]*text {
	out := make(map[string]*text, len(spec))
	for _, s := range spec {
		t := &text{name: s.Name, src: s.Src, next: s.Src}
		out[s.Name] = t
		if !strings.HasSuffix(s.Name, ".json") {
			t.body = parse(s.Src, s.Name)
		}
	}
	return out
}

// parse reads text that was read without a fault before; nil is nothing.
func parse(src []byte, name string) *hclsyntax.Body {
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	body, _ := file.Body.(*hclsyntax.Body)
	return body
}

// block finds the block of an object, if that can be edited in place.
func (r *run) block(f *hclspec.File) (*place, bool) {
	p, t := string(f.Path), r.texts[f.Range.Filename]
	if by := f.UsedBy(); by != "" {
		r.refuse(p, "is written by a component, as %s at %s:%d, and the spec has no text of it; change the component or its inputs (%s)", f.Address, f.Range.Filename, f.Range.Start.Line, by)
		return nil, false
	}
	if t == nil || t.body == nil {
		r.refuse(p, "%s is at %s:%d, and HCL's JSON syntax is not edited in place; change it there", f.Address, f.Range.Filename, f.Range.Start.Line)
		return nil, false
	}
	for _, b := range t.body.Blocks {
		if b.DefRange().Start.Byte != f.Range.Start.Byte {
			continue
		}
		if each := b.Body.Attributes["for_each"]; each != nil {
			r.refuse(p, "%s is one of those that for_each makes at %s:%d; change what it makes them from there", f.Address, t.name, each.SrcRange.Start.Line)
			return nil, false
		}
		return &place{text: t, file: f, syntax: b}, true
	}
	r.refuse(p, "%s is not found at %s:%d", f.Address, f.Range.Filename, f.Range.Start.Line)
	return nil, false
}

// splice makes the edits, the last block of a file first, so that the places of
// the others hold.
func (r *run) splice() {
	var blocks []*place
	for _, e := range r.edits {
		if e.block == nil {
			continue
		}
		if e.block.edits == nil {
			blocks = append(blocks, e.block)
		}
		e.block.edits = append(e.block.edits, e)
	}
	slices.SortFunc(blocks, func(a, b *place) int { return b.syntax.TypeRange.Start.Byte - a.syntax.TypeRange.Start.Byte })
	for _, b := range blocks {
		from, to := b.syntax.TypeRange.Start.Byte, b.syntax.CloseBraceRange.End.Byte
		b.piece = b.text.src[from:to]
		r.edit(b)
		b.text.next = slices.Concat(b.text.next[:from], b.piece, b.text.next[to:])
	}
	for _, t := range r.texts {
		t.tidy()
	}
	moved := map[*text]int{}
	for _, b := range slices.Backward(blocks) {
		r.lines(b, moved)
	}
}

// tidy lays a text out that was laid out before: a line more may need its sign below
// those of the others.
func (t *text) tidy() {
	if t.body == nil || bytes.Equal(t.src, t.next) {
		return
	}
	if was, diags := hclspec.Format(hclspec.Source{Name: t.name, Src: t.src}); diags.HasErrors() || !bytes.Equal(was, t.src) {
		return
	}
	if next, diags := hclspec.Format(hclspec.Source{Name: t.name, Src: t.next}); !diags.HasErrors() {
		t.next = next
	}
}

// edit makes the edits of one block in its text.
func (r *run) edit(b *place) {
	slices.SortStableFunc(b.edits, func(x, y *edit) int { return x.rank - y.rank })
	for _, e := range b.edits {
		next, err := e.apply(b.piece)
		if err != nil {
			r.refuse(e.done.Path, "%s", r.reason(e, err))
			return
		}
		b.piece = next
	}
}

var errNoMode = errors.New("no mode, and no line for one")

// apply makes one edit in the text of its block.
func (e *edit) apply(piece []byte) ([]byte, error) {
	body := parse(piece, "")
	if body == nil || len(body.Blocks) != 1 {
		return nil, specedit.ErrPlace
	}
	b := body.Blocks[0]
	attr := b.Body.Attributes[e.attr]
	switch {
	case attr == nil && e.attr == "mode":
		return insertMode(piece, b, fmt.Sprintf(" = %q", e.value.AsString()))
	case attr == nil && e.rank > 0:
		next, err := insertText(piece, b, e.attr, e.value, e.block.indent())
		if err == nil && !says(next, e.attr, e.value) {
			err = specedit.ErrValue
		}
		return next, err
	case attr == nil:
		return nil, specedit.ErrPlace
	case e.key != "":
		return specedit.SetObjectItem(piece, "", attr.Expr.Range(), e.key, e.value)
	}
	return specedit.SetAttribute(piece, "", attr.Expr.Range(), e.value.AsString())
}

// says reports whether the only block of a text has the literal.
func says(piece []byte, attr string, want cty.Value) bool {
	body := parse(piece, "")
	if body == nil || len(body.Blocks) != 1 || body.Blocks[0].Body.Attributes[attr] == nil {
		return false
	}
	got, is := specedit.Literal(body.Blocks[0].Body.Attributes[attr].Expr)
	return is && got == want.AsString()
}

// insertMode puts the attribute into the first line of a block of several lines,
// with its sign below those that follow, as the formatter has it.
func insertMode(piece []byte, b *hclsyntax.Block, value string) ([]byte, error) {
	i := bytes.IndexByte(piece[b.OpenBraceRange.End.Byte:], '\n')
	if i < 0 || b.OpenBraceRange.Start.Line == b.CloseBraceRange.Start.Line {
		return nil, errNoMode
	}
	from := b.OpenBraceRange.End.Byte + i + 1
	eol := "\n"
	if piece[from-2] == '\r' {
		eol = "\r\n"
	}
	indent, pad := "  ", ""
	for _, a := range b.Body.Attributes {
		if a.NameRange.Start.Line == b.OpenBraceRange.Start.Line+1 {
			indent = string(piece[from:a.NameRange.Start.Byte])
			pad = strings.Repeat(" ", max(0, a.EqualsRange.Start.Byte-a.NameRange.Start.Byte-len("mode ")))
		}
	}
	return slices.Concat(piece[:from], []byte(indent+"mode"+pad+value+eol), piece[from:]), nil
}

// reason puts a fault of specedit into words with its place.
func (r *run) reason(e *edit, err error) string {
	b := e.block
	attr := b.syntax.Body.Attributes[e.attr]
	where := b.at(b.syntax.TypeRange.Start.Line)
	var expr hclsyntax.Expression
	if attr != nil {
		where, expr = b.at(attr.SrcRange.Start.Line), attr.Expr
	}
	if e.key != "" {
		where = b.key(e.key)
	}
	switch {
	case errors.Is(err, errNoMode):
		return fmt.Sprintf("has mode %s now, and the block of %s is in one line at %s; write mode = %q there", e.value.AsString(), e.done.Address, where, e.value.AsString())
	case errors.Is(err, specedit.ErrNotConstant):
		return fmt.Sprintf("the %s is computed at %s%s; change it there", e.done.What, where, r.from(expr))
	case errors.Is(err, specedit.ErrComment):
		return fmt.Sprintf("the %s has comments at %s that would be lost; change it there", e.done.What, where)
	case errors.Is(err, specedit.ErrValue):
		return fmt.Sprintf("the %s cannot be written in HCL at %s; keep it in a file of its own and name that with `source`", e.done.What, where)
	}
	return fmt.Sprintf("the %s cannot be edited at %s: %s", e.done.What, where, err)
}

// from names what an expression refers to and where that is declared.
func (r *run) from(expr hclsyntax.Expression) string {
	if expr == nil {
		return ""
	}
	var names []string
	for _, trav := range expr.Variables() {
		name, label := trav.RootName(), ""
		if len(trav) > 1 {
			if a, ok := trav[1].(hcl.TraverseAttr); ok {
				label = a.Name
			}
		}
		if label == "" || name != "local" && name != "var" {
			continue
		}
		text := name + "." + label + r.declared(name, label)
		if !slices.Contains(names, text) {
			names = append(names, text)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " from " + strings.Join(names, ", ")
}

// declared is where a local or a variable stands, in brackets.
func (r *run) declared(name, label string) string {
	for _, t := range r.texts {
		if t.body == nil {
			continue
		}
		for _, b := range t.body.Blocks {
			switch {
			case name == "var" && b.Type == "variable" && len(b.Labels) == 1 && b.Labels[0] == label:
				return fmt.Sprintf(" (%s:%d)", t.name, b.TypeRange.Start.Line)
			case name == "local" && b.Type == "locals" && b.Body.Attributes[label] != nil:
				return fmt.Sprintf(" (%s:%d)", t.name, b.Body.Attributes[label].SrcRange.Start.Line)
			}
		}
	}
	return ""
}

// lines notes where the edits of a block stand in the new text. moved counts by how
// many lines the edits before have moved the rest of a file.
func (r *run) lines(b *place, moved map[*text]int) {
	body := parse(b.piece, "")
	if body == nil || len(body.Blocks) != 1 {
		r.refuse(string(b.file.Path), "the edited block of %s would be none any more", b.file.Address)
		return
	}
	was := b.syntax.TypeRange.Start.Line
	for _, e := range b.edits {
		e.done.File, e.done.Line = b.text.name, was+moved[b.text]+lineOf(body.Blocks[0], e)-1
	}
	old := b.syntax.CloseBraceRange.End.Line - was
	moved[b.text] += bytes.Count(b.piece, []byte("\n")) - old
}

// lineOf is the line of what an edit is about.
func lineOf(b *hclsyntax.Block, e *edit) int {
	attr := b.Body.Attributes[e.attr]
	if attr == nil {
		return b.TypeRange.Start.Line
	}
	object, ok := attr.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok || e.key == "" {
		return attr.NameRange.Start.Line
	}
	for _, item := range object.Items {
		k, diags := item.KeyExpr.Value(nil)
		if !diags.HasErrors() && k.Type() == cty.String && k.IsKnown() && !k.IsNull() && k.AsString() == e.key {
			return item.KeyExpr.Range().Start.Line
		}
	}
	return attr.NameRange.Start.Line
}

// key is where a key of the block is written.
func (p *place) key(name string) string {
	return p.at(lineOf(p.syntax, &edit{attr: "set", key: name}))
}
