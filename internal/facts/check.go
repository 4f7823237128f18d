package facts

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/zclconf/go-cty/cty"
)

// The versions of Python 3 that are.
const (
	oldestPython = 8
	newestPython = 15
)

var pythonVersion = lazy.Regexp(`^3\.([1-9][0-9]?)$`)

// checkPython sees to it that the versions are real, and the oldest comes first,
// because readers take it for the least one supported.
func (c *checker) checkPython() {
	if c.set.Project == nil {
		return
	}
	list, last := c.set.Project.Attrs["python"], 0
	if list == cty.NilVal {
		return
	}
	for i, v := range items(list) {
		at := c.set.Project.at(site{"python", nth(i)})
		minor := 0
		if m := pythonVersion().FindStringSubmatch(text(v)); m != nil {
			minor, _ = strconv.Atoi(m[1])
		}
		switch {
		case minor < oldestPython || minor > newestPython:
			c.fault(at, "Unknown Python version", fmt.Sprintf("There is no Python %s that mlops knows. Write versions from \"3.%d\" to \"3.%d\", of two numbers.", quote(text(v)), oldestPython, newestPython))
			continue
		case minor == last:
			c.fault(at, "Duplicate Python version", "The version "+quote(text(v))+" is listed twice. Remove one.")
		case minor < last:
			c.fault(at, "Python versions out of order", "The version "+quote(text(v))+" comes after a newer one, and the first counts as the oldest that is supported. List the oldest first.")
		}
		last = max(last, minor)
	}
}

// checkStages is about what stages need, and about their gates.
func (c *checker) checkStages() {
	for i, s := range c.stages {
		for _, n := range c.needs[i] {
			if !c.known(n.path) {
				c.fault(n.at, "Missing dependency", s.self()+" needs "+quote(n.path)+", which no stage makes, no dataset holds, the spec does not write and the project does not have."+
					c.suggestPath(n.path)+" Write the reference of the stage that makes it, such as stage.NAME.outs.KEY, or declare a dataset for data from outside.")
			}
		}
		c.checkGPU(s)
	}
	c.checkCycles(newGraph(c))
	known := c.metrics()
	for _, s := range c.stages {
		for _, g := range s.Blocks {
			if g.Kind == "gate" {
				c.checkGate(&g, known)
			}
		}
	}
}

func (c *checker) checkGPU(s *fact) {
	gpu := number(field(s.get("resources"), "gpu"))
	if gpu == nil || gpu.Sign() <= 0 {
		return
	}
	at := s.at(site{"resources", cty.Path{cty.GetAttrStep{Name: "gpu"}}})
	switch _, name := factOf(s.get("environment")); {
	case name == "":
		c.fault(at, "GPU without environment", s.self()+" asks for a GPU and names no environment, so wheels for the CPU would be installed. Add `environment`, the reference of one that has an `index` for CUDA wheels.")
	case text(field(s.get("environment"), "index")) == "":
		c.fault(at, "GPU without index", s.self()+" asks for a GPU and runs in "+who("environment", name)+", which has no index for CUDA wheels. Add `index` there, such as \"https://download.pytorch.org/whl/cu126\".")
	}
}

// metrics are those a gate may name.
func (c *checker) metrics() []Metric {
	if c.problem == nil {
		var all []Metric
		for _, k := range kinds() {
			all = append(all, k.metrics...)
		}
		return append(all, operating()...)
	}
	all := Metrics(c.problem.text("kind"))
	given := c.problem.get("metrics").AsValueMap()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		all = append(all, own(name, text(given[name])))
	}
	return all
}

