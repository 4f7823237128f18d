package readme

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func profileIntroKind() kind {
	return kind{
		name: "profile_intro", top: greeting,
		doc:     "For the README of a person: a greeting as the top heading, with a sentence below it; the first section.",
		example: "section \"profile_intro\" {\n  name = \"Ada\"\n  text = \"I train models that explain themselves.\"\n}\n",
		attrs: []schema.Attr{
			{Name: "name", Type: cty.String, Default: "the first of `project.authors`", Doc: "Your name, as plain text."},
			{Name: "title", Type: cty.String, Default: "a greeting with the name", Doc: "Heading, as plain text."},
			{Name: "text", Type: cty.String, Default: "nothing", Doc: "Markdown below the heading."},
			emojiAttr(),
		},
		render: func(r *request) []block { return r.markdown("text", 1) },
	}
}

func emojiAttr() schema.Attr {
	return schema.Attr{Name: "emoji", Type: cty.Bool, Default: "false", Doc: "Whether there are emoji."}
}

func greeting(r *request) string {
	title, name := r.line("title"), r.line("name")
	if len(r.project.Authors) > 0 {
		name = first(name, r.fact("author", r.project.Authors[0].Name))
	}
	switch {
	case title == "" && name == "":
		r.fail("name", "There is no name to greet with", "Give name or title, or state project.authors")
	case title == "":
		title = r.say("Hi, I am {1}", name)
	}
	return r.decorated(title, "👋")
}

// decorated is text with an emoji behind it, where the section asks for emoji.
func (r *request) decorated(text, emoji string) string {
	if r.flag("emoji", false) {
		return text + " " + emoji
	}
	return text
}

func profileAboutKind() kind {
	return kind{
		name: "profile_about", heading: "About me",
		doc:     "For the README of a person: who you are.",
		example: "section \"profile_about\" {\n  body = \"I build forecasting systems.\"\n}\n",
		attrs:   []schema.Attr{bodyAttr()},
		render:  renderCustom,
	}
}

func profileSkillsKind() kind {
	return kind{
		name: "profile_skills", heading: "Skills",
		doc:     "For the README of a person: what you can do, in groups.",
		example: "section \"profile_skills\" {\n  items = [{ group = \"Languages\", names = [\"Python\", \"Go\"] }]\n}\n",
		attrs:   []schema.Attr{itemsAttr(groupType(), "`group` is plain text, each of `names` one line of Markdown.")},
		render:  renderGroups,
	}
}

func profileLinksKind() kind {
	return kind{
		name: "profile_links", heading: "Links",
		doc:     "For the README of a person: where you are found, as badges.",
		example: "section \"profile_links\" {\n  items = [{ label = \"LinkedIn\", url = \"https://example.com/ada\", color = \"0a66c2\" }]\n}\n",
		attrs: []schema.Attr{itemsAttr(record("label", "message?", "color?", "image?", "url"),
			"`label` and `message` are plain text, `image` replaces the drawn badge, `url` is where it leads.")},
		render: func(r *request) []block {
			var lines []string
			r.items("items", func(f *fields) {
				b := ownBadge(f)
				if b.href == "" {
					f.failIn("url", "is missing", "Add it")
				}
				lines = append(lines, b.markdown())
			})
			return []block{{text: strings.Join(lines, "\n")}}
		},
	}
}

func profileOtherKind() kind {
	prompt := func(name, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.String, Default: "left out", Doc: doc + "; one line of Markdown."}
	}
	return kind{
		name: "profile_other", heading: "More about me",
		doc:     "For the README of a person: what you work on, learn and look for.",
		example: "section \"profile_other\" {\n  working_on = \"a feature store\"\n  learning   = \"Rust\"\n}\n",
		attrs: []schema.Attr{
			prompt("working_on", "What you work on"),
			prompt("learning", "What you learn"),
			prompt("collaborating", "What you want to do with others"),
			prompt("help", "What you look for help with"),
			prompt("ask", "What you can be asked about"),
			prompt("reach", "How you are reached"),
			prompt("pronouns", "Your pronouns"),
			prompt("fun_fact", "Something that makes people smile"),
			emojiAttr(),
		},
		render: renderProfileOther,
	}
}

func renderProfileOther(r *request) []block {
	var items []string
	for _, p := range [][3]string{
		{"working_on", r.say("Working on"), "🔭"},
		{"learning", r.say("Learning"), "🌱"},
		{"collaborating", r.say("Looking to collaborate on"), "👯"},
		{"help", r.say("Looking for help with"), "🤔"},
		{"ask", r.say("Ask me about"), "💬"},
		{"reach", r.say("Reach me"), "📫"},
		{"pronouns", r.say("Pronouns"), "😄"},
		{"fun_fact", r.say("Fun fact"), "⚡"},
	} {
		if text := r.inline(p[0]); text != "" {
			label := p[1]
			if r.flag("emoji", false) {
				label = p[2] + " " + label
			}
			items = append(items, r.say("{1}: {2}", label, text))
		}
	}
	if items == nil {
		r.fail("", "There is nothing to tell", "Give one of the arguments, or leave the section out")
	}
	return []block{bullets(items, nil)}
}
