package readme

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// place is what a heading is found by.
type place struct {
	level int
	text  string
}

// assigner says which section each heading of a README is of.
type assigner struct {
	*composer
	lines []string
	marks []landmark
	// free are the headings that are no section's yet, in the order of the file.
	free  map[place][]int
	heads map[int]string
	// found are the sections that have their place, by heading or by marker, and the
	// index of that landmark.
	found map[string]int
	// below is what stands below a heading that may be a section's; see texts.
	below map[int]string
}

// assign finds the sections by their headings: each the one it had, else the one it is
// to have. Of several with the same words it is the one with the text that was last
// rendered, or that is wanted; where none has it, they are twins.
func (c *composer) assign(lines []string, marks []landmark) map[int]string {
	a := &assigner{composer: c, lines: lines, marks: marks, free: map[place][]int{}, heads: map[int]string{}, found: map[string]int{}}
	inside := false
	for i, m := range marks {
		switch {
		case m.opens != "":
			inside, a.found[m.opens] = true, i
		case m.closes != "":
			inside = false
		case m.level > 0 && !inside:
			at := place{m.level, m.text}
			a.free[at] = append(a.free[at], i)
		}
	}
	for _, known := range [][]named{c.had(), c.wanted()} {
		var order []place
		ids := map[place][]string{}
		for _, n := range known {
			if !a.has(n.id) {
				if ids[n.place] == nil {
					order = append(order, n.place)
				}
				ids[n.place] = append(ids[n.place], n.id)
			}
		}
		for _, at := range order {
			ids[at] = a.group(at, ids[at])
		}
		for _, at := range order {
			a.settle(at, ids[at])
		}
	}
	a.title()
	return a.heads
}

// named is a section and its heading.
type named struct {
	id string
	place
}

// had are the sections of the lock, in the order in which they are wanted.
func (c *composer) had() []named {
	order := map[string]int{}
	for i, p := range c.Want {
		order[p.ID] = i
	}
	rank := func(id string) int {
		if i, is := order[id]; is {
			return i
		}
		return math.MaxInt
	}
	var out []named
	for _, w := range c.Was {
		out = append(out, named{w.ID, place{w.Level, w.Heading}})
	}
	slices.SortStableFunc(out, func(a, b named) int { return cmp.Compare(rank(a.id), rank(b.id)) })
	return out
}

func (c *composer) wanted() []named {
	var out []named
	for _, p := range c.Want {
		out = append(out, named{p.ID, place{p.Level, p.Heading}})
	}
	return out
}

func (a *assigner) has(id string) bool {
	_, is := a.found[id]
	return is
}

func (a *assigner) give(head int, id string) { a.heads[head], a.found[id] = id, head }

// group gives the headings with the same words to the sections that have them, as far
// as it can be told; it returns the others.
func (a *assigner) group(at place, ids []string) []string {
	heads := a.free[at]
	switch {
	case len(heads) == 1 && len(ids) == 1:
		a.give(heads[0], ids[0])
		heads, ids = nil, nil
	case len(heads) > 0:
		heads, ids = a.exact(heads, ids)
	}
	a.free[at] = heads
	return ids
}

// settle gives sections headings of which it cannot be told which is whose: in the
// order of the file, or where they stand between the same sections as they shall.
func (a *assigner) settle(at place, ids []string) {
	heads := a.free[at]
	lines := a.linesOf(heads)
	twins := len(heads) > len(ids)
	for _, id := range ids[:min(len(heads), len(ids))] {
		i := 0
		if twins {
			a.twins[id], i = lines, a.fit(heads, id)
		}
		a.give(heads[i], id)
		heads = slices.Delete(heads, i, i+1)
	}
	a.free[at] = heads
}

// fit is the index of the first heading that stands where a section shall, 0 for none.
func (a *assigner) fit(heads []int, id string) int {
	from, to := -1, math.MaxInt
	self := slices.IndexFunc(a.Want, func(p Piece) bool { return p.ID == id })
	if self < 0 {
		return 0
	}
	for i, p := range a.Want {
		at, is := a.found[p.ID]
		if is && i < self {
			from = at
		}
		if is && i > self {
			to = at
			break
		}
	}
	return max(0, slices.IndexFunc(heads, func(h int) bool { return from < h && h < to }))
}

