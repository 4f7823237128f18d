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

func hyperparametersKind() kind {
	return kind{
		name: "hyperparameters", heading: "Hyperparameters",
		doc:     "The parameters that the model was trained with: of the stages, or of a parameter file.",
		example: "section \"hyperparameters\" {\n  values = { learning_rate = \"0.1\", max_depth = \"4\" }\n}\n",
		attrs: []schema.Attr{
			{Name: "values", Type: cty.Map(cty.String), Default: "those of the stages, or of the file", Doc: "Values by name, as plain text."},
			{Name: "stages", Type: cty.List(cty.String), Default: "all that have parameters", Doc: "Names of the declared stages to show."},
			{Name: "file", Type: cty.String, Default: "none", Doc: "Path of a JSON or YAML file that holds the values, read in place of the stages."},
			{Name: "keys", Type: cty.List(cty.String), Default: "all", Doc: "Dotted keys to show, in this order; one that leads to an object stands for all in it."},
		},
		reads:   []string{"stage"},
		sources: fileSource,
		render:  renderHyperparameters,
	}
}

// fileSource is the path in the attribute file.
func fileSource(r *request) []string {
	if f := r.line("file"); f != "" {
		return []string{f}
	}
	return nil
}

func renderHyperparameters(r *request) []block {
	name, value := column{head: r.say("Parameter")}, column{head: r.say("Value")}
	if values := r.pairs("values"); len(values) > 0 {
		var rows [][]string
		for _, k := range slices.Sorted(maps.Keys(values)) {
			rows = append(rows, []string{codeCell(k), codeCell(values[k])})
		}
		return []block{table([]column{name, value}, rows)}
	}
	if file := r.line("file"); file != "" {
		leaves, missing := r.fileLeaves("file", file, r.texts("keys"))
		if leaves == nil {
			return missing
		}
		return []block{table([]column{name, value}, leafRows(leaves))}
	}
	rows := r.parameterRows()
	if len(rows) == 0 {
		r.fail("", "No declared stage has parameters", "Give a stage params, or the section values or a file")
		return nil
	}
	return []block{table([]column{name, value, {head: r.say("Stage")}}, rows)}
}

// leafRows are the leaves of a file as rows of key and value.
func leafRows(leaves []datafile.Leaf) [][]string {
	var rows [][]string
	for _, l := range leaves {
		rows = append(rows, []string{codeCell(l.Path), codeCell(shownLeaf(l.Node))})
	}
	return rows
}

// shownLeaf is a scalar as the file has it; for nothing the word that JSON and
// YAML have for it.
func shownLeaf(n datafile.Node) string {
	switch n.Kind {
	case datafile.Null:
		return "null"
	case datafile.List:
		return first(oneLine(n.Text), "[]")
	case datafile.Map:
		return "{}"
	}
	return first(oneLine(n.Text), `""`)
}

// parameterRows are the parameters of the stages: key, value, and the stage where
// there are several.
func (r *request) parameterRows() [][]string {
	keys := r.texts("keys")
	found := map[string]bool{}
	var rows [][]string
	var names []string
	all := r.chosen("stage", "stages")
	for _, s := range all {
		for _, p := range flatten("", s.at("params")) {
			names = append(names, p.path)
			if keys == nil || under(p.path, keys, found) {
				rows = append(rows, []string{codeCell(p.path), codeCell(p.value.scalar()), codeCell(s.name)})
			}
		}
	}
	if len(all) == 1 {
		for i := range rows {
			rows[i][2] = ""
		}
	}
	for _, k := range keys {
		if !found[k] {
			r.fail("keys", fmt.Sprintf("No stage has the parameter %q", k), near(k, names, "Name one that there is"))
		}
	}
	return rows
}

// param is a value of the language with its dotted path.
type param struct {
	path  string
	value view
}

// flatten are the parameters below a value, lists kept whole.
func flatten(path string, v view) []param {
	keys := v.keys()
	if len(keys) == 0 {
		if path == "" {
			return nil
		}
		return []param{{path, v}}
	}
	var out []param
	for _, k := range keys {
		out = append(out, flatten(strings.TrimPrefix(path+"."+k, "."), v.at(k))...)
	}
	return out
}

// under reports whether one of the keys leads to the path, and marks that key.
func under(path string, keys []string, found map[string]bool) bool {
	for _, k := range keys {
		if path == k || strings.HasPrefix(path, k+".") {
			found[k] = true
			return true
		}
	}
	return false
}

// maxLeaves is how many values of a file a section shows.
const maxLeaves = 200

// fileLeaves are the values of a JSON or YAML file, those of the keys in the
// order of the keys. Without any, the blocks say why, or there is a fault.
func (r *request) fileLeaves(field, file string, keys []string) ([]datafile.Leaf, []block) {
	s, ok := r.source(field, file)
	if !ok || !s.present() {
		return nil, r.notRun([]source{s})
	}
	root, ok := r.tree(field, s)
	if !ok {
		return nil, nil
	}
	leaves := root.Settings()
	if keys != nil {
		leaves = r.pickLeaves(file, leaves, keys)
	}
	switch {
	case r.err != nil:
		return nil, nil
	case root.Kind != datafile.Map || len(root.Items) == 0:
		r.fail(field, fmt.Sprintf("%q holds no named values", file), "Write an object with a key for each")
		return nil, nil
	case len(leaves) > maxLeaves:
		r.fail(field, fmt.Sprintf("%q holds more than %d values", file, maxLeaves), "Name those to show in keys")
		return nil, nil
	}
	for _, l := range leaves {
		if text := l.Path + l.Node.Text; !r.quotable(field, file, text) || !r.shortCell(field, file, text) {
			return nil, nil
		}
	}
	return leaves, nil
}

// pickLeaves are the leaves of each key; every key must lead to some.
func (r *request) pickLeaves(file string, leaves []datafile.Leaf, keys []string) []datafile.Leaf {
	var out []datafile.Leaf
	for _, k := range keys {
		found := false
		for _, l := range leaves {
			if l.Path == k || strings.HasPrefix(l.Path, k+".") {
				found, out = true, append(out, l)
			}
		}
		if !found {
			r.fail("keys", fmt.Sprintf("%q has no key %q", file, k), near(k, paths(leaves), "Name one that it has"))
		}
	}
	return out
}

func paths(leaves []datafile.Leaf) []string {
	var out []string
	for _, l := range leaves {
		out = append(out, l.Path)
	}
	return out
}
