package hclspec

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

const (
	// StarterFile is the manifest of a starter.
	StarterFile = "starter.hcl"
	// StarterTemplate is what a starter makes the spec from.
	StarterTemplate = MainFile + ".tmpl"
	// StarterFolder holds the files that a starter gives to the project.
	StarterFolder = "files"
	// maxQuestions bounds what one starter may ask.
	maxQuestions = 200
	// starterSteps and starterBytes bound one evaluation of a starter.
	starterSteps = hcllimit.MaxSteps / 20
	starterBytes = 4 * hcllimit.MaxFileBytes
)

// What a starter's variable may suggest as its answer.
const (
	// SuggestFolder is the project folder's name, made a valid project name.
	SuggestFolder = "folder"
	// SuggestAuthor and SuggestEmail are whom git knows.
	SuggestAuthor = "author"
	SuggestEmail  = "email"
)

// StarterLanguage returns the table of what a starter.hcl may hold.
func StarterLanguage() schema.Block {
	question := variableBlock()
	question.Doc = "A question. Its description is what is asked; a validation whose condition is `contains([...], var.NAME)` makes it a choice."
	question.Example = "variable \"license\" {\n  type        = string\n  description = \"License of the project\"\n  default     = \"MIT\"\n  validation {\n    condition     = contains([\"MIT\", \"Apache-2.0\"], var.license)\n    error_message = \"Choose MIT or Apache-2.0.\"\n  }\n}\n"
	question.Attrs = append(question.Attrs, schema.Attr{
		Name: "suggest", Type: cty.String, OneOf: []string{SuggestFolder, SuggestAuthor, SuggestEmail},
		Doc: "What takes the place of the default where it is known: the project folder's name, or the author's name or e-mail address as git knows them.",
	})
	return schema.Block{Name: "starter.hcl", Blocks: []schema.Block{starterBlock(), question}}
}

func starterBlock() schema.Block {
	return schema.Block{
		Name: "starter", Labels: []string{"name"}, Single: true,
		Doc:     "The manifest, once in every starter.hcl. The label is the starter's name.",
		Example: "starter \"tabular\" {\n  description = \"A project that learns from a table.\"\n}\n",
		Attrs: []schema.Attr{
			{Name: "description", Type: cty.String, Doc: "One sentence on what the project becomes."},
			{Name: "required_version", Type: cty.String, Doc: "Version constraint on the mlops binary."},
		},
	}
}

// StarterParams say what is read.
type StarterParams struct {
	// FS holds the files. Label comes before their names in messages.
	FS    fs.FS
	Label string
	// Version is that of this binary, without a leading v.
	Version string
	// Component says that it is a component, whose inputs are the questions.
	Component bool
}

// Starter is what is asked before a project's first spec is written: by a starter, or
// for a component's inputs. It reads no files but its own, and runs nothing.
type Starter struct {
	// Name and Description are the manifest's.
	Name, Description string
	// Questions are in the order in which they are asked.
	Questions []Question

	params StarterParams
	src    Source
	lang   schema.Block
	// options are those of the variables that are choices.
	options map[string][]string
}

// Question asks for the value of one variable.
type Question struct {
	Name, Description string
	Type              cty.Type
	// Default is nil when there is none.
	Default *cty.Value
	// Options are the only answers there are, when they are known.
	Options []string
	// Suggest is one of the Suggest constants, or "".
	Suggest string
	Range   hcl.Range
}

// ReadStarter reads a manifest and its questions. The Starter is complete only when
// the diagnostics hold no error; Source has the text they point into.
func ReadStarter(p StarterParams) (*Starter, hcl.Diagnostics) {
	s := &Starter{params: p, lang: StarterLanguage()}
	name := StarterFile
	if p.Component {
		name, s.lang = ManifestFile, schema.Block{Name: ManifestFile, Blocks: []schema.Block{manifestBlock(), variableBlock()}}
	}
	reads := s.reads(nil)
	text, err := reads.ReadFile(name)
	if err != nil {
		return s, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unreadable file", Detail: err.Error() + "."}}
	}
	s.src = Source{reads.Name(name), text}
	e := s.evaluator(nil)
	body, diags := s.parse(e)
	if diags.HasErrors() {
		return s, diags
	}
	if diags = s.manifest(e, body); diags.HasErrors() {
		return s, Sort(diags, e.params.Spec)
	}
	return s, Sort(append(diags, s.questions(e, body)...), e.params.Spec)
}

