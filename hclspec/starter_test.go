package hclspec

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func starter(manifest, template string) (*Starter, hcl.Diagnostics) {
	fsys := fstest.MapFS{
		StarterFile: {Data: []byte(manifest)}, StarterTemplate: {Data: []byte(template)}, "note.txt": {Data: []byte("note")},
	}
	return ReadStarter(StarterParams{FS: fsys, Label: "s", Version: "0.1.0"})
}

const asking = `starter "demo" {
  description = "A demo."
}
variable "name" {
  type        = string
  description = "Name"
  suggest     = "folder"
  validation {
    condition     = length(var.name) < 5
    error_message = "At most four letters."
  }
}
variable "kind" {
  type    = string
  default = "a"
  validation {
    condition     = contains(["a", "b"], var.kind)
    error_message = "Choose a or b."
  }
}
variable "later" {
  type    = number
  default = 1
  validation {
    condition     = var.later < var.last
    error_message = "It has to be less than last."
  }
}
variable "last" { type = number }
variable "words" {
  type    = set(string)
  default = []
}
`

func TestReadStarter(t *testing.T) {
	t.Parallel()
	s, diags := starter(asking, "")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if s.Name != "demo" || s.Description != "A demo." {
		t.Errorf("%q, %q", s.Name, s.Description)
	}
	type seen struct {
		Name, Text, Suggest string
		Type                string
		Options             []string
		Default, Words      bool
	}
	var got []seen
	for i := range s.Questions {
		q := &s.Questions[i]
		got = append(got, seen{q.Name, q.Description, q.Suggest, q.Type.FriendlyName(), q.Options, q.Default != nil, q.Words()})
	}
	want := []seen{
		{"name", "Name", SuggestFolder, "string", nil, false, false},
		{"kind", "", "", "string", []string{"a", "b"}, true, false},
		{"later", "", "", "number", nil, true, false},
		{"last", "", "", "number", nil, false, false},
		{"words", "", "", "set of string", nil, true, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestOptions holds that only what surely lists all answers makes a choice.
func TestOptions(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]string{
		`contains(["x", "y"], var.v)`:             "x y",
		`contains(["x"], var["v"])`:               "x",
		`contains(["x", local.y], var.v)`:         "",
		`contains(["x", 1], var.v)`:               "",
		`contains(["x", null], var.v)`:            "",
		`contains(["x"], var.w)`:                  "",
		`contains(["x"], var.v.a)`:                "",
		`contains(["x"], lower(var.v))`:           "",
		`!contains(["x"], var.v)`:                 "",
		`contains(["x"], var.v) || true`:          "",
		`contains(["x"]..., var.v)`:               "",
		`contains([for x in ["x"] : x], var.v)`:   "",
		`contains(["x${"y"}", "a\nb"], var.v)`:    "xy a\nb",
		`anytrue([for x in ["x"] : x == var.v])`:  "",
		`contains(concat(["x"], ["y"]), var.v)`:   "",
		`contains(["x", "y"], var.v) && var.v!=0`: "",
	} {
		s, _ := starter("starter \"s\" {}\nvariable \"w\" { default = \"\" }\nvariable \"v\" {\n  type = string\n  validation {\n    condition = "+condition+"\n    error_message = \"No.\"\n  }\n}\n", "")
		for _, q := range s.Questions {
			if got := strings.Join(q.Options, " "); q.Name == "v" && got != want {
				t.Errorf("%s: %q, want %q", condition, got, want)
			}
		}
	}
}

func TestStarterCheck(t *testing.T) {
	t.Parallel()
	s, diags := starter(asking, "")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, c := range []struct{ given, want string }{
		{"name=abc", ""},
		{"name=abcde", "At most four letters."},
		{"name=abcde kind=b", ""}, // only the last is judged
		{"kind=c", "Choose a or b."},
		{"later=x", "number required."},
		{"later=7", ""}, // its rule needs what comes later
		{"last=5 later=7", "It has to be less than last."},
		{"last=9 later=7", ""},
		{"words=a,,b", ""},
		{"words=[\"a\"", "closing bracket"},
		{"words=[file(\"/etc/passwd\")]", "Functions may not be called"},
		{"last=", "number required."},
	} {
		var given []Assignment
		for _, word := range strings.Fields(c.given) {
			name, text, _ := strings.Cut(word, "=")
			given = append(given, s.Answer(name, text, "the answer"))
		}
		err := s.Check(given)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.given, err, c.want)
		}
	}
	if err := s.Check(nil); err != nil {
		t.Error(err)
	}
}

