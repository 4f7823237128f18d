package safepath

import (
	"errors"
	"math/rand/v2"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/mlops-as-code/mlops/internal/show"
)

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"a", "README.md", ".gitignore", "sub/.gitattributes", ".github/workflows/ci.yml",
		"src/churn/__init__.py", "a b/c d.txt", "..a", "a..b", "...x", "git~", "git~x", ".gitx", "x.git",
		"com", "com10", "command.txt", "auxiliary", "console", "conin", "nul0", "lpt",
		"données/été.csv", "データ/訓練.csv", "❤️.md", "-f", "~user", "$HOME", "a;b&c", "#x", "%41",
		".mlops/base/abc", "mlops.lock.json", "mlops.hcl",
		strings.Repeat("a", 255), strings.Repeat("a/", 63) + "a", strings.Repeat("é", 127),
		strings.Repeat(strings.Repeat("a", 204)+"/", 4) + strings.Repeat("a", 204),
	} {
		if p, err := Parse(s); err != nil || string(p) != s {
			t.Errorf("Parse(%q) = %q, %v", s, p, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"", `"": is an empty path; name a file below the project folder`},
		{"/etc/passwd", "/etc/passwd: is an absolute path; write it relative to the project folder"},
		{`a\b`, `a\b: has a backslash; write a/b with forward slashes`},
		{`C:/x`, "C:/x: has a :, which Windows does not allow in a name; remove it"},
		{"a*b", "a*b: has a *, which Windows does not allow in a name; remove it"},
		{"a?b", "a?b: has a ?, which Windows does not allow in a name; remove it"},
		{"a<b", "a<b: has a <, which Windows does not allow in a name; remove it"},
		{"a>b", "a>b: has a >, which Windows does not allow in a name; remove it"},
		{`a"b`, `a"b: has a ", which Windows does not allow in a name; remove it`},
		{"a|b", "a|b: has a |, which Windows does not allow in a name; remove it"},
		{".", ".: has a . segment; leave it out"},
		{"./a", "./a: has a . segment; leave it out"},
		{"..", "..: has a .. segment; name a file below the project folder without going up"},
		{"a/../b", "a/../b: has a .. segment; name a file below the project folder without going up"},
		{"a//b", "a//b: has an empty segment; write one slash instead of two"},
		{"a/", "a/: ends in a slash; leave it out"},
		{" a", " a: has a name that begins or ends with a space; remove the space"},
		{"a /b", "a /b: has a name that begins or ends with a space; remove the space"},
		{"a\u3000", "a\u3000: has a name that begins or ends with a space; remove the space"},
		{"a.", "a.: has a name that ends in a dot, which Windows drops; remove the dot"},
		{"a./b", "a./b: has a name that ends in a dot, which Windows drops; remove the dot"},
		{"...", "...: has a name that ends in a dot, which Windows drops; remove the dot"},
		{"a\x00b", `a\u{0}b: has the control character U+0000; remove it`},
		{"a\nb", `a\nb: has the control character U+000A; remove it`},
		{"a\x7f", `a\u{7f}: has the control character U+007F; remove it`},
		{"a\u0085", `a\u{85}: has the invisible character U+0085; remove it`},
		{"a\u202eb", `a\u{202e}b: has the invisible character U+202E; remove it`},
		{"a\u200db", `a\u{200d}b: has the invisible character U+200D; remove it`},
		{"a\u2028b", `a\u{2028}b: has the invisible character U+2028; remove it`},
		{"a\u3164b", `a\u{3164}b: has the invisible character U+3164; remove it`},
		{"a\xffb", `a\x{ff}b: is not valid UTF-8; rename it`},
		{"e\u0301.csv", "e\u0301.csv: is not in Unicode normal form C; spell it \"\\u00e9.csv\""},
		{"aux.txt", "aux.txt: is a reserved name on Windows; choose another"},
		{".gitattributes/x", ".gitattributes/x: puts a folder where git reads a file; choose another"},
		{"a/.GITMODULES/x", "a/.GITMODULES/x: puts a folder where git reads a file; choose another"},
		{strings.Repeat("a", 256), strings.Repeat("a", 119) + "…: has a name longer than 255 bytes; shorten it"},
		{strings.Repeat("a/", 512) + "a", strings.Repeat("a/", 59) + "a…: is longer than 1024 bytes; shorten it"},
		{strings.Repeat("a/", 64) + "a", strings.Repeat("a/", 59) + "a…: has more than 64 segments; nest it less deeply"},
	} {
		_, err := Parse(c.in)
		var e *Error
		if !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("Parse(%.40q): %v, want %s", c.in, err, c.want)
		}
	}
}

func TestParseRefusesDevices(t *testing.T) {
	t.Parallel()
	names := []string{"con", "PRN", "Aux", "nul", "CONIN$", "conout$"}
	for _, port := range []string{"com", "LPT"} {
		for _, n := range []string{"0", "1", "5", "9", "¹", "²", "³"} {
			names = append(names, port+n)
		}
	}
	for _, n := range names {
		for _, s := range []string{n, n + ".txt", n + ".tar.gz", n + " .txt", "a/" + n + "/b"} {
			wantRule(t, s, "is a reserved name on Windows")
		}
	}
}

