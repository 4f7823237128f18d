package hclspec

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/json"
)

// scope builds the variables a node's expressions see: exactly what it refers to.
func (e *evaluator) scope(n *node) *hcl.EvalContext {
	values := map[string]map[string]cty.Value{}
	var project []*node
	ctx := &hcl.EvalContext{Functions: e.funcs, Variables: map[string]cty.Value{}}
	for _, r := range n.refs {
		if r.order {
			continue
		}
		if kind, all := strings.CutSuffix(r.node, "."); all && kind != "project" && values[kind] == nil {
			values[kind] = map[string]cty.Value{} // there may be none
		}
		for _, to := range e.targets(r.node) {
			kind := addrKind(to.kind)
			if kind == "project" || isOutline(kind) {
				project = append(project, to)
				continue
			}
			if values[kind] == nil {
				values[kind] = map[string]cty.Value{}
			}
			values[kind][to.label] = to.value
		}
	}
	if len(project) == 1 && project[0].kind == "project" {
		ctx.Variables["project"] = project[0].value
	} else if len(project) > 0 {
		ctx.Variables["project"] = projectValue(project...)
	}
	for kind, named := range values {
		ctx.Variables[kind] = cty.ObjectVal(named)
	}
	return ctx
}

// blocked reports whether something the node refers to could not be evaluated;
// the fault has been reported there.
func (e *evaluator) blocked(n *node) bool {
	for _, r := range n.refs {
		for _, to := range e.targets(r.node) {
			if to.failed {
				return true
			}
		}
	}
	return false
}

// addInputs notes what a node was made from: the values it names, and in turn
// what those were made from.
func (e *evaluator) addInputs(n *node) {
	for _, r := range n.refs {
		if r.order {
			continue
		}
		for _, to := range e.targets(r.node) {
			for name, digest := range to.inputsOf(r.name) {
				// What lies between is named once, where it is used: passing it on
				// would make chains quadratic.
				if !strings.HasPrefix(strings.TrimPrefix(name, e.prefix), "local.") {
					n.inputs[name] = digest
				}
			}
			name := r.name
			if strings.HasSuffix(r.node, ".") {
				name = to.addr // each has a digest of its own
			}
			e.addInput(n, name, projected(name, to.value))
		}
	}
	for _, name := range e.reads.takeTrace() {
		if d := e.reads.Digest(name); d != "" {
			n.inputs[name] = short(d)
		}
	}
}

// inputsOf are the inputs of what a reference names: of one attribute where the
// node keeps them apart.
func (n *node) inputsOf(name string) map[string]string {
	if _, attr, ok := strings.Cut(name, "."); ok && n.parts != nil {
		return n.parts[attr]
	}
	return n.inputs
}

// part collects the inputs of one attribute of a node.
func (e *evaluator) part(n *node, attr *hcl.Attribute) map[string]string {
	p := &node{kind: n.kind, key: n.key, content: n.content, inputs: map[string]string{}}
	for _, trav := range attr.Expr.Variables() {
		if r, diag := e.ref(n, trav); diag == nil && r.node != "" {
			p.refs = append(p.refs, r)
		}
	}
	e.addInputs(p)
	return p.inputs
}

// projected narrows the project object to the attribute a reference names.
func projected(name string, v cty.Value) cty.Value {
	const prefix = "project."
	if attr, ok := strings.CutPrefix(name, prefix); ok && v.Type().IsObjectType() && !v.IsNull() && v.Type().HasAttribute(attr) {
		return v.GetAttr(attr)
	}
	return v
}

// addInput notes one value; a sensitive one leaves no trace, not even a digest.
func (e *evaluator) addInput(n *node, name string, v cty.Value) {
	digest, ok := e.digests[name]
	if !ok {
		if err := e.budget.Encode(v); err != nil {
			e.budget.Refuse(n.rng, err) // load reports it
			return
		}
		digest = valueDigest(v)
		e.digests[name] = digest
	}
	if digest != "" {
		n.inputs[name] = digest
	}
}

// valueDigest is "" for a value that must leave no trace.
func valueDigest(v cty.Value) string {
	if v == cty.NilVal || hasSensitive(v) || !v.IsWhollyKnown() {
		return ""
	}
	if v.Type() == cty.String && !v.IsNull() {
		return short(textDigest(v.AsString()))
	}
	b, err := canonical(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return short(hex.EncodeToString(sum[:]))
}

// textDigest is the digest of a quoted string, a piece at a time, because the
// string may be large.
func textDigest(s string) string {
	const piece = 64 << 10
	sum := sha256.New()
	var buf []byte
	sum.Write([]byte{'"'})
	for s != "" {
		n := min(piece, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n++
		}
		buf = strconv.AppendQuote(buf[:0], s[:n])
		sum.Write(buf[1 : len(buf)-1])
		s = s[n:]
	}
	sum.Write([]byte{'"'})
	return hex.EncodeToString(sum.Sum(nil))
}

// canonical writes a value that is no string as JSON; whole numbers, the usual
// case, take a short way to the same kind of text.
func canonical(v cty.Value) ([]byte, error) {
	if !v.IsNull() && v.Type() == cty.Number {
		if n, accuracy := v.AsBigFloat().Int64(); accuracy == big.Exact {
			return strconv.AppendInt(nil, n, 10), nil
		}
	}
	return json.Marshal(v, v.Type())
}

// short cuts a digest to what "because" lines need to tell values apart.
func short(digest string) string { return digest[:min(16, len(digest))] }
