package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func monitoringKind() kind {
	return kind{
		name: "monitoring", heading: "Monitoring",
		doc:     "What is watched in operation: which data is compared, how, when, and what follows.",
		example: "section \"monitoring\" {\n  dashboards = [{ text = \"Drift\", url = \"https://example.com/drift\" }]\n  alerts     = [\"The share of missing ages is above 5 %\"]\n}\n",
		attrs: []schema.Attr{
			{Name: "monitors", Type: cty.List(cty.String), Default: "all of them", Doc: "Names of the declared monitors to show, in this order."},
			{Name: "dashboards", Type: cty.List(record("text", "url")), Default: "none", Doc: "Links to dashboards: `text` is plain text, `url` a web address."},
			{Name: "alerts", Type: cty.List(cty.String), Default: "none", Doc: "One line of Markdown for each alert."},
		},
		reads:  []string{"monitor"},
		render: renderMonitoring,
	}
}

func renderMonitoring(r *request) []block {
	var out []block
	var rows [][]string
	for _, m := range r.chosen("monitor", "monitors") {
		rows = append(rows, []string{
			codeCell(m.name), codeCell(m.get("reference")), codeCell(m.get("current")), someCells(m.at("columns").texts()), codeCell(m.get("method")),
			m.at("threshold").number(), codeCell(m.get("schedule")), r.consequence(m.get("on_breach")), cell(r.brief(m, "description")),
		})
	}
	if rows != nil {
		out = append(out, table([]column{
			{head: r.say("Monitor")},
			{head: r.say("Reference")},
			{head: r.say("Current")},
			{head: r.say("Columns")},
			{head: r.say("Method")},
			{head: r.say("Threshold"), right: true},
			{head: r.say("Schedule (UTC)")},
			{head: r.say("On drift")},
			{head: r.say("Purpose")},
		}, rows))
	}
	if alerts := r.inlines("alerts"); alerts != nil {
		out = append(out, paragraph(r.say("Alerts:")), bullets(alerts, nil))
	}
	var links []string
	for _, f := range r.objects("dashboards") {
		if links = append(links, linkTo(escapeInline(f.need("text"), false), f.web("url"))); f.line("url") == "" {
			f.failIn("url", "is missing", "Add it")
		}
		r.adopt(f)
	}
	if links != nil {
		out = append(out, paragraph(r.say("Dashboards:")), bullets(links, nil))
	}
	if out == nil {
		r.fail("", "The project declares no monitor", "Declare one, or give alerts or dashboards")
	}
	return out
}

// consequence is what follows from drift in words.
func (r *request) consequence(s string) string {
	switch s {
	case "alert":
		return r.say("alert")
	case "retrain":
		return r.say("retrain")
	case "none":
		return r.say("none")
	}
	return cell(s)
}
