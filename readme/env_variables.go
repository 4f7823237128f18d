package readme

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
)

func envVariablesKind() kind {
	return kind{
		name: "env_variables", heading: "Environment variables",
		doc:     "The settings that the project reads from its environment; those that are required come first.",
		example: "section \"env_variables\" {\n  items = [\n    { name = \"API_KEY\", required = true, secret = true, description = \"Key of the feature store.\" },\n    { name = \"PORT\", type = \"number\", default = \"8000\", description = \"Where the service listens.\" },\n  ]\n}\n",
		attrs: []schema.Attr{itemsAttr(record("name", "type?", "required!", "default?", "secret!", "description?", "example?", "used_by?"),
			"`description` and `used_by` are one line of Markdown, the others plain text; a secret has no `default`. With an `example`, a file to copy is shown.")},
		render: renderEnvVariables,
	}
}

// envRow is a row of the table.
type envRow struct {
	name, example string
	required      bool
	cells         []string
}

var envName = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_]*$`)

func renderEnvVariables(r *request) []block {
	var all []envRow
	seen := map[string]bool{}
	r.items("items", func(f *fields) {
		v := envVariable(r, f)
		if seen[v.name] {
			f.failIn("name", "stands twice", "Leave one of them out")
		}
		seen[v.name] = true
		all = append(all, v)
	})
	slices.SortStableFunc(all, func(a, b envRow) int {
		if a.required != b.required {
			return map[bool]int{true: -1, false: 1}[a.required]
		}
		return cmp.Compare(a.name, b.name)
	})
	g := newGrid(r.headers("Name", "Type", "Required", "Default", "Description", "Used by")...)
	var sample []string
	for _, v := range all {
		g.add(v.cells...)
		if v.example != "" {
			sample = append(sample, v.name+"="+v.example)
		}
	}
	out := []block{g.block()}
	if sample != nil {
		out = append(out, paragraph(r.say("For example:")), fence("sh", strings.Join(sample, "\n")))
	}
	return out
}

func envVariable(r *request, f *fields) envRow {
	v := envRow{name: f.need("name"), example: f.line("example"), required: f.flag("required", false)}
	if !envName().MatchString(v.name) {
		f.failIn("name", "is not the name of a variable", "Use letters, digits and underscores, and no digit first")
	}
	value := codeCell(f.line("default"))
	if f.flag("secret", false) {
		if value != "" || v.example != "" {
			f.failIn("default or example", "would publish a secret", "Leave it out")
		}
		value = r.say("secret")
	}
	v.cells = []string{
		codeCell(v.name), cell(f.line("type")), r.yesNo(v.required), value, inlineCell(f.inline("description")), inlineCell(f.inline("used_by")),
	}
	return v
}
