package readme

import (
	"cmp"
	"slices"
	"strings"
)

// findable sees to it that each piece is found again in the README that they make:
// what looks like a marker of ours in a text is one no more, what a text leaves open
// is closed before the next piece, and a piece that its heading does not tell has
// markers.
func findable(list []Piece) {
	for i := range list {
		p := &list[i]
		p.Text = disarmed(p.Text)
		if i < len(list)-1 || p.Marked {
			p.close()
		}
	}
	for try := range 16 {
		all := lost(list)
		if len(all) == 0 {
			return
		}
		if try < 8 {
			all = all[:1] // it may be what hides the others
		}
		for _, i := range all {
			p := &list[i]
			p.Marked, p.Level = true, max(0, p.Level)
			p.close()
		}
	}
}

// disarmed is a text without markers of ours: another space in them makes them
// comments like others.
func disarmed(text string) string {
	if !strings.Contains(text, "mlops:") {
		return text
	}
	lines := slices.Collect(strings.Lines(text))
	for _, m := range landmarks(lines) {
		if m.opens+m.closes != "" {
			lines[m.line] = strings.Replace(lines[m.line], "<!--", "<!-- ", 1)
		}
	}
	return strings.Join(lines, "")
}

// markerIn is the line of the first marker of ours in a text, from 1; 0 is none.
func markerIn(text string) int {
	if !strings.Contains(text, "mlops:") {
		return 0
	}
	for _, m := range landmarks(slices.Collect(strings.Lines(text))) {
		if m.opens+m.closes != "" {
			return m.line + 1
		}
	}
	return 0
}

// close ends what is open at the end of a piece.
func (p *Piece) close() {
	text := p.Text
	if p.Level == leadLevel {
		text = belowFrontOf(text)
	}
	if o := outline(text); o.open != "" {
		p.Text += "\n" + o.closer
	}
}

// lost are the unmarked pieces that are not found as they are in a README of them all,
// neither when it is new nor when the lock knows it.
func lost(list []Piece) []int {
	var out []int
	for _, known := range [][]Was{nil, inLock(list)} {
		on, err := Stands(Sides{Disk: Join(list), Was: known, Want: list, Digest: func(text string) string { return text }})
		for i, p := range list {
			at := slices.IndexFunc(on, func(s Stand) bool { return s.ID == p.ID })
			if !p.Marked && (err != nil || at < 0 || on[at].Text != p.Text) {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// inLock is what the lock says of pieces, in its order, with their texts as digests.
func inLock(list []Piece) []Was {
	var out []Was
	for _, p := range list {
		out = append(out, Was{ID: p.ID, Ownership: p.Ownership, Heading: p.Heading, Level: p.Level, Digest: p.Text})
	}
	slices.SortFunc(out, func(a, b Was) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
