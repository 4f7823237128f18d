package planner

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/mlops-as-code/mlops/internal/merge3"
	"github.com/mlops-as-code/mlops/readme"
)

// Resolution is a person's word on a conflict: "spec", "mine", "both" or "edit",
// with the edited text.
type Resolution struct {
	Take string
	Text []byte
}

// resolved settles a conflict as a person said; false is no such conflict, or no
// word on it.
func (c *change) resolved(k class) bool {
	r, said := c.d.sides.Resolve[c.out.Path]
	if !said || !c.settleable(k) {
		return false
	}
	if k == classUnmanaged && !c.shared() && r.Take != "spec" {
		c.conflict(fmt.Sprintf("its ownership is %s, so only --take=spec settles it; with ownership = \"shared\" your text could stay", c.e.Ownership))
		return true
	}
	if c.disk.Type != "" {
		c.resolve(r)
		return true
	}
	switch r.Take {
	case "edit":
		c.conflict("was deleted, so there is nothing to edit; use --take=spec or --take=mine")
	case "mine":
		c.drifted("keep")
		c.keep("it was resolved to stay deleted")
	default:
		c.drifted("restore")
		c.write(c.e.Content, []string{"it was resolved to the spec's version"})
	}
	return true
}

// settleable tells the conflicts that a person can settle by choosing a text.
func (c *change) settleable(k class) bool {
	switch k {
	case classBoth:
		return c.shared() && c.disk.Type == "file"
	case classDeleted:
		return c.shared() && c.o.Rendered != c.e.Rendered
	case classUnmanaged:
		return c.disk.Type == "file"
	}
	return false
}

// side takes one side where both changed; what only one of them changed elsewhere
// stays or comes in. What cannot be merged is taken whole.
func (c *change) side(take string) {
	text, why := c.disk.Content, "it was resolved to the user's version"
	if take == "spec" {
		text, why = c.e.Content, "it was resolved to the spec's version"
	}
	if _, known := c.baseOf(); known {
		if res, err := c.threeWay(); err == nil && len(res.Conflicts) > 0 {
			text = map[string]func() []byte{"mine": res.Mine, "spec": res.Theirs}[take]()
			why += " where both changed"
		}
	}
	if take == "mine" && bytes.Equal(text, c.disk.Content) {
		c.drifted("keep")
		c.keep(why)
		return
	}
	will := "merge"
	if bytes.Equal(text, c.e.Content) {
		will = "overwrite"
	}
	c.drifted(will)
	c.write(text, []string{why})
}

// baseOf is what the object was last rendered as, if that is at hand.
func (c *change) baseOf() ([]byte, bool) {
	if c.o == nil {
		return nil, false
	}
	return c.d.base(c.o.Rendered)
}

// resolve settles a conflict about a file that is there.
func (c *change) resolve(r Resolution) {
	switch r.Take {
	case "mine", "spec":
		c.side(r.Take)
	case "both":
		res, err := c.threeWay()
		if err != nil {
			c.conflict(inputFault(err) + ", so it cannot be merged; use --take=spec or --take=mine")
			return
		}
		text := res.Text
		if len(res.Conflicts) > 0 {
			text = res.Both()
		}
		c.drifted("merge")
		c.write(text, []string{"it was resolved to both versions"})
	default:
		c.drifted("merge")
		c.write(r.Text, []string{"it was resolved in the editor"})
	}
}

// Draft is the text of one file in conflict, for an editor.
type Draft struct {
	// Text has markers where the user and the spec differ.
	Text []byte
	// own are the lines of the user or the spec that look like markers.
	own map[string]int
}

// Marked returns the draft of a file whose conflict `mlops resolve` can settle. The
// error begins with the path: there is no such conflict, or a version of the file
// cannot be merged.
func Marked(s Sides, path string) (*Draft, error) {
	s.Resolve = nil
	d := &differ{sides: s, plan: &Plan{Blobs: map[string][]byte{}}, locked: map[string]*held{}}
	d.index()
	c := d.change(path)
	switch {
	case c != nil && c.e != nil && c.e.Sections != nil && c.disk.Type == "file":
		return c.marked()
	case c == nil || !c.shared():
		return nil, fmt.Errorf("%s: its ownership is not shared, so it is not merged; use --take=spec", path)
	case c.disk.Type != "file":
		return nil, fmt.Errorf("%s: is not there, so there is nothing to edit; use --take=spec or --take=mine", path)
	}
	res, err := c.threeWay()
	if err != nil {
		return nil, fmt.Errorf("%s: %s, so it cannot be merged; use --take=spec or --take=mine", path, inputFault(err))
	}
	text := res.Text
	if len(res.Conflicts) > 0 {
		text = res.Marked(merge3.Labels{Base: "last rendered", Mine: "mine: " + path, Theirs: "spec: " + c.e.Address})
	}
	mine, theirs := markerLines(c.disk.Content), markerLines(c.e.Content)
	for line, n := range theirs {
		mine[line] = max(mine[line], n)
	}
	return &Draft{text, mine}, nil
}

// marked is the draft of a README: its sections in conflict have markers.
func (c *change) marked() (*Draft, error) {
	res, err := readme.Compose(c.sections(false, "marked"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w; correct it", c.out.Path, err)
	}
	own := markerLines(c.disk.Content)
	for line, n := range markerLines(c.e.Content) {
		own[line] = max(own[line], n)
	}
	return &Draft{res.Text, own}, nil
}

// Leftover returns the first line of an edited draft, from 1, that is a conflict's
// marker. Lines that look like one and stand in the user's text or the spec's are
// none, as often as they stand there.
func (d *Draft) Leftover(text []byte) (line int, found bool) {
	seen := map[string]int{}
	for now := range bytes.Lines(text) {
		line++
		if _, is := merge3.Leftover(now); !is {
			continue
		}
		key := lineKey(now)
		if seen[key]++; seen[key] > d.own[key] {
			return line, true
		}
	}
	return 0, false
}

// WriteConflict shows what is in conflict at one path, as WriteText would.
func (p *Plan) WriteConflict(w io.Writer, o TextOptions, path string) error {
	one := Plan{}
	for i := range p.Changes {
		if c := p.Changes[i]; c.Path == path && c.Actions[0] == "conflict" {
			one.Changes = append(one.Changes, c)
		}
	}
	one.Blobs = p.Blobs
	t := &text{w: bufio.NewWriter(w), o: o, p: &one}
	t.actions()
	t.diffs()
	return t.w.Flush()
}

func markerLines(text []byte) map[string]int {
	out := map[string]int{}
	for line := range bytes.Lines(text) {
		if _, is := merge3.Leftover(line); is {
			out[lineKey(line)]++
		}
	}
	return out
}

func lineKey(line []byte) string { return strings.TrimRight(string(line), "\r\n") }
