package specedit

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// Block is one to write. Attributes come before blocks, both in order.
type Block struct {
	Type       string
	Labels     []string
	Attributes []Attr
	Blocks     []Block
}

// Attr is an attribute to write: the source of an expression, or else a constant
// value.
type Attr struct {
	Name, Expr string
	Value      cty.Value
}

// AppendBlocks writes blocks at the end of a file in native syntax, each after
// an empty line and laid out as the formatter has it. Text of several lines
// becomes a heredoc where that can say it, objects have one item a line, and
// line ends are those of the file. The given text is a prefix of the result; it
// is not parsed.
//
// The errors are ErrValue, with what cannot be written: a value, a name or an
// expression that does not parse.
func AppendBlocks(text []byte, blocks ...Block) ([]byte, error) {
	if len(blocks) == 0 {
		return text, nil
	}
	w := blockWriter{eol: lineEnd(text)}
	for i, b := range blocks {
		if i > 0 {
			w.WriteByte('\n')
		}
		if err := w.block(b, ""); err != nil {
			return nil, err
		}
	}
	added := hclwrite.Format([]byte(w.String()))
	added = bytes.ReplaceAll(added, []byte("\n"), []byte(w.eol))
	if err := reads(added, blocks); err != nil {
		return nil, err
	}
	out := slices.Clone(text)
	if body := bytes.TrimPrefix(text, []byte("\uFEFF")); len(body) > 0 {
		if !bytes.HasSuffix(body, []byte("\n")) {
			out = append(out, w.eol...)
		}
		if !endsBlank(body) {
			out = append(out, w.eol...)
		}
	}
	return append(out, added...), nil
}

// endsBlank reports whether nothing stands in the last line that is ended.
func endsBlank(text []byte) bool {
	rest, ended := bytes.CutSuffix(text, []byte("\n"))
	return ended && len(bytes.TrimSpace(rest[bytes.LastIndexByte(rest, '\n')+1:])) == 0
}

// blockWriter writes with LF, in no particular layout.
type blockWriter struct {
	strings.Builder
	eol string // of the file
}

func (w *blockWriter) block(b Block, indent string) error {
	if !hclsyntax.ValidIdentifier(b.Type) {
		return fmt.Errorf("block type %q: %w", b.Type, ErrValue)
	}
	if len(indent) > maxDepth {
		return fmt.Errorf("blocks nest too deep: %w", ErrValue)
	}
	w.WriteString(indent + b.Type)
	for _, l := range b.Labels {
		w.WriteString(" " + quoted(l))
	}
	if len(b.Attributes)+len(b.Blocks) == 0 {
		w.WriteString(" {}\n")
		return nil
	}
	w.WriteString(" {\n")
	for _, a := range b.Attributes {
		if err := w.attribute(a, indent+"  "); err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
	}
	for i, inner := range b.Blocks {
		if i+len(b.Attributes) > 0 {
			w.WriteByte('\n')
		}
		if err := w.block(inner, indent+"  "); err != nil {
			return err
		}
	}
	w.WriteString(indent + "}\n")
	return nil
}

func (w *blockWriter) attribute(a Attr, indent string) error {
	src := a.Expr
	switch {
	case !hclsyntax.ValidIdentifier(a.Name):
		return fmt.Errorf("as the name of an attribute: %w", ErrValue)
	case src != "":
		if hcllimit.Scan("", []byte(src)).HasErrors() || strings.Contains(src, "\r") {
			return ErrValue
		}
		if _, diags := hclsyntax.ParseExpression([]byte(src), "", hcl.InitialPos); diags.HasErrors() {
			return fmt.Errorf("%w: %w", ErrValue, diags)
		}
	case !expressible(a.Value, 0):
		return ErrValue
	default:
		src = w.value(a.Value, indent)
	}
	w.WriteString(indent + a.Name + " = " + src + "\n")
	return nil
}

// value writes one; the caller's formatter lays it out.
func (w *blockWriter) value(v cty.Value, indent string) string {
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == cty.String && long(v.AsString()):
		return w.text(v.AsString(), indent)
	case keyed(v):
		return wide(v)
	}
	return fitting(v)
}

// text writes several lines. The line ends of the file are put in later.
func (w *blockWriter) text(s, indent string) string {
	if bare := strings.ReplaceAll(s, w.eol, ""); strings.ContainsAny(bare, "\r\n") {
		return quoted(s)
	}
	s = strings.ReplaceAll(s, w.eol, "\n")
	for _, flush := range []bool{true, false} {
		h := heredoc{flush: flush, marker: "EOT", indent: indent + "  ", outdent: indent, eol: "\n"}
		if src, ok := h.write(s); ok && says(src, s) {
			return src
		}
	}
	return quoted(strings.ReplaceAll(s, "\n", w.eol))
}

// reads checks that what was written is read back as the blocks it stands for.
func reads(text []byte, blocks []Block) error {
	body, err := parse(text, "")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrValue, err)
	}
	if len(body.Attributes) != 0 || !alike(body.Blocks, blocks) {
		return ErrValue
	}
	return nil
}

func alike(got hclsyntax.Blocks, want []Block) bool {
	return slices.EqualFunc(got, want, func(g *hclsyntax.Block, w Block) bool {
		if g.Type != w.Type || !slices.Equal(g.Labels, w.Labels) || len(g.Body.Attributes) != len(w.Attributes) {
			return false
		}
		for _, a := range w.Attributes {
			attr := g.Body.Attributes[a.Name]
			if attr == nil {
				return false
			}
			if v, is := constant(attr.Expr); a.Expr == "" && (!is || !same(v, a.Value)) {
				return false
			}
		}
		return alike(g.Body.Blocks, w.Blocks)
	})
}
