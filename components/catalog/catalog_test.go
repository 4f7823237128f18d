package catalog_test

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/zclconf/go-cty/cty"
)

// object is one wanted file or part of a file.
type object struct {
	address, path, ownership, text string
	inputs                         []lockfile.Input
}

// project is a spec evaluated and rendered.
type project struct {
	*hclspec.Project
	objects []object // by address
	notes   []string // warnings
}

func load(t *testing.T, spec string) project {
	t.Helper()
	r := &components.Resolver{Builtin: catalog.Files()}
	p, diags := hclspec.Load(hclspec.Params{
		Spec: []hclspec.Source{{Name: "mlops.hcl", Src: []byte(spec)}}, FS: fstest.MapFS{},
		Sections: readme.Kinds(), Version: "0.1.0", Components: r,
	})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	tree, more := planner.Desired(p)
	if more.HasErrors() {
		t.Fatal(more)
	}
	out := project{Project: p}
	for _, d := range append(diags, more...) {
		out.notes = append(out.notes, d.Summary+": "+d.Detail)
	}
	for _, e := range tree.Entries {
		out.objects = append(out.objects, object{e.Address, string(e.Path), e.Ownership, string(e.Content), e.Inputs})
	}
	for i := range tree.Parts {
		part := &tree.Parts[i]
		out.objects = append(out.objects, object{part.Address, string(part.Path), "part", textOf(part), part.Inputs})
	}
	slices.SortFunc(out.objects, func(a, b object) int { return strings.Compare(a.address, b.address) })
	return out
}

// textOf is what a part puts into its file.
func textOf(p *planner.Part) string {
	if p.Block != nil {
		return string(p.Block.Body)
	}
	var b strings.Builder
	for _, e := range p.Edits {
		fmt.Fprintln(&b, e.Key, e.Value, e.Elems)
	}
	return b.String()
}

// by maps addresses to objects.
func (p project) by() map[string]object {
	out := map[string]object{}
	for _, o := range p.objects {
		out[o.address] = o
	}
	return out
}

// reads reports whether an object was made from a fact.
func (o object) reads(fact string) bool {
	return slices.ContainsFunc(o.inputs, func(in lockfile.Input) bool {
		return in.Name == fact || strings.HasPrefix(in.Name, fact+".")
	})
}

func names(t *testing.T) []string {
	t.Helper()
	return (&components.Resolver{Builtin: catalog.Files()}).Names()
}

// TestFullProject holds that one project has every built-in component with its
// defaults, that nothing warns, and that every fact is read.
func TestFullProject(t *testing.T) {
	t.Parallel()
	p := load(t, fullSpec)
	var used []string
	for _, c := range p.Components {
		used = append(used, strings.TrimPrefix(c.Source, "builtin/"))
		if want := strings.TrimPrefix(c.Source, "builtin/"); c.Manifest.Name != want {
			t.Errorf("the folder %s holds the component %s", want, c.Manifest.Name)
		}
		if c.Manifest.Description == "" {
			t.Errorf("%s does not say what it adds", c.Source)
		}
	}
	for _, name := range names(t) {
		if !slices.Contains(used, name) {
			t.Errorf("the project of the tests lacks %s", name)
		}
	}
	for _, note := range p.notes {
		t.Error(note)
	}
}

// headless are files whose format has no comment, or whose first line is the user's.
func headless(name string) bool {
	return slices.Contains([]string{".json", ".csv", ".typed"}, path.Ext(name)) ||
		slices.Contains([]string{".python-version", "LICENSE"}, path.Base(name))
}

// TestHeaders holds that what mlops writes says so, and who it is from.
func TestHeaders(t *testing.T) {
	t.Parallel()
	p := load(t, fullSpec)
	for _, o := range p.objects {
		if o.address == "readme" || o.ownership == "part" || headless(o.path) {
			continue
		}
		first, _, _ := strings.Cut(o.text, "\n")
		var want string
		for _, c := range p.Components {
			if strings.HasPrefix(o.address, c.Address+".") {
				want = "mlops (" + c.Source + "): "
			}
		}
		switch {
		case o.ownership == "user" && strings.Contains(first, "mlops ("):
			t.Errorf("%s is the user's and says %q", o.path, first)
		case o.ownership == "spec" && !strings.Contains(first, "Written by "+want):
			t.Errorf("%s begins with %q", o.path, first)
		case o.ownership == "shared" && !strings.Contains(first, "From "+want):
			t.Errorf("%s begins with %q", o.path, first)
		}
	}
}

// TestText holds that what is written is sound text: ends in one line end, has no
// blanks at ends of lines and nothing that a template left over.
func TestText(t *testing.T) {
	t.Parallel()
	for _, o := range load(t, fullSpec).objects {
		if o.ownership == "part" || o.text == "" {
			continue
		}
		if !strings.HasSuffix(o.text, "\n") || strings.HasSuffix(o.text, "\n\n") {
			t.Errorf("%s does not end in one line end", o.path)
		}
		for i, line := range strings.Split(o.text, "\n") {
			if line != strings.TrimRight(line, " \t\r") || strings.Contains(line, "%{") || strings.Contains(line, "$${") {
				t.Errorf("%s:%d: %q", o.path, i+1, line)
			}
		}
	}
}

// TestManifestsAreFormatted holds that `mlops fmt` has nothing to do here.
func TestManifestsAreFormatted(t *testing.T) {
	t.Parallel()
	for _, name := range names(t) {
		name += "/" + hclspec.ManifestFile
		src, err := fs.ReadFile(catalog.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		out, diags := hclspec.Format(hclspec.Source{Name: name, Src: src})
		if diags.HasErrors() || string(out) != string(src) {
			t.Errorf("%s is not formatted (%v)", name, diags)
		}
	}
}

// TestVersions holds that versions are named in one place only.
func TestVersions(t *testing.T) {
	t.Parallel()
	var pins []string
	for _, o := range load(t, versionsSpec).Outputs {
		pins = append(pins, leaves(o.Value)...)
	}
	if len(pins) < 10 {
		t.Fatalf("only %d versions", len(pins))
	}
	err := fs.WalkDir(catalog.Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "versions/") {
			return err
		}
		text, err := fs.ReadFile(catalog.Files(), name)
		for _, pin := range pins {
			if strings.Contains(string(text), pin) {
				t.Errorf("%s names %s; it stands in versions/component.hcl", name, pin)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const versionsSpec = `
project "x" {}
component "v" { source = "builtin/versions" }
output "pypi" { value = component.v.pypi }
output "actions" { value = component.v.actions }
`

func leaves(v cty.Value) []string {
	if v.Type() == cty.String {
		return []string{v.AsString()}
	}
	var out []string
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		out = append(out, leaves(e)...)
	}
	return out
}

// TestActions holds that an action is pinned to a commit, with the tag it is from.
func TestActions(t *testing.T) {
	t.Parallel()
	for _, o := range load(t, versionsSpec).Outputs {
		if o.Name != "actions" {
			continue
		}
		for name, a := range o.Value.AsValueMap() {
			pin := strings.Join(leaves(a), " ") // by name of the attribute
			if !regexp.MustCompile(`^[\w.-]+/[\w.-]+ [0-9a-f]{40} v[0-9.]+$`).MatchString(pin) {
				t.Errorf("%s: %s", name, pin)
			}
		}
	}
}
