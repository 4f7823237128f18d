package hclspec

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// Condition is a rule with its message, not evaluated yet.
type Condition struct {
	sch       *schema.Block
	cond, msg *hcl.Attribute
	ctx       *hcl.EvalContext
	eval      *evaluator
}

// verdict is how a broken rule is reported.
type verdict struct{ summary, prefix string }

func newCondition(sch *schema.Block, block *hcl.Block) (*Condition, hcl.Diagnostics) {
	content, diags := block.Body.Content(hclSchema(sch))
	diags = append(diags, requireAttrs(sch, content.Attributes, block.DefRange)...)
	if diags.HasErrors() {
		return nil, diags
	}
	return &Condition{sch: sch, cond: content.Attributes["condition"], msg: content.Attributes["error_message"]}, nil
}

// check evaluates the rule and reports it when it is broken.
func (c *Condition) check(e *evaluator, ctx *hcl.EvalContext, v verdict) hcl.Diagnostics {
	ok, msg, diags := c.test(e, ctx)
	if diags.HasErrors() || ok {
		return diags
	}
	return append(diags, errorAt(c.cond.Expr.Range(), v.summary, v.prefix+msg))
}

// test evaluates the rule; msg is set when it is broken. A message that would
// show a sensitive value is replaced.
func (c *Condition) test(e *evaluator, ctx *hcl.EvalContext) (ok bool, msg string, diags hcl.Diagnostics) {
	a, _ := c.sch.Attr("condition")
	val, diags := e.attr(a, c.cond, ctx)
	if diags.HasErrors() {
		return false, "", diags
	}
	plain, _ := val.Unmark()
	if plain.True() {
		return true, "", diags
	}
	m, _ := c.sch.Attr("error_message")
	text, more := e.attr(m, c.msg, ctx)
	diags = append(diags, more...)
	if more.HasErrors() {
		return false, "", diags
	}
	if hasSensitive(text) {
		return false, "(the message holds a sensitive value)", diags
	}
	return false, text.AsString(), diags
}

// Check evaluates a postcondition on a finished file.
func (c *Condition) Check(path, mode, content string) hcl.Diagnostics {
	ctx := c.ctx.NewChild()
	ctx.Variables = map[string]cty.Value{"self": cty.ObjectVal(map[string]cty.Value{
		"path": cty.StringVal(path), "mode": cty.StringVal(mode), "content": cty.StringVal(content),
	})}
	diags := c.check(c.eval, ctx, verdict{"Postcondition failed", ""})
	for _, d := range diags {
		d.Detail = attach(d.Detail, usedBy(c.eval.users()))
	}
	return diags
}
