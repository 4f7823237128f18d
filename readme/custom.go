package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func customKind() kind {
	return kind{
		name: "custom", heading: "Custom",
		doc:     "A section of your own: a title and Markdown.",
		example: "section \"custom\" \"why\" {\n  title = \"Why it exists\"\n  body  = \"Because _churn_ is expensive.\"\n}\n",
		attrs: []schema.Attr{
			{Name: "title", Type: cty.String, Required: true, Doc: "Heading, as plain text."},
			{Name: "body", Type: cty.String, Required: true, Doc: "Markdown, which stands as it is; where its headings are not deeper than the section's, comments mark the section."},
		},
		verbatim: true,
		render:   renderCustom,
	}
}

func renderCustom(r *request) []block { return r.body(r.level) }
