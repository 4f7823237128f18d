package components

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/mlops-as-code/mlops/internal/show"
)

// checkSource holds the laws of whatever Parse answers.
func checkSource(t *testing.T, text string, short map[string]string) {
	t.Helper()
	s, err := Parse(text, short)
	if err != nil {
		if s != (Source{}) || err.Error() != show.Line(err.Error()) || len(err.Error()) > 1000 {
			t.Fatalf("Parse(%q) = %+v, %q", text, s, err)
		}
		return
	}
	out := s.String()
	again, err := Parse(out, short)
	if err != nil || again != s || again.String() != out {
		t.Fatalf("Parse(%q) = %+v, prints %q, which is %+v, %v", text, s, out, again, err)
	}
	if out != show.Line(out) || !hclsyntax.ValidIdentifier(s.Name()) {
		t.Fatalf("Parse(%q) prints %q, named %q", text, out, s.Name())
	}
	one := regexp.MustCompile(`^((https|ssh|file)://|http://(localhost|127\.|\[::1\])|[A-Za-z0-9._][A-Za-z0-9._-]{0,15}@[^@]+:[^-])[^@]*$`)
	ssh := regexp.MustCompile(`^ssh://[A-Za-z0-9._][A-Za-z0-9._-]{0,15}@[^-@][^@]*$`)
	switch {
	case s.Kind == Git && !one.MatchString(s.Remote()) && !ssh.MatchString(s.Remote()):
		t.Fatalf("Parse(%q) fetches from %q", text, s.Remote())
	case s.Kind == Git && strings.ContainsAny(s.Remote(), "?#\\ "):
		t.Fatalf("Parse(%q) fetches from %q", text, s.Remote())
	case strings.HasPrefix(s.Ref(), "-") || strings.HasPrefix(s.Dir(), "-") || strings.HasPrefix(s.Path(), "-"):
		t.Fatalf("Parse(%q) = %+v has an option", text, s)
	case (s.Path() == "") != (s.Kind == Git), (s.Remote() == "") != (s.Kind != Git):
		t.Fatalf("Parse(%q) = %+v", text, s)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"builtin/a", "./a/b", "../a", "gh:o/r//d?ref=v1", "gl:a/b/c", "corp:x//d", "git::https://h:1/p//d?ref=%26",
		"git@h:p", "git::git@[::1]:p", "git::ssh://u@h/p", "file:///p.git", "http://127.0.0.1:1/p.git", "https://u:p@h/p.git",
		"git::ext::sh -c x", "-x", "./a\x00", "gh:o/r//%", "https://github.com/o/r/tree/x/y", "C:/x", "git::https://h/%41",
	} {
		f.Add(seed)
	}
	short := shorts()
	f.Fuzz(func(t *testing.T, text string) { checkSource(t, text, short) })
}

// TestParseLaw builds sources from parts that mean something to somebody.
func TestParseLaw(t *testing.T) {
	t.Parallel()
	parts := strings.Split("git:: https:// HTTP:// ssh:// file:// / // : :: @ ? # & = ref= - . .. ./ ../ % %20 %2e %00 %5C + ~ h localhost 127.0.0.1 [::1] [ ] :80 gh: corp: team: builtin/ a b .git git@ u:p@ .lock @{ \u3000 é \u202e {} \\ \x00 \xff", " ")
	r := rand.New(rand.NewPCG(1, 2))
	fine := 0
	for range 200_000 {
		var b strings.Builder
		for range 1 + r.IntN(9) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		checkSource(t, b.String(), shorts())
		if _, err := Parse(b.String(), nil); err == nil {
			fine++
		}
	}
	if fine < 500 {
		t.Errorf("only %d sources were sound", fine)
	}
}

// git runs git away from the machine's configuration.
func git(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "HOME="+dir, "GIT_TERMINAL_PROMPT=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestRefAsGit compares with git check-ref-format.
func TestRefAsGit(t *testing.T) {
	t.Parallel()
	parts := []string{"a", "b", "/", ".", "..", "@", "{", "@{", "~", "^", ":", "?", "*", "[", "\\", " ", ".lock", "\x01", "\x7f", "é", "v1.0", "-", "+"}
	r := rand.New(rand.NewPCG(3, 4))
	dir := t.TempDir()
	for range 250 {
		name := ""
		for range 1 + r.IntN(4) {
			name += parts[r.IntN(len(parts))]
		}
		_, err := git(t, dir, "check-ref-format", "--allow-onelevel", name)
		if strings.HasPrefix(name, "-") {
			if isRef(name) {
				t.Errorf("%q may be a ref", name)
			}
			continue
		}
		if isRef(name) != (err == nil) {
			t.Errorf("%q: isRef says %t, git %v", name, isRef(name), err)
		}
	}
}

// TestRemoteAsGit holds that git reads a remote as we do: the same protocol, host
// and path. Nothing is connected to.
func TestRemoteAsGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := git(t, dir, "init", "--quiet"); err != nil {
		t.Fatal(err, out)
	}
	for in, want := range map[string]string{
		"git@h.example:o/r.git":           "protocol=ssh userandhost=git@h.example port=NONE path=o/r.git",
		"git::git@[::1]:/o/r":             "protocol=ssh userandhost=git@::1 port=NONE path=/o/r",
		"ssh://git@h.example:022/o/r.git": "protocol=ssh userandhost=git@h.example port=22 path=/o/r.git",
		"ssh://h/~u/r":                    "protocol=ssh userandhost=h port=NONE path=~u/r",
		"ssh://h/a%20b//d?ref=x":          "protocol=ssh userandhost=h port=NONE path=/a b",
		"git::ssh://u@[::1]:7/x":          "protocol=ssh userandhost=u@::1 port=7 path=/x",
		"file:///a/b.git//d":              "protocol=file hostandport= path=/a/b.git",
		"git::file:///a%25b":              "protocol=file hostandport= path=/a%b",
	} {
		s, err := Parse(in, nil)
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		out, err := git(t, dir, "fetch-pack", "--diag-url", s.Remote())
		var got []string
		for line := range strings.Lines(out) {
			if fact, is := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "Diag: "); is && !strings.HasPrefix(fact, "url=") {
				got = append(got, fact)
			}
		}
		if text := strings.Join(got, " "); err != nil || text != want {
			t.Errorf("git reads %s as\n     %s (%v)\nwant %s", s.Remote(), text, err, want)
		}
	}
}
