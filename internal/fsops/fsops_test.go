package fsops_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/fsops/faultfs"
)

func open(t *testing.T) (fsops.Dir, string) {
	t.Helper()
	dir := t.TempDir()
	d, err := fsops.OpenOS(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, dir
}

func TestWriteFileThenRenamePublishes(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	if _, err := fsops.MkdirAll(d, "a/b", 0o777); err != nil {
		t.Fatal(err)
	}
	info, err := fsops.WriteFile(d, "stage", []byte("new"), 0o777)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a/b/c"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Rename("stage", "a/b/c"); err != nil {
		t.Fatal(err)
	}
	after, err := d.Lstat("a/b/c")
	if err != nil || !os.SameFile(info, after) {
		t.Errorf("the published file is not the staged one: %v", err)
	}
	got, err := fsops.ReadFile(d, "a/b/c", 3)
	if err != nil || string(got) != "new" {
		t.Errorf("content %q, %v", got, err)
	}
	if err := d.Sync(); err != nil {
		t.Error(err)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	os.WriteFile(filepath.Join(dir, "f"), []byte("user"), 0o644)
	if _, err := fsops.WriteFile(d, "f", nil, 0o666); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create over a file: %v", err)
	}
	if err := d.Link("f", "g"); err != nil {
		t.Fatal(err)
	}
	if err := d.Link("f", "g"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("link over a file: %v", err)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "f")); string(got) != "user" {
		t.Errorf("content is now %q", got)
	}
}

func TestReadFileRefuses(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	os.WriteFile(filepath.Join(dir, "big"), make([]byte, 11), 0o644)
	os.Symlink("big", filepath.Join(dir, "link"))
	os.Mkdir(filepath.Join(dir, "dir"), 0o755)
	for _, name := range []string{"big", "link", "dir", "none", "../x"} {
		if _, err := fsops.ReadFile(d, name, 10); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestSubRefusesLinks(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	os.Mkdir(filepath.Join(dir, "real"), 0o755)
	os.Symlink("real", filepath.Join(dir, "link"))
	s, err := d.Sub("real")
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := d.Sub("link"); err == nil {
		t.Error("a link was followed")
	}
}

func TestLockIsExclusiveAndFollowsTheName(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	first, err := d.Lock("lock")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock("lock"); !errors.Is(err, fsops.ErrLocked) {
		t.Errorf("second lock: %v", err)
	}
	if err := d.Remove("lock"); err != nil {
		t.Fatal(err)
	}
	first.Close()
	third, err := d.Lock("lock")
	if err != nil {
		t.Fatal(err)
	}
	third.Close()
}

func TestRemoveAllAndRemoveEmpty(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	os.MkdirAll(filepath.Join(dir, "a/b/c"), 0o755)
	os.MkdirAll(filepath.Join(dir, "keep"), 0o755)
	os.WriteFile(filepath.Join(dir, "keep/f"), nil, 0o644)
	os.Symlink("../../../keep", filepath.Join(dir, "a/b/c/link"))
	if err := fsops.RemoveAll(d, "a/b/c/link"); err != nil {
		t.Fatal(err)
	}
	if got := fsops.RemoveEmpty(d, "a/b/c"); !slices.Equal(got, []string{"a/b/c", "a/b", "a"}) {
		t.Errorf("removed %v", got)
	}
	if got := fsops.RemoveEmpty(d, "keep"); got != nil {
		t.Errorf("removed %v", got)
	}
	if err := fsops.RemoveAll(d, "none"); err != nil {
		t.Error(err)
	}
	if err := fsops.RemoveAll(d, "keep"); err != nil {
		t.Error(err)
	}
}

func TestWritable(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("needs a user whom modes bind")
	}
	d, dir := open(t)
	os.Mkdir(filepath.Join(dir, "ro"), 0o555)
	if err := d.Writable("ro"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("read-only directory: %v", err)
	}
	if err := d.Writable("."); err != nil {
		t.Error(err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	run := func(fault faultfs.Fault) (dir string, log []string, stop any, err error) {
		dir = t.TempDir()
		f := faultfs.New(fault)
		d, oerr := f.Open(dir)
		if oerr != nil {
			t.Fatal(oerr)
		}
		defer d.Close()
		defer func() { log = f.Log(); stop = recover() }()
		defer d.Remove("f") // a clean-up that a killed process never runs
		_, err = fsops.WriteFile(d, "f", []byte("0123456789"), 0o666)
		return dir, log, nil, err
	}
	_, log, _, err := run(faultfs.Fault{})
	if want := []string{"create f", "write f", "close f", "remove f"}; !slices.Equal(log, want) || err != nil {
		t.Fatalf("log %v, %v", log, err)
	}
	dir, _, stop, _ := run(faultfs.Fault{At: 2, Torn: true})
	if got, _ := os.ReadFile(filepath.Join(dir, "f")); !faultfs.Stopped(stop) || string(got) != "01234" {
		t.Errorf("stop %v left %q", stop, got)
	}
	_, _, _, err = run(faultfs.Fault{At: 1, Err: syscall.ENOSPC, Sticky: true})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
}

// TestErrorsNameTheWholePath holds that a refusal says which file it is about,
// from wherever the directory was opened.
func TestErrorsNameTheWholePath(t *testing.T) {
	t.Parallel()
	d, dir := open(t)
	if _, err := fsops.MkdirAll(d, "a/b", 0o777); err != nil {
		t.Fatal(err)
	}
	sub, err := d.Sub("a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	os.WriteFile(filepath.Join(dir, "a/b/file"), nil, 0o644)
	inFile := filepath.Join(dir, "a/b/file/x")
	_, err = sub.Create("file/x", 0o666)
	for name, err := range map[string]error{
		"create": err, "mkdir": sub.Mkdir("file/x", 0o777), "remove": sub.Remove("file/x"), "writable": sub.Writable("file/x"),
	} {
		if pe, ok := errors.AsType[*fs.PathError](err); !ok || pe.Path != inFile {
			t.Errorf("%s: %v", name, err)
		}
	}
	if le, ok := errors.AsType[*os.LinkError](sub.Rename("file", "file/x")); !ok || le.New != inFile {
		t.Errorf("rename: %v", err)
	}
	if _, err := sub.Lstat("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
