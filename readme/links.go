package readme

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

// linkType is the type of a link in a list.
func linkType() cty.Type { return record("text", "url", "note?") }

const linkDoc = "`text` is plain text, `url` a web address or the path of a file of the project, `note` one line of Markdown behind it."

// linkList is a list of links. What they found wrong is kept.
func linkList(r *request, list []*fields) block {
	var items []string
	r.each(list, func(f *fields) {
		dest := r.target(f, "url")
		if dest == "" {
			f.failIn("url", "is missing", "Add it")
		}
		items = append(items, noted(r, linkTo(cell(f.need("text")), dest), f.inline("note")))
	})
	return bullets(items, nil)
}

// noted is inline Markdown with a note behind it, if there is one.
func noted(r *request, inline, note string) string {
	if note == "" {
		return inline
	}
	return r.say("{1}: {2}", inline, note)
}

func relatedKind() kind {
	return linksKind(kind{
		name: "related", heading: "Related projects",
		doc:     "Other projects that readers may want to see.",
		example: "section \"related\" {\n  items = [{ text = \"Awesome churn\", url = \"https://example.com/churn\", note = \"a list of papers\" }]\n}\n",
	})
}

func acknowledgementsKind() kind {
	return linksKind(kind{
		name: "acknowledgements", heading: "Acknowledgements",
		doc:     "Whom and what the project owes thanks.",
		example: "section \"acknowledgements\" {\n  items = [{ text = \"The data team\", url = \"https://example.com/team\" }]\n}\n",
	})
}

func linksKind(k kind) kind {
	k.attrs = []schema.Attr{itemsAttr(linkType(), "Links: "+linkDoc)}
	k.render = func(r *request) []block {
		list := r.objects("items")
		if len(list) == 0 {
			r.fail("items", "The list of links is empty", "Name one, or leave the section out")
			return nil
		}
		return []block{linkList(r, list)}
	}
	return k
}

func usedByKind() kind {
	return kind{
		name: "used_by", heading: "Used by",
		doc:     "Who uses the project.",
		example: "section \"used_by\" {\n  items = [{ name = \"Example Telecom\", url = \"https://example.com\" }]\n}\n",
		attrs:   []schema.Attr{itemsAttr(record("name", "url?", "note?"), "`name` is plain text, `url` a web address, `note` one line of Markdown behind it.")},
		render:  renderNamed,
	}
}

func fundingKind() kind {
	return kind{
		name: "funding", heading: "Funding",
		doc:     "Who pays for the project: sponsors and grants.",
		example: "section \"funding\" {\n  items = [{ name = \"Example Foundation\", url = \"https://example.com\", grant = \"EF-42\" }]\n}\n",
		attrs:   []schema.Attr{itemsAttr(record("name", "url?", "grant?", "note?"), "`name` and `grant` (a number) are plain text, `url` is a web address, `note` one line of Markdown behind them.")},
		render:  renderNamed,
	}
}

// renderNamed is a list of names, with links where they are known.
func renderNamed(r *request) []block {
	var items []string
	r.items("items", func(f *fields) {
		name := escape(f.need("name"))
		if dest := f.web("url"); dest != "" {
			name = linkTo(cell(f.line("name")), dest)
		}
		if grant := f.line("grant"); grant != "" {
			name = r.say("{1}, grant {2}", name, cell(grant))
		}
		items = append(items, noted(r, name, f.inline("note")))
	})
	return []block{bullets(items, nil)}
}
