package hclspec_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/readme"
)

const sample = `
mlops {
  required_version = ">= 0.1"
}

project "churn-model" {
  title  = "Churn ${local.word}"
  python = ["3.11"]
}

variable "stages" {
  type    = map(object({ cmd = string, deps = optional(list(string), ["data"]) }))
  default = { train = { cmd = "train" }, eval = { cmd = "eval", deps = [] } }
}

variable "token" {
  default   = "s3cret"
  sensitive = true
}

locals {
  word = upper("ok")
  src  = "src/${project.package}"
}

file "stage" {
  for_each = var.stages
  path     = "${local.src}/${each.key}.py"
  template = "templates/ok.tmpl"
  vars     = { name = each.value.cmd }
}

file "list.txt" {
  content = join(",", [for k, f in file.stage : f.path])
  mode    = "0755"
}

file "copy.txt" {
  source    = "data.txt"
  ownership = "user"
}

directory "data/raw" {}

readme {
  section "title" {}
  dynamic "section" {
    for_each = var.stages
    labels   = ["custom", section.key]
    content {
      title = section.key
      body  = section.value.cmd
    }
  }
}

output "src" {
  value = local.src
}

git {
  message = "x: ${plan.summary} of ${project.name}"
  author  = { name = "A", email = "a@example.com" }
}
`

func mustLoad(t *testing.T, src string, vars ...hclspec.Assignment) *hclspec.Project {
	t.Helper()
	p, diags := load("mlops.hcl", src, vars...)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

func TestLoad(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, sample)
	if p.Facts.Title != "Churn OK" || p.Facts.Package != "churn_model" {
		t.Errorf("facts: %+v", p.Facts)
	}
	type file struct{ Address, Path, Mode, Ownership, Source, Template string }
	var got []file
	for _, f := range p.Files {
		got = append(got, file{f.Address, string(f.Path), f.Mode, f.Ownership, f.Source, f.Template})
	}
	want := []file{
		{`file.stage["eval"]`, "src/churn_model/eval.py", "0644", "spec", "", "templates/ok.tmpl"},
		{`file.stage["train"]`, "src/churn_model/train.py", "0644", "spec", "", "templates/ok.tmpl"},
		{`file["list.txt"]`, "list.txt", "0755", "spec", "", ""},
		{`file["copy.txt"]`, "copy.txt", "0644", "user", "data.txt", ""},
		{`directory["data/raw"]`, "data/raw/.gitkeep", "0644", "spec", "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c := p.Files[2].Content; c != "src/churn_model/eval.py,src/churn_model/train.py" {
		t.Errorf("list.txt holds %q", c)
	}
	if len(p.Readme.Sections) != 3 || p.Readme.Sections[1].Name != "eval" {
		t.Errorf("sections: %+v", p.Readme.Sections)
	}
	if msg, diags := p.Message("add 1 file"); diags.HasErrors() || msg != "x: add 1 file of churn-model" {
		t.Errorf("message %q, %v", msg, diags)
	}
}

// TestInputs holds that a file's inputs name what it was made from, down to the
// variables, and never a sensitive one.
func TestInputs(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, sample+"\nlocals {\n  secret = \"a${var.token}\"\n}\nfile \"n\" {\n  content = local.src\n  lifecycle {\n    precondition {\n      condition     = length(local.secret) > 0\n      error_message = \"x\"\n    }\n  }\n}\n")
	names := func(in []hclspec.Input) string {
		var out []string
		for _, i := range in {
			out = append(out, i.Name)
		}
		return strings.Join(out, " ")
	}
	for _, f := range p.Files {
		got := names(f.Inputs)
		switch f.Address {
		case `file.stage["eval"]`:
			if got != "each.value local.src project.package templates/ok.tmpl" {
				t.Errorf("stage: %s", got)
			}
		case `file["copy.txt"]`:
			if got != "data.txt" {
				t.Errorf("copy: %s", got)
			}
		case "file.n":
			if strings.Contains(got, "token") || strings.Contains(got, "secret") {
				t.Errorf("a sensitive input left a trace: %s", got)
			}
		}
	}
}

// TestOrderDoesNotMatter shuffles the blocks of a spec: the project stays the same.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	blocks := strings.Split(strings.Trim(sample, "\n"), "\n}\n\n")
	for i := range blocks[:len(blocks)-1] {
		blocks[i] += "\n}\n"
	}
	want := contents(mustLoad(t, sample))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		rng.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
		if diff := cmp.Diff(want, contents(mustLoad(t, strings.Join(blocks, "\n\n")))); diff != "" {
			t.Fatal(diff)
		}
	}
}

func contents(p *hclspec.Project) map[string]string {
	out := map[string]string{}
	for _, f := range p.Files {
		out[string(f.Path)] = f.Address + f.Content + f.Source + f.Template + f.Mode
		for _, in := range f.Inputs {
			out[string(f.Path)] += " " + in.Name + "=" + in.Digest
		}
	}
	return out
}

