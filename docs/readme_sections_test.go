package docs_test

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/readme"
)

// readmeSectionsPage is the catalogue of the kinds of sections, and of the orders.
func readmeSectionsPage() string {
	var b strings.Builder
	kinds := readme.Kinds()
	fmt.Fprintf(&b, "# Sections of a README\n\nThe %d kinds of sections that a `readme` block may have. `mlops readme sections` lists and searches them.\n", len(kinds))
	b.WriteString("\n| kind | heading | purpose |\n| --- | --- | --- |\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", k.Name, k.Name, cell(readme.Heading(k.Name)), cell(k.Doc))
	}
	b.WriteString("\n## Orders\n\n")
	for _, p := range readme.Presets() {
		fmt.Fprintf(&b, "- `%s`: %s `%s`\n", p.Name, p.Doc, strings.Join(p.Kinds, "`, `"))
	}
	b.WriteString("\n## Kinds\n")
	lang := hclspec.Language(kinds)
	doc, _ := lang.Block("readme")
	section, _ := doc.Block("section")
	for _, k := range kinds {
		full, _ := section.Block(k.Name)
		fmt.Fprintf(&b, "\n### %s\n\n%s\n", k.Name, k.Doc)
		if len(k.Reads) > 0 {
			fmt.Fprintf(&b, "\nDerived from: `%s`.\n", strings.Join(k.Reads, "`, `"))
		}
		writeAttrs(&b, full.Attrs)
		fmt.Fprintf(&b, "\n```hcl\n%s\n```\n", strings.TrimRight(k.Example, "\n"))
	}
	return b.String()
}
