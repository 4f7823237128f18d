package readme

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/merge3"
)

// Piece is one rendered section.
type Piece struct {
	// ID is the kind, and after a dot the name where there is one.
	ID string
	// Ownership is "spec", "shared" or "user".
	Ownership string
	// Heading is inline Markdown, Level 1 to 6; 0 without a heading, -1 for what stands
	// before the first one.
	Heading string
	Level   int
	// Text is the section with its heading: LF line ends, no blank lines around.
	Text string
	// Marked says that comments enclose the section, because no heading tells where
	// it is.
	Marked bool
}

// Was is what the lock knows of a section: as it was last rendered.
type Was struct {
	ID, Ownership, Heading string
	Level                  int
	// Digest stands for the text.
	Digest string
	// Old is the ID that its markers have, where that is another one; see Renamed.
	Old string
}

// Outcome is what becomes of one section.
type Outcome struct {
	ID string
	// Drift is "modified" or "deleted" when the section on disk is not what was last
	// rendered, "unmanaged" when one with its heading is there and never was; Will what becomes of the difference: "overwrite", "restore", "keep",
	// "merge", "refuse" or "delete".
	Drift, Will string
	// Conflicts are the places that both sides changed, all with their lines in the
	// file. Line is where the section begins.
	Conflicts []merge3.Conflict
	Line      int
	// Twins are the lines of headings of which each may be the section's: with Will
	// "refuse", because it cannot be told which one is.
	Twins []int
}

// Composition is what a README is to be, given the one on disk.
type Composition struct {
	Text     []byte
	Outcomes []Outcome
}

// Sides are what a composition is made from.
type Sides struct {
	Disk []byte
	Was  []Was
	Want []Piece
	// Import says that sections which are there and were never rendered may be taken
	// over: without it they are refused.
	Import bool
	// Take settles what both sides changed: "spec", "mine" or "both"; "marked" puts
	// both in, between the markers of a conflict.
	Take string
	// Digest stands for a text, Base returns the text of a digest if it is known.
	Digest func(text string) string
	Base   func(digest string) (string, bool)
}

// Compose brings the wanted sections into the README on disk: by section, as each
// one's ownership says, with foreign text where it stands. The error is a
// *LocateError: markers that cannot be paired.
func Compose(s Sides) (*Composition, error) {
	c, bom, err := newComposer(s)
	if err != nil {
		return nil, err
	}
	out := c.compose()
	if bom {
		out = "\ufeff" + out
	}
	return &Composition{[]byte(out), c.outcomes}, nil
}

// newComposer finds the sections on disk, and whether a byte order mark stands before
// them.
func newComposer(s Sides) (*composer, bool, error) {
	c := &composer{Sides: s, eol: "\n", blocks: map[string]map[string]bool{}, twins: map[string][]int{}}
	if crlf := bytes.Count(s.Disk, []byte("\r\n")); crlf*2 > bytes.Count(s.Disk, []byte("\n")) {
		c.eol = "\r\n"
	}
	text, bom := strings.CutPrefix(string(s.Disk), "\ufeff")
	if !utf8.ValidString(text) {
		return nil, bom, &LocateError{1, "the file is not UTF-8; convert it"}
	}
	c.Was = Renamed(s.Was, s.Want, s.Digest)
	return c, bom, c.locate(text)
}

type composer struct {
	Sides
	segments []segment
	eol      string
	outcomes []Outcome
	// blocks are those of other tools that the texts of a section have, by its ID.
	blocks map[string]map[string]bool
	// on are the sections as they stand in the file, behind the foreign text after each.
	on     map[string]*stand
	behind map[string][]*segment
	// twins are the lines at which a section may begin, where that cannot be told.
	twins map[string][]int
}

// locate finds the sections: by marker, else by what was last rendered, else by the
// heading they had or are to have.
func (c *composer) locate(text string) error {
	lines := slices.Collect(strings.Lines(text))
	c.remark(lines)
	marks := landmarks(belowFront(lines))
	var err error
	if c.segments, err = cut(lines, marks, c.assign(lines, marks), c.says); err != nil {
		return err
	}
	c.lead(c.segments, marks)
	for i := range c.segments {
		c.segments[i].at = i
	}
	c.on, c.behind = c.stands()
	c.doubled(marks)
	if err := c.enclosed(marks); err != nil {
		return err
	}
	return c.swallowed(lines, marks)
}

// says reports whether the block of another tool is in what a section is to say, or
// said last: then it is not foreign.
func (c *composer) says(id, tool string) bool {
	if c.blocks[id] == nil {
		known := map[string]bool{}
		for _, p := range c.Want {
			if p.ID == id {
				known = blocksOf(p.Text)
			}
		}
		if was := c.was(id); was != nil && c.Base != nil {
			base, _ := c.Base(was.Digest)
			maps.Copy(known, blocksOf(base))
		}
		c.blocks[id] = known
	}
	return c.blocks[id][tool]
}

// stand is a section as it stands in the file.
type stand struct {
	*segment
	// span is all of it, with the blocks of other tools that stand in between.
	span []*segment
}

