package gitconf

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// options are those of a repository at the top of the directory.
func (g realGit) options() Options {
	gitDir := filepath.Join(g.dir, ".git")
	return Options{
		Env: g.env, GitDir: gitDir, CommonDir: gitDir, WorkTree: g.dir,
		Branch: func() string { return "feature/x" },
	}
}

// listed is what git resolves: scope, file and entry, one string each.
func (g realGit) listed() ([]string, error) {
	out, err := g.try("config", "--list", "--null", "--show-scope", "--show-origin", "--includes")
	if err != nil {
		return nil, fmt.Errorf("%s", out)
	}
	fields := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	var list []string
	for i := 0; i+2 < len(fields); i += 3 {
		origin := strings.TrimPrefix(fields[i+1], "file:")
		if strings.HasPrefix(origin, "command line:") {
			origin = ""
		} else if !filepath.IsAbs(origin) {
			origin = filepath.Join(g.dir, origin)
		}
		list = append(list, fields[i]+" "+filepath.Clean(origin)+" "+strings.Replace(fields[i+2], "\n", "=", 1))
	}
	return list, nil
}

// resolvedList is the same from a Config.
func resolvedList(c *Config) []string {
	scopes := []string{"system", "global", "local", "worktree", "command"}
	var list []string
	for e := range c.Entries() {
		text := e.Key
		if e.Valued {
			text += "=" + e.Value
		}
		list = append(list, scopes[e.Scope]+" "+filepath.Clean(e.File)+" "+text)
	}
	return list
}

func TestLoadLikeGit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 5))
		g := newRealGit(t)
		g.must("init", "-q", "-b", "feature/x", ".")
		for name, text := range randomLayout(rng) {
			g.write(name, text)
		}
		randomEnvironment(rng, g.env)
		want, gitErr := g.listed()
		c, err := Load(g.options())
		if (err == nil) != (gitErr == nil) {
			t.Fatalf("seed %d: we say %v, git says %v", seed, err, gitErr)
		}
		if err != nil {
			continue
		}
		if diff := cmp.Diff(want, resolvedList(c)); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

// randomLayout fills every file that git reads, with includes among them.
func randomLayout(rng *rand.Rand) map[string]string {
	files := map[string]string{
		".git/config": "[core]\n\trepositoryformatversion = 0\n", ".git/extra": "[x]\nfrom = extra\n", "one.inc": "[x]\nfrom = one\n", "sub/two.inc": "[x]\nfrom = two\n[include]\npath = ../one.inc\n",
		"loop.inc": "[x]\nfrom = loop\n", "url.inc": "[remote \"late\"]\nurl = https://late.example.com/x\n",
	}
	pieces := []string{
		"[x]\nv = %d\n", "[x]\nv\n", "[user]\nname = N%d\n", "[include]\npath = ~/one.inc\n", "[include]\npath = ~/sub/two.inc\n", "[include]\npath = ~/missing.inc\n",
		"[includeIf \"gitdir:~/\"]\npath = ~/one.inc\n", "[includeIf \"gitdir:**/.git\"]\npath = ~/one.inc\n", "[includeIf \"gitdir:/nowhere/\"]\npath = ~/one.inc\n",
		"[includeIf \"gitdir/i:**/.GIT\"]\npath = ~/sub/two.inc\n", "[includeIf \"gitdir:.git\"]\npath = ~/one.inc\n", "[includeIf \"gitdir:./.git\"]\npath = ~/one.inc\n",
		"[includeIf \"onbranch:feature/\"]\npath = ~/one.inc\n", "[includeIf \"onbranch:feature/?\"]\npath = ~/sub/two.inc\n", "[includeIf \"onbranch:main\"]\npath = ~/one.inc\n",
		"[includeIf \"hasconfig:remote.*.url:https://git.example.com/**\"]\npath = ~/one.inc\n", "[includeIf \"unknown:x\"]\npath = ~/one.inc\n", "[includeIf \"gitdir:**/.git\"]\nother = 1\n",
		"[remote \"a\"]\nurl = https://git.example.com/a/b\n", "[remote]\nurl = https://git.example.com/no\n", "[extensions]\nworktreeConfig = true\n",
	}
	rare := []string{"[include]\npath = ~/loop.inc\n", "[include]\npath\n", "[bad\n", "[include]\npath = extra\n", "[includeIf \"hasconfig:remote.*.url:https://git.example.com/**\"]\npath = ~/url.inc\n"}
	for _, name := range []string{"system", ".gitconfig", ".config/git/config", "xdg/git/config", ".git/config", ".git/config.worktree", "global", "loop.inc"} {
		for range rng.IntN(6) {
			text := pieces[rng.IntN(len(pieces))]
			if rng.IntN(30) == 0 {
				text = rare[rng.IntN(len(rare))]
			}
			files[name] += strings.ReplaceAll(text, "%d", fmt.Sprint(rng.IntN(9)))
		}
	}
	return files
}

