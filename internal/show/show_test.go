package show

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTextAndLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, text, line string }{
		{"plain", "a b\\c", "a b\\c", "a b\\c"},
		{"lines", "a\n\tb", "a\n\tb", `a\n\tb`},
		{"carriage return", "a\r\n", "a\\u{d}\n", `a\r\n`},
		{"escape sequence", "\x1b[31mred\x1b]0;x\a", `\u{1b}[31mred\u{1b}]0;x\u{7}`, `\u{1b}[31mred\u{1b}]0;x\u{7}`},
		{"delete and C1", "\x7f\u0080\u009b", `\u{7f}\u{80}\u{9b}`, `\u{7f}\u{80}\u{9b}`},
		{"bidi", "a\u202eb\u2066c", `a\u{202e}b\u{2066}c`, `a\u{202e}b\u{2066}c`},
		{"zero width", "a\u200b\u2060\ufeff\u00ad", `a\u{200b}\u{2060}\u{feff}\u{ad}`, `a\u{200b}\u{2060}\u{feff}\u{ad}`},
		{"separators", "a\u2028b\u2029", `a\u{2028}b\u{2029}`, `a\u{2028}b\u{2029}`},
		{"fillers and tags", "\u3164\u115f\U000e0041", `\u{3164}\u{115f}\u{e0041}`, `\u{3164}\u{115f}\u{e0041}`},
		{"selectors", "\u2764\ufe0f \ufe00\U000e0100", "\u2764\ufe0f \\u{fe00}\\u{e0100}", "\u2764\ufe0f \\u{fe00}\\u{e0100}"},
		{"noncharacters", "\ufffe\ufdd0\U0010ffff", `\u{fffe}\u{fdd0}\u{10ffff}`, `\u{fffe}\u{fdd0}\u{10ffff}`},
		{"invalid bytes", "a\xff\xc3(\xed\xa0\x80", `a\x{ff}\x{c3}(\x{ed}\x{a0}\x{80}`, `a\x{ff}\x{c3}(\x{ed}\x{a0}\x{80}`},
		{"replacement character", "\ufffd", "\ufffd", "\ufffd"},
		{"scripts", "naïve 漢字 שלום e\u0301 😀\u00a0\u3000\ue0b0", "naïve 漢字 שלום e\u0301 😀\u00a0\u3000\ue0b0", "naïve 漢字 שלום e\u0301 😀\u00a0\u3000\ue0b0"},
		{"joined emoji", "👩\u200d💻", `👩\u{200d}💻`, `👩\u{200d}💻`},
	} {
		if got := Text(c.in); got != c.text {
			t.Errorf("%s: Text(%q) = %q, want %q", c.name, c.in, got, c.text)
		}
		if got := Line(c.in); got != c.line {
			t.Errorf("%s: Line(%q) = %q, want %q", c.name, c.in, got, c.line)
		}
	}
}

// Every code point there is, against the categories as the standard names them.
func TestHiddenCoversItsCategories(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		never := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Noncharacter_Code_Point)
		always := unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Co) &&
			!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
		if h := Hidden(r); never && !h || always && h {
			t.Errorf("Hidden(%U) = %v", r, h)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		cols int
		want string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"abcd", 1, "…"},
		{"a", 1, "a"},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"", 5, ""},
		{"漢字", 4, "漢字"},
		{"漢字漢", 5, "漢字…"},
		{"漢字漢", 4, "漢…"},
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"e\u0301e\u0301e\u0301x", 3, "e\u0301e\u0301…"},
		{"a\nb", 4, `a\nb`},
		{"a\nb", 3, "a\\…"},
		{strings.Repeat("x", 1000), 4, "xxx…"},
		{"a" + strings.Repeat("\u0301", 500), 4, "a" + strings.Repeat("\u0301", 31) + "…"},
	} {
		if got := Clip(c.in, c.cols); got != c.want {
			t.Errorf("Clip(%.20q, %d) = %q, want %q", c.in, c.cols, got, c.want)
		}
	}
}

