package datafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// jsonReader builds the tree from the tokens of the standard library, which
// allows neither comments nor trailing commas (RFC 8259).
type jsonReader struct {
	src []byte
	dec *json.Decoder
	budget
	// line is that of the byte at.
	line, at int
}

func readJSON(src []byte) (Node, error) {
	r := &jsonReader{src: src, dec: json.NewDecoder(bytes.NewReader(src)), line: 1}
	r.dec.UseNumber()
	root, err := r.value(0)
	if err != nil {
		return Node{}, err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return Node{}, r.fault("Text stands after the end of the value")
	}
	return root, nil
}

// here is the line of the token that was read last. Lines are counted on from
// there, so all of them are counted once.
func (r *jsonReader) here() int {
	at := min(int(r.dec.InputOffset()), len(r.src))
	r.line += bytes.Count(r.src[r.at:at], []byte("\n"))
	r.at = at
	return r.line
}

func (r *jsonReader) fault(reason string) error {
	return jsonFault(r.here(), reason)
}

func jsonFault(line int, reason string) error {
	return &Error{Line: line, Reason: reason, Fix: "Correct the JSON, or run again what writes the file"}
}

// notJSON matches what Python's json module writes for numbers that JSON lacks.
var notJSON = lazy.Regexp(`^[\s,:]*(-?Infinity|NaN)`)

func (r *jsonReader) token() (json.Token, error) {
	t, err := r.dec.Token()
	if err == nil {
		return t, nil
	}
	line := r.here()
	rest := r.src[r.at:]
	if m := notJSON().FindSubmatchIndex(rest); m != nil {
		word := string(rest[m[2]:m[3]])
		return nil, jsonFault(line+bytes.Count(rest[:m[2]], []byte("\n")), word+" is not JSON; a number that is not there is null")
	}
	var wrong *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, jsonFault(lineAt(r.src, len(bytes.TrimRight(r.src, " \t\r\n"))), "The file ends where a value should stand")
	case errors.As(err, &wrong):
		// The offset is behind the byte at fault, or at it.
		at := max(r.at, min(int(wrong.Offset), len(r.src)))
		for at < len(r.src) && bytes.IndexByte([]byte(" \t\r\n"), r.src[at]) >= 0 && at == r.at {
			at++
		}
		return nil, jsonFault(lineAt(r.src[:min(at+1, len(r.src))], at), "No JSON can be read: "+strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil, jsonFault(line, "No JSON can be read: "+err.Error())
}

func (r *jsonReader) value(depth int) (Node, error) {
	t, err := r.token()
	if err != nil {
		return Node{}, err
	}
	n := Node{Line: r.here()}
	if err := r.take(depth, n.Line); err != nil {
		return Node{}, err
	}
	switch t := t.(type) {
	case bool:
		n.Kind, n.Text = Bool, fmt.Sprint(t)
	case json.Number:
		n.Kind, n.Text = Number, t.String()
	case string:
		n.Kind, n.Text = Text, t
	case json.Delim:
		n.Kind = List
		if t == '{' {
			n.Kind = Map
		}
		err = r.container(&n, depth)
	}
	return n, err
}

func (r *jsonReader) container(n *Node, depth int) error {
	seen := map[string]bool{}
	for r.dec.More() {
		if n.Kind == Map {
			t, err := r.token()
			if err != nil {
				return err
			}
			key, _ := t.(string)
			if seen[key] {
				return r.fault(fmt.Sprintf("The key %q stands twice", key))
			}
			seen[key] = true
			n.Keys = append(n.Keys, key)
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, v)
	}
	_, err := r.token()
	return err
}