func randomEnvironment(rng *rand.Rand, env Env) {
	home := env["HOME"]
	if rng.IntN(4) == 0 {
		env["XDG_CONFIG_HOME"] = filepath.Join(home, "xdg")
	}
	if rng.IntN(4) == 0 {
		env["GIT_CONFIG_GLOBAL"] = []string{filepath.Join(home, "global"), "/dev/null", ""}[rng.IntN(3)]
	}
	if rng.IntN(4) == 0 {
		env["GIT_CONFIG_NOSYSTEM"] = []string{"1", "true", "0"}[rng.IntN(3)]
	}
	if rng.IntN(3) == 0 {
		env["GIT_CONFIG_COUNT"] = []string{"2", "0", "2", "3"}[rng.IntN(4)]
		env["GIT_CONFIG_KEY_0"], env["GIT_CONFIG_VALUE_0"] = "Env.Sub.Key", "a=b"
		env["GIT_CONFIG_KEY_1"], env["GIT_CONFIG_VALUE_1"] = "include.path", filepath.Join(home, "one.inc")
	}
	if rng.IntN(3) == 0 {
		env["GIT_CONFIG_PARAMETERS"] = []string{"'a.b'='c d' 'E.f'=", "'a.b=c'\\''d' 'x.y'", "'a.b'='c'\\!'' ", "'a.b", "a.b=c"}[rng.IntN(5)]
	}
}

