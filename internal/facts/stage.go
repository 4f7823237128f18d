package facts

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/zclconf/go-cty/cty"
)

func stageValue(r *reader) cty.Value {
	r.checkRun()
	deps, inputs := r.deps()
	more := map[string]cty.Value{
		"deps": stringsVal(deps), "inputs": listOf(inputType(), inputs),
		"params": r.params(), "resources": r.resources(), "gates": r.gates(),
	}
	for _, attr := range writing() {
		more[attr] = r.written(attr)
	}
	r.ref("environment", "environment")
	return r.object(more)
}

// writing are the attributes of a stage that say what it writes.
func writing() []string { return []string{"outs", "metrics", "plots"} }

var module = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

func (r *reader) checkRun() {
	run, command := r.text("run"), r.text("command")
	switch {
	case r.has("run") && r.has("command"):
		r.fault(site{attr: "command"}, "Run and command", "The stage "+quote(r.g.Name)+" has both `run` and `command`; exactly one says what it does. Remove one.")
	case !r.has("run") && !r.has("command"):
		r.diags = append(r.diags, fault(r.g.Range, "Nothing to run",
			"The stage "+quote(r.g.Name)+" does not say what it does. Add `run`, the dotted path of a Python module, or `command`."))
	case r.has("command") && strings.TrimSpace(command) == "":
		r.fault(site{attr: "command"}, "Nothing to run", "The command is empty.")
	case r.has("run") && !module().MatchString(run):
		r.fault(site{attr: "run"}, "Invalid module", quote(run)+" is no dotted path of a Python module."+moduleHint(run)+" A shell command goes into `command`.")
	}
}

// moduleHint turns the path of a file into that of its module.
func moduleHint(run string) string {
	name := strings.TrimPrefix(strings.TrimSuffix(run, ".py"), "src/")
	if name = strings.ReplaceAll(name, "/", "."); module().MatchString(name) {
		return " Write " + quote(name) + "."
	}
	return " Write one such as \"churn.pipeline.train\"."
}

func inputType() cty.Type {
	return cty.Object(map[string]cty.Type{"path": cty.String, "dataset": cty.String})
}

// deps returns the paths that the stage reads, each once, and the same with the
// name of the dataset where one was given.
func (r *reader) deps() (paths []string, inputs []cty.Value) {
	list := r.vals["deps"]
	if list.IsNull() {
		return nil, nil
	}
	if !isList(list) {
		r.fault(site{attr: "deps"}, "Not a list", "The argument \"deps\" takes a list, and "+describe(list)+" is given. Put it in brackets.")
		return nil, nil
	}
	seen := map[string]bool{}
	for i, v := range items(list) {
		path, dataset := r.source(site{"deps", nth(i)}, wantDep, v)
		if r.full() {
			break
		}
		if seen[path] {
			continue
		}
		seen[path] = true
		paths = append(paths, path)
		name := cty.NullVal(cty.String)
		if _, n := factOf(dataset); n != "" {
			name = cty.StringVal(n)
		}
		inputs = append(inputs, cty.ObjectVal(map[string]cty.Value{"path": cty.StringVal(path), "dataset": name}))
	}
	return paths, inputs
}

// written is an object of the paths a stage writes, by key.
func (r *reader) written(attr string) cty.Value {
	if !r.has(attr) {
		return cty.EmptyObjectVal
	}
	paths := r.vals[attr].AsValueMap()
	for _, k := range slices.Sorted(maps.Keys(paths)) {
		r.checkKey(attr, k)
		r.path(site{attr, key(k)}, text(paths[k]))
	}
	return cty.ObjectVal(paths)
}

func (r *reader) checkKey(attr, k string) {
	if !hclsyntax.ValidIdentifier(k) {
		r.fault(site{attr, key(k)}, "Invalid name", "The key "+quote(k)+" of "+quote(attr)+" must begin with a letter and hold only letters, digits, - and _, so that references can name it.")
	}
}

