package merge3

import (
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// editor makes the edits of a person to one file.
type editor struct {
	r    *rand.Rand
	name string
}

// kinds are the edits. Each takes lines, changes a copy and returns it.
func (e editor) kinds() []func(lines []string) []string {
	return []func([]string) []string{
		e.value, e.value, e.value, e.insert, e.insert, e.remove, e.reindent, e.rename, e.move, e.appendEnd,
		e.comment, e.again, e.item, e.item, e.reword, e.swap,
	}
}

// edit makes one to three edits.
func (e editor) edit(lines []string) []string {
	lines = slices.Clone(lines)
	kinds := e.kinds()
	for range 1 + e.r.IntN(3) {
		lines = kinds[e.r.IntN(len(kinds))](lines)
	}
	return lines
}

var number = regexp.MustCompile(`\d+`)

// value raises a number.
func (e editor) value(lines []string) []string {
	at := e.line(lines, number.MatchString)
	lines[at] = number.ReplaceAllStringFunc(lines[at], func(s string) string {
		n, _ := strconv.Atoi(s)
		return strconv.Itoa(n + 1 + e.r.IntN(3))
	})
	return lines
}

// line returns some line that fits; the first if none does.
func (e editor) line(lines []string, fits func(string) bool) int {
	for range 50 {
		if at := e.r.IntN(len(lines)); fits(lines[at]) {
			return at
		}
	}
	return 0
}

// paragraph returns some run of lines without an empty one.
func (e editor) paragraph(lines []string) (from, to int) {
	from = e.line(lines, func(s string) bool { return s != "" })
	to = from
	for from > 0 && lines[from-1] != "" {
		from--
	}
	for to < len(lines) && lines[to] != "" {
		to++
	}
	return from, to
}

// fresh returns a new function, section or target.
func (e editor) fresh() []string {
	n := strconv.Itoa(e.r.IntN(5))
	switch filepath.Ext(e.name) {
	case ".py":
		return []string{"def helper_" + n + "(frame):", `    """Checks the frame."""`, "    if frame.empty:", "        return None", "", "    return frame", "", ""}
	case ".toml":
		return []string{"[tool.extra_" + n + "]", "enabled = true", "level = " + n, ""}
	case ".yaml":
		return []string{"extra_" + n + ":", "  enabled: true", "  steps:", "    - name: Install", "      run: make install", ""}
	case ".md":
		return []string{"Extra " + n, "-------", "", "```sh", "make extra", "```", ""}
	}
	return []string{".PHONY: extra-" + n, "extra-" + n + ": ## Extra", "\t$(BIN)/ruff check .", ""}
}

func (e editor) insert(lines []string) []string {
	_, at := e.paragraph(lines)
	return slices.Insert(lines, min(at+1, len(lines)), e.fresh()...)
}

func (e editor) remove(lines []string) []string {
	from, to := e.paragraph(lines)
	return slices.Delete(lines, from, min(to+1, len(lines)))
}

func (e editor) reindent(lines []string) []string {
	from, to := e.paragraph(lines)
	for i := from; i < to; i++ {
		lines[i] = "    " + lines[i]
	}
	return lines
}

func (e editor) comment(lines []string) []string {
	from, to := e.paragraph(lines)
	for i := from; i < to; i++ {
		lines[i] = "# " + lines[i]
	}
	return lines
}

var word = regexp.MustCompile(`[a-z_]{4,}`)

// rename renames a word wherever it stands.
func (e editor) rename(lines []string) []string {
	old := word.FindString(lines[e.line(lines, word.MatchString)])
	if old == "" {
		return lines
	}
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], old, old+"_new")
	}
	return lines
}

func (e editor) move(lines []string) []string {
	from, to := e.paragraph(lines)
	to = min(to+1, len(lines))
	some := slices.Clone(lines[from:to])
	lines = slices.Delete(lines, from, to)
	if len(lines) == 0 {
		return some
	}
	at, _ := e.paragraph(lines)
	return slices.Insert(lines, at, some...)
}

func (e editor) appendEnd(lines []string) []string {
	return append(append(lines, ""), e.fresh()...)
}

// again copies a paragraph and changes a value in the copy.
func (e editor) again(lines []string) []string {
	from, to := e.paragraph(lines)
	some := append(slices.Clone(lines[from:to]), "")
	return slices.Insert(lines, from, e.value(some)...)
}

// item copies a line, as in a list, and alters it.
func (e editor) item(lines []string) []string {
	at := e.line(lines, word.MatchString)
	line := lines[at]
	if loc := word.FindStringIndex(line); loc != nil {
		line = line[:loc[0]] + "other_" + line[loc[0]:]
	}
	return slices.Insert(lines, at+1, line)
}

func (e editor) reword(lines []string) []string {
	at := e.line(lines, func(s string) bool { return strings.Contains(s, " ") })
	lines[at] = strings.Replace(lines[at], " ", "  ", 1) + " # reviewed"
	return lines
}

func (e editor) swap(lines []string) []string {
	at := e.r.IntN(len(lines))
	if at+1 < len(lines) {
		lines[at], lines[at+1] = lines[at+1], lines[at]
	}
	return lines
}
