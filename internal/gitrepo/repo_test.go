package gitrepo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// layouts are repositories that mlops must work in. Each returns the directory
// to look from.
var layouts = map[string]func(*lab) string{
	"plain":        func(l *lab) string { l.repository(); return "work" },
	"subdirectory": func(l *lab) string { l.repository(); return "work/dir/sub" },
	"unborn":       func(l *lab) string { l.git(".", "init", "-q", "work"); return "work" },
	"detached": func(l *lab) string {
		l.repository()
		l.git("work", "checkout", "-q", "--detach", "HEAD~1")
		return "work"
	},
	"packed refs":   func(l *lab) string { l.repository(); l.git("work", "pack-refs", "--all"); return "work" },
	"gc":            func(l *lab) string { l.repository(); l.git("work", "gc", "-q", "--prune=now"); return "work" },
	"orphan branch": func(l *lab) string { l.repository(); l.git("work", "checkout", "-q", "--orphan", "new"); return "work" },
	"symbolic chain": func(l *lab) string {
		l.repository()
		l.git("work", "symbolic-ref", "refs/heads/alias", "refs/heads/main")
		l.git("work", "symbolic-ref", "HEAD", "refs/heads/alias")
		return "work"
	},
	"HEAD is a symlink": func(l *lab) string {
		l.repository()
		must(l, os.Remove(l.path("work/.git/HEAD")))
		must(l, os.Symlink("refs/heads/main", l.path("work/.git/HEAD")))
		return "work"
	},
	"shallow": func(l *lab) string {
		l.repository()
		l.git(".", "clone", "-q", "--depth=1", "file://"+l.path("work"), "copy")
		return "copy"
	},
	"alternates": func(l *lab) string {
		l.repository()
		l.git(".", "clone", "-q", "-s", "work", "copy")
		return "copy/dir"
	},
	"linked working tree": func(l *lab) string {
		l.repository()
		l.git("work", "worktree", "add", "-q", "../linked", "-b", "side")
		l.git("linked", "commit", "-q", "--allow-empty", "-m", "on the side")
		return "linked/dir"
	},
	"linked working tree of a bare repository": func(l *lab) string {
		l.repository()
		l.git(".", "clone", "-q", "--bare", "work", "bare.git")
		l.git("bare.git", "worktree", "add", "-q", "../linked", "main")
		return "linked"
	},
	"own configuration per working tree": func(l *lab) string {
		l.repository()
		l.git("work", "worktree", "add", "-q", "../linked", "-b", "side")
		l.git("work", "config", "extensions.worktreeConfig", "true")
		l.git("linked", "config", "--worktree", "user.name", "Worktree")
		return "linked"
	},
	"submodule": func(l *lab) string {
		l.repository()
		l.git(".", "init", "-q", "outer")
		l.git("outer", "submodule", "--quiet", "add", "../work", "lib")
		return "outer/lib/dir"
	},
	"beside a submodule": func(l *lab) string {
		l.repository()
		l.git(".", "init", "-q", "outer")
		l.git("outer", "submodule", "--quiet", "add", "../work", "lib")
		l.git("outer", "commit", "-q", "-m", "lib")
		return "outer"
	},
	"separate git directory": func(l *lab) string {
		l.git(".", "init", "-q", "--separate-git-dir=elsewhere", "work")
		l.write("work/a", "a")
		l.git("work", "add", "-A")
		l.git("work", "commit", "-q", "-m", "a")
		return "work"
	},
	"core.worktree": func(l *lab) string {
		l.repository()
		must(l, os.Mkdir(l.path("other"), 0o755))
		must(l, os.Rename(l.path("work/.git"), l.path("other/.git")))
		l.git("other", "config", "core.worktree", l.path("."))
		return "other"
	},
	"GIT_DIR": func(l *lab) string {
		l.repository()
		l.env["GIT_DIR"] = "../../.git"
		return "work/dir/sub"
	},
	"GIT_DIR and GIT_WORK_TREE": func(l *lab) string {
		l.repository()
		l.env["GIT_DIR"], l.env["GIT_WORK_TREE"], l.env["GIT_INDEX_FILE"] = l.path("work/.git"), "..", "my-index"
		return "work/dir"
	},
	"GIT_WORK_TREE alone": func(l *lab) string {
		l.repository()
		l.env["GIT_WORK_TREE"] = l.path("work/dir")
		return "work/dir/sub"
	},
	"GIT_DIR names a file": func(l *lab) string {
		l.repository()
		l.write("pointer", "gitdir: work/.git\n")
		l.env["GIT_DIR"] = l.path("pointer")
		return "work/dir"
	},
	"GIT_OBJECT_DIRECTORY": func(l *lab) string {
		l.repository()
		must(l, os.Rename(l.path("work/.git/objects"), l.path("store")))
		l.env["GIT_OBJECT_DIRECTORY"] = l.path("store")
		return "work"
	},
	"alternates by the environment": func(l *lab) string {
		l.repository()
		must(l, os.Rename(l.path("work/.git/objects"), l.path("store")))
		must(l, os.Mkdir(l.path("work/.git/objects"), 0o755))
		l.env["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = l.path("store")
		return "work"
	},
	"GIT_COMMON_DIR": func(l *lab) string {
		l.repository()
		l.git("work", "worktree", "add", "-q", "../linked", "-b", "side")
		l.env["GIT_DIR"], l.env["GIT_COMMON_DIR"], l.env["GIT_WORK_TREE"] = l.path("work/.git/worktrees/linked"), l.path("work/.git"), l.path("linked")
		return "linked/dir"
	},
	"through a symlink": func(l *lab) string {
		l.repository()
		must(l, os.Symlink("work", l.path("link")))
		return "link/dir"
	},
	".git is a symlink": func(l *lab) string {
		l.repository()
		must(l, os.Rename(l.path("work/.git"), l.path("store")))
		must(l, os.Symlink("../store", l.path("work/.git")))
		return "work/dir"
	},
	"an empty .git on the way": func(l *lab) string {
		l.repository()
		must(l, os.Mkdir(l.path("work/dir/.git"), 0o755))
		return "work/dir"
	},
	"without a format version": func(l *lab) string {
		l.repository()
		l.write("work/.git/config", "[core]\nbare = true\n")
		return "work/dir"
	},
	"condition on a symlink": func(l *lab) string {
		l.repository()
		must(l, os.Symlink("work", l.path("link")))
		l.write("extra", "[user]\nname = Linked\n")
		l.write(".gitconfig", l.read(".gitconfig")+"[includeIf \"gitdir:"+l.path("link")+"/\"]\npath = extra\n")
		l.env["PWD"] = l.path("link")
		return "link"
	},
	"conditional includes": func(l *lab) string {
		l.repository()
		l.write("extra", "[user]\nname = Conditional\n")
		l.write("work/.git/config", l.read("work/.git/config")+"[includeIf \"onbranch:ma*\"]\npath = "+l.path("extra")+"\n[includeIf \"gitdir:work/\"]\npath = "+l.path("extra")+"\n")
		return "work/dir"
	},
	"index version 4, flags and intent to add": func(l *lab) string {
		l.repository()
		l.git("work", "update-index", "--index-version=4", "--assume-unchanged", "file")
		l.git("work", "update-index", "--skip-worktree", "dir/other")
		l.write("work/later", "x")
		l.git("work", "add", "-N", "later")
		return "work"
	},
}

func must(l *lab, err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// view is everything about a repository that git can be asked for too.
type view struct {
	Top, GitDir, CommonDir, Index, Prefix, Objects string
	Ref, Commit, Tree                              string
	Listing, Config                                string
}

func gitView(l *lab, dir string) view {
	where := func(args ...string) string {
		out := l.git(dir, append([]string{"rev-parse"}, args...)...)
		return resolve(l, dir, out)
	}
	v := view{
		Top: where("--show-toplevel"), GitDir: where("--absolute-git-dir"), CommonDir: where("--git-common-dir"), Objects: where("--git-path", "objects"),
		Prefix: strings.TrimSuffix(l.git(dir, "rev-parse", "--show-prefix"), "/"), Config: l.git(dir, "config", "--list"),
	}
	v.Index = resolve(l, dir, filepath.Join(v.GitDir, "index"))
	if name := l.env["GIT_INDEX_FILE"]; name != "" {
		v.Index = filepath.Join(v.Top, name)
	}
	v.Ref, _ = l.try(dir, "symbolic-ref", "HEAD")
	if commit, err := l.try(dir, "rev-parse", "--verify", "HEAD^{commit}"); err == nil {
		v.Commit, v.Tree = commit, l.git(dir, "rev-parse", "HEAD^{tree}")
		v.Listing = l.git(dir, "ls-tree", "-r", "-t", "--full-tree", "HEAD")
	} else {
		v.Commit = plumbing.ZeroHash.String()
	}
	if !strings.HasPrefix(v.Ref, "refs/") {
		v.Ref = ""
	}
	return v
}

func resolve(l *lab, dir, path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(l.path(dir), path)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func ourView(t *testing.T, r *Repo) view {
	t.Helper()
	h, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	v := view{
		Top: r.Top, GitDir: r.GitDir, CommonDir: r.CommonDir, Index: r.IndexFile, Prefix: r.Prefix, Objects: r.ObjectDir,
		Ref: h.Ref, Commit: h.Commit.String(),
	}
	var lines []string
	for e := range r.Config.Entries() {
		line := e.Key
		if e.Valued {
			line += "=" + e.Value
		}
		lines = append(lines, line)
	}
	v.Config = strings.Join(lines, "\n")
	if h.Commit.IsZero() {
		return v
	}
	c, err := r.Commit(h.Commit)
	if err != nil {
		t.Fatal(err)
	}
	v.Tree = c.Tree.String()
	v.Listing = strings.Join(listTree(t, r, c.Tree, ""), "\n")
	return v
}

// listTree is `git ls-tree -r -t`.
func listTree(t *testing.T, r *Repo, tree plumbing.Hash, prefix string) []string {
	t.Helper()
	entries, err := r.Tree(tree)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range entries {
		kind := map[string]string{"0040000": "tree", "0160000": "commit"}[e.Mode.String()]
		if kind == "" {
			kind = "blob"
		}
		lines = append(lines, e.Mode.String()[1:]+" "+kind+" "+e.Hash.String()+"\t"+prefix+e.Name)
		if kind == "tree" {
			lines = append(lines, listTree(t, r, e.Hash, prefix+e.Name+"/")...)
		}
	}
	return lines
}

func TestLayoutsLikeGit(t *testing.T) {
	t.Parallel()
	for name, build := range layouts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			dir := build(l)
			r := l.open(dir)
			want := gitView(l, dir)
			if diff := cmp.Diff(want, ourView(t, r)); diff != "" {
				t.Error(diff)
			}
			if got := states(r); got != "" {
				t.Errorf("obstacles: %s", got)
			}
		})
	}
}

