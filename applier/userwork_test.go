package applier

import (
	"os"
	"strings"
	"testing"
)

// TestUsersWorkStays sets up every kind of work in progress and demands that an
// apply leaves each of them as it was.
func TestUsersWorkStays(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2", "4"} {
		w := newWorld(t).withRepo()
		w.git("config", "index.version", version)
		w.want = map[string]string{"a": "1\n", "dir/managed": "1\n"}
		w.apply()
		for _, name := range []string{"dir/staged", "assumed", "skipped", "dirty", "removed", "dir/dirty"} {
			w.write(name, "0\n")
		}
		w.git("add", "-A")
		w.git("commit", "-qm", "user")
		w.write("dir/staged", "1\n")
		w.git("add", "dir/staged")
		w.write("dir/staged", "2\n")
		w.write("dir/new-staged", "1\n")
		w.git("add", "dir/new-staged")
		w.write("dirty", "1\n")
		w.write("dir/dirty", "1\n")
		w.write("untracked", "1\n")
		w.write("intent", "1\n")
		w.git("add", "-N", "intent")
		w.git("update-index", "--assume-unchanged", "assumed")
		w.git("update-index", "--skip-worktree", "skipped")
		w.git("rm", "-q", "--cached", "removed")
		os.Chmod(w.path("user.txt"), 0o755)
		status, entries, flags := w.git("status", "--porcelain"), w.foreign(), w.git("ls-files", "-v")
		w.want = map[string]string{"a": "2\n", "dir/managed": "2\n", "dir/more": "1\n", "zz/zz": "1\n"}
		w.apply()
		w.settled()
		if got := w.git("status", "--porcelain"); got != status {
			t.Errorf("status\n%s\nwas\n%s", got, status)
		}
		if got := w.foreign(); got != entries {
			t.Errorf("entries\n%s\nwere\n%s", got, entries)
		}
		for line := range strings.Lines(flags) {
			if !strings.Contains(w.git("ls-files", "-v"), line) {
				t.Errorf("flag lost: %s", line)
			}
		}
		want := "A\tdir/more\nM\ta\nM\tdir/managed\nM\tmlops.lock.json\nA\tzz/zz\n"
		if got := w.git("show", "--format=", "--name-status", "--no-renames", "HEAD"); sortLines(got) != sortLines(want) {
			t.Errorf("the commit holds\n%s", got)
		}
	}
}

// foreign is all of the index but what the tests manage, with stat data. An
// entry may lose its size, which makes git look at the file again.
func (w *world) foreign() string {
	var out strings.Builder
	for line := range strings.SplitAfterSeq(w.git("ls-files", "--stage"), "\n") {
		_, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		switch name {
		case "a", "dir/managed", "dir/more", "zz/zz", "mlops.lock.json":
		default:
			out.WriteString(line)
		}
	}
	return out.String()
}

func sortLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		for j := i + 1; j < len(lines); j++ {
			if lines[j] < lines[i] {
				lines[i], lines[j] = lines[j], lines[i]
			}
		}
	}
	return strings.Join(lines, "\n")
}

// TestOverwrittenBytesAreKept is about edits of managed files that the plan
// undoes: on disk, and staged besides.
func TestOverwrittenBytesAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = map[string]string{"a": "1\n", "b": "1\n", "c": "1\n", "d": "1\n"}
	w.apply()
	w.write("a", "mine\n")
	w.write("b", "staged\n")
	w.git("add", "b")
	w.write("b", "mine too\n")
	os.Remove(w.path("c"))
	os.Symlink("user.txt", w.path("c"))
	os.Chmod(w.path("d"), 0o755)
	r := w.apply()
	w.settled()
	if !strings.HasPrefix(r.Backup, "refs/mlops/backup/") {
		t.Fatalf("backup %q", r.Backup)
	}
	if got := strings.Join(r.BackupPaths, " "); got != "a b b.staged c" {
		t.Errorf("backup of %s", got)
	}
	for p, want := range map[string]string{"a": "mine\n", "b": "mine too\n", "b.staged": "staged\n", "c": "user.txt"} {
		if got := w.git("show", r.Backup+":"+p); got != want {
			t.Errorf("%s is kept as %q", p, got)
		}
	}
	if got := w.git("ls-tree", r.Backup, "c"); !strings.HasPrefix(got, "120000") {
		t.Errorf("the link is kept as %s", got)
	}
	if got := w.git("log", "--format=%s", "-1"); got != "chore(mlops): test\n" || r.Commit != "" {
		t.Errorf("restoring made a commit %s", r.Commit)
	}
	// The same edit once more: the name of the backup is taken.
	w.write("a", "mine\n")
	os.Chmod(w.path("d"), 0o755)
	if again := w.apply(); again.Backup == "" || w.git("show", again.Backup+":a") != "mine\n" {
		t.Errorf("backup %q", again.Backup)
	}
	w.settled()
}

func TestBackupWithoutRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.commit.Enabled = false
	w.want = map[string]string{"dir/a": "1\n", "b": "#!1\n"}
	r := w.apply()
	if w.exists(".git") || w.exists(".mlops") || r.Commit != "" || len(r.Written) != 3 {
		t.Errorf("result %+v", r)
	}
	w.write("dir/a", "mine\n")
	for range 2 {
		w.write("b", "mine\n")
		r = w.apply()
		if got := w.read(r.Backup + "/b"); got != "mine\n" || w.read("b") != "#!1\n" {
			t.Errorf("%s keeps %q", r.Backup, got)
		}
		w.tidy()
	}
	// Later with git: everything is left over, and backups stay out of it.
	w.commit.Enabled = true
	w.write("dir/a", "mine again\n")
	r = w.apply()
	w.settled()
	if got := w.read(r.Backup + "/dir/a"); got != "mine again\n" || !r.InitialisedRepo {
		t.Errorf("%s keeps %q", r.Backup, got)
	}
	if got := w.git("status", "--porcelain"); got != "" {
		t.Errorf("status %s", got)
	}
}

func TestNoCommitInRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = map[string]string{"a": "1\n", "b": "1\n"}
	w.apply()
	head, index := w.git("rev-parse", "HEAD"), w.git("ls-files", "--stage", "--debug")
	w.commit.Enabled = false
	w.want = map[string]string{"a": "2\n", "c": "1\n"}
	w.write("a", "mine\n")
	r := w.apply()
	w.tidy()
	if w.git("rev-parse", "HEAD") != head || w.git("ls-files", "--stage", "--debug") != index {
		t.Error("git was touched")
	}
	if got := w.git("show", r.Backup+":a"); got != "mine\n" {
		t.Errorf("%s keeps %q", r.Backup, got)
	}
	if r := w.apply(); !r.Nothing {
		t.Errorf("the second apply did %+v", r)
	}
	w.commit.Enabled = true
	r = w.apply()
	w.settled()
	if r.Commit == "" || w.git("show", "--format=", "--name-status", "--no-renames", "HEAD") != "M\ta\nD\tb\nA\tc\nM\tmlops.lock.json\n" {
		t.Errorf("the left-overs were committed as\n%s", w.git("show", "--format=", "--name-status", "--no-renames", "HEAD"))
	}
}

func TestLineEndings(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.git("config", "core.autocrlf", "true")
	w.want = map[string]string{
		"lf": "a\nb\n", "crlf": "a\r\nb\r\n", "mixed": "a\r\nb\n", "bin": "a\r\n\x00", "attr/raw": "a\r\n",
		".gitattributes": "attr/** -text\nmixed text eol=lf\n", "attr/.gitattributes": "x text\n", "attr/x": "a\r\n",
	}
	w.apply()
	w.settled()
	if got := w.git("cat-file", "blob", "HEAD:crlf"); got != "a\nb\n" {
		t.Errorf("crlf is stored as %q", got)
	}
	if got := w.git("cat-file", "blob", "HEAD:attr/raw"); got != "a\r\n" {
		t.Errorf("raw is stored as %q", got)
	}
	// A file with CR LF that git can give back is no loss, one with both is.
	w.want["crlf"], w.want["mixed"] = "new\r\n", "new\n"
	r := w.apply()
	w.settled()
	if got := strings.Join(r.BackupPaths, " "); got != "mixed" {
		t.Errorf("backup of %q", got)
	}
}

func TestFileModesOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.git("config", "core.fileMode", "false")
	w.want = map[string]string{"run": "#!1\n", "plain": "1\n"}
	w.apply()
	w.settled()
	if got := w.git("ls-tree", "HEAD", "run"); !strings.HasPrefix(got, "100755") {
		t.Errorf("run is committed as %s", got)
	}
}

func TestFilesAndDirectoriesSwap(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.want = map[string]string{"f": "1\n", "d/a": "1\n", "d/b/c": "1\n", "case": "1\n"}
	w.apply()
	w.want = map[string]string{"f/x": "1\n", "d": "1\n", "Case": "2\n"}
	w.apply()
	w.settled()
	w.want = map[string]string{"f": "1\n", "d/a": "1\n", "d/b/c": "1\n", "case": "1\n"}
	w.apply()
	w.settled()
}

func TestProjectsBelowTheTop(t *testing.T) {
	t.Parallel()
	w := newWorld(t).withRepo()
	w.root = w.path("sub/one")
	os.MkdirAll(w.root, 0o777)
	w.write("tmpl/x", "x\n")
	w.want = map[string]string{"a": "1\n", "b/c": "1\n"}
	w.apply()
	w.settled()
	other := *w
	other.root = w.path("../two")
	os.MkdirAll(other.root, 0o777)
	other.want = map[string]string{"a": "2\n"}
	other.apply()
	other.settled()
	w.settled()
	if got := w.git("ls-tree", "-r", "--name-only", "HEAD"); got != "sub/one/a\nsub/one/b/c\nsub/one/mlops.lock.json\nsub/two/a\nsub/two/mlops.lock.json\nuser.txt\n" {
		t.Errorf("commit holds\n%s", got)
	}
}
