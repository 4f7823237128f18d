package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func developmentKind() kind {
	commands := func(name, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.List(cty.String), Default: "none", Doc: doc + ", without a prompt."}
	}
	setup := commands("setup", "Shell commands that set up the project for development")
	setup.Default = "derived from the managed files"
	hooks := commands("hooks", "Shell commands that install the Git hooks")
	hooks.Default = "derived from .pre-commit-config.yaml, when it is managed"
	return kind{
		name: "development", heading: "Development",
		doc:     "How to work on the code: set up, check and format it.",
		example: "section \"development\" {\n  setup  = [\"uv sync --all-extras\"]\n  lint   = [\"uv run ruff check\"]\n  format = [\"uv run ruff format\"]\n}\n",
		attrs: []schema.Attr{
			setup, hooks,
			commands("lint", "Shell commands that check the code"),
			commands("format", "Shell commands that format the code"),
		},
		render: renderDevelopment,
	}
}

func renderDevelopment(r *request) []block {
	t := toolchainOf(r)
	setup, hooks := r.shellLines("setup"), r.shellLines("hooks")
	if setup == nil && t.install != "" {
		setup = []string{t.install}
	}
	if hooks == nil && r.has(".pre-commit-config.yaml") {
		hooks = []string{t.run + "pre-commit install"}
	}
	var out []block
	for _, part := range []struct {
		lead string
		run  []string
	}{
		{r.say("Set up the project:"), setup},
		{r.say("Install the Git hooks:"), hooks},
		{r.say("Check the code:"), r.shellLines("lint")},
		{r.say("Format the code:"), r.shellLines("format")},
	} {
		if len(part.run) > 0 {
			out = append(out, paragraph(part.lead), shell(part.run...))
		}
	}
	if out == nil {
		r.fail("", "No managed file shows how the project is developed", "Give setup, hooks, lint or format")
	}
	return out
}
