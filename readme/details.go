package readme

import (
	"html"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func detailsKind() kind {
	return kind{
		name: "details", optional: true,
		doc:     "Long text behind a line that opens it.",
		example: "section \"details\" \"log\" {\n  summary = \"The whole log\"\n  body    = \"All 40 runs finished.\"\n}\n",
		attrs: []schema.Attr{
			{Name: "summary", Type: cty.String, Required: true, Doc: "The line that is always shown, as plain text."},
			bodyAttr(),
			{Name: "open", Type: cty.Bool, Default: "false", Doc: "Whether the text is shown from the start."},
		},
		render: renderDetails,
	}
}

func renderDetails(r *request) []block {
	tag := "<details>"
	if r.flag("open", false) {
		tag = "<details open>"
	}
	head := block{text: tag + "\n<summary>" + html.EscapeString(r.need("summary")) + "</summary>", exempt: []string{"MD033"}}
	return slices.Concat([]block{head}, r.body(r.level), []block{{text: "</details>"}})
}
