package takeover_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/mlops-as-code/mlops/internal/takeover"
	"github.com/mlops-as-code/mlops/planner"
)

func options(files fstest.MapFS) takeover.Options {
	return takeover.Options{
		FS: files, Dir: ".", Managed: map[string]bool{"managed": true}, Ownership: "spec",
		Ignored:    func(p string, _ bool) bool { return p == "ignored" },
		Foreign:    func(dir string) string { return map[string]string{"foreign": "is a submodule"}[dir] },
		Chosen:     func(p string) bool { return p != "excluded" },
		Executable: func(_ string, info fs.FileInfo) bool { return info.Mode()&0o100 != 0 },
		Clean:      func(_ string, data []byte) []byte { return []byte(strings.ReplaceAll(string(data), "\r\n", "\n")) },
	}
}

func text(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s), Mode: 0o644} }

// TestScan shows what is taken, left out with a reason, and passed over.
func TestScan(t *testing.T) {
	t.Parallel()
	found, err := takeover.Scan(options(fstest.MapFS{
		"a.txt": text("a\n"), "run.sh": {Data: []byte("x"), Mode: 0o755}, "d/.gitkeep": text(""), ".gitkeep": text(""),
		"e/.gitkeep": text("x"), "ignored/f": text("x"), "excluded": text("x"), "managed": text("x"), "Managed": text("y"),
		"foreign/f": text("x"), ".git/config": text("x"), ".mlops/base/x": text("x"), "mlops.lock.json": text("{}"),
		"sub/.git": text("gitdir: x"), "mlops.hcl": text("x"), "link": {Mode: fs.ModeSymlink | 0o777}, "pipe": {Mode: fs.ModeNamedPipe},
		"binary": text("\x00"), "latin": text("\xff"), "nfd": text("e\u0301"), "con": text("x"), "crlf": text("a\r\nb\r\n"), "mixed": text("a\r\nb\n"),
		"long": text(strings.Repeat("x\n", takeover.MaxLines+1)), "lines": text(strings.Repeat("x\n", takeover.MaxLines)),
		"large": text(strings.Repeat("x", takeover.MaxFileBytes+1)), "big": text(strings.Repeat("x", takeover.MaxFileBytes)),
	}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found.Files {
		got = append(got, f.Mode+" "+f.Address)
	}
	for _, l := range found.LeftOut {
		got = append(got, l.Path+": "+l.Why)
	}
	want := []string{
		`0644 file[".gitkeep"]`, `0644 file["a.txt"]`, "0644 file.big", "0644 file.crlf", "0644 directory.d", `0644 file["e/.gitkeep"]`,
		"0644 file.lines", "0644 file.mixed", `0755 file["run.sh"]`,
		"Managed: is one file with managed on systems that ignore case", "binary: is binary", "con: is a reserved name on Windows; choose another",
		"foreign: is a submodule", "large: is larger than 256 KiB", "latin: is not UTF-8", "link: is a symbolic link", "long: has more than 1000 lines",
		"nfd: has characters in decomposed form (not Unicode NFC)", "pipe: is no regular file",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if found.Managed != 1 {
		t.Errorf("%d are managed, want 1", found.Managed)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	many, much := fstest.MapFS{}, fstest.MapFS{}
	for i := range takeover.MaxFiles + 1 {
		many[name(i)] = text("x")
	}
	for i := range takeover.MaxBytes/takeover.MaxFileBytes + 1 {
		much[name(i)] = text(strings.Repeat("x", takeover.MaxFileBytes))
	}
	for want, files := range map[string]fstest.MapFS{"more than 5000 files": many, "more than 8 MiB": much} {
		if _, err := takeover.Scan(options(files)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want one with %q", err, want)
		}
	}
}

func name(i int) string {
	return string([]byte{'f', byte('a' + i/676), byte('a' + i/26%26), byte('a' + i%26)})
}

// law takes files over and checks that the spec says exactly those.
func law(t *testing.T, files fstest.MapFS) {
	t.Helper()
	o := options(files)
	o.Clean = nil
	found, err := takeover.Scan(o)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := found.Append(nil, specedit.Block{Type: "project", Labels: []string{"p"}})
	if err != nil {
		t.Fatal(err)
	}
	src := hclspec.Source{Name: hclspec.MainFile, Src: spec}
	if laid, diags := hclspec.Format(src); diags.HasErrors() || string(laid) != string(spec) {
		t.Errorf("the spec is not laid out:\n%s", cmp.Diff(string(laid), string(spec)))
	}
	p, diags := hclspec.Load(hclspec.Params{Spec: []hclspec.Source{src}, FS: files})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	tree, diags := planner.Desired(p)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if len(tree.Entries) != len(found.Files) {
		t.Errorf("the spec says %d files, %d were taken over", len(tree.Entries), len(found.Files))
	}
	for _, e := range tree.Entries {
		if have := files[string(e.Path)]; string(have.Data) != string(e.Content) {
			t.Errorf("%s: the spec says %q, want %q", e.Path, e.Content, have.Data)
		}
	}
}

func FuzzScan(f *testing.F) {
	f.Add("a.txt", "a\n  ${b}\n")
	f.Add("x/.gitkeep", "")
	f.Add("e", "EOT\n\r\n\t%{\u200b\"")
	f.Fuzz(func(t *testing.T, name, content string) {
		if !fs.ValidPath(name) || name == "." || !utf8.ValidString(name) {
			return
		}
		law(t, fstest.MapFS{name: text(content), "other": text(content)})
	})
}
