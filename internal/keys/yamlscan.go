package keys

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlScanner finds the bytes of the library's nodes.
type yamlScanner struct {
	text  []byte
	lines []int
	file  *yamlFile
	depth int
	named map[string]*anchor // by the name, the last one so far
	// The place found last: nodes come in the order of the text, so counting the
	// characters of a long line goes on from here.
	line, col, at int
}

// lost says that the text is not what the library's node says.
func (s *yamlScanner) lost(at int) error {
	line, _ := position(s.text, at)
	return &SyntaxError{Line: line, Reason: "the bytes of a YAML value cannot be told for certain"}
}

// place returns the offset of the node's first byte.
func (s *yamlScanner) place(n *yaml.Node) (int, error) {
	if n.Line < 1 || n.Line > len(s.lines) {
		return 0, s.lost(len(s.text))
	}
	if n.Line != s.line || n.Column < s.col {
		s.line, s.col, s.at = n.Line, 1, s.lines[n.Line-1]
	}
	for s.col < n.Column && s.at < len(s.text) {
		_, size := utf8.DecodeRune(s.text[s.at:])
		s.at += size
		s.col++
	}
	return s.at, nil
}

// skip goes over white space, line ends and comments.
func (s *yamlScanner) skip(at int) int {
	for at < len(s.text) {
		switch c := s.text[at]; {
		case c == ' ', c == '\t', c == '\n', c == '\r':
			at++
		case c == '#' && (at == 0 || bytes.IndexByte([]byte(" \t\r\n"), s.text[at-1]) >= 0):
			at = lineEndAt(s.text, at)
		default:
			return at
		}
	}
	return at
}

func (s *yamlScanner) document(doc *yaml.Node) error {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return s.lost(0)
	}
	c := doc.Content[0]
	if empty(c) && c.Anchor == "" {
		s.file.end = yamlEnd(s.text, 0)
		return nil
	}
	root, err := s.measure(c, -1)
	if err != nil {
		return err
	}
	s.file.root = root
	s.file.end = yamlEnd(s.text, min(nextLine(s.text, root.tail), len(s.text)))
	return nil
}

// empty reports whether a node stands for a value that is not written.
func empty(n *yaml.Node) bool {
	const written = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style&written == 0
}

// measure returns the node with its bytes. indent is the column of the block
// collection around it.
func (s *yamlScanner) measure(y *yaml.Node, indent int) (*node, error) {
	if s.depth++; s.depth > maxDepth {
		return nil, &SyntaxError{Line: y.Line, Column: y.Column, Reason: fmt.Sprintf("values are nested more than %d levels deep", maxDepth)}
	}
	defer func() { s.depth-- }()
	start, err := s.place(y)
	if err != nil {
		return nil, err
	}
	n := &node{start: start, open: start, flow: true}
	if y.Anchor != "" || y.Style&yaml.TaggedStyle != 0 {
		n.open = s.properties(start)
	}
	if y.Anchor != "" {
		n.anchor = &anchor{at: n}
		s.named[y.Anchor] = n.anchor
		s.file.anchors = append(s.file.anchors, n.anchor)
	}
	switch y.Kind {
	case yaml.AliasNode:
		err = s.alias(y, n)
	case yaml.ScalarNode:
		err = s.scalar(y, n, indent)
	case yaml.SequenceNode:
		n.kind = list
		err = s.collection(y, n)
	case yaml.MappingNode:
		n.kind = mapping
		err = s.collection(y, n)
	default:
		err = s.lost(start)
	}
	if n.tail == 0 {
		n.tail = n.end
	}
	return n, err
}

// properties returns the end of the anchor and the tag before a value, without
// the white space after the last one.
func (s *yamlScanner) properties(at int) int {
	end := at
	for at < len(s.text) && (s.text[at] == '&' || s.text[at] == '!') {
		for at < len(s.text) && bytes.IndexByte([]byte(" \t\r\n"), s.text[at]) < 0 &&
			(s.text[at] != ',' && s.text[at] != ']' && s.text[at] != '}') {
			at++
		}
		end = at
		at = s.skip(at)
	}
	return end
}

