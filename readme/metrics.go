package readme

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

func metricsKind() kind {
	return kind{
		name: "metrics", heading: "Metrics",
		doc:     "The current numbers, from the metric files of the stages, beside a baseline and the bounds they must keep.",
		example: "section \"metrics\" {\n  values = { roc_auc = \"0.8734\", log_loss = \"0.31\" }\n}\n",
		attrs: []schema.Attr{
			{Name: "values", Type: cty.Map(cty.String), Default: "those of the files", Doc: "Numbers by metric."},
			{Name: "files", Type: cty.List(cty.String), Default: "the metrics of the declared stages", Doc: "Paths of JSON, YAML or CSV files that hold the numbers."},
			{Name: "keys", Type: cty.List(cty.String), Default: "every number that is in no list", Doc: "Dotted keys to show, in this order; one that leads to an object stands for all in it."},
			{Name: "baseline", Type: cty.String, Default: "none", Doc: "Path of a file with the same keys to compare with."},
			{Name: "precision", Type: cty.Number, Default: "as in the file, at most 4", Doc: "How many decimals are shown, 0 to 12."},
			{Name: "higher_is_better", Type: cty.Map(cty.Bool), Default: "known for common metrics and those of project.problem", Doc: "By metric, whether a higher number is better."},
		},
		reads: []string{"stage", "problem"},
		sources: func(r *request) []string {
			if r.pairs("values") != nil {
				return nil
			}
			files := r.metricFiles()
			if base := r.line("baseline"); base != "" {
				files = append(files, base)
			}
			return files
		},
		render: renderMetrics,
	}
}

// metricFiles are the files that the section names, or those of the stages.
func (r *request) metricFiles() []string {
	files := r.texts("files")
	if files == nil {
		for _, s := range r.project.facts("stage") {
			files = append(files, s.at("metrics").values()...)
		}
	}
	return files
}

// measure is one number.
type measure struct{ path, value, file string }

func renderMetrics(r *request) []block {
	all, missing := r.measures()
	if len(all) == 0 {
		return missing
	}
	precision := r.number("precision", 0, 12, auto)
	base, late := r.baseline(all)
	better := r.directions("higher_is_better")
	var rows [][]string
	several := false
	for _, m := range all {
		file := codeCell(m.file)
		several = several || m.file != all[0].file
		rows = append(rows, []string{
			codeCell(m.path), cell(shownNumber(m.value, precision)), cell(shownNumber(base[m.path], precision)),
			change(base[m.path], m.value, precision), r.direction(better.better(m.path)), r.bounds(m), file,
		})
	}
	if !several {
		for i := range rows {
			rows[i][6] = ""
		}
	}
	columns := []column{
		{head: r.say("Metric")},
		{head: r.say("Value"), right: true},
		{head: r.say("Baseline"), right: true},
		{head: r.say("Change"), right: true},
		{head: r.say("Better")},
		{head: r.say("Bound")},
		{head: r.say("File")},
	}
	return append(append([]block{table(columns, rows)}, missing...), late...)
}

// measures are the numbers that the section states, or else those of the files;
// and what is to be said about files that are not there yet.
func (r *request) measures() ([]measure, []block) {
	if values := r.pairs("values"); len(values) > 0 {
		var out []measure
		for _, k := range slices.Sorted(maps.Keys(values)) {
			out = append(out, measure{path: k, value: values[k]})
		}
		return out, nil
	}
	files := r.metricFiles()
	if len(files) == 0 {
		r.fail("", "No declared stage writes metrics", "Declare one with metrics, or give values or files")
		return nil, nil
	}
	var out []measure
	var waiting []source
	for _, file := range files {
		s, ok := r.source(r.given("files"), file)
		if !ok {
			return nil, nil
		}
		if !s.present() {
			waiting = append(waiting, s)
			continue
		}
		out = append(out, r.numbersOf(r.given("files"), s)...)
	}
	return r.pickMeasures(out, waiting), r.notRun(waiting)
}

// given is the attribute's name when the section has it, for faults.
func (r *request) given(attr string) string {
	if _, has := r.get(attr, cty.DynamicPseudoType); has {
		return attr
	}
	return ""
}

// numbersOf are the scalars of a metrics file.
func (r *request) numbersOf(field string, s source) []measure {
	var leaves []datafile.Leaf
	if datafile.IsTable(s.path) {
		leaves = r.tableLeaves(field, s)
	} else if root, ok := r.tree(field, s); ok {
		leaves = root.Leaves()
		if root.Kind != datafile.Map {
			r.fail(field, fmt.Sprintf("%q holds no named values", s.path), "Write an object with a key for each metric")
		}
	}
	var out []measure
	for _, l := range leaves {
		if text := l.Path + l.Node.Text; !r.quotable(field, s.path, text) || !r.shortCell(field, s.path, text) {
			return nil
		}
		out = append(out, measure{l.Path, measured(l.Node), s.path})
	}
	return out
}

