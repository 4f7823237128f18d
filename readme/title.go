package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func titleKind() kind {
	return kind{
		name: "title", top: titleHeading,
		doc:     "The project's name as the top heading, with one sentence below it; the first section.",
		example: "section \"title\" {\n  tagline = \"Who leaves in the next 30 days.\"\n}\n",
		attrs: []schema.Attr{
			{Name: "title", Type: cty.String, Default: "`project.title`, else the project's name", Doc: "Heading, as plain text."},
			{Name: "tagline", Type: cty.String, Default: "`project.summary`", Doc: "One sentence below the heading, as plain text."},
		},
		render: renderTitle,
	}
}

func titleHeading(r *request) string {
	title := first(r.line("title"), r.fact("title", r.project.Title), r.fact("name", r.project.Name))
	if title == "" {
		r.fail("title", "The project has no title", "Give the section a title")
	}
	return title
}

func renderTitle(r *request) []block {
	tagline := first(r.line("tagline"), r.fact("summary", r.project.Summary))
	if tagline == "" {
		return nil
	}
	return []block{paragraph(escape(tagline))}
}
