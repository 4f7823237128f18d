// Package textdiff says how two versions of a file differ: as line edits, as
// counts, and as a patch in git's format.
//
// Vocabulary: a line is a run of bytes up to and including its LF; the last line
// of a text may have none. An edit replaces a range of old lines by a range of
// new ones. A hunk is a group of edits with three lines of context. A patch is
// one file's header and hunks as "git diff" writes them. A line is kept when it
// stands in no edit.
//
// How lines are matched, from the outside in: whole lines common to both ends
// are set aside byte for byte; the rest become numbers (intern.go); lines of one
// side only are dropped; what differs little is given to Myers' algorithm, which
// is sergi/go-diff's; what differs much is cut at lines, or runs of lines, that
// are unique on both sides (anchor.go), and where there are none into windows of
// bounded edit distance (window.go). All limits count work, never time.
//
// Guarantees: every function is pure and total. The same input gives the same
// bytes on every machine and under any load. Time is never quadratic in the
// input; where the limits bite, a diff is longer than the shortest one, and still
// right.
//
// The package refuses to open files, to colour, to diff binaries, to apply a
// patch and to ignore white space: bytes count.
package textdiff

import "bytes"

// sniff is how many leading bytes git looks at to tell text from binary
// (FIRST_FEW_BYTES in git's xdiff-interface.c).
const sniff = 8000

// IsBinary reports whether b is binary by git's rule: a NUL among its first
// 8,000 bytes.
func IsBinary(b []byte) bool {
	return bytes.IndexByte(b[:min(len(b), sniff)], 0) >= 0
}

// File is one version of a file. Path is relative, with slashes, as git would
// store it. Mode is "0755" for an executable; any other value means "0644".
type File struct {
	Path string
	Mode string
	Data []byte
}

// Patch returns the git patch that turns old into new: a creation when old is
// nil, a deletion when new is nil, else a change of path, mode and content, or
// of some of them. "git apply" accepts it and gives back new byte for byte;
// paths are quoted as git quotes them by default (core.quotePath).
//
// It returns nil when nothing differs, and when the contents differ and one of
// them is binary: no text patch can say that.
func Patch(old, new *File) []byte {
	if old == nil && new == nil {
		return nil
	}
	a, b := content(old), content(new)
	extended := extendedHeader(old, new)
	if bytes.Equal(a, b) {
		if extended == "" {
			return nil
		}
		return []byte(gitLine(old, new) + extended)
	}
	if IsBinary(a) || IsBinary(b) {
		return nil
	}
	d := compare(a, b)
	out := make([]byte, 0, d.size())
	out = append(out, gitLine(old, new)+extended+labels(old, new)...)
	return d.appendHunks(out)
}

func content(f *File) []byte {
	if f == nil {
		return nil
	}
	return f.Data
}
