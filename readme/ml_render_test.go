package readme

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Each archive in testdata/ml holds sections on facts and files, and what comes of
// them, as in TestRender; sources lists the files that the sections read.
func TestRenderML(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/ml/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a := readArchive(t, file)
			p, sections := a.project(t), parseSections(t, a.parts["readme.hcl"])
			out, err := Render(sections, p)
			name, got := "want.md", string(out)
			if se := (*SectionError)(nil); errors.As(err, &se) {
				name, got = "error.txt", fmt.Sprintf("%d %s\n%s.\n%s.\n", se.Index, se.Field, se.Reason, se.Fix)
			}
			compare(t, a.src, file, txtar.File{Name: name, Data: []byte(got)})
			if again, _ := Render(sections, p); string(again) != string(out) {
				t.Error("rendering twice gives two texts")
			}
			if err == nil {
				shape(t, got)
			}
			readsAreDeclared(t, sections, p)
		})
	}
}

// readsAreDeclared: a section asks only for files that Sources names, and only for
// facts that Reads names.
func readsAreDeclared(t *testing.T, sections []Section, p Project) {
	t.Helper()
	for _, s := range sections {
		declared := map[string]bool{}
		for _, f := range Sources(s, p) {
			declared[f] = true
		}
		q := p
		q.Read = func(path string) ([]byte, error) {
			if !declared[path] {
				t.Errorf("%s reads %s, which Sources does not name", s.Kind, path)
			}
			return p.Read(path)
		}
		want, wantErr := Render([]Section{s}, q)
		q.Facts = nil
		for _, f := range p.Facts {
			for _, kind := range Reads(s.Kind) {
				if f.Kind == kind {
					q.Facts = append(q.Facts, f)
				}
			}
		}
		got, gotErr := Render([]Section{s}, q)
		if s.Kind == "include" || s.Kind == "configuration" || s.Kind == "table" {
			continue // a stage only says why a file is not there
		}
		if string(want) != string(got) || (wantErr == nil) != (gotErr == nil) {
			t.Errorf("%s depends on facts that Reads does not name: %v\n%s", s.Kind, gotErr, got)
		}
	}
}
