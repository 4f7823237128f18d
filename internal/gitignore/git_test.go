package gitignore_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/gitignore"
)

// lab is a repository made by the real git, isolated from the machine.
type lab struct {
	t    *testing.T
	dir  string // of the working tree
	fold bool
	// paths are all there are; directories end in a slash.
	paths []string
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, dir: filepath.Join(t.TempDir(), "work")}
	if err := os.Mkdir(l.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	l.git("", "init", "-q")
	l.git("", "config", "core.excludesFile", filepath.Join(l.dir, ".git", "global"))
	return l
}

func (l *lab) git(input string, args ...string) string {
	l.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = l.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + l.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "LC_ALL=C"}
	cmd.Stdin = strings.NewReader(input)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 1 { // 1: nothing is ignored
		l.t.Fatalf("git %v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}

func (l *lab) write(name, text string) {
	l.t.Helper()
	full := filepath.Join(l.dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) read(name string) []byte {
	text, err := os.ReadFile(filepath.Join(l.dir, name))
	if err != nil && !os.IsNotExist(err) {
		l.t.Fatal(err)
	}
	return text
}

func (l *lab) rules() *gitignore.Rules {
	return gitignore.New(gitignore.Options{
		Read:     func(p string) ([]byte, error) { return os.ReadFile(filepath.Join(l.dir, p)) },
		Info:     gitignore.Source{Name: ".git/info/exclude", Text: l.read(".git/info/exclude")},
		Global:   gitignore.Source{Name: filepath.Join(l.dir, ".git", "global"), Text: l.read(".git/global")},
		FoldCase: l.fold,
	})
}

// compare asks git and the package about every path.
func (l *lab) compare() {
	l.t.Helper()
	// git looks on the disk what is a directory; a slash would be part of the name.
	asked := strings.ReplaceAll(strings.Join(l.paths, "\x00")+"\x00", "/\x00", "\x00")
	out := l.git(asked, "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin")
	fields := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
	if len(fields) != 4*len(l.paths) {
		l.t.Fatalf("git answered %d fields for %d paths", len(fields), len(l.paths))
	}
	rules := l.rules()
	for i, p := range l.paths {
		f := fields[4*i:]
		want := ""
		if f[2] != "" && f[2][0] != '!' {
			want = fmt.Sprintf("%s:%s:%s", f[0], f[1], f[2])
		}
		got := ""
		if by, ok := rules.Ignored(strings.TrimSuffix(p, "/"), strings.HasSuffix(p, "/")); ok {
			got = fmt.Sprintf("%s:%d:%s", by.File, by.Line, by.Text)
		}
		if got != want {
			l.t.Errorf("%s: ignored by %q, git says %q", p, got, want)
			for _, file := range []string{".gitignore", "a/.gitignore", "a/b/.gitignore", "d.x/.gitignore", ".git/info/exclude", ".git/global"} {
				l.t.Logf("%s: %q", file, l.read(file))
			}
			return
		}
	}
}

func (l *lab) tree(paths ...string) {
	l.t.Helper()
	for _, p := range paths {
		if strings.HasSuffix(p, "/") {
			if err := os.MkdirAll(filepath.Join(l.dir, p), 0o755); err != nil {
				l.t.Fatal(err)
			}
		} else {
			l.write(p, "")
		}
	}
	l.paths = paths
}

var paths = []string{
	"a/", "a/b/", "a/b/c/", "a/b/c/f", "a/b/f", "a/b/F.x", "a/f", "a/f.x", "f", "f.x", "F.X", "x y", "end ",
	"d.x/", "d.x/f", "d.x/b/", "d.x/b/f.x", "#f", "!f", `back\f`, "é", "[f]", "b/", "b/a/", "b/a/b/", "b/a/b/f",
}

// TestGit compares rules that people write, and odd ones, with git itself.
func TestGit(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"empty":         "",
		"names":         "f\nb/\n",
		"anchored":      "/f\na/b\n",
		"deep stars":    "**/f\na/**\n!a/b/\n",
		"middle":        "a/**/f\n",
		"negation":      "*\n!*/\n!*.x\n",
		"parent stays":  "a/\n!a/b/f\n",
		"comment":       "#f\n\\#f\n",
		"bang":          "\\!f\n!f\n",
		"spaces":        "x y  \nend\\ \nf   \n",
		"windows":       "f\r\na/b/\r\n",
		"bom":           "\ufefff\n",
		"no end":        "f",
		"brackets":      "[[]f]\n[a-e]/\n[!a]\n",
		"backslash":     "back\\\\f\nf\\\n",
		"slashes":       "/\n//\n///f\n!\n!/\n",
		"star slash":    "*/\n/*\n",
		"nul":           "f\x00g\nb/\n",
		"class":         "[[:upper:]]*\n*.[[:alpha:]]\n",
		"only blanks":   "   \n\t\nf\n",
		"unicode":       "é\n?\n",
		"literal start": "a**/f\nd.x**\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.tree(paths...)
			l.write(".gitignore", text)
			l.compare()
		})
	}
}

