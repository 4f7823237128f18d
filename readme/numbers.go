package readme

import (
	"math/big"
	"strings"

	"github.com/mlops-as-code/mlops/internal/facts"
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/readme/internal/datafile"
	"github.com/zclconf/go-cty/cty"
)

// autoDecimals is how many decimals a number has at most when no precision is
// given.
const autoDecimals = 4

// auto is the precision of a section that gives none.
const auto = -1

// shownNumber writes a decimal text with so many decimals; with auto as it is, cut
// to a few decimals. What is no decimal comes back as it is.
func shownNumber(text string, precision int) string {
	x, ok := datafile.Rat(text)
	switch {
	case !ok:
		return text
	case precision != auto:
		return datafile.Round(x, precision)
	}
	decimals := datafile.Decimals(text)
	if decimals <= autoDecimals {
		return datafile.Round(x, decimals)
	}
	if s := datafile.Round(x, autoDecimals); strings.Trim(s, "0.") != "" || x.Sign() == 0 {
		return s
	}
	return new(big.Float).SetPrec(2000).SetRat(x).Text('e', 2)
}

// change is the difference of two decimals with its sign; "" when one of them is
// no decimal.
func change(from, to string, precision int) string {
	a, ok := datafile.Rat(from)
	b, also := datafile.Rat(to)
	if !ok || !also {
		return ""
	}
	if precision == auto {
		precision = min(autoDecimals, max(datafile.Decimals(from), datafile.Decimals(to)))
	}
	diff := new(big.Rat).Sub(b, a)
	s := datafile.Round(diff, precision)
	if diff.Sign() > 0 && strings.Trim(s, "0.") != "" {
		s = "+" + s
	}
	return s
}

// directions knows which way metrics are better.
type directions struct {
	stated map[string]bool
	table  map[string]string
}

var atNumber = lazy.Regexp(`_at_[1-9][0-9]{0,5}$`)

// better is "higher" or "lower" for a metric by the last step of its path; ""
// when it is not known. What the section says about the whole path goes first.
func (d directions) better(path string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	for _, key := range []string{path, name} {
		if higher, said := d.stated[key]; said {
			return map[bool]string{true: "higher", false: "lower"}[higher]
		}
	}
	for _, prefix := range []string{"", "train_", "test_", "val_", "valid_", "validation_", "eval_"} {
		rest, had := strings.CutPrefix(name, prefix)
		if b := d.table[atNumber().ReplaceAllString(rest, "_at_k")]; had && b != "" {
			return b
		}
	}
	return ""
}

// directions are those that the section states, those of the project's own
// metrics, and those of every metric that is known.
func (r *request) directions(attr string) directions {
	d := directions{stated: r.flags(attr), table: map[string]string{}}
	for _, kind := range facts.Kinds() {
		for _, m := range facts.Metrics(kind) {
			d.table[m.Name] = m.Better
		}
	}
	problem, _ := r.project.theFact("problem", "")
	own := problem.at("metrics")
	for _, k := range own.keys() {
		d.table[k] = own.get(k)
	}
	return d
}

// direction is a way to be better in words.
func (r *request) direction(better string) string {
	switch better {
	case "higher":
		return r.say("higher")
	case "lower":
		return r.say("lower")
	}
	return ""
}

// flags is a map of truth values.
func (f *fields) flags(name string) map[string]bool {
	v, ok := f.get(name, cty.Map(cty.Bool))
	if !ok {
		return nil
	}
	out := map[string]bool{}
	for k, e := range v.AsValueMap() {
		if e.IsNull() {
			f.failIn(name, "has nothing for "+k, "Leave it out")
			return nil
		}
		out[k] = e.True()
	}
	return out
}
