package readme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// segment is a run of lines of a README: a section's, or foreign ones. Its raw text
// has the line ends and the blank lines behind it.
type segment struct {
	id     string // of the section; "" is foreign
	raw    string
	line   int // from 1
	at     int // index among all
	marked bool
	// more continues a section that another tool's block interrupts.
	more bool
}

// text is what the segment says: LF line ends, no markers, no blank lines around.
func (s *segment) text() string {
	t := strings.Trim(withLF(s.raw), "\n")
	if !s.marked {
		return verbatim(t)
	}
	lines := strings.Split(t, "\n")
	return strings.Trim(strings.Join(lines[1:max(1, len(lines)-1)], "\n"), "\n")
}

// withLF is a text with LF line ends.
func withLF(text string) string {
	if !strings.Contains(text, "\r") {
		return text
	}
	lines := strings.Split(text, "\n")
	for i := range lines[:len(lines)-1] {
		lines[i] = strings.TrimRight(lines[i], "\r")
	}
	return strings.Join(lines, "\n")
}

// landmark is a line where something may begin or end: a heading at the top level,
// or a comment that stands alone.
type landmark struct {
	line    int // index of the first line
	level   int // of a heading; 0 is a comment
	text    string
	opens   string // section a marker of ours opens
	closes  string // or closes
	foreign string // what another tool's marker opens
	ends    string // or ends
	until   int    // index of the landmark that ends what it opens; 0 is none
}

// LocateError is a fault in the markers of a README.
type LocateError struct {
	Line   int
	Reason string
}

// Error is "line N: reason".
func (e *LocateError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

var (
	ourMarker = lazy.Regexp(`^<!-- (/?)mlops:([A-Za-z0-9_.-]+) -->$`)
	// other tools' markers, such as those of doctoc, all-contributors, terraform-docs
	toolStart = lazy.Regexp(`(?i)^<!--\s*(?:(?:start|begin)[ _:-]+([\w .:/-]*?)|([\w .:/-]*?)[ _:-]+(?:start|begin))(?:\s[^>]*)?\s*-->$`)
	toolEnd   = lazy.Regexp(`(?i)^<!--\s*(?:(?:end)[ _:-]+([\w .:/-]*?)|([\w .:/-]*?)[ _:-]+(?:end))(?:\s[^>]*)?\s*-->$`)
)

// marker is a comment that says where a section begins, or ends.
func marker(id string, end bool) string {
	if end {
		return "<!-- /mlops:" + id + " -->"
	}
	return "<!-- mlops:" + id + " -->"
}

// landmarks finds the headings at the top level and the markers, outside of code,
// quotes and lists.
func landmarks(lines []string) []landmark {
	var s scan
	var out []landmark
	for i, line := range lines {
		line = expandTabs(strings.TrimRight(line, "\r\n"))
		// A comment may end the list that stands before it.
		free := s.free()
		heads, open := len(s.heads), len(s.paragraph)
		s.number++
		s.line(line)
		switch {
		case len(s.heads) > heads && s.heads[heads].top:
			first := i
			if !atxLine().MatchString(line) {
				first = i - open // a setext heading begins with its paragraph
			}
			out = append(out, landmark{line: guardStart(lines, first), level: s.heads[heads].level, text: s.heads[heads].text})
		case free && len(s.stack) == 0 && s.until == nil && s.mark == "" && strings.HasPrefix(line, "<!--"):
			if m, ok := comment(line); ok {
				m.line = i
				out = append(out, m)
			}
		}
	}
	return outsideBlocks(out)
}

// outsideBlocks leaves out the headings in other tools' blocks, which begin no section.
func outsideBlocks(all []landmark) []landmark {
	var out []landmark
	end := 0
	for i, m := range pairBlocks(all) {
		if i < end && m.level > 0 {
			continue
		}
		if i >= end {
			end = m.until
		}
		out = append(out, m)
	}
	return pairBlocks(out)
}

// pairBlocks finds where the blocks of other tools end: before a marker of ours.
func pairBlocks(all []landmark) []landmark {
	next := map[string]int{}
	for i, m := range slices.Backward(all) {
		switch {
		case m.opens != "" || m.closes != "":
			clear(next)
		case m.ends != "":
			next[m.ends] = i
		case m.foreign != "":
			all[i].until = next[m.foreign]
		}
	}
	return all
}

// guardStart is where a heading begins with the comments for linters that stand above
// it.
func guardStart(lines []string, heading int) int {
	first := heading
	for i := heading - 1; i >= 0; i-- {
		switch line := strings.TrimSpace(lines[i]); {
		case line == "":
		case strings.HasPrefix(line, "<!-- markdownlint-disable") && strings.HasSuffix(line, "-->"):
			first = i
		default:
			return first
		}
	}
	return first
}

func comment(line string) (landmark, bool) {
	line = strings.TrimRight(line, " ")
	if m := ourMarker().FindStringSubmatch(line); m != nil {
		if m[1] == "/" {
			return landmark{closes: m[2]}, true
		}
		return landmark{opens: m[2]}, true
	}
	if name, ok := tool(toolStart(), line); ok {
		return landmark{foreign: name}, true
	}
	if name, ok := tool(toolEnd(), line); ok {
		return landmark{ends: name}, true
	}
	return landmark{}, false
}

// tool is the name in another tool's marker.
func tool(re *regexp.Regexp, line string) (string, bool) {
	m := re.FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(m[1]+m[2])), " ")
	return name, name != ""
}