// Source returns the text a diagnostic points into, or nil.
func (s *Starter) Source(name string) []byte {
	if name == s.src.Name {
		return s.src.Src
	}
	if reads := s.reads(nil); name == reads.Name(StarterTemplate) {
		text, _ := reads.ReadFile(StarterTemplate)
		return text
	}
	return nil
}

// reads is the view of the starter's files.
func (s *Starter) reads(budget *hcllimit.Budget) *Reads {
	out := newReads(s.params.FS, budget)
	out.label = s.params.Label
	return out
}

// evaluator starts an evaluation of its own, within limits of its own.
func (s *Starter) evaluator(given []Assignment) *evaluator {
	budget := hcllimit.NewBudget(starterSteps, starterBytes)
	e := &evaluator{
		params: Params{Spec: []Source{s.src}, Vars: given, Version: s.params.Version}, lang: s.lang, reads: s.reads(budget), budget: budget,
		byKey: map[string]*node{}, byKind: map[string][]*node{}, named: map[string]bool{}, digests: map[string]string{},
	}
	e.funcs = hclfunc.Table(e.reads, e.budget)
	return e
}

// parse reads the manifest's text; what it evaluates is charged to the evaluator.
func (s *Starter) parse(e *evaluator) (hcl.Body, hcl.Diagnostics) {
	body, diags := parse(s.src)
	if syntax, ok := body.(*hclsyntax.Body); ok && !diags.HasErrors() {
		if s.options == nil {
			s.options = options(syntax) // while the conditions stand as they are written
		}
		e.budget.Instrument(syntax)
	}
	return body, diags
}

// manifest reads the block that says what this is, the version it needs first.
func (s *Starter) manifest(e *evaluator, body hcl.Body) hcl.Diagnostics {
	kind := s.lang.Blocks[0]
	content, _, _ := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: kind.Name, LabelNames: []string{"name"}}}})
	var diags hcl.Diagnostics
	found := false
	for _, block := range content.Blocks {
		if kind.Name == "component" && isCall(block) {
			continue
		}
		if found {
			diags = append(diags, errorAt(block.DefRange, "Two manifests", fmt.Sprintf("A %s has one %q block.", s.lang.Name, kind.Name)))
			continue
		}
		found = true
		inner, more := block.Body.Content(hclSchema(&kind))
		if attr := inner.Attributes["required_version"]; attr != nil {
			e.lang = Language(nil) // which knows the constraint
			if fault := e.requireVersion(attr, "This "+kind.Name); fault.HasErrors() {
				return fault
			}
			e.lang = s.lang
		}
		s.Name = block.Labels[0]
		diags = append(diags, more...)
		a, _ := kind.Attr("description")
		val, more := e.attr(a, inner.Attributes["description"], nil)
		if diags = append(diags, more...); !more.HasErrors() {
			s.Description = str(val)
		}
	}
	if !found {
		at := hcl.Range{Filename: s.src.Name, Start: hcl.InitialPos, End: hcl.InitialPos}
		diags = append(diags, errorAt(at, "Missing manifest", fmt.Sprintf("A %s says what it is. Add a block such as:\n\n  %s \"name\" {\n    description = \"What it is for.\"\n  }", kind.Name, kind.Name)))
	}
	return diags
}

// questions reads the variables. Of a component only they are looked at: the rest is
// judged when the spec is.
func (s *Starter) questions(e *evaluator, body hcl.Body) hcl.Diagnostics {
	root := hclSchema(&s.lang)
	content, diags := body.Content(root)
	if s.params.Component {
		content, _, diags = body.PartialContent(root)
	}
	for _, block := range content.Blocks {
		if block.Type != "variable" {
			continue
		}
		diags = append(diags, e.declare(block)...)
	}
	for _, n := range e.byKind["var"] {
		if n.flawed {
			continue
		}
		if faults := n.ownRules(); !s.params.Component {
			diags = append(diags, faults...)
		}
		q, more := s.question(e, n)
		if diags = append(diags, more...); q != nil {
			s.Questions = append(s.Questions, *q)
		}
	}
	if len(s.Questions) > maxQuestions {
		diags = append(diags, errorAt(s.Questions[maxQuestions].Range, "Too many questions", fmt.Sprintf("A %s may ask %d questions.", s.lang.Name, maxQuestions)))
	}
	return diags
}