// text is what the section says, without those blocks.
func (s *stand) text() string {
	if len(s.span) == 1 {
		return s.segment.text()
	}
	whole := *s.segment
	whole.raw = ""
	parts, _ := s.joined()
	for i := range parts {
		whole.raw += parts[i].raw
	}
	return whole.text()
}

// strangers are the blocks in between.
func (s *stand) strangers() []*segment {
	return slices.DeleteFunc(slices.Clone(s.span), func(part *segment) bool { return part.id != "" })
}

// stands are the sections as they stand in the file, and the foreign text behind
// each.
func (c *composer) stands() (on map[string]*stand, behind map[string][]*segment) {
	on, behind = map[string]*stand{}, map[string][]*segment{}
	anchor := ""
	for i := range c.segments {
		s := &c.segments[i]
		switch {
		case s.more && on[s.id] != nil && anchor == s.id:
			on[s.id].span = append(append(on[s.id].span, behind[anchor]...), s)
			behind[anchor] = nil
		case s.id != "" && on[s.id] == nil && c.known(s.id):
			on[s.id], anchor = &stand{s, []*segment{s}}, s.id
		default:
			s.id = ""
			behind[anchor] = append(behind[anchor], s)
		}
	}
	return on, behind
}

// compose puts the sections in their order, each with the foreign text behind it.
func (c *composer) compose() string {
	on, behind := c.on, c.behind
	w := &writer{eol: c.eol, segments: len(c.segments)}
	w.raw(behind[""]...)
	gone := c.gone(on)
	leave := func(anchor string) {
		for _, id := range gone[anchor] {
			c.leave(w, id, on[id])
			w.raw(behind[id]...)
		}
	}
	leave("")
	for _, p := range c.Want {
		c.piece(w, p, on[p.ID])
		w.raw(behind[p.ID]...)
		leave(p.ID)
	}
	return w.done()
}

func (c *composer) known(id string) bool {
	return slices.ContainsFunc(c.Was, func(w Was) bool { return w.ID == id }) || slices.ContainsFunc(c.Want, func(p Piece) bool { return p.ID == id })
}

// gone are the sections on disk that are no longer wanted, by the wanted one that
// stands before them there.
func (c *composer) gone(on map[string]*stand) map[string][]string {
	out := map[string][]string{}
	anchor := ""
	for _, s := range c.segments {
		switch {
		case s.id == "" || s.more || on[s.id] == nil:
		case slices.ContainsFunc(c.Want, func(p Piece) bool { return p.ID == s.id }):
			anchor = s.id
		default:
			out[anchor] = append(out[anchor], s.id)
		}
	}
	return out
}

func (c *composer) was(id string) *Was {
	if i := slices.IndexFunc(c.Was, func(w Was) bool { return w.ID == id }); i >= 0 {
		return &c.Was[i]
	}
	return nil
}

func (c *composer) want(id string) *Piece {
	if i := slices.IndexFunc(c.Want, func(p Piece) bool { return p.ID == id }); i >= 0 {
		return &c.Want[i]
	}
	return nil
}

// piece writes one wanted section.
func (c *composer) piece(w *writer, p Piece, disk *stand) {
	was := c.was(p.ID)
	switch {
	case disk == nil && was != nil && p.Ownership != "spec":
		if p.Ownership == "shared" && c.Digest(p.Text) != was.Digest && c.Take != "mine" {
			if c.Take != "" {
				c.report(Outcome{ID: p.ID, Drift: "deleted", Will: "restore"})
				w.section(p, nil)
				return
			}
			c.report(Outcome{ID: p.ID, Drift: "deleted", Will: "refuse"})
			return
		}
		c.report(Outcome{ID: p.ID, Drift: "deleted", Will: "keep"})
		return
	case disk == nil:
		if was != nil {
			c.report(Outcome{ID: p.ID, Drift: "deleted", Will: "restore"})
		}
		w.section(p, nil)
		return
	}
	have := disk.text()
	edited := was != nil && c.Digest(have) != was.Digest
	switch {
	case was == nil && have != p.Text && !c.Import:
		c.report(Outcome{ID: p.ID, Drift: "unmanaged", Will: "refuse", Line: disk.line})
		w.raw(disk.span...)
	case have == p.Text && disk.marked == p.Marked:
		w.raw(disk.span...)
	case edited && p.Ownership == "user", was == nil && p.Ownership != "spec":
		if edited {
			c.report(Outcome{ID: p.ID, Drift: "modified", Will: "keep"})
		}
		w.raw(disk.span...)
	case c.twins[p.ID] != nil && (p.Ownership == "spec" || edited && p.Ownership == "shared" && c.Digest(p.Text) != was.Digest):
		c.report(Outcome{ID: p.ID, Drift: "modified", Will: "refuse", Line: disk.line, Twins: c.twins[p.ID]})
		w.raw(disk.span...)
	case edited && p.Ownership == "shared":
		c.merge(w, p, disk)
	case was != nil && p.Ownership == "user":
		w.raw(disk.span...)
	default:
		if edited {
			c.report(Outcome{ID: p.ID, Drift: "modified", Will: "overwrite"})
		}
		w.section(p, disk)
	}
}