// linesOf are the lines of headings, from 1.
func (a *assigner) linesOf(heads []int) []int {
	const most = 12
	var out []int
	for _, h := range heads[:min(len(heads), most)] {
		out = append(out, a.marks[h].line+1)
	}
	return out
}

// exact gives sections the headings below which stands what was last rendered, or what
// is wanted, and returns the others.
func (a *assigner) exact(heads []int, ids []string) (otherHeads []int, otherIDs []string) {
	below := a.texts()
	byDigest, byText := map[string][]int{}, map[string][]int{}
	for _, h := range heads {
		text := below[h]
		byText[text] = append(byText[text], h)
		if a.Digest != nil {
			byDigest[a.Digest(text)] = append(byDigest[a.Digest(text)], h)
		}
	}
	take := func(id string, among []int) bool {
		i := slices.IndexFunc(among, func(h int) bool { return a.heads[h] == "" })
		if i >= 0 {
			a.give(among[i], id)
		}
		return i >= 0
	}
	for _, id := range ids {
		if w := a.was(id); w != nil && take(id, byDigest[w.Digest]) {
			continue
		}
		if p := a.want(id); p == nil || !take(id, byText[p.Text]) {
			otherIDs = append(otherIDs, id)
		}
	}
	return slices.DeleteFunc(slices.Clone(heads), func(h int) bool { return a.heads[h] != "" }), otherIDs
}

// texts are what stands below each heading, were every one with the words of a section
// a section.
func (a *assigner) texts() map[int]string {
	if a.below != nil {
		return a.below
	}
	a.below = map[int]string{}
	of := map[place][]string{}
	for _, n := range append(a.had(), a.wanted()...) {
		of[n.place] = append(of[n.place], n.id)
	}
	heads, at := map[int]string{}, map[string]int{}
	for i, m := range a.marks {
		if m.level > 0 && of[place{m.level, m.text}] != nil {
			heads[i] = fmt.Sprint(i)
			at[heads[i]] = i
		}
	}
	found, err := cut(a.lines, a.marks, heads, func(head, tool string) bool {
		i, is := at[head]
		return is && slices.ContainsFunc(of[place{a.marks[i].level, a.marks[i].text}], func(id string) bool { return a.says(id, tool) })
	})
	if err != nil {
		return a.below // which the cut that follows tells
	}
	for i := range found {
		if head, is := at[found[i].id]; is && !found[i].marked && !found[i].more {
			a.below[head] = whole(found[i:])
		}
	}
	return a.below
}

// title finds the title, of which there is one, whatever it was changed to.
func (a *assigner) title() {
	i := slices.IndexFunc(a.Want, func(p Piece) bool {
		w := a.was(p.ID)
		return p.Level == 1 && !a.has(p.ID) && w != nil && w.Level == 1
	})
	if i < 0 {
		return
	}
	first := -1
	for at, heads := range a.free {
		if at.level == 1 && len(heads) > 0 && (first < 0 || heads[0] < first) {
			first = heads[0]
		}
	}
	if first >= 0 {
		a.give(first, a.Want[i].ID)
	}
}

// doubled finds the sections that somebody put between markers, while another heading
// with their words is there: they are twins where they are not what was last rendered.
func (c *composer) doubled(marks []landmark) {
	heads := map[place][]int{}
	inside := false
	for _, m := range marks {
		if inside = (inside || m.opens != "") && m.closes == ""; m.level > 0 && !inside {
			at := place{m.level, m.text}
			heads[at] = append(heads[at], m.line+1)
		}
	}
	for _, p := range c.Want {
		on, was := c.on[p.ID], c.was(p.ID)
		others := heads[place{p.Level, p.Heading}]
		if on == nil || !on.marked || p.Marked || len(others) == 0 || on.text() == p.Text || was != nil && c.Digest != nil && c.Digest(on.text()) == was.Digest {
			continue
		}
		c.twins[p.ID] = append([]int{on.line}, others[:min(len(others), 12)]...)
	}
}

