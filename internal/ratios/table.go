package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// row is one line of the table.
type row struct {
	name string
	// goal is the most that is wanted; 0 is a row for comparison only.
	goal float64
	unit string // "x", "ms" or "MiB"
	got  spread
	cpu  float64 // the median of the same ratio in processor time; 0 is unknown
	// ours and theirs are the medians behind the ratio, in words.
	ours, theirs string
	note         string
}

// ratio makes the row of one side over another.
func (c contest) ratio(name string, goal float64, ours, theirs []cost) row {
	return row{
		name: name, goal: goal, unit: "x",
		got: over(ours, theirs, wall), cpu: over(ours, theirs, cpu).median,
		ours: ms(c.milliseconds(ours)), theirs: ms(c.milliseconds(theirs)),
	}
}

func ms(v float64) string { return number(v) + " ms" }

// number keeps two or three digits that mean something.
func number(v float64) string {
	switch {
	case v >= 100 || v <= -100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10 || v <= -10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// measured is a number of the row's unit.
func (r *row) measured(digits string) string {
	if r.unit == "x" {
		return digits + "x"
	}
	return digits + " " + r.unit
}

// want is the goal, exactly.
func (r *row) want() string {
	if r.goal == 0 {
		return ""
	}
	return "<= " + r.measured(strconv.FormatFloat(math.Round(r.goal*100)/100, 'f', -1, 64))
}

// verdict says whether the goal holds. Where only processor time is within it,
// the machine was busy with something else.
func (r *row) verdict() string {
	switch {
	case r.goal == 0:
		return ""
	case r.got.median <= r.goal:
		return "yes"
	case r.unit == "x" && r.cpu > 0 && r.cpu <= r.goal:
		return "**no** (CPU: yes)"
	}
	return "**no**"
}

func (r *row) line() string {
	processor := ""
	if r.cpu > 0 {
		processor = r.measured(number(r.cpu))
	}
	name := r.name
	if r.note != "" {
		name += " (" + r.note + ")"
	}
	return fmt.Sprintf("| %s | %s | %s | %s - %s | %s | %s | %s | %s |\n", name, r.want(), r.measured(number(r.got.median)),
		r.measured(number(r.got.least)), r.measured(number(r.got.most)), processor, r.ours, r.theirs, r.verdict())
}

// table is one group; rows may be there beside an error.
func table(title string, rows []row, err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n", title)
	if len(rows) > 0 {
		b.WriteString("| what | goal | median | min - max | CPU | ours | against | holds |\n|---|---|---|---|---|---|---|---|\n")
	}
	for i := range rows {
		b.WriteString(rows[i].line())
	}
	if err != nil {
		fmt.Fprintf(&b, "\nNOT MEASURED: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return b.String()
}
