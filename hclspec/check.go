package hclspec

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// Check is a named group of rules on the project as it will be.
type Check struct {
	Name     string
	Severity string // "warning" or "error"
	Range    hcl.Range
	rules    []*Condition
	ctx      *hcl.EvalContext
	eval     *evaluator
}

// Outcome is what one rule of a check came to.
type Outcome struct {
	Passed  bool
	Message string
	Range   hcl.Range
}

func (e *evaluator) evalCheck(n *node) hcl.Diagnostics {
	c := &Check{Name: e.prefix + n.label, Severity: "warning", Range: n.rng, ctx: e.scope(n), eval: e}
	a, _ := n.sch.Attr("severity")
	val, diags := e.attr(a, n.content.Attributes["severity"], c.ctx)
	if !diags.HasErrors() && !val.IsNull() && !hasSensitive(val) {
		c.Severity = val.AsString()
	}
	for _, block := range n.content.Blocks {
		sub, _ := n.sch.Block(block.Type)
		rule, more := newCondition(sub, block)
		diags = append(diags, more...)
		if rule != nil {
			c.rules = append(c.rules, rule)
		}
	}
	if len(n.content.Blocks) == 0 {
		diags = append(diags, errorAt(n.rng, "Empty check", "A check needs at least one `assert` block."))
	}
	e.project.Checks = append(e.project.Checks, c)
	return diags
}

// Eval tests every rule. file and fileexists look through files, which lays the
// planned tree over the directory.
func (c *Check) Eval(files hclfunc.Files, budget *hcllimit.Budget) ([]Outcome, hcl.Diagnostics) {
	ctx := *c.ctx
	ctx.Functions = hclfunc.Table(files, budget)
	var out []Outcome
	var diags hcl.Diagnostics
	for _, rule := range c.rules {
		ok, msg, more := rule.test(c.eval, &ctx)
		if reason := callFailed(more); reason != "" {
			ok, msg, more = false, reason, nil
		}
		for _, d := range more {
			d.Detail = attach(d.Detail, usedBy(c.eval.users()))
		}
		diags = append(diags, more...)
		if !more.HasErrors() {
			out = append(out, Outcome{ok, msg, rule.cond.Expr.Range()})
		}
	}
	return out, diags
}

// callFailed returns why a function failed, as file does for a file that is not
// there: that is a broken rule, not a broken spec.
func callFailed(diags hcl.Diagnostics) string {
	for _, d := range diags {
		if d.Severity == hcl.DiagError && d.Summary == "Error in function call" {
			return d.Detail
		}
	}
	return ""
}