// enclosed finds a section that somebody put between the markers of no section, or of
// another one: what is written of it would stand there twice.
func (c *composer) enclosed(marks []landmark) error {
	by := map[place]landmark{}
	var open landmark
	for _, m := range marks {
		switch {
		case m.opens != "":
			open = m
		case m.closes != "":
			open = landmark{}
		case m.level > 0 && open.opens != "" && !c.tells(open.opens, m):
			by[place{m.level, m.text}] = open
		}
	}
	for _, n := range append(c.had(), c.wanted()...) {
		if m, is := by[n.place]; is && c.on[n.id] == nil {
			return &LocateError{m.line + 1, fmt.Sprintf("%s encloses the section %s; remove it and %s", marker(m.opens, false), n.id, marker(m.opens, true))}
		}
	}
	for _, id := range c.order() {
		if m := c.torn(id); m != nil {
			name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(firstLine(m.raw)), "<!-- mlops:"), " -->")
			return &LocateError{m.line, fmt.Sprintf("%s stands inside of the section %s, and is of no section; remove it and %s", marker(name, false), id, marker(name, true))}
		}
	}
	return nil
}

// swallowed finds a section that stands, as it was last rendered, between the marks of
// another tool: where it shall be it would be written again. One that was changed there
// is the tool's.
func (c *composer) swallowed(lines []string, marks []landmark) error {
	missing := map[string]string{} // last text by ID
	for _, w := range c.Was {
		if text := c.rendered(w); c.on[w.ID] == nil && w.Level > 0 && strings.Contains(text, "\n") { // more than a heading
			missing[w.ID] = text
		}
	}
	if len(missing) == 0 {
		return nil
	}
	for _, m := range marks {
		if m.until == 0 {
			continue
		}
		end := marks[m.until].line
		block := "\n" + withLF(strings.Join(lines[m.line+1:end], ""))
		for _, n := range c.had() {
			if text := missing[n.id]; text != "" && strings.Contains(block, "\n"+text+"\n") {
				return &LocateError{m.line + 1, fmt.Sprintf("%s encloses the section %s, and the block is that tool's; take the section out of it",
					strings.TrimSpace(lines[m.line]), n.id)}
			}
		}
	}
	return nil
}

// rendered is what a section said when it was last written, "" if that is not known.
func (c *composer) rendered(w Was) string {
	if p := c.want(w.ID); p != nil && c.Digest != nil && c.Digest(p.Text) == w.Digest {
		return strings.Trim(p.Text, "\n")
	}
	if c.Base == nil {
		return ""
	}
	base, _ := c.Base(w.Digest)
	return strings.Trim(base, "\n")
}

// order are the sections on disk, as they stand there.
func (c *composer) order() []string {
	var out []string
	for i := range c.segments {
		if s := &c.segments[i]; s.id != "" && !s.more && c.on[s.id] != nil {
			out = append(out, s.id)
		}
	}
	return out
}

// tells reports whether a heading between the markers of a section is its own.
func (c *composer) tells(id string, m landmark) bool {
	on, was, want := c.on[id], c.was(id), c.want(id)
	if on == nil {
		return false
	}
	text := on.text()
	if want != nil && text == want.Text || was != nil && c.Digest != nil && c.Digest(text) == was.Digest {
		return true
	}
	return want != nil && slices.ContainsFunc(outline(want.Text).heads, func(h head) bool { return h.level == m.level && h.text == m.text })
}

// torn is a block between the markers of no section that has lines of the section
// before it, or before whose other lines it stands; nil is none.
func (c *composer) torn(id string) *segment {
	behind := c.behind[id]
	at := slices.IndexFunc(behind, func(s *segment) bool { return s.marked })
	if at < 0 {
		return nil
	}
	lost := map[string]bool{}
	note := func(text string, is bool) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && is {
				lost[line] = true
			} else {
				delete(lost, line)
			}
		}
	}
	if p := c.want(id); p != nil {
		note(p.Text, true)
	}
	if w := c.was(id); w != nil && c.Base != nil {
		base, _ := c.Base(w.Digest)
		note(base, true)
	}
	note(withLF(c.on[id].text()), false)
	for _, s := range behind[at:] {
		for line := range strings.Lines(s.raw) {
			if lost[strings.TrimSpace(line)] {
				return behind[at]
			}
		}
	}
	return nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
