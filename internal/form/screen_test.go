package form

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/show"
)

// screen is as much of a terminal as the form uses. What it does not know is a fault.
type screen struct {
	lines    [][]rune
	row, col int
	width    int
	faults   []string
}

func (s *screen) Write(b []byte) (int, error) {
	if !utf8.Valid(b) {
		s.faults = append(s.faults, fmt.Sprintf("invalid UTF-8 %q", b))
	}
	text := []rune(string(b))
	for i := 0; i < len(text); i++ {
		switch r := text[i]; {
		case r == '\r':
			s.col = 0
		case r == '\n':
			s.row++
		case r == 0x1b:
			i += s.sequence(text[i+1:])
		case r < 0x20:
			s.faults = append(s.faults, fmt.Sprintf("control character %q", r))
		default:
			s.put(r)
		}
	}
	return len(b), nil
}

func (s *screen) grow() {
	for len(s.lines) <= s.row {
		s.lines = append(s.lines, nil)
	}
}

func (s *screen) put(r rune) {
	s.grow()
	line := s.lines[s.row]
	for range show.Width(string(r)) {
		for len(line) <= s.col {
			line = append(line, ' ')
		}
		line[s.col] = r
		s.col++
	}
	if s.lines[s.row] = line; s.col > s.width {
		s.faults = append(s.faults, fmt.Sprintf("wrote beyond column %d: %q", s.width, string(line)))
	}
}

func (s *screen) sequence(text []rune) int {
	n, i := 0, 1
	for ; i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] == ';'); i++ {
		n = n*10 + int(text[i]-'0')
	}
	switch text[i] {
	case 'A':
		if s.row -= max(1, n); s.row < 0 {
			s.faults = append(s.faults, "above the first line")
			s.row = 0
		}
	case 'C':
		s.col += max(1, n)
	case 'J':
		s.grow()
		s.lines[s.row] = s.lines[s.row][:min(s.col, len(s.lines[s.row]))]
		s.lines = s.lines[:s.row+1]
	case 'm':
	default:
		s.faults = append(s.faults, fmt.Sprintf("sequence %q", string(text[:i+1])))
	}
	return i + 1
}

func (s *screen) String() string {
	var out []string
	for _, line := range s.lines {
		out = append(out, strings.TrimRight(string(line), " "))
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

func onScreen(ctx context.Context, width int, typed string, next Next) (*screen, []Answer, error) {
	s := &screen{width: width}
	answers, err := Run(ctx, Terminal{
		In: strings.NewReader(typed), Out: s, Width: width, Color: true,
		Raw: func() (func() error, error) { return func() error { return nil }, nil },
	}, next)
	return s, answers, err
}

func TestRichLooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, want string }{
		{"all answered", "\r\r\rbecause\r", "Project name: demo\nLicense: Apache-2.0\nWith docs: yes\nWhy: because"},
		{"went back", "\r\r\x1b[Z\x1b[Z2\r\r\rx\r", "Project name: demo2\nLicense: Apache-2.0\nWith docs: yes\nWhy: x"},
		{"left", "\r\x03", "Project name: demo"},
	} {
		s, _, _ := onScreen(t.Context(), 60, c.typed, questions())
		if got := s.String(); got != c.want || len(s.faults) > 0 {
			t.Errorf("%s:\n%s\nwant\n%s\nfaults: %q", c.name, got, c.want, s.faults)
		}
	}
}

// TestFrame is what a person sees while a question stands.
func TestFrame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		q          Question
		keys, want string
		row, col   int
	}{
		{Question{Text: "Name", Hint: "one word", Default: "demo"}, "", "Name (one word)\n> demo\nEnter: take it   Ctrl-C: leave", 1, 6},
		{Question{Text: "Name", Default: "demo"}, "\x1b[D", "Name\n> demo\nEnter: take it   Ctrl-C: leave", 1, 5},
		{Question{Text: "Name"}, "\r", "Name\n>\n! an answer is needed", 1, 2},
		{Question{Text: "Name"}, "\rx", "Name\n> x\nEnter: take it   Ctrl-C: leave", 1, 3},
		{Question{Text: "Pick", Kind: Choice, Options: []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}}, "i", "Pick\n  b\n  c\n  d\n  e\n  f\n  g\n  h\n> i\nArrows: choose   Enter: take it   Ctrl…", 8, 0},
		{Question{Text: "Sure", Kind: Confirm, Default: No}, "", "Sure\n  yes\n> no\nArrows: choose   Enter: take it   Ctrl…", 2, 0},
		{Question{Text: strings.Repeat("long words ", 12)}, "", "long words long words long words long\nwords long words long words long words\nlong words long words long words long\nwords long words\n>\nEnter: take it   Ctrl-C: leave", 4, 2},
		{Question{Text: "evil \x1b[2J\n", Default: "\x07"}, "", "evil \\u{1b}[2J\\n\n> ?\nEnter: take it   Ctrl-C: leave", 1, 3},
	} {
		s := &screen{width: 40}
		a := asker{t: Terminal{Out: s, Width: 40}, keys: &keys{ctx: t.Context(), r: strings.NewReader(c.keys)}}
		f := &frame{a: &a, q: &c.q, w: a.widget(&c.q)}
		for range []rune(c.keys) {
			k, err := a.keys.next()
			if err != nil {
				break
			}
			f.fault = nil
			if f.w.press(k); k == keyEnter {
				f.fault = c.q.accept(f.w.answer())
			}
		}
		f.draw()
		f.draw()
		if got := s.String(); got != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.q.Text, got, c.want)
		}
		if s.row != c.row || s.col != c.col {
			t.Errorf("%q: cursor at %d, %d; want %d, %d", c.q.Text, s.row, s.col, c.row, c.col)
		}
	}
}

// TestScreenLaw types at random. Whatever it is, nothing is written beyond the width
// and no control character reaches the terminal; once all is answered the screen shows
// one line a question.
func TestScreenLaw(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(4, 13))
	pieces := []string{"a", "é", "漢", " ", "\r", "\r", "\t", "\x7f", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[Z", "\x1b[H", "\x1b[F", "\x1b[3~", "\x01", "\x05", "\x15", "\x0b", "\x17", "\x1b", "\xe6", "\x00", "\u0301"}
	for range 500 {
		var typed strings.Builder
		for range rnd.IntN(120) {
			typed.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		typed.WriteString("z\r\r\rz\r\r")
		s, answers, err := onScreen(t.Context(), 20+rnd.IntN(40), typed.String(), questions())
		if len(s.faults) > 0 {
			t.Fatalf("typed %q: %q", typed.String(), s.faults)
		}
		if err == nil && strings.Count(s.String(), "\n")+1 != len(answers) {
			t.Fatalf("typed %q: %d answers on\n%s", typed.String(), len(answers), s)
		}
	}
}

func FuzzRun(f *testing.F) {
	f.Add("\r\r\rx\r", true)
	f.Add("a b\n\n7\n", false)
	f.Fuzz(func(t *testing.T, typed string, raw bool) {
		answers, _, err := run(t, raw, typed)
		if (err == nil) != (len(answers) == 4) {
			t.Errorf("%q, %v", answers, err)
		}
	})
}
