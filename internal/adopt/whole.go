package adopt

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/zclconf/go-cty/cty"
)

const bothChanged = "both the file and the spec changed since the last apply, and adopting would undo the change of the spec; apply it, or take one of them back"

// entry looks at one whole file.
func (r *run) entry(e *planner.Entry, named bool) {
	p, d := string(e.Path), r.Disk[string(e.Path)]
	o := r.locked[e.Address]
	switch {
	case d == nil || d.Type == "file" && d.Same && d.Mode == e.Mode:
	case e.Ownership == "user":
		if named && o != nil && d.Type == "file" {
			r.refuse(p, "is the user's since it was written, and %s holds only its first version; ownership = \"shared\" has it follow", at(e.Range))
		}
	case o == nil || o.Path != p:
		if named && d.Type != "" {
			r.refuse(p, "was never applied, so what is there is no edit of it; take it over with `import { to = %s }` first", e.Address)
		}
	case d.Type == "":
		if named || e.Ownership == "spec" {
			r.refuse(p, "was deleted, and a deletion is not adopted; remove the block of %s at %s instead", e.Address, at(e.Range))
		}
	case d.Type != "file":
		r.refuse(p, "is no regular file any more (%s), and only those are adopted", d.Type)
	case r.pending(o, e.Rendered, e.Mode):
		if !asApplied(o, d) {
			r.refuse(p, "%s", bothChanged)
		}
	default:
		r.edited(e, d)
	}
}

// asApplied reports whether the disk is as the last apply left it: then only the
// spec has something new.
func asApplied(o *lockfile.Object, d *planner.Disk) bool {
	applied := o.Applied
	if applied == "" {
		applied = o.Rendered
	}
	return planner.RenderedDigest(d.Content) == applied && d.Mode == o.Mode
}

// edited finds the source of a file that somebody changed.
func (r *run) edited(e *planner.Entry, d *planner.Disk) {
	p, f := string(e.Path), r.files[e.Address]
	switch {
	case e.Kind == "readme":
		r.readme(e, d)
		return
	case e.Kind == "directory":
		r.refuse(p, "is the empty file that keeps the directory of %s at %s; empty it, and put the text into another file", e.Address, at(e.Range))
		return
	case f == nil:
		return
	}
	b, ok := r.block(f)
	if !ok {
		return
	}
	if !d.Same {
		r.content(e, d, b)
	}
	if d.Mode != e.Mode {
		r.edits = append(r.edits, &edit{block: b, attr: "mode", value: cty.StringVal(d.Mode), rank: 1, done: Done{
			Path: p, Address: e.Address, What: "mode of " + e.Address,
		}})
	}
}

// content adopts the bytes of a file.
func (r *run) content(e *planner.Entry, d *planner.Disk, b *place) {
	p, f := string(e.Path), b.file
	switch {
	case f.Template != "":
		r.refuse(p, "comes from the template %s, which %s renders; change the template, or what %s gives it", f.Template, b.at(f.BodyRange.Start.Line), e.Address)
	case f.Card != nil:
		r.refuse(p, "is made from the facts by card at %s; change those", b.at(f.BodyRange.Start.Line))
	case f.Source != "":
		r.copied(e, d, f)
	default:
		text, err := r.text(e, d)
		if err != nil {
			r.refuse(p, "%s", err)
			return
		}
		r.edits = append(r.edits, &edit{block: b, attr: "content", value: cty.StringVal(text), done: Done{
			Path: p, Address: e.Address, What: "content of " + e.Address,
		}})
	}
}

// text is the file as a literal is to say it: with the line ends that git would
// store, unless the spec says others.
func (r *run) text(e *planner.Entry, d *planner.Disk) (string, error) {
	data := d.Content
	if r.Clean != nil && !bytes.Contains(e.Content, []byte("\r\n")) {
		data = r.Clean(string(e.Path), data)
	}
	return literal(data)
}

// literal checks that HCL has a way to write a text.
func literal(data []byte) (string, error) {
	instead := "; keep it in a file of its own and name that with `source`"
	switch {
	case textdiff.IsBinary(data):
		return "", errors.New("is binary, which no literal can hold" + instead)
	case !utf8.Valid(data):
		return "", errors.New("is not UTF-8, so no literal can hold it" + instead)
	}
	line := 1
	for l := range bytes.Lines(data) {
		if s := string(l); cty.NormalizeString(s) != s {
			return "", fmt.Errorf("line %d: has a character in decomposed form, which HCL would change to its composed one (Unicode NFC); compose it%s", line, instead)
		}
		line++
	}
	return string(data), nil
}

// copied adopts bytes into the file that they were copied from.
func (r *run) copied(e *planner.Entry, d *planner.Disk, f *hclspec.File) {
	p := string(e.Path)
	for i := range r.Tree.Entries {
		if other := &r.Tree.Entries[i]; string(other.Path) == f.Source {
			r.refuse(p, "is copied from %s, which %s manages at %s; change that", f.Source, other.Address, at(other.Range))
			return
		}
	}
	if first, ok := r.sources[f.Source]; ok && !bytes.Equal(first.data, d.Content) {
		r.refuse(p, "is copied from %s like %s, and the two differ now; make them the same first", f.Source, first.path)
		return
	}
	r.sources[f.Source] = source{p, d.Content}
	r.edits = append(r.edits, &edit{done: Done{
		Path: p, Address: e.Address, File: f.Source, What: "source of " + e.Address,
	}})
}

func at(r *planner.Range) string {
	if r == nil {
		return "the spec"
	}
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}
