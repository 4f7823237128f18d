package pyvalue_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	py "github.com/mlops-as-code/mlops/internal/pyvalue"
)

// expr is an expression as Python source and as what this package does.
type expr struct {
	src  string
	eval func() (py.Value, error)
}

// outcome is what CPython, or this package, made of an expression.
type outcome struct {
	Src     string `json:"src,omitempty"`
	Type    string `json:"t,omitempty"`
	Str     string `json:"s,omitempty"`
	Repr    string `json:"r,omitempty"`
	Class   string `json:"e,omitempty"`
	Message string `json:"m,omitempty"`
}

func (e expr) outcome() outcome {
	v, err := e.eval()
	if err == nil {
		o := outcome{Type: v.TypeName()}
		if o.Str, err = py.Str(nil, v); err == nil {
			if o.Repr, err = py.Repr(nil, v); err == nil {
				return o
			}
		}
	}
	var pe *py.Error
	if !errors.As(err, &pe) {
		return outcome{Class: "limit", Message: err.Error()}
	}
	return outcome{Class: pe.Class, Message: pe.Message}
}

// unanswered says that the case needs MarkupSafe, which was not installed.
func (o outcome) unanswered() bool {
	return o.Message == "'NoneType' object is not callable" && (strings.Contains(o.Src, "Markup(") || strings.Contains(o.Src, "escape("))
}

const goldenFile = "testdata/golden.jsonl"

// TestCPython compares with CPython 3.11: with what it said when the golden
// file was made, or, under MLOPS_PYTHON=python3, with all cases live.
func TestCPython(t *testing.T) {
	t.Parallel()
	cases := allCases()
	python := os.Getenv("MLOPS_PYTHON")
	if python == "" {
		compareGolden(t, cases)
		return
	}
	want := askPython(t, python, cases)
	bad := 0
	for i, e := range cases {
		want[i].Src = e.src
		if !agrees(t, e, want[i]) {
			bad++
		}
	}
	t.Logf("%d cases, %d differ", len(cases), bad)
	if os.Getenv("MLOPS_UPDATE") == "1" && bad == 0 {
		writeGolden(t, want)
	}
}

func agrees(t *testing.T, e expr, want outcome) bool {
	t.Helper()
	if want.unanswered() {
		return true
	}
	got := e.outcome()
	if (want.Class == "MemoryError" || strings.Contains(want.Repr, "18446744073709551616")) && got.Class == "limit" || want.Type == "complex" && got.Class == "TypeError" {
		return true
	}
	got.Src = want.Src
	if got != want {
		t.Errorf("%.400s\n got %.600s\nwant %.600s", e.src, show(got), show(want))
		return false
	}
	return true
}

func show(o outcome) string {
	if o.Class != "" {
		return o.Class + ": " + o.Message
	}
	return fmt.Sprintf("%s %s | %s", o.Type, o.Repr, o.Str)
}

func askPython(t *testing.T, python string, cases []expr) []outcome {
	t.Helper()
	sources := make([]string, len(cases))
	for i, e := range cases {
		sources[i] = e.src
	}
	in, err := json.Marshal(sources)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, filepath.Join("testdata", "oracle.py"))
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []outcome
	if err := json.Unmarshal(out, &want); err != nil || len(want) != len(cases) {
		t.Fatalf("%d answers, %v", len(want), err)
	}
	return want
}

func compareGolden(t *testing.T, cases []expr) {
	t.Helper()
	f, err := os.Open(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	bySource := map[string]expr{}
	for _, e := range cases {
		bySource[e.src] = e
	}
	n := 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var want outcome
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		e, ok := bySource[want.Src]
		if !ok {
			t.Errorf("%s is not generated any more: run MLOPS_UPDATE=1 MLOPS_PYTHON=python3", want.Src)
			continue
		}
		agrees(t, e, want)
		n++
	}
	if lines.Err() != nil || n < 300 {
		t.Fatalf("%d golden cases, %v", n, lines.Err())
	}
}

// writeGolden keeps a spread of the cases.
func writeGolden(t *testing.T, all []outcome) {
	t.Helper()
	var sb strings.Builder
	for i := 0; i < len(all); i += max(len(all)/800, 1) {
		line, err := json.Marshal(all[i])
		if err != nil {
			t.Fatal(err)
		}
		if len(line) < 2000 && !all[i].unanswered() {
			sb.Write(append(line, '\n'))
		}
	}
	if err := os.WriteFile(goldenFile, []byte(sb.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// allCases is the same list each time.
func allCases() []expr {
	var all []expr
	for _, part := range [][]expr{operatorCases(), methodCases(), indexCases(), percentCases(), specCases(), formatCases(), functionCases(), markupCases(), randomCases(6000)} {
		all = append(all, part...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(e expr) bool {
		again := seen[e.src]
		seen[e.src] = true
		return again
	})
}
