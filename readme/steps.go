package readme

import (
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func quickstartKind() kind {
	return kind{
		name: "quickstart", heading: "Quick start",
		doc:     "The shortest path from nothing to a first result, in steps; from the lock file and the package when nothing is given.",
		example: "section \"quickstart\" {\n  steps = [{ text = \"Install it:\", run = [\"uv sync\"] }, { text = \"Open the report.\" }]\n}\n",
		attrs:   []schema.Attr{stepsAttr("derived from the managed files")},
		render:  renderQuickstart,
	}
}

// stepsAttr is the attribute of the kinds that are a list of steps.
func stepsAttr(otherwise string) schema.Attr {
	return schema.Attr{
		Name: "steps", Type: cty.List(record("text", "run*")), Default: otherwise,
		Doc: "Numbered steps: `text` is one line of Markdown, `run` are shell commands without a prompt.",
	}
}

// steps are the steps the section states; nil for none.
func steps(r *request) [][]block {
	var out [][]block
	r.each(r.objects("steps"), func(f *fields) {
		out = append(out, oneStep(f.needInline("text"), f.shellLines("run")...))
	})
	return out
}

// oneStep is a step with its commands.
func oneStep(text string, run ...string) []block {
	out := []block{narrow(text, 4)}
	if len(run) > 0 {
		out = append(out, shell(run...))
	}
	return out
}

func renderQuickstart(r *request) []block {
	list := steps(r)
	if list == nil {
		list = derivedSteps(r, nil, nil)
	}
	if list == nil {
		r.fail("", "No managed file shows how the project is installed", "Give steps")
	}
	return []block{numbered(list)}
}

// derivedSteps are how to install and start the project; commands that are given
// win.
func derivedSteps(r *request, install, start []string) [][]block {
	var out [][]block
	t := toolchainOf(r)
	if install == nil && t.install != "" {
		install = []string{t.install}
	}
	if install != nil {
		out = append(out, oneStep(r.say("Install the dependencies:"), install...))
	}
	if run := mainCommand(r); start == nil && run != "" {
		start = []string{run}
	}
	if start != nil {
		out = append(out, oneStep(r.say("Start it:"), start...))
	}
	return out
}

// mainCommand runs the package, or is "" when it cannot be run.
func mainCommand(r *request) string {
	pkg := r.project.Package
	if pkg == "" || r.firstFile("src/"+pkg+"/__main__.py", pkg+"/__main__.py") == "" {
		return ""
	}
	return toolchainOf(r).run + "python -m " + pkg
}

func runLocallyKind() kind {
	return kind{
		name: "run_locally", heading: "Run locally",
		doc:     "Clone, install and start the project, in steps; from project.repository, the lock file and the package.",
		example: "section \"run_locally\" {\n  repo_url = \"https://example.com/team/churn.git\"\n  install  = [\"uv sync\"]\n  start    = [\"uv run python -m churn\"]\n}\n",
		attrs: []schema.Attr{
			{Name: "repo_url", Type: cty.String, Default: "`project.repository`", Doc: "What to clone: an address with https:// or ssh://, or as git@host:path."},
			{Name: "install", Type: cty.List(cty.String), Default: "derived from the managed files", Doc: "Shell commands that install the dependencies, without a prompt."},
			{Name: "start", Type: cty.List(cty.String), Default: "derived from the package's __main__.py", Doc: "Shell commands that start the project, without a prompt."},
			stepsAttr("only the steps above"),
		},
		render: renderRunLocally,
	}
}

var cloneURL = lazy.Regexp(`^(?:https?://|ssh://|git@)[A-Za-z0-9._~:/@+-]*?[/:]([A-Za-z0-9_](?:[A-Za-z0-9._-]*?[A-Za-z0-9_-])?)(?:\.git)?/?$`)

func renderRunLocally(r *request) []block {
	repo := first(r.line("repo_url"), r.fact("repository", r.project.Repository))
	m := cloneURL().FindStringSubmatch(repo)
	switch {
	case repo == "":
		r.fail("", "The project states no repository", "State project.repository, or give repo_url")
		return nil
	case m == nil:
		r.fail("repo_url", "The repository has no address that can be cloned", "Write it with https:// or ssh://, or as git@host:path")
		return nil
	}
	list := [][]block{
		oneStep(r.say("Clone the repository:"), "git clone "+repo),
		oneStep(r.say("Go to its folder:"), "cd "+m[1]),
	}
	list = append(list, derivedSteps(r, r.shellLines("install"), r.shellLines("start"))...)
	return []block{numbered(append(list, steps(r)...))}
}
