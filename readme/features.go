package readme

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func featuresKind() kind {
	return kind{
		name: "features", heading: "Features",
		doc:     "What the project does, as a list.",
		example: "section \"features\" {\n  items = [\"Trains in a minute.\", \"Serves predictions over `HTTP`.\"]\n}\n",
		attrs: []schema.Attr{
			{Name: "items", Type: cty.List(cty.String), Required: true, Doc: "One line of Markdown for each feature."},
		},
		render: renderFeatures,
	}
}

func renderFeatures(r *request) []block {
	items := r.texts("items")
	if len(items) == 0 {
		r.fail("items", "The list of features is empty", "Name one, or leave the section out")
		return nil
	}
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
		r.checkLine("items", items[i])
		if strings.Contains(items[i], "\n") {
			r.fail("items", fmt.Sprintf("Element %d of items has more than one line", i+1), "Write it on one line, or use a custom section")
		}
	}
	return []block{bullets(items, nil)}
}
