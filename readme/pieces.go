package readme

import (
	"fmt"
	"slices"
	"strings"
)

// Pieces renders the sections one by one, in their order; those that are not enabled
// are left out. Equal input gives equal pieces. The error is a *SectionError with the
// first fault.
func Pieces(sections []Section, p Project) ([]Piece, error) {
	words, ok := phrasebookOf(p.Lang)
	if !ok {
		return nil, &SectionError{Index: -1, Reason: fmt.Sprintf("There is no language %q", p.Lang), Fix: "Use one of " + strings.Join(Languages(), ", ")}
	}
	p.sections = sections
	d := document{project: &p, phrasebook: words, catalogue: catalogue()}
	for i, s := range sections {
		if err := d.add(i, s); err != nil {
			err.Index = i
			return nil, err
		}
	}
	if err := d.late(); err != nil {
		return nil, err
	}
	var out []Piece
	raw := false
	for _, part := range d.parts {
		raw = raw || slices.ContainsFunc(part.blocks(), func(b block) bool { return b.raw })
		if text := part.text(); text != "" {
			piece := pieceOf(sections[part.index], text, p.Markers || part.req.marked)
			if unmarked := !p.Markers || belowFrontOf(text) != text; piece.Level == 0 && len(out) == 0 && unmarked && part.kind.name == "verbatim" {
				piece.Level, piece.Marked = leadLevel, false
			}
			out = append(out, piece)
		}
	}
	if raw {
		findable(out)
	}
	return out, nil
}

// text is the section's Markdown.
func (p *part) text() string {
	var out []string
	for _, b := range p.blocks() {
		text := b.guarded()
		if n := len(out); n > 0 && growTogether(out[n-1], text) {
			out = append(out, "<!-- -->")
		}
		out = append(out, text)
	}
	return verbatim(strings.Join(out, "\n\n"))
}

func pieceOf(s Section, text string, marked bool) Piece {
	out := Piece{ID: s.ID, Ownership: first(s.Ownership, "spec"), Text: text, Marked: marked}
	if out.ID == "" {
		out.ID = s.Kind
		if s.Name != "" {
			out.ID += "." + plainID(s.Name)
		}
	}
	out.Heading, out.Level = headOf(text)
	out.Marked = out.Marked || out.Level == 0
	return out
}

// plainID is a name as it can stand in a marker.
func plainID(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '.':
			return r
		}
		return '-'
	}, name)
}

// Join is the README that the pieces make, as a new file: LF line ends, one final
// newline, no BOM.
func Join(pieces []Piece) []byte {
	var out []string
	for _, p := range pieces {
		out = append(out, p.Marker())
	}
	if len(out) == 0 {
		return nil
	}
	return []byte(strings.Join(out, "\n\n") + "\n")
}

// Render is Join of Pieces.
func Render(sections []Section, p Project) ([]byte, error) {
	pieces, err := Pieces(sections, p)
	return Join(pieces), err
}