func TestStarterRefuses(t *testing.T) {
	t.Parallel()
	const head = "starter \"s\" {}\n"
	for _, c := range []struct{ manifest, template, want string }{
		{"", "", "Missing manifest"},
		{head + head, "", "Two manifests"},
		{"starter \"s\" {\n  other = 1\n}\n", "", "Unsupported argument"},
		{"starter \"s\" {\n  required_version = \">= 9\"\n  other = 1\n}\n", "", "Unsupported version"},
		{head + "locals {}\n", "", "Unsupported block type"},
		{head + "variable \"a\" {\n  type = strin\n}\n", "", "Invalid type specification"},
		{head + "variable \"a b\" {}\n", "", "Invalid name"},
		{head + "variable \"a\" {}\nvariable \"a\" {}\n", "", "Duplicate declaration"},
		{head + "variable \"a\" {\n  sensitive = true\n}\n", "", "Sensitive question"},
		{head + "variable \"a\" {\n  type = string\n  default = 3.10\n}\n", "", "Unquoted value"},
		{head + "variable \"a\" {\n  default = var.b\n}\n", "", "Reference not allowed"},
		{head + "variable \"a\" {\n  suggest = \"home\"\n}\n", "", "Unsupported value"},
		{head + "variable \"a\" {\n  default = [for i in [1, 2] : [for j in range(9999) : j]]\n}\n", "", "Functions may not be called"},
		{head + "variable \"a\" {\n  default = 1\n  validation {\n    condition = [for i in range(1000) : [for j in range(1000) : [for k in range(1000) : k]]] == 1\n    error_message = \"x\"\n  }\n}\n", "", "large"},
		{head + "variable \"a\" {\n  default = " + strings.Repeat("[", 500) + "\n}\n", "", "deep"},
		{head + "variable \"a\" {\n  default = 1\n  validation {\n    condition = project.name == 1\n    error_message = \"x\"\n  }\n}\n", "", "Unknown reference"},
		{head, "${var.nothing}", "Unsupported attribute"},
		{head, "${nothing}", "Unknown variable"},
		{head, "${", ""},
		{head, "project {", "Line 1 of the mlops.hcl that it makes"},
		{head, "%{ for i in range(1000) }%{ for j in range(1000) }0123456789012345678901234567890123456789%{ endfor }%{ endfor }", "large"},
		{head, "a = [" + strings.Repeat("[", 500), "Line 1 of the mlops.hcl"},
		{head, "a = \"${file(\"../other\")}\"", "leads out"},
		{head, "a = \"${file(\"none\")}\"", "no such file"},
	} {
		s, diags := starter(c.manifest, c.template)
		if !diags.HasErrors() {
			var values map[string]cty.Value
			if values, diags = s.Values(nil); !diags.HasErrors() {
				_, diags = s.Render(values)
			}
		}
		var text strings.Builder
		for _, d := range diags {
			text.WriteString(d.Summary + ": " + d.Detail + "\n")
			if d.Subject != nil && d.Subject.Filename != "s/"+StarterFile && d.Subject.Filename != "s/"+StarterTemplate {
				t.Errorf("%.80q %.80q: at %s", c.manifest, c.template, d.Subject)
			}
		}
		if !diags.HasErrors() || !strings.Contains(text.String(), c.want) {
			t.Errorf("%.80q %.80q: %s, want %q", c.manifest, c.template, text.String(), c.want)
		}
	}
}

func TestStarterRender(t *testing.T) {
	t.Parallel()
	s, diags := starter(asking, "# ${file(\"note.txt\")}\nproject ${literal(var.name)} {\ntitle=${literal(upper(var.name))}\n  x = $${y}\n}\nlocals {\n  words = ${literal(var.words)}\n}\n")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	values, diags := s.Values([]Assignment{s.Answer("name", `"${`, "--answer"), s.Answer("last", "7", "--answer"), s.Answer("words", " b , a,b", "--answer")})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	// What is not a valid spec is refused here only where it cannot be read.
	_, diags = s.Render(values)
	if !diags.HasErrors() {
		t.Error("$${y} was taken for an expression")
	}
	s, _ = starter(asking, "project ${literal(var.name)} {\ntitle=${literal(upper(var.name))}\n}\nlocals {\n  words = ${literal(var.words)}\n}\n")
	out, diags := s.Render(values)
	want := "project \"\\\"$${\" {\n  title = \"\\\"$${\"\n}\nlocals {\n  words = [\"a\", \"b\"]\n}\n"
	if diags.HasErrors() || string(out) != want {
		t.Errorf("%v\n%s\nwant\n%s", diags, out, want)
	}
}

// TestLiteralLaw holds that a value written with literal is that value when read.
func TestLiteralLaw(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 8))
	pieces := []string{"a", "\"", "\\", "$", "{", "}", "%", "~", "\n", "\r", "\t", "\u2028", "é", "$${", "%{", "#", "//", "<<EOT", "\x01"}
	s, _ := starter("starter \"s\" {}\n", "x = ${literal(var.x)}\n")
	for range 300 {
		var b strings.Builder
		for range rnd.IntN(12) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		checkLiteral(t, s, b.String())
	}
}

func FuzzLiteral(f *testing.F) {
	f.Add("a${b}\"")
	f.Add("%{ if true }")
	s, _ := starter("starter \"s\" {}\n", "x = ${literal(var.x)}\n")
	f.Fuzz(func(t *testing.T, text string) { checkLiteral(t, s, text) })
}

func checkLiteral(t *testing.T, s *Starter, text string) {
	t.Helper()
	val := cty.ObjectVal(map[string]cty.Value{"s": cty.StringVal(text), "l": cty.ListVal([]cty.Value{cty.StringVal(text)}), "n": cty.NumberIntVal(int64(len(text)))})
	out, diags := s.Render(map[string]cty.Value{"x": val})
	if diags.HasErrors() {
		t.Fatalf("%q: %v", text, diags)
	}
	file, diags := hclsyntax.ParseConfig(out, "x.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%q: %v\n%s", text, diags, out)
	}
	attrs, _ := file.Body.JustAttributes()
	got, diags := attrs["x"].Expr.Value(nil)
	if diags.HasErrors() || !got.GetAttr("s").RawEquals(val.GetAttr("s")) || got.GetAttr("l").AsValueSlice()[0].AsString() != val.GetAttr("s").AsString() {
		t.Fatalf("%q came back as %#v (%v) from\n%s", text, got, diags, out)
	}
}
