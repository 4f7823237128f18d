// Package datafile reads small data files that a README quotes: metrics,
// parameters and tables in JSON, YAML, CSV and TSV.
//
// A file of JSON or YAML becomes a tree of Nodes, in the order of the file, each
// with its line; a file of CSV or TSV becomes a Table. Numbers keep the decimal
// text of the file, so that none loses digits; Round works on the text's exact
// value.
//
// The package is strict, for a quoted number must be the one that the file
// states: it refuses a key that stands twice, text that is not UTF-8, NaN in
// JSON, several documents in one YAML file, YAML merge keys, rows of unequal
// length, and every file past its limits. It reads no file and writes none.
package datafile

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// The limits of one file: its length in bytes, how deep its values nest, how many
// values it has once aliases are followed, and the rows and columns of a table.
const (
	MaxSize    = 4 << 20
	maxDepth   = 64
	maxNodes   = 100_000
	maxRows    = 20_000
	maxColumns = 500
)

// Kind says what a Node is.
type Kind byte

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Map
)

// Node is a value of a file.
type Node struct {
	Kind Kind
	// Text is a scalar as the file has it: of a Bool "true" or "false", of a Number
	// a decimal, or "nan", "inf" or "-inf" from YAML; of a List only where Settings
	// made it.
	Text string
	// Line is where it begins, from 1.
	Line int
	// Items are the elements of a List, or the values of a Map, whose keys are Keys.
	Items []Node
	Keys  []string
}

// Error is a fault in a file. Line counts from 1; 0 means the whole file.
type Error struct {
	Line int
	// Reason is what is wrong and Fix what to do, as sentences without period.
	Reason, Fix string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// IsTable reports whether ReadTable reads a file of that name for what it is:
// .csv and .tsv.
func IsTable(name string) bool { return separator(name) != 0 }

// IsTree reports whether Read reads a file of that name: .json, .yaml, .yml.
func IsTree(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".yaml", ".yml":
		return true
	}
	return false
}

// Read parses a file by the ending of its name. The error is an *Error.
func Read(name string, src []byte) (Node, error) {
	src, err := checked(src)
	if err != nil {
		return Node{}, err
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".json":
		return readJSON(src)
	case ".yaml", ".yml":
		return readYAML(src)
	}
	return Node{}, &Error{Reason: "The file is neither JSON nor YAML by its name", Fix: "Name a file that ends in .json, .yaml or .yml"}
}

// checked is the text without a byte order mark, when it can be read at all.
func checked(src []byte) ([]byte, error) {
	if len(src) > MaxSize {
		return nil, &Error{Reason: fmt.Sprintf("The file is larger than %d MiB", MaxSize>>20), Fix: "Write what the README needs into a file of its own"}
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == 0 || r == utf8.RuneError && n <= 1 {
			return nil, &Error{Line: lineAt(src, i), Reason: "The file is not UTF-8 text", Fix: "Write it in UTF-8"}
		}
		i += n
	}
	return src, nil
}

// lineAt is the line of a byte, from 1.
func lineAt(src []byte, at int) int { return bytes.Count(src[:min(at, len(src))], []byte("\n")) + 1 }

// budget counts values while a tree is built.
type budget struct{ nodes int }

func (b *budget) take(depth, line int) error {
	if depth > maxDepth {
		return &Error{Line: line, Reason: fmt.Sprintf("Values are nested more than %d levels deep", maxDepth), Fix: "Write a flatter file"}
	}
	if b.nodes++; b.nodes > maxNodes {
		return &Error{Line: line, Reason: fmt.Sprintf("The file holds more than %d values", maxNodes), Fix: "Write what the README needs into a file of its own"}
	}
	return nil
}

// Get is the member of a Map.
func (n *Node) Get(key string) (Node, bool) {
	for i, k := range n.Keys {
		if k == key {
			return n.Items[i], true
		}
	}
	return Node{}, false
}

// Leaf is a scalar with the dotted path that leads to it.
type Leaf struct {
	Path string
	Node Node
}

// Leaves are the scalars and empty collections below the node, in the order of
// the file. A key is a step of the path, an element its number from 0.
func (n *Node) Leaves() []Leaf { return n.leaves(false) }

// Settings are Leaves, but a list of scalars is one leaf, with its Text as it would
// stand in flow style.
func (n *Node) Settings() []Leaf { return n.leaves(true) }

func (n *Node) leaves(flow bool) []Leaf {
	if flow && n.Kind == List {
		if text, ok := n.inFlow(); ok {
			return []Leaf{{Node: Node{Kind: List, Text: text, Line: n.Line}}}
		}
	}
	if len(n.Items) == 0 {
		return []Leaf{{Node: *n}}
	}
	var out []Leaf
	for i := range n.Items {
		step := fmt.Sprint(i)
		if n.Kind == Map {
			step = n.Keys[i]
		}
		for _, l := range n.Items[i].leaves(flow) {
			if l.Path != "" {
				l.Path = "." + l.Path
			}
			out = append(out, Leaf{step + l.Path, l.Node})
		}
	}
	return out
}

// inFlow is a list of scalars on one line; false for any other and a long one.
func (n *Node) inFlow() (string, bool) {
	const longest = 200
	var parts []string
	size := 0
	for _, e := range n.Items {
		if e.Kind == List || e.Kind == Map || size > longest {
			return "", false
		}
		text := e.Text
		if e.Kind == Null {
			text = "null"
		}
		size += len(text)
		parts = append(parts, text)
	}
	return "[" + strings.Join(parts, ", ") + "]", true
}