func TestOpenNotRepository(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	must(l, os.MkdirAll(l.path("plain/dir"), 0o755))
	l.repository()
	must(l, os.Symlink("work", l.path("link")))
	for _, c := range []struct{ name, dir, key, value string }{
		{"nowhere", "plain/dir", "GIT_PREFIX", ""},
		{"ceiling", "work/dir/sub", "GIT_CEILING_DIRECTORIES", l.path("work")},
		{"ceiling through a symlink", "work/dir/sub", "GIT_CEILING_DIRECTORIES", l.path("link/dir")},
		{"ceiling without symlinks", "work/dir/sub", "GIT_CEILING_DIRECTORIES", ":" + l.path("work/dir")},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := l.options()
			o.Env = map[string]string{"HOME": l.dir, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": l.dir, c.key: c.value}
			if r, err := Open(l.path(c.dir), o); !errors.Is(err, ErrNotRepository) {
				t.Errorf("got %+v, %v", r, err)
			}
			l := &lab{t, l.dir, o.Env}
			if out, err := l.try(c.dir, "rev-parse", "--show-toplevel"); err == nil {
				t.Errorf("git finds %s", out)
			}
		})
	}
	// An empty entry says that the others are without symlinks.
	l.env["GIT_CEILING_DIRECTORIES"] = ":" + l.path("link/dir")
	if r := l.open("work/dir/sub"); r.Prefix != "dir/sub" || l.git("work/dir/sub", "rev-parse", "--show-prefix") != "dir/sub/" {
		t.Errorf("prefix is %q", r.Prefix)
	}
	// The directory itself is no obstacle for a ceiling that is the same.
	l.env["GIT_CEILING_DIRECTORIES"] = l.path("work/dir")
	if r := l.open("work/dir"); r.Prefix != "dir" {
		t.Errorf("prefix is %q", r.Prefix)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		build func(*lab)
		want  string
	}{
		"gitfile without gitdir":  {func(l *lab) { l.write("work/.git", "hello\n") }, "$LAB/work/.git: is a file, but not one of git's that says gitdir: and a directory"},
		"gitfile to nowhere":      {func(l *lab) { l.write("work/.git", "gitdir: ../gone\n") }, "$LAB/work/.git: names $LAB/gone, which is no git repository; git worktree repair or git submodule update --init may mend it"},
		"GIT_DIR to nowhere":      {func(l *lab) { l.repository(); l.env["GIT_DIR"] = "gone" }, `GIT_DIR: "gone" is no git repository`},
		"GIT_DIR empty":           {func(l *lab) { l.repository(); l.env["GIT_DIR"] = "" }, `GIT_DIR: "" is no git repository`},
		"bad configuration":       {func(l *lab) { l.repository(); l.write("work/.git/config", "[core\n") }, "$LAB/work/.git/config: line 1: section header is not closed or holds an invalid character"},
		"core.worktree elsewhere": {func(l *lab) { l.repository(); l.git("work", "config", "core.worktree", "../dir") }, "$LAB/work: outside the working tree $LAB/work/dir"},
		"core.worktree missing":   {func(l *lab) { l.repository(); l.git("work", "config", "core.worktree", "../gone") }, "$LAB/work/gone: no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			c.build(l)
			_, err := Open(l.path("work"), l.options())
			if err == nil {
				t.Fatal("opened")
			}
			want := strings.ReplaceAll(c.want, "$LAB", l.dir)
			if got := err.Error(); got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
			if errors.Is(err, ErrNotRepository) {
				t.Error("a caller would make a new repository here")
			}
		})
	}
}