// filtered is in after the filter, written in pieces of at most n bytes.
func filtered(t *testing.T, in []byte, n func() int) string {
	t.Helper()
	var b bytes.Buffer
	w := Writer(&b)
	for len(in) > 0 {
		k := min(n(), len(in))
		if got, err := w.Write(in[:k]); got != k || err != nil {
			t.Fatalf("Write = %d, %v", got, err)
		}
		in = in[k:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriter(t *testing.T) {
	t.Parallel()
	long := "\x1b[" + strings.Repeat("1;", 40) + "m"
	for _, c := range []struct{ name, in, want string }{
		{"colour", "\x1b[1;31mred\x1b[0m\x1b[m\n", "\x1b[1;31mred\x1b[0m\x1b[m\n"},
		{"true colour", "\x1b[38:2::1:2:3mx", "\x1b[38:2::1:2:3mx"},
		{"cursor and title", "\x1b[2J\x1b]0;t\a\x1bc", "\\u{1b}[2J\\u{1b}]0;t\\u{7}\\u{1b}c"},
		{"private mode", "\x1b[?25m", `\u{1b}[?25m`},
		{"bare m", "\x1bm", `\u{1b}m`},
		{"C1 introducer", "\u009b31m", `\u{9b}31m`},
		{"too long", long, `\u{1b}` + long[1:]},
		{"cut short", "x\x1b[3", `x\u{1b}[3`},
		{"line ends", "a\r\nb\rc\r\r\n\r", "a\r\nb\\u{d}c\\u{d}\r\n\\u{d}"},
		{"wide", "漢\u202e😀", `漢\u{202e}😀`},
		{"cut rune", "a\xe6\xbc", `a\x{e6}\x{bc}`},
	} {
		for _, size := range []int{1, 2, 3, 7, 1000} {
			if got := filtered(t, []byte(c.in), func() int { return size }); got != c.want {
				t.Errorf("%s in pieces of %d: %q, want %q", c.name, size, got, c.want)
			}
		}
	}
}

func TestWriterPassesLargeInput(t *testing.T) {
	t.Parallel()
	want := strings.Repeat("line of text\n漢字 \x1b[1mx\x1b[0m\n", 20_000)
	if got := filtered(t, []byte(want), func() int { return 1 << 20 }); got != want {
		t.Error("clean output was changed")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestWriterReportsErrors(t *testing.T) {
	t.Parallel()
	w := Writer(brokenWriter{})
	if n, err := w.Write([]byte("x")); n != 0 || err == nil {
		t.Errorf("Write = %d, %v", n, err)
	}
	if _, err := w.Write([]byte(strings.Repeat("x", 3*flushAt))); err == nil {
		t.Error("a long write to a broken writer succeeds")
	}
}

// randomText mixes what the filters look for.
func randomText(r *rand.Rand) []byte {
	parts := []string{"a", "\n", "\r", "\t", "\x1b", "[", "3", ";", "m", "漢", "\u202e", "\xff", "\xe6", "\xbc", "\u0301", "\u009b", "😀"}
	var b []byte
	for range r.IntN(40) {
		b = append(b, parts[r.IntN(len(parts))]...)
	}
	return b
}

func TestLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		in := randomText(r)
		checkText(t, string(in))
		whole := filtered(t, in, func() int { return len(in) })
		if cut := filtered(t, in, func() int { return 1 + r.IntN(4) }); cut != whole {
			t.Fatalf("%q: in pieces %q, whole %q", in, cut, whole)
		}
		checkFiltered(t, whole)
	}
}

// checkText holds the laws of Text, Line and Clip for one string.
func checkText(t *testing.T, s string) {
	t.Helper()
	text, line := Text(s), Line(s)
	for _, r := range text {
		if Hidden(r) && r != '\n' && r != '\t' {
			t.Fatalf("Text(%q) = %q holds %U", s, text, r)
		}
	}
	for _, r := range line {
		if Hidden(r) {
			t.Fatalf("Line(%q) = %q holds %U", s, line, r)
		}
	}
	if !utf8.ValidString(text) || !utf8.ValidString(line) {
		t.Fatalf("%q: not valid UTF-8 after escaping", s)
	}
	if Text(text) != text || Line(line) != line {
		t.Fatalf("%q: escaping twice differs from once", s)
	}
	for _, cols := range []int{1, 2, 7} {
		clip := Clip(s, cols)
		used := 0
		for _, r := range clip {
			used += columns(r)
		}
		if used > cols || !utf8.ValidString(clip) || Line(clip) != clip {
			t.Fatalf("Clip(%q, %d) = %q takes %d columns", s, cols, clip, used)
		}
	}
}

// checkFiltered holds what may stand in a filter's output.
func checkFiltered(t *testing.T, s string) {
	t.Helper()
	for i := 0; i < len(s); {
		n, more := allowed([]byte(s[i:]))
		clean := cleanRun([]byte(s[i:]))
		if n+clean == 0 || more {
			t.Fatalf("%q passed the filter", s[i:])
		}
		i += n + clean
	}
}

func FuzzText(f *testing.F) {
	f.Add("plain\n\x1b[31m\u202e\xff漢")
	f.Fuzz(func(t *testing.T, s string) {
		checkText(t, s)
		out := filtered(t, []byte(s), func() int { return 3 })
		if out != filtered(t, []byte(s), func() int { return len(s) + 1 }) {
			t.Fatalf("%q: the filter depends on where the chunks are cut", s)
		}
		checkFiltered(t, out)
		if again := filtered(t, []byte(Text(s)), func() int { return 5 }); again != Text(s) {
			t.Fatalf("the filter changes what Text made: %q", again)
		}
	})
}

func BenchmarkText(b *testing.B) {
	s := strings.Repeat("x = 1  # a line of code\n", 4000)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Text(s)
	}
}
