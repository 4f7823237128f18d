package planner

import "bytes"

// PatchOf is one change with its patch as text, for scripts.
type PatchOf struct {
	Change
	// Patch is what WriteDiff shows; "" for a change of the lock alone.
	Patch string `json:"patch"`
}

// Patches returns every change with its patch.
func (p *Plan) Patches() []PatchOf {
	out := []PatchOf{}
	for i := range p.Changes {
		var buf bytes.Buffer
		c := &p.Changes[i]
		// A bytes.Buffer never fails.
		p.WriteDiff(&buf, TextOptions{}, func(other *Change) bool { return other == c })
		out = append(out, PatchOf{*c, buf.String()})
	}
	return out
}
