package datafile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"go.yaml.in/yaml/v3"
)

// Above these the library, which takes time by the square of them, is not asked.
const (
	maxFlow   = 20_000
	maxMargin = 2_000
)

func readYAML(src []byte) (n Node, err error) {
	defer func() { // the library's scanner has panicked on hostile input before
		if recover() != nil {
			n, err = Node{}, yamlFault(0, "The YAML reader gave up")
		}
	}()
	if err := checkYAML(src); err != nil {
		return Node{}, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return Node{Kind: Map, Line: 1}, nil
	} else if err != nil {
		return Node{}, yamlSyntax(src, err)
	}
	if err := dec.Decode(&second); err == nil {
		return Node{}, yamlFault(second.Line, "The file has more than one YAML document")
	} else if !errors.Is(err, io.EOF) {
		return Node{}, yamlSyntax(src, err)
	}
	if len(doc.Content) == 0 {
		return Node{Kind: Map, Line: 1}, nil
	}
	r := &yamlReader{}
	return r.value(doc.Content[0], 0)
}

func yamlFault(line int, reason string) error {
	return &Error{Line: line, Reason: reason, Fix: "Correct the YAML, or run again what writes the file"}
}

// checkYAML bounds nesting from above: in flow style by the brackets, in block
// style by the margins.
func checkYAML(src []byte) error {
	if bytes.Count(src, []byte("["))+bytes.Count(src, []byte("{")) > maxFlow {
		return yamlFault(0, fmt.Sprintf("The file has more than %d opening brackets", maxFlow))
	}
	number := 0
	for line := range bytes.Lines(src) {
		if number++; len(line)-len(bytes.TrimLeft(line, " \t-?:")) > maxMargin {
			return yamlFault(number, fmt.Sprintf("The line is indented by more than %d characters", maxMargin))
		}
	}
	return nil
}

var yamlLine = lazy.Regexp(`^yaml: (?:line (\d+): )?`)

// yamlSyntax turns an error of the library into ours. What its parser finds it
// counts from line 0, what its scanner finds from 1; line 0 it does not write.
func yamlSyntax(src []byte, err error) error {
	message := err.Error()
	m := yamlLine().FindStringSubmatch(message)
	if m == nil {
		return yamlFault(0, "No YAML can be read: "+message)
	}
	line, _ := strconv.Atoi(m[1])
	message = message[len(m[0]):]
	switch {
	case strings.Contains(message, "anchor") || strings.Contains(message, "alias"):
		line = 0 // the library does not say
	case line == 0 || fromParser().MatchString(message):
		line++
	}
	last := lineAt(src, len(bytes.TrimRight(src, " \t\r\n")))
	return yamlFault(min(line, last), "No YAML can be read: "+message)
}

// fromParser matches what the library's parser says, and its scanner does not.
var fromParser = lazy.Regexp(`^did not find expected (?:',' or|key|'-' indicator|node content|<)`)

type yamlReader struct{ budget }

func (r *yamlReader) value(y *yaml.Node, depth int) (Node, error) {
	if err := r.take(depth, y.Line); err != nil {
		return Node{}, err
	}
	n := Node{Line: y.Line}
	switch y.Kind {
	case yaml.AliasNode:
		return r.value(y.Alias, depth+1)
	case yaml.SequenceNode:
		n.Kind = List
		for _, e := range y.Content {
			v, err := r.value(e, depth+1)
			if err != nil {
				return Node{}, err
			}
			n.Items = append(n.Items, v)
		}
	case yaml.MappingNode:
		n.Kind = Map
		return n, r.members(&n, y, depth)
	default:
		yamlScalar(&n, y)
	}
	return n, nil
}

func (r *yamlReader) members(n *Node, y *yaml.Node, depth int) error {
	seen := map[string]bool{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		k := y.Content[i]
		switch {
		case k.Kind != yaml.ScalarNode:
			return yamlFault(k.Line, "A key is not a plain name")
		case k.ShortTag() == "!!merge":
			return yamlFault(k.Line, "The file has a merge key (<<), which hides what it holds")
		case seen[k.Value]:
			return yamlFault(k.Line, fmt.Sprintf("The key %q stands twice", k.Value))
		}
		seen[k.Value] = true
		v, err := r.value(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.Keys, n.Items = append(n.Keys, k.Value), append(n.Items, v)
	}
	return nil
}

// plainNumber matches the decimals of YAML that are none in octal.
var plainNumber = lazy.Regexp(`^[-+]?(?:0|[1-9][0-9_]*)?(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$`)

func yamlScalar(n *Node, y *yaml.Node) {
	n.Kind, n.Text = Text, y.Value
	switch y.ShortTag() {
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!bool":
		n.Kind, n.Text = Bool, strings.ToLower(y.Value)
	case "!!int", "!!float":
		sign, number := "", strings.TrimPrefix(strings.ToLower(y.Value), "+")
		if strings.HasPrefix(number, "-") {
			sign, number = "-", number[1:]
		}
		switch {
		case number == ".nan":
			n.Kind, n.Text = Number, "nan"
		case number == ".inf":
			n.Kind, n.Text = Number, sign+"inf"
		case plainNumber().MatchString(y.Value):
			n.Kind, n.Text = Number, sign+tidy(strings.ReplaceAll(number, "_", ""))
		}
	}
}

// tidy writes a decimal as JSON does: with a digit on both sides of the point.
func tidy(number string) string {
	mantissa, exponent, has := strings.Cut(number, "e")
	whole, fraction, point := strings.Cut(mantissa, ".")
	if whole == "" {
		whole = "0"
	}
	if point && fraction != "" {
		whole += "." + fraction
	}
	if has {
		whole += "e" + exponent
	}
	return whole
}
