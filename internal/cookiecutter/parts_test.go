package cookiecutter

import (
	"context"
	"errors"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/internal/jinja"
)

func TestFnmatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*.txt", "a/b.txt", true},
		{"*.txt", "a.txt.x", false},
		{"a?c", "a/c", true},
		{"?", "é", true},
		{"[ab]x", "bx", true},
		{"[!ab]x", "bx", false},
		{"[!ab]x", "cx", true},
		{"[a-c]", "b", true},
		{"[]]", "]", true},
		{"[!]]", "]", false},
		{"[", "[", true},
		{"[]", "[]", true},
		{"[a", "[a", true},
		{"[^a]", "^", true},
		{"[^a]", "b", false},
		{`[\d]`, `\`, true},
		{`[\d]`, "5", false},
		{"a.b", "axb", false},
		{"a\nb*", "a\nb\nc", true},
		{"", "", true},
		{"**/x", "a/x", true},
		{"**/x", "x", false},
		{"[z-a]", "b", false},
		{"x[z-a]*", "x", false},
	} {
		if got := newMatcher(c.pattern).match(c.name); got != c.want {
			t.Errorf("fnmatch(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}

func TestBinary(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]bool{
		"":                                     false,
		"text":                                 false,
		"a\x00b":                               true,
		"a\xffb":                               true,
		"caf\xe9":                              false,
		"été à côté \x00":                      false,
		"é\x00":                                true,
		strings.Repeat("\x01\x02", 50):         true,
		"\x81\x82\x83\x84\x85\x86\x87":         true,
		strings.Repeat("汉", 300):               false,
		strings.Repeat("a", 1024) + "\x00\xff": false,
	} {
		if got := isBinary([]byte(content)); got != want {
			t.Errorf("isBinary(%q) = %v", content, got)
		}
	}
}

func TestNewline(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("x", 8191)
	for content, want := range map[string]string{
		"":                     "\n",
		"a":                    "\n",
		"a\nb":                 "\n",
		"a\r\nb\r\n":           "\r\n",
		"a\rb":                 "\r",
		"a\r":                  "\r",
		"a\nb\r\n":             "\n",
		"a\nb\r":               "\r",
		"a\r\nb\rc":            "\r",
		line + "\r\nb\nc":      "\n",
		line + "\nb\r\nc":      "\n",
		line + "\r\n" + line:   "\r\n",
		"x" + line + "\r\n":    "\r\n",
		line + "x\nb\r\n":      "\n",
		line + line + "x\r\n":  "\r\n",
		"a\n" + line + "\r\n":  "\n",
		"a\r\n" + line + "\nb": "\r\n",
	} {
		if got := newline([]byte(content)); got != want {
			t.Errorf("newline(%.20q, %d bytes) = %q, want %q", content, len(content), got, want)
		}
	}
}

func TestStrftimeKeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 31, 23, 59, 58, 7000, time.UTC)
	for format, want := range map[string]string{
		"":              "",
		"%":             "%",
		"100%":          "100%",
		"%Q %i":         "%Q %i",
		"%-":            "%-",
		"%:z":           "+00:00",
		"%f":            "000007",
		"%G-W%V-%u":     "2026-W53-4",
		"%U %W %j":      "52 52 365",
		"%-I:%-M":       "11:59",
		"%^a %#B %10b|": "THU DECEMBER        Dec|",
		"%Ey %Od":       "26 31",
	} {
		got, err := strftime(at, format)
		if err != nil || got != want {
			t.Errorf("strftime(%q) = %q, %v, want %q", format, got, err, want)
		}
	}
	if _, err := strftime(at, "%9999d"); err == nil {
		t.Error("no limit on the width")
	}
}

// Every zone the database has can be used, and months are shifted as arrow
// shifts them: to the last day where the day is missing.
func TestZonesAndMonths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"America/Argentina/Buenos_Aires", "EST5EDT", "Etc/GMT+3"} {
		if _, err := inZone(frozen, name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "..", "/etc/localtime", "europe/paris", "99"} {
		if _, err := inZone(frozen, name); err == nil {
			t.Errorf("took the zone %q", name)
		}
	}
	got, err := shift(time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC), "+", "months=1,days=1")
	if want := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	for _, by := range []string{"years=99999", "days=x", "days", "months=1.5", "seconds=nan", "weekday=1"} {
		if _, err := shift(frozen, "+", by); err == nil {
			t.Errorf("took the shift %q", by)
		}
	}
}

// pieces of names and texts that hostile templates are made of.
var pieces = []string{
	"{{cookiecutter.a}}", "{{cookiecutter.b}}", "{{cookiecutter.c}}", "..", "/", "x", "", "{% if cookiecutter.b %}", "{% endif %}",
	"{{", "{#", "a", "b", "c", "d", "e", ".", "\\", "{{ '/' }}", "{{'../..'}}", "\r\n", "{{ cookiecutter.update({'a': '..'}) }}",
}

func hostile(r *rand.Rand) []File {
	word := func(n int) string {
		var s strings.Builder
		for range n {
			s.WriteString(pieces[r.IntN(len(pieces))])
		}
		return s.String()
	}
	// More good than bad, or nearly nothing would render.
	values := []string{"..", "", "/", "ok", "a/b", "../../x", ".", "x\\u0000", "one", "two", "good"}
	value := func() string { return values[r.IntN(len(values))] }
	files := []File{text("cookiecutter.json", `{"a": "`+value()+`", "b": "`+value()+`", "c": "ok", "_copy_without_render": ["*x", "`+value()+`"]}`)}
	root := "{{cookiecutter." + string("abc"[r.IntN(3)]) + "}}"
	for range 1 + r.IntN(6) {
		p := path.Clean(root + "/" + word(1+r.IntN(4)))
		files = append(files, text(p, word(3)))
	}
	return files
}

// Whatever a template holds: there is a result whose paths are clean, inside
// the project and distinct, or there is an error.
func checkResult(t *testing.T, files []File) (rendered bool) {
	t.Helper()
	tree, err := NewTree(files, Limits{})
	if err != nil {
		return false
	}
	tpl, err := Open(tree, "")
	if err != nil {
		return false
	}
	res, err := tpl.Generate(context.Background(), Input{Limits: Limits{Steps: 10_000}})
	if err != nil {
		var e *Error
		if res != nil || !errors.As(err, &e) && !errors.As(err, new(*jinja.Error)) {
			t.Errorf("%v, %T", err, err)
		}
		return false
	}
	seen := map[string]bool{}
	for _, f := range res.Files {
		if f.Path != path.Clean(f.Path) || path.IsAbs(f.Path) || strings.HasPrefix(f.Path, "..") ||
			!strings.HasPrefix(f.Path, res.Project+"/") || seen[f.Path] {
			t.Errorf("path %q of the project %q", f.Path, res.Project)
		}
		seen[f.Path] = true
	}
	return len(res.Files) > 0
}

func TestNothingEscapes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	good := 0
	for range 3000 {
		if checkResult(t, hostile(r)) {
			good++
		}
	}
	if good < 100 {
		t.Errorf("only %d of the templates could be rendered", good)
	}
}

func FuzzGenerate(f *testing.F) {
	f.Add(`{"a": "x"}`, "{{cookiecutter.a}}/f", "{{ cookiecutter.a }}")
	f.Add(`{"a": ["x", "y"], "__b": {"k": 1}}`, "{{cookiecutter.a}}/{{cookiecutter.a}}/f", "{% now 'utc' %}")
	f.Fuzz(func(t *testing.T, manifest, name, content string) {
		checkResult(t, []File{text("cookiecutter.json", manifest), text(name, content)})
	})
}