// TestGitRandom compares random rules in all places with git itself.
func TestGitRandom(t *testing.T) {
	t.Parallel()
	for lane := range 4 {
		t.Run(fmt.Sprint(lane), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.tree(paths...)
			r := rand.New(rand.NewPCG(7, uint64(lane)))
			if l.fold = lane%2 == 1; l.fold {
				l.git("", "config", "core.ignoreCase", "true")
			}
			for range 60 {
				for _, file := range []string{".gitignore", "a/.gitignore", "a/b/.gitignore", "d.x/.gitignore", ".git/info/exclude", ".git/global"} {
					l.write(file, randomRules(r))
				}
				if l.compare(); t.Failed() {
					return
				}
			}
		})
	}
}

func randomRules(r *rand.Rand) string {
	pieces := []string{
		"a", "b", "c", "f", "F", "x", "d.x", "f.x", "*", "**", "?", "/", "/", "/", "!", "[a-f]", "[!a]", "\\", " ", "\\ ", ".", "#", "é", "**/", "/**", "*.x", "[", "]", "\r", "\t", "y",
	}
	var b strings.Builder
	for range r.IntN(4) {
		if r.IntN(4) == 0 {
			b.WriteString("!")
		}
		for range 1 + r.IntN(5) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestUnreadable shows that what cannot be read has no rules, as for git.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	r := gitignore.New(gitignore.Options{
		Read:   func(string) ([]byte, error) { return []byte("f\n"), os.ErrPermission },
		Global: gitignore.Source{Name: "global", Text: []byte("g\n")},
	})
	if by, ok := r.Ignored("a/f", false); ok {
		t.Errorf("a/f is ignored by %v", by)
	}
	if by, ok := r.Ignored("a/g", false); !ok || by.File != "global" || by.Line != 1 {
		t.Errorf("a/g is ignored by %v, %t", by, ok)
	}
}

// FuzzIgnored holds on any rules: no panic, and the law that what lies in an
// ignored directory is ignored.
func FuzzIgnored(f *testing.F) {
	f.Add("a/**\n!a/b\n", "a/b/f")
	f.Fuzz(func(t *testing.T, text, name string) {
		r := gitignore.New(gitignore.Options{Read: func(string) ([]byte, error) { return []byte(text), nil }})
		_, dir := r.Ignored(name, true)
		if path.Clean(name) != name || path.IsAbs(name) || name == "." || len(name) > 1000 {
			return // no path; it only must not panic
		}
		if _, in := r.Ignored(name+"/x", false); dir && !in {
			t.Fatalf("%q is ignored by %q, and what is in it is not", name, text)
		}
	})
}

func BenchmarkIgnored(b *testing.B) {
	r := gitignore.New(gitignore.Options{Read: func(p string) ([]byte, error) {
		if p == ".gitignore" {
			return []byte(strings.Repeat("*.pyc\n/build/\nfoo/**/bar\n", 20)), nil
		}
		return nil, os.ErrNotExist
	}})
	for b.Loop() {
		r.Ignored("src/churn/pipeline/train.py", false)
	}
}