// content returns where the value begins after its properties.
func (s *yamlScanner) content(n *node) int {
	if n.open == n.start {
		return n.start
	}
	return s.skip(n.open)
}

func (s *yamlScanner) alias(y *yaml.Node, n *node) error {
	n.kind, n.value = alias, y.Value
	want := "*" + y.Value
	if !bytes.HasPrefix(s.text[n.start:], []byte(want)) {
		return s.lost(n.start)
	}
	n.end = n.start + len(want)
	a := s.named[y.Value]
	if a == nil {
		return s.lost(n.start)
	}
	a.uses = append(a.uses, n)
	n.target = a.at
	return nil
}

func (s *yamlScanner) scalar(y *yaml.Node, n *node, indent int) error {
	n.kind = scalar
	n.value, n.tag = scalarValue(y)
	if empty(y) {
		n.end = n.open
		return nil
	}
	at := s.content(n)
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		if at < len(s.text) && s.text[at] == '"' {
			n.end = quoteEnd(s.text, at)
		}
	case y.Style&yaml.SingleQuotedStyle != 0:
		if at < len(s.text) && s.text[at] == '\'' {
			n.end = singleEnd(s.text, at)
		}
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		s.block(n, at, indent)
	default:
		n.end = plainEnd(s.text, at, y.Value)
	}
	n.open = at
	if n.end <= at {
		return s.lost(at)
	}
	return nil
}

// singleEnd returns the offset after the closing single quote, or -1.
func singleEnd(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		if text[i] != '\'' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '\'' {
			i++
			continue
		}
		return i + 1
	}
	return -1
}

// plainEnd walks the text of a plain scalar along its value: the two differ only
// in the white space around line ends.
func plainEnd(text []byte, at int, value string) int {
	for i := 0; i < len(value); i++ {
		if c := value[i]; at < len(text) && text[at] == c && c != ' ' && c != '\n' {
			at++
			continue
		}
		if value[i] != ' ' && value[i] != '\n' {
			return -1
		}
		for i+1 < len(value) && (value[i+1] == ' ' || value[i+1] == '\n' || value[i+1] == '\t') {
			i++
		}
		for at < len(text) && bytes.IndexByte([]byte(" \t\r\n"), text[at]) >= 0 {
			at++
		}
	}
	return at
}

// block finds the end of a literal or folded scalar: the end of its last line
// that is not blank. tail takes in the blank lines where they are kept (`+`).
func (s *yamlScanner) block(n *node, at, indent int) {
	if at >= len(s.text) || s.text[at] != '|' && s.text[at] != '>' {
		return
	}
	head := s.text[at:lineEndAt(s.text, at)]
	width := 0
	for _, c := range head[1:] {
		if c == '+' {
			n.keep = true
		} else if '1' <= c && c <= '9' {
			width = max(indent, 0) + int(c-'0')
		} else if c != '-' {
			break
		}
	}
	n.end = at + len(bytes.TrimRight(head, " \t"))
	n.tail = n.end
	for p := nextLine(s.text, at); p < len(s.text); p = nextLine(s.text, p) {
		line := s.text[p:lineEndAt(s.text, p)]
		col := len(line) - len(bytes.TrimLeft(line, " "))
		if col == len(line) {
			if n.keep {
				n.tail = p + len(line)
			}
			continue
		}
		if width == 0 {
			width = max(col, indent+1)
		}
		if col < width || col == 0 && (bytes.HasPrefix(line, []byte("---")) || bytes.HasPrefix(line, []byte("..."))) {
			break
		}
		n.end = p + len(line)
		n.tail = n.end
	}
	n.tail = max(n.tail, n.end)
}
