package facts

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/zclconf/go-cty/cty"
)

func modelValue(r *reader) cty.Value {
	artifact, _ := r.source(site{attr: "artifact"}, wantOut, r.vals["artifact"])
	r.ref("inputs", "dataset")
	title, format := r.vals["title"], r.vals["format"]
	if title.IsNull() {
		title = cty.StringVal(r.g.Name)
	}
	if ext := strings.TrimPrefix(path.Ext(artifact), "."); format.IsNull() && ext != "" {
		format = cty.StringVal(ext)
	}
	card := r.only("card")
	r.diags = append(r.diags, card.diags...)
	attrs := map[string]cty.Value{}
	for i := range card.block.Attrs {
		a := &card.block.Attrs[i]
		if attrs[a.Name] = card.vals[a.Name]; attrs[a.Name].IsNull() {
			attrs[a.Name] = defaultOf(a)
		}
	}
	return r.object(map[string]cty.Value{
		"artifact": cty.StringVal(artifact), "title": title, "format": format, "card": cty.ObjectVal(attrs),
	})
}

func serviceValue(r *reader) cty.Value {
	model := r.ref("model", "model")
	inputs := r.ref("inputs", "dataset")
	if inputs.IsNull() {
		inputs = field(model, "inputs")
	}
	r.ref("environment", "environment")
	r.whole("port", 1, 65535)
	r.whole("replicas", 0, 10000)
	if r.has("log") {
		r.path(site{attr: "log"}, r.text("log"))
	}
	r.checkHost()
	return r.object(map[string]cty.Value{"inputs": inputs, "endpoints": r.endpoints(), "resources": r.resources()})
}

var hostName = lazy.Regexp(`^[0-9A-Za-z:.-]{1,253}$`)

func (r *reader) checkHost() {
	if r.has("host") && !hostName().MatchString(r.text("host")) {
		r.fault(site{attr: "host"}, "Invalid host", "The argument \"host\" takes an address or a name such as \"127.0.0.1\", without port or scheme, not "+quote(r.text("host"))+".")
	}
}

var endpoint = lazy.Regexp(`^/[A-Za-z0-9._~{}/:@!$&'()*+,;=%-]{0,255}$`)

func (r *reader) endpoints() cty.Value {
	if !r.has("endpoints") {
		return cty.ObjectVal(map[string]cty.Value{
			"predict": cty.StringVal("/predict"), "health": cty.StringVal("/healthz"), "metrics": cty.StringVal("/metrics"),
		})
	}
	paths := r.vals["endpoints"].AsValueMap()
	taken := map[string]string{}
	for _, k := range slices.Sorted(maps.Keys(paths)) {
		r.checkKey("endpoints", k)
		p := text(paths[k])
		at := site{"endpoints", key(k)}
		if !endpoint().MatchString(p) {
			r.fault(at, "Invalid endpoint", "The endpoint "+quote(k)+" is no path of a URL: it begins with / and has no space, ? or #, as in \"/predict\"; "+quote(p)+" is given.")
		} else if other, twice := taken[p]; twice {
			r.fault(at, "Endpoint taken twice", "The endpoints "+quote(other)+" and "+quote(k)+" are both at "+quote(p)+". Give each a path of its own.")
		}
		taken[p] = k
	}
	return cty.ObjectVal(paths)
}

func monitorValue(r *reader) cty.Value {
	reference, from := r.source(site{attr: "reference"}, wantData, r.vals["reference"])
	current, live := r.source(site{attr: "current"}, wantData, r.vals["current"])
	service := r.ref("service", "service")
	if reference == current && reference != "" {
		r.fault(site{attr: "current"}, "Nothing to compare", "Both `reference` and `current` of "+r.self()+" are "+quote(current)+", so there is never a difference. Name the live data in `current`.")
	}
	dataset := from
	for _, other := range []cty.Value{live, field(service, "inputs")} {
		if kind, _ := factOf(dataset); kind != "dataset" {
			dataset = other
		}
	}
	if r.has("schedule") {
		r.checkSchedule()
	}
	name := cty.NullVal(cty.String)
	if kind, n := factOf(dataset); kind == "dataset" {
		name = cty.StringVal(n)
	}
	return r.object(map[string]cty.Value{
		"reference": cty.StringVal(reference), "current": cty.StringVal(current), "dataset": name,
		"threshold": r.threshold(), "columns": stringsVal(r.watched(dataset)),
	})
}

func (r *reader) checkSchedule() {
	if why := badCron(r.text("schedule")); why != "" {
		r.fault(site{attr: "schedule"}, "Invalid schedule", "The schedule "+quote(r.text("schedule"))+" "+why)
	}
}

func (r *reader) threshold() cty.Value {
	method := r.text("method")
	f := number(r.vals["threshold"])
	switch {
	case f == nil && (method == "psi" || method == ""):
		return cty.NumberFloatVal(0.2)
	case f == nil && (method == "ks" || method == "chi2"):
		return cty.NumberFloatVal(0.05)
	case f == nil:
		return cty.NumberFloatVal(0.1)
	}
	high, one := method == "ks" || method == "chi2" || method == "jensen_shannon", cty.NumberIntVal(1).AsBigFloat()
	if f.Sign() <= 0 || f.IsInf() || high && f.Cmp(one) > 0 {
		most := ""
		if high {
			most = " and at most 1 for " + method
		}
		r.fault(site{attr: "threshold"}, "Number out of range", "The argument \"threshold\" takes a number above 0"+most+", not "+digits(f)+".")
	}
	return r.vals["threshold"]
}

// watched are the names of the columns, each once. Left out: the features that
// are not personal data.
func (r *reader) watched(dataset cty.Value) []string {
	list := r.vals["columns"]
	if list.IsNull() {
		return r.features(dataset)
	}
	if !isList(list) {
		r.fault(site{attr: "columns"}, "Not a list", "The argument \"columns\" takes a list, and "+describe(list)+" is given. Put it in brackets.")
		return nil
	}
	var names []string
	seen := map[string]bool{}
	for i, v := range items(list) {
		if r.full() {
			break
		}
		name := r.columnName(site{"columns", nth(i)}, v, dataset)
		if name != "" && !seen[name] {
			names = append(names, name)
		}
		seen[name] = true
	}
	return names
}

func (r *reader) features(dataset cty.Value) []string {
	var names []string
	for _, c := range items(field(dataset, "fields")) {
		if text(field(c, "role")) == "feature" && (yes(r.vals["allow_pii"]) || !yes(field(c, "pii"))) {
			names = append(names, text(field(c, "name")))
		}
	}
	return names
}

// columnName reads an element of columns: a column, or the name of one.
func (r *reader) columnName(at site, v, dataset cty.Value) string {
	kind, name := factOf(v)
	_, known := factOf(dataset)
	of := text(field(v, "dataset"))
	switch {
	case kind == "column" && known != "" && of != known:
		r.fault(at, "Column of another dataset", fmt.Sprintf("The monitor watches dataset %s, and %s is given. Write %s.columns.KEY.", quote(known), describe(v), who("dataset", known)))
	case kind == "column":
		return name
	case kind != "" || v.IsNull() || v.Type() != cty.String:
		r.wrongKind(at, "column", v)
	default:
		columns := field(dataset, "columns")
		if known != "" && columns.Type().IsObjectType() && len(columns.Type().AttributeTypes()) > 0 && field(columns, text(v)).IsNull() {
			r.fault(at, "Unknown column", "The dataset "+quote(known)+" declares no column "+quote(text(v))+"."+
				r.hints.suggest(text(v), func() []string { return attrNames(columns) }))
		}
		return text(v)
	}
	return ""
}
