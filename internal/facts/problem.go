package facts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

func problemValue(r *reader) cty.Value {
	k := kindOf(r.text("kind"))
	if k == nil {
		r.fault(site{attr: "kind"}, "Unknown kind", "There is no kind of problem "+quote(r.text("kind"))+"; there are "+listed(Kinds(), "and")+"."+suggest(r.text("kind"), Kinds()))
		return cty.DynamicVal
	}
	targets := r.targets(k)
	target := cty.NullVal(cty.DynamicPseudoType)
	if len(targets) > 0 {
		target = targets[0]
	}
	m := r.metric(k)
	r.checkBaseline(k)
	return r.object(map[string]cty.Value{
		"name": cty.StringVal("problem"), "target": target, "targets": cty.TupleVal(targets), "positive": r.positive(k, target),
		"metric": cty.StringVal(m.Name), "better": cty.StringVal(m.Better),
	})
}

// targets are the columns to predict.
func (r *reader) targets(k *kind) []cty.Value {
	given := r.vals["target"]
	if given.IsNull() {
		return nil
	}
	list := []cty.Value{given}
	if isList(given) {
		list = items(given)
	}
	if len(list) > 1 && !k.many {
		r.fault(site{attr: "target"}, "Too many targets", "The kind "+quote(k.name)+" predicts one column, and "+fmt.Sprint(len(list))+" are given. Name one.")
	}
	var out []cty.Value
	for i, v := range list {
		if r.full() {
			break
		}
		at := site{attr: "target"}
		if isList(given) {
			at.path = nth(i)
		}
		if kind, _ := factOf(v); kind != "column" {
			r.wrongKind(at, "column", v)
			continue
		}
		r.checkTarget(k, at, v)
		out = append(out, v)
	}
	return out
}

func (r *reader) checkTarget(k *kind, at site, column cty.Value) {
	_, name := factOf(column)
	self := who("dataset", text(field(column, "dataset"))) + ".columns" + member(name)
	base := text(field(column, "base"))
	switch role := text(field(column, "role")); {
	case role != "target":
		r.fault(at, "Target without role", fmt.Sprintf("The column %s has the role %s, so it would be fed to the model as well. Say `role = \"target\"` there.", self, quote(role)))
	case k.targets != nil && !slices.Contains(k.targets, base):
		r.fault(at, "Target of wrong type", fmt.Sprintf("The column %s has the type %s, and the kind %s predicts %s.", self, quote(base), quote(k.name), listed(k.targets, "or")))
	}
	if values := items(field(column, "values")); k.name == "binary_classification" && len(values) > 0 && len(values) != 2 {
		r.fault(at, "Target of wrong type", fmt.Sprintf("The column %s has %d values, and the kind %s knows two.", self, len(values), quote(k.name)))
	}
}

// positive is the label that counts, or null.
func (r *reader) positive(k *kind, target cty.Value) cty.Value {
	given := r.vals["positive"]
	isBool := text(field(target, "base")) == "bool"
	if given.IsNull() {
		if isBool && k.name == "binary_classification" {
			return cty.StringVal("true")
		}
		return given
	}
	var labels []string
	for _, v := range items(field(target, "values")) {
		labels = append(labels, text(v))
	}
	if isBool {
		labels = []string{"true", "false"}
	}
	switch {
	case k.name != "binary_classification":
		r.fault(site{attr: "positive"}, "Superfluous argument", "Only the kind \"binary_classification\" has a positive label, not "+quote(k.name)+". Remove it.")
	case len(labels) > 0 && !slices.Contains(labels, text(given)):
		r.fault(site{attr: "positive"}, "Unknown label", "The target has the labels "+listed(labels, "and")+", not "+quote(text(given))+"."+suggest(text(given), labels))
	}
	return given
}

func (r *reader) checkBaseline(k *kind) {
	known := append(k.baselines, "previous_model")
	if given := r.text("baseline"); r.has("baseline") && !slices.Contains(known, given) {
		r.fault(site{attr: "baseline"}, "Unknown baseline", "The kind "+quote(k.name)+" has the baselines "+listed(known, "and")+", not "+quote(given)+"."+suggest(given, known))
	}
}

// metric is the one that decides.
func (r *reader) metric(k *kind) Metric {
	known := append(Metrics(k.name), r.ownMetrics(k)...)
	if !r.has("metric") {
		return known[0]
	}
	m, ok := find(known, r.text("metric"))
	if !ok {
		r.fault(site{attr: "metric"}, "Unknown metric", noMetric(k.name, r.text("metric"), known))
	}
	return m
}

func noMetric(kind, name string, known []Metric) string {
	return "The kind " + quote(kind) + " has no metric " + quote(name) + "." + nearMetric(name, known) +
		" It has " + listed(metricNames(known), "and") + ". A metric of your own is declared in `metrics` of the problem block, as in { " + spelled(name) + " = \"higher\" }."
}

// nearMetric says which metric may have been meant.
func nearMetric(name string, known []Metric) string {
	if stem, ok := strings.CutSuffix(name, "_at_k"); ok && slices.Contains(metricNames(known), name) {
		return " Write a number for k, as in " + quote(stem+"_at_10") + "."
	}
	return suggest(name, metricNames(known))
}

// spelled is a name that can be written as a key.
func spelled(name string) string {
	if checkable().MatchString(name) {
		return name
	}
	return "profit"
}

// ownMetrics reads the project's own metrics and faults what is none.
func (r *reader) ownMetrics(k *kind) []Metric {
	if !r.has("metrics") {
		return nil
	}
	var out []Metric
	given := r.vals["metrics"].AsValueMap()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := site{"metrics", key(name)}
		better := text(given[name])
		_, taken := find(Metrics(k.name), name)
		switch {
		case !checkable().MatchString(name):
			r.fault(at, "Invalid name", "The metric "+quote(name)+" needs a name of lower-case letters, digits and _ that begins with a letter.")
		case taken:
			r.fault(at, "Metric declared twice", "The kind "+quote(k.name)+" has a metric "+quote(name)+" already. Remove it here or choose another name.")
		case better != "higher" && better != "lower":
			r.fault(at, "Unsupported value", "The metric "+quote(name)+" is better when \"higher\" or when \"lower\", not when "+quote(better)+".")
		}
		out = append(out, own(name, better))
	}
	return out
}
