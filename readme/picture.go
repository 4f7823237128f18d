package readme

import (
	"fmt"
	"html"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func logoKind() kind {
	return kind{
		name:    "logo",
		doc:     "A banner, with another one for dark mode if you like; it stands below the title, since the top heading comes first.",
		example: "section \"logo\" {\n  path      = \"docs/logo.svg\"\n  dark_path = \"docs/logo-dark.svg\"\n  alt       = \"Churn\"\n  width     = 320\n}\n",
		attrs:   pictureAttrs(),
		render:  func(r *request) []block { return []block{picture(r)} },
	}
}

func imageKind() kind {
	return kind{
		name: "image", optional: true,
		doc:     "One picture with its caption.",
		example: "section \"image\" \"drift\" {\n  path    = \"reports/figures/drift.png\"\n  alt     = \"Drift of the ten most important features\"\n  caption = \"Drift over the last 30 days.\"\n}\n",
		attrs: slices.Concat(pictureAttrs(), []schema.Attr{
			{Name: "caption", Type: cty.String, Default: "none", Doc: "One line of Markdown below the picture."},
		}),
		render: renderImage,
	}
}

// pictureAttrs are the attributes of the kinds that show one picture.
func pictureAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "path", Type: cty.String, Required: true, Doc: "The picture: a path relative to the project root, or a web address."},
		{Name: "alt", Type: cty.String, Required: true, Doc: "What the picture shows, as plain text, for those who cannot see it."},
		{Name: "dark_path", Type: cty.String, Default: "none", Doc: "The picture for dark mode."},
		{Name: "width", Type: cty.Number, Default: "the picture's own", Doc: "Width in pixels, 1 to 2000."},
		{Name: "href", Type: cty.String, Default: "none", Doc: "Where the picture leads: a web address or the path of a file of the project."},
	}
}

func renderImage(r *request) []block {
	out := []block{picture(r)}
	if caption := r.inline("caption"); caption != "" {
		out = append(out, paragraph(caption))
	}
	return out
}

// maxWidth is wider than GitHub shows a picture.
const maxWidth = 2000

// picture is the section's picture: Markdown where that can say it, else HTML.
func picture(r *request) block {
	alt, light, dark := r.need("alt"), r.target(&r.fields, "path"), r.target(&r.fields, "dark_path")
	width, href := r.number("width", 1, maxWidth, 0), r.target(&r.fields, "href")
	if dark == "" && width == 0 {
		if href == "" {
			return block{text: image(alt, light)}
		}
		return block{text: linkTo(image(alt, light), href)}
	}
	img := `<img alt="` + html.EscapeString(alt) + `" src="` + html.EscapeString(light) + `"`
	if width > 0 {
		img += fmt.Sprintf(` width="%d"`, width)
	}
	img += ">"
	if dark != "" {
		source := `<source media="(prefers-color-scheme: dark)" srcset="` + html.EscapeString(dark) + `">`
		img = "<picture>\n" + indented(source+"\n"+img, "  ") + "\n</picture>"
	}
	if href != "" {
		img = `<a href="` + html.EscapeString(href) + "\">\n" + indented(img, "  ") + "\n</a>"
	} else if dark == "" {
		img = "<p>\n" + indented(img, "  ") + "\n</p>"
	}
	return block{text: img, exempt: []string{"MD033"}}
}

func screenshotsKind() kind {
	return kind{
		name: "screenshots", heading: "Screenshots",
		doc:     "Pictures of the project at work, each with its alternative text.",
		example: "section \"screenshots\" {\n  items = [{ path = \"docs/report.png\", alt = \"The report\", caption = \"The weekly report.\" }]\n}\n",
		attrs: []schema.Attr{itemsAttr(record("path", "alt", "caption?"),
			"`path` is relative to the project root, or a web address; `alt` is plain text; `caption` is one line of Markdown below the picture.")},
		render: renderScreenshots,
	}
}

func renderScreenshots(r *request) []block {
	var out []block
	r.items("items", func(f *fields) {
		src := r.target(f, "path")
		if src == "" {
			f.failIn("path", "is missing", "Add it")
		}
		out = append(out, block{text: image(f.need("alt"), src)})
		if caption := f.inline("caption"); caption != "" {
			out = append(out, paragraph(caption))
		}
	})
	return out
}
