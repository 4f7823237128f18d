package compdocs_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/compdocs"
	"github.com/zclconf/go-cty/cty"
)

func info(t *testing.T, src string) *hclspec.ComponentInfo {
	t.Helper()
	files := &hclspec.ComponentFiles{FS: fstest.MapFS{"component.hcl": {Data: []byte(src)}}, Label: "c"}
	c, diags := hclspec.Describe(hclspec.Params{Version: "0.1.0"}, files)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return c
}

const all = `component "c" {
  version     = "1.0.0"
  description = "Does <b>it</b>"
  reads       = ["project.python"]
  requires    = ["service"]
  conflicts   = ["other"]
  python      = ["3.11", "3.12"]
}
variable "list" {
  type    = list(string)
  default = ["a|b", "<c>"]
}
variable "key" {
  description = "A | B"
  type        = string
  sensitive   = true
  default     = "s3cret"
  nullable    = false
}
variable "nothing" {
  default = null
}
variable "must" {
  type = object({ a = optional(string, "x|y") })
}
file "a.txt" {
  source = "a.txt"
}
component "in" {
  source = "builtin/x"
}
output "o" {
  value = 1
}
`

const want = "Component `c` 1.0.0: Does &lt;b&gt;it&lt;/b&gt;\n" + `
### Inputs

| input | type | default | meaning |
| --- | --- | --- | --- |
` + "| `list` | `list(string)` | `[\"a\\|b\",\"<c>\"]` | |\n" +
	"| `key` | `string` | hidden | A \\| B. Sensitive. Not null. |\n" +
	"| `nothing` | `any` | `null` | |\n" +
	"| `must` | `object({ a = optional(string, \"x\\|y\") })` | required | |\n" + `
### Outputs

| output | meaning |
| --- | --- |
` + "| `o` | |\n" + `
### What it adds

| path | kind | made from |
| --- | --- | --- |
` + "| `a.txt` | file | `a.txt` |\n" + `
### Components inside

| name | source | version |
| --- | --- | --- |
` + "| `in` | `builtin/x` | |\n" +
	"\nReads the facts `project.python`.\n\nNeeds `service`.\n\nCannot be used with `other`.\n\nSupports Python `3.11`, `3.12`.\n"

func TestMarkdown(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(want, string(compdocs.Markdown(info(t, all)))); diff != "" {
		t.Error(diff)
	}
}

// TestHostile holds that no text of a component leaves its cell, opens an element or
// a comment, or hides anything, and that the region can always be written.
func TestHostile(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 4))
	pieces := []string{"|", "`", "``", "<!--", "-->", "<script>", "\n", "\r", "\x1b[31m", "\u202e", "\\", "a", " ", "<!-- >>> mlops component.docs -->", "\x00", "\xff"}
	word := func() string {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	base := info(t, all)
	lines := strings.Count(want, "\n")
	for range 3000 {
		c := *base
		c.Manifest.Name, c.Manifest.Description, c.Manifest.Version = word(), "x"+word(), word()
		c.Inputs = append([]hclspec.ComponentInput{}, base.Inputs...)
		c.Inputs[0].Description, c.Inputs[0].Name, c.Inputs[0].TypeText = word(), word(), word()
		text := cty.StringVal(word())
		c.Inputs[0].Default = &text
		c.Objects = []hclspec.ComponentObject{{Kind: "file", Path: word(), From: word()}}
		got := compdocs.Markdown(&c)
		if n := bytes.Count(got, []byte("\n")); n != lines {
			t.Fatalf("%d lines, want %d:\n%s", n, lines, got)
		}
		for _, bad := range []string{"\x1b", "\u202e", "\r", "\x00"} {
			if bytes.Contains(got, []byte(bad)) {
				t.Fatalf("%q is in\n%s", bad, got)
			}
		}
		for line := range strings.Lines(string(got)) {
			if strings.HasPrefix(line, "| ") && strings.Contains(strings.ReplaceAll(line, `\|`, ""), "<") && !strings.Contains(line, "`") {
				t.Fatalf("an element may begin in %q", line)
			}
		}
		once, err := compdocs.Put([]byte("# T\n"), got)
		if err != nil {
			t.Fatalf("%v in\n%s", err, got)
		}
		if again, err := compdocs.Put(once, got); err != nil || !bytes.Equal(once, again) {
			t.Fatalf("a second write changes the file: %v", err)
		}
	}
}

// TestValue holds that long values are cut and short ones are JSON.
func TestValue(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]cty.Value{
		`"<a&b>"`:                            cty.StringVal("<a&b>"),
		"null":                               cty.NullVal(cty.DynamicPseudoType),
		`{"a":[1,true]}`:                     cty.ObjectVal(map[string]cty.Value{"a": cty.TupleVal([]cty.Value{cty.NumberIntVal(1), cty.True})}),
		`"` + strings.Repeat("x", 118) + "…": cty.StringVal(strings.Repeat("x", 500)),
	} {
		if got := compdocs.Value(v); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
