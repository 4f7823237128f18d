package readme

import (
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
)

func colorReferenceKind() kind {
	return kind{
		name: "color_reference", heading: "Color reference",
		doc:     "The project's colors.",
		example: "section \"color_reference\" {\n  items = [{ name = \"Accent\", hex = \"#0a66c2\" }]\n}\n",
		attrs:   []schema.Attr{itemsAttr(record("name", "hex", "use?"), "`name` is plain text, `hex` has three, four, six or eight digits, `use` is one line of Markdown.")},
		render: func(r *request) []block {
			g := newGrid(r.headers("Color", "Hex", "Use")...)
			r.items("items", func(f *fields) {
				hex := f.need("hex")
				if !hexColor().MatchString(hex) {
					f.failIn("hex", "is not a color", "Write a # and six digits, such as #0a66c2")
				}
				g.add(cell(f.need("name")), codeCell(hex), inlineCell(f.inline("use")))
			})
			return []block{g.block()}
		},
	}
}

var hexColor = lazy.Regexp(`^#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`)
