package readme

import (
	"net/url"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func supportKind() kind {
	return kind{
		name: "support", heading: "Support",
		doc:     "Where to get help: issues, discussions, a chat or e-mail.",
		example: "section \"support\" {\n  email = \"help@example.com\"\n  chat  = \"https://example.com/chat\"\n}\n",
		attrs:   contactAttrs(),
		render:  renderSupport,
	}
}

func feedbackKind() kind {
	return kind{
		name: "feedback", heading: "Feedback",
		doc:     "Where to say what is good and what is not.",
		example: "section \"feedback\" {\n  email = \"churn@example.com\"\n}\n",
		attrs:   contactAttrs(),
		render:  renderSupport,
	}
}

func contactAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "body", Type: cty.String, Default: "nothing", Doc: "Markdown that comes first."},
		{Name: "email", Type: cty.String, Default: "none", Doc: "E-mail address."},
		{Name: "chat", Type: cty.String, Default: "none", Doc: "Web address of a chat."},
		{Name: "issues", Type: cty.String, Default: "derived from project.repository on GitHub or GitLab", Doc: "Web address of the issues."},
		{Name: "discussions", Type: cty.String, Default: "none", Doc: "Web address of the discussions."},
	}
}

func renderSupport(r *request) []block {
	out := r.body(r.level)
	issues := first(r.web("issues"), issuesPage(r.project.Repository))
	var items []string
	if issues != "" {
		items = append(items, r.say("Open an [issue]({1}).", issues))
	}
	if dest := r.web("discussions"); dest != "" {
		items = append(items, r.say("Ask in the [discussions]({1}).", dest))
	}
	if dest := r.web("chat"); dest != "" {
		items = append(items, r.say("Join the [chat]({1}).", dest))
	}
	if mail := r.email("email"); mail != "" {
		items = append(items, r.say("Write to {1}.", mail))
	}
	if items == nil && out == nil {
		r.fail("", "Nothing says where to turn to", "Give email, chat, issues, discussions or body")
	}
	if items != nil {
		out = append(out, bullets(items, nil))
	}
	return out
}

// issuesPage is the page of a repository's issues on GitHub or GitLab, or "".
func issuesPage(repository string) string {
	if page := githubRepository(repository); page != "" {
		return page + "/issues"
	}
	u, err := url.Parse(strings.TrimSuffix(strings.TrimSpace(repository), ".git"))
	if err != nil || u.Scheme != "https" || u.Host != "gitlab.com" || strings.Count(strings.Trim(u.Path, "/"), "/") < 1 {
		return ""
	}
	return destination("https://gitlab.com/" + strings.Trim(u.Path, "/") + "/-/issues")
}