// TestFormat holds the laws of the formatter: idempotent, and without meaning.
func TestFormat(t *testing.T) {
	t.Parallel()
	ugly := strings.ReplaceAll(sample, "  ", "      ")
	once, diags := hclspec.Format(hclspec.Source{Name: "mlops.hcl", Src: []byte(ugly)})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	twice, _ := hclspec.Format(hclspec.Source{Name: "mlops.hcl", Src: once})
	if diff := cmp.Diff(string(once), string(twice)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(contents(mustLoad(t, ugly)), contents(mustLoad(t, string(once)))); diff != "" {
		t.Error(diff)
	}
	crlf, _ := hclspec.Format(hclspec.Source{Name: "mlops.hcl", Src: []byte("\uFEFF" + strings.ReplaceAll(ugly, "\n", "\r\n"))})
	if got := strings.ReplaceAll(strings.TrimPrefix(string(crlf), "\uFEFF"), "\r\n", "\n"); got != string(once) {
		t.Error("line endings or the byte order mark were lost")
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	const spec = "project \"x\" {}\nvariable \"n\" {\n  type = number\n  default = 1\n}\nvariable \"l\" {\n  type = list(string)\n  default = []\n}\nfile \"a\" {\n  content = \"${var.n} ${join(\",\", var.l)}\"\n}\n"
	text := func(name, value string) hclspec.Assignment {
		return hclspec.Assignment{Name: name, Origin: "--var", Text: value}
	}
	tests := []struct {
		name, want, fault string
		vars              []hclspec.Assignment
	}{
		{name: "default", want: "1 "},
		{name: "later wins", want: "3 ", vars: []hclspec.Assignment{text("n", "2"), text("n", "3")}},
		{name: "expression", want: "1 a,b", vars: []hclspec.Assignment{text("l", `["a", "b"]`)}},
		{name: "wrong type", fault: "Wrong type", vars: []hclspec.Assignment{text("n", "x")}},
		{name: "unquoted in a list", fault: "Unquoted value", vars: []hclspec.Assignment{text("l", "[3.10]")}},
		{name: "undeclared", fault: "Undeclared variable", vars: []hclspec.Assignment{text("m", "1")}},
		{name: "bad syntax", fault: "Missing expression", vars: []hclspec.Assignment{text("l", "")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, diags := load("mlops.hcl", spec, tt.vars...)
			if tt.fault != "" {
				if !diags.HasErrors() || diags[0].Summary != tt.fault {
					t.Fatalf("want %q, got %v", tt.fault, diags)
				}
				return
			}
			if diags.HasErrors() || p.Files[0].Content != tt.want {
				t.Fatalf("want %q, got %q, %v", tt.want, p.Files[0].Content, diags)
			}
		})
	}
}

// TestJSONTwin holds that the JSON form of a spec means the same.
func TestJSONTwin(t *testing.T) {
	t.Parallel()
	native := "project \"x\" {\n  python = [\"3.11\"]\n}\nlocals {\n  a = \"b\"\n}\nfile \"t\" {\n  for_each = { k = \"v\" }\n  path = \"${each.key}.txt\"\n  content = \"${local.a}-${each.value}\"\n}\n"
	twin := `{"project": {"x": {"python": ["3.11"]}}, "locals": {"a": "b"},
	  "file": {"t": {"for_each": {"k": "v"}, "path": "${each.key}.txt", "content": "${local.a}-${each.value}"}}}`
	p, diags := load("mlops.hcl.json", twin)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if diff := cmp.Diff(contents(mustLoad(t, native)), contents(p)); diff != "" {
		t.Error(diff)
	}
	if _, diags := load("mlops.hcl.json", `{"project": {"x": {"python": [3.10]}}}`); !diags.HasErrors() || diags[0].Summary != "Unquoted value" {
		t.Errorf("an unquoted version passed: %v", diags)
	}
}

// shelf has the components that the examples of the language name.
type shelf struct{}

func (shelf) Find(call hclspec.ComponentCall) (*hclspec.ComponentFiles, error) {
	manifest := "component \"x\" {\n  version = \"1.0.0\"\n}\nvariable \"cli\" {\n  type = bool\n}\n"
	return &hclspec.ComponentFiles{Label: call.Source, FS: fstest.MapFS{hclspec.ManifestFile: {Data: []byte(manifest)}}}, nil
}

// TestExamplesOfTheLanguage evaluates the example of every block of the table.
func TestExamplesOfTheLanguage(t *testing.T) {
	t.Parallel()
	lang := hclspec.Language(readme.Kinds())
	for _, b := range lang.Blocks {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			if b.Example == "" || b.Doc == "" {
				t.Fatal("a block of the language needs an example and a sentence")
			}
			src := b.Example
			if b.Name != "project" {
				src = "project \"x\" {}\n" + src
			}
			if out := string(hclwrite.Format([]byte(b.Example))); out != b.Example {
				t.Errorf("the example is not formatted:\n%s", out)
			}
			mustLoad(t, src)
		})
	}
}

// FuzzLoad looks for panics, and for errors that name no place.
func FuzzLoad(f *testing.F) {
	f.Add(sample)
	f.Add("project \"x\" {\n  problem {\n    kind   = \"regression\"\n    target = dataset.d.columns.y\n  }\n}\ndataset \"d\" {\n  path    = \"d.csv\"\n  columns = { y = { type = \"float\", role = \"target\" } }\n}\nstage \"s\" {\n  command = \"true\"\n  deps    = [dataset.d]\n  outs    = { m = \"m.bin\" }\n}\nmodel \"m\" {\n  artifact = stage.s.outs.m\n}\noutput \"o\" {\n  value = [project, stage, project.pipeline]\n}\n")
	f.Add("project \"x\" {}\nfile \"a\" {\n  content = \"${{ x }}\"\n}\n")
	f.Fuzz(func(t *testing.T, src string) {
		_, diags := hclspec.Load(hclspec.Params{
			Spec: []hclspec.Source{{Name: "mlops.hcl", Src: []byte(src)}}, FS: fstest.MapFS{},
			Sections: readme.Kinds(), Version: "0.1.0",
		})
		for _, d := range diags {
			if d.Subject == nil {
				t.Errorf("a fault without a place: %s: %s", d.Summary, d.Detail)
			}
		}
	})
}
