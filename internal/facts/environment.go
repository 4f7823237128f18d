package facts

import (
	"maps"
	"slices"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/zclconf/go-cty/cty"
)

var (
	secretName = lazy.Regexp(`^[A-Z][A-Z0-9_]{0,254}$`)
	// Access keys of AWS look like names.
	accessKey = lazy.Regexp(`^A[A-Z]IA[A-Z0-9]{16}$`)
	dnsLabel  = lazy.Regexp(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// groupName is that of dependency groups (PEP 735).
	groupName = lazy.Regexp(`^([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]{0,126}[A-Za-z0-9])$`)
)

func isSecretName(s string) bool { return secretName().MatchString(s) && !accessKey().MatchString(s) }

func environmentValue(r *reader) cty.Value {
	r.web("url")
	r.web("index")
	if ns := r.text("namespace"); r.has("namespace") && !dnsLabel().MatchString(ns) {
		r.fault(site{attr: "namespace"}, "Invalid namespace", "A Kubernetes namespace has at most 63 lower-case letters, digits and -, and neither begins nor ends with -; "+quote(ns)+" is given.")
	}
	for i, g := range items(r.vals["groups"]) {
		if !groupName().MatchString(text(g)) {
			r.fault(site{"groups", nth(i)}, "Invalid group", "The name "+quote(text(g))+" of a dependency group must hold only letters, digits, -, _ and ., and begin and end with a letter or digit.")
		}
	}
	return r.object(map[string]cty.Value{"variables": r.variables()})
}

// variables faults everything that may be a secret, and never shows it.
func (r *reader) variables() cty.Value {
	if !r.has("variables") {
		return cty.MapValEmpty(cty.String)
	}
	given := r.vals["variables"].AsValueMap()
	for _, k := range slices.Sorted(maps.Keys(given)) {
		at := site{"variables", key(k)}
		if !secretName().MatchString(k) {
			r.fault(at, "Invalid variable name", "The name "+quote(k)+" of an environment variable must begin with a capital letter and hold only capital letters, digits and _.")
			continue
		}
		if !isSecretName(text(given[k])) {
			r.fault(at, "Secret instead of name", "The variable "+quote(k)+" takes the name of the secret that holds its value: capital letters, digits and _, such as "+quote(k)+". The value itself never belongs into a spec.")
		}
	}
	return r.vals["variables"]
}
