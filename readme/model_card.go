package readme

import (
	"net/url"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func modelCardKind() kind {
	return kind{
		name: "model_card", heading: "Model card",
		doc:     "What the model is for and who answers for it, in short, with a link to the full card.",
		example: "section \"model_card\" {\n  intended_use = \"Rank accounts for retention calls\"\n  out_of_scope = \"Decisions on prices\"\n}\n",
		attrs: []schema.Attr{
			{Name: "model", Type: cty.String, Default: "the only declared model", Doc: "Name of the declared model."},
			{Name: "intended_use", Type: cty.String, Default: "that of the model", Doc: "What it is for, as plain text."},
			{Name: "out_of_scope", Type: cty.String, Default: "that of the model", Doc: "What it must not be used for, as plain text."},
			{Name: "owner", Type: cty.String, Default: "that of the model", Doc: "Who answers for it, as plain text."},
			{Name: "file", Type: cty.String, Default: "MODEL_CARD.md, when it is managed", Doc: "Path of the full card."},
		},
		reads:  []string{"model"},
		render: renderModelCard,
	}
}

func renderModelCard(r *request) []block {
	m, _ := r.one("model", "model")
	card := m.at("card")
	data := m.at("inputs")
	data.kind, data.name = "dataset", data.get("name")
	items := r.labelled([]labelled{
		{r.say("Intended use"), first(r.line("intended_use"), r.plain(card, "intended_use"))},
		{r.say("Out of scope"), first(r.line("out_of_scope"), r.plain(card, "out_of_scope"))},
		{r.say("Limitations"), r.plain(card, "limitations")},
		{r.say("Risk class (EU AI Act)"), r.plain(card, "risk_class")},
		{r.say("Trained on"), first(r.plain(data, "title"), data.name)},
		{r.say("License"), r.plain(card, "license")},
		{r.say("Owner"), first(r.line("owner"), r.plain(card, "owner"))},
	})
	items = append(items, r.contact(r.plain(card, "contact"))...)
	out := r.prose(m, "description")
	if items != nil {
		out = append(out, bullets(items, nil))
	}
	if file := r.cardFile("MODEL_CARD.md"); file != "" {
		out = append(out, paragraph(r.say("The full card is {1}.", linkTo(code(file), r.href(file)))))
	}
	if out == nil {
		r.fail("", "The project declares no model with a card", "Declare one, or give intended_use")
	}
	return out
}

// labelled is a piece of plain text and what it is; the label is in the document's
// language.
type labelled struct{ label, text string }

// labelled are the pieces that say something, as items of a list.
func (r *request) labelled(all []labelled) []string {
	var items []string
	for _, i := range all {
		if i.text != "" {
			items = append(items, r.say("{1}: {2}", i.label, escapeInline(oneLine(i.text), false)))
		}
	}
	return items
}

// contact is whom to turn to, as at most one item of a list: an address where it
// is one.
func (r *request) contact(s string) []string {
	text := escapeInline(s, false)
	switch u, err := url.Parse(s); {
	case s == "":
		return nil
	case emailAddress().MatchString(s):
		text = "<" + s + ">"
	case err == nil && u.Host != "" && safeURL(s):
		text = "<" + destination(s) + ">"
	}
	return []string{r.say("{1}: {2}", r.say("Contact"), text)}
}

// cardFile is the file that the section names, which must be there, or the usual
// one when it is managed.
func (r *request) cardFile(usual string) string {
	file := r.line("file")
	if file != "" {
		r.path(&r.fields, "file")
		return file
	}
	return r.firstFile(usual)
}
