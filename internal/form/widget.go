package form

import (
	"slices"
	"unicode"

	"github.com/mlops-as-code/mlops/internal/show"
)

// editor edits one line.
type editor struct {
	text []rune
	at   int // the cursor stands before this character
	from int // the first character that is shown
}

func (e *editor) answer() string { return string(e.text) }

func (e *editor) press(k key) {
	switch k {
	case keyLeft:
		e.at = max(0, e.at-1)
	case keyRight:
		e.at = min(len(e.text), e.at+1)
	case keyHome:
		e.at = 0
	case keyEnd:
		e.at = len(e.text)
	case keyBackspace:
		e.cut(max(0, e.at-1), e.at)
	case keyDelete:
		e.cut(e.at, min(len(e.text), e.at+1))
	case keyKillStart:
		e.cut(0, e.at)
	case keyKillEnd:
		e.cut(e.at, len(e.text))
	case keyKillWord:
		e.cut(e.word(), e.at)
	default:
		if k >= 0 && !show.Hidden(rune(k)) && len(e.text) < maxAnswer/4 {
			e.text = slices.Insert(e.text, e.at, rune(k))
			e.at++
		}
	}
}

func (e *editor) cut(from, to int) {
	e.text = slices.Delete(e.text, from, to)
	e.at = from
}

// word is where the word before the cursor begins.
func (e *editor) word() int {
	i := e.at
	for i > 0 && e.text[i-1] == ' ' {
		i--
	}
	for i > 0 && e.text[i-1] != ' ' {
		i--
	}
	return i
}

// draw shows the part of the line that holds the cursor.
func (e *editor) draw(wide int) (lines []string, row, col int) {
	const prompt = "> "
	room := wide - len(prompt) - 1 // for the cursor behind the last character
	e.from = min(e.from, e.at)
	for e.from < e.at && show.Width(string(e.text[e.from:e.at])) > room {
		e.from++
	}
	end := e.from
	for used := 0; end < len(e.text); end++ {
		if used += show.Width(string(e.text[end])); used > room {
			break
		}
	}
	return []string{prompt + visible(e.text[e.from:end])}, 0, len(prompt) + show.Width(string(e.text[e.from:e.at]))
}

// visible has a question mark for each character that cannot be shown: a default may
// hold some.
func visible(text []rune) string {
	out := slices.Clone(text)
	for i, r := range out {
		if show.Hidden(r) {
			out[i] = '?'
		}
	}
	return string(out)
}

// picker picks one of several.
type picker struct {
	options, values []string
	at, from        int
}

func (p *picker) answer() string { return p.values[p.at] }

func (p *picker) press(k key) {
	switch k {
	case keyUp, keyLeft:
		p.at = max(0, p.at-1)
	case keyDown, keyRight, keyTab:
		p.at = min(len(p.options)-1, p.at+1)
	case keyHome:
		p.at = 0
	case keyEnd:
		p.at = len(p.options) - 1
	default:
		p.jump(k)
	}
}

// jump goes to the next option that begins with a character.
func (p *picker) jump(k key) {
	for i := range p.options {
		next := (p.at + 1 + i) % len(p.options)
		if first := []rune(p.options[next]); k >= 0 && len(first) > 0 && unicode.ToLower(first[0]) == unicode.ToLower(rune(k)) {
			p.at = next
			return
		}
	}
}

// draw shows the options around the one picked.
func (p *picker) draw(wide int) (lines []string, row, col int) {
	p.from = max(min(p.from, p.at), p.at-mostOptions+1)
	end := min(len(p.options), p.from+mostOptions)
	for i, option := range p.options[p.from:end] {
		mark := "  "
		if p.from+i == p.at {
			mark = "> "
		}
		lines = append(lines, mark+show.Clip(option, wide-2))
	}
	return lines, p.at - p.from, 0
}
