package readme

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func checklistKind() kind {
	flag := func(name, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.Bool, Default: "found out", Doc: doc}
	}
	return kind{
		name: "checklist", heading: "Completeness",
		doc:     "The five items of the ML code completeness checklist, ticked as far as the project has them.",
		example: "section \"checklist\" {\n  pretrained = true\n}\n",
		attrs: []schema.Attr{
			flag("dependencies", "Whether the dependencies are stated."), flag("training", "Whether there is code that trains."),
			flag("evaluation", "Whether there is code that evaluates."), flag("pretrained", "Whether there are trained models to get."),
			flag("results", "Whether the README has a table of results and what produces them."),
		},
		reads:  []string{"stage", "model"},
		render: renderChecklist,
	}
}

// Item is one item of the ML code completeness checklist
// (paperswithcode/releasing-research-code).
type Item struct {
	// Name is dependencies, training, evaluation, pretrained or results.
	Name string
	Done bool
	// Fix says what would make it done, as a sentence without period.
	Fix string
}

// Completeness is how far a project with such a README meets the checklist: its
// five items in order.
func Completeness(sections []Section, p Project) []Item {
	p.sections = sections
	r := &request{project: &p}
	has := func(kinds ...string) bool {
		return slices.ContainsFunc(sections, func(s Section) bool {
			f := fields{value: s.Fields}
			return slices.Contains(kinds, s.Kind) && f.flag("enabled", true)
		})
	}
	evaluates := slices.ContainsFunc(p.facts("stage"), func(s view) bool { return len(s.at("metrics").keys()) > 0 })
	return []Item{
		{"dependencies", toolchainOf(r).file != "" || has("prerequisites"), "Manage a file that states the dependencies, such as pyproject.toml"},
		{"training", len(p.trainers()) > 0 || has("training"), "Declare the stage that writes the model's file, or add a section training"},
		{"evaluation", evaluates || has("evaluation"), "Declare a stage with metrics, or add a section evaluation"},
		{"pretrained", has("pretrained_models"), "Add a section pretrained_models that says where to get the weights"},
		{"results", has("results", "metrics"), "Add a section results or metrics"},
	}
}

func renderChecklist(r *request) []block {
	var items []string
	for _, i := range Completeness(r.project.sections, *r.project) {
		mark := "[ ] "
		if r.flag(i.Name, i.Done) {
			mark = "[x] "
		}
		items = append(items, mark+r.checked(i.Name))
	}
	return []block{bullets(items, nil)}
}

// checked is an item in words.
func (r *request) checked(name string) string {
	switch name {
	case "dependencies":
		return r.say("Dependencies are stated")
	case "training":
		return r.say("Training code is there")
	case "evaluation":
		return r.say("Evaluation code is there")
	case "pretrained":
		return r.say("Trained models can be had")
	}
	return r.say("Results are shown with what produces them")
}
