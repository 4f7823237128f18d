package readme

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func trainingKind() kind {
	return kind{
		name: "training", heading: "Training",
		doc:     "How to train the model: the commands of the stages that write a model, with seed, time and hardware.",
		example: "section \"training\" {\n  commands = [\"python -m churn.train\"]\n  seed     = \"42\"\n  duration = \"3 minutes\"\n}\n",
		attrs: []schema.Attr{
			{Name: "body", Type: cty.String, Default: "nothing", Doc: "Markdown that comes first."},
			commandsAttr("those of the stages that write a model's file"),
			{Name: "stages", Type: cty.List(cty.String), Default: "those that write a model's file", Doc: "Names of the declared stages that train."},
			{Name: "seed", Type: cty.String, Default: "the stages' parameter `seed` or `random_state`", Doc: "Random seed, as plain text."},
			{Name: "duration", Type: cty.String, Default: "not said", Doc: "How long it takes, as plain text."},
			{Name: "hardware", Type: cty.String, Default: "the resources of the stages", Doc: "What it was trained on, as plain text."},
		},
		reads:  []string{"stage", "model"},
		render: renderTraining,
	}
}

func renderTraining(r *request) []block {
	stages := r.trainers("stages")
	out := r.body(r.level)
	list := commands(r)
	if list == nil {
		list = r.stageCommands(stages)
	}
	if list != nil {
		out = append(out, shell(list...))
	}
	var seeds, hardware []string
	for _, s := range stages {
		seeds = appendNew(seeds, seedOf(s))
		hardware = appendNew(hardware, r.resources(s))
	}
	var items []string
	for _, i := range []struct{ label, text string }{
		{r.say("Random seed"), first(r.line("seed"), strings.Join(seeds, ", "))},
		{r.say("Duration"), r.line("duration")},
		{r.say("Hardware"), first(r.line("hardware"), strings.Join(hardware, "; "))},
	} {
		if i.text != "" {
			items = append(items, i.label+": "+escapeInline(i.text, false))
		}
	}
	if items != nil {
		out = append(out, bullets(items, nil))
	}
	if out == nil {
		r.fail("", "No declared stage writes the file of a model", "Declare one, name stages, or give commands")
	}
	return out
}

// trainers are the stages that the section names, or else those that write the
// file of a model.
func (r *request) trainers(attr string) []view {
	if named := r.texts(attr); named != nil {
		return r.chosen("stage", attr)
	}
	return r.project.trainers()
}

func (p *Project) trainers() []view {
	var out []view
	for _, s := range p.facts("stage") {
		made := s.at("outs").values()
		if slices.ContainsFunc(p.facts("model"), func(m view) bool { return slices.Contains(made, m.get("artifact")) }) {
			out = append(out, s)
		}
	}
	return out
}

// stageCommands are the commands that run stages, in the project's toolchain.
func (r *request) stageCommands(stages []view) []string {
	var out []string
	run := toolchainOf(r).run
	for _, s := range stages {
		c := stageCommand(s)
		if strings.HasPrefix(c, "python ") {
			c = run + c
		}
		out = append(out, c)
	}
	return out
}

// seedOf is the seed among a stage's parameters.
func seedOf(stage view) string {
	for _, name := range []string{"seed", "random_seed", "random_state"} {
		if n := stage.at("params").at(name).number(); n != "" {
			return n
		}
	}
	return ""
}

// resources is what a stage or service asks for, as plain text.
func (r *request) resources(v view) string {
	res := v.at("resources")
	var parts []string
	for _, p := range []struct{ unit, amount string }{
		{"CPU", res.at("cpu").number()}, {"RAM", res.get("memory")}, {"GPU", res.at("gpu").number()},
	} {
		if p.amount != "" {
			parts = append(parts, p.amount+" "+p.unit)
		}
	}
	return strings.Join(parts, ", ")
}

// appendNew appends a text that is neither empty nor there already.
func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