func TestParseRefusesGit(t *testing.T) {
	t.Parallel()
	for _, n := range []string{
		".git", ".GIT", ".Git", ".gIT", ".git.", ".git..", ".git ", ".git. .", "git~1", "GIT~2", "git~12",
		".g\u0131t", ".G\u0130T", "\uff0egit", ".\uff47it", ".gi\ufe0ft", ".git\ufe0f", "\u2024git", ".git\uff1astream",
		"\U0001d420it~1",
	} {
		for _, s := range []string{n, n + "/config", "sub/" + n, "sub/" + n + "/hooks/pre-commit"} {
			wantRule(t, s, "reaches into git's own folder")
		}
	}
	// These fall to an earlier rule.
	for _, n := range []string{".g\u200cit", ".git\u200d", "\ufeff.git", ".git::$INDEX_ALLOCATION", ".git:x", `.git\config`} {
		if _, err := Parse(n); err == nil {
			t.Errorf("Parse(%q) accepts it", n)
		}
	}
}

func wantRule(t *testing.T, s, rule string) {
	t.Helper()
	_, err := Parse(s)
	var e *Error
	if !errors.As(err, &e) || e.Rule != rule {
		t.Errorf("Parse(%q): %v, want rule %q", s, err, rule)
	}
}

func TestReserved(t *testing.T) {
	t.Parallel()
	for _, p := range []Path{
		"mlops.lock.json", "MLOPS.lock.json", ".mlops", ".mlops/base/x", ".Mlops/x", "mlops.hcl", "mlops.hcl.json",
		"data.mlops.hcl", "data.mlops.hcl.json", "mlops.vars.hcl", "prod.auto.vars.hcl",
	} {
		if !Reserved(p) {
			t.Errorf("Reserved(%q) = false", p)
		}
	}
	for _, p := range []Path{"mlops.md", "x/mlops.hcl", "x/.mlops/base", "mlops", "mlops/hcl", ".mlopsignore", "amlops.hcl", "vars.hcl"} {
		if Reserved(p) {
			t.Errorf("Reserved(%q) = true", p)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p, dir  Path
		base    string
		parents []Path
	}{
		{"a", ".", "a", nil},
		{"a/b", "a", "b", []Path{"a"}},
		{"a/b/c.txt", "a/b", "c.txt", []Path{"a", "a/b"}},
	} {
		if c.p.Dir() != c.dir || c.p.Base() != c.base || !slices.Equal(c.p.Parents(), c.parents) {
			t.Errorf("%q: %q %q %q", c.p, c.p.Dir(), c.p.Base(), c.p.Parents())
		}
	}
}

// pieces are what the rules look at, and ordinary text.
func pieces() []string {
	return []string{
		"a", "B", "é", "漢", "e\u0301", "/", "/", "/", ".", "..", " ", "\\", ":", "*", ".git", ".GIT", "git~1", "git~",
		"~", "1", "con", "aux", ".txt", "COM", "¹", "\u200d", "\u202e", "\ufe0f", "ﬀ", "ß", "ı", "İ", "\xff", "\x1b", "\u00a0",
		".gitmodules", ".gitattributes", "ſ", "K", "\uff0e", "ｇ", "-", "\"",
	}
}

func randomPath(r *rand.Rand) string {
	all := pieces()
	var b strings.Builder
	for range 1 + r.IntN(7) {
		b.WriteString(all[r.IntN(len(all))])
	}
	return b.String()
}

// checkParse holds the laws of Parse for one string.
func checkParse(t *testing.T, s string) {
	t.Helper()
	p, err := Parse(s)
	if err != nil {
		if p != "" || show.Line(err.Error()) != err.Error() || len(err.Error()) > 8<<10 {
			t.Fatalf("Parse(%q) = %q, %q", s, p, err)
		}
		return
	}
	if again, err := Parse(string(p)); again != p || err != nil || string(p) != s {
		t.Fatalf("Parse(%q) is not stable: %q, %v", s, again, err)
	}
	if !filepath.IsLocal(s) || path.Clean(s) != s || show.Line(s) != s || !norm.NFC.IsNormalString(s) {
		t.Fatalf("Parse(%q) accepts it", s)
	}
	if strings.ContainsAny(s, `\:`) || slices.ContainsFunc(strings.Split(s, "/"), looksLikeGit) {
		t.Fatalf("Parse(%q) accepts it", s)
	}
	for _, dir := range p.Parents() {
		if again, err := Parse(string(dir)); again != dir || err != nil {
			t.Fatalf("%q is accepted, its parent %q is not: %v", s, dir, err)
		}
	}
	if k := Fold(p); Fold(Path(k)) != k {
		t.Fatalf("Fold(%q) = %q is not stable", s, k)
	}
}

// looksLikeGit is written apart from the rules on purpose.
func looksLikeGit(seg string) bool {
	kept := strings.Map(func(r rune) rune {
		if show.Hidden(r) || r == 0xfe0f {
			return -1
		}
		return r
	}, norm.NFKC.String(seg))
	return strings.EqualFold(strings.TrimRight(kept, ". "), ".git")
}

func TestParseLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		checkParse(t, randomPath(r))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range pieces() {
		f.Add(s + "/" + s)
	}
	f.Fuzz(checkParse)
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("src/churn/pipeline/train_model.py"); err != nil {
			b.Fatal(err)
		}
	}
}

// TestExisting holds that a file that is there may have a name Windows cannot hold,
// and nothing else that Parse refuses.
func TestExisting(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"a", `{% if x == "y" %}a{% endif %}`, "{{ s|lower }}/f", "a:b", "a?", "a*", "<a>"} {
		if _, err := Existing(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"", "/a", "a/../b", "../a", ".git/x", ".git:x", "a/.git::$DATA", "x:.git", "con:x", "a/NUL :x", "x:aux.txt", "a ", "a.", "a/ b", "..:", ".. :x", ".:", `a\b`, "a\nb", "a\x00"} {
		if p, err := Existing(s); err == nil {
			t.Errorf("%q is accepted as %q", s, p)
		}
	}
}
