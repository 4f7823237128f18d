package gitattr

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// repository is one made by the real git, isolated from the machine.
type repository struct {
	t   *testing.T
	dir string
	env gitconf.Env
}

func newRepository(t *testing.T) repository {
	t.Helper()
	dir := t.TempDir()
	r := repository{t, dir, gitconf.Env{"HOME": dir, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "LC_ALL": "C"}}
	if out, err := r.git("", "init", "-q", "work"); err != nil {
		t.Fatalf("git init: %s", out)
	}
	return r
}

func (r repository) git(input string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = filepath.Join(r.dir, "work")
	if args[0] == "init" {
		cmd.Dir = r.dir
	}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	for k, v := range r.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Stdin = strings.NewReader(input)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return errs.String(), err
	}
	return out.String(), nil
}

func (r repository) must(input string, args ...string) string {
	r.t.Helper()
	out, err := r.git(input, args...)
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return out
}

func (r repository) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// rules loads what stands in the repository now.
func (r repository) rules() *Rules {
	r.t.Helper()
	gitDir := filepath.Join(r.dir, "work", ".git")
	c, err := gitconf.Load(gitconf.Options{Env: r.env, GitDir: gitDir, CommonDir: gitDir})
	if err != nil {
		r.t.Fatal(err)
	}
	rules, err := Load(Options{Config: c, Env: r.env, CommonDir: gitDir, Read: Dir(filepath.Join(r.dir, "work"))})
	if err != nil {
		r.t.Fatal(err)
	}
	return rules
}

var attributeFiles = []string{
	"work/.gitattributes", "work/src/.gitattributes", "work/src/deep/.gitattributes", "work/.git/info/attributes", ".config/git/attributes",
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

func randomAttributes(rng *rand.Rand, words []string) string {
	patterns := []string{
		"*", "*.txt", "*.bin", "a.txt", "/a.txt", "src/*.txt", "src/**", "**/deep/*", "deep/", "src/deep", "**/b.*", "s*/d??p/*", "[ab].txt", "[!a]*.bin", "\"a b.txt\"", "\"\\141.txt\"",
		"\"a\\qb\"", "src**/b.txt", "/src/deep/**/a.txt", "*.TXT", "\\a.txt", "[[:alpha:]].txt", "A.txt", "!a.txt", "\\!x", "a\\", "[a", "**", "d*/**/*.txt", "\"unclosed", "*x*", "[attr]own", "[attr]other", "[attr]binary", "[attr]-bad", "# note", "  b.bin",
	}
	var b strings.Builder
	if rng.IntN(6) == 0 {
		b.WriteString("\ufeff")
	}
	for range rng.IntN(6) {
		b.WriteString(pick(rng, patterns))
		for range rng.IntN(4) {
			b.WriteString(pick(rng, []string{" ", "\t", "  "}) + pick(rng, words))
		}
		b.WriteString(pick(rng, []string{"\n", "\n", "\r\n", " \n"}))
	}
	return b.String()
}

var paths = []string{
	"a.txt", "b.txt", "a.bin", "b.bin", "A.TXT", "a b.txt", "!x", "x", "src/a.txt", "src/b.txt", "src/b.bin", "src/deep/a.txt", "src/deep/b.bin", "src/deep/more/a.txt", "deep/a.txt", "deep/deep/b.txt", "srcs/b.txt", "a", "[a", "own",
}
