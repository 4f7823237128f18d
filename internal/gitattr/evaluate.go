package gitattr

// evaluation collects the value of every attribute for one path. The rule that
// ranks highest speaks first, and the first word counts.
type evaluation struct {
	rules  *Rules
	file   string
	values []value
	open   int // how many attributes are still unknown
}

// evaluate returns the values by attribute number.
func (r *Rules) evaluate(d *directory, file string, attributes int) []value {
	e := &evaluation{rules: r, file: file, values: make([]value, attributes), open: attributes}
	for _, f := range r.above {
		e.frame(f)
	}
	for ; d != nil; d = d.parent {
		e.frame(d.frame)
	}
	for _, f := range r.below {
		e.frame(f)
	}
	return e.values
}

func (e *evaluation) frame(f *frame) {
	for i := len(f.rules) - 1; i >= 0 && e.open > 0; i-- {
		if p := f.rules[i].pattern; p != nil && !p.DirOnly && p.Match(f.base, e.file, e.rules.settings.ignoreCase) {
			e.fill(f.rules[i].states)
		}
	}
}

// fill takes states from the last to the first, expanding macros on the way.
// Each attribute is filled once, so the recursion ends.
func (e *evaluation) fill(states []state) {
	for i := len(states) - 1; i >= 0 && e.open > 0; i-- {
		v := &e.values[states[i].attr]
		if v.kind != unknown {
			continue
		}
		*v = states[i].value
		e.open--
		if v.kind == set {
			e.fill(e.rules.macros[states[i].attr])
		}
	}
}
