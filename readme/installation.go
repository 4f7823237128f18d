package readme

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
)

func installationKind() kind {
	return kind{
		name: "installation", heading: "Installation",
		doc:     "How to install the project: from its lock file, pyproject.toml, requirements.txt, environment.yml or Dockerfile.",
		example: "section \"installation\" {\n  commands = [\"python -m pip install .\"]\n}\n",
		attrs:   []schema.Attr{commandsAttr("derived from the managed files")},
		render:  renderInstallation,
	}
}

func renderInstallation(r *request) []block {
	if list := commands(r); list != nil {
		return []block{shell(list...)}
	}
	var out []block
	if t := toolchainOf(r); t.install != "" {
		if versions := r.project.Python; len(versions) > 0 {
			out = append(out, paragraph(r.say("Requires Python {1}.", escape(r.fact("python", alternatives(r.phrasebook, versions))))))
		}
		out = append(out, shell(t.install))
	}
	if file := r.firstFile("Dockerfile", "Containerfile"); file != "" {
		lead := r.say("Build the container image:")
		if out != nil {
			lead = r.say("Or build the container image:")
		}
		build := "docker build --tag " + imageName(r.project.Name)
		if file != "Dockerfile" {
			build += " --file " + file
		}
		out = append(out, paragraph(lead), shell(build+" ."))
	}
	if out == nil {
		r.fail("", "No managed file shows how the project is installed", "Give commands")
	}
	return out
}

// alternatives is "a", "a or b", "a, b or c".
func alternatives(p phrasebook, words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	n := len(words) - 1
	return p.say("{1} or {2}", strings.Join(words[:n], ", "), words[n])
}

var notInImageName = lazy.Regexp(`[^a-z0-9]+`)

// imageName is name as the name of a container image.
func imageName(name string) string {
	return first(strings.Trim(notInImageName().ReplaceAllString(strings.ToLower(name), "-"), "-"), "app")
}
