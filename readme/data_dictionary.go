package readme

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func dataDictionaryKind() kind {
	return kind{
		name: "data_dictionary", heading: "Data dictionary",
		doc:     "The columns of the data: type, role, unit, allowed values and meaning.",
		example: "section \"data_dictionary\" {\n  columns = [{ name = \"age\", type = \"int\", unit = \"years\", description = \"Age at signup\" }]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "columns", Type: cty.List(record("name", "type?", "role?", "unit?", "values?", "description?", "nullable!")), Default: "those of the declared datasets",
				Doc: "Columns in order, all plain text; `nullable` says that values may be missing.",
			},
			{Name: "datasets", Type: cty.List(cty.String), Default: "all that declare columns", Doc: "Names of the declared datasets to show, in this order."},
		},
		reads:  []string{"dataset"},
		render: renderDataDictionary,
	}
}

func renderDataDictionary(r *request) []block {
	var rows [][]string
	for _, f := range r.objects("columns") {
		rows = append(rows, []string{
			codeCell(f.need("name")), codeCell(f.line("type")), cell(f.line("role")), cell(f.line("unit")), cell(f.line("values")),
			r.maybe(f.flag("nullable", false)), "", cell(f.line("description")),
		})
		r.adopt(f)
	}
	if rows != nil {
		return []block{r.columnTable(rows)}
	}
	var shown []view
	for _, d := range r.chosen("dataset", "datasets") {
		if len(d.at("fields").items()) > 0 {
			shown = append(shown, d)
		}
	}
	if len(shown) == 0 {
		r.fail("", "No dataset declares columns", "Declare some, or give columns")
		return nil
	}
	var out []block
	for _, d := range shown {
		if len(shown) > 1 {
			out = append(out, heading(min(r.level+1, 6), first(r.plain(d, "title"), d.name)))
		}
		out = append(out, r.columnTable(r.columnRows(d)))
	}
	return out
}

func (r *request) columnTable(rows [][]string) block {
	return table([]column{
		{head: r.say("Column")},
		{head: r.say("Type")},
		{head: r.say("Role")},
		{head: r.say("Unit")},
		{head: r.say("Values")},
		{head: r.say("May be missing")},
		{head: r.say("Personal data")},
		{head: r.say("Description")},
	}, rows)
}

// columnRows are the columns of a dataset in the order they were declared.
func (r *request) columnRows(d view) [][]string {
	var rows [][]string
	for _, c := range d.at("fields").items() {
		c.kind, c.name = "column", c.get("name")
		rows = append(rows, []string{
			codeCell(c.name), codeCell(c.get("type")), r.role(c.get("role")), cell(r.plain(c, "unit")), allowed(c),
			r.maybe(c.at("nullable").yes()), r.maybe(c.at("pii").yes()), cell(r.plain(c, "description")),
		})
	}
	return rows
}

// maybe is a bool in a cell: only what is true is worth a word.
func (r *request) maybe(is bool) string {
	if is {
		return r.say("yes")
	}
	return ""
}

// role is a column's role in words.
func (r *request) role(s string) string {
	switch s {
	case "feature":
		return r.say("feature")
	case "target":
		return r.say("target")
	case "time":
		return r.say("time")
	case "group":
		return r.say("group")
	case "weight":
		return r.say("weight")
	case "prediction":
		return r.say("prediction")
	}
	return cell(s)
}

// someCells is codeCells for what may be many: the first ones, and how many there
// are in all.
func someCells(values []string) string {
	const most = 20
	if n := len(values); n > most+1 {
		return codeCells(values[:most]) + fmt.Sprintf(", … (%d)", n)
	}
	return codeCells(values)
}

// allowed are the values that a column may have.
func allowed(c view) string {
	if values := c.at("values").texts(); len(values) > 0 {
		return someCells(values)
	}
	if b := bound(c); b != "" {
		return b
	}
	if pattern := c.get("regex"); pattern != "" {
		return codeCell(pattern)
	}
	return ""
}
