package gitwrite

import (
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// NewCommit is what a commit object says.
type NewCommit struct {
	Tree    plumbing.Hash
	Parents []plumbing.Hash
	// Author and Committer are whole lines: name, address, seconds and zone.
	Author, Committer string
	Message           string
}

// Object encodes the commit. NUL, which ends a message for git, is dropped and
// what is not UTF-8 replaced.
func (c *NewCommit) Object() Object {
	var b strings.Builder
	b.WriteString("tree " + c.Tree.String() + "\n")
	for _, p := range c.Parents {
		b.WriteString("parent " + p.String() + "\n")
	}
	b.WriteString("author " + c.Author + "\ncommitter " + c.Committer + "\n\n")
	b.WriteString(clean(c.Message))
	return NewObject(Commit, []byte(b.String()))
}

func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// WithTrailer returns message as git commit would clean it up (no white space
// at the ends of lines, no two empty lines in a row, one newline at the end),
// with one trailer more.
func WithTrailer(message, key, value string) string {
	var lines []string
	for line := range strings.Lines(message) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if !endsInTrailers(lines) {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, key+": "+value), "\n") + "\n"
}

// endsInTrailers reports whether the last paragraph, if it is not the subject,
// is all trailers.
func endsInTrailers(lines []string) bool {
	for i := len(lines) - 1; i > 0; i-- {
		if lines[i] == "" {
			return i < len(lines)-1
		}
		key, _, ok := strings.Cut(lines[i], ": ")
		if !ok || key == "" || strings.ContainsFunc(key, func(r rune) bool {
			return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
		}) {
			return false
		}
	}
	return false
}

// Trailer returns the value of a trailer in the last paragraph of a commit
// message, "" when there is none.
func Trailer(message, key string) string {
	lines := strings.Split(strings.TrimRight(message, "\n"), "\n")
	if !endsInTrailers(lines) {
		return ""
	}
	for i := len(lines) - 1; lines[i] != ""; i-- {
		if value, ok := strings.CutPrefix(lines[i], key+": "); ok {
			return value
		}
	}
	return ""
}
