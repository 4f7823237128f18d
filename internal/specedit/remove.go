package specedit

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// RemoveBlock takes out the block at a range, which is that of its header or of
// the whole block, nested or not. What stands with it goes along: the comments
// directly above it, without an empty line between, and one behind it in its
// last line. Of the empty lines around it, those that separated it go. Every
// other byte stays.
//
// The errors are ErrJSON, ErrPlace, or the diagnostics of a text that does not
// parse.
func RemoveBlock(text []byte, filename string, block hcl.Range) ([]byte, error) {
	body, err := parse(text, filename)
	if err != nil {
		return nil, err
	}
	b := findBlock(body, block)
	if b == nil {
		return nil, refuse(filename, block, ErrPlace)
	}
	e := edit{start: leadStart(text, b.TypeRange.Start.Byte), end: len(text)}
	if i := bytes.IndexByte(text[b.CloseBraceRange.End.Byte:], '\n'); i >= 0 {
		e.end = b.CloseBraceRange.End.Byte + i + 1
	}
	out := splice(text, closeGap(text, e))
	if _, err := parse(out, filename); err != nil {
		return nil, refuse(filename, block, ErrPlace)
	}
	return out, nil
}

// findBlock returns the block whose whole or whose header at is.
func findBlock(body *hclsyntax.Body, at hcl.Range) *hclsyntax.Block {
	for _, b := range body.Blocks {
		if b.TypeRange.Start.Byte == at.Start.Byte &&
			(b.Range().End.Byte == at.End.Byte || b.DefRange().End.Byte == at.End.Byte || b.CloseBraceRange.End.Byte == at.End.Byte) {
			return b
		}
		if b.TypeRange.Start.Byte < at.Start.Byte && at.Start.Byte < b.CloseBraceRange.End.Byte {
			return findBlock(b.Body, at)
		}
	}
	return nil
}

// leadStart is where the line begins in which the comments begin that belong to
// what stands at a byte.
func leadStart(text []byte, at int) int {
	// Diagnostics are none: the text has been parsed before.
	tokens, _ := hclsyntax.LexConfig(text, "", hcl.InitialPos)
	first := 0
	for first < len(tokens) && tokens[first].Range.Start.Byte < at {
		first++
	}
	for i := first; i > 0; {
		i--
		// A comment of the form /* */ leaves the line end to the next token.
		if tokens[i].Type == hclsyntax.TokenNewline && i > 0 && inlineComment(tokens[i-1]) {
			i--
		}
		if tokens[i].Type != hclsyntax.TokenComment {
			break
		}
		if i == 0 || bytes.HasSuffix(tokens[i-1].Bytes, []byte("\n")) {
			first = i
		}
	}
	if first == len(tokens) {
		return at
	}
	start := tokens[first].Range.Start.Byte
	return start - len(bytes.TrimPrefix(text[bytes.LastIndexByte(text[:start], '\n')+1:start], []byte("\uFEFF")))
}

func inlineComment(t hclsyntax.Token) bool {
	return t.Type == hclsyntax.TokenComment && bytes.HasPrefix(t.Bytes, []byte("/*"))
}

// closeGap takes the empty lines along that would be too many: those below, when
// others or the beginning stand above; those above, when the end stands below.
func closeGap(text []byte, e edit) edit {
	above := bytes.TrimPrefix(text[:e.start], []byte("\uFEFF"))
	if len(above) == 0 || endsBlank(above) || bytes.HasSuffix(bytes.TrimSpace(above), []byte("{")) {
		for {
			line, _, more := bytes.Cut(text[e.end:], []byte("\n"))
			if !more || len(bytes.TrimSpace(line)) > 0 {
				break
			}
			e.end += len(line) + 1
		}
	}
	if below := bytes.TrimSpace(text[e.end:]); len(below) == 0 || below[0] == '}' {
		for endsBlank(text[:e.start]) {
			e.start = bytes.LastIndexByte(text[:e.start-1], '\n') + 1
		}
	}
	return e
}

// Blocks returns the ranges of the headers of all blocks, nested or not, with a type
// and labels, in the order of the text. Labels beyond those given do not matter.
func Blocks(text []byte, filename, kind string, labels ...string) ([]hcl.Range, error) {
	body, err := parse(text, filename)
	if err != nil {
		return nil, err
	}
	var out []hcl.Range
	var walk func(*hclsyntax.Body)
	walk = func(b *hclsyntax.Body) {
		for _, block := range b.Blocks {
			if block.Type == kind && len(block.Labels) >= len(labels) && slices.Equal(block.Labels[:len(labels)], labels) {
				out = append(out, block.DefRange())
			}
			walk(block.Body)
		}
	}
	walk(body)
	return out, nil
}
