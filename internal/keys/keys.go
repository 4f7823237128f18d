// Package keys edits named keys of a JSON, YAML or TOML file and leaves every
// other byte of it as it was: comments, order, quoting, layout, line ends, byte
// order mark and a missing final newline. Where line ends are mixed, every line keeps
// its own, and new lines get the one that the file uses first.
//
// A key is a path of map keys. An edit is turned into byte splices: the file is
// parsed, the bytes of the value (or the place for a new one) are found, spliced,
// and the result is parsed again. It is handed out only when it decodes to what
// was there before plus the edit; anything else is an error, never wrong bytes.
//
// The package reads no file and has no state. It refuses list indexes, several
// documents in one YAML file, keys that share bytes with another place of the
// file (anchors, aliases, merge keys), keys inside an array of tables, ambiguous
// (repeated) keys, text that is not UTF-8, and files past its limits.
package keys

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// Limits of one call: the length of a file in bytes, the depth of its values,
// and the number of edits.
const (
	MaxSize  = 8 << 20
	maxDepth = 200
	maxEdits = 1000
)

// Format is the syntax of a file.
type Format byte

// The formats. JSON includes comments and trailing commas (JSONC) on reading;
// none are written that were not there.
const (
	JSON Format = iota + 1
	YAML
	TOML
)

// String returns the usual name of the format.
func (f Format) String() string {
	switch f {
	case JSON:
		return "JSON"
	case YAML:
		return "YAML"
	case TOML:
		return "TOML"
	}
	return "unknown format"
}

// FormatNamed returns the format of a name in lower case: json, yaml or toml.
func FormatNamed(name string) (Format, bool) {
	f, ok := map[string]Format{"json": JSON, "yaml": YAML, "toml": TOML}[name]
	return f, ok
}

// FormatOf returns the format that a file's name tells: its ending, or a name
// that is known to have one. It is false for every other name; .json5 is among
// those, for JSON5 has another grammar.
func FormatOf(name string) (Format, bool) {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	switch base {
	case "Pipfile":
		return TOML, true
	case "Pipfile.lock", ".babelrc", ".jshintrc":
		return JSON, true
	case "MLproject", "MLmodel", "dvc.lock", "CITATION.cff", ".yamllint", ".clang-format", ".condarc":
		return YAML, true
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".json", ".jsonc", ".code-workspace", ".webmanifest", ".ipynb":
		return JSON, true
	case ".yaml", ".yml", ".dvc":
		return YAML, true
	case ".toml":
		return TOML, true
	}
	return 0, false
}

// Op says what an edit does to its key.
type Op byte

// The operations.
//
//   - Set makes the key have Value. A map over a map and a list over a list are
//     changed member by member, so that the comments of what stays survive.
//   - Append makes the list at the key hold every element of Elems; one that is
//     there already stays as it is. In the dependency lists of a pyproject.toml a
//     requirement of the same project and marker is replaced (see Requirement).
//   - Remove takes the elements of Elems out of the list at the key; the list
//     stays, empty perhaps. It is what undoes Append.
//   - Unset removes the key. What a YAML merge key (<<) brings in stays there.
const (
	Set Op = iota + 1
	Append
	Remove
	Unset
)

// Edit is one wanted change.
type Edit struct {
	Op    Op
	Key   Key
	Value any   // of Set
	Elems []any // of Append and Remove
	// Prune says how many parents, from the nearest on, Unset and Remove may remove
	// too when they are left empty and hold no comment. Remove counts the list itself
	// as the first one. It takes Change.Created back; with 0 an empty parent stays, as
	// `{}` where the format has no other way to say so.
	Prune int
}

// Change tells what one edit did: the value of its key before and after. Both
// are equal (see Equal) when the edit changed no byte.
type Change struct {
	Key       Key
	Before    any
	HadBefore bool
	After     any
	HasAfter  bool
	// Created is how many parents of the key the edit had to make. An Append that
	// made the list counts it too.
	Created int
}

