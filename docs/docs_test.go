// Package docs_test makes the reference pages from the code and fails when they
// are stale. MLOPS_UPDATE=1 go test ./docs rewrites them.
package docs_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/zclconf/go-cty/cty"
)

const notice = "<!-- Generated from the code by `MLOPS_UPDATE=1 go test ./docs`; do not edit. -->\n\n"

func TestPages(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"language.md": languagePage(), "functions.md": functionsPage(), "commands.md": commandsPage(),
		"ownership.md": ownershipPage(), "readme-sections.md": readmeSectionsPage(), "readme-so.md": readmeSoPage(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := notice + page
			if os.Getenv("MLOPS_UPDATE") != "" {
				if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("docs/%s is stale; run MLOPS_UPDATE=1 go test ./docs", name)
			}
		})
	}
}

func languagePage() string {
	var b strings.Builder
	lang := hclspec.Language(readme.Kinds())
	fmt.Fprintf(&b, "# The language of mlops.hcl\n\n%s\n\nFunctions are listed in [functions.md](functions.md).\n", lang.Doc)
	for i := range lang.Blocks {
		writeBlock(&b, &lang.Blocks[i], 2)
	}
	return b.String()
}

func writeBlock(b *strings.Builder, block *schema.Block, level int) {
	if block.Name == "section" {
		writeSections(b, block, level)
		return
	}
	fmt.Fprintf(b, "\n%s `%s`\n\n%s\n", strings.Repeat("#", level), header(block), block.Doc)
	if block.Single {
		b.WriteString("\nAt most one.\n")
	}
	writeAttrs(b, block.Attrs)
	if block.Example != "" {
		fmt.Fprintf(b, "\n```hcl\n%s```\n", block.Example)
	}
	for i := range block.Blocks {
		writeBlock(b, &block.Blocks[i], level+1)
	}
}

func header(block *schema.Block) string {
	out := block.Name
	for _, l := range block.Labels {
		out += fmt.Sprintf(" %q", l)
	}
	return out
}

func writeSections(b *strings.Builder, block *schema.Block, level int) {
	fmt.Fprintf(b, "\n%s `section \"kind\" \"name\"`\n\n%s\n", strings.Repeat("#", level), block.Doc)
	for i := range block.Blocks {
		kind := &block.Blocks[i]
		fmt.Fprintf(b, "\n%s `section \"%s\"`\n\n%s\n", strings.Repeat("#", level+1), kind.Name, kind.Doc)
		writeAttrs(b, kind.Attrs)
		if kind.Example != "" {
			fmt.Fprintf(b, "\n```hcl\n%s```\n", strings.TrimRight(kind.Example, "\n")+"\n")
		}
	}
}

func writeAttrs(b *strings.Builder, attrs []schema.Attr) {
	if len(attrs) == 0 {
		return
	}
	b.WriteString("\n| argument | type | default | meaning |\n| --- | --- | --- | --- |\n")
	for _, a := range attrs {
		def := a.Default
		if a.Required {
			def = "required"
		}
		doc := a.Doc
		if len(a.OneOf) > 0 {
			doc += " One of `" + strings.Join(a.OneOf, "`, `") + "`."
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", a.Name, typeName(a), cell(def), cell(doc))
	}
}

func typeName(a schema.Attr) string {
	switch {
	case a.Mode == schema.TypeExpr:
		return "type"
	case a.Mode == schema.Address:
		return "address"
	case a.Type == cty.DynamicPseudoType:
		return "any"
	default:
		return cell(a.Type.FriendlyNameForConstraint())
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func functionsPage() string {
	var b strings.Builder
	docs := hclfunc.Docs()
	fmt.Fprintf(&b, "# Functions\n\nThe %d functions of the language. Names and meaning are Terraform's. None reads the clock, random numbers, the\nenvironment or the network: a plan is a pure function of spec, lock and directory.\n", len(docs))
	var categories []string
	for _, d := range docs {
		if !slices.Contains(categories, d.Category) {
			categories = append(categories, d.Category)
		}
	}
	for _, c := range categories {
		fmt.Fprintf(&b, "\n## %s\n\n| function | what it does |\n| --- | --- |\n", c)
		for _, d := range docs {
			if d.Category == c {
				fmt.Fprintf(&b, "| `%s` | %s |\n", cell(d.Signature), cell(d.Description))
			}
		}
	}
	return b.String()
}

func commandsPage() string {
	var b strings.Builder
	root := cmd.Command()
	b.WriteString("# Commands\n\nLong flags may be written with one dash, as in Terraform. Every command takes the global flags.\n\n")
	b.WriteString("Exit codes: 0 fine; 1 error, conflict, a file in the way, a failed check or a stale plan; 2 changes, only with\n`--detailed-exitcode`; 3 `fmt --check` found a file that is not formatted, or\n`readme capture --check` one that is out of date; 130 interrupted.\n")
	fmt.Fprintf(&b, "\n## Global flags\n\n%s", flagTable(root.PersistentFlags()))
	for _, c := range root.Commands() {
		if c.Name() != "help" && c.Name() != "completion" {
			writeCommand(&b, c)
		}
	}
	b.WriteString("\n## mlops completion\n\nPrints a completion script for bash, zsh, fish or powershell: `mlops completion bash --help` says how to load it.\n")
	return b.String()
}

func writeCommand(b *strings.Builder, c *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n", c.CommandPath(), c.Long)
	fmt.Fprintf(b, "\n```sh\n%s\n```\n", strings.TrimSpace(dedent(c.Example)))
	if c.Flags().HasFlags() {
		fmt.Fprintf(b, "\nUsage: `%s`\n\n%s", c.UseLine(), flagTable(c.LocalNonPersistentFlags()))
	}
	for _, sub := range c.Commands() {
		writeCommand(b, sub)
	}
}

func dedent(s string) string {
	return strings.ReplaceAll("\n"+s, "\n  ", "\n")
}

func flagTable(flags *pflag.FlagSet) string {
	var b strings.Builder
	b.WriteString("| flag | meaning |\n| --- | --- |\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		name, usage := pflag.UnquoteUsage(f)
		flag := "--" + f.Name
		if f.Shorthand != "" {
			flag = "-" + f.Shorthand + ", " + flag
		}
		if name != "" && f.Value.Type() != "bool" {
			flag += " " + name
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", flag, cell(usage))
	})
	return b.String()
}
