package keys

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// fuzzLaws: no text panics; a sound one holds the laws, with its line ends mixed too.
func fuzzLaws(f *testing.F, format Format) {
	for name, text := range fixtures(f) {
		if g, _ := FormatOf(name); g == format {
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		r := rand.New(rand.NewPCG(9, uint64(len(text))))
		for _, text := range [][]byte{[]byte(text), mixedEnds(r, []byte(text))} {
			if err := laws(text, format, 3, &tally{}); err != nil && !strings.Contains(err.Error(), "not the same text") &&
				!strings.Contains(err.Error(), "not its own") {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}

func FuzzTOML(f *testing.F) { fuzzLaws(f, TOML) }
func FuzzYAML(f *testing.F) { fuzzLaws(f, YAML) }
func FuzzJSON(f *testing.F) { fuzzLaws(f, JSON) }

// FuzzSet: a string is set under a key and read back, or the edit is refused and
// no bytes come out.
func FuzzSet(f *testing.F) {
	for name, text := range fixtures(f) {
		g, _ := FormatOf(name)
		f.Add(string(text), byte(g), "a.b", "x: #")
	}
	f.Fuzz(func(t *testing.T, text string, format byte, path, value string) {
		k, err := ParseKey(path)
		if err != nil || len(text) > 4096 {
			return
		}
		g := Format(format)
		out, _, err := Apply([]byte(text), g, []Edit{{Op: Set, Key: k, Value: value}})
		var syntax *SyntaxError
		var refused *Error
		if err != nil {
			if out != nil || !errors.As(err, &syntax) && !errors.As(err, &refused) {
				t.Fatalf("%q, %v", out, err)
			}
			return
		}
		if got, ok, err := Read(out, g, k); err != nil || !ok || !Equal(got, value) {
			t.Fatalf("set %s to %q, read %v, %v, %v", k, value, got, ok, err)
		}
		if err := lawUntouched([]byte(text), out, g, k); err != nil && !bytes.Equal([]byte(text), out) {
			t.Fatalf("set %s to %q: %v", k, value, err)
		}
		again, _, err := Apply(out, g, []Edit{{Op: Set, Key: k, Value: value}})
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("a second set changed something: %v", err)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add(`a."b.c".'d'`)
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParseKey(s)
		if err != nil {
			return
		}
		if again, err := ParseKey(k.String()); err != nil || strings.Join(again, "\x00") != strings.Join(k, "\x00") {
			t.Fatalf("%q: %q, then %q, %v", s, k, again, err)
		}
	})
}
