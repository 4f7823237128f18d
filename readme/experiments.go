package readme

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func experimentsKind() kind {
	return kind{
		name: "experiments", heading: "Experiments",
		doc:     "Where the runs are tracked and how to look at them.",
		example: "section \"experiments\" {\n  tracker  = \"MLflow\"\n  project  = \"churn\"\n  commands = [\"mlflow ui --port 5000\"]\n}\n",
		attrs: []schema.Attr{
			{Name: "tracker", Type: cty.String, Default: "known from the variables of the declared environments", Doc: "What tracks the runs, such as MLflow, as plain text."},
			{Name: "uri", Type: cty.String, Default: "not said", Doc: "Web address of the tracker."},
			{Name: "project", Type: cty.String, Default: "not said", Doc: "Name of the project or experiment in the tracker, as plain text."},
			commandsAttr("none; how to look at the runs"),
		},
		reads:  []string{"environment"},
		render: renderExperiments,
	}
}

// trackers are the environment variables that tell a tracker.
func trackers() []struct{ name, variable string } {
	return []struct{ name, variable string }{
		{"MLflow", "MLFLOW_TRACKING_URI"},
		{"Weights & Biases", "WANDB_API_KEY"},
		{"Comet", "COMET_API_KEY"},
		{"Neptune", "NEPTUNE_API_TOKEN"},
		{"ClearML", "CLEARML_API_HOST"},
	}
}

func renderExperiments(r *request) []block {
	tracker, variable := r.line("tracker"), ""
	for _, e := range r.project.facts("environment") {
		for _, t := range trackers() {
			if slices.Contains(e.at("variables").keys(), t.variable) && variable == "" && (tracker == "" || tracker == t.name) {
				tracker, variable = t.name, t.variable
			}
		}
	}
	if tracker == "" {
		r.fail("", "Nothing says what tracks the experiments", "Give tracker")
		return nil
	}
	items := []string{r.say("{1}: {2}", r.say("Tracker"), escapeInline(tracker, false))}
	if at := r.web("uri"); at != "" {
		items = append(items, r.say("{1}: {2}", r.say("Address"), "<"+at+">"))
	} else if variable != "" {
		items = append(items, r.say("{1}: {2}", r.say("Address"), r.say("in the environment variable {1}", code(variable))))
	}
	if project := r.line("project"); project != "" {
		items = append(items, r.say("{1}: {2}", r.say("Project"), escapeInline(project, false)))
	}
	out := []block{bullets(items, nil)}
	if list := commands(r); list != nil {
		out = append(out, paragraph(r.say("Look at the runs:")), shell(list...))
	}
	return out
}
