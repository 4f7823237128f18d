package readme

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func citationKind() kind {
	text := func(name, otherwise, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.String, Default: otherwise, Doc: doc}
	}
	return kind{
		name: "citation", heading: "Citation",
		doc:     "How to cite the project, in BibTeX, from the project's title, authors and repository; with a link to the managed CITATION.cff.",
		example: "section \"citation\" {\n  authors = [\"Ada Lovelace\"]\n  year    = 2026\n  version = \"1.2.0\"\n  doi     = \"10.5281/zenodo.1234\"\n}\n",
		attrs: []schema.Attr{
			text("bibtex", "made from the other arguments", "The whole entry, as it stands."),
			{Name: "type", Type: cty.String, Default: "`\"software\"`", OneOf: entryTypes(), Doc: "Type of the entry; `software` is known to biblatex, `misc` to all."},
			text("key", "made from the first author's name and the year", "Key of the entry."),
			{Name: "authors", Type: cty.List(cty.String), Default: "`project.authors`", Doc: "Names, as plain text."},
			text("name", "`project.title`, else the project's name", "Title of what is cited, as plain text."),
			{Name: "year", Type: cty.Number, Default: "none", Doc: "Year, 1900 to 2999."},
			text("version", "none", "Version, as plain text."),
			text("doi", "none", "DOI, without the address before it."),
			text("url", "`project.repository`, when it is a web address", "Web address."),
			text("journal", "none", "Journal, as plain text."),
		},
		render: renderCitation,
	}
}

func entryTypes() []string {
	return []string{"software", "misc", "article", "inproceedings", "dataset", "online", "techreport", "phdthesis", "mastersthesis"}
}

var (
	doiForm = lazy.Regexp(`^10\.[0-9]{4,9}/[^\s{}\\"<>^|%#]+$`)
	keyForm = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9_:.+/-]*$`)
)

func renderCitation(r *request) []block {
	entry := r.text("bibtex")
	if entry == "" {
		entry = bibtex(r)
	}
	doi := r.line("doi")
	if doi != "" && !doiForm().MatchString(doi) {
		r.fail("doi", "The DOI is not one", "Write it without the address before it, such as 10.5281/zenodo.1234")
	}
	out := []block{paragraph(r.say("If you use this work, please cite it:")), fence("bibtex", trimLines(entry))}
	if r.has("CITATION.cff") {
		out = append(out, paragraph(r.say("The same is in [CITATION.cff]({1}), which other tools can read.", r.href("CITATION.cff"))))
	}
	return out
}

// bibtex is the entry made from the section's fields and the project's facts.
func bibtex(r *request) string {
	authors := r.texts("authors")
	for _, p := range r.project.Authors {
		if _, given := r.get("authors", cty.DynamicPseudoType); !given && r.fact("author", p.Name) != "" {
			authors = append(authors, oneLine(p.Name))
		}
	}
	title := first(r.line("name"), r.fact("title", r.project.Title), r.fact("name", r.project.Name))
	if len(authors) == 0 {
		r.fail("authors", "The project states no authors", "State project.authors, or give authors")
	}
	if title == "" {
		r.fail("name", "The project has no title", "Give name")
	}
	year := ""
	if n := r.number("year", 1900, 2999, 0); n > 0 {
		year = fmt.Sprint(n)
	}
	address := r.web("url")
	if repo := r.fact("repository", r.project.Repository); address == "" && safeURL(repo) && strings.Contains(repo, "://") {
		address = destination(repo)
	}
	for i, a := range authors {
		authors[i] = bibName(a)
	}
	entry := "@" + r.choice("type", entryTypes()...) + "{" + citeKey(r, authors, year)
	for _, f := range [][2]string{
		{"title", "{" + bibText(title) + "}"},
		{"author", strings.Join(authors, " and ")},
		{"journal", bibText(r.line("journal"))},
		{"year", year},
		{"version", bibText(r.line("version"))},
		{"doi", r.line("doi")},
		{"url", address},
	} {
		if f[1] != "" && f[1] != "{}" {
			entry += ",\n  " + f[0] + " = {" + f[1] + "}"
		}
	}
	return entry + "\n}"
}

// citeKey is the entry's key.
func citeKey(r *request, authors []string, year string) string {
	key := r.line("key")
	switch {
	case key != "" && !keyForm().MatchString(key):
		r.fail("key", "The key is not one of BibTeX's", "Use letters, digits and hyphens")
	case key == "" && len(authors) > 0:
		name := strings.ToLower(strings.TrimRight(authors[0], " }"))
		key = notInImageName().ReplaceAllString(name[strings.LastIndexByte(name, ' ')+1:], "") + year
	}
	return first(key, imageName(r.project.Name))
}

// bibName is a name, in braces when BibTeX would take it for several.
func bibName(name string) string {
	name = bibText(oneLine(name))
	if strings.Contains(strings.ToLower(name), " and ") {
		return "{" + name + "}"
	}
	return name
}

// bibText is plain text for a field in braces.
func bibText(s string) string {
	return strings.NewReplacer(`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "%", `\%`, "&", `\&`, "#", `\#`, "$", `\$`, "_", `\_`,
		"~", `\textasciitilde{}`, "^", `\textasciicircum{}`).Replace(s)
}
