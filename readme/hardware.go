package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func hardwareKind() kind {
	return kind{
		name: "hardware", heading: "Hardware",
		doc:     "What training and serving need: processors, memory, GPUs, time and cost.",
		example: "section \"hardware\" {\n  gpus = \"1 x A100 40 GB\"\n  time = \"2 hours\"\n  cost = \"about 8 EUR\"\n}\n",
		attrs: []schema.Attr{
			{Name: "cpus", Type: cty.String, Default: "not said", Doc: "Processors, as plain text."},
			{Name: "memory", Type: cty.String, Default: "not said", Doc: "Memory, as plain text."},
			{Name: "gpus", Type: cty.String, Default: "not said", Doc: "GPUs, as plain text."},
			{Name: "time", Type: cty.String, Default: "not said", Doc: "How long it takes, as plain text."},
			{Name: "cost", Type: cty.String, Default: "not said", Doc: "What it costs, as plain text."},
		},
		reads:  []string{"stage", "service"},
		render: renderHardware,
	}
}

func renderHardware(r *request) []block {
	items := r.labelled([]labelled{
		{r.say("Processors"), r.line("cpus")},
		{r.say("Memory"), r.line("memory")},
		{r.say("GPUs"), r.line("gpus")},
		{r.say("Time"), r.line("time")},
		{r.say("Cost"), r.line("cost")},
	})
	var out []block
	if items != nil {
		out = append(out, bullets(items, nil))
	}
	var rows [][]string
	for _, kind := range []string{"stage", "service"} {
		for _, v := range r.project.facts(kind) {
			res := v.at("resources")
			row := []string{codeCell(kind + "." + v.name), res.at("cpu").number(), cell(r.plain(res, "memory")), res.at("gpu").number()}
			if row[1]+row[2]+row[3] != "" {
				rows = append(rows, row)
			}
		}
	}
	if rows != nil {
		out = append(out, table([]column{
			{head: r.say("Needed by")}, {head: r.say("Processors"), right: true}, {head: r.say("Memory"), right: true}, {head: r.say("GPUs"), right: true},
		}, rows))
	}
	if out == nil {
		r.fail("", "No declared stage or service says what it needs", "Give one resources, or say it in the section")
	}
	return out
}
