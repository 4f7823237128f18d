package readme

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func techKind() kind {
	return kind{
		name: "tech", heading: "Tech stack",
		doc:     "What the project is built with, in groups.",
		example: "section \"tech\" {\n  items = [{ group = \"Training\", names = [\"PyTorch\", \"MLflow\"] }, { group = \"Serving\", names = [\"FastAPI\"] }]\n}\n",
		attrs: []schema.Attr{itemsAttr(groupType(),
			"`group` is plain text, each of `names` one line of Markdown.")},
		render: renderGroups,
	}
}

func groupType() cty.Type {
	return cty.Object(map[string]cty.Type{"group": cty.String, "names": cty.List(cty.String)})
}

// renderGroups is a list with a line for each group.
func renderGroups(r *request) []block {
	var items []string
	r.items("items", func(f *fields) {
		names := f.inlines("names")
		if len(names) == 0 {
			f.failIn("names", "are missing", "Name one, or leave the group out")
		}
		label := "**" + escapeInline(f.need("group"), false) + "**"
		items = append(items, r.say("{1}: {2}", label, strings.Join(names, ", ")))
	})
	return []block{bullets(items, nil)}
}