// question reads one variable; nil is one that is not asked for.
func (s *Starter) question(e *evaluator, n *node) (*Question, hcl.Diagnostics) {
	attrs := n.content.Attributes
	v := &variable{e: e, n: n, info: Variable{Name: n.label, Type: cty.DynamicPseudoType, Range: n.rng}}
	if !hclsyntax.ValidIdentifier(n.label) {
		return nil, hcl.Diagnostics{errorAt(n.labelRng, "Invalid name", "The name of a variable is letters, digits, dashes and underscores, and starts with a letter.")}
	}
	v.readType(attrs["type"])
	v.info.Description = v.text("description", attrs["description"])
	suggest := v.text("suggest", attrs["suggest"])
	if v.flag("sensitive", attrs["sensitive"], false) {
		if s.params.Component && attrs["default"] != nil {
			return nil, v.diags
		}
		return nil, append(v.diags, errorAt(n.rng, "Sensitive question", "Answers are written into mlops.hcl, which is committed. Leave `sensitive` out, or have the project read the value where it runs."))
	}
	if !v.diags.HasErrors() {
		v.readDefault(attrs["default"])
	}
	return &Question{
		Name: n.label, Description: v.info.Description, Type: v.info.Type.WithoutOptionalAttributesDeep(), Default: v.info.Default,
		Options: s.options[n.label], Suggest: suggest, Range: n.rng,
	}, v.diags
}

// ownRules leaves a variable the rules that speak of variables alone: there is nothing
// else yet. Those of a component that speak of the project are for the plan.
func (n *node) ownRules() hcl.Diagnostics {
	var diags hcl.Diagnostics
	n.content.Blocks = slices.DeleteFunc(n.content.Blocks, func(block *hcl.Block) bool {
		sub, _ := n.sch.Block(block.Type)
		inner, _, _ := block.Body.PartialContent(hclSchema(sub))
		for _, trav := range contentVariables(sub, inner) {
			if trav.RootName() != "var" {
				diags = append(diags, errorAt(trav.SourceRange(), "Unknown reference", fmt.Sprintf("There is nothing called %q while the questions are asked; a rule speaks of the answers, as var.NAME.", trav.RootName())))
				return true
			}
		}
		return false
	})
	return diags
}

// options finds the variables with a rule that does nothing but list what is allowed.
func options(body *hclsyntax.Body) map[string][]string {
	out := map[string][]string{}
	for _, block := range body.Blocks {
		if block.Type != "variable" || len(block.Labels) != 1 {
			continue
		}
		for _, rule := range block.Body.Blocks {
			if attr := rule.Body.Attributes["condition"]; rule.Type == "validation" && attr != nil && out[block.Labels[0]] == nil {
				out[block.Labels[0]] = listed(attr.Expr, block.Labels[0])
			}
		}
	}
	return out
}

// listed reads contains(["a", "b"], var.NAME).
func listed(x hcl.Expression, name string) []string {
	call, ok := x.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "contains" || len(call.Args) != 2 || call.ExpandFinal {
		return nil
	}
	of, isRef := call.Args[1].(*hclsyntax.ScopeTraversalExpr)
	list, isList := call.Args[0].(*hclsyntax.TupleConsExpr)
	if !isRef || !isList || len(of.Traversal) != 2 || of.Traversal.RootName() != "var" {
		return nil
	}
	if label, _ := step(of.Traversal, 1); label != name {
		return nil
	}
	var out []string
	for _, item := range list.Exprs {
		val, diags := item.Value(nil)
		if diags.HasErrors() || val.Type() != cty.String || val.IsNull() {
			return nil
		}
		out = append(out, val.AsString())
	}
	return out
}