// measured is what a section shows of a scalar; "" for what is no scalar.
func measured(n datafile.Node) string {
	switch {
	case n.Kind == datafile.Number && n.Text == "nan":
		return "NaN"
	case n.Kind == datafile.Number && strings.HasSuffix(n.Text, "inf"):
		return strings.Replace(n.Text, "inf", "∞", 1)
	case n.Kind == datafile.Null:
		return "null"
	case n.Kind == datafile.List, n.Kind == datafile.Map:
		return ""
	}
	return n.Text
}

// tableLeaves reads a table of metrics: either a name and a value in each row, or
// one row below the names.
func (r *request) tableLeaves(field string, s source) []datafile.Leaf {
	t, ok := r.rows(field, s)
	if !ok {
		return nil
	}
	var out []datafile.Leaf
	add := func(name, value string) {
		kind := datafile.Text
		if _, is := datafile.Rat(value); is {
			kind = datafile.Number
		}
		out = append(out, datafile.Leaf{Path: name, Node: datafile.Node{Kind: kind, Text: value}})
	}
	switch {
	case len(t.Rows) == 1:
		for i, h := range t.Head {
			add(h, t.Rows[0][i])
		}
	case len(t.Head) == 2:
		for _, row := range t.Rows {
			add(row[0], row[1])
		}
	default:
		r.fail(field, fmt.Sprintf("%q is not a table of metrics", s.path), "Write a name and a value in each row, or show the table in a section results or table")
	}
	return out
}

// pickMeasures are those of the keys, in the order of the keys, or every number
// that is in no list.
func (r *request) pickMeasures(all []measure, waiting []source) []measure {
	keys := r.texts("keys")
	var out []measure
	for _, m := range all {
		if _, number := datafile.Rat(m.value); keys == nil && (number || m.value == "NaN" || strings.HasSuffix(m.value, "∞")) && !inList(m.path) {
			out = append(out, m)
		}
	}
	for _, k := range keys {
		n := len(out)
		for _, m := range all {
			if m.path == k || strings.HasPrefix(m.path, k+".") {
				out = append(out, m)
			}
		}
		if len(out) == n && waiting == nil {
			r.fail("keys", fmt.Sprintf("No metrics file has the key %q", k), near(k, measurePaths(all), "Name one that there is"))
		}
	}
	switch {
	case len(out) == 0 && waiting == nil:
		r.fail(r.given("files"), "The metrics files hold no number", "Correct what writes them, or name keys")
	case len(out) > maxLeaves:
		r.fail("keys", fmt.Sprintf("There are more than %d numbers", maxLeaves), "Name those to show in keys")
	}
	return out
}

// inList reports whether a step of the path is a number, as in a list.
func inList(path string) bool {
	for step := range strings.SplitSeq(path, ".") {
		if step != "" && strings.Trim(step, "0123456789") == "" {
			return true
		}
	}
	return false
}

func measurePaths(all []measure) []string {
	var out []string
	for _, m := range all {
		out = append(out, m.path)
	}
	return out
}

// baseline is the numbers of the file to compare with, by path; and what is to be
// said when it is not there yet.
func (r *request) baseline(all []measure) (map[string]string, []block) {
	file := r.line("baseline")
	if file == "" {
		return nil, nil
	}
	s, ok := r.source("baseline", file)
	if !ok || !s.present() {
		return nil, r.notRun([]source{s})
	}
	out := map[string]string{}
	for _, m := range r.numbersOf("baseline", s) {
		out[m.path] = m.value
	}
	if !slices.ContainsFunc(all, func(m measure) bool { return out[m.path] != "" }) {
		r.fail("baseline", fmt.Sprintf("%q has none of the metrics shown", file), "Name a file with the same keys")
	}
	return out, nil
}

// bounds are what the gates of the stage that writes the file ask for.
func (r *request) bounds(m measure) string {
	stage, ok := r.project.theFact("stage", r.project.maker(m.file))
	if !ok {
		return ""
	}
	var out []string
	steps := strings.Split(m.path, ".")
	for _, g := range stage.at("gates").items() {
		if g.get("metric") == steps[len(steps)-1] && onSplit(steps, g.get("split")) {
			out = appendNew(out, bound(g))
		}
	}
	return strings.Join(out, ", ")
}

// onSplit reports whether the steps of a path may belong to a split: they name it,
// or none at all.
func onSplit(steps []string, split string) bool {
	for _, s := range []string{"train", "validation", "test"} {
		if s != split && slices.Contains(steps, s) {
			return false
		}
	}
	return true
}
