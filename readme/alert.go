package readme

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func statusKind() kind {
	return kind{
		name:    "status",
		doc:     "How mature the project is, as a note that GitHub highlights.",
		example: "section \"status\" {\n  stage = \"beta\"\n  since = \"2026-03\"\n}\n",
		attrs: []schema.Attr{
			{Name: "stage", Type: cty.String, Required: true, OneOf: maturities(), Doc: "How far the project has come."},
			{Name: "since", Type: cty.String, Default: "not said", Doc: "Since when, such as `2026-03`, as plain text."},
			{Name: "note", Type: cty.String, Default: "nothing", Doc: "Markdown below the sentence."},
		},
		render: renderStatus,
	}
}

func maturities() []string {
	return []string{"experimental", "beta", "stable", "maintenance", "deprecated"}
}

func renderStatus(r *request) []block {
	mark, sentence := "WARNING", ""
	switch r.choice("stage", maturities()...) {
	case "beta":
		mark, sentence = "IMPORTANT", r.say("This project is in beta: it works, and details may still change.")
	case "stable":
		mark, sentence = "NOTE", r.say("This project is stable.")
	case "maintenance":
		mark, sentence = "NOTE", r.say("This project is maintained: it gets fixes and no new features.")
	case "deprecated":
		mark, sentence = "CAUTION", r.say("This project is deprecated and gets no more fixes.")
	default:
		sentence = r.say("This project is experimental: anything may change at any time.")
	}
	if since := r.line("since"); since != "" {
		since = escapeInline(since, false)
		sentence = r.sentences(sentence, r.say("Since {1}.", since))
	}
	text := append([]block{narrow(sentence, 2)}, r.markdown("note", 6)...)
	return []block{alertBlock(mark, text)}
}

func alertKind() kind {
	return kind{
		name: "alert", optional: true,
		doc:     "A note, tip, warning or the like, as GitHub highlights it.",
		example: "section \"alert\" \"data\" {\n  kind = \"warning\"\n  body = \"The data holds personal details.\"\n}\n",
		attrs: []schema.Attr{
			{Name: "kind", Type: cty.String, Default: "`\"note\"`", OneOf: alerts(), Doc: "How urgent it is."},
			{Name: "body", Type: cty.String, Required: true, Doc: "Markdown without headings."},
		},
		render: renderAlert,
	}
}

func alerts() []string { return []string{"note", "tip", "important", "warning", "caution"} }

func renderAlert(r *request) []block {
	mark := strings.ToUpper(r.choice("kind", alerts()...))
	text := r.body(6)
	r.marked = false // nothing in a quote ends a section
	return []block{alertBlock(mark, text)}
}

// alertBlock is an alert around blocks. It counts as the user's own Markdown
// when it holds some.
func alertBlock(mark string, text []block) block {
	raw := false
	for _, b := range text {
		raw = raw || b.raw
	}
	b := quote(text...)
	b.text = "> [!" + mark + "]\n" + b.text
	b.raw = raw
	return b
}
