package readme

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// request is what a kind renders from, and where it says what is wrong. After
// the first fault the results no longer matter.
type request struct {
	fields
	phrasebook
	project *Project
	level   int
	// verbatim is that of the kind; marked says that comments must enclose the section.
	verbatim, marked bool
	// following are the headings after the section, for a late kind.
	following []link
}

// has reports whether the path is managed.
func (r *request) has(file string) bool {
	_, found := slices.BinarySearch(r.project.Files, file)
	return found
}

// firstFile is the first of the paths that is managed, or "".
func (r *request) firstFile(files ...string) string {
	for _, f := range files {
		if r.has(f) {
			return f
		}
	}
	return ""
}

// href is the destination of a link to a file of the project.
func (r *request) href(file string) string {
	segments := strings.Split(file, "/")
	for i, s := range segments {
		segments[i] = destination(url.PathEscape(s))
	}
	up := strings.Count(path.Clean(first(r.project.Path, "README.md")), "/")
	return strings.Repeat("../", up) + strings.Join(segments, "/")
}

// fields reads an object's attributes as Go values and keeps the first fault.
// An attribute that is null, or not there, is absent.
type fields struct {
	value cty.Value
	// attr and place are set for an object inside a list: the section's attribute
	// it belongs to, and where it stands.
	attr, place string
	err         *SectionError
}

// fail keeps a fault in a field, unless there is one already.
func (f *fields) fail(field, reason, fix string) {
	if f.err == nil {
		f.err = &SectionError{Field: field, Reason: reason, Fix: fix}
	}
}

// failIn is fail for the field or element of a given name.
func (f *fields) failIn(name, reason, fix string) {
	what := "The " + name
	if f.place != "" {
		what += " of " + f.place
	}
	f.fail(first(f.attr, name), what+" "+reason, fix)
}

// get returns a known, non-null attribute of the type want.
func (f *fields) get(name string, want cty.Type) (cty.Value, bool) {
	if f.value == cty.NilVal {
		return cty.NilVal, false
	}
	obj, _ := f.value.UnmarkDeep()
	if !obj.Type().IsObjectType() || !obj.IsKnown() || obj.IsNull() || !obj.Type().HasAttribute(name) {
		return cty.NilVal, false
	}
	v := obj.GetAttr(name)
	if !v.IsWhollyKnown() || v.IsNull() {
		return cty.NilVal, false
	}
	if want != cty.DynamicPseudoType && !v.Type().Equals(want) {
		f.failIn(name, "is not of type "+want.FriendlyName(), "Convert it")
		return cty.NilVal, false
	}
	return v, true
}

// text is a text field as it was given, with LF line ends.
func (f *fields) text(name string) string {
	v, ok := f.get(name, cty.String)
	if !ok {
		return ""
	}
	s := strings.ReplaceAll(v.AsString(), "\r\n", "\n")
	f.checkText(name, s)
	return s
}

// checkText refuses what is empty and what nobody can see.
func (f *fields) checkText(name, s string) {
	if strings.TrimSpace(s) == "" {
		f.failIn(name, "is empty", "Write some text, or leave it out")
	}
	if !utf8.ValidString(s) {
		f.failIn(name, "is not valid UTF-8", "Remove the bad bytes")
	}
	for _, r := range s {
		if invisible(r) {
			f.failIn(name, fmt.Sprintf("holds the control character %U", r), "Remove it")
		}
	}
}

// invisible reports whether r controls instead of showing: controls but LF and
// TAB, bidi overrides and isolates, line and paragraph separators.
func invisible(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
		return true
	}
	return unicode.IsControl(r)
}

// maxLine is the longest line, in bytes, that escaping and wrapping are asked to
// work on: they look around each character.
const maxLine = 4_000

// line is a plain text field on one line.
func (f *fields) line(name string) string {
	s := oneLine(f.text(name))
	f.checkLine(name, s)
	return s
}

func (f *fields) checkLine(name, s string) {
	if len(s) > maxLine {
		f.failIn(name, fmt.Sprintf("is longer than %d bytes", maxLine), "Shorten it")
	}
}

// fact is a fact of the project on one line; it may be empty.
func (r *request) fact(name, s string) string {
	if s = oneLine(s); s == "" {
		return ""
	}
	sub := fields{place: "the project"}
	sub.checkText(name, s)
	sub.checkLine(name, s)
	if sub.err != nil {
		sub.err.Field = ""
	}
	r.adopt(&sub)
	return s
}