// A repository that git no longer recognises must not look like none at all.
func TestDamagedRepository(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage func(*lab)
		want   string
	}{
		"empty HEAD":    {func(l *lab) { l.write("work/.git/HEAD", "") }, "corrupt HEAD"},
		"no HEAD":       {func(l *lab) { must(l, os.Remove(l.path("work/.git/HEAD"))) }, "corrupt HEAD"},
		"strange HEAD":  {func(l *lab) { l.write("work/.git/HEAD", "ref: nowhere\n") }, "corrupt HEAD"},
		"zeros in HEAD": {func(l *lab) { l.write("work/.git/HEAD", strings.Repeat("\x00", 41)) }, "corrupt HEAD"},
		"no objects":    {func(l *lab) { must(l, os.RemoveAll(l.path("work/.git/objects"))) }, "damaged repository"},
		"no refs":       {func(l *lab) { must(l, os.RemoveAll(l.path("work/.git/refs"))) }, "damaged repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.repository()
			c.damage(l)
			if out, err := l.try("work", "status"); err == nil {
				t.Fatalf("git works: %s", out)
			}
			r := l.open("work/dir")
			if got := states(r); got != c.want {
				t.Errorf("obstacles: %s, want %s", got, c.want)
			}
			if h, err := r.Head(); c.want == "corrupt HEAD" && !errors.Is(err, ErrCorruptRef) {
				t.Errorf("HEAD is %+v, %v", h, err)
			}
		})
	}
}
