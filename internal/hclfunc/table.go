package hclfunc

import (
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Files is what functions see of the project. Paths are slash-separated and
// relative to the project root. The implementation records what was looked at
// and refuses paths outside; its errors name the path.
type Files interface {
	// ReadFile returns the bytes of a regular file.
	ReadFile(path string) ([]byte, error)
	// Exists reports whether a regular file stands at the path.
	Exists(path string) (bool, error)
	// Glob returns the regular files that match a pattern with *, **, ?, []
	// and {}, sorted. A backslash escapes.
	Glob(pattern string) ([]string, error)
}

// mark is the type of marks, so that they equal no other package's.
type mark string

// Sensitive is the cty mark of sensitive values.
const Sensitive mark = "sensitive"

// Doc documents one function.
type Doc struct {
	Name        string
	Signature   string // such as "join(separator string, lists ...list(string))"
	Description string // one line, a full sentence
	Category    string
}

// entry is one function of the table.
type entry struct {
	name, doc string
	fn        function.Function
	// cost charges what the call will take beyond reading its arguments; nil
	// charges nothing.
	cost func(*call) error
}

// group is the functions of one category.
type group struct {
	category string
	entries  []entry
}

// env is what functions need beside their arguments.
type env struct {
	files  Files
	budget *hcllimit.Budget
	// template tells that a template is calling, which cannot render others.
	template bool
}

func groups(e env) []group {
	return []group{
		{"string", stringEntries(e)},
		{"collection", collectionEntries(e)},
		{"numeric", numericEntries()},
		{"encoding", encodingEntries(e)},
		{"filesystem", fileEntries(e)},
		{"hash", hashEntries()},
		{"type conversion", typeEntries(e)},
		{"date and time", dateEntries()},
	}
}

// Table returns the functions, which read files through f and charge their work
// to b before they do it. A nil b sets no limit; otherwise an exceeded budget is
// the error of the call and of every later one. The functions never panic and
// are safe for use by several goroutines if f is.
func Table(f Files, b *hcllimit.Budget) map[string]function.Function {
	return table(env{files: f, budget: b})
}

func table(e env) map[string]function.Function {
	out := map[string]function.Function{}
	for _, g := range groups(e) {
		for _, x := range g.entries {
			out[x.name] = e.guard(x)
		}
	}
	return out
}

// Docs documents every function of Table, sorted by name.
func Docs() []Doc {
	var out []Doc
	for _, g := range groups(env{}) {
		for _, x := range g.entries {
			out = append(out, Doc{x.name, signature(x), x.doc, g.category})
		}
	}
	slices.SortFunc(out, func(a, b Doc) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func signature(x entry) string {
	var parts []string
	for _, p := range x.fn.Params() {
		parts = append(parts, p.Name+" "+typeName(p.Type))
	}
	if p := x.fn.VarParam(); p != nil {
		parts = append(parts, p.Name+" ..."+typeName(p.Type))
	}
	return x.name + "(" + strings.Join(parts, ", ") + ")"
}

func typeName(ty cty.Type) string {
	switch {
	case ty.IsListType():
		return "list(" + typeName(ty.ElementType()) + ")"
	case ty.IsSetType():
		return "set(" + typeName(ty.ElementType()) + ")"
	case ty.IsMapType():
		return "map(" + typeName(ty.ElementType()) + ")"
	case ty == cty.DynamicPseudoType:
		return "any"
	case ty.IsCapsuleType():
		return "expression"
	default:
		return ty.FriendlyName()
	}
}
