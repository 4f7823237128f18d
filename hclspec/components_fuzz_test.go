package hclspec_test

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

const fuzzSpec = `
project "p" {
  python = ["3.12"]
}
dataset "d" {
  path = "d.csv"
}
component "a" {
  source = "./c"
  inputs = { x = "1", path = "p.txt", name = "n" }
}
component "b" {
  source   = "./c"
  for_each = { k = "v" }
  enabled  = each.key == "k"
  inputs   = { x = each.value }
}
component "far" {
  source = "builtin/c"
}
readme {
  section "component" "b" {}
}
output "o" {
  value = try(component.a.out, [for k, c in component.b : c.out], "")
}
`

// FuzzComponent looks for panics, for faults that name no place, and for places that
// no text has.
func FuzzComponent(f *testing.F) {
	cases, _ := filepath.Glob("testdata/components/*.txtar")
	for _, name := range cases {
		if filepath.Base(name) == "bomb.txtar" {
			continue // it takes a while
		}
		all, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range all.Files {
			if filepath.Base(file.Name) == "component.hcl" {
				f.Add(string(file.Data), "${var.x} ${project.python[0]}\n")
			}
		}
	}
	f.Add("component \"c\" {\n  version = \"1\"\n}\ncomponent \"d\" {\n  source = \"./d\"\n  inputs = { x = \"y\" }\n}\nvariable \"x\" {}\nmoved {\n  from = file.a\n  to = component.d.file.a\n}\nfile \"a\" {\n  template = \"t\"\n}\n", "${var}")
	f.Fuzz(func(t *testing.T, manifest, tmpl string) {
		files := fstest.MapFS{"mlops.hcl": {Data: []byte(fuzzSpec)}}
		for _, dir := range []string{"c/", "c/d/", "builtin/c/"} {
			files[dir+"component.hcl"] = &fstest.MapFile{Data: []byte(manifest)}
			files[dir+"t"] = &fstest.MapFile{Data: []byte(tmpl)}
		}
		p, _, diags := rendered(files)
		for _, d := range diags {
			if d.Subject == nil {
				t.Errorf("a fault without a place: %s: %s", d.Summary, d.Detail)
				continue
			}
			if src := p.Source(d.Subject.Filename); src == nil || d.Subject.Start.Byte > len(src) {
				t.Errorf("a place without text: %s: %s: %s", d.Subject, d.Summary, d.Detail)
			}
		}
	})
}
