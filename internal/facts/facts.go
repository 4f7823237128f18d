// Package facts knows what an ML project states about itself: datasets, stages,
// models, services, monitors, environments and the problem they solve.
//
// Vocabulary: a fact is one such block, evaluated (Given); its value (Value) is
// what references see: an object whose attributes fact and name say what it is,
// with defaults filled in. What was left out is null; lists and maps are empty
// instead, and prose is the empty string. An out of a stage is its path, a plain
// string. A fault of a fact by itself is found by Value, a fault between facts
// by Check.
//
// The package owns the language table of the facts and the table of metrics. It
// reads no file, evaluates no expression and refuses whatever would silently be
// ignored: a reference to the wrong kind of fact, a constraint that cannot hold,
// a gate that every model passes, a secret where its name belongs.
package facts

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// Given is one fact, or a block nested in one, as evaluated.
type Given struct {
	// Kind is the block's type, such as "dataset" or, nested, "gate"; Name is its
	// label, "" where it has none.
	Kind, Name string
	// Attrs holds every attribute of the table, converted to the table's type, null
	// where it was left out.
	Attrs  map[string]cty.Value
	Blocks []Given
	// Range is the header's.
	Range hcl.Range
	// Ranges are those of the expressions that were written, by attribute.
	Ranges map[string]hcl.Range
	// Locate narrows to the literal element of an attribute that a path leads to.
	// Nil: Ranges is used.
	Locate func(attr string, path cty.Path) hcl.Range
	// Order holds, by attribute, the keys of an object literal in the order as
	// written.
	Order map[string][]string
}

// World answers what the facts alone cannot know. A nil func knows of nothing.
type World struct {
	// Managed reports whether the spec wants a file at path, or one below it.
	Managed func(path string) bool
	// Exists reports whether the project directory has a file or directory there.
	Exists func(path string) bool
}

// Set is all facts of a project, each sound by itself.
type Set struct {
	// Project is the project block; only its attribute python is read. Problem is
	// the block within. Either may be nil.
	Project, Problem *Given
	// Facts are the other facts as declared.
	Facts []Given
}

// Blocks is the language table of the fact blocks, in the order in which a
// project states them. The result is the caller's.
func Blocks() []schema.Block {
	return []schema.Block{
		datasetBlock(), stageBlock(), modelBlock(), serviceBlock(), monitorBlock(), environmentBlock(),
	}
}

// Value returns what references to the fact see, and the faults of the fact by
// itself, each with a Subject. With an error the value is cty.DynamicVal. It
// never panics, whatever g holds.
func Value(g Given) (cty.Value, hcl.Diagnostics) {
	build, block := builder(g.Kind)
	if build == nil {
		return cty.DynamicVal, hcl.Diagnostics{fault(g.Range, "Unknown fact", "There is no kind of fact "+quote(g.Kind)+".")}
	}
	r := read(g, block)
	r.checkName()
	if r.diags.HasErrors() {
		// What is not of the table's type can not be looked into.
		return cty.DynamicVal, r.diags
	}
	v := build(r)
	if r.diags.HasErrors() {
		return cty.DynamicVal, r.diags
	}
	return v, r.diags
}

func builder(kind string) (func(*reader) cty.Value, schema.Block) {
	switch kind {
	case "dataset":
		return datasetValue, datasetBlock()
	case "stage":
		return stageValue, stageBlock()
	case "model":
		return modelValue, modelBlock()
	case "service":
		return serviceValue, serviceBlock()
	case "monitor":
		return monitorValue, monitorBlock()
	case "environment":
		return environmentValue, environmentBlock()
	case "problem":
		return problemValue, ProblemBlock()
	}
	return nil, schema.Block{}
}

// Check returns the faults between facts, sorted by place. Facts that are not
// sound by themselves are passed over; what refers to them may then seem to be
// missing, so Check is for a set whose facts all are. It never panics and asks w
// only about paths that the facts do not explain.
func Check(s Set, w World) hcl.Diagnostics {
	c := newChecker(s, w)
	c.checkPython()
	c.checkPaths()
	c.checkStages()
	c.checkProblem()
	c.checkModels()
	c.checkServices()
	c.checkMonitors()
	slices.SortStableFunc(c.diags, func(a, b *hcl.Diagnostic) int {
		if n := strings.Compare(a.Subject.Filename, b.Subject.Filename); n != 0 {
			return n
		}
		return a.Subject.Start.Byte - b.Subject.Start.Byte
	})
	return c.diags
}

// Pipeline returns the names of the stages, each after those whose outs it needs
// and otherwise as declared. Stages on and behind a cycle, which Check reports,
// follow last as declared. Stages with faults of their own are left out.
func Pipeline(s Set) []string {
	c := newChecker(s, World{})
	var names []string
	for _, i := range c.order() {
		names = append(names, c.stages[i].name)
	}
	return names
}
