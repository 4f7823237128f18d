package planner

import (
	"cmp"
	"slices"
	"strings"
)

// StatusLine is one path in two columns.
type StatusLine struct {
	Path    string `json:"path"`
	Address string `json:"address"`
	// Drift is as in Change.Drift, Pending as in Change.Actions; "" is none.
	Drift   string `json:"drift"`
	Pending string `json:"pending"`
	Class   string `json:"class"`
}

// Status lists every path that differs from the lock or from the spec, sorted.
func Status(p *Plan) []StatusLine {
	lines := map[[2]string]*StatusLine{}
	line := func(path, address string) *StatusLine {
		l := lines[[2]string{path, address}]
		if l == nil {
			l = &StatusLine{Path: path, Address: address}
			lines[[2]string{path, address}] = l
		}
		return l
	}
	for _, d := range p.Drift {
		l := line(d.Path, d.Address)
		l.Drift, l.Class = d.Drift, d.Class
	}
	for i := range p.Changes {
		l := line(p.Changes[i].Path, p.Changes[i].Address)
		l.Pending, l.Class = p.Changes[i].Actions[0], p.Changes[i].Class
	}
	out := make([]StatusLine, 0, len(lines))
	for _, l := range lines {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b StatusLine) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Address, b.Address))
	})
	return out
}

// DriftLetter is the first column.
func (l StatusLine) DriftLetter() string {
	if l.Drift == "" {
		return " "
	}
	return driftLetter[l.Drift]
}

// PendingLetter is the second column.
func (l StatusLine) PendingLetter() string {
	letters := map[string]string{"create": "A", "update": "M", "delete": "D", "move": "V", "adopt": "R", "forget": "F", "conflict": "!"}
	if letter := letters[l.Pending]; letter != "" {
		return letter
	}
	return " "
}
