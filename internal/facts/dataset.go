package facts

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/zclconf/go-cty/cty"
)

func datasetValue(r *reader) cty.Value {
	if strings.Contains(r.text("path"), "://") {
		r.fault(site{attr: "path"}, "Invalid path", "The path "+quote(r.text("path"))+" is an address. Write the place in the project where the data lies once it was fetched; a `source` block says where it comes from.")
	} else {
		r.path(site{attr: "path"}, r.text("path"))
	}
	r.web("homepage")
	columns, order := r.columns()
	named := map[string]cty.Value{}
	var fields []cty.Value
	for _, name := range order {
		named[name] = columns[name]
		fields = append(fields, columns[name])
	}
	title := r.vals["title"]
	if title.IsNull() {
		title = cty.StringVal(r.g.Name)
	}
	targets := namesWhere(fields, func(c cty.Value) bool { return text(c.GetAttr("role")) == "target" })
	target := cty.NullVal(cty.String)
	if len(targets) > 0 {
		target = cty.StringVal(targets[0])
	}
	return r.object(map[string]cty.Value{
		"title": title, "columns": cty.ObjectVal(named), "fields": listOf(columnValueType(), fields),
		"target": target, "targets": stringsVal(targets),
		"features": stringsVal(namesWhere(fields, func(c cty.Value) bool { return text(c.GetAttr("role")) == "feature" })),
		"pii":      stringsVal(namesWhere(fields, func(c cty.Value) bool { return yes(c.GetAttr("pii")) })),
		"source":   r.dataSource(),
	})
}

func namesWhere(columns []cty.Value, keep func(cty.Value) bool) []string {
	var out []string
	for _, c := range columns {
		if keep(c) {
			out = append(out, text(c.GetAttr("name")))
		}
	}
	return out
}

func stringsVal(words []string) cty.Value {
	var out []cty.Value
	for _, w := range words {
		out = append(out, cty.StringVal(w))
	}
	return listOf(cty.String, out)
}

func listOf(ty cty.Type, elements []cty.Value) cty.Value {
	if len(elements) == 0 {
		return cty.ListValEmpty(ty)
	}
	return cty.ListVal(elements)
}

// web faults what is no address of the web, or holds a password.
func (r *reader) web(attr string) {
	s := r.text(attr)
	if s == "" {
		if r.has(attr) {
			r.fault(site{attr: attr}, "Invalid URL", "The argument "+quote(attr)+" is empty. Write a URL such as \"https://example.com/data\", or leave it out.")
		}
		return
	}
	u, err := url.Parse(s)
	switch {
	case err == nil && u.User != nil:
		r.fault(site{attr: attr}, "Secret in URL", "The URL in "+quote(attr)+" holds a user or password, which would reach files. Leave that out; a secret belongs in a variable of an environment.")
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		r.fault(site{attr: attr}, "Invalid URL", "The argument "+quote(attr)+" takes a URL that begins with https:// or http:// and names a host.")
	}
}

// takes says which arguments a type of source requires and which else it takes.
func takes(source string) (required, more []string) {
	switch source {
	case "bundled":
		return nil, []string{"generator", "rows", "seed"}
	case "file":
		return []string{"path"}, []string{"sha256"}
	case "url":
		return []string{"url"}, []string{"sha256"}
	case "sql":
		return []string{"query"}, []string{"connection"}
	case "s3", "azure":
		return []string{"bucket", "path"}, []string{"url", "sha256"}
	case "gcs":
		return []string{"bucket", "path"}, []string{"sha256"}
	default:
		return []string{"view"}, nil
	}
}

var sha256Hex = lazy.Regexp(`^[0-9a-f]{64}$`)

// dataSource is the value of the source block, null without one.
func (r *reader) dataSource() cty.Value {
	if len(r.nested("source")) == 0 {
		ty := map[string]cty.Type{"type": cty.String}
		for _, a := range r.only("source").block.Attrs {
			ty[a.Name] = a.Type
		}
		return cty.NullVal(cty.Object(ty))
	}
	s := r.only("source")
	s.checkSource()
	r.diags = append(r.diags, s.diags...)
	attrs := s.vals
	attrs["type"] = cty.StringVal(s.g.Name)
	return cty.ObjectVal(attrs)
}

func (r *reader) checkSource() {
	if !slices.Contains(sources(), r.g.Name) {
		r.diags = append(r.diags, fault(r.g.Range, "Unknown source", "There is no source "+quote(r.g.Name)+"; there are "+listed(sources(), "and")+"."+suggest(r.g.Name, sources())))
		return
	}
	required, more := takes(r.g.Name)
	for _, name := range required {
		if r.text(name) == "" {
			r.fault(site{attr: name}, "Missing required argument", fmt.Sprintf("A source %s needs %q.", quote(r.g.Name), name))
		}
	}
	allowed := append(required, more...)
	for _, a := range r.block.Attrs {
		if r.has(a.Name) && !slices.Contains(allowed, a.Name) {
			r.fault(site{attr: a.Name}, "Superfluous argument", fmt.Sprintf("A source %s takes %s, not %q. Remove it.", quote(r.g.Name), listed(allowed, "and"), a.Name))
		}
	}
	r.web("url")
	if r.g.Name == "file" && r.text("path") != "" {
		r.path(site{attr: "path"}, r.text("path"))
	}
	if r.has("sha256") && !sha256Hex().MatchString(r.text("sha256")) {
		r.fault(site{attr: "sha256"}, "Invalid digest", "A SHA-256 digest is 64 hexadecimal digits in lower case, as sha256sum prints them.")
	}
	if r.has("connection") && !isSecretName(r.text("connection")) {
		r.fault(site{attr: "connection"}, "Secret instead of name", "The argument \"connection\" takes the name of the secret that holds the connection, such as \"DATABASE_URL\": capital letters, digits and _. It never takes the connection itself.")
	}
	r.whole("rows", 1, 1e9)
	r.whole("seed", 0, 1<<32-1)
}
