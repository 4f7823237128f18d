package planner

import (
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
}

// Status lists every path that differs from the lock or from the spec, sorted.
func Status(p *Plan) []StatusLine {
	byPath := map[string]*StatusLine{}
	for _, d := range p.Drift {
		byPath[d.Path] = &StatusLine{Path: d.Path, Address: d.Address, Drift: d.Drift}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		l := byPath[c.Path]
		if l == nil {
			l = &StatusLine{Path: c.Path, Address: c.Address}
			byPath[c.Path] = l
		}
		l.Pending = c.Actions[0]
	}
	out := make([]StatusLine, 0, len(byPath))
	for _, l := range byPath {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b StatusLine) int { return strings.Compare(a.Path, b.Path) })
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
	letters := map[string]string{"create": "A", "update": "M", "delete": "D", "adopt": "R", "forget": "F", "conflict": "!"}
	if letter := letters[l.Pending]; letter != "" {
		return letter
	}
	return " "
}
