package readme

import (
	"fmt"
	"slices"

	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

// tableOptions say what of a table is shown. limit is the greatest number of
// rows; nil columns are all of them.
type tableOptions struct {
	columns   []string
	limit     int
	precision int
}

// fileTable is a file of CSV, TSV, JSON or YAML as a table; for a file that a
// stage has yet to make it says so. Faults of the file are shown at field, those
// of the columns at "columns".
func (r *request) fileTable(field, file string, o tableOptions) []block {
	s, ok := r.source(field, file)
	if !ok || !s.present() {
		return r.notRun([]source{s})
	}
	t, ok := r.rows(field, s)
	if !ok {
		return nil
	}
	places := r.tableColumns(file, t, o.columns)
	if r.err != nil {
		return nil
	}
	if len(t.Rows) == 0 || len(places) == 0 {
		r.fail(field, fmt.Sprintf("%q has no rows", file), "Name a file that has some")
		return nil
	}
	shown := t.Rows[:min(len(t.Rows), o.limit)]
	columns := make([]column, len(places))
	for i, p := range places {
		columns[i] = column{head: cell(t.Head[p]), right: !slices.ContainsFunc(t.Rows, func(row []string) bool { return !numeric(row[p]) })}
	}
	var rows [][]string
	for _, row := range shown {
		var cells []string
		for _, p := range places {
			if !r.quotable(field, file, row[p]+t.Head[p]) || !r.shortCell(field, file, row[p]) {
				return nil
			}
			cells = append(cells, cell(shownNumber(row[p], o.precision)))
		}
		rows = append(rows, cells)
	}
	out := []block{table(columns, rows)}
	if n := len(t.Rows); n > len(shown) {
		out = append(out, paragraph(r.say("The first {1} of {2} rows of {3}.", fmt.Sprint(len(shown)), fmt.Sprint(n), linkTo(code(file), r.href(file)))))
	}
	return out
}

// shortCell refuses a text of a file that no table can show.
func (r *request) shortCell(field, file, text string) bool {
	if len(text) > maxLine {
		r.fail(field, fmt.Sprintf("%q holds a text longer than %d bytes", file, maxLine), "Shorten it in the file, or show something else")
		return false
	}
	return true
}

// tableColumns are the places of the columns by name, or all of them.
func (r *request) tableColumns(file string, t datafile.Table, names []string) []int {
	var out []int
	if names == nil {
		for i := range t.Head {
			out = append(out, i)
		}
		return out
	}
	for _, n := range names {
		at := t.Column(n)
		if at < 0 {
			r.fail("columns", fmt.Sprintf("%q has no column %q", file, n), near(n, t.Head, "Name one that it has"))
		}
		out = append(out, at)
	}
	return out
}

// numeric reports whether a cell holds a decimal or nothing.
func numeric(s string) bool {
	_, ok := datafile.Rat(s)
	return ok || s == ""
}
