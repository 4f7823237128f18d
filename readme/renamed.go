package readme

import (
	"slices"
	"strings"
)

// Renamed gives the sections of the lock the IDs that they have by now: one that is no
// longer wanted is the one that is new and has its heading. Without a heading it is
// the one with the same text, or else of the same kind and name in another component.
// digest stands for a text, as in the lock.
func Renamed(was []Was, want []Piece, digest func(string) string) []Was {
	out := slices.Clone(was)
	known := func(id string) bool { return slices.ContainsFunc(out, func(w Was) bool { return w.ID == id }) }
	for i := range out {
		w := &out[i]
		if slices.ContainsFunc(want, func(p Piece) bool { return p.ID == w.ID }) {
			continue
		}
		for _, alike := range []func(Piece) bool{
			func(p Piece) bool { return w.Level != 0 && p.Level == w.Level && p.Heading == w.Heading },
			func(p Piece) bool { return w.Level == 0 && p.Level == 0 && digest != nil && digest(p.Text) == w.Digest },
			func(p Piece) bool {
				return w.Level == 0 && p.Level == 0 && offered(w.ID) != "" && offered(p.ID) == offered(w.ID)
			},
		} {
			var found []string
			for _, p := range want {
				if alike(p) && !known(p.ID) {
					found = append(found, p.ID)
				}
			}
			if len(found) == 1 {
				w.Old, w.ID = first(w.Old, w.ID), found[0]
				break
			}
		}
	}
	return out
}

// offered is the ID that a section has in the component that offers it; "" when the
// spec has it.
func offered(id string) string {
	component, rest, _ := strings.Cut(id, ".")
	if d := (document{catalogue: catalogue()}); d.kind(component) != nil {
		return ""
	}
	return rest
}

// remark writes the IDs of now into the markers of sections that were renamed.
func (c *composer) remark(lines []string) {
	renamed := slices.DeleteFunc(slices.Clone(c.Was), func(w Was) bool { return w.Old == "" })
	if len(renamed) == 0 {
		return
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, "<!-- ") {
			continue
		}
		for _, w := range renamed {
			for _, end := range []bool{false, true} {
				if rest, is := strings.CutPrefix(line, marker(w.Old, end)); is && strings.TrimSpace(rest) == "" {
					lines[i] = marker(w.ID, end) + rest
				}
			}
		}
	}
}
