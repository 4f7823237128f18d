package keys

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// yamlFile is a YAML file with the bytes of every value.
type yamlFile struct {
	root    *node
	anchors []*anchor
	end     int // where the document ends: its `...` line or the end of the text
}

// anchor is a place that aliases may name.
type anchor struct {
	at   *node
	uses []*node // the aliases
}

var yamlLine = lazy.Regexp(`^yaml: (?:line (\d+): )?`)

// parseYAML reads a file of one document. The library gives the tree, the style
// and the start of every value; the end is found in the text.
func parseYAML(text []byte) (f *yamlFile, err error) {
	defer func() { // the library's scanner has panicked on hostile input before
		if r := recover(); r != nil {
			f, err = nil, &SyntaxError{Line: 1, Reason: "the YAML reader gave up"}
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(oldDirective(text)))
	var doc, second yaml.Node
	f = &yamlFile{end: len(text)}
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		f.end = yamlEnd(text, 0)
		return f, nil
	} else if err != nil {
		return nil, yamlSyntax(err)
	}
	if err := dec.Decode(&second); err == nil {
		return nil, &SyntaxError{Line: max(second.Line, 1), Reason: "the file has more than one YAML document"}
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlSyntax(err)
	}
	s := &yamlScanner{text: text, lines: yamlLines(text), file: f, named: map[string]*anchor{}}
	if err := s.document(&doc); err != nil {
		return nil, err
	}
	return f, nil
}

// oldDirective gives the library, which reads YAML 1.2 but refuses to be told so, a
// directive that it takes.
func oldDirective(text []byte) []byte {
	directive := []byte("%YAML 1.2")
	i := bytes.Index(text, directive)
	if i < 0 || i > 0 && text[i-1] != '\n' || !bytes.Contains(text[i:], []byte("\n---")) {
		return text
	}
	text = bytes.Clone(text)
	text[i+len(directive)-1] = '1'
	return text
}

// yamlSyntax turns an error of the library into ours.
func yamlSyntax(err error) error {
	msg := err.Error()
	m := yamlLine().FindStringSubmatch(msg)
	line := 1
	if m != nil {
		msg = msg[len(m[0]):]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
	}
	return &SyntaxError{Line: line, Reason: msg}
}

// yamlLines returns the offsets of the lines, by the library's idea of a line end.
func yamlLines(text []byte) []int {
	lines := []int{0}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
			i++
			fallthrough
		case c == '\r', c == '\n':
			lines = append(lines, i+1)
		case c == 0xC2 && bytes.HasPrefix(text[i:], []byte("\u0085")):
			lines = append(lines, i+2)
		case c == 0xE2 && (bytes.HasPrefix(text[i:], []byte("\u2028")) || bytes.HasPrefix(text[i:], []byte("\u2029"))):
			lines = append(lines, i+3)
		}
	}
	return lines
}

// yamlEnd returns the offset of the line `...` at or after at, a line's start, or
// of the end.
func yamlEnd(text []byte, at int) int {
	for ; at < len(text); at = nextLine(text, at) {
		line := text[at:lineEndAt(text, at)]
		if bytes.Equal(line, []byte("...")) || bytes.HasPrefix(line, []byte("... ")) {
			return at
		}
	}
	return len(text)
}

// scalarValue decodes a scalar; tag is that of a Tagged one.
func scalarValue(n *yaml.Node) (v any, tag string) {
	switch n.ShortTag() {
	case "!!str", "!!merge":
		return n.Value, ""
	case "!!null":
		return nil, ""
	case "!!bool":
		switch strings.ToLower(n.Value) {
		case "true":
			return true, ""
		case "false":
			return false, ""
		}
	case "!!int", "!!float":
		if num, ok := yamlNumber(n.Value); ok {
			return num, ""
		}
	case "!!timestamp":
		return Date(n.Value), ""
	}
	return n.Value, n.ShortTag()
}

// yamlNumber brings a YAML number into the spelling of Number. Like the library
// it takes the bases of YAML 1.1 and 1.2.
func yamlNumber(s string) (Number, bool) {
	s = strings.ReplaceAll(s, "_", "")
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = strings.TrimPrefix(s[:1], "+"), s[1:]
	}
	switch strings.ToLower(s) {
	case ".inf":
		return Number(sign + "inf"), true
	case ".nan":
		return "nan", true
	}
	if len(s) > 2 && s[0] == '0' {
		switch s[1] {
		case 'x', 'X':
			return integer(sign, s[2:], 16)
		case 'o', 'O':
			return integer(sign, s[2:], 8)
		case 'b', 'B':
			return integer(sign, s[2:], 2)
		}
	}
	if len(s) > 1 && s[0] == '0' && strings.Trim(s, "01234567") == "" {
		return integer(sign, s, 8)
	}
	if whole, rest := digits(s); whole == "" && strings.HasPrefix(rest, ".") {
		s = "0" + s
	} else {
		if whole = strings.TrimLeft(whole, "0"); whole == "" {
			whole = "0"
		}
		if frac, ok := strings.CutPrefix(rest, "."); ok {
			if d, after := digits(frac); d == "" {
				rest = ".0" + after
			}
		}
		s = whole + rest
	}
	return Number(sign + s), decimal(s)
}
