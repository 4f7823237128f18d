package wildmatch

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		flags         Flags
		want          bool
	}{
		{"", "", Pathname, true},
		{"", "a", Pathname, false},
		{"*.go", "a.go", Pathname, true},
		{"*.go", "d/a.go", Pathname, false},
		{"*.go", "d/a.go", 0, true},
		{"**/a", "a", Pathname, true},
		{"**/a", "x/y/a", Pathname, true},
		{"**/a", "xa", Pathname, false},
		{"a/**", "a/b/c", Pathname, true},
		{"a/**", "a", Pathname, false},
		{"a/**/b", "a/b", Pathname, true},
		{"a/**/b", "a/x/y/b", Pathname, true},
		{"a**/b", "ax/b", Pathname, true},
		{"a**/b", "ax/y/b", Pathname, false},
		{`**\/a`, "x/a", Pathname, true},
		{`**\/a`, "x/y/a", Pathname, true},
		{`**\/a`, "a", Pathname, false},
		{"a?b", "a/b", Pathname, false},
		{"a[/]b", "a/b", Pathname, false},
		{"a[!x]b", "a/b", Pathname, false},
		{"a[!x]b", "a/b", 0, true},
		{"[]]", "]", Pathname, true},
		{"[]-a]", "_", Pathname, true},
		{"[!]-]", "]", Pathname, false},
		{"[a-", "a", Pathname, false},
		{"[[:digit:]]", "7", Pathname, true},
		{"[[:nope:]x]", "x", Pathname, false},
		{"[[:x]", ":", Pathname, true},
		{`\*`, "*", Pathname, true},
		{`a\`, `a\`, Pathname, false},
		{"README", "readme", FoldCase, true},
		{`\README`, "readme", FoldCase, false},
		{"[R]eadme", "readme", FoldCase, false},
		{"[A-Z]eadme", "Readme", FoldCase, true},
		{"[[:upper:]]", "r", FoldCase, true},
	} {
		if got := Match(c.pattern, c.text, c.flags); got != c.want {
			t.Errorf("Match(%q, %q, %d) = %v, want %v", c.pattern, c.text, c.flags, got, c.want)
		}
	}
}

// reference translates a pattern without brackets into a regular expression.
func reference(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`\A(?s:`)
	for i := 0; i < len(pattern); {
		c := pattern[i]
		if c != '*' {
			if c == '?' {
				b.WriteString(`[^/]`)
			} else {
				b.WriteString(regexp.QuoteMeta(string(c)))
			}
			i++
			continue
		}
		end := i
		for end < len(pattern) && pattern[end] == '*' {
			end++
		}
		deep := end-i > 1 && (i == 0 || pattern[i-1] == '/')
		switch {
		case deep && end == len(pattern):
			b.WriteString(`.*`)
		case deep && pattern[end] == '/':
			b.WriteString(`(?:.*/)?`)
			end++
		default:
			b.WriteString(`[^/]*`)
		}
		i = end
	}
	return regexp.MustCompile(b.String() + `)\z`)
}

func TestMatchIsTheRegularExpression(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	matches := 0
	for range 60_000 {
		pattern, text := pick(rng, "aab//*?**", 9), pick(rng, "aab//", 9)
		want := reference(pattern).MatchString(text)
		if got := Match(pattern, text, Pathname); got != want {
			t.Fatalf("Match(%q, %q) = %v, the regular expression says %v", pattern, text, got, want)
		}
		if want {
			matches++
		}
	}
	if matches < 1_000 {
		t.Fatalf("only %d of the random pairs match: the law is not exercised", matches)
	}
}

func pick(rng *rand.Rand, alphabet string, limit int) string {
	b := make([]byte, rng.IntN(limit))
	for i := range b {
		b[i] = alphabet[rng.IntN(len(alphabet))]
	}
	return string(b)
}

// A backtracking matcher would need longer than the universe has for this.
func TestMatchHostilePattern(t *testing.T) {
	t.Parallel()
	pattern := strings.Repeat("**/*a*a*a*a/", 200) + "b"
	text := strings.Repeat("aaaaaaaaaaaaaaaaaaaaaaaaa/", 2_000) + "c"
	if Match(pattern, text, Pathname) {
		t.Fatal("matched a text that does not end in b")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a/**/[!b-d]*", "a/x/y")
	f.Add(`[[:alpha:]\]-]`, "]")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if strings.Contains(pattern, "[") || strings.Contains(pattern, `\`) {
			Match(pattern, text, Pathname|FoldCase)
			return
		}
		if strings.ToValidUTF8(pattern, "") != pattern || strings.ToValidUTF8(text, "") != text {
			return
		}
		if len(pattern)+len(text) > 200 || !isASCII(pattern+text) {
			return
		}
		if got, want := Match(pattern, text, Pathname), reference(pattern).MatchString(text); got != want {
			t.Errorf("Match(%q, %q) = %v, the regular expression says %v", pattern, text, got, want)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}

func BenchmarkMatch(b *testing.B) {
	for b.Loop() {
		Match("src/**/test_*.py", "src/churn/pipeline/deep/test_train.py", Pathname)
	}
}
