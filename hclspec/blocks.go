package hclspec

import (
	"fmt"
	"strings"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// checkVersion reads required_version before anything else, so that an old
// binary says so instead of calling new blocks unknown.
func (e *evaluator) checkVersion(bodies []hcl.Body) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, body := range bodies {
		content, _, _ := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "mlops"}}})
		for _, block := range content.Blocks {
			inner, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "required_version"}}})
			if attr := inner.Attributes["required_version"]; attr != nil {
				diags = append(diags, e.requireVersion(attr, "This spec")...)
			}
		}
	}
	return diags
}

// shortForms reads the short forms of sources, which have to be known before the
// components are looked for.
func (e *evaluator) shortForms(bodies []hcl.Body) hcl.Diagnostics {
	var diags hcl.Diagnostics
	mlops := mlopsBlock()
	a, _ := mlops.Attr("sources")
	for _, body := range bodies {
		content, _, _ := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "mlops"}}})
		for _, block := range content.Blocks {
			inner, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "sources"}}})
			val, more := e.attr(a, inner.Attributes["sources"], nil)
			if diags = append(diags, more...); more.HasErrors() || val.IsNull() {
				continue
			}
			e.short = map[string]string{}
			for name, url := range val.AsValueMap() {
				e.short[name] = str(url)
			}
		}
	}
	return diags
}

func (e *evaluator) requireVersion(attr *hcl.Attribute, who string) hcl.Diagnostics {
	sch, _ := e.lang.Block("mlops")
	a, _ := sch.Attr("required_version")
	val, diags := e.attr(a, attr, nil)
	if diags.HasErrors() || val.IsNull() {
		return diags
	}
	want, err := version.NewConstraint(val.AsString())
	if err != nil {
		return hcl.Diagnostics{errorAt(attr.Expr.Range(), "Invalid version constraint", fmt.Sprintf("%q is no version constraint. Write one such as \">= 0.1\" or \"~> 1.2\".", val.AsString()))}
	}
	have, err := version.NewVersion(e.params.Version)
	if err != nil {
		return nil // a development build satisfies everything
	}
	if !want.Check(have.Core()) {
		return hcl.Diagnostics{errorAt(attr.Expr.Range(), "Unsupported version", fmt.Sprintf("%s needs mlops %s, and this is mlops %s. Install a version that fits.", who, val.AsString(), e.params.Version))}
	}
	return nil
}

// evalProject computes the facts and their defaults.
func (e *evaluator) evalProject(n *node) hcl.Diagnostics {
	ctx := e.scope(n)
	attrs := map[string]cty.Value{"name": cty.StringVal(n.label)}
	n.parts = map[string]map[string]string{}
	var diags hcl.Diagnostics
	if strings.TrimSpace(n.label) == "" || strings.ContainsAny(n.label, "\n\r\t") {
		diags = append(diags, errorAt(n.labelRng, "Invalid name", "The project's name is one line of text."))
	}
	for i := range n.sch.Attrs {
		a := &n.sch.Attrs[i]
		attr := n.content.Attributes[a.Name]
		val, more := e.attr(a, attr, ctx)
		diags = append(diags, more...)
		if hasSensitive(val) {
			diags = append(diags, sensitiveFault(attr.Expr.Range(), a.Name))
		}
		attrs[a.Name] = val
		if attr != nil {
			n.parts[a.Name] = e.part(n, attr)
		}
	}
	if diags.HasErrors() {
		return diags
	}
	factDefaults(n.label, attrs)
	g, _ := e.given(n.sch, n.content, ctx) // its faults stand in diags
	g.Kind, g.Name, g.Range = n.kind, n.label, n.rng
	n.fact = &g
	n.value = cty.ObjectVal(attrs)
	e.project.Facts = factsOf(n.value, n.rng)
	return diags
}

func factDefaults(name string, attrs map[string]cty.Value) {
	set := func(key string, v cty.Value) {
		if attrs[key].IsNull() {
			attrs[key] = v
		}
	}
	set("title", cty.StringVal(name))
	set("summary", cty.StringVal(""))
	set("package", cty.StringVal(strings.ReplaceAll(strings.ToLower(name), "-", "_")))
	set("license", cty.StringVal(""))
	set("repository", cty.StringVal(""))
	set("python", cty.ListValEmpty(cty.String))
	set("authors", cty.ListValEmpty(personType.WithoutOptionalAttributesDeep()))
}

func factsOf(v cty.Value, rng hcl.Range) Facts {
	text := func(name string) string { return v.GetAttr(name).AsString() }
	f := Facts{
		Name: text("name"), Title: text("title"), Summary: text("summary"), Package: text("package"),
		License: text("license"), Repository: text("repository"), Value: v, Range: rng,
	}
	for _, py := range v.GetAttr("python").AsValueSlice() {
		f.Python = append(f.Python, str(py))
	}
	for _, a := range v.GetAttr("authors").AsValueSlice() {
		if p := personOf(a); p != nil {
			f.Authors = append(f.Authors, *p)
		}
	}
	return f
}

func str(v cty.Value) string {
	if v.IsNull() {
		return ""
	}
	return v.AsString()
}

