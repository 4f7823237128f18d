package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func securityKind() kind {
	return kind{
		name: "security", heading: "Security",
		doc:     "How to report a hole without telling everybody; with a link to the managed SECURITY.md.",
		example: "section \"security\" {\n  email = \"security@example.com\"\n}\n",
		attrs: []schema.Attr{
			{Name: "email", Type: cty.String, Default: "none", Doc: "E-mail address for reports."},
			{Name: "policy", Type: cty.String, Default: "SECURITY.md, .github/SECURITY.md or docs/SECURITY.md, when it is managed", Doc: "Path of the security policy, relative to the project root."},
			{Name: "body", Type: cty.String, Default: "nothing", Doc: "Markdown at the end."},
		},
		render: renderSecurity,
	}
}

func renderSecurity(r *request) []block {
	mail, policy := r.email("email"), r.path(&r.fields, "policy")
	if file := r.firstFile("SECURITY.md", ".github/SECURITY.md", "docs/SECURITY.md"); policy == "" && file != "" {
		policy = r.href(file)
	}
	said := []string{r.say("Please do not report security problems in public.")}
	if mail != "" {
		said = append(said, r.say("Write to {1}.", mail))
	}
	if policy != "" {
		said = append(said, r.say("The [security policy]({1}) says what happens then.", policy))
	}
	body := r.body(r.level)
	if len(said) == 1 && body == nil {
		r.fail("", "Nothing says how to report a hole", "Give email, policy or body")
	}
	return append([]block{paragraph(r.sentences(said...))}, body...)
}

func contributingKind() kind {
	return kind{
		name: "contributing", heading: "Contributing",
		doc:     "How to help; with links to the managed CONTRIBUTING.md and CODE_OF_CONDUCT.md.",
		example: "section \"contributing\" {\n  steps = [{ text = \"Check the code:\", run = [\"uv run nox\"] }, { text = \"Open a pull request.\" }]\n}\n",
		attrs: []schema.Attr{
			{Name: "welcome", Type: cty.Bool, Default: "true", Doc: "Whether the section says that pull requests are welcome."},
			{Name: "guide", Type: cty.String, Default: "CONTRIBUTING.md or .github/CONTRIBUTING.md, when it is managed", Doc: "Path of the guide, relative to the project root."},
			{Name: "conduct", Type: cty.String, Default: "CODE_OF_CONDUCT.md or .github/CODE_OF_CONDUCT.md, when it is managed", Doc: "Path of the code of conduct, relative to the project root."},
			stepsAttr("none"),
		},
		render: renderContributing,
	}
}

func renderContributing(r *request) []block {
	guide, conduct := r.path(&r.fields, "guide"), r.path(&r.fields, "conduct")
	if file := r.firstFile(contributingFiles()[:2]...); guide == "" && file != "" {
		guide = r.href(file)
	}
	if file := r.firstFile(contributingFiles()[2:]...); conduct == "" && file != "" {
		conduct = r.href(file)
	}
	var said []string
	if r.flag("welcome", true) {
		said = append(said, r.say("Contributions are welcome."))
	}
	if guide != "" {
		said = append(said, r.say("The [guide]({1}) says how.", guide))
	}
	if conduct != "" {
		said = append(said, r.say("Please follow the [code of conduct]({1}).", conduct))
	}
	var out []block
	if said != nil {
		out = append(out, paragraph(r.sentences(said...)))
	}
	if list := steps(r); list != nil {
		out = append(out, numbered(list))
	}
	if out == nil {
		r.fail("", "There is nothing to say about contributing", "Give guide, conduct or steps, or leave the section out")
	}
	return out
}

// contributingFiles are where GitHub looks for the guide, and then for the code of
// conduct.
func contributingFiles() []string {
	return []string{"CONTRIBUTING.md", ".github/CONTRIBUTING.md", "CODE_OF_CONDUCT.md", ".github/CODE_OF_CONDUCT.md"}
}
