package facts

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// summaries finds the summaries of all faults in the package's source: the
// second string of a call to fault, or its first literal.
func summaries(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	var out []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isFault(call) && len(call.Args) == 3 {
				if lit, ok := call.Args[1].(*ast.BasicLit); ok {
					s, _ := strconv.Unquote(lit.Value)
					out = append(out, s)
				}
			}
			return true
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func isFault(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name == "fault"
	case *ast.SelectorExpr:
		return f.Sel.Name == "fault"
	}
	return false
}

// TestSummaries holds the form of the summaries.
func TestSummaries(t *testing.T) {
	t.Parallel()
	all := summaries(t)
	if len(all) < 40 {
		t.Fatal(all)
	}
	for _, s := range all {
		if n := len(strings.Fields(s)); n < 2 || n > 5 || strings.HasSuffix(s, ".") {
			t.Errorf("%q is not 2 to 5 words without period", s)
		}
	}
}
