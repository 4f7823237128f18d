package planner

import "slices"

// Only is the part of a plan that is about one path, to be shown by itself. It has
// no plan id: it is nothing to apply.
func (p *Plan) Only(path string) *Plan {
	part := *p
	part.ID, part.Checks, part.Notes, part.Leftover, part.Store, part.Lock = "", nil, nil, nil, nil, nil
	part.Changes = slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.Path != path })
	part.Drift = slices.DeleteFunc(slices.Clone(p.Drift), func(d Drift) bool { return d.Path != path })
	part.Summary = summarize(&part)
	return &part
}
