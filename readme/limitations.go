package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func limitationsKind() kind {
	lines := func(name, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.List(cty.String), Default: "from the cards of the declared models", Doc: doc + " One line of Markdown for each."}
	}
	bias := lines("bias", "Whom it may treat unfairly.")
	bias.Default = "none"
	advice := lines("recommendations", "What to do about it.")
	advice.Default = "none"
	return kind{
		name: "limitations", heading: "Limitations",
		doc:     "Where the model fails, whom it may harm, and what it must not be used for.",
		example: "section \"limitations\" {\n  limitations  = [\"Trained on one country only.\"]\n  out_of_scope = [\"Decisions on prices.\"]\n}\n",
		attrs: []schema.Attr{
			lines("limitations", "Where it is known to fail."), lines("out_of_scope", "What it must not be used for."),
			lines("ethics", "Whom it may harm."), bias, advice,
		},
		reads:  []string{"model"},
		render: renderLimitations,
	}
}

func renderLimitations(r *request) []block {
	var out []block
	for _, m := range r.project.facts("model") {
		if risk := m.at("card").get("risk_class"); risk == "high" || risk == "unacceptable" {
			text := r.say("{1} has the risk class {2} under the EU AI Act.", escapeInline(first(r.plain(m, "title"), m.name), false), code(risk))
			out = append(out, quote(block{text: "[!WARNING]\n" + narrow(text, 2).text}))
		}
	}
	for _, part := range []struct{ lead, field string }{
		{r.say("Known limitations:"), "limitations"},
		{r.say("Not to be used for:"), "out_of_scope"},
		{r.say("Ethical considerations:"), "ethics"},
		{r.say("Bias:"), "bias"},
		{r.say("Recommendations:"), "recommendations"},
	} {
		items := r.inlines(part.field)
		if items == nil {
			for _, m := range r.project.facts("model") {
				if text := r.plain(m.at("card"), part.field); text != "" {
					items = append(items, escape(text))
				}
			}
		}
		if items != nil {
			out = append(out, paragraph(part.lead), bullets(items, nil))
		}
	}
	if out == nil {
		r.fail("", "No declared model has a card that names its limitations", "Write one, or give limitations")
	}
	return out
}
