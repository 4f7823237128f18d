package cmd

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// specHead begins every spec that init writes by itself.
const specHead = `# What this project is. mlops plan shows what would change, mlops apply makes it so.
# The language: docs/language.md of mlops, or mlops validate for a check.

mlops {
  required_version = ">= 0.1"
}

`

// spec writes the commented first spec. What exists on disk is commented out, so
// that the first plan is never in conflict with the user's own files.
func (s *basics) spec() string {
	var b strings.Builder
	b.WriteString(specHead)
	s.project(&b)
	b.WriteString(`
# Values you may want to change from outside: mlops plan --var seed=7
variable "seed" {
  type        = number
  default     = 42
  description = "Seed of every random choice."
}
`)
	s.block(&b, "params.yaml", `
# Exactly one of content, source (copied byte for byte) and template + vars.
file "params.yaml" {
  content = yamlencode({ seed = var.seed })
}
`)
	s.block(&b, ".gitignore", `
# A marked region of .gitignore; components add their own, and what you write around
# them stays.
file_block "ignore" {
  path    = ".gitignore"
  content = <<-EOT
    __pycache__/
    .venv/
    *.egg-info/
    mlruns/
  EOT
}
`)
	s.block(&b, "README.md", s.readme())
	s.git(&b)
	return string(hclwrite.Format([]byte(b.String())))
}

func hclString(s string) string { return hclValue(cty.StringVal(s)) }

// hclValue writes a value as an expression.
func hclValue(val cty.Value) string { return string(hclwrite.TokensForValue(val).Bytes()) }

func (s *basics) project(b *strings.Builder) {
	fmt.Fprintf(b, "project %s {\n", hclString(s.name))
	fmt.Fprintf(b, "  title   = %s\n", hclString(s.title))
	if s.summary != "" {
		fmt.Fprintf(b, "  summary = %s\n", hclString(s.summary))
	}
	if s.license != "" {
		fmt.Fprintf(b, "  license = %s\n", hclString(s.license))
	}
	fmt.Fprintf(b, "  python  = [%s] # quoted: 3.10 without quotes is the number 3.1\n", hclString(s.python))
	if s.author != "" {
		fmt.Fprintf(b, "  authors = [{ name = %s, email = %s }]\n", hclString(s.author), hclString(s.email))
	}
	b.WriteString("}\n")
}

// block writes a piece of spec, commented out when its file is taken.
func (s *basics) block(b *strings.Builder, path, text string) {
	if !s.taken[path] {
		b.WriteString(text)
		return
	}
	how := "Move it away and uncomment this to have it managed."
	if path == ".gitignore" {
		how = "Uncomment this to keep a region in it."
	}
	fmt.Fprintf(b, "\n# %s is there already, and mlops overwrites nothing it did not write.\n# %s\n", path, how)
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
}

func (s *basics) readme() string {
	text := `
# The order of the sections is their order in README.md.
readme {
  section "title" {}
`
	if !s.taken["params.yaml"] {
		text += "  section \"configuration\" {} # made from params.yaml\n"
	}
	text += "  section \"project_tree\" {}\n"
	if s.license != "" {
		text += "  section \"license\" {}\n"
	}
	return text + "}\n"
}

func (s *basics) git(b *strings.Builder) {
	if !s.anonymous && s.author != "" {
		b.WriteString("\n# How apply commits; the author is whoever git says you are.\ngit {\n  message = \"chore(mlops): ${plan.summary}\"\n}\n")
		return
	}
	b.WriteString(`
# How apply commits. git knows no user.name and user.email here, so the author is
# named; drop the line once git knows you.
git {
  message = "chore(mlops): ${plan.summary}"
  author  = { name = "mlops", email = "mlops@localhost" }
}
`)
}
