package datafile

import (
	"errors"
	"testing"
)

// The line of a fault is the one that holds it, or the one where what is not
// finished begins.
func TestFaultLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		line      int
	}{
		{"a.json", "", 1},
		{"a.json", "{", 1},
		{"a.json", "{\n\"a\": 1,\n\"b\": 2,,\n\"c\": 3}", 3},
		{"a.json", "{\n\"a\": 1,\n}", 3},
		{"a.json", "{\n\"a\": nul,\n\"b\": 1}", 2},
		{"a.json", "{\n\"a\": 01,\n\"b\": 1}", 2},
		{"a.json", "{\n\"a\": [1,\n2\n3]}", 4},
		{"a.json", "{\n\"a\": \"x\ny\"}", 2},
		{"a.json", "{\n\"a\" 1}", 2},
		{"a.json", "{\n\n\n\"a\": NaN}", 4},
		{"a.json", "[\n1,\n\n-Infinity]", 4},
		{"a.json", "{\n\"a\": 1\n}\n\nx", 5},
		{"a.json", "{\n\"a\": 1,\n\"b\": {\"c\": 1,\n\"c\": 2}}", 4},
		{"a.json", "{\n// c\n\"a\": 1}", 2},
		{"a.json", "{\n\"a\": \"\\x\"}", 2},
		{"a.json", "a: 1", 1},
		{"a.json", "{\"a\": 1,\n\"b\": \xff}", 2},
		{"a.yaml", "a: 1\nb: [1, 2\nc: 3\n", 2},
		{"a.yaml", "a: 1\nb: {x: 1\n\nc: 3\n", 2},
		{"a.yaml", "a: 1\nb: 2\n c: 3\n", 3},
		{"a.yaml", "a: 1\nb: \"x\n", 2},
		{"a.yaml", "a: 1\n\tb: 2\n", 2},
		{"a.yaml", "a: 1\nb: @x\n", 2},
		{"a.yaml", "a: 1\nb: *x\n", 0},
		{"a.yaml", "a: 1\n\na: 2\n", 3},
		{"a.yaml", "a: 1\n---\nb: 2\n", 2},
		{"a.yaml", "a: 1\n? [x]\n: 2\n", 2},
		{"a.yaml", "a: &a {x: 1}\nb:\n  <<: *a\n", 3},
		{"a.csv", "a,b\n1,2\n3\n", 3},
		{"a.csv", "a,b\n1,\"2\n3\n", 3},
		{"a.csv", "a,b\n1,2\n3,x\"y\n", 3},
		{"a.tsv", "a\tb\n1\n", 2},
	} {
		_, err := ReadTable(c.name, []byte(c.src))
		if IsTree(c.name) {
			_, err = Read(c.name, []byte(c.src))
		}
		var fault *Error
		if !errors.As(err, &fault) || fault.Line != c.line || fault.Reason == "" || fault.Fix == "" {
			t.Errorf("%s %q: %v, want line %d", c.name, c.src, err, c.line)
		}
	}
}
