package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// catalogue is the table of kinds, in the order in which they are documented.
func catalogue() []kind {
	return []kind{
		titleKind(),
		badgesKind(),
		tocKind(),
		featuresKind(),
		installationKind(),
		usageKind(),
		testsKind(),
		projectTreeKind(),
		licenseKind(),
		customKind(),
	}
}

// kind is one kind of section: its language and how it is rendered.
type kind struct {
	name string
	// doc is the purpose in one sentence; example is a section as it would stand
	// in a readme block.
	doc, example string
	// heading is the default heading, plain text; empty for a kind without one.
	heading string
	// top is true for the kind that makes the document's level 1 heading.
	top bool
	// late is true for a kind that needs the headings of the others.
	late  bool
	attrs []schema.Attr
	// render makes what stands below the heading. Faults go to the request.
	render func(*request) []block
}

// Kinds is the catalogue of section kinds, as blocks of the language: the name,
// a one-line purpose, the typed attributes and an example of a section that
// renders as it stands.
func Kinds() []schema.Block {
	kinds := catalogue()
	blocks := make([]schema.Block, len(kinds))
	for i, k := range kinds {
		blocks[i] = schema.Block{Name: k.name, Doc: k.doc, Example: k.example, Attrs: k.attrs}
		if k.heading != "" {
			blocks[i].Attrs = append(k.attrs, commonAttrs(k)...)
		}
	}
	return blocks
}

// commonAttrs are the attributes of every kind with a heading, but for those the
// kind describes on its own.
func commonAttrs(k kind) []schema.Attr {
	all := []schema.Attr{
		{Name: "title", Type: cty.String, Default: "`\"" + k.heading + "\"`", Doc: "Heading, as plain text."},
		{Name: "level", Type: cty.Number, Default: "2", Doc: "Level of the heading, 2 to 6."},
		{Name: "before", Type: cty.String, Default: "nothing", Doc: "Markdown directly below the heading."},
		{Name: "after", Type: cty.String, Default: "nothing", Doc: "Markdown at the end of the section."},
	}
	var missing []schema.Attr
	for _, a := range all {
		if !hasAttr(k.attrs, a.Name) {
			missing = append(missing, a)
		}
	}
	return missing
}

func hasAttr(attrs []schema.Attr, name string) bool {
	b := schema.Block{Attrs: attrs}
	_, has := b.Attr(name)
	return has
}
