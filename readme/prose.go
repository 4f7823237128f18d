package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func backgroundKind() kind {
	return kind{
		name: "background", heading: "Background",
		doc:     "Why the project exists, and what to read first.",
		example: "section \"background\" {\n  body     = \"Winning a customer costs five times as much as keeping one.\"\n  see_also = [{ text = \"The first study\", url = \"https://example.com/study\" }]\n}\n",
		attrs: []schema.Attr{bodyAttr(), {
			Name: "see_also", Type: cty.List(linkType()), Default: "none", Doc: "Links below the text: " + linkDoc,
		}},
		render: renderBackground,
	}
}

func renderBackground(r *request) []block {
	out := r.body(r.level)
	if list := r.objects("see_also"); len(list) > 0 {
		out = append(out, paragraph(r.say("See also:")), linkList(r, list))
	}
	return out
}

func lessonsKind() kind {
	return kind{
		name: "lessons", heading: "Lessons learned",
		doc:     "What you learned from building it.",
		example: "section \"lessons\" {\n  body = \"A simple baseline beat the first three models.\"\n}\n",
		attrs:   []schema.Attr{bodyAttr()},
		render:  renderCustom,
	}
}

func appendixKind() kind {
	return kind{
		name: "appendix", heading: "Appendix",
		doc:     "What belongs nowhere else.",
		example: "section \"appendix\" {\n  body = \"All times are UTC.\"\n}\n",
		attrs:   []schema.Attr{bodyAttr()},
		render:  renderCustom,
	}
}