func TestLoadSkipsAndRefuses(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	g.write("cycle", "[include]\npath = cycle\n")
	g.write("home-only", "[include]\npath = ~other/x\n")
	g.write("bad", "[a]\nb = \"\n")
	g.write("big", "[a]\n"+strings.Repeat("b = 12345678901234567890123456789012345\n", maxFileBytes/39))
	g.write("wide", strings.Repeat("[include]\npath = none\n[include]\npath = bad-but-empty\n", maxFiles/2+1))
	g.write("bad-but-empty", "")
	for _, c := range []struct{ file, want string }{
		{"absent", ""},
		{"bad/below", ""},
		{"cycle", "cycle: line 2: more than 10 includes inside each other"},
		{"home-only", "home-only: line 2: include.path starts with ~user/ or %(prefix)/, which mlops does not expand; write the path out"},
		{"bad", "bad: line 2: quote is not closed"},
		{"big", "big: git configuration is larger than 8 MiB, or all of it than 64 MiB"},
		{".", ".: not a regular file"},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			_, err := Load(Options{Env: Env{"HOME": g.dir, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": g.dir + "/" + c.file}})
			got := ""
			if err != nil {
				got = strings.ReplaceAll(err.Error(), g.dir+"/", "")
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if _, err := Load(Options{Env: Env{"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": filepath.Join(g.dir, "wide")}}); err != nil {
		t.Errorf("%d empty includes: %v", maxFiles/2+1, err)
	}
}

func TestLoadDepthLikeGit(t *testing.T) {
	t.Parallel()
	for depth := maxDepth - 1; depth <= maxDepth+1; depth++ {
		g := newRealGit(t)
		for i := range depth {
			g.write(fmt.Sprintf("inc%d", i), fmt.Sprintf("[a]\nb = %d\n[include]\npath = inc%d\n", i, i+1))
		}
		g.write(fmt.Sprintf("inc%d", depth), "[a]\nb = end\n")
		g.env["GIT_CONFIG_GLOBAL"] = filepath.Join(g.dir, "inc0")
		out, gitErr := g.try("config", "a.b")
		c, err := Load(Options{Env: g.env})
		if (err == nil) != (gitErr == nil) {
			t.Errorf("depth %d: we say %v, git says %s", depth, err, out)
		}
		if err != nil {
			continue
		}
		if got, _ := c.Get("a.b"); got != "end" {
			t.Errorf("depth %d: a.b = %s", depth, got)
		}
	}
}

// Wildcards in the name of the configuration file's directory mean nothing.
func TestLoadLiteralConditionLikeGit(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	g.dir = filepath.Join(g.dir, "w[i]ld")
	g.write("global", "[includeIf \"gitdir:./**/.git\"]\npath = extra\n[includeIf \"gitdir/i:./x**/.GIT\"]\npath = more\n")
	g.write("extra", "[a]\nb = 1\n")
	g.write("more", "[a]\nb = 2\n")
	g.env["GIT_CONFIG_GLOBAL"] = filepath.Join(g.dir, "global")
	for want, name := range map[string]string{"1": ".", "2": "X"} {
		g.must("init", "-q", name)
		top := realGit{t, filepath.Join(g.dir, name), g.env}
		c, err := Load(top.options())
		if err != nil {
			t.Fatal(err)
		}
		got, _ := c.Get("a.b")
		if git := strings.TrimSpace(top.must("config", "a.b")); got != want || git != want {
			t.Errorf("%s: a.b = %q, git says %q, want %s", name, got, git, want)
		}
	}
}

// Conditions on the working tree are newer than the git that tests may meet.
func TestLoadWorkTreeCondition(t *testing.T) {
	t.Parallel()
	g := newRealGit(t)
	g.write("extra", "[a]\nb = 1\n")
	for pattern, want := range map[string]bool{"~/top/": true, "~/TOP/": false, "top/": true, "~/other/": false} {
		g.write(".gitconfig", "[includeIf \"worktree:"+pattern+"\"]\npath = extra\n")
		for _, top := range []string{g.dir + "/top/x", ""} {
			c, err := Load(Options{Env: g.env, WorkTree: top})
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := c.Get("a.b"); ok != (want && top != "") {
				t.Errorf("%s with top %q: included is %v", pattern, top, ok)
			}
		}
	}
}

func TestLoadWithoutAnything(t *testing.T) {
	t.Parallel()
	c, err := Load(Options{Env: Env{"GIT_CONFIG_NOSYSTEM": "yes"}})
	if err != nil {
		t.Fatal(err)
	}
	if value, ok := c.Get("user.name"); ok {
		t.Errorf("user.name is %q", value)
	}
}

func TestNewEnv(t *testing.T) {
	t.Parallel()
	want := Env{"A": "1=2", "B": ""}
	if diff := cmp.Diff(want, NewEnv([]string{"A=0", "B=", "broken", "A=1=2"})); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	text := "[core]\nbare = false\n" + strings.Repeat("[remote \"x\"]\nurl = https://git.example.com/a/b\n", 20)
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	o := Options{Env: Env{"HOME": dir, "GIT_CONFIG_NOSYSTEM": "1"}, GitDir: dir, CommonDir: dir}
	for b.Loop() {
		if _, err := Load(o); err != nil {
			b.Fatal(err)
		}
	}
}
