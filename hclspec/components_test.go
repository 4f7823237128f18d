package hclspec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestComponentFaults loads the projects of testdata/components, in which builtin/
// holds the built-in components. Every fault and warning, of templates too, must be
// as in want: place, summary, detail. MLOPS_UPDATE=1 writes what is.
func TestComponentFaults(t *testing.T) {
	t.Parallel()
	cases, err := filepath.Glob("testdata/components/*.txtar")
	if err != nil || len(cases) < 20 {
		t.Fatalf("fixtures: %v, %v", cases, err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			all, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, want := fstest.MapFS{}, ""
			for _, f := range all.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				files[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			got := told(files)
			if got == want {
				return
			}
			if os.Getenv("MLOPS_UPDATE") == "" {
				t.Fatalf("got:\n%swant:\n%s", got, want)
			}
			all.Files = append(all.Files[:len(files)], txtar.File{Name: "want", Data: []byte(got)})
			if err := os.WriteFile(name, txtar.Format(all), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// told is what a user hears of a project.
func told(files fstest.MapFS) string {
	p, tree, diags := rendered(files)
	var out strings.Builder
	for _, d := range diags {
		word := "error"
		if d.Severity == hcl.DiagWarning {
			word = "warning"
		}
		fmt.Fprintf(&out, "%s: %s: %s\n", spot(p, d.Subject), word, d.Summary)
		for line := range strings.Lines(d.Detail) {
			fmt.Fprintf(&out, "  %s\n", strings.TrimSuffix(line, "\n"))
		}
	}
	if tree != nil {
		for i := range tree.Entries {
			fmt.Fprintf(&out, "%s %s\n", tree.Entries[i].Path, tree.Entries[i].Address)
		}
	}
	return out.String()
}

// spot is a place with the text that stands there, as an excerpt shows it.
func spot(p *hclspec.Project, rng *hcl.Range) string {
	if rng == nil {
		return "nowhere"
	}
	src := p.Source(rng.Filename)
	if src == nil {
		return fmt.Sprintf("%s:%d (no text)", rng.Filename, rng.Start.Line)
	}
	text, more, _ := strings.Cut(string(src[rng.Start.Byte:min(rng.End.Byte, len(src))]), "\n")
	if more != "" {
		text += "..."
	}
	return fmt.Sprintf("%s:%d:%d `%s`", rng.Filename, rng.Start.Line, rng.Start.Column, text)
}

// rendered loads and renders a project; the tree is nil when it has errors.
func rendered(files fstest.MapFS) (*hclspec.Project, *planner.Tree, hcl.Diagnostics) {
	spec, err := hclspec.Find(files)
	if err != nil {
		return nil, nil, hcl.Diagnostics{{Summary: err.Error()}}
	}
	builtin := fstest.MapFS{}
	for name, f := range files {
		if inner, ok := strings.CutPrefix(name, "builtin/"); ok {
			builtin[inner] = f
		}
	}
	p, diags := hclspec.Load(hclspec.Params{
		Spec: spec, FS: files, Sections: readme.Kinds(), Version: "0.1.0",
		Components: &components.Resolver{Builtin: builtin, Pins: noPins},
	})
	var tree *planner.Tree
	if !diags.HasErrors() || p.Sound() && p.Facts.Value.Type().IsObjectType() {
		part := *p
		if diags.HasErrors() {
			part.Readme = nil
		}
		made, more := planner.Desired(&part)
		if diags = append(diags, more...); !diags.HasErrors() {
			tree = made
		}
	}
	return p, tree, hclspec.Sort(diags, spec)
}

func noPins() (map[string]lockfile.Component, error) { return nil, nil }