func personOf(v cty.Value) *Person {
	if v.IsNull() {
		return nil
	}
	return &Person{str(v.GetAttr("name")), str(v.GetAttr("email"))}
}

// evalGit reads the git block; the message waits for the plan.
func (e *evaluator) evalGit(n *node) hcl.Diagnostics {
	ctx := e.scope(n)
	g := &e.project.Git
	var diags hcl.Diagnostics
	values := map[string]cty.Value{}
	for i := range n.sch.Attrs {
		a := &n.sch.Attrs[i]
		if a.Mode == schema.Deferred {
			continue
		}
		attr := n.content.Attributes[a.Name]
		val, more := e.attr(a, attr, ctx)
		diags = append(diags, more...)
		if hasSensitive(val) {
			diags = append(diags, sensitiveFault(attr.Expr.Range(), a.Name))
		}
		values[a.Name] = val
	}
	if diags.HasErrors() {
		return diags
	}
	g.Author = personOf(values["author"])
	if g.Author != nil && (strings.TrimSpace(g.Author.Name) == "" || g.Author.Email == "") {
		diags = append(diags, errorAt(n.content.Attributes["author"].Expr.Range(), "Incomplete author", "A commit needs both name and email of its author."))
	}
	g.Commit = values["commit"].IsNull() || values["commit"].True()
	g.DefaultBranch = str(values["default_branch"])
	if b := str(values["backend"]); b != "" {
		g.Backend = b
	}
	g.message = n.content.Attributes["message"]
	return diags
}

// Message evaluates the commit message for a finished plan.
func (p *Project) Message(summary string) (string, hcl.Diagnostics) {
	attr := p.Git.message
	if attr == nil {
		return "chore(mlops): " + summary, nil
	}
	e := p.eval
	n := e.byKey["git"]
	sch := *n.sch
	part := &node{kind: "git", key: "git", inputs: map[string]string{}}
	var diags hcl.Diagnostics
	for _, trav := range attr.Expr.Variables() {
		if trav.RootName() == "plan" {
			continue
		}
		r, diag := e.ref(n, trav)
		if diag != nil {
			diags = append(diags, diag)
		} else {
			part.refs = append(part.refs, r)
		}
	}
	if diags.HasErrors() || e.blocked(part) {
		return "", diags
	}
	ctx := e.scope(part)
	ctx.Variables["plan"] = cty.ObjectVal(map[string]cty.Value{"summary": cty.StringVal(summary)})
	a, _ := sch.Attr("message")
	val, diags := e.attr(a, attr, ctx)
	switch {
	case diags.HasErrors():
		return "", diags
	case hasSensitive(val):
		return "", hcl.Diagnostics{sensitiveFault(attr.Expr.Range(), "message")}
	case strings.TrimSpace(str(val)) == "":
		return "", hcl.Diagnostics{errorAt(attr.Expr.Range(), "Empty message", "A commit needs a message.")}
	}
	return val.AsString(), nil
}

func (e *evaluator) evalOutput(n *node) hcl.Diagnostics {
	ctx := e.scope(n)
	attrs := n.content.Attributes
	get := func(name string) (cty.Value, hcl.Diagnostics) {
		a, _ := n.sch.Attr(name)
		return e.attr(a, attrs[name], ctx)
	}
	val, diags := get("value")
	desc, more := get("description")
	secret, evenMore := get("sensitive")
	diags = append(append(diags, more...), evenMore...)
	if diags.HasErrors() {
		return diags
	}
	sensitive := !secret.IsNull() && secret.True()
	if hasSensitive(val) && !sensitive {
		return append(diags, errorAt(attrs["value"].Expr.Range(), "Sensitive value", fmt.Sprintf("The output %q holds a sensitive value. Say `sensitive = true` to have it hidden, or leave the value out.", n.label)))
	}
	plain, _ := val.UnmarkDeep()
	n.value = hideOutput(plain, sensitive || hasSensitive(val))
	e.project.Outputs = append(e.project.Outputs, Output{Name: n.label, Description: str(desc), Value: plain, Sensitive: sensitive, Range: n.rng})
	return diags
}

// evalReadme reads the sections; their content is made by package readme.
func (e *evaluator) evalReadme(n *node) hcl.Diagnostics {
	r := &readmeEval{e: e, n: n, ctx: e.scope(n), placed: map[string]bool{}}
	return r.read()
}

// claimReadme claims the path of a README: what the attribute says, or else name.
func (e *evaluator) claimReadme(c readmeClaim, ctx *hcl.EvalContext) (safepath.Path, hcl.Diagnostics) {
	val, diags := e.attr(c.schema, c.attr, ctx)
	if diags.HasErrors() {
		return "", diags
	}
	if hasSensitive(val) {
		return "", hcl.Diagnostics{sensitiveFault(c.attr.Expr.Range(), "path")}
	}
	if !val.IsNull() {
		c.name, c.rng = val.AsString(), c.attr.Expr.Range()
	}
	return e.claim(c.name, &File{Address: c.address, PathRange: c.rng})
}

// readmeClaim is who claims a path.
type readmeClaim struct {
	schema        *schema.Attr
	attr          *hcl.Attribute
	address, name string
	rng           hcl.Range
}
