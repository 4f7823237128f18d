package facts

import (
	"errors"
	"fmt"
	"maps"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/zclconf/go-cty/cty"
)

// columnValueType is the type of a column as references see it.
func columnValueType() cty.Type {
	attrs := columnAttrs()
	for _, name := range []string{"fact", "name", "dataset", "base"} {
		attrs[name] = cty.String
	}
	attrs["size"] = cty.Number
	return cty.Object(attrs)
}

// column is one column while it is read.
type column struct {
	r     *reader
	name  string
	base  string // the type without its size
	size  cty.Value
	attrs map[string]cty.Value
}

// columns returns the columns by name, and the names in the order as declared;
// those that no literal orders follow by name.
func (r *reader) columns() (map[string]cty.Value, []string) {
	out := map[string]cty.Value{}
	if !r.has("columns") {
		return out, nil
	}
	given := r.vals["columns"].AsValueMap()
	var order []string
	for _, name := range slices.Concat(r.g.Order["columns"], slices.Sorted(maps.Keys(given))) {
		if _, done := out[name]; done || given[name] == cty.NilVal {
			continue
		}
		order = append(order, name)
		c := &column{r: r, name: name, attrs: given[name].AsValueMap()}
		out[name] = c.value()
	}
	return out, order
}

func (c *column) value() cty.Value {
	c.checkName()
	c.checkType()
	c.checkRole()
	c.checkBounds()
	c.checkText()
	c.checkImpute()
	def := func(name string, v cty.Value) {
		if c.attrs[name].IsNull() {
			c.attrs[name] = v
		}
	}
	def("role", cty.StringVal("feature"))
	def("description", cty.StringVal(""))
	def("unit", cty.StringVal(""))
	def("values", cty.ListValEmpty(cty.String))
	for _, name := range []string{"unique", "nullable", "pii"} {
		def(name, cty.False)
	}
	c.attrs["fact"], c.attrs["name"] = cty.StringVal("column"), cty.StringVal(c.name)
	c.attrs["dataset"] = cty.StringVal(c.r.g.Name)
	c.attrs["base"], c.attrs["size"] = cty.StringVal(c.base), c.size
	return cty.ObjectVal(c.attrs)
}

func (c *column) text(attr string) string { return text(c.attrs[attr]) }
func (c *column) has(attr string) bool    { return !c.attrs[attr].IsNull() }

// fault points at an attribute of the column, or with "" at the column.
func (c *column) fault(attr, summary, detail string) {
	path := key(c.name)
	if attr != "" {
		path = append(path, cty.GetAttrStep{Name: attr})
	}
	c.r.fault(site{"columns", path}, summary, "The column "+quote(c.name)+" "+detail)
}

func (c *column) checkName() {
	const longest = 255
	if c.name == "" || len(c.name) > longest || strings.TrimSpace(c.name) != c.name || show.Line(c.name) != c.name {
		c.fault("", "Invalid column name", "needs a name of visible characters that neither begins nor ends with a space, at most 255 bytes long.")
	}
}

var vectorType = lazy.Regexp(`^vector\(([1-9][0-9]{0,6})\)$`)

func (c *column) checkType() {
	given := c.text("type")
	c.base, c.size = given, cty.NullVal(cty.Number)
	if m := vectorType().FindStringSubmatch(given); m != nil {
		c.base = "vector"
		n, _ := strconv.Atoi(m[1])
		c.size = cty.NumberIntVal(int64(n))
		return
	}
	if given == "vector(N)" || !slices.Contains(columnTypes(), given) {
		c.fault("type", "Unknown column type", fmt.Sprintf("has the type %s, which is none of %s, where N is the length, above 0.%s",
			quote(given), listed(columnTypes(), "and"), suggestType(given)))
	}
}

// suggestType also knows what other languages call the types.
func suggestType(given string) string {
	given = strings.ToLower(given)
	for ours, others := range map[string]string{
		"int": "integer int64 int32 bigint long", "float": "double number numeric decimal real float64 float32",
		"bool": "boolean", "string": "str varchar object", "category": "enum categorical factor", "datetime": "date timestamp time",
	} {
		if slices.Contains(strings.Fields(others), given) {
			return " Did you mean " + quote(ours) + "?"
		}
	}
	if strings.HasPrefix(given, "vector") || given == "" {
		return ""
	}
	return suggest(given, columnTypes())
}

