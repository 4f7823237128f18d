package hclspec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/facts"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// node is one declaration of the spec: a block, or one attribute of locals.
type node struct {
	key, addr string
	kind      string
	label     string
	labelRng  hcl.Range
	sch       *schema.Block
	block     *hcl.Block
	content   *hcl.BodyContent // nil for a local and for readme
	expr      *hcl.Attribute   // of a local
	refs      []ref
	// flawed nodes are evaluated for their other faults; failed ones are not.
	flawed bool
	failed bool
	// used nodes are named by another.
	used   bool
	value  cty.Value
	inputs map[string]string
	parts  map[string]map[string]string // inputs by attribute, of the project
	rng    hcl.Range
	// reading is whether a file block's expressions read files, once known.
	reading *bool
	fact    *facts.Given // of a fact, once evaluated
	// def is what a component block names; given what a component's variable got.
	def   *definition
	given *Assignment
}

// hclSchema is the library's view of a block of the table.
func hclSchema(b *schema.Block) *hcl.BodySchema {
	s := &hcl.BodySchema{}
	for _, a := range b.Attrs {
		// Required attributes are checked by us: the message then names the block.
		s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: a.Name})
	}
	for _, n := range b.Blocks {
		var labels []string
		for _, l := range n.Labels {
			labels = append(labels, strings.TrimSuffix(l, "?"))
		}
		s.Blocks = append(s.Blocks, hcl.BlockHeaderSchema{Type: n.Name, LabelNames: labels})
	}
	return s
}

// collect turns the bodies into nodes and reports unknown blocks, unknown
// attributes and names declared twice.
func (e *evaluator) collect(bodies []hcl.Body) hcl.Diagnostics {
	var diags hcl.Diagnostics
	root := hclSchema(&e.lang)
	if e.up != nil {
		root.Blocks = append(root.Blocks, e.projectsOnly()...)
	}
	for _, body := range bodies {
		content, more := body.Content(root)
		diags = append(diags, more...)
		for _, block := range content.Blocks {
			if _, ok := e.lang.Block(block.Type); !ok {
				diags = append(diags, onlyProject(block))
				continue
			}
			diags = append(diags, e.declare(block)...)
		}
	}
	if e.up == nil && e.byKey["project"] == nil && !diags.HasErrors() {
		diags = append(diags, e.noProject())
	}
	return diags
}

func (e *evaluator) noProject() *hcl.Diagnostic {
	at := hcl.Range{Filename: e.params.Spec[0].Name, Start: hcl.InitialPos, End: hcl.InitialPos}
	return errorAt(at, "Missing project block", "A spec states which project it describes. Add a block such as:\n\n  project \"name\" {\n    title = \"Human title\"\n  }")
}

func (e *evaluator) declare(block *hcl.Block) hcl.Diagnostics {
	sch, _ := e.lang.Block(block.Type)
	if sch.FreeAttrs {
		return e.declareLocals(block)
	}
	if block.Type == "component" {
		if e.def != nil && !isCall(block) {
			return nil // the manifest, which was read first
		}
		call := componentBlock()
		sch = &call
		if !hclsyntax.ValidIdentifier(block.Labels[0]) {
			return hcl.Diagnostics{errorAt(block.LabelRanges[0], "Invalid name", "The name of a component is letters, digits, dashes and underscores, and starts with a letter.")}
		}
	}
	n := &node{kind: block.Type, sch: sch, block: block, key: block.Type, rng: block.DefRange}
	n.labelRng = block.DefRange
	if len(block.Labels) > 0 {
		n.label, n.labelRng = block.Labels[0], block.LabelRanges[0]
	}
	switch {
	case sch.Single:
	case len(sch.Labels) == 0:
		n.key += "@" + place(block.DefRange)
	case n.label != "":
		n.key += "." + n.label
	}
	n.addr = e.prefix + Address(addrKind(n.kind), n.label, nil)
	if sch.Single || len(sch.Labels) == 0 {
		n.addr = e.prefix + n.kind
	}
	var diags hcl.Diagnostics
	if n.kind != "readme" {
		n.content, diags = block.Body.Content(hclSchema(sch))
		n.flawed = diags.HasErrors()
		diags = append(diags, requireAttrs(sch, n.content.Attributes, n.rng)...)
		diags = append(diags, singles(sch, n.content.Blocks)...)
	}
	diags = append(diags, e.add(n)...)
	switch {
	case n.kind == "project" && e.byKey["project"] == n:
		diags = append(diags, e.declareProblem(n)...)
	case n.kind == "component" && !n.flawed && e.byKey[n.key] == n:
		diags = append(diags, e.define(n)...)
	}
	return diags
}

