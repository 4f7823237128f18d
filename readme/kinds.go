package readme

import (
	"slices"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// catalogue is the table of kinds, in the order in which they are documented. It
// is made when it is first asked for, and never changed.
var catalogue = sync.OnceValue(allKinds)

func allKinds() []kind {
	return withDerivations(withBodyFiles(append([]kind{
		titleKind(),
		logoKind(),
		badgesKind(),
		statusKind(),
		tocKind(),
		backgroundKind(),
		featuresKind(),
		screenshotsKind(),
		demoKind(),
		prerequisitesKind(),
		installationKind(),
		quickstartKind(),
		runLocallyKind(),
		envVariablesKind(),
		usageKind(),
		cliKind(),
		tasksKind(),
		apiKind(),
		testsKind(),
		developmentKind(),
		projectTreeKind(),
		techKind(),
		architectureKind(),
		notebooksKind(),
		deploymentKind(),
		ciKind(),
		roadmapKind(),
		optimizationsKind(),
		lessonsKind(),
		faqKind(),
		troubleshootingKind(),
		changelogKind(),
		documentationKind(),
		relatedKind(),
		usedByKind(),
		supportKind(),
		feedbackKind(),
		securityKind(),
		contributingKind(),
		authorsKind(),
		contributorsKind(),
		acknowledgementsKind(),
		fundingKind(),
		citationKind(),
		licenseKind(),
		glossaryKind(),
		appendixKind(),
		colorReferenceKind(),
		profileIntroKind(),
		profileAboutKind(),
		profileSkillsKind(),
		profileLinksKind(),
		profileOtherKind(),
		alertKind(),
		detailsKind(),
		tableKind(),
		imageKind(),
		diagramKind(),
		customKind(),
		verbatimKind(),
		languagesKind(),
	}, mlKinds()...)))
}

// kind is one kind of section: its language and how it is rendered.
type kind struct {
	name string
	// doc is the purpose in one sentence; example is a section as it would stand
	// in a readme block.
	doc, example string
	// heading is the default heading, plain text; empty for a kind without one.
	heading string
	// optional is true when there is a heading only where the section gives one.
	optional bool
	// top is set for the kinds that make the document's level 1 heading; it is
	// that heading, plain text.
	top func(*request) string
	// bodied is true for a kind that needs a body or a body_file, and verbatim for one
	// whose body stands as it was written.
	bodied, verbatim bool
	// late is true for a kind that needs the headings of the others.
	late  bool
	attrs []schema.Attr
	// reads are the kinds of facts that the section may be derived from.
	reads []string
	// sources are the files that a section of the kind reads; nil: none.
	sources func(*request) []string
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
		blocks[i] = schema.Block{Name: k.name, Doc: k.doc, Example: k.example, Attrs: k.attrs, Reads: k.reads}
		blocks[i].Attrs = slices.Concat(k.attrs, commonAttrs(k))
	}
	return blocks
}

// headed reports whether sections of the kind may have a heading of level 2 or
// deeper.
func (k *kind) headed() bool { return k.heading != "" || k.optional }

// commonAttrs are the attributes of every kind, and of those with a heading, but
// for the ones the kind describes on its own.
func commonAttrs(k kind) []schema.Attr {
	all := []schema.Attr{{Name: "enabled", Type: cty.Bool, Default: "true", Doc: "Whether the section is in the README at all; nothing in it is checked when it is not."}}
	if k.headed() {
		title := "`\"" + k.heading + "\"`"
		if k.optional {
			title = "no heading"
		}
		all = append(all, []schema.Attr{
			{Name: "title", Type: cty.String, Default: title, Doc: "Heading, as plain text."},
			{Name: "level", Type: cty.Number, Default: "2", Doc: "Level of the heading, 2 to 6."},
			{Name: "toc", Type: cty.Bool, Default: "true", Doc: "Whether a table of contents lists the section."},
			{Name: "before", Type: cty.String, Default: "nothing", Doc: "Markdown directly below the heading."},
			{Name: "after", Type: cty.String, Default: "nothing", Doc: "Markdown at the end of the section."},
		}...)
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
