package readme

import (
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func demoKind() kind {
	text := func(name, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.String, Default: "none", Doc: doc}
	}
	return kind{
		name: "demo", heading: "Demo",
		doc:     "Where to try the project, or a moving picture of it.",
		example: "section \"demo\" {\n  url   = \"https://example.com/demo\"\n  space = \"ada/churn\"\n}\n",
		attrs: []schema.Attr{
			text("url", "Web address of a live demo."),
			text("space", "A Space on Hugging Face, as `owner/name`."),
			text("notebook", "Path of a notebook, relative to the project root."),
			text("video", "Web address of a video."),
			text("gif", "A moving picture: a path relative to the project root, or a web address."),
			text("alt", "What the moving picture shows, as plain text; needed with `gif`."),
		},
		render: renderDemo,
	}
}

var spaceName = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*$`)

func renderDemo(r *request) []block {
	var out []block
	if src := r.target(&r.fields, "gif"); src != "" {
		out = append(out, block{text: image(r.need("alt"), src)})
	}
	var items []string
	if dest := r.web("url"); dest != "" {
		items = append(items, linkTo(r.say("Live demo"), dest))
	}
	if space := r.line("space"); space != "" {
		if !spaceName().MatchString(space) {
			r.fail("space", "The space is not the name of one", "Write it as owner/name")
		}
		items = append(items, linkTo(r.say("Space on Hugging Face"), "https://huggingface.co/spaces/"+space))
	}
	if dest := r.path(&r.fields, "notebook"); dest != "" {
		items = append(items, linkTo(r.say("Notebook"), dest))
	}
	if dest := r.web("video"); dest != "" {
		items = append(items, linkTo(r.say("Video"), dest))
	}
	if items != nil {
		out = append(out, bullets(items, nil))
	}
	if out == nil {
		r.fail("", "There is nothing to show", "Give url, space, notebook, video or gif")
	}
	return out
}