func (r *reader) params() cty.Value {
	v := r.vals["params"]
	if v.IsNull() {
		return cty.EmptyObjectVal
	}
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		r.fault(site{attr: "params"}, "Not an object", "The argument \"params\" takes an object such as { seed = 42 }, and "+describe(v)+" is given.")
	}
	r.noFacts(v)
	return v
}

// noFacts faults the first whole fact among the parameters: it would be written
// out with all it refers to, and so on from stage to stage.
func (r *reader) noFacts(params cty.Value) {
	found := errors.New("found")
	_ = cty.Walk(params, func(path cty.Path, v cty.Value) (bool, error) {
		if kind, _ := factOf(v); kind != "" {
			r.fault(site{"params", path.Copy()}, "Fact among parameters", "A parameter is text, a number, a bool, or a list or object of these, and "+describe(v)+" is given. Name one of its attributes instead.")
			return false, found
		}
		return true, nil
	})
}

var memory = lazy.Regexp(`^[1-9][0-9]{0,14}([KMGT]i?)?$`)

// resources is an object with every attribute, null where nothing was asked for.
func (r *reader) resources() cty.Value {
	v := r.vals["resources"]
	if v.IsNull() {
		return cty.ObjectVal(map[string]cty.Value{"cpu": cty.NullVal(cty.Number), "memory": cty.NullVal(cty.String), "gpu": cty.NullVal(cty.Number)})
	}
	at := func(attr string) site { return site{"resources", cty.Path{cty.GetAttrStep{Name: attr}}} }
	if f := number(v.GetAttr("cpu")); f != nil && (f.Sign() <= 0 || f.IsInf()) {
		r.fault(at("cpu"), "Number out of range", "The argument \"resources.cpu\" takes a number of cores above 0, such as 0.5.")
	}
	r.wholeAt(at("gpu"), v.GetAttr("gpu"), [2]int64{0, 1024})
	if m := v.GetAttr("memory"); !m.IsNull() && !memory().MatchString(text(m)) {
		r.fault(at("memory"), "Invalid amount", "The argument \"resources.memory\" takes an amount such as \"512Mi\" or \"8Gi\", not "+quote(text(m))+".")
	}
	return v
}

func gateType() cty.Type {
	return cty.Object(map[string]cty.Type{"metric": cty.String, "min": cty.Number, "max": cty.Number, "split": cty.String})
}

func (r *reader) gates() cty.Value {
	var out []cty.Value
	first := map[string]string{}
	for _, g := range r.nested("gate") {
		g.checkGate()
		v := g.object(nil)
		id := g.g.Name + " on " + text(v.GetAttr("split"))
		if at, twice := first[id]; twice {
			g.diags = append(g.diags, fault(g.g.Range, "Duplicate gate", "The stage has a gate for "+quote(g.g.Name)+" on the same split at "+at+". Write both bounds into one."))
		}
		first[id] = place(g.g.Range)
		r.diags = append(r.diags, g.diags...)
		out = append(out, cty.ObjectVal(map[string]cty.Value{
			"metric": cty.StringVal(g.g.Name), "min": v.GetAttr("min"), "max": v.GetAttr("max"), "split": v.GetAttr("split"),
		}))
	}
	if len(out) > 0 && r.vals["metrics"].IsNull() {
		r.diags = append(r.diags, fault(r.nested("gate")[0].g.Range, "Gate without metrics",
			"The stage "+quote(r.g.Name)+" has a gate and writes no metrics, so nothing could be compared. Add `metrics` with the path of the file, or move the gate to the stage that writes it."))
	}
	return listOf(gateType(), out)
}

func (r *reader) checkGate() {
	low, high := number(r.vals["min"]), number(r.vals["max"])
	switch {
	case low == nil && high == nil:
		r.diags = append(r.diags, fault(r.g.Range, "Gate without bound", "The gate "+quote(r.g.Name)+" bounds nothing. Add `min` or `max`."))
	case low != nil && high != nil && low.Cmp(high) > 0:
		r.fault(site{attr: "min"}, "Bounds out of order", fmt.Sprintf("The gate %s has a min of %s above its max of %s, so no model passes. Swap them.", quote(r.g.Name), digits(low), digits(high)))
	}
}
