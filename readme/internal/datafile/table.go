package datafile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Table is a file of rows. Every row has as many cells as Head.
type Table struct {
	Head []string
	Rows [][]string
}

// Column is the place of a column by its head, or -1.
func (t *Table) Column(head string) int {
	for i, h := range t.Head {
		if h == head {
			return i
		}
	}
	return -1
}

func separator(name string) rune {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return ','
	case ".tsv":
		return '\t'
	}
	return 0
}

// ReadTable parses a file by the ending of its name: CSV (RFC 4180) and TSV, whose
// first line is the head; JSON and YAML, which hold a list of objects, or an
// object of objects whose keys become the first column. The error is an *Error.
func ReadTable(name string, src []byte) (Table, error) {
	comma := separator(name)
	if comma == 0 {
		root, err := Read(name, src)
		if err != nil {
			return Table{}, err
		}
		return tableOf(root)
	}
	src, err := checked(src)
	if err != nil {
		return Table{}, err
	}
	r := csv.NewReader(bytes.NewReader(src))
	r.Comma, r.ReuseRecord = comma, false
	t := Table{}
	for {
		row, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && t.Head == nil:
			return Table{}, &Error{Reason: "The file is empty", Fix: "Write a first line with the names of the columns"}
		case errors.Is(err, io.EOF):
			return t, nil
		case err != nil:
			return Table{}, csvFault(err)
		case len(row) > maxColumns:
			return Table{}, tooMuch(r, fmt.Sprintf("The table has more than %d columns", maxColumns))
		case t.Head == nil:
			t.Head = row
		case len(t.Rows) == maxRows:
			return Table{}, tooMuch(r, fmt.Sprintf("The table has more than %d rows", maxRows))
		default:
			t.Rows = append(t.Rows, row)
		}
	}
}

func tooMuch(r *csv.Reader, reason string) error {
	line, _ := r.FieldPos(0)
	return &Error{Line: line, Reason: reason, Fix: "Write what the README needs into a file of its own"}
}

func csvFault(err error) error {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return &Error{Reason: "No rows can be read: " + err.Error(), Fix: "Correct the file"}
	}
	reason := "No row can be read: " + at.Err.Error()
	if errors.Is(at.Err, csv.ErrFieldCount) {
		reason = "The row has another number of cells than the first line"
	}
	return &Error{Line: at.Line, Reason: reason, Fix: "Correct the line; a cell with a comma, a quote or a line break stands in double quotes"}
}

// tableOf reads a tree as a table; a cell that is no scalar is a fault.
func tableOf(root Node) (Table, error) {
	b := tableBuilder{place: map[string]int{}}
	if root.Kind != List && root.Kind != Map {
		return Table{}, &Error{Line: root.Line, Reason: "The file holds one value and no rows", Fix: "Write a list of objects"}
	}
	for i, item := range root.Items {
		if item.Kind != Map {
			return Table{}, &Error{Line: item.Line, Reason: fmt.Sprintf("Element %d is not an object", i+1), Fix: "Write a list of objects, one for each row"}
		}
		row := map[int]string{}
		if root.Kind == Map {
			row[b.column("")] = root.Keys[i]
		}
		for j, cell := range item.Items {
			if cell.Kind == List || cell.Kind == Map {
				return Table{}, &Error{Line: cell.Line, Reason: fmt.Sprintf("The value of %q is no text, number or bool", item.Keys[j]), Fix: "Write a flat object for each row"}
			}
			row[b.column(item.Keys[j])] = cell.Text
		}
		b.rows = append(b.rows, row)
	}
	return b.table()
}

// tableBuilder gathers rows whose columns are found on the way.
type tableBuilder struct {
	head  []string
	place map[string]int
	rows  []map[int]string
}

func (b *tableBuilder) column(name string) int {
	i, has := b.place[name]
	if !has {
		i = len(b.head)
		b.place[name], b.head = i, append(b.head, name)
	}
	return i
}

func (b *tableBuilder) table() (Table, error) {
	if len(b.head) > maxColumns || len(b.rows) > maxRows || len(b.head)*len(b.rows) > maxNodes {
		return Table{}, &Error{Reason: "The table has too many rows or columns", Fix: "Write what the README needs into a file of its own"}
	}
	t := Table{Head: b.head}
	for _, row := range b.rows {
		cells := make([]string, len(b.head))
		for i, text := range row {
			cells[i] = text
		}
		t.Rows = append(t.Rows, cells)
	}
	return t, nil
}
