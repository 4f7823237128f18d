package readme

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

func configurationKind() kind {
	return kind{
		name: "configuration", heading: "Configuration",
		doc:     "The keys of a configuration file with their values and meaning.",
		example: "section \"configuration\" {\n  keys = [{ path = \"server.port\", type = \"number\", default = \"8000\", description = \"Port to listen on\" }]\n}\n",
		attrs: []schema.Attr{
			{Name: "file", Type: cty.String, Default: "params.yaml, when it is managed and no key states a default", Doc: "Path of a JSON or YAML file that holds the values."},
			{
				Name: "keys", Type: cty.List(record("path", "type?", "default?", "description?")), Default: "all of the file",
				Doc: "Dotted keys in order; `description` is plain text, `type` and `default` are those of the file when left out.",
			},
		},
		sources: func(r *request) []string {
			if f := r.configFile(); f != "" {
				return []string{f}
			}
			return nil
		},
		render: renderConfiguration,
	}
}

// configFile is the file that values are read from, or "".
func (r *request) configFile() string {
	if file := r.line("file"); file != "" {
		return file
	}
	for _, k := range r.objects("keys") {
		if k.line("default") != "" {
			return ""
		}
	}
	return r.firstFile("params.yaml")
}

func renderConfiguration(r *request) []block {
	keys := r.objects("keys")
	file := r.configFile()
	var out []block
	var leaves []datafile.Leaf
	if file != "" {
		var missing []block
		leaves, missing = r.fileLeaves("file", file, nil)
		if leaves == nil && keys == nil {
			return missing
		}
		out = missing
		if leaves != nil {
			out = []block{paragraph(r.say("The values are in {1}.", linkTo(code(file), r.href(file))))}
		}
	}
	rows := r.configRows(keys, file, leaves)
	if len(rows) == 0 {
		r.fail("", "Nothing says what can be configured", "Give keys or a file")
		return nil
	}
	return append(out, table([]column{{head: r.say("Key")}, {head: r.say("Type")}, {head: r.say("Value")}, {head: r.say("Description")}}, rows))
}

func (r *request) configRows(keys []*fields, file string, leaves []datafile.Leaf) [][]string {
	var rows [][]string
	if keys == nil {
		for _, l := range leaves {
			rows = append(rows, []string{codeCell(l.Path), r.leafType(l.Node), codeCell(shownLeaf(l.Node)), ""})
		}
		return rows
	}
	byPath := map[string]datafile.Node{}
	for _, l := range leaves {
		byPath[l.Path] = l.Node
	}
	for _, k := range keys {
		path, kind, value := k.need("path"), codeCell(k.line("type")), k.line("default")
		node, there := byPath[path]
		if !there && leaves != nil {
			r.fail("keys", fmt.Sprintf("%q has no value at %q", file, path), near(path, paths(leaves), "Name one that it has"))
		}
		if there {
			kind, value = first(kind, r.leafType(node)), first(value, shownLeaf(node))
		}
		rows = append(rows, []string{codeCell(path), kind, codeCell(value), cell(k.line("description"))})
		r.adopt(k)
	}
	return rows
}

// leafType is the type of a value in words.
func (r *request) leafType(n datafile.Node) string {
	switch n.Kind {
	case datafile.Bool:
		return r.say("bool")
	case datafile.Number:
		return r.say("number")
	case datafile.Text:
		return r.say("text")
	case datafile.List:
		return r.say("list")
	case datafile.Map:
		return r.say("object")
	}
	return ""
}
