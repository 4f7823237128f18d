package readme

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func servingKind() kind {
	return kind{
		name: "serving", heading: "Serving",
		doc:     "How to start the service and ask it for a prediction: endpoints, a request and its response.",
		example: "section \"serving\" {\n  commands = [\"uvicorn churn.api:app --port 8000\"]\n  url      = \"http://localhost:8000/predict\"\n  request  = \"{\\\"age\\\": 42}\"\n  response = \"{\\\"churned\\\": 0.12}\"\n}\n",
		attrs: []schema.Attr{
			{Name: "service", Type: cty.String, Default: "the only declared service", Doc: "Name of the declared service."},
			commandsAttr("none; how to start the service"),
			{Name: "url", Type: cty.String, Default: "the endpoint `predict` of the service on this machine", Doc: "Web address that requests go to."},
			{Name: "request", Type: cty.String, Default: "none", Doc: "Body of a request, as JSON."},
			{Name: "sample", Type: cty.Bool, Default: "false", Doc: "Whether the request is one JSON object with a value for each feature of the service's inputs."},
			{Name: "response", Type: cty.String, Default: "none", Doc: "Body of the response, as JSON."},
		},
		reads:  []string{"service"},
		render: renderServing,
	}
}

func renderServing(r *request) []block {
	s, declared := r.one("service", "service")
	out := r.prose(s, "description")
	if list := commands(r); list != nil {
		out = append(out, paragraph(r.say("Start the service:")), shell(list...))
	}
	host := "http://localhost:" + s.at("port").number()
	endpoints := s.at("endpoints")
	if declared {
		var rows [][]string
		for _, k := range endpoints.keys() {
			rows = append(rows, []string{codeCell(k), codeCell(host + endpoints.get(k))})
		}
		out = append(out, table([]column{{head: r.say("Endpoint")}, {head: r.say("Address")}}, rows))
	}
	url := r.line("url")
	if url == "" && endpoints.get("predict") != "" {
		url = host + endpoints.get("predict")
	} else if url != "" {
		r.web("url")
	}
	body := r.json("request")
	if body == "" && r.flag("sample", false) {
		body = r.sampleRequest(s.at("inputs"))
	}
	switch {
	case url != "" && body != "":
		call := "curl --fail " + word(url) + " \\\n  --header 'Content-Type: application/json' \\\n  --data " + word(body)
		out = append(out, paragraph(r.say("Ask for a prediction:")), shell(call))
	case endpoints.get("health") != "":
		out = append(out, paragraph(r.say("See whether it is up:")), shell("curl --fail "+word(host+endpoints.get("health"))))
	}
	if answer := r.json("response"); answer != "" {
		out = append(out, paragraph(r.say("The response:")), fence("json", answer))
	}
	if out == nil {
		r.fail("", "The project declares no service", "Declare one, or give commands and a url")
	}
	return out
}

// json is a field of JSON, which must be some.
func (r *request) json(name string) string {
	s := trimBlankLines(r.text(name))
	if s != "" && !json.Valid([]byte(s)) {
		r.fail(name, "The "+name+" is not JSON", "Write an object such as { \"age\": 42 }")
	}
	return s
}

// sampleRequest is an object with a fitting value for each feature of a dataset.
func (r *request) sampleRequest(data view) string {
	var members []string
	for _, c := range data.at("fields").items() {
		if c.get("role") == "feature" {
			key, _ := json.Marshal(c.get("name"))
			members = append(members, string(key)+": "+sampleValue(c))
		}
	}
	if members == nil {
		r.fail("sample", "The inputs of the service declare no features", "Declare columns, or give a request")
		return ""
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// sampleValue is a value that a column allows, as JSON.
func sampleValue(c view) string {
	if values := c.at("values").texts(); len(values) > 0 {
		s, _ := json.Marshal(values[0])
		return string(s)
	}
	switch c.get("base") {
	case "int", "float":
		return first(c.at("min").number(), c.at("max").number(), "1")
	case "bool":
		return "true"
	case "datetime":
		return `"2026-01-31T12:00:00Z"`
	case "vector":
		n := c.at("size").number()
		if len(n) > 1 {
			return "[]"
		}
		return "[" + strings.TrimSuffix(strings.Repeat("0, ", int(n[0]-'0')), ", ") + "]"
	}
	return fmt.Sprintf("%q", "text")
}
