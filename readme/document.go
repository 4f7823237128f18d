package readme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// document is a README in the making.
type document struct {
	project    *Project
	phrasebook phrasebook
	catalogue  []kind
	parts      []*part
}

// part is one section while the document is put together.
type part struct {
	// index is the section's place among all, those that are not enabled too.
	index int
	kind  *kind
	req   *request
	// heading is plain text; empty for a section without one.
	heading string
	level   int
	before  []block
	content []block
	after   []block
}

// blocks are the section's blocks in order, its heading first.
func (p *part) blocks() []block {
	var all []block
	if p.heading != "" {
		all = append(all, heading(p.level, p.heading))
	}
	return append(append(append(all, p.before...), p.content...), p.after...)
}

// add renders section i, unless its kind needs the whole document.
func (d *document) add(i int, s Section) *SectionError {
	k := d.kind(s.Kind)
	if k == nil {
		return &SectionError{Reason: fmt.Sprintf("There is no section kind %q", s.Kind), Fix: `Use "custom" for a section of your own`}
	}
	p := &part{index: i, kind: k, req: &request{fields: fields{value: s.Fields}, project: d.project, phrasebook: d.phrasebook, verbatim: k.verbatim}}
	r := p.req
	if !r.flag("enabled", true) {
		return r.err
	}
	for _, a := range k.attrs {
		if _, given := r.get(a.Name, cty.DynamicPseudoType); a.Required && !given {
			r.fail(a.Name, fmt.Sprintf("A %q section needs the argument %q", k.name, a.Name), "Add it")
		}
	}
	if k.bodied && r.given("body") == "" && r.given("body_file") == "" {
		r.fail("", fmt.Sprintf("A %q section needs a body or a body_file", k.name), "Add one")
	}
	d.head(p)
	if k.headed() {
		p.before = r.markdown("before", p.level)
		p.after = r.markdown("after", p.level)
	}
	for _, name := range []string{"body", "before", "after"} {
		r.checkMarkdown(name)
	}
	if r.err == nil {
		d.check(p)
	}
	r.level = p.level
	if r.err == nil && !k.late {
		p.content = k.render(r)
	}
	d.parts = append(d.parts, p)
	return r.err
}

// head works out a section's heading and level.
func (d *document) head(p *part) {
	r := p.req
	switch {
	case p.kind.top != nil:
		p.level, p.heading = 1, p.kind.top(r)
	case p.kind.headed():
		p.level, p.heading = r.number("level", 2, 6, 2), r.line("title")
		if p.heading == "" && p.kind.heading != "" {
			p.heading = r.phrase(p.kind.heading)
		}
	}
}

// check compares a section with those before it.
func (d *document) check(p *part) {
	if p.kind.top != nil && len(d.parts) > 0 {
		p.req.fail("", "The title must be the first section, and there is only one", "Move it to the top of the readme block")
	}
	last := 1
	for _, other := range slices.Backward(d.parts) {
		if other.heading != "" {
			last = other.level
			break
		}
	}
	if p.heading != "" && p.level > last+1 {
		p.req.fail("level", fmt.Sprintf("A heading of level %d cannot follow one of level %d", p.level, last), fmt.Sprintf("Use level %d or less", last+1))
	}
}

// late renders the sections that depend on the others.
func (d *document) late() *SectionError {
	heads := d.headings()
	var following []link
	for i, p := range slices.Backward(d.parts) {
		if p.kind.late {
			p.req.following = following
			p.content = p.kind.render(p.req)
		}
		if p.req.flag("toc", true) {
			following = slices.Concat(heads[i], following)
		}
	}
	for _, p := range d.parts {
		if p.req.err != nil {
			p.req.err.Index = p.index
			return p.req.err
		}
	}
	return nil
}

// headings are the headings of each part with their anchors, those in quotes and
// lists left out. A heading of ours that stands twice is a fault.
func (d *document) headings() [][]link {
	var s slugger
	ours := map[string]bool{}
	all := make([][]link, len(d.parts))
	for i, p := range d.parts {
		for _, b := range p.blocks() {
			for _, h := range outline(b.text).heads {
				text := plainText(h.text)
				l := link{level: h.level, text: text, slug: s.slug(text)}
				if h.top {
					all[i] = append(all[i], l)
				}
				if b.raw {
					continue
				}
				if ours[text] {
					p.req.fail("title", fmt.Sprintf("Two headings are called %q, so links could not tell them apart", text), "Give one of them another title, or leave one out")
				}
				ours[text] = true
			}
		}
	}
	return all
}

func (d *document) kind(name string) *kind {
	for i := range d.catalogue {
		if d.catalogue[i].name == name {
			return &d.catalogue[i]
		}
	}
	return nil
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// oneLine is s with every run of white space turned into one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
