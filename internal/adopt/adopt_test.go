package adopt_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/zclconf/go-cty/cty"
)

// want renders a spec; files are what it may read.
func want(t *testing.T, spec string, files fstest.MapFS) (*hclspec.Project, *planner.Tree) {
	t.Helper()
	p, diags := hclspec.Load(hclspec.Params{Spec: []hclspec.Source{{Name: hclspec.MainFile, Src: []byte(spec)}}, FS: files})
	if diags.HasErrors() {
		t.Fatalf("%v in\n%s", diags, spec)
	}
	tree, diags := planner.Desired(p)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p, tree
}

// edit applies a spec, then edits its files, and adopts all of it.
func edit(t *testing.T, spec string, disk map[string]planner.Disk) (*adopt.Result, error) {
	t.Helper()
	p, tree := want(t, spec, fstest.MapFS{})
	s := adopt.Sides{
		Spec: []hclspec.Source{{Name: hclspec.MainFile, Src: []byte(spec)}}, Project: p, Tree: tree,
		Disk: map[string]*planner.Disk{}, Lock: &lockfile.Lock{},
		Chosen: func(string, string) (bool, bool) { return true, true },
	}
	for _, e := range tree.Entries {
		s.Lock.Objects = append(s.Lock.Objects, lockfile.Object{
			Address: e.Address, Path: string(e.Path), Kind: e.Kind, Mode: e.Mode, Ownership: e.Ownership, Rendered: e.Rendered,
		})
		d := planner.Disk{Type: "file", Mode: e.Mode, Content: e.Content, Same: true}
		if other, ok := disk[string(e.Path)]; ok {
			d = other
			d.Same = string(d.Content) == string(e.Content)
		}
		s.Disk[string(e.Path)] = &d
	}
	return adopt.Edits(s)
}

// TestEdits shows the text of the spec after one edit.
func TestEdits(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ before, content, mode, after string }{
		"quoted":         {`file "a" { content = "x\n" } # c`, "y\n", "0644", `file "a" { content = "y\n" } # c`},
		"empty":          {`file "a" { content = "" }`, "y\n", "0644", `file "a" { content = "y\n" }`},
		"to empty":       {"file \"a\" {\n  content = \"x\"\n}", "", "0644", "file \"a\" {\n  content = \"\"\n}"},
		"several lines":  {"file \"a\" {\n  content = \"x\\n\"\n}", "x\ny\n", "0644", "file \"a\" {\n  content = <<-EOT\n    x\n    y\n  EOT\n}"},
		"heredoc":        {"file \"a\" {\n  content = <<T\nx\nT\n}", "y\n", "0644", "file \"a\" {\n  content = <<T\ny\nT\n}"},
		"escapes":        {`file "a" { content = "x" }`, "${a} %{b} \"\\", "0644", `file "a" { content = "$${a} %%{b} \"\\" }`},
		"mode":           {"file \"a\" {\n  mode = \"0644\" # c\n  content = \"\"\n}", "", "0755", "file \"a\" {\n  mode = \"0755\" # c\n  content = \"\"\n}"},
		"mode new":       {"file \"a\" {\n  content = \"\"\n}", "", "0755", "file \"a\" {\n  mode    = \"0755\"\n  content = \"\"\n}"},
		"mode new, CRLF": {"file \"a\" {\r\n  content = \"\"\r\n}", "", "0755", "file \"a\" {\r\n  mode    = \"0755\"\r\n  content = \"\"\r\n}"},
		"comment first":  {"file \"a\" { # c\n\t# d\n\tcontent = \"\"\n}", "", "0755", "file \"a\" { # c\n  mode = \"0755\"\n\t# d\n\tcontent = \"\"\n}"},
		"both":           {"file \"a\" {\n\tcontent = \"\"\n}", "x", "0755", "file \"a\" {\n\tmode    = \"0755\"\n\tcontent = \"x\"\n}"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const head, tail = "project \"p\" {}\n\n", "\n\nfile \"z\" { content = \"z\" }\n"
			got, err := edit(t, head+test.before+tail, map[string]planner.Disk{"a": {Type: "file", Mode: test.mode, Content: []byte(test.content)}})
			if err != nil {
				t.Fatal(err)
			}
			if next := string(got.Files[0].New); next != head+test.after+tail {
				t.Errorf("the spec is\n%s\nwant\n%s", next, head+test.after+tail)
			}
		})
	}
}

