package textdiff

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestShown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                             "",
		"+a\tb\r\n":                    "+a\tb\r\n",
		"é日本👍🏽❤\ufe0f":                 "é日本👍🏽❤\ufe0f",
		"\x1b[31m":                     `\u{1b}[31m`,
		"\x00\a\x7f":                   `\u{00}\u{07}\u{7f}`,
		"a\rb\r\r\n\r":                 `a\u{0d}b\u{0d}` + "\r\n" + `\u{0d}`,
		"\u0085\u009b":                 `\u{85}\u{9b}`,
		"\xff\xc3\n\xed\xa0\x80":       `\x{ff}\x{c3}` + "\n" + `\x{ed}\x{a0}\x{80}`,
		"\u202ea\u2066\u200f":          `\u{202e}a\u{2066}\u{200f}`,
		"\ufeffa\u200bb\u200d\u00ad":   `\u{feff}a\u{200b}b\u{200d}\u{ad}`,
		"\u2028\u2029\u3164\U000e0041": `\u{2028}\u{2029}\u{3164}\u{e0041}`,
		"\ufffd":                       "\ufffd",

		// the byte order mark of a file, and those that are none
		"@@ -0,0 +1 @@\n+\ufeffa\n":                 "@@ -0,0 +1 @@\n+\ufeffa\n",
		"@@ -1,2 +1,2 @@\n-\ufeffa\n-b\n+\ufeffc\n": "@@ -1,2 +1,2 @@\n-\ufeffa\n-b\n+\ufeffc\n",
		"@@ -1 +1 @@\n-\ufeffa\n+a\n":               "@@ -1 +1 @@\n-\ufeffa\n+a\n",
		"@@ -1,2 +1,3 @@\n \ufeffa\n+\ufeffb\n":     "@@ -1,2 +1,3 @@\n \ufeffa\n+\\u{feff}b\n",
		"@@ -9 +9 @@\n-\ufeffa\n+a\n":               "@@ -9 +9 @@\n-\\u{feff}a\n+a\n",
		"@@ -1 +1 @@\n-a\n+\ufeffa\x1b\n":           "@@ -1 +1 @@\n-a\n+\ufeffa\\u{1b}\n",
		"@@ -1 +1 @@\n-a\n+\ufeff\ufeffa\n":         "@@ -1 +1 @@\n-a\n+\ufeff\\u{feff}a\n",
	} {
		text, escaped := Shown([]byte(in))
		if string(text) != want || escaped != (in != want) {
			t.Errorf("%q: got %q, %t", in, text, escaped)
		}
	}
}

// The short cut of hidden and the tables say the same.
func TestHiddenEveryRune(t *testing.T) {
	t.Parallel()
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		want := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point)
		if hidden(r) != want {
			t.Errorf("%U: %t", r, !want)
		}
	}
}

func FuzzShown(f *testing.F) {
	f.Add([]byte("+a\x1b[0m\r\n-\xff\u202e\n"))
	f.Fuzz(func(t *testing.T, patch []byte) {
		text, escaped := Shown(patch)
		if escaped == bytes.Equal(text, patch) {
			t.Fatalf("escaped is %t: %q", escaped, text)
		}
		if again, more := Shown(text); more || !bytes.Equal(again, text) {
			t.Fatalf("%q is not clean", text)
		}
		if !utf8.Valid(text) || bytes.Count(text, []byte("\n")) != bytes.Count(patch, []byte("\n")) {
			t.Fatalf("%q: not UTF-8 or other lines", text)
		}
		rest := strings.NewReplacer("\r\n", "", "\n", "", "\t", "").Replace(string(text))
		if strings.ContainsFunc(rest, unicode.IsControl) {
			t.Fatalf("%q holds a control", text)
		}
	})
}

func BenchmarkShown(b *testing.B) {
	for name, line := range map[string]string{
		"ascii": "+plain text, as most of it is\n", "unicode": "+日本語のテキスト、é\n", "escaped": "+\x1b[31mred\x1b[0m\xff\n",
	} {
		b.Run(name, func(b *testing.B) {
			patch := []byte(strings.Repeat(line, 1<<20/len(line)))
			b.SetBytes(int64(len(patch)))
			for b.Loop() {
				Shown(patch)
			}
		})
	}
}
