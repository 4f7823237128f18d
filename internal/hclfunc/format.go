package hclfunc

import (
	"fmt"
	"iter"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// maxWidth bounds the width and the precision of a format verb.
const maxWidth = 65_536

// verb is one verb of a format, as far as it decides the length of the result.
type verb struct {
	width, prec int64
	arg         int // given index, or 0
	plain       bool
}

func formatCost(c *call) error { return chargeFormat(c, 1) }

// formatListCost knows that the elements of lists are printed one a round, and
// all other arguments in every round.
func formatListCost(c *call) error {
	rounds := int64(1)
	for i := 1; i < len(c.args); i++ {
		if isSequence(c.args[i]) {
			rounds = max(rounds, c.length(i))
		}
	}
	return chargeFormat(c, rounds)
}

func isSequence(v cty.Value) bool {
	ty := v.Type()
	return ty.IsListType() || ty.IsSetType() || ty.IsTupleType()
}

// chargeFormat follows the verbs to the arguments they print.
func chargeFormat(c *call, rounds int64) error {
	f := c.text(0)
	total, verbs, next := mul(rounds, int64(len(f))), int64(1), 1
	for v := range formatVerbs(f) {
		if v.width > maxWidth || v.prec > maxWidth {
			return fmt.Errorf("the width and the precision of a verb may be at most %d", maxWidth)
		}
		if v.arg > 0 {
			next = v.arg
		}
		total = add(total, mul(rounds, v.width+v.prec))
		if next < len(c.args) {
			times := rounds
			if rounds > 1 && isSequence(c.args[next]) {
				times = 1
			}
			total = add(total, mul(times, printed(c.sizes[next], v.plain)))
		}
		verbs++
		next++
	}
	if err := c.steps(add(mul(rounds, verbs), total/16)); err != nil { // padding is made character by character
		return err
	}
	return c.bytes(total)
}

// printed bounds the length of a value in print. JSON writes some characters
// as six.
func printed(s size, plain bool) int64 {
	if plain {
		return s.text + 8*s.nodes
	}
	return 6*s.text + 8*s.nodes
}

// formatVerbs finds the verbs that consume an argument. A faulty format yields
// some verbs too; its fault is found when it is used.
func formatVerbs(f string) iter.Seq[verb] {
	return func(yield func(verb) bool) {
		for {
			at := strings.IndexByte(f, '%')
			if at < 0 || at+1 == len(f) {
				return
			}
			f = f[at+1:]
			if f[0] == '%' {
				f = f[1:]
				continue
			}
			var v verb
			f = v.parse(f)
			if !yield(v) {
				return
			}
		}
	}
}

// parse reads what follows the percent sign and returns the rest.
func (v *verb) parse(f string) string {
	flags := len(f) - len(strings.TrimLeft(f, " +-#0"))
	sharp := strings.Contains(f[:flags], "#")
	v.width, f = leadingNumber(f[flags:])
	if rest, ok := strings.CutPrefix(f, "."); ok {
		v.prec, f = leadingNumber(rest)
	}
	if rest, ok := strings.CutPrefix(f, "["); ok {
		var n int64
		n, f = leadingNumber(rest)
		v.arg = int(n)
		f = strings.TrimPrefix(f, "]")
	}
	if f == "" {
		return f
	}
	v.plain = !sharp && strings.ContainsRune("sdtefgEG", rune(f[0]))
	return f[1:]
}

// leadingNumber reads digits; more than any limit is one above it.
func leadingNumber(f string) (int64, string) {
	n, i := int64(0), 0
	for ; i < len(f) && f[i] >= '0' && f[i] <= '9'; i++ {
		n = min(n*10+int64(f[i]-'0'), maxWidth+1)
	}
	return n, f[i:]
}