// TestRefused shows why an edit is not adopted.
func TestRefused(t *testing.T) {
	t.Parallel()
	file := planner.Disk{Type: "file", Mode: "0644", Content: []byte("edit\n")}
	exec := planner.Disk{Type: "file", Mode: "0755", Content: []byte("x")}
	tests := map[string]struct {
		spec, why string
		disk      planner.Disk
	}{
		"function":      {`file "a" { content = upper("x") }`, "a: the content of file.a is computed at mlops.hcl:2; change it there", file},
		"interpolation": {`file "a" { content = "${project.name}" }`, "a: the content of file.a is computed at mlops.hcl:2; change it there", file},
		"parentheses":   {`file "a" { content = ("x") }`, "a: the content of file.a is computed at mlops.hcl:2; change it there", file},
		"for_each":      {"file \"x\" {\n  for_each = { a = 1 }\n  path = each.key\n  content = \"x\"\n}", `a: file.x["a"] is one of those that for_each makes at mlops.hcl:3; change what it makes them from there`, file},
		"one line":      {`file "a" { content = "x" }`, `a: has mode 0755 now, and the block of file.a is in one line at mlops.hcl:2; write mode = "0755" there`, exec},
		"mode computed": {`file "a" {
  mode = join("", ["0644"])
  content = "x"
}`, "a: the mode of file.a is computed at mlops.hcl:3; change it there", exec},
		"link":      {`file "a" { content = "x" }`, "a: is no regular file any more (symlink), and only those are adopted", planner.Disk{Type: "symlink"}},
		"binary":    {`file "a" { content = "x" }`, "a: is binary, which no literal can hold; keep it in a file of its own and name that with `source`", planner.Disk{Type: "file", Mode: "0644", Content: []byte("\x00")}},
		"directory": {`directory "a" {}`, "", planner.Disk{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := edit(t, "project \"p\" {}\n"+test.spec, map[string]planner.Disk{"a": test.disk})
			refused, ok := errors.AsType[*adopt.RefusedError](err)
			switch {
			case test.why == "" && (err != nil || len(got.Done) > 0):
				t.Errorf("%v, %v", got, err)
			case test.why != "" && (!ok || refused.Why[0] != test.why):
				t.Errorf("%v\nwant %s", err, test.why)
			}
		})
	}
}

// law adopts texts and checks that the new spec wants exactly them, that what is
// around the literals is as it was, and that the lines are those of the literals.
func law(t *testing.T, spec string, texts map[string]string) {
	t.Helper()
	disk := map[string]planner.Disk{}
	for p, text := range texts {
		disk[p] = planner.Disk{Type: "file", Mode: "0644", Content: []byte(text)}
	}
	got, err := edit(t, spec, disk)
	if err != nil {
		if refused, ok := errors.AsType[*adopt.RefusedError](err); !ok || !excused(texts) {
			t.Fatalf("%v for %q", refused, texts)
		}
		return
	}
	next := spec
	for _, f := range got.Files {
		next = string(f.New)
	}
	_, tree := want(t, next, nil)
	for _, e := range tree.Entries {
		if text, edited := texts[string(e.Path)]; edited && string(e.Content) != text {
			t.Errorf("%s: the new spec says %q, want %q", e.Path, e.Content, text)
		}
	}
	if strings.Count(next, "# stays") != strings.Count(spec, "# stays") {
		t.Errorf("a comment is gone from\n%s", next)
	}
	lines := strings.Split(next, "\n")
	for _, d := range got.Done {
		if !strings.Contains(lines[d.Line-1], "content") {
			t.Errorf("%s: line %d is %q", d.Path, d.Line, lines[d.Line-1])
		}
	}
}

// excused reports whether HCL has no way to write one of the texts.
func excused(texts map[string]string) bool {
	for _, s := range texts {
		if !utf8.ValidString(s) || textdiff.IsBinary([]byte(s)) || cty.NormalizeString(s) != s {
			return true
		}
	}
	return false
}

const lawSpec = `project "p" {} # stays

file "a" { # stays
  # stays
  content = <<-EOT
    a # stays
  EOT
  mode = "0644"
}
file "b" { content = "x" } # stays
/* stays */ file "c" {
  content = <<T
c
T
}
`

func TestLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5))
	pieces := []string{"a", "EOT\n", "T\n", "\n", "  ", "\t", "${", "%{", "\"", "\\", "# stays\n", "\r\n", "é", "\u200b", "}", "content", "$", "%"}
	for range 400 {
		texts := map[string]string{}
		for _, p := range []string{"a", "b", "c"} {
			text := ""
			for range r.IntN(8) {
				text += pieces[r.IntN(len(pieces))]
			}
			if r.IntN(4) > 0 {
				texts[p] = strings.ReplaceAll(text, "# stays", "#")
			}
		}
		spec := strings.Replace(lawSpec, "a # stays", "a", 1)
		if law(t, spec, texts); t.Failed() {
			t.Fatalf("%q", texts)
		}
	}
}

func FuzzEdits(f *testing.F) {
	f.Add("x\ny\n", "${")
	f.Fuzz(func(t *testing.T, a, b string) {
		if strings.Contains(a+b, "# stays") {
			return
		}
		law(t, strings.Replace(lawSpec, "a # stays", "a", 1), map[string]string{"a": a, "b": b})
	})
}

// BenchmarkEdits adopts one file of a thousand.
func BenchmarkEdits(b *testing.B) {
	var spec strings.Builder
	spec.WriteString("project \"p\" {}\n")
	for i := range 1000 {
		fmt.Fprintf(&spec, "file \"f%d\" {\n  content = <<-EOT\n    x\n    y\n  EOT\n}\n", i)
	}
	t := &testing.T{}
	for b.Loop() {
		if _, err := edit(t, spec.String(), map[string]planner.Disk{"f7": {Type: "file", Mode: "0644", Content: []byte("z\n")}}); err != nil {
			b.Fatal(err)
		}
	}
}
