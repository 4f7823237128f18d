package readme

import (
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func datasetCardKind() kind {
	return kind{
		name: "dataset_card", heading: "Dataset card",
		doc:     "What the dataset holds, in short, with a link to the full card.",
		example: "section \"dataset_card\" {\n  description = \"One row for each customer\"\n}\n",
		attrs: []schema.Attr{
			{Name: "dataset", Type: cty.String, Default: "the only declared dataset", Doc: "Name of the declared dataset."},
			{Name: "description", Type: cty.String, Default: "that of the dataset", Doc: "What it holds, as plain text."},
			{Name: "file", Type: cty.String, Default: "DATASET_CARD.md, when it is managed", Doc: "Path of the full card."},
		},
		reads:  []string{"dataset"},
		render: renderDatasetCard,
	}
}

func renderDatasetCard(r *request) []block {
	d, _ := r.one("dataset", "dataset")
	var out []block
	if text := r.line("description"); text != "" {
		out = append(out, paragraph(escape(text)))
	} else {
		out = r.prose(d, "description")
	}
	columns, features := "", ""
	if n := len(d.at("fields").items()); n > 0 {
		columns, features = strconv.Itoa(n), strconv.Itoa(len(d.at("features").texts()))
	}
	var rows [][]string
	for _, i := range []labelled{
		{r.say("Path"), codeCell(d.get("path"))},
		{r.say("Source"), r.origin(d.at("source"))},
		{r.say("Rows"), d.at("source").at("rows").number()},
		{r.say("Columns"), columns},
		{r.say("Features"), features},
		{r.say("Target"), codeCells(d.at("targets").texts())},
		{r.say("Personal data"), codeCells(d.at("pii").texts())},
		{r.say("Version"), cell(r.plain(d, "version"))},
		{r.say("License"), cell(r.plain(d, "license"))},
	} {
		if i.text != "" {
			rows = append(rows, []string{i.label, i.text})
		}
	}
	if rows != nil {
		out = append(out, table([]column{{head: r.say("Property")}, {head: r.say("Value")}}, rows))
	}
	if file := r.cardFile("DATASET_CARD.md"); file != "" {
		out = append(out, paragraph(r.say("The full card is {1}.", linkTo(code(file), r.href(file)))))
	}
	if out == nil {
		r.fail("", "The project declares no dataset", "Declare one, or give a description")
	}
	return out
}
