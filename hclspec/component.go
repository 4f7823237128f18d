package hclspec

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/zclconf/go-cty/cty"
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
	// Version, Commit and Digest are those of the lock.
	Version, Commit, Digest string
}

// definition is a component's manifest, parsed once however often it is used.
type definition struct {
	files    *ComponentFiles
	reads    *Reads
	funcs    map[string]function.Function
	source   Source
	body     hcl.Body
	manifest Manifest
}

// define finds and parses the component of a block. The fault is reported at the
// block's source.
func (e *evaluator) define(n *node) hcl.Diagnostics {
	call, rng, diags := e.call(n)
	if diags.HasErrors() || call.Source == "" {
		return diags
	}
	root := e.root()
	if root.calls++; root.calls > maxComponents {
		return append(diags, errorAt(rng, "Too many components", fmt.Sprintf("This spec uses more than %d components, counted with those inside of them.", maxComponents)))
	}
	if e.params.Components == nil {
		return hcl.Diagnostics{errorAt(rng, "No components", "Components cannot be used here.")}
	}
	found := &Found{ComponentCall: call, Range: n.rng}
	root.asked = append(root.asked, found)
	files, err := e.params.Components.Find(call)
	if err != nil {
		fault := errorAt(rng, "Component not available", fmt.Sprintf("%s: %s.", n.addr, err))
		if strings.Contains(call.Source, "@") {
			fault.Extra = Withheld{} // there may be a password before it
		}
		return append(diags, fault)
	}
	if chain := e.chain(); slices.Contains(chain, files.Label) {
		return append(diags, errorAt(rng, "Component holds itself", fmt.Sprintf("%s would be a part of itself: %s. Leave one of them out.", files.Label, strings.Join(append(chain, files.Label), " -> "))))
	} else if len(chain) >= MaxComponentDepth {
		return append(diags, errorAt(rng, "Components too deep", fmt.Sprintf("Components nest %d deep at most: %s.", MaxComponentDepth, strings.Join(append(chain, files.Label), " -> "))))
	}
	if n.def = root.defs[files.Label]; n.def == nil {
		def, more := e.parseComponent(files, rng)
		if diags = append(diags, more...); more.HasErrors() {
			return e.blame(n, diags)
		}
		n.def, root.defs[files.Label] = def, def
	}
	n.refs = append(n.refs, n.def.manifest.refs(rng)...)
	found.Inputs = n.def.inputs()
	return append(diags, e.blame(n, e.foresee(n))...)
}

// foresee defines the components inside a component, and what is in them, before
// anything is evaluated: what is missing or goes round in a circle is known at once.
func (e *evaluator) foresee(n *node) hcl.Diagnostics {
	inner := &evaluator{params: e.params, budget: e.budget, up: e, def: n.def, by: n, prefix: e.prefix, pin: e.pin + Address("component", n.label, nil) + "."}
	content, _, _ := n.def.body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "component", LabelNames: []string{"name"}}}})
	sch := componentBlock()
	var diags hcl.Diagnostics
	for _, block := range content.Blocks {
		if !isCall(block) {
			continue
		}
		call := &node{kind: "component", sch: &sch, block: block, rng: block.DefRange, label: block.Labels[0]}
		call.addr = inner.prefix + Address("component", n.label, nil) + "." + Address("component", call.label, nil)
		var faulty hcl.Diagnostics
		if call.content, faulty = block.Body.Content(hclSchema(&sch)); !faulty.HasErrors() {
			diags = append(diags, inner.define(call)...)
		}
	}
	return diags
}

// call reads what a component block asks for: plain strings, because it must be
// known before anything is evaluated.
func (e *evaluator) call(n *node) (ComponentCall, hcl.Range, hcl.Diagnostics) {
	call := ComponentCall{Address: e.pin + Address("component", n.label, nil)}
	if e.def != nil {
		call.From = e.def.files
	}
	call.Short = e.root().short
	source, version := n.content.Attributes["source"], n.content.Attributes["version"]
	if source == nil {
		return call, n.rng, nil // reported as missing
	}
	var diags hcl.Diagnostics
	for attr, to := range map[*hcl.Attribute]*string{source: &call.Source, version: &call.Version} {
		if attr == nil {
			continue
		}
		text, fault := constant(attr)
		if *to = text; fault != nil {
			diags = append(diags, fault)
		}
	}
	return call, source.Expr.Range(), diags
}

// constant is the text of an attribute that may refer to nothing.
func constant(attr *hcl.Attribute) (string, *hcl.Diagnostic) {
	val, diags := attr.Expr.Value(nil)
	if diags.HasErrors() || val.Type() != cty.String || val.IsNull() || !val.IsKnown() {
		return "", errorAt(attr.Expr.Range(), "Not a plain string", fmt.Sprintf("The argument %q is a string in quotes that refers to nothing: which components a spec uses is known before it is evaluated.", attr.Name))
	}
	return val.AsString(), nil
}

func (e *evaluator) parseComponent(files *ComponentFiles, rng hcl.Range) (*definition, hcl.Diagnostics) {
	def := &definition{files: files}
	if files.Local != "" {
		def.reads = e.root().reads.below(files.Local)
	} else {
		def.reads = e.root().reads.foreign(files.FS, files.Label)
		e.root().views = append(e.root().views, def.reads)
	}
	src, err := def.reads.ReadFile(ManifestFile)
	if err != nil {
		return nil, hcl.Diagnostics{errorAt(rng, "No component", fmt.Sprintf("A component is a folder with %s in it. %s.", ManifestFile, err))}
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
	return def, append(diags, more...)
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

// blame adds to faults inside a component which block asked for it.
func (e *evaluator) blame(n *node, diags hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range diags {
		if d.Subject == nil || d.Subject.Filename == n.rng.Filename {
			continue
		}
		if by := fmt.Sprintf(" (%s uses it at %s:%d.)", n.addr, n.rng.Filename, n.rng.Start.Line); !strings.HasSuffix(d.Detail, by) {
			d.Detail += by
		}
	}
	return diags
}