// addrKind is how a block type is spelled in references.
func addrKind(kind string) string {
	switch kind {
	case "variable":
		return "var"
	case "problem", "pipeline":
		return "project"
	}
	return kind
}

func (e *evaluator) declareLocals(block *hcl.Block) hcl.Diagnostics {
	attrs, diags := block.Body.JustAttributes()
	for _, attr := range inOrder(attrs) {
		diags = append(diags, e.add(&node{
			kind: "local", key: "local." + attr.Name, addr: e.prefix + "local." + attr.Name,
			label: attr.Name, labelRng: attr.NameRange, expr: attr, rng: attr.Range,
		})...)
	}
	return diags
}

// inOrder undoes the random order of the library's map.
func inOrder(attrs hcl.Attributes) []*hcl.Attribute {
	out := slices.Collect(maps.Values(attrs))
	slices.SortFunc(out, func(a, b *hcl.Attribute) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return out
}

func (e *evaluator) add(n *node) hcl.Diagnostics {
	n.inputs = map[string]string{}
	if first := e.byKey[n.key]; first != nil {
		what := "no two blocks of the same name"
		if n.sch != nil && n.sch.Single {
			what = "one such block at most"
		}
		return hcl.Diagnostics{errorAt(n.labelRng, "Duplicate declaration", fmt.Sprintf(
			"%s is declared at %s already, and a spec has %s. Remove or rename one.", n.addr, place(first.labelRng), what))}
	}
	e.byKey[n.key] = n
	e.byKind[addrKind(n.kind)] = append(e.byKind[addrKind(n.kind)], n)
	e.nodes = append(e.nodes, n)
	return nil
}

func place(rng hcl.Range) string {
	return fmt.Sprintf("%s:%d:%d", rng.Filename, rng.Start.Line, rng.Start.Column)
}

func requireAttrs(sch *schema.Block, attrs hcl.Attributes, rng hcl.Range) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, a := range sch.Attrs {
		if a.Required && attrs[a.Name] == nil {
			diags = append(diags, errorAt(rng, "Missing required argument", fmt.Sprintf(
				"The argument %q is required in a %q block: %s", a.Name, sch.Name, a.Doc)))
		}
	}
	return diags
}

func singles(sch *schema.Block, blocks hcl.Blocks) hcl.Diagnostics {
	var diags hcl.Diagnostics
	first := map[string]*hcl.Block{}
	for _, b := range blocks {
		sub, _ := sch.Block(b.Type)
		if !sub.Single {
			continue
		}
		if f := first[b.Type]; f != nil {
			diags = append(diags, errorAt(b.DefRange, "Duplicate block", fmt.Sprintf(
				"A %q block may hold one %q block; the first is at %s.", sch.Name, b.Type, place(f.DefRange))))
			continue
		}
		first[b.Type] = b
	}
	return diags
}

// expressions lists every expression of a node for reference discovery.
func (e *evaluator) traversals(n *node) []hcl.Traversal {
	switch {
	case n.expr != nil:
		return n.expr.Expr.Variables()
	case n.kind == "readme":
		return readmeVariables(n)
	case n.content == nil:
		return nil
	default:
		return contentVariables(n.sch, n.content)
	}
}

func contentVariables(sch *schema.Block, content *hcl.BodyContent) []hcl.Traversal {
	var out []hcl.Traversal
	for _, a := range sch.Attrs {
		if attr := content.Attributes[a.Name]; attr != nil && a.Mode == schema.Value {
			out = append(out, attr.Expr.Variables()...)
		}
	}
	for _, b := range content.Blocks {
		sub, _ := sch.Block(b.Type)
		if b.Type == "problem" {
			continue // a node of its own
		}
		inner, _, _ := b.Body.PartialContent(hclSchema(sub))
		out = append(out, contentVariables(sub, inner)...)
	}
	return out
}

// readmeVariables also finds what dynamic sections iterate over.
func readmeVariables(n *node) []hcl.Traversal {
	w := dynblock.WalkVariables(n.block.Body)
	return walkSections(w, n.sch)
}

func walkSections(w dynblock.WalkVariablesNode, sch *schema.Block) []hcl.Traversal {
	vars, children := w.Visit(hclSchema(sch))
	for _, child := range children {
		if child.BlockTypeName == "translation" {
			inner, _ := sch.Block(child.BlockTypeName)
			vars = append(vars, walkSections(child.Node, inner)...)
		}
		if child.BlockTypeName != "section" {
			continue
		}
		all := &schema.Block{}
		section, _ := sch.Block("section")
		for _, kind := range section.Blocks {
			all.Attrs = append(all.Attrs, kind.Attrs...)
		}
		vars = append(vars, walkSections(child.Node, all)...)
	}
	return vars
}