// cut divides a README into segments. heads says which section a heading is, by the
// index of its landmark; own reports whether a section itself says the block that has
// another tool's marks.
func cut(lines []string, marks []landmark, heads map[int]string, own func(id, tool string) bool) ([]segment, error) {
	c := cutter{lines: lines}
	for i := 0; i < len(marks); i++ {
		m := marks[i]
		id, ours := heads[i]
		switch {
		case m.closes != "":
			return nil, &LocateError{m.line + 1, fmt.Sprintf("%s closes a section that is not open; remove it, or put its other half back", marker(m.closes, true))}
		case m.opens != "":
			end := matching(marks, i)
			if end < 0 {
				return nil, &LocateError{m.line + 1, fmt.Sprintf("%s is not closed; put %s back, or remove it", marker(m.opens, false), marker(m.opens, true))}
			}
			if c.seen[m.opens] {
				return nil, &LocateError{m.line + 1, fmt.Sprintf("%s is there twice; remove one of them", marker(m.opens, false))}
			}
			c.begin(m.line, m.opens, 0)
			c.current.marked = true
			c.begin(marks[end].line+1, "", 7)
			i = end
		case m.foreign != "":
			end := m.until
			if end == 0 {
				continue // words, it seems
			}
			if c.current.id != "" && own(c.current.id, m.foreign) {
				i = end
				continue
			}
			id, level, marked := c.current.id, c.level, c.current.marked
			c.begin(m.line, "", 7)
			c.begin(marks[end].line+1, id, level)
			c.current.more, c.current.marked = id != "", marked
			i = end
		case ours:
			c.begin(m.line, id, m.level)
		case m.level > 0 && (m.level <= c.level || c.level == 1):
			c.begin(m.line, "", m.level)
		}
	}
	c.begin(len(lines), "", 0)
	return c.out, nil
}

// matching is the marker that closes the one at i, before another opens; -1 is none.
func matching(marks []landmark, i int) int {
	for j := i + 1; j < len(marks); j++ {
		switch {
		case marks[j].closes == marks[i].opens:
			return j
		case marks[j].opens != "" || marks[j].closes != "":
			return -1
		}
	}
	return -1
}

// blocksOf are the blocks between other tools' marks in a text.
func blocksOf(text string) map[string]bool {
	out := map[string]bool{}
	if !strings.Contains(text, "<!--") {
		return out
	}
	for _, m := range landmarks(slices.Collect(strings.Lines(text))) {
		if m.until > 0 {
			out[m.foreign] = true
		}
	}
	return out
}

type cutter struct {
	lines   []string
	out     []segment
	from    int
	current segment
	level   int
	seen    map[string]bool
}

// begin ends the segment in progress before a line and starts another.
func (c *cutter) begin(line int, id string, level int) {
	if line > c.from {
		c.current.raw, c.current.line = strings.Join(c.lines[c.from:line], ""), c.from+1
		if strings.TrimSpace(c.current.raw) != "" || len(c.out) == 0 {
			c.out = append(c.out, c.current)
		} else {
			c.out[len(c.out)-1].raw += c.current.raw
		}
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[id] = true
	c.current, c.from, c.level = segment{id: id}, line, level
}
