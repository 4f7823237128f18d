package gitattr

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/internal/gitconf"
)

func TestAttributesLikeGit(t *testing.T) {
	t.Parallel()
	words := []string{"text", "-text", "!text", "text=auto", "binary", "-binary", "!binary", "own", "own=v", "-own", "other", "eol=lf", "diff=x", "-diff", "merge", "bad!name", "builtin=1", "x=", "-x=1", "other=a=b", "filter=f"}
	listed := 0
	for seed := range uint64(80) {
		rng := rand.New(rand.NewPCG(seed, 11))
		r := newRepository(t)
		for _, name := range attributeFiles {
			if rng.IntN(2) == 0 {
				r.write(name, randomAttributes(rng, words))
			}
		}
		if rng.IntN(3) == 0 {
			r.env["GIT_CONFIG_PARAMETERS"] = "'core.ignorecase'='true'"
		}
		want := r.must(strings.Join(paths, "\x00")+"\x00", "check-attr", "-z", "-a", "--stdin")
		got := listAll(r.rules())
		if diff := cmp.Diff(sorted(strings.ReplaceAll(want, "\x00", "|")), sorted(got)); diff != "" {
			t.Fatalf("seed %d: %s\n%s", seed, diff, r.dump())
		}
		listed += len(got)
	}
	if listed < 10_000 {
		t.Fatalf("only %d bytes of attributes were compared", listed)
	}
}

// sorted makes records of three fields comparable in any order.
func sorted(records string) []string {
	fields := strings.Split(strings.TrimSuffix(records, "|"), "|")
	var list []string
	for i := 0; i+2 < len(fields); i += 3 {
		list = append(list, strings.Join(fields[i:i+3], " "))
	}
	sort.Strings(list)
	return list
}

// listAll is `git check-attr -a` for the paths.
func listAll(r *Rules) string {
	var b strings.Builder
	for _, file := range paths {
		d, n := r.directory(path.Dir(file))
		values := r.evaluate(d, file, n)
		for name, i := range r.names {
			if i >= n {
				continue
			}
			shown := map[kind]string{set: "set", unset: "unset", text: values[i].text}
			if v, ok := shown[values[i].kind]; ok {
				fmt.Fprintf(&b, "%s|%s|%s|", file, name, v)
			}
		}
	}
	return b.String()
}

func (r repository) dump() string {
	var b strings.Builder
	for _, name := range attributeFiles {
		if text, err := os.ReadFile(filepath.Join(r.dir, name)); err == nil {
			fmt.Fprintf(&b, "--- %s\n%q\n", name, text)
		}
	}
	return b.String()
}

func TestFiltered(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.write("work/.gitattributes", "*.bin filter=lfs\n*.nb filter=strip\n*.sm filter=smudge-only\n*.no filter=unknown\n*.must filter=must\n*.id ident\n*.u16 working-tree-encoding=UTF-16\n*.u8 working-tree-encoding=utf-8\n*.off -filter -ident\n")
	r.write(".gitconfig", "[filter \"strip\"]\nclean = x\n[filter \"smudge-only\"]\nsmudge = x\n[filter \"must\"]\nrequired\n")
	rules := r.rules()
	for path, want := range map[string]string{
		"a.bin": `the clean filter "lfs"`, "d/a.nb": `the clean filter "strip"`, "a.sm": "", "a.no": "", "a.must": `the clean filter "must"`,
		"a.id": "the attribute ident", "a.u16": `the working-tree-encoding "UTF-16"`, "a.u8": "", "a.off": "", "a.txt": "",
	} {
		if got, ok := rules.Filtered(path); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v; want %q", path, got, ok, want)
		}
	}
}

func TestUnreadableAttributesAreAProblem(t *testing.T) {
	t.Parallel()
	c, err := gitconf.Load(gitconf.Options{Env: gitconf.Env{"GIT_CONFIG_NOSYSTEM": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Load(Options{Config: c, Env: gitconf.Env{"GIT_ATTR_NOSYSTEM": "1"}, Read: func(path string) ([]byte, error) {
		switch path {
		case "locked/.gitattributes":
			return nil, &fs.PathError{Op: "open", Path: "/x", Err: errors.New("permission denied")}
		case "big/.gitattributes":
			return make([]byte, maxFile+1), nil
		}
		return nil, fs.ErrNotExist
	}})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"a": "", "locked/a": "unknown attributes (locked/.gitattributes: permission denied)", "locked/deep/a": "unknown attributes (locked/.gitattributes: permission denied)",
		"big/a": "unknown attributes (big/.gitattributes: larger than 1024 KiB)",
	} {
		if got, _ := rules.Filtered(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestDirFollowsNoSymlink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "real"), []byte("* text\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", filepath.Join(dir, ".gitattributes")); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{".gitattributes", "none/.gitattributes", "real/.gitattributes"} {
		if text, err := Dir(dir)(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %q, %v", path, text, err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "d"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Dir(dir)("d"); err == nil {
		t.Error("a directory is read as an attributes file")
	}
}

func TestDirectoriesAreReadOnce(t *testing.T) {
	t.Parallel()
	c, err := gitconf.Load(gitconf.Options{Env: gitconf.Env{"GIT_CONFIG_NOSYSTEM": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	reads := map[string]int{}
	rules, err := Load(Options{Config: c, Env: gitconf.Env{"GIT_ATTR_NOSYSTEM": "1"}, Read: func(path string) ([]byte, error) {
		reads[path]++
		return nil, fs.ErrNotExist
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		rules.For(fmt.Sprintf("a/b%d/c", i%3))
	}
	want := map[string]int{".gitattributes": 1, "a/.gitattributes": 1, "a/b0/.gitattributes": 1, "a/b1/.gitattributes": 1, "a/b2/.gitattributes": 1}
	if diff := cmp.Diff(want, reads); diff != "" {
		t.Error(diff)
	}
}

// The law: no input panics, and evaluation does not depend on what was asked
// before.
func FuzzFor(f *testing.F) {
	f.Add("* text=auto\n[attr]a b -c\n*.x a\n", "d/e.x")
	f.Add("\"\\141\\\"\" own=1\n[attr]own own\n/a/**/b eol=crlf", "a/b")
	f.Add("[attr]a b\n[attr]b a\n* a\n", "x")
	c, err := gitconf.Load(gitconf.Options{Env: gitconf.Env{"GIT_CONFIG_NOSYSTEM": "1"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, attributes, file string) {
		load := func() *Rules {
			rules, err := Load(Options{Config: c, Env: gitconf.Env{"GIT_ATTR_NOSYSTEM": "1"}, Read: func(string) ([]byte, error) { return []byte(attributes), nil }})
			if err != nil {
				t.Fatal(err)
			}
			return rules
		}
		rules := load()
		for _, other := range []string{"x", file + "/y", "d/e.x"} {
			rules.For(other)
		}
		if a, b := rules.For(file), load().For(file); a != b {
			t.Errorf("%+v after other paths, %+v alone", a, b)
		}
	})
}
