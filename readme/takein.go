package readme

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// Taken is a README that was taken in.
type Taken struct {
	// Sections have only those fields that are given.
	Sections []Section
	// Files are what sections name that no string of the spec could hold, by path.
	Files map[string][]byte
}

// maxTaken is how many sections are made of a README; one with more headings gets
// coarser ones.
const maxTaken = 1_000

// TakeIn makes sections of a README that was written by hand: Compose of them with
// the file gives the file, byte for byte, and does so again once they are known.
// What is a typed kind to the last byte becomes one, other sections are custom or
// verbatim. Text of other tools between their markers stays out, and so does what
// cannot be told apart.
//
// A file that is not UTF-8 or has half a marker is an error: a *LocateError. It ends
// early with that of the context.
func TakeIn(ctx context.Context, disk []byte, p Project) (*Taken, error) {
	text := strings.TrimPrefix(string(disk), "\ufeff")
	if !utf8.ValidString(text) {
		return nil, &LocateError{1, "the file is not UTF-8; convert it"}
	}
	lines := slices.Collect(strings.Lines(text))
	marks := landmarks(belowFront(lines))
	for _, way := range []intake{{deepest: 6, typed: true}, {deepest: 6}, {deepest: 2}, {deepest: 1}, {}} {
		way.project, way.taken = p, &Taken{Files: map[string][]byte{}}
		names := way.names(marks)
		if len(names) > maxTaken {
			continue
		}
		if err := way.sections(ctx, lines, marks, names); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if way.taken.lossless(disk, p) {
			return way.taken, nil
		}
	}
	return nil, errors.New("no sections can be made of it that give it back as it is")
}

// reading is Project.Read with the files.
func (t *Taken) reading(p Project) Project {
	read := p.Read
	p.Read = func(name string) ([]byte, error) {
		if data, ok := t.Files[name]; ok {
			return data, nil
		}
		if read == nil {
			return nil, fs.ErrNotExist
		}
		return read(name)
	}
	return p
}

// lossless reports whether the sections give the file back, now and later.
func (t *Taken) lossless(disk []byte, p Project) bool {
	pieces, err := Pieces(t.Sections, t.reading(p))
	if err != nil {
		return false
	}
	same := func(text string) string { return text }
	s := Sides{Disk: disk, Want: pieces, Import: true, Digest: same, Base: func(string) (string, bool) { return "", false }}
	for _, known := range [][]Was{nil, inLock(pieces)} {
		s.Was = known
		stands, err := Stands(s)
		if err != nil || len(stands) != len(pieces) {
			return false
		}
		for i, at := range stands {
			if at.ID != pieces[i].ID || at.Text != pieces[i].Text {
				return false
			}
		}
		if res, err := Compose(s); err != nil || string(res.Text) != string(disk) || len(res.Outcomes) > 0 {
			return false
		}
	}
	return true
}

// intake is one way to make sections of a README.
type intake struct {
	// deepest is the level of headings above which no section begins; typed says that
	// other kinds than verbatim are tried.
	deepest int
	typed   bool
	project Project
	taken   *Taken
}

func (w *intake) sections(ctx context.Context, lines []string, marks []landmark, names map[int]string) error {
	found, err := cut(lines, marks, maps.Clone(names), func(string, string) bool { return false })
	if err != nil {
		return err
	}
	heads := map[string]landmark{}
	twice := map[string]int{}
	for i, name := range names {
		heads[name] = marks[i]
		twice[fmt.Sprint(marks[i].level, marks[i].text)]++
	}
	if len(found) > 0 && found[0].id == "" && leads(marks) && strings.TrimSpace(found[0].raw) != "" {
		found[0].id = "lead"
	}
	for i := range found {
		s := &found[i]
		if s.id == "" || s.marked || s.more {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		body := whole(found[i:])
		h := heads[s.id]
		typed := w.typed && twice[fmt.Sprint(h.level, h.text)] == 1
		w.taken.Sections = append(w.taken.Sections, w.section(s.id, body, h, typed))
	}
	return nil
}

// whole is what a section says, with what goes on behind the block of another tool.
func whole(found []segment) string {
	at := stand{&found[0], []*segment{&found[0]}}
	for i := 1; i < len(found) && (found[i].id == "" || found[i].more && found[i].id == found[0].id); i++ {
		if found[i].more {
			for n := len(at.span); n <= i; n++ {
				at.span = append(at.span, &found[n])
			}
		}
	}
	return at.text()
}

// names says which headings begin a section, with a name that no other has. They are
// those at which a section that stands before would end.
func (w *intake) names(marks []landmark) map[int]string {
	out, used, numbers := map[int]string{}, map[string]bool{"lead": true}, map[string]int{}
	level, inside := 0, false
	for i, m := range marks {
		if len(out) > maxTaken {
			return out
		}
		switch {
		case m.opens != "":
			inside = true
		case m.closes != "":
			inside = false
		case m.level == 0 || inside || m.level > w.deepest || level > 1 && m.level > level:
		default:
			name := strings.Trim(anchor(strings.ToLower(ascii(plainText(m.text)))), "-")
			name = first(name, "part")
			free := name
			for n := max(2, numbers[name]); used[free]; n++ {
				free, numbers[name] = fmt.Sprintf("%s-%d", name, n), n+1
			}
			name, used[free] = free, true
			out[i], level = name, m.level
		}
	}
	return out
}

// ascii is a heading as the label of a block: short, without what markers cannot hold.
func ascii(text string) string {
	text = strings.Map(func(r rune) rune {
		if r > 126 || r == '_' {
			return -1
		}
		return r
	}, oneLine(text))
	return text[:min(len(text), 40)]
}

// section is the best section that is exactly the text.
func (w *intake) section(name, text string, h landmark, typed bool) Section {
	if cty.NormalizeString(text) != text {
		file := "docs/readme/" + name + ".md"
		w.taken.Files[file] = []byte(text + "\n")
		return Section{Kind: "verbatim", Name: name, Fields: cty.ObjectVal(map[string]cty.Value{"body_file": cty.StringVal(file)})}
	}
	if typed {
		_, rest, _ := strings.Cut(text, "\n")
		for _, s := range guesses(h.level, plainText(h.text), strings.Trim(rest, "\n")) {
			if s.Kind == "custom" {
				s.Name = name
			}
			if s.Kind == "title" && len(w.taken.Sections) > 0 {
				continue
			}
			pieces, err := Pieces([]Section{s}, w.project)
			if err == nil && len(pieces) == 1 && pieces[0].Text == text && !pieces[0].Marked {
				return s
			}
		}
	}
	return Section{Kind: "verbatim", Name: name, Fields: cty.ObjectVal(map[string]cty.Value{"body": cty.StringVal(text)})}
}

// guesses are sections with a heading and a text that may be what stands there.
func guesses(level int, title, rest string) []Section {
	some := func(kind string, pairs ...string) Section {
		attrs := map[string]cty.Value{}
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				attrs[pairs[i]] = cty.StringVal(pairs[i+1])
			}
		}
		return Section{Kind: kind, Fields: cty.ObjectVal(attrs)}
	}
	switch level {
	case 1:
		return []Section{some("title", "title", title, "tagline", plainText(rest))}
	case 2:
		var out []Section
		for _, kind := range []string{"background", "lessons", "appendix"} {
			if Heading(kind) == title {
				out = append(out, some(kind, "body", rest))
			}
		}
		return append(out, some("custom", "title", title, "body", rest))
	}
	return nil
}
