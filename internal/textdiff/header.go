package textdiff

import "strings"

// devNull stands for the missing side of a creation or deletion.
const devNull = "/dev/null"

// gitLine returns the line that starts every git patch. It names the path twice
// also when one side is missing.
func gitLine(old, new *File) string {
	if old == nil {
		old = new
	}
	if new == nil {
		new = old
	}
	return "diff --git " + quote("a/"+old.Path) + " " + quote("b/"+new.Path) + "\n"
}

// extendedHeader returns what a git patch says besides content; it is empty when
// path and mode stay.
func extendedHeader(old, new *File) string {
	switch {
	case old == nil:
		return "new file mode " + gitMode(new) + "\n"
	case new == nil:
		return "deleted file mode " + gitMode(old) + "\n"
	}
	return modeLines(old, new) + renameLines(old, new)
}

func modeLines(old, new *File) string {
	from, to := gitMode(old), gitMode(new)
	if from == to {
		return ""
	}
	return "old mode " + from + "\nnew mode " + to + "\n"
}

func renameLines(old, new *File) string {
	if old.Path == new.Path {
		return ""
	}
	return "rename from " + quote(old.Path) + "\nrename to " + quote(new.Path) + "\n"
}

func gitMode(f *File) string {
	if f.Mode == "0755" {
		return "100755"
	}
	return "100644"
}

// labels returns the "---" and "+++" lines.
func labels(old, new *File) string {
	return "--- " + label("a/", old) + "\n+++ " + label("b/", new) + "\n"
}

// label quotes a path for a "---" or "+++" line. Git ends one that holds a space
// with a TAB, so that other tools do not take the rest for a time.
func label(prefix string, f *File) string {
	if f == nil {
		return devNull
	}
	s := quote(prefix + f.Path)
	if strings.Contains(f.Path, " ") {
		s += "\t"
	}
	return s
}

// quote writes a path as git does with core.quotePath on: as it is, or between
// double quotes with C escapes when a byte is a control, a quote, a backslash or
// not ASCII.
func quote(path string) string {
	if strings.IndexFunc(path, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r >= 0x7f }) < 0 {
		return path
	}
	out := []byte{'"'}
	for i := range len(path) {
		out = appendQuoted(out, path[i])
	}
	return string(append(out, '"'))
}

func appendQuoted(out []byte, c byte) []byte {
	const named = "\a\b\t\n\v\f\r\"\\"
	const names = `abtnvfr"\`
	if i := strings.IndexByte(named, c); i >= 0 {
		return append(out, '\\', names[i])
	}
	if c < ' ' || c >= 0x7f {
		return append(out, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
	}
	return append(out, c)
}