// Changed reports whether the value differs.
func (c Change) Changed() bool {
	return c.HadBefore != c.HasAfter || c.HadBefore && !Equal(c.Before, c.After)
}

// Apply makes the edits in their order and returns the new text and one Change
// an edit. The text is returned as it is when nothing had to change. A nil or
// blank text stands for a file without keys. The error is a *SyntaxError or an
// *Error; the text is then nil.
func Apply(text []byte, f Format, edits []Edit) ([]byte, []Change, error) {
	if len(edits) > maxEdits {
		return nil, nil, &Error{Key: edits[maxEdits].Key, Reason: fmt.Sprintf("more than %d edits for one file", maxEdits)}
	}
	d, err := open(text, f)
	if err != nil {
		return nil, nil, err
	}
	changes := make([]Change, 0, len(edits))
	for _, e := range edits {
		if err := e.Check(f); err != nil {
			return nil, nil, err
		}
		s := &session{doc: d}
		c, err := s.edit(e)
		if err != nil {
			return nil, nil, err
		}
		d, changes = s.doc, append(changes, c)
	}
	return d.bytes(), changes, nil
}

// File is a text that was parsed once, to read many keys of it.
type File struct{ doc *document }

// Open parses a text for reading. The error is a *SyntaxError.
func Open(text []byte, f Format) (*File, error) {
	d, err := open(text, f)
	if err != nil {
		return nil, err
	}
	return &File{d}, nil
}

// Read returns the value of the key and whether it is there. Aliases and merge
// keys of YAML are followed. The error is an *Error when a parent of the key is no
// map or the key is repeated.
func (f *File) Read(k Key) (value any, found bool, err error) {
	if err := k.check(); err != nil {
		return nil, false, err
	}
	return f.doc.read(k)
}

// Read is Open and File.Read in one, for a single key.
func Read(text []byte, f Format, k Key) (value any, found bool, err error) {
	file, err := Open(text, f)
	if err != nil {
		return nil, false, err
	}
	return file.Read(k)
}

// Check refuses an edit that could not be written whatever the file holds, with an
// *Error.
func (e Edit) Check(f Format) error {
	if err := e.Key.check(); err != nil {
		return err
	}
	values := e.Elems
	switch e.Op {
	case Set:
		values = []any{e.Value}
	case Append, Remove:
	case Unset:
		values = nil
	default:
		return &Error{Key: e.Key, Reason: "unknown operation"}
	}
	for _, v := range values {
		if reason := unwritable(v, f, 0); reason != "" {
			return &Error{Key: e.Key, Reason: reason}
		}
	}
	return nil
}

// open parses the text of a file.
func open(text []byte, f Format) (*document, error) {
	if len(text) > MaxSize {
		return nil, &SyntaxError{Line: 1, Column: 1, Reason: fmt.Sprintf("the file is larger than %d MiB", MaxSize>>20)}
	}
	if i := badByte(text); i >= 0 {
		line, col := position(text, i)
		return nil, &SyntaxError{Line: line, Column: col, Reason: "the file is not UTF-8 text"}
	}
	d := &document{format: f, whole: text, text: bytes.TrimPrefix(text, bom)}
	d.eol = lineEnd(d.text)
	d.unended = len(d.text) > 0 && d.text[len(d.text)-1] != '\n'
	return d, d.parse()
}

var bom = []byte("\ufeff")

// badByte returns the offset of the first byte that no text file has, or -1.
func badByte(text []byte) int {
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return i
	}
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// lineEnd returns the line end that the text uses first.
func lineEnd(text []byte) string {
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// position returns the line and the column, in characters and from 1, of a byte.
func position(text []byte, at int) (line, col int) {
	at = min(at, len(text))
	start := bytes.LastIndexByte(text[:at], '\n') + 1
	return bytes.Count(text[:start], []byte("\n")) + 1, utf8.RuneCount(text[start:at]) + 1
}
