package gitrepo

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNestedRepo(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	l.git(".", "clone", "-q", "work", "outer")
	l.git("outer", "submodule", "--quiet", "add", "../work", "lib/sub")
	l.git("outer", "init", "-q", "vendor/nested")
	must(l, os.MkdirAll(l.path("outer/hollow/.git"), 0o755))
	l.write("outer/odd/.git", "not a gitfile")
	r := l.open("outer/dir")
	for path, want := range map[string]string{
		"file": "", "dir/other": "", "lib/sub/file": "lib/sub", "lib/sub": "", "lib/other": "", "vendor/nested/a/b": "vendor/nested", "vendor/x": "", "hollow/x": "", "odd/x": "", "none/x/y": "", "": "",
	} {
		for range 2 {
			if got, ok := r.NestedRepo(path); got != want || ok != (want != "") {
				t.Errorf("%s: %q, %v; want %q", path, got, ok, want)
			}
		}
	}
}

func TestSkipped(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.repository()
	program := func(name string, mode os.FileMode) {
		l.write(name, "#!/bin/sh\n")
		must(l, os.Chmod(l.path(name), mode))
	}
	program("work/.git/hooks/pre-commit", 0o755)
	program("work/.git/hooks/commit-msg", 0o644)
	program("work/.git/hooks/post-commit", 0o755)
	program("work/.git/hooks/pre-push", 0o755)
	l.write("work/.gitattributes", "*.bin filter=lfs\n")
	l.git("work", "config", "hook.lint.event", "pre-commit")
	l.git("work", "config", "hook.lint.command", "lint")
	l.git("work", "config", "hook.reset.event", "pre-commit")
	l.git("work", "config", "--add", "hook.reset.event", "")
	l.git("work", "config", "hook.reset.command", "lint")
	l.git("work", "config", "hook.off.event", "pre-commit")
	l.git("work", "config", "hook.off.command", "lint")
	l.git("work", "config", "hook.off.enabled", "false")
	l.git("work", "config", "commit.gpgSign", "true")
	r := l.open("work/dir")
	rules, err := r.Attributes(nil)
	must(l, err)
	got, err := r.Skipped(rules, []string{"a.txt", "a.bin"})
	must(l, err)
	want := []Note{
		{"hook", "run the pre-commit hook " + l.path("work/.git/hooks/pre-commit")},
		{"hook", "run the pre-commit hook lint of the configuration"},
		{"hook", "run the post-commit hook " + l.path("work/.git/hooks/post-commit")},
		{"signature", "sign the commit (commit.gpgSign)"},
		{"filter", `apply what attributes ask for a.bin, which has the clean filter "lfs"`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	program("work/tools/hooks/pre-commit", 0o755)
	l.git("work", "config", "core.hooksPath", "tools/hooks")
	l.git("work", "config", "hook.pre-commit.enabled", "false")
	got, err = l.open("work/dir").Skipped(nil, nil)
	must(l, err)
	if len(got) != 2 || !strings.HasSuffix(got[0].Text, l.path("work/tools/hooks/pre-commit")) {
		t.Errorf("got %+v", got)
	}
}

// In a linked working tree the hooks are the main one's.
func TestSkippedInLinkedWorkingTree(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	dir := layouts["linked working tree"](l)
	l.write("work/.git/hooks/pre-commit", "#!/bin/sh\n")
	must(l, os.Chmod(l.path("work/.git/hooks/pre-commit"), 0o755))
	got, err := l.open(dir).Skipped(nil, nil)
	if err != nil || len(got) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}
