package readme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func tableKind() kind {
	return kind{
		name: "table", optional: true,
		doc:     "A table of your own, or of a CSV, TSV, JSON or YAML file.",
		example: "section \"table\" \"splits\" {\n  columns = [\"Split\", \"Rows\"]\n  align   = [\"left\", \"right\"]\n  rows    = [[\"train\", \"8000\"], [\"test\", \"2000\"]]\n}\n",
		attrs: []schema.Attr{
			{Name: "columns", Type: cty.List(cty.String), Default: "all of the file", Doc: "Heads of the columns, each one line of Markdown; with a file, the names of those to show."},
			{Name: "rows", Type: cty.List(cty.List(cty.String)), Default: "those of the file", Doc: "Rows with as many cells as there are columns, each one line of Markdown; `\"\"` is an empty cell."},
			{Name: "file", Type: cty.String, Default: "none", Doc: "Path of a .csv or .tsv file with a head, or of a .json or .yaml file with a list of objects."},
			{Name: "limit", Type: cty.Number, Default: "50", Doc: "How many rows of the file are shown, 1 to 1000."},
			{Name: "precision", Type: cty.Number, Default: "as in the file, at most 4", Doc: "How many decimals of the file's numbers are shown, 0 to 12."},
			{Name: "align", Type: cty.List(cty.String), Default: "`left` for all", Doc: "How each column is set, `left` or `right`."},
		},
		sources: fileSource,
		render:  renderTable,
	}
}

func renderTable(r *request) []block {
	if file := r.line("file"); file != "" {
		if r.given("rows")+r.given("align") != "" {
			r.fail("file", "The table has both a file and rows of its own", "Leave one out")
		}
		return r.fileTable("file", file, tableOptions{
			columns: r.texts("columns"), limit: r.number("limit", 1, 1000, 50), precision: r.number("precision", 0, 12, auto),
		})
	}
	columns, align := r.inlines("columns"), r.inlines("align")
	switch {
	case len(columns) == 0:
		r.fail("columns", "The table has no columns", "Name one")
		return nil
	case align != nil && len(align) != len(columns):
		r.fail("align", "There are not as many words as columns", "Write left or right for each column")
		return nil
	}
	g := &grid{}
	for i, c := range columns {
		right := align != nil && align[i] == "right"
		if align != nil && !right && align[i] != "left" {
			r.fail("align", "A word is neither left nor right", "Write left or right")
		}
		g.columns = append(g.columns, column{inlineCell(c), right})
	}
	g.rows = r.matrix("rows", len(columns))
	if len(g.rows) == 0 {
		r.fail("rows", "The table has no rows", "Add one, or leave the section out")
	}
	return []block{tableOfAll(g)}
}

// tableOfAll is the table with its empty columns, which table would leave out.
func tableOfAll(g *grid) block {
	for i := range g.columns {
		if !slices.ContainsFunc(g.rows, func(row []string) bool { return row[i] != "" }) {
			for _, row := range g.rows {
				row[i] = "–"
			}
		}
	}
	return g.block()
}

// matrix is a list of lists of inline Markdown, each of n elements. An element
// may be empty.
func (f *fields) matrix(name string, n int) [][]string {
	v, ok := f.get(name, cty.List(cty.List(cty.String)))
	if !ok {
		return nil
	}
	var out [][]string
	for i, row := range v.AsValueSlice() {
		place := fmt.Sprintf("element %d of %s", i+1, name)
		if row.IsNull() || row.LengthInt() != n {
			f.fail(name, "The "+place+" has not as many cells as there are columns", fmt.Sprintf("Give it %d cells", n))
			return nil
		}
		var cells []string
		for _, e := range row.AsValueSlice() {
			sub := fields{attr: name, place: place}
			text := ""
			if !e.IsNull() && strings.TrimSpace(e.AsString()) != "" {
				text = oneLine(e.AsString())
				sub.checkText("cell", text)
				sub.checkLine("cell", text)
			}
			f.adopt(&sub)
			cells = append(cells, inlineCell(text))
		}
		out = append(out, cells)
	}
	return out
}
