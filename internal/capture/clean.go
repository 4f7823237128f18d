package capture

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/show"
)

// Place is a path of this machine, and what stands for it in the output.
type Place struct{ Path, As string }

// sequence is what a terminal obeys: CSI, OSC and the strings like it, and the short
// ones.
var sequence = lazy.Regexp(`(?s)(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]`)

// Clean makes text of what a command printed: UTF-8 without colours and other control
// characters, with plain line ends, no white space at the end of lines and one line end
// at the end. Of a line that was printed over, what was seen last stays. Places are
// replaced where they stand as whole paths. Cleaning twice changes nothing more.
func Clean(raw []byte, places []Place) ([]byte, error) {
	if !utf8.Valid(raw) || strings.ContainsRune(string(raw), 0) {
		return nil, errors.New("printed something that is not UTF-8 text")
	}
	text := sequence().ReplaceAllString(string(raw), "")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(visible(line), unicode.IsSpace)
	}
	text = strings.Trim(strings.Join(lines, "\n"), "\n")
	if text == "" {
		return nil, errors.New("printed nothing")
	}
	return []byte(replaced(text, places) + "\n"), nil
}

// visible is a line as it stands after everything in it was printed.
func visible(line string) string {
	line = strings.TrimRight(line, "\r")
	if i := strings.LastIndexByte(line, '\r'); i >= 0 {
		line = line[i+1:]
	}
	out := make([]rune, 0, len(line))
	for _, c := range line {
		switch {
		case c == '\b' && len(out) > 0:
			out = out[:len(out)-1]
		case c == '\t' || !show.Hidden(c):
			out = append(out, c)
		}
	}
	return string(out)
}

// replaced puts the names of places for their paths, the longest first.
func replaced(text string, places []Place) string {
	places = slices.Clone(places)
	slices.SortStableFunc(places, func(a, b Place) int { return len(b.Path) - len(a.Path) })
	for _, p := range places {
		if len(p.Path) < 2 {
			continue
		}
		var b strings.Builder
		for {
			before, after, found := strings.Cut(text, p.Path)
			b.WriteString(before)
			if !found {
				break
			}
			last, _ := utf8.DecodeLastRuneInString(before)
			next, _ := utf8.DecodeRuneInString(after)
			if before != "" && inName(last) || after != "" && inName(next) {
				b.WriteString(p.Path)
			} else {
				b.WriteString(p.As)
			}
			text = after
		}
		text = b.String()
	}
	return text
}

// inName says that a path goes on with this character.
func inName(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '-' || c == '.' || c == '~'
}
