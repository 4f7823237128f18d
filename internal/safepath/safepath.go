// Package safepath is the one path policy. Every path that comes from a spec, a
// component, a lock or a plan file passes Parse before anything is read or
// written at it, and the policy is the same on every operating system, so that
// a plan made on Linux is safe on Windows and macOS.
//
// A path is clean, separated by slashes and relative to the project root.
// Refused are: anything that could leave the root or reach .git under any
// spelling that some file system takes for it; names that Windows reserves or
// cannot hold; characters that nobody can see; spellings other than Unicode NFC;
// and excessive length. Two paths collide when a file system that ignores case
// or normal form would take one for the other.
//
// The package touches no file system: symbolic links on the way to a path are
// the reader's and the applier's affair.
package safepath

import (
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
)

// Limits of a path.
const (
	maxPath     = 1024 // bytes
	maxSegment  = 255  // bytes
	maxSegments = 64
)

// Path is a path that Parse accepted.
type Path string

// Error says which rule a path breaks.
type Error struct {
	// Path is the path as it was given; it may hold anything.
	Path string
	// Rule continues a sentence that begins with the path. It is safe to print.
	Rule string
	// Fix is what to do about it. It is safe to print.
	Fix string
}

// Error is one line that is safe to print: "path: rule; fix".
func (e *Error) Error() string {
	p := show.Clip(e.Path, 120)
	if p == "" {
		p = `""`
	}
	return p + ": " + e.Rule + "; " + e.Fix
}

// Parse returns s as a Path, or an *Error with the first rule s breaks. An
// accepted path is local in the sense of filepath.IsLocal on every system.
func Parse(s string) (Path, error) {
	if rule, fix := refuse(s); rule != "" {
		return "", &Error{Path: s, Rule: rule, Fix: fix}
	}
	return Path(s), nil
}

// Existing returns s as a Path when it names a file below the root that may be
// read and committed as it is. Such a file is the user's, and some systems could
// not hold its name: templates of Cookiecutter have quotes, bars and colons in
// theirs. Everything else is as in Parse.
func Existing(s string) (Path, error) {
	plain := strings.NewReplacer(`"`, "_", "*", "_", ":", "_", "<", "_", ">", "_", "?", "_", "|", "_").Replace(s)
	// To Windows, what stands before a colon could be .git, a device or a folder above.
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '/' || r == ':' }) {
		if isGit(part) || isDevice(part) || strings.Trim(part, ". ") == "" {
			plain = s
		}
	}
	if rule, fix := refuse(plain); rule != "" {
		return "", &Error{Path: s, Rule: rule, Fix: fix}
	}
	return Path(s), nil
}

// Dir is the directory that holds p; "." is the project root.
func (p Path) Dir() Path { return Path(path.Dir(string(p))) }

// Base is the last segment of p.
func (p Path) Base() string { return path.Base(string(p)) }

// Parents are the directories above p, outermost first, without the root.
func (p Path) Parents() []Path {
	n := strings.Count(string(p), "/")
	if n == 0 {
		return nil
	}
	dirs := make([]Path, 0, n)
	for i := range len(p) {
		if p[i] == '/' {
			dirs = append(dirs, p[:i])
		}
	}
	return dirs
}

// Reserved reports whether p is the tool's own and so no user's object may take
// it: the lock file, the .mlops folder, and at the root the spec files and the
// variable files, which the next plan would read. Case makes no difference.
func Reserved(p Path) bool {
	if !strings.HasPrefix(string(p), ".") && strings.Contains(string(p), "/") {
		return false
	}
	k := Fold(p)
	top, _, below := strings.Cut(k, "/")
	if top == ".mlops" {
		return true
	}
	if below {
		return false
	}
	switch k {
	case "mlops.lock.json", "mlops.hcl", "mlops.hcl.json", "mlops.vars.hcl":
		return true
	}
	return strings.HasSuffix(k, ".mlops.hcl") || strings.HasSuffix(k, ".mlops.hcl.json") ||
		strings.HasSuffix(k, ".auto.vars.hcl")
}
