package components

import (
	"path"
	"strings"
)

// Kind says where a component comes from.
type Kind string

// The kinds of source.
const (
	// Builtin is a component that comes with mlops.
	Builtin Kind = "builtin"
	// Local is a folder beside the file that names it.
	Local Kind = "local"
	// Git is a folder of a git repository.
	Git Kind = "git"
	// Zip is a folder of a zip archive, which lies beside the file that names it or is
	// fetched.
	Zip Kind = "zip"
)

// Source is where a component comes from, as Parse read it. Two sources are
// equal (==) when they say the same in the same form; the zero Source is none.
type Source struct {
	Kind Kind
	// path is the name of a built-in component or the path of a local one.
	path string
	// remote is what git fetches from, and short the form it was written in when
	// that was a short one.
	remote, short string
	dir, ref      string
}

// Path is the name of a built-in component ("pipeline-dvc"), or the path of a
// local one, relative to the file that names it: "./a/b" or "../a", clean, and
// possibly outside the project, which is for the caller to judge. So is the path of
// an archive that is not fetched. It is "" for every other source.
func (s Source) Path() string { return s.path }

// Remote is what git fetches from: a URL with the scheme https, ssh, file or
// (loopback hosts only) http, or "user@host:path". It holds no password, query or
// fragment, and never begins with a dash. Of an archive that is fetched it is the
// URL, https or (loopback hosts only) http. It is "" for every other source.
func (s Source) Remote() string { return s.remote }

// Dir is the component's folder in the repository or the archive, clean and without
// percent-escapes; "" is the top.
func (s Source) Dir() string { return s.dir }

// Ref is the branch, tag or commit that the source asks for, or "". It is a name
// that `git check-ref-format --allow-onelevel` accepts and never begins with a
// dash.
func (s Source) Ref() string { return s.ref }

// String is the canonical spelling: Parse gives the same source for it, given the
// same short forms. It is one line that is safe to print and holds no credentials.
func (s Source) String() string {
	switch {
	case s.Kind == Builtin:
		return "builtin/" + s.path
	case s.Kind == Local:
		return s.path
	case s.Kind == Zip && s.dir == "":
		return s.path + s.remote
	case s.Kind == Zip:
		return s.path + s.remote + "//" + escape(s.dir)
	}
	text := s.short
	if text == "" {
		text = "git::" + s.remote
	}
	if s.dir != "" {
		text += "//" + escape(s.dir)
	}
	if s.ref != "" {
		text += "?ref=" + escape(s.ref)
	}
	return text
}

// escape spells what would end a folder or a ref inside of a source.
func escape(text string) string {
	return strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23", "&", "%26", " ", "%20").Replace(text)
}

// Name is a name for the component that the source suggests: its last folder, or
// the repository. It is a lower-case HCL identifier.
func (s Source) Name() string {
	from := s.dir
	if from == "" {
		from = strings.TrimPrefix(s.path, "./")
	}
	if from == "" {
		from = strings.TrimSuffix(s.remote, ".git")
		from = from[strings.LastIndexAny(from, "/:")+1:]
	}
	if s.Kind == Zip && s.dir == "" {
		from = from[:len(from)-len(".zip")]
	}
	name := strings.Map(func(r rune) rune {
		if r == '_' || isAlnum(r) {
			return r
		}
		return '-'
	}, strings.ToLower(path.Base(from)))
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	name = strings.Trim(name, "-_")
	switch {
	case name == "":
		return "component"
	case name[0] <= '9':
		return "c-" + name
	}
	return name
}

// isAlnum reports whether r is an ASCII letter or digit.
func isAlnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
