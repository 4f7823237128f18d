// Package specedit edits the text of a spec in place: a new value for a literal,
// a block more, a block less. Every edit is a splice of bytes, so comments and
// layout of everything else stay as they are.
//
// Vocabulary: a literal is a string without interpolation, quoted or a heredoc;
// a constant is a literal, a number, a bool, null, or a list or an object of
// constants; flush is a heredoc of the form <<-, which loses the indentation
// that its lines share.
//
// No edit is trusted: the new text is parsed and evaluated, and what does not
// give exactly the value asked for is an error. The package refuses to edit what
// is computed, text that does not parse and HCL's JSON syntax; it opens no file
// and knows no block or attribute of the language.
package specedit

import (
	"errors"
	"fmt"
	"path"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// Why an edit is refused. Errors wrap one of these with its place, as
// "file:line:column: reason", or are hcl.Diagnostics when the text given does
// not parse.
var (
	// ErrJSON says that a file is in HCL's JSON syntax.
	ErrJSON = errors.New("HCL's JSON syntax is not edited in place: edit it by hand")
	// ErrNotConstant says that a value is computed: it comes from a reference, a
	// function, an operator or an interpolation.
	ErrNotConstant = errors.New("the value is computed here: edit it by hand")
	// ErrPlace says that a range does not hold what it is said to hold.
	ErrPlace = errors.New("nothing that can be edited has its place here: the file has changed")
	// ErrValue says that HCL has no way to write a value: text that is not UTF-8
	// in normal form NFC, an infinite number, something unknown or sensitive.
	ErrValue = errors.New("the value cannot be written in HCL")
	// ErrComment says that comments within a value would be lost.
	ErrComment = errors.New("comments within the value would be lost: edit it by hand")
)

// refuse gives a reason its place.
func refuse(filename string, at hcl.Range, reason error) error {
	return fmt.Errorf("%s:%d:%d: %w", filename, at.Start.Line, at.Start.Column, reason)
}

// parse reads native syntax; the limits of a spec file hold.
func parse(text []byte, filename string) (*hclsyntax.Body, error) {
	if path.Ext(filename) == ".json" {
		return nil, fmt.Errorf("%s: %w", filename, ErrJSON)
	}
	if diags := hcllimit.Scan(filename, text); diags.HasErrors() {
		return nil, diags
	}
	f, diags := hclsyntax.ParseConfig(text, filename, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, hcllimit.ExplainSyntax(text, diags)
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return nil, fmt.Errorf("%s: %w", filename, ErrPlace)
	}
	return body, nil
}

// find returns the outermost expression that fills text[start:end]; nil when
// none does.
func find(body *hclsyntax.Body, start, end int) hclsyntax.Expression {
	var found hclsyntax.Expression
	// The visitor returns no diagnostics, so that there are none to look at.
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		x, is := n.(hclsyntax.Expression)
		if is && found == nil && x.Range().Start.Byte == start && x.Range().End.Byte == end {
			found = x
		}
		return nil
	})
	return found
}

// edit replaces text[start:end] by with.
type edit struct {
	start, end int
	with       string
}

// splice makes edits, which are in order and do not overlap.
func splice(text []byte, edits ...edit) []byte {
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, text[at:e.start]...), e.with...)
		at = e.end
	}
	return append(out, text[at:]...)
}

// holds reports whether text parses and the expression in text[start:end] is a
// constant equal to want.
func holds(text []byte, e edit, want cty.Value) bool {
	body, err := parse(text, "")
	if err != nil {
		return false
	}
	x := find(body, e.start, e.start+len(e.with))
	got, is := constant(x)
	return is && same(got, want)
}
