package hcllimit

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Limits of evaluation, for one run over a spec and its templates.
const (
	// MaxSteps is the usual number of steps: two to five seconds of work.
	MaxSteps = 10_000_000
	// MaxBytes is the usual number of bytes that templates and functions may
	// produce.
	MaxBytes = 256 << 20
	// bigText is a text so long that it matters how often it is there while it is
	// made: in parts, in the buffer that joins them, and as the result.
	bigText   = 1 << 20
	bigCopies = 3
	// IterationSteps is the price of an iteration, besides what it evaluates.
	IterationSteps = 10

	intSteps    = 5  // writing out a machine integer
	numberSteps = 30 // any other number: they have 512 bits
)

// Budget bounds the work of evaluation by counting it, without a clock, so that
// the same input is accepted or refused everywhere. Once exceeded it stays so.
// The zero value allows nothing; a nil Budget allows everything. It is safe for
// use by several goroutines.
type Budget struct {
	maxSteps, maxBytes int64
	steps, bytes       atomic.Int64 // used
	over               atomic.Pointer[Excess]
	reported           atomic.Pointer[hcl.Diagnostic]
	heavy              sync.Map // hcl.Expression -> int64: nodes, where there are many
}

// NewBudget returns a budget of so many steps and so many bytes of text.
func NewBudget(steps, bytes int64) *Budget {
	return &Budget{maxSteps: steps, maxBytes: bytes}
}

// Excess is the error of crossing an evaluation limit.
type Excess struct {
	summary, detail string
	final           bool // the budget is used up, not just this value too large
}

// Error implements error.
func (e *Excess) Error() string { return e.detail }

// Steps uses up n steps, or reports that there are not so many.
func (b *Budget) Steps(n int64) error {
	if b == nil {
		return nil
	}
	if n < 0 || n > b.maxSteps || b.steps.Add(n) > b.maxSteps {
		return b.exceed("Expression too large", fmt.Sprintf("Evaluation takes more than the limit of %d steps. Nested \"for\" expressions, templates and functions over whole collections multiply: narrow the collections, or compute shared parts once in a \"locals\" block.", b.maxSteps))
	}
	return b.err()
}

// Bytes uses up n bytes of text, or reports that there are not so many. It is
// called before the text is made. More than 1 MiB at once counts threefold,
// because it is in memory several times while it is made.
func (b *Budget) Bytes(n int64) error {
	if b == nil {
		return nil
	}
	if n < 0 || n > b.maxBytes || b.bytes.Add(bulk(n, bigText)) > b.maxBytes {
		return b.exceed("Expression too large", fmt.Sprintf("Evaluation produces more than the limit of %d MiB of text. A value that contains another several times grows with each level: build large content once, or copy it with \"source\".", b.maxBytes>>20))
	}
	return b.err()
}

// Copy is Bytes for text that is copied to its place and is in memory once, however
// long it is.
func (b *Budget) Copy(n int64) error {
	for ; n > bigText; n -= bigText {
		if err := b.Bytes(bigText); err != nil {
			return err
		}
	}
	return b.Bytes(n)
}

// bulk is the price of n bytes, of which most are cheap.
func bulk(n, most int64) int64 {
	if n > most {
		return n * bigCopies
	}
	return n
}

// Value uses up as many steps as v has elements, at every level, and refuses
// numbers too large to be written out. It takes no longer than the steps it
// uses up.
func (b *Budget) Value(v cty.Value) error {
	if b == nil {
		return nil
	}
	return b.walk(v, walker{})
}

// Encode uses up what it takes to write out all of v, as JSON does.
func (b *Budget) Encode(v cty.Value) error {
	if b == nil {
		return nil
	}
	return b.walk(v, walker{each: true, encode: true})
}

func (b *Budget) walk(v cty.Value, w walker) error {
	w.limit = b.maxSteps - b.steps.Load()
	w.value(v)
	if w.huge {
		return errHuge()
	}
	return b.Steps(w.n)
}

// Write uses up what it takes to write v into a text: the bytes of a string, or
// steps for any other value.
func (b *Budget) Write(v cty.Value) error { return b.write(v, bigText) }

// write is Write for a part of a text; so many bytes of it are cheap.
func (b *Budget) write(v cty.Value, cheap int64) error {
	if b == nil {
		return nil
	}
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		return nil
	}
	switch v.Type() {
	case cty.String:
		return b.Bytes(bulk(int64(len(v.AsString())), cheap))
	case cty.Number:
		f := v.AsBigFloat()
		n := exponentOf(f)
		switch {
		case n > maxBits:
			return errHuge()
		case f.Prec() <= 64:
			return b.Steps(intSteps)
		}
		return b.Steps(numberSteps + n/8)
	default:
		return b.Value(v)
	}
}

// Left returns the number of bytes still to be had.
func (b *Budget) Left() int64 {
	if b == nil {
		return 1<<63 - 1
	}
	return max(0, b.maxBytes-b.bytes.Load())
}

func errHuge() error {
	return &Excess{summary: "Number too large", detail: "The result is a number of more than 600 digits."}
}

func (b *Budget) exceed(summary, detail string) error {
	e := &Excess{summary: summary, detail: detail, final: true}
	b.over.CompareAndSwap(nil, e)
	return b.err()
}

// err returns what exceeded the budget, if anything did.
func (b *Budget) err() error {
	if e := b.over.Load(); e != nil {
		return e
	}
	return nil
}

// Guard runs eval, the evaluation of what stands at subject, and returns its
// diagnostics. If that exceeds the budget, even if functions such as try()
// seem to have coped, the result is the single diagnostic of the first
// expression that did. Any other panic is a fault of a library, and becomes a
// diagnostic too.
func (b *Budget) Guard(subject hcl.Range, eval func() hcl.Diagnostics) (diags hcl.Diagnostics) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Excess)
			if !ok {
				e = &Excess{summary: "Evaluation failed", detail: fmt.Sprintf("This expression cannot be evaluated because of an internal error: %v.", r)}
			}
			diags = hcl.Diagnostics{e.diagnostic(subject)}
		}
		if b != nil && b.err() != nil {
			b.reported.CompareAndSwap(nil, b.over.Load().diagnostic(subject))
			diags = hcl.Diagnostics{b.reported.Load()}
		}
	}()
	return eval()
}

// Refuse returns the diagnostic for an error of Steps, Bytes, Value or Write (or
// none for nil), at the place that subject is.
func (b *Budget) Refuse(subject hcl.Range, err error) hcl.Diagnostics {
	return b.Guard(subject, func() hcl.Diagnostics {
		b.must(err)
		return nil
	})
}

func (e *Excess) diagnostic(subject hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: e.summary, Detail: e.detail, Subject: &subject}
}

// Eval evaluates expr under Guard and charges its result as Value does, so that
// it may be named and used again. On errors the value is cty.DynamicVal.
func (b *Budget) Eval(expr hcl.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	val := cty.DynamicVal
	diags := b.Guard(expr.Range(), func() hcl.Diagnostics {
		b.must(b.Steps(1 + b.weight(expr)))
		v, diags := expr.Value(ctx)
		b.must(b.Value(v))
		val = v
		return diags
	})
	if diags.HasErrors() {
		val = cty.DynamicVal
	}
	return val, diags
}

func (b *Budget) weight(expr hcl.Expression) int64 {
	if b == nil {
		return 0
	}
	if n, ok := b.heavy.Load(expr); ok {
		return n.(int64)
	}
	return 0
}

// must leaves the evaluation in progress for Guard.
func (b *Budget) must(err error) {
	if err != nil {
		panic(err)
	}
}
