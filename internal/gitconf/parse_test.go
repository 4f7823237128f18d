package gitconf

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string // key=value, or key alone
	}{
		{"plain", "[core]\n\tbare = false\n", []string{"core.bare=false"}},
		{"same line", "[core] Bare=true", []string{"core.bare=true"}},
		{"no value", "[a]\nb\n", []string{"a.b"}},
		{"empty value", "[a]\nb =\n", []string{"a.b="}},
		{"subsection", "[remote \"Or\\\"i g\\in\"]\nurl = x", []string{"remote.Or\"i gin.url=x"}},
		{"dotted", "[Remote.Origin]\nurl = x", []string{"remote.origin.url=x"}},
		{"before any section", "b = 1", []string{"b=1"}},
		{"comments", "# a\n[a] ; b\nb = c ; d\ne = \"f # g\" # h", []string{"a.b=c", "a.e=f # g"}},
		{"continued", "[a]\nb = c \\\n  d", []string{"a.b=c   d"}},
		{"escapes", "[a]\nb = \"\\t\\n\\b\\\\\\\"\"", []string{"a.b=\t\n\b\\\""}},
		{"kept blanks", "[a]\nb = \"  c  \"  ", []string{"a.b=  c  "}},
		{"CR LF", "[a]\r\nb = c\r\nflag\r\nd = e \\\r\nf", []string{"a.b=c", "a.flag", "a.d=e f"}},
		{"BOM", "\ufeff[a]\nb = c", []string{"a.b=c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := parsed(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"[a]\nb = \"c\n", "line 2: quote is not closed"},
		{"[a]\nb = \\q\n", "line 2: unknown escape in a value"},
		{"[a\n", "line 1: section header is not closed or holds an invalid character"},
		{"[]\n", "line 1: section without a name"},
		{"[a b]\n", "line 1: subsection is not in quotes"},
		{"[a \"b\n\"]\n", "line 1: subsection is not closed or holds a NUL byte"},
		{"[a \"b\"\n]", "line 1: section header is not closed"},
		{"\n\n1 = 2\n", "line 3: neither a [section], a name nor a comment"},
		{"[a]\nb c\n", "line 2: name is not followed by ="},
		{"[a]\nb = c\x00d\n", "line 2: value holds a NUL byte"},
	} {
		if _, err := parsed(c.text); err == nil || err.Error() != c.want {
			t.Errorf("parse(%q): %v, want %s", c.text, err, c.want)
		}
	}
}

func parsed(text string) ([]string, error) {
	var got []string
	err := parse([]byte(text), func(l line) error {
		if !l.valued {
			got = append(got, l.key)
			return nil
		}
		got = append(got, l.key+"="+l.value)
		return nil
	})
	return got, err
}

// git 2.39 turns a tab inside an unquoted value into a space and newer ones
// keep it, and the same with a lone CR, so the pieces have none there.
func TestParseLikeGit(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	rng := rand.New(rand.NewPCG(3, 4))
	accepted := 0
	for range 400 {
		text := randomConfig(rng)
		g.write("file", text)
		out, gitErr := g.try("config", "--file", "file", "--null", "--list")
		got, err := parsed(text)
		if (err == nil) != (gitErr == nil) {
			t.Fatalf("%q: we say %v, git says %v", text, err, gitErr)
		}
		if err != nil {
			continue
		}
		accepted++
		if diff := cmp.Diff(splitList(string(out)), got); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
	}
	if accepted < 100 {
		t.Fatalf("git accepts only %d of the random files", accepted)
	}
}

// splitList reads `git config --null --list`.
func splitList(out string) []string {
	var list []string
	for _, item := range strings.Split(strings.TrimSuffix(out, "\x00"), "\x00") {
		if item != "" {
			list = append(list, strings.Replace(item, "\n", "=", 1))
		}
	}
	return list
}

func randomConfig(rng *rand.Rand) string {
	pieces := []string{
		"[core]\n", "[Core]", "[remote \"Or.igin\"]\n", "[a.B.c]\n", "[x \"q\\\"r\\\\s\\t\"] ", "  name = value\n", "Key=1\r\n",
		"flag\n", "flag\r\n", "crlf = a\\\r\n b\r\n", "e =\n", "q = \"a b\" c  \n", "q = a \"b ; c\" # d\n", "esc = \\t\\n\\\"\\\\\n", "cont = a \\\n b\n",
		"cont = \"a \\\n b\"\n", "sp =   x  y  \n", "# note\n", "; note \\\n", "\n", "  \n", "u = ü\n", "dash-ed = 1\n",
		"eq = a = b\n", "end = x \\\n", "v = \"\" x\n", "h = 0x1f\n",
	}
	faults := []string{"[bad\n", "bad key\n", "q = \"open\n", "esc = \\q\n", "-x = 1\n", "[a \"b\"c]\n", "= x\n", "\"", "\\"}
	var b strings.Builder
	for range 1 + rng.IntN(10) {
		if rng.IntN(25) == 0 {
			b.WriteString(faults[rng.IntN(len(faults))])
			continue
		}
		b.WriteString(pieces[rng.IntN(len(pieces))])
	}
	return b.String()
}

// The law: what parses, parses to the same after it is written out plainly.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"[core]\n\tbare = false\n", "[remote \"o\"]\nurl=x", "[a.b]\nc = \"d\\\ne\" ; f", "\ufeff[a]\r\nb\r\n", "[a]\nb = \\t\\x", "[a \"b\\\"\"] c = d\\",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var first []line
		if err := parse(src, func(l line) error { l.number = 0; first = append(first, l); return nil }); err != nil {
			return
		}
		var second []line
		if err := parse([]byte(written(first)), func(l line) error { l.number = 0; second = append(second, l); return nil }); err != nil {
			t.Fatalf("%q: written plainly it does not parse: %v", src, err)
		}
		if diff := cmp.Diff(first, second, cmp.AllowUnexported(line{})); diff != "" {
			t.Fatalf("%q: %s", src, diff)
		}
	})
}

func written(lines []line) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var b strings.Builder
	for _, l := range lines {
		last := strings.LastIndexByte(l.key, '.')
		if section, sub, ok := strings.Cut(l.key[:max(last, 0)], "."); ok {
			b.WriteString("[" + section + " \"" + quote.Replace(sub) + "\"]")
		} else if last >= 0 {
			b.WriteString("[" + section + "]")
		}
		b.WriteString(l.key[last+1:])
		if l.valued {
			b.WriteString(" = \"" + escape.Replace(l.value) + "\"")
		}
		b.WriteString("\n")
	}
	return b.String()
}
