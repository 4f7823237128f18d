package cookiecutter

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// place is the line and column, from 1, of an offset in a text.
func place(text []byte, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	line = bytes.Count(before, []byte("\n")) + 1
	return line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// keyAt is where a key of the manifest stands; zeros when it is not found. Of one that
// stands twice, the last counts, as its value does.
func keyAt(manifest []byte, key string) (line, column int) {
	d := json.NewDecoder(bytes.NewReader(manifest))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return 0, 0
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			break
		}
		end := int(d.InputOffset())
		if name == key {
			line, column = place(manifest, quoteBefore(manifest, end))
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			break
		}
	}
	return line, column
}

// quoteBefore is where the string begins that ends at an offset: a quote in it is
// escaped.
func quoteBefore(text []byte, end int) int {
	for i := end - 2; i > 0; i-- {
		slashes := 0
		for i-slashes > 0 && text[i-slashes-1] == '\\' {
			slashes++
		}
		if text[i] == '"' && slashes%2 == 0 {
			return i
		}
	}
	return 0
}

// invalidAt is where a text is not UTF-8.
func invalidAt(text []byte) (line, column int) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return place(text, i)
		}
		i += n
	}
	return 0, 0
}

// notText refuses a file that is not UTF-8, at the place where it is not.
func notText(path string, text []byte, reason string) error {
	e := &Error{Path: path, Reason: reason}
	e.Line, e.Column = invalidAt(text)
	return e
}

// refuse is an error about a key of the manifest, at its place.
func (v *variables) refuse(key, format string, args ...any) error {
	return v.t.atKey(key, refuse(v.t.at(manifestName), format, args...))
}

// atKey gives an error of the manifest its place.
func (t *Template) atKey(key string, err error) error {
	e, own := err.(*Error)
	f, _ := t.tree.read(t.at(manifestName))
	if !own || e.Line > 0 || f == nil || e.Path != t.at(manifestName) {
		return err
	}
	e.Line, e.Column = keyAt(f.Content, key)
	return e
}
