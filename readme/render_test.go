package readme

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// parseSections reads sections as they stand in a readme block.
func parseSections(t *testing.T, src string) []Section {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(src), "readme.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var out []Section
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		s := Section{Kind: b.Labels[0], Fields: cty.EmptyObjectVal}
		if len(b.Labels) > 1 {
			s.Name = b.Labels[1]
		}
		for _, k := range Kinds() {
			if k.Name == s.Kind {
				s.Fields = parseFields(t, k, b.Body.Attributes)
			}
		}
		out = append(out, s)
	}
	return out
}

// parseFields makes the fields as the caller of Render must.
func parseFields(t *testing.T, k schema.Block, attrs hclsyntax.Attributes) cty.Value {
	t.Helper()
	for name := range attrs {
		if _, has := k.Attr(name); !has {
			t.Fatalf("%s has no %s", k.Name, name)
		}
	}
	fields := map[string]cty.Value{}
	for _, a := range k.Attrs {
		fields[a.Name] = cty.NullVal(a.Type.WithoutOptionalAttributesDeep())
		if attr := attrs[a.Name]; attr != nil {
			v, diags := attr.Expr.Value(nil)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			v, err := convert.Convert(v, a.Type)
			if err != nil {
				t.Fatalf("%s: %v", a.Name, err)
			}
			fields[a.Name] = v
		}
	}
	return cty.ObjectVal(fields)
}

// parseProject reads attributes named as the fields of Project.
func parseProject(t *testing.T, src string) Project {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(src), "project.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var p Project
	texts := map[string]*string{
		"name": &p.Name, "title": &p.Title, "summary": &p.Summary, "package": &p.Package,
		"license": &p.License, "repository": &p.Repository, "path": &p.Path, "lang": &p.Lang,
	}
	for name, attr := range f.Body.(*hclsyntax.Body).Attributes {
		v, diags := attr.Expr.Value(nil)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		switch name {
		case "python":
			for _, e := range v.AsValueSlice() {
				p.Python = append(p.Python, e.AsString())
			}
			continue
		case "authors":
			for _, e := range v.AsValueSlice() {
				p.Authors = append(p.Authors, Person{e.GetAttr("name").AsString(), e.GetAttr("email").AsString()})
			}
			continue
		}
		*texts[name] = v.AsString()
	}
	return p
}

// Each archive in testdata holds the sections, and as far as they matter the
// project's facts and managed files, and what comes of them: want.md, or
// error.txt with the section (from 0), the field, the reason and the fix.
// MLOPS_UPDATE=1 writes what comes.
func TestRender(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range a.Files {
				parts[f.Name] = string(f.Data)
			}
			p := projectOf(t, parts)
			out, err := Render(parseSections(t, parts["readme.hcl"]), p)
			name, got := "want.md", string(out)
			if se := (*SectionError)(nil); errors.As(err, &se) {
				name, got = "error.txt", fmt.Sprintf("%d %s\n%s.\n%s.\n", se.Index, se.Field, se.Reason, se.Fix)
			}
			compare(t, a, file, txtar.File{Name: name, Data: []byte(got)})
			lawsOf(t, parts, got, err)
		})
	}
}

// projectOf is the project that an archive states. A part called "exists" lists
// the paths that are there without being managed.
func projectOf(t *testing.T, parts map[string]string) Project {
	t.Helper()
	p := parseProject(t, parts["project.hcl"])
	p.Files = strings.Fields(parts["files"])
	if exists, given := parts["exists"]; given {
		p.Exists = func(path string) bool { return slices.Contains(strings.Fields(exists), path) }
	}
	return p
}

// compare compares the last file of an archive with what came.
func compare(t *testing.T, a *txtar.Archive, file string, got txtar.File) {
	t.Helper()
	last := a.Files[len(a.Files)-1]
	wanted := last.Name == "want.md" || last.Name == "error.txt"
	if os.Getenv("MLOPS_UPDATE") == "1" {
		if wanted {
			a.Files = a.Files[:len(a.Files)-1]
		}
		a.Files = append(a.Files, got)
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !wanted || last.Name != got.Name {
		t.Fatalf("want %s, got %s:\n%s", last.Name, got.Name, got.Data)
	}
	if diff := cmp.Diff(string(last.Data), string(got.Data)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
