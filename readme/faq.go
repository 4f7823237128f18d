package readme

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func faqKind() kind {
	return kind{
		name: "faq", heading: "FAQ",
		doc:     "Questions that are asked often, with their answers.",
		example: "section \"faq\" {\n  items = [{ question = \"Does it need a GPU?\", answer = \"No.\" }]\n}\n",
		attrs:   []schema.Attr{itemsAttr(record("question", "answer"), "`question` makes a heading, plain text; `answer` is Markdown.")},
		render: func(r *request) []block {
			var out []block
			level := min(r.level+1, 6)
			r.items("items", func(f *fields) {
				out = append(append(out, heading(level, f.need("question"))), f.markdown("answer", level)...)
			})
			return out
		},
	}
}

func troubleshootingKind() kind {
	return kind{
		name: "troubleshooting", heading: "Troubleshooting",
		doc:     "What goes wrong, why, and what to do.",
		example: "section \"troubleshooting\" {\n  items = [{ symptom = \"`No module named churn`\", cause = \"It is not installed.\", fix = \"Run `uv sync`.\" }]\n}\n",
		attrs:   []schema.Attr{itemsAttr(record("symptom", "cause?", "fix"), "Each is one line of Markdown.")},
		render: func(r *request) []block {
			g := newGrid(r.headers("Symptom", "Cause", "Remedy")...)
			r.items("items", func(f *fields) {
				g.add(inlineCell(f.needInline("symptom")), inlineCell(f.inline("cause")), inlineCell(f.needInline("fix")))
			})
			return []block{g.block()}
		},
	}
}

func glossaryKind() kind {
	return kind{
		name: "glossary", heading: "Glossary",
		doc:     "The project's words and what they mean, sorted.",
		example: "section \"glossary\" {\n  terms = { churn = \"A customer leaves.\" }\n}\n",
		attrs:   []schema.Attr{{Name: "terms", Type: cty.Map(cty.String), Required: true, Doc: "Each word (plain text) with its meaning (one line of Markdown)."}},
		render:  renderGlossary,
	}
}

func renderGlossary(r *request) []block {
	terms := r.pairs("terms")
	if len(terms) == 0 {
		r.fail("terms", "The list of terms is empty", "Name one, or leave the section out")
		return nil
	}
	var words []string
	for w := range terms {
		sub := fields{attr: "terms", place: "terms"}
		sub.checkText("word", w)
		sub.checkLine("word", w)
		sub.checkLine(fmt.Sprintf("meaning of %q", w), terms[w])
		r.adopt(&sub)
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
	})
	g := newGrid(r.headers("Term", "Meaning")...)
	for _, w := range words {
		g.add(cell(w), inlineCell(terms[w]))
	}
	return []block{g.block()}
}