// texts is a list of text.
func (f *fields) texts(name string) []string {
	v, ok := f.get(name, cty.List(cty.String))
	if !ok {
		return nil
	}
	var out []string
	for i, e := range v.AsValueSlice() {
		sub := fields{attr: first(f.attr, name), place: fmt.Sprintf("element %d of %s", i+1, name)}
		if e.IsNull() {
			sub.failIn("text", "is null", "Leave it out")
			f.adopt(&sub)
			return nil
		}
		s := strings.ReplaceAll(e.AsString(), "\r\n", "\n")
		sub.checkText("text", s)
		f.adopt(&sub)
		out = append(out, s)
	}
	return out
}

// objects is a list of objects. Their faults reach f through adopt.
func (f *fields) objects(name string) []*fields {
	v, ok := f.get(name, cty.DynamicPseudoType)
	if !ok || !v.CanIterateElements() {
		return nil
	}
	var out []*fields
	for i, e := range v.AsValueSlice() {
		place := fmt.Sprintf("element %d of %s", i+1, name)
		if f.place != "" {
			place += " of " + f.place
		}
		sub := &fields{value: e, attr: first(f.attr, name), place: place}
		if e.IsNull() {
			sub.failIn("value", "is null", "Leave it out")
			f.adopt(sub)
			return nil
		}
		out = append(out, sub)
	}
	return out
}

// adopt takes over a fault of another reader.
func (f *fields) adopt(g *fields) {
	if f.err == nil {
		f.err = g.err
	}
}

// pairs is a map of text.
func (f *fields) pairs(name string) map[string]string {
	v, ok := f.get(name, cty.Map(cty.String))
	if !ok {
		return nil
	}
	out := map[string]string{}
	for k, e := range v.AsValueMap() {
		if e.IsNull() {
			f.fail(first(f.attr, name), "The "+name+" of "+k+" is null", "Leave it out")
			return nil
		}
		sub := fields{attr: first(f.attr, name), place: k}
		sub.checkText(name, e.AsString())
		f.adopt(&sub)
		out[k] = oneLine(e.AsString())
	}
	return out
}

// flag is a truth value.
func (f *fields) flag(name string, absent bool) bool {
	v, ok := f.get(name, cty.Bool)
	if !ok {
		return absent
	}
	return v.True()
}

// number is a whole number from low to high.
func (f *fields) number(name string, low, high, absent int) int {
	v, ok := f.get(name, cty.Number)
	if !ok {
		return absent
	}
	for n := low; n <= high; n++ {
		if v.RawEquals(cty.NumberIntVal(int64(n))) {
			return n
		}
	}
	fix := fmt.Sprintf("Leave it out to get %d", absent)
	if absent < low {
		fix = "Correct it, or leave it out"
	}
	f.failIn(name, fmt.Sprintf("is not a whole number from %d to %d", low, high), fix)
	return absent
}

// maxHeading is the longest heading, in bytes, in Markdown.
const maxHeading = 1_000

// markdown is a field of Markdown in a section of the given heading level.
func (f *fields) markdown(name string, level int) []block {
	s := trimBlankLines(f.text(name))
	if s == "" {
		return nil
	}
	o := outline(s)
	if o.open != "" {
		f.failIn(name, fmt.Sprintf("opens %s in line %d and never closes it, so it would swallow what follows", o.open, o.opened), "Close it")
	}
	for _, h := range o.heads {
		if len(h.text) > maxHeading {
			f.failIn(name, fmt.Sprintf("has a heading longer than %d bytes in line %d", maxHeading, h.line), "Shorten it")
		}
		if h.top && h.level <= level {
			fix := "Make it a section of its own"
			if level < 6 {
				fix = fmt.Sprintf("Use level %d or deeper, or make it a section of its own", level+1)
			}
			f.failIn(name, fmt.Sprintf("has a heading of level %d in line %d, which would end the section", h.level, h.line), fix)
		}
	}
	if line := markerIn(s); line > 0 {
		f.failIn(name, fmt.Sprintf("has a comment in line %d that marks a section of a README, as only mlops writes them", line), "Remove it, or put it into a code block")
	}
	return []block{{text: s, raw: true}}
}
