package hclspec_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/readme"
)

func describe(src string) (*hclspec.ComponentInfo, hcl.Diagnostics) {
	files := &hclspec.ComponentFiles{FS: fstest.MapFS{"component.hcl": {Data: []byte(src)}}, Label: "c"}
	return hclspec.Describe(hclspec.Params{Sections: readme.Kinds(), Version: "0.1.0"}, files)
}

// TestDescribe reads one of everything, without a project and without inputs.
func TestDescribe(t *testing.T) {
	t.Parallel()
	info, diags := describe(`
component "c" {
  version     = "1.2.0"
  description = "D."
  reads       = ["dataset", "project.title"]
}
variable "a" {
  description = "The a."
  type = object({
    z = list(string)
    y = optional(number, 3)
    x = optional(map(object({ w = optional(bool) })))
  })
  nullable = false
  validation {
    condition     = length(var.a.z) > 0
    error_message = "Give a z."
  }
}
variable "b" {
  default   = null
  sensitive = true
}
locals {
  p = "x/${var.b}"
}
file "name" {
  path     = local.p
  template = "t.tmpl"
  for_each = toset(["1"])
}
file "plain.txt" {
  source = "${"plain"}.txt"
}
file_keys "k" {
  path = "pyproject.toml"
  set  = { a = 1 }
}
directory "data" {}
readme {
  section "custom" "s" {
    body = "x"
  }
  dynamic "section" {
    for_each = [1]
    labels   = ["custom", "d"]
    content {
      body = "x"
    }
  }
}
component "inner" {
  source  = "git::https://example.com/x.git"
  version = "~> 1"
}
output "o" {
  description = "The o."
  value       = local.p
  sensitive   = true
}
`)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var got []string
	say := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	say("%s %s %s %v", info.Manifest.Name, info.Manifest.Version, info.Manifest.Description, info.Manifest.Reads)
	for _, in := range info.Inputs {
		say("input %s %s %s default=%t sensitive=%t nullable=%t %v", in.Name, in.TypeText, in.Description, in.Default != nil, in.Sensitive, in.Nullable, in.Rules)
	}
	say("%+v", info.Outputs)
	for _, o := range info.Objects {
		say("%+v", o)
	}
	say("%+v %+v %s", info.Sections, info.Parts, info.Text.Name)
	want := []string{
		"c 1.2.0 D. [dataset project.title]",
		"input a object({ x = optional(map(object({ w = optional(bool) }))), y = optional(number, 3), z = list(string) }) The a. default=false sensitive=false nullable=false [Give a z.]",
		"input b any  default=true sensitive=true nullable=true []",
		"[{Name:o Description:The o. Sensitive:true}]",
		"{Kind:file Name:name Path:local.p From:t.tmpl ForEach:true}",
		"{Kind:file Name:plain.txt Path:plain.txt From:plain.txt ForEach:false}",
		"{Kind:file_keys Name:k Path:pyproject.toml From: ForEach:false}",
		"{Kind:directory Name:data Path:data From: ForEach:false}",
		"[{Kind:custom Name:s} {Kind: Name:}] [{Name:inner Source:git::https://example.com/x.git Version:~> 1}] c/component.hcl",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestDescribeFaults holds that faults have their place and nothing is guessed.
func TestDescribeFaults(t *testing.T) {
	t.Parallel()
	const manifest = "component \"c\" {\n  version = \"1.0.0\"\n}\n"
	list := strings.TrimSuffix(strings.Repeat("1, ", 200), ", ")
	bomb := "1"
	for _, name := range []string{"a", "b", "c", "d"} {
		bomb = fmt.Sprintf("[for %s in [%s] : %s]", name, list, bomb)
	}
	for src, want := range map[string]string{
		"":                              "Missing manifest",
		"x = {":                         "c/component.hcl:1",
		manifest + "project \"p\" {}\n": "c/component.hcl:4",
		manifest + "variable \"v\" {\n  type = strin\n}\n":                                        "c/component.hcl:5",
		manifest + "variable \"v\" {\n  default = var.x\n}\n":                                     "Reference not allowed",
		manifest + "variable \"v\" {\n  type = number\n  default = \"x\"\n}\n":                    "c/component.hcl:6",
		manifest + "variable \"v\" {}\nvariable \"v\" {}\n":                                       "Duplicate declaration",
		"component \"c\" {\n  version = \"1.0.0\"\n  required_version = \">= 9\"\n  new = 1\n}\n": "c/component.hcl:3",
		manifest + "file \"f\" {\n  content = \"\"\n  path = " + bomb + "\n}\n":                   "limit",
	} {
		info, diags := describe(src)
		if !diags.HasErrors() || !strings.Contains(diags.Error(), want) {
			t.Errorf("%.80q: %v, want %s (info %v)", src, diags, want, info != nil)
		}
	}
}

// finder has one component for every source.
type finder struct{ files *hclspec.ComponentFiles }

func (f finder) Find(hclspec.ComponentCall) (*hclspec.ComponentFiles, error) { return f.files, nil }

// FuzzDescribe holds that what Describe calls a required input is what a project has
// to give: without inputs, exactly those are missing.
func FuzzDescribe(f *testing.F) {
	const manifest = "component \"c\" {\n  version = \"1.0.0\"\n}\n"
	f.Add(manifest + "variable \"v\" {}\nvariable \"w\" {\n  default = null\n}\n")
	f.Add(manifest + "variable \"v\" {\n  type = list(object({ a = optional(string, \"x\") }))\n}\nvariable \"w\" {\n  default = [1]\n  nullable = false\n  sensitive = true\n}\n")
	f.Add(manifest + "file \"a\" {\n  path = \"x/${var.v}\"\n  content = \"\"\n}\nvariable \"v\" {\n}\n")
	f.Fuzz(func(t *testing.T, src string) {
		if strings.Contains(src, "source") {
			return // components inside of it would be found here too
		}
		info, diags := describe(src)
		if diags.HasErrors() {
			return
		}
		want := map[string]bool{}
		for _, in := range info.Inputs {
			if in.Default == nil {
				want[fmt.Sprintf("needs the input %q", in.Name)] = true
			}
		}
		files := &hclspec.ComponentFiles{FS: fstest.MapFS{"component.hcl": {Data: []byte(src)}}, Label: "c"}
		spec := []hclspec.Source{{Name: "mlops.hcl", Src: []byte("project \"p\" {}\ncomponent \"c\" {\n  source = \"./c\"\n}\n")}}
		_, diags = hclspec.Load(hclspec.Params{Spec: spec, FS: fstest.MapFS{}, Sections: readme.Kinds(), Version: "0.1.0", Components: finder{files}})
		missing := 0
		for _, d := range diags {
			if d.Summary != "Missing input" {
				continue
			}
			missing++
			found := false
			for text := range want {
				found = found || strings.Contains(d.Detail, text)
			}
			if !found {
				t.Errorf("%s, and Describe does not know of it", d.Detail)
			}
		}
		if missing != len(want) {
			t.Errorf("%d inputs are missing, and Describe knows %v", missing, want)
		}
	})
}