func (c *checker) checkGate(g *Given, known []Metric) {
	m, ok := find(known, g.Name)
	if !ok {
		c.fault(g.Range, "Unknown metric", c.noMetric(g.Name, known))
		return
	}
	low, high := number(g.Attrs["min"]), number(g.Attrs["max"])
	if m.Better == "higher" && low == nil {
		c.fault(g.at(site{attr: "max"}), "Gate in wrong direction", quote(m.Name)+" is better when higher, so a gate with nothing but a max passes every bad model. Write `min`; a max may stand beside it.")
	}
	if m.Better == "lower" && high == nil {
		c.fault(g.at(site{attr: "min"}), "Gate in wrong direction", quote(m.Name)+" is better when lower, so a gate with nothing but a min passes every bad model. Write `max`; a min may stand beside it.")
	}
	for _, attr := range []string{"min", "max"} {
		f := number(g.Attrs[attr])
		if f == nil {
			continue
		}
		if x, _ := f.Float64(); attr == "min" && x > m.High || attr == "max" && x < m.Low {
			c.fault(g.at(site{attr: attr}), "Gate out of range", fmt.Sprintf("%s is %s, so no model passes a %s of %s.", quote(m.Name), m.span(), attr, digits(f)))
		}
	}
}

func (c *checker) noMetric(name string, known []Metric) string {
	if c.problem != nil {
		return noMetric(c.problem.text("kind"), name, known)
	}
	return "No kind of problem has a metric " + quote(name) + "." + nearMetric(name, known) +
		" A metric of your own is declared in a problem block of the project, as in metrics = { " + spelled(name) + " = \"higher\" }."
}

// checkProblem is about the target and the data it comes from.
func (c *checker) checkProblem() {
	if c.problem == nil {
		return
	}
	k := kindOf(c.problem.text("kind"))
	targets := items(c.problem.get("targets"))
	seen := map[string]bool{}
	for i, v := range targets {
		at := site{attr: "target"}
		if isList(c.problem.Attrs["target"]) {
			at.path = nth(i)
		}
		if of := text(field(v, "dataset")); c.declaredTarget(at, v) && !seen[of] {
			seen[of] = true
			c.checkTargetData(k, at, c.named[of])
		}
	}
	for _, d := range c.datasets {
		names := items(d.get("targets"))
		if len(names) < 2 || k.many || len(targets) > 0 && text(field(targets[0], "dataset")) != d.name {
			continue
		}
		c.fault(d.at(site{"columns", append(key(text(names[1])), cty.GetAttrStep{Name: "role"})}), "Too many targets",
			fmt.Sprintf("%s has %d columns of the role target, such as %s and %s, and the kind %s predicts one. Give the others another role.", d.self(), len(names), quote(text(names[0])), quote(text(names[1])), quote(k.name)))
	}
}

func (c *checker) declaredTarget(at site, column cty.Value) bool {
	of, name := text(field(column, "dataset")), text(field(column, "name"))
	d := c.named[of]
	if d == nil || field(d.get("columns"), name).IsNull() {
		c.fault(c.problem.at(at), "Undeclared column", "The target "+who("dataset", of)+".columns"+member(name)+" is not declared.")
		return false
	}
	return true
}

// checkTargetData: the dataset of the target has what the kind needs, and some
// model takes it.
func (c *checker) checkTargetData(k *kind, at site, dataset *fact) {
	if k.role != "" && !hasRole(dataset, k.role) {
		c.fault(c.problem.at(at), "Missing column role", fmt.Sprintf("The kind %s needs a column of the role %s beside the target, and %s has none. Add `role = %q` to one.", quote(k.name), quote(k.role), dataset.self(), k.role))
	}
	var read []string
	for _, m := range c.models {
		if _, name := factOf(m.get("inputs")); name == dataset.name {
			return
		} else if name != "" {
			read = append(read, who("dataset", name))
		}
	}
	if len(read) > 0 {
		c.fault(c.problem.at(at), "Target of another dataset", "The target is a column of "+dataset.self()+", and the models take "+listed(read, "and")+". Name a column of what they take.")
	}
}

func hasRole(dataset *fact, role string) bool {
	return slices.ContainsFunc(items(dataset.get("fields")), func(c cty.Value) bool { return text(field(c, "role")) == role })
}
