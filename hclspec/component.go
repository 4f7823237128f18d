package hclspec

import (
	"fmt"
	"io/fs"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/zclconf/go-cty/cty/function"
)

const (
	// MaxComponentDepth is how deep components may nest.
	MaxComponentDepth = 5
	// maxComponents bounds the instances of components in one project.
	maxComponents = 1000
)

// Components finds the files of the components that a spec names. It opens no
// connection: what is not there is an error that says what to run.
type Components interface {
	// Find returns the files of one component. The error is lower case, without a
	// period, and says what is wrong and what to do.
	Find(ComponentCall) (*ComponentFiles, error)
}

// ComponentCall is what a component block asks for.
type ComponentCall struct {
	// Address is that of the block, without the keys of for_each.
	Address         string
	Source, Version string
	// From is the component that asks; nil is the project.
	From *ComponentFiles
	// Short are the short forms of sources that the spec declares.
	Short map[string]string
}

// ComponentFiles are the files of one component.
type ComponentFiles struct {
	FS fs.FS
	// Label names the component and its version in messages; equal labels mean equal
	// files. The files are called by it and their path.
	Label string
	// Local is the folder, from the project root, of a component that lies in the
	// project; FS is not used then.
	Local string
	// Archive is the file in the project that FS was unpacked from, or "".
	Archive string
	// Version, Commit and Digest are those of the lock.
	Version, Commit, Digest string
	// Generate, if set, makes the project of a template of another tool: there is no
	// component.hcl then.
	Generate Generator
	// Record is the file in the project that holds what the hooks of such a template
	// did; "" when none were run.
	Record string
}

// definition is a component's manifest, parsed once however often it is used.
type definition struct {
	files    *ComponentFiles
	reads    *Reads
	funcs    map[string]function.Function
	source   Source
	body     hcl.Body
	manifest Manifest
	outputs  []string       // their names
	template []TemplateFile // of another tool
	links    []string       // of a template, that are left out
}

// call is what a component block names, found once: every instance around it names
// the same.
type call struct {
	def  *definition // nil when it has faults
	refs []ref
}

// parseComponent parses component.hcl and reads its manifest.
func (e *evaluator) parseComponent(files *ComponentFiles, rng hcl.Range) (*definition, hcl.Diagnostics) {
	if files.Generate != nil {
		return e.parseForeign(files, rng)
	}
	def := &definition{files: files}
	if files.Local != "" {
		def.reads = e.root().reads.below(files.Local)
	} else {
		def.reads = e.root().reads.foreign(files.FS, files.Label)
		e.root().views = append(e.root().views, def.reads)
	}
	src, err := def.reads.ReadFile(ManifestFile)
	if err != nil {
		return nil, hcl.Diagnostics{errorAt(rng, "No component", fmt.Sprintf("A component is a folder with %s in it. %s.%s", ManifestFile, err, twin(def.reads)))}
	}
	def.source = Source{def.reads.Name(ManifestFile), src}
	body, diags := parse(def.source)
	if diags.HasErrors() {
		return nil, diags
	}
	if syntax, ok := body.(*hclsyntax.Body); ok {
		e.budget.Instrument(syntax)
	}
	def.body, def.funcs = body, hclfunc.Table(def.reads, e.budget)
	var more hcl.Diagnostics
	def.manifest, more = e.readManifest(def)
	content, _, _ := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "output", LabelNames: []string{"name"}}}})
	for _, block := range content.Blocks {
		def.outputs = append(def.outputs, block.Labels[0])
	}
	return def, append(diags, more...)
}

// twin tells whoever wrote a manifest as JSON that there is no such thing.
func twin(r *Reads) string {
	if ok, _ := r.Exists(ManifestFile + ".json"); ok {
		return fmt.Sprintf(" A component has no JSON form: write %s.json as %s.", ManifestFile, ManifestFile)
	}
	return ""
}

// projectsOnly are the headers of the blocks that a spec has and a component has not.
func (e *evaluator) projectsOnly() []hcl.BlockHeaderSchema {
	whole := e.root().lang
	var out []hcl.BlockHeaderSchema
	for _, header := range hclSchema(&whole).Blocks {
		if _, ok := e.lang.Block(header.Type); !ok {
			out = append(out, header)
		}
	}
	return out
}

// onlyProject refuses a block of a spec in a component.
func onlyProject(block *hcl.Block) *hcl.Diagnostic {
	what := "It belongs into mlops.hcl; leave it out here."
	if isFactKey(block.Type) {
		what = fmt.Sprintf("A component reads the project's facts: write the block into mlops.hcl, and list %q in `reads` here.", block.Type)
	} else if block.Type == "mlops" {
		what = "The version of mlops that a component needs is `required_version` in its manifest."
	}
	return errorAt(block.DefRange, "Not in a component", fmt.Sprintf("Only a project has blocks of type %q. %s", block.Type, what))
}

// chain names the components from the outermost to the one being evaluated.
func (e *evaluator) chain() []string {
	if e.def == nil {
		return nil
	}
	return append(e.up.chain(), e.def.files.Label)
}

// root is the evaluator of the project.
func (e *evaluator) root() *evaluator {
	for e.up != nil {
		e = e.up
	}
	return e
}