// merge brings a change of the spec into a section that the user edited.
func (c *composer) merge(w *writer, p Piece, disk *stand) {
	was, have := c.was(p.ID), disk.text()
	if c.Digest(p.Text) == was.Digest {
		c.report(Outcome{ID: p.ID, Drift: "modified", Will: "keep"})
		w.raw(disk.span...)
		return
	}
	mine, theirs := []byte(have+"\n"), []byte(p.Text+"\n")
	var res merge3.Result
	var err error
	if base, ok := c.Base(was.Digest); ok {
		res, err = merge3.MergePieces([]byte(base+"\n"), mine, theirs, sectionPieces())
	} else {
		res, err = merge3.TwoWay(mine, theirs)
	}
	settled := c.settle(&res, err == nil)
	if err != nil || len(res.Conflicts) > 0 && !settled {
		c.report(Outcome{ID: p.ID, Drift: "modified", Will: "refuse", Conflicts: inFile(disk, res.Conflicts), Line: disk.line})
		w.raw(disk.span...)
		return
	}
	c.report(Outcome{ID: p.ID, Drift: "modified", Will: "merge"})
	p.Text = strings.Trim(string(res.Text), "\n")
	w.section(p, disk)
}

// settle takes the sides that a person chose; false is no word on it.
func (c *composer) settle(res *merge3.Result, merged bool) bool {
	if !merged || len(res.Conflicts) == 0 {
		return false
	}
	switch c.Take {
	case "spec":
		res.Text = res.Theirs()
	case "mine":
		res.Text = res.Mine()
	case "both":
		res.Text = res.Both()
	case "marked":
		res.Text = res.Marked(merge3.Labels{Base: "last rendered", Mine: "mine", Theirs: "spec"})
	default:
		return false
	}
	return true
}

// leave takes a section out that is no longer wanted, unless somebody edited it.
func (c *composer) leave(w *writer, id string, disk *stand) {
	was := c.was(id)
	if c.Digest(disk.text()) == was.Digest {
		w.raw(disk.strangers()...)
		return
	}
	if was.Ownership == "spec" {
		c.report(Outcome{ID: id, Drift: "modified", Will: "refuse", Line: disk.line})
	} else {
		c.report(Outcome{ID: id, Drift: "modified", Will: "keep"})
	}
	w.raw(disk.span...)
}

func (c *composer) report(o Outcome) { c.outcomes = append(c.outcomes, o) }

// writer puts segments together with an empty line between them.
type writer struct {
	b   strings.Builder
	eol string
	end string // how the last one ended
	// prev is the segment that was written last, of all segments of the file; nil when
	// that is new text. stood says that the blank lines at the end are those that end
	// the file.
	prev     *segment
	stood    bool
	segments int
}

// raw writes segments as they are.
func (w *writer) raw(list ...*segment) {
	for _, s := range list {
		if w.prev == nil || w.prev.at+1 != s.at { // else it stands as it stood
			w.gap()
		}
		w.b.WriteString(s.raw)
		w.end, w.prev, w.stood = s.raw, s, s.at == w.segments-1
	}
}

// section writes a new text, with the blank lines that stood behind the old one.
func (w *writer) section(p Piece, old *stand) {
	w.gap()
	text := p.Marker()
	if w.eol != "\n" {
		text = strings.ReplaceAll(text, "\n", w.eol)
	}
	tail := w.eol
	var rest []*segment
	w.stood = false
	if old != nil {
		rest = old.strangers()
		if with, others, ok := old.around(p, w.eol); ok {
			text, rest = with, others
		}
		last := old.span[len(old.span)-1]
		body := strings.TrimRight(last.raw, "\r\n")
		if rest := last.raw[len(body):]; strings.Count(rest, "\n") > 1 {
			tail, w.stood = rest, last.at == w.segments-1
		}
	}
	w.b.WriteString(text + tail)
	w.end, w.prev = text+tail, nil
	w.raw(rest...)
}

// gap sees to it that an empty line stands before what comes next.
func (w *writer) gap() {
	if w.end == "" {
		return
	}
	last := strings.ReplaceAll(w.end, "\r\n", "\n")
	for range 2 - min(2, len(last)-len(strings.TrimRight(last, "\n"))) {
		w.b.WriteString(w.eol)
	}
	w.end = ""
}

// done is the text with one line end behind it, unless what ended the file ends it
// still.
func (w *writer) done() string {
	out := w.b.String()
	body := strings.TrimRight(out, "\r\n")
	switch {
	case len(out) == len(body) || w.stood:
		return out
	case body == "":
		return ""
	}
	return body + w.eol
}

// Marker is the section as it stands in the file: between its markers, where it has
// them.
func (p Piece) Marker() string {
	if !p.Marked {
		return p.Text
	}
	return marker(p.ID, false) + "\n\n" + p.Text + "\n\n" + marker(p.ID, true)
}
