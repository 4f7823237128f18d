package readme

import (
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func apiKind() kind {
	param := record("name", "in?", "type?", "required!", "description?")
	endpoint := cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"method": cty.String, "path": cty.String, "summary": cty.String, "params": cty.List(param),
		"request": cty.String, "response": cty.String, "language": cty.String,
	}, []string{"method", "summary", "params", "request", "response", "language"})
	function := cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"signature": cty.String, "summary": cty.String, "params": cty.List(param), "returns": cty.String,
	}, []string{"summary", "params", "returns"})
	return kind{
		name: "api", heading: "API reference",
		doc:     "The endpoints of a service and the functions of a library.",
		example: "section \"api\" {\n  endpoints = [{\n    method   = \"POST\"\n    path     = \"/predict\"\n    summary  = \"Scores one customer.\"\n    params   = [{ name = \"id\", type = \"integer\", required = true, description = \"Customer number.\" }]\n    response = \"{\\\"churn\\\": 0.12}\"\n  }]\n}\n",
		attrs: []schema.Attr{
			{Name: "base_url", Type: cty.String, Default: "none", Doc: "Web address that all paths are relative to."},
			{
				Name: "endpoints", Type: cty.List(endpoint), Default: "none",
				Doc: "`method` (`GET` when left out) and `path` make a heading; `summary` is Markdown; `params` make a table; `request` and `response` are code in `language` (`json`).",
			},
			{
				Name: "functions", Type: cty.List(function), Default: "none",
				Doc: "`signature` makes a heading; `summary` and `returns` are Markdown; `params` make a table.",
			},
		},
		render: renderAPI,
	}
}

func renderAPI(r *request) []block {
	endpoints, functions := r.objects("endpoints"), r.objects("functions")
	if len(endpoints)+len(functions) == 0 {
		r.fail("", "There is neither an endpoint nor a function", "Give endpoints or functions")
		return nil
	}
	var out []block
	if base := r.web("base_url"); base != "" {
		out = append(out, paragraph(r.say("All paths are relative to <{1}>.", base)))
	}
	r.each(endpoints, func(f *fields) { out = append(out, endpointBlocks(r, f)...) })
	r.each(functions, func(f *fields) { out = append(out, functionBlocks(r, f)...) })
	return out
}

var httpMethod = lazy.Regexp(`^[A-Z]+$`)

func endpointBlocks(r *request, f *fields) []block {
	method, lang := first(f.line("method"), "GET"), first(f.line("language"), "json")
	if !httpMethod().MatchString(method) {
		f.failIn("method", "is not an HTTP method", "Write it in capitals, such as GET")
	}
	if !language().MatchString(lang) {
		f.failIn("language", "is not a language", "Write one word, such as json")
	}
	level := min(r.level+1, 6)
	out := []block{heading(level, method+" "+f.need("path"))}
	out = append(out, f.markdown("summary", level)...)
	out = append(out, paramTable(r, f)...)
	for _, part := range [][2]string{{r.say("Request:"), "request"}, {r.say("Response:"), "response"}} {
		if body := f.text(part[1]); body != "" {
			out = append(out, paragraph(part[0]), fence(lang, body))
		}
	}
	return out
}

func functionBlocks(r *request, f *fields) []block {
	level := min(r.level+1, 6)
	out := []block{heading(level, f.need("signature"))}
	out = append(out, f.markdown("summary", level)...)
	out = append(out, paramTable(r, f)...)
	if returns := f.inline("returns"); returns != "" {
		out = append(out, paragraph(r.say("Returns: {1}", returns)))
	}
	return out
}

func paramTable(r *request, f *fields) []block {
	g := newGrid(r.headers("Parameter", "In", "Type", "Required", "Description")...)
	f.each(f.objects("params"), func(p *fields) {
		g.add(codeCell(p.need("name")), cell(p.line("in")), codeCell(p.line("type")), r.yesNo(p.flag("required", false)), inlineCell(p.inline("description")))
	})
	if g.rows == nil {
		return nil
	}
	return []block{g.block()}
}
