package readme

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

// MaxSource is the size in bytes above which no source file is read.
const MaxSource = datafile.MaxSize

// Reads are the kinds of facts that a section of the kind may be derived from,
// as Fact.Kind has them; nil for none and for an unknown kind.
func Reads(kind string) []string {
	d := document{catalogue: catalogue()}
	if k := d.kind(kind); k != nil {
		return k.reads
	}
	return nil
}

// Sources are the files that the section reads, sorted, each once, also those
// that are not there. A section with faults may have none.
func Sources(s Section, p Project) []string {
	d := document{project: &p, catalogue: catalogue()}
	k := d.kind(s.Kind)
	if k == nil || k.sources == nil {
		return nil
	}
	r := &request{fields: fields{value: s.Fields}, project: &p}
	if !r.flag("enabled", true) {
		return nil
	}
	var out []string
	for _, file := range k.sources(r) {
		if localPath(file) {
			out = append(out, file)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// source is a file that a section is derived from.
type source struct {
	path    string
	content []byte
	// stage is the declared stage that makes the file and has not run yet; the file
	// is then not there.
	stage string
}

// source reads a file. A field that names it is where a fault is shown; it is
// empty for a derived path. False: there is a fault.
func (r *request) source(field, file string) (source, bool) {
	s := source{path: file}
	if !localPath(file) {
		r.fail(field, fmt.Sprintf("%q is not a path in the project", file), "Write it relative to the project root, with slashes")
		return s, false
	}
	if file == first(r.project.Path, "README.md") {
		r.fail(field, fmt.Sprintf("%q is the document that is being made", file), "Name another file")
		return s, false
	}
	content, err := []byte(nil), fs.ErrNotExist
	if r.project.Read != nil {
		content, err = r.project.Read(file)
	}
	switch {
	case err == nil && len(content) > MaxSource:
		r.fail(field, fmt.Sprintf("%q is larger than %d MiB", file, MaxSource>>20), "Write what the README needs into a file of its own")
		return s, false
	case err == nil:
		s.content = content
		return s, true
	case !errors.Is(err, fs.ErrNotExist):
		r.fail(field, fmt.Sprintf("%q cannot be read: %v", file, err), "Make it readable, or name another file")
		return s, false
	}
	if s.stage = r.project.maker(file); s.stage == "" {
		r.fail(field, fmt.Sprintf("%q is not there", file), "Correct the path, add the file, or declare the stage that writes it")
	}
	return s, s.stage != ""
}

// maker is the stage that declares to write the file or a folder it is in.
func (p *Project) maker(file string) string {
	for _, s := range p.facts("stage") {
		for _, attr := range []string{"outs", "metrics", "plots"} {
			for _, out := range s.at(attr).values() {
				if out = strings.TrimSuffix(out, "/"); file == out || strings.HasPrefix(file, out+"/") {
					return s.name
				}
			}
		}
	}
	return ""
}

// present reports whether the file is there.
func (s source) present() bool { return s.stage == "" }

// notRun says for each file that is still to be made which stage will do so.
func (r *request) notRun(all []source) []block {
	var out []block
	for _, s := range all {
		if !s.present() {
			out = append(out, paragraph(r.say("The stage {1} has not run yet; it writes {2}.", code(s.stage), code(s.path))))
		}
	}
	return out
}

// tree parses a source of JSON or YAML.
func (r *request) tree(field string, s source) (datafile.Node, bool) {
	n, err := datafile.Read(s.path, s.content)
	return n, r.parsed(field, s, err)
}

// rows parses a source as a table.
func (r *request) rows(field string, s source) (datafile.Table, bool) {
	t, err := datafile.ReadTable(s.path, s.content)
	return t, r.parsed(field, s, err)
}

// parsed reports whether a source could be parsed, and says why not.
func (r *request) parsed(field string, s source, err error) bool {
	var fault *datafile.Error
	switch {
	case err == nil:
		return true
	case !errors.As(err, &fault):
		r.fail(field, fmt.Sprintf("%q cannot be read: %v", s.path, err), "Correct the file")
	case fault.Line > 0:
		r.fail(field, fmt.Sprintf("%q cannot be used, because of line %d: %s", s.path, fault.Line, lowerFirst(fault.Reason)), fault.Fix)
	default:
		r.fail(field, fmt.Sprintf("%q cannot be used: %s", s.path, lowerFirst(fault.Reason)), fault.Fix)
	}
	return false
}

// lowerFirst makes a sentence the rest of another one.
func lowerFirst(s string) string {
	for _, word := range []string{"JSON", "YAML", "NaN", "UTF-8", "Infinity"} {
		if strings.HasPrefix(s, word) {
			return s
		}
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// quotable reports whether text from a file may be shown, and says why not.
func (r *request) quotable(field, file, text string) bool {
	for _, c := range text {
		if invisible(c) {
			r.fail(field, fmt.Sprintf("%q holds the control character %U", file, c), "Remove it from the file")
			return false
		}
	}
	return true
}
