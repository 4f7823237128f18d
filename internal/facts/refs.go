package facts

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// What an argument may want that is no kind of fact.
const (
	wantOut  = "out"  // an out of a stage, or a path
	wantDep  = "dep"  // a dataset, an out of a stage, or a path
	wantData = "data" // the same, for a monitor
)

// factOf tells which fact a value is; kind is "" for a value that is none.
func factOf(v cty.Value) (kind, name string) {
	kind, name = text(field(v, "fact")), text(field(v, "name"))
	switch kind {
	case "dataset", "stage", "model", "service", "monitor", "environment", "column":
		if name != "" {
			return kind, name
		}
	}
	return "", ""
}

// ref returns the fact that an attribute refers to, or null with a fault when it
// is another thing than wanted.
func (r *reader) ref(attr, want string) cty.Value {
	v := r.vals[attr]
	if v.IsNull() {
		return v
	}
	if kind, _ := factOf(v); kind == want {
		return v
	}
	r.wrongKind(site{attr: attr}, want, v)
	return cty.NullVal(cty.DynamicPseudoType)
}

// wrongKind is the fault of a reference to the wrong kind of thing.
func (r *reader) wrongKind(at site, want string, v cty.Value) {
	name := "argument " + quote(at.attr)
	if len(at.path) > 0 && (want == wantDep || want == "column") {
		name = "list " + quote(at.attr)
	}
	r.fault(at, "Wrong kind of reference", "The "+name+" of "+r.self()+" takes "+noun(want)+", and "+describe(v)+" is given. "+hint(want, v))
}

func noun(want string) string {
	switch want {
	case wantOut:
		return "an out of a stage or a path"
	case wantDep, wantData:
		return "a dataset, an out of a stage or a path"
	case "column":
		return "a column of a dataset"
	}
	return a(want)
}

// describe says what a value is.
func describe(v cty.Value) string {
	kind, name := factOf(v)
	switch ty := v.Type(); {
	case kind == "column":
		return "the column " + quote(name) + " of dataset " + quote(text(field(v, "dataset")))
	case kind != "":
		return "the " + kind + " " + quote(name)
	case v.IsNull():
		return "null"
	case ty == cty.String:
		return "the text " + quote(text(v))
	case ty == cty.Number:
		return "a number"
	case ty == cty.Bool:
		return "a bool"
	case isList(v):
		return "a list"
	case ty.IsObjectType() || ty.IsMapType():
		return "an object that is no fact"
	}
	return "another value"
}

// hint says what to write instead.
func hint(want string, v cty.Value) string {
	kind, name := factOf(v)
	self := who(kind, name)
	path := want == wantOut || want == wantDep || want == wantData
	switch {
	case kind == "" && path:
		return pathHint(v)
	case kind == "stage" && path:
		return outsHint(self, field(v, "outs"))
	case kind == "model" && path:
		return "Write " + self + ".artifact."
	case kind == "service" && (want == wantDep || want == wantData):
		return logHint(self, v)
	case kind == "service" && want == "model":
		return "Write " + self + ".model."
	case kind == "column" && (want == "dataset" || want == wantDep || want == wantData):
		return "Write " + who("dataset", text(field(v, "dataset"))) + "."
	case kind == "model" && want == "dataset" && !field(v, "inputs").IsNull():
		return "Write " + self + ".inputs."
	case want == "column":
		return columnHint(self, v)
	case path:
		return "Write an out of the stage that makes it, such as stage.NAME.outs.KEY."
	case want == "dataset" && strings.Contains(text(v), "/"):
		return "An out of a stage is a path. Declare a dataset with that `path`, then write dataset.NAME."
	case want == "model" && strings.Contains(text(v), "/"):
		return "An out of a stage is a path. Declare a model with that `artifact`, then write model.NAME."
	case hclsyntax.ValidIdentifier(text(v)):
		return "Write " + who(want, text(v)) + ", without quotes, if that is declared."
	}
	return "Write " + want + ".NAME."
}

// pathHint is for a value that is no fact where a path is wanted: most likely
// all outs of a stage at once.
func pathHint(v cty.Value) string {
	if names := attrNames(v); len(names) > 0 && text(field(v, names[0])) != "" {
		return "Name one of its elements: " + listed(names, "or") + "."
	}
	return "Write stage.NAME.outs.KEY, or a path in quotes."
}

func attrNames(v cty.Value) []string {
	if v.IsNull() || !v.Type().IsObjectType() {
		return nil
	}
	return slices.Sorted(maps.Keys(v.Type().AttributeTypes()))
}

func outsHint(self string, outs cty.Value) string {
	var refs []string
	for _, name := range attrNames(outs) {
		refs = append(refs, self+".outs"+member(name))
	}
	switch len(refs) {
	case 0:
		return "The stage has no outs: give it some, then write " + self + ".outs.KEY."
	case 1:
		return "Write " + refs[0] + "."
	}
	return "Write one of its outs: " + listed(refs, "or") + "."
}

func logHint(self string, v cty.Value) string {
	if field(v, "log").IsNull() {
		return "Give the service a `log`, then write " + self + ".log."
	}
	return "Write " + self + ".log."
}

func columnHint(self string, v cty.Value) string {
	if !strings.HasPrefix(self, "dataset.") {
		return "Write dataset.NAME.columns.KEY."
	}
	names := attrNames(field(v, "columns"))
	if target := text(field(v, "target")); target != "" {
		names = []string{target}
	}
	var refs []string
	for _, name := range names {
		refs = append(refs, self+".columns"+member(name))
	}
	if len(refs) == 0 {
		return "The dataset declares no columns: give it some, then write " + self + ".columns.KEY."
	}
	return "Write one of its columns: " + listed(refs, "or") + "."
}

// source returns the path that an attribute leads to and, where it is a dataset,
// that dataset.
func (r *reader) source(at site, want string, v cty.Value) (path string, dataset cty.Value) {
	dataset = cty.NullVal(cty.DynamicPseudoType)
	kind, _ := factOf(v)
	switch {
	case !v.IsNull() && v.Type() == cty.String:
		path = text(v)
		r.path(at, path)
	case kind == "dataset" && want != wantOut:
		path, dataset = text(field(v, "path")), v
		r.path(at, path)
	default:
		r.wrongKind(at, want, v)
	}
	return path, dataset
}