func (c *column) checkRole() {
	role := c.text("role")
	if c.has("role") && !slices.Contains(roles(), role) {
		c.fault("role", "Unknown column role", fmt.Sprintf("has the role %s, which is none of %s.%s", quote(role), listed(roles(), "and"), suggest(role, roles())))
	}
	if role == "weight" && !c.numeric() {
		c.fault("role", "Role does not fit", "has the role \"weight\", so its type must be int or float.")
	}
	if role == "time" && !slices.Contains([]string{"datetime", "int", "string"}, c.base) {
		c.fault("role", "Role does not fit", "has the role \"time\", so its type must be datetime, int or string.")
	}
}

func (c *column) numeric() bool { return c.base == "int" || c.base == "float" }

func (c *column) checkBounds() {
	for _, attr := range []string{"min", "max"} {
		f := number(c.attrs[attr])
		switch {
		case f == nil:
		case !c.numeric():
			c.fault(attr, "Constraint does not fit", fmt.Sprintf("has a %s, which only numbers have, and its type is %s. Remove it.", attr, quote(c.text("type"))))
		case c.base == "int" && !f.IsInt():
			c.fault(attr, "Constraint does not fit", fmt.Sprintf("is of whole numbers, and its %s of %s is none.", attr, digits(f)))
		}
	}
	low, high := number(c.attrs["min"]), number(c.attrs["max"])
	if low != nil && high != nil && low.Cmp(high) > 0 {
		c.fault("min", "Bounds out of order", fmt.Sprintf("has a min of %s above its max of %s, so no value fits. Swap them.", digits(low), digits(high)))
	}
	if f := number(c.attrs["drift"]); f != nil && f.Sign() <= 0 {
		c.fault("drift", "Number out of range", "has a threshold for drift that is not above 0.")
	}
}

// checkText is about the constraints on text.
func (c *column) checkText() {
	if c.has("values") {
		c.checkValues()
	}
	if !c.has("regex") {
		return
	}
	if c.base != "string" && c.base != "text" {
		c.fault("regex", "Constraint does not fit", fmt.Sprintf("has a regex, which only string and text have, and its type is %s. Remove it.", quote(c.text("type"))))
		return
	}
	_, err := syntax.Parse(c.text("regex"), syntax.Perl)
	var wrong *syntax.Error
	// Python knows more than this parser, such as (?=...).
	if errors.As(err, &wrong) && wrong.Code != syntax.ErrInvalidPerlOp && wrong.Code != syntax.ErrInvalidEscape {
		c.fault("regex", "Invalid regex", "has a regex that does not parse: "+wrong.Code.String()+" in "+quote(wrong.Expr)+".")
	}
}

func (c *column) checkValues() {
	values := items(c.attrs["values"])
	switch {
	case c.base != "category" && c.base != "string":
		c.fault("values", "Constraint does not fit", fmt.Sprintf("has values, which only category and string have, and its type is %s. Remove them.", quote(c.text("type"))))
	case len(values) == 0:
		c.fault("values", "No values", "lists no values, so no value fits. List some, or leave values out.")
	}
	seen := map[string]bool{}
	for _, v := range values {
		if seen[text(v)] {
			c.fault("values", "Duplicate value", "lists the value "+quote(text(v))+" twice. Remove one.")
			return
		}
		seen[text(v)] = true
	}
}

func (c *column) checkImpute() {
	how := c.text("impute")
	switch {
	case !c.has("impute"):
	case !slices.Contains(imputes(), how):
		c.fault("impute", "Unknown imputation", fmt.Sprintf("is imputed by %s, which is none of %s.%s", quote(how), listed(imputes(), "and"), suggest(how, imputes())))
	case !yes(c.attrs["nullable"]):
		c.fault("impute", "Nothing to impute", "is imputed and may not be null. Add `nullable = true`, or remove impute.")
	case slices.Contains([]string{"mean", "median", "zero"}, how) && !c.numeric():
		c.fault("impute", "Constraint does not fit", fmt.Sprintf("is imputed by its %s, which only numbers have. Write \"mode\".", how))
	}
}
