package readme

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func evaluationKind() kind {
	return kind{
		name: "evaluation", heading: "Evaluation",
		doc:     "How the model is evaluated: the commands of the stages that write metrics, the protocol, and the bounds that a model must keep.",
		example: "section \"evaluation\" {\n  commands = [\"python -m churn.evaluate\"]\n  dataset  = \"A random fifth of the customers, held out\"\n}\n",
		attrs: []schema.Attr{
			{Name: "protocol", Type: cty.String, Default: "nothing", Doc: "Markdown that comes first: how it is scored."},
			{Name: "dataset", Type: cty.String, Default: "not said", Doc: "What it is scored on, as plain text."},
			commandsAttr("those of the stages that write metrics"),
			{Name: "stages", Type: cty.List(cty.String), Default: "those that write metrics", Doc: "Names of the declared stages that evaluate."},
		},
		reads:  []string{"stage", "problem"},
		render: renderEvaluation,
	}
}

func renderEvaluation(r *request) []block {
	stages := r.chosen("stage", "stages")
	if r.texts("stages") == nil {
		stages = slices.DeleteFunc(stages, func(s view) bool { return len(s.at("metrics").keys()) == 0 })
	}
	out := r.markdown("protocol", r.level)
	out = append(out, r.deciding()...)
	if on := r.line("dataset"); on != "" {
		out = append(out, paragraph(r.say("Evaluated on: {1}", escapeInline(on, false))))
	}
	list := commands(r)
	if list == nil {
		list = r.stageCommands(stages)
	}
	if list != nil {
		out = append(out, shell(list...))
	}
	if rows := r.gateRows(stages); rows != nil {
		out = append(out, paragraph(r.say("A model is accepted only when it keeps these bounds:")),
			table([]column{{head: r.say("Metric")}, {head: r.say("Split")}, {head: r.say("Bound")}}, rows))
	}
	if out == nil {
		r.fail("", "No declared stage writes metrics", "Declare one, name stages, or give commands")
	}
	return out
}

// deciding says which metric decides between models, and what they must beat.
func (r *request) deciding() []block {
	problem, ok := r.project.theFact("problem", "")
	metric := problem.get("metric")
	if !ok || metric == "" {
		return nil
	}
	text := r.say("{1} decides between models; lower is better.", code(metric))
	if problem.get("better") == "higher" {
		text = r.say("{1} decides between models; higher is better.", code(metric))
	}
	if baseline := problem.get("baseline"); baseline != "" {
		text = r.sentences(text, r.say("The baseline to beat is {1}.", code(baseline)))
	}
	return []block{paragraph(text)}
}

func (r *request) gateRows(stages []view) [][]string {
	var rows [][]string
	for _, s := range stages {
		for _, g := range s.at("gates").items() {
			rows = append(rows, []string{codeCell(g.get("metric")), cell(g.get("split")), bound(g)})
		}
	}
	return rows
}

// bound is what a gate asks for.
func bound(g view) string {
	low, high := g.at("min").number(), g.at("max").number()
	switch {
	case low != "" && high != "":
		return low + "–" + high
	case low != "":
		return "≥ " + low
	case high != "":
		return "≤ " + high
	}
	return ""
}
