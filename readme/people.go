package readme

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func authorsKind() kind {
	return kind{
		name: "authors", heading: "Authors",
		doc:     "Who made the project; from project.authors when nothing is given.",
		example: "section \"authors\" {\n  items = [{ name = \"Ada Lovelace\", github = \"ada\", affiliation = \"Example University\" }]\n}\n",
		attrs: []schema.Attr{{
			Name: "items", Type: cty.List(record("name", "github?", "orcid?", "email?", "url?", "affiliation?", "role?")), Default: "`project.authors`",
			Doc: "`name`, `affiliation` and `role` are plain text, `github` is a login, `orcid` an ORCID iD, `url` a web address.",
		}},
		render: renderAuthors,
	}
}

func renderAuthors(r *request) []block {
	var items []string
	list := r.objects("items")
	r.each(list, func(f *fields) { items = append(items, author(r, f)) })
	if len(list) == 0 {
		items = derivedAuthors(r)
	}
	if len(items) == 0 {
		r.fail("", "The project states no authors", "State project.authors, or give items")
		return nil
	}
	return []block{bullets(items, nil)}
}

func derivedAuthors(r *request) []string {
	var items []string
	for _, p := range r.project.Authors {
		item := escape(r.fact("author", p.Name))
		mail := r.fact("author's e-mail", p.Email)
		switch {
		case mail != "" && !emailAddress().MatchString(mail):
			r.fail("", "The e-mail address of an author is not one", "Correct project.authors")
		case mail != "" && item != "":
			item += " <" + mail + ">"
		case mail != "":
			item = "<" + mail + ">"
		}
		if item != "" {
			items = append(items, item)
		}
	}
	return items
}

var (
	githubLogin = lazy.Regexp(`^[A-Za-z0-9](?:-?[A-Za-z0-9])*$`)
	orcidID     = lazy.Regexp(`^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$`)
)

// author is the line of one author: who, and where to be found.
func author(r *request, f *fields) string {
	name := escape(f.need("name"))
	if dest := f.web("url"); dest != "" {
		name = linkTo(cell(f.line("name")), dest)
	}
	for _, more := range []string{"role", "affiliation"} {
		if s := f.line(more); s != "" {
			name += ", " + cell(s)
		}
	}
	var places []string
	if login := profile(f, "github"); login != "" {
		places = append(places, login)
	}
	if orcid := f.line("orcid"); orcid != "" {
		orcid = strings.TrimPrefix(orcid, "https://orcid.org/")
		if !orcidID().MatchString(orcid) || !validORCID(orcid) {
			f.failIn("orcid", "is not an ORCID iD", "Write its 16 digits in four groups, such as 0000-0002-1825-0097")
		}
		places = append(places, linkTo("ORCID", "https://orcid.org/"+orcid))
	}
	if mail := f.email("email"); mail != "" {
		places = append(places, mail)
	}
	if places == nil {
		return name
	}
	return r.say("{1}: {2}", name, strings.Join(places, ", "))
}

// validORCID checks the last digit (ISO 7064 11,2).
func validORCID(id string) bool {
	sum := 0
	digits := strings.ReplaceAll(id, "-", "")
	for _, d := range digits[:15] {
		sum = (sum + int(d-'0')) * 2
	}
	return "0123456789X"[(12-sum%11)%11] == digits[15]
}

// profile is a field that holds a login on GitHub, as a link; "" when absent.
func profile(f *fields, name string) string {
	login := strings.TrimPrefix(f.line(name), "@")
	switch {
	case login == "":
		return ""
	case len(login) > 39 || !githubLogin().MatchString(login):
		f.failIn(name, "is not a login on GitHub", "Write it without the address")
	}
	return linkTo("@"+login, "https://github.com/"+login)
}

func contributorsKind() kind {
	return kind{
		name: "contributors", heading: "Contributors",
		doc:     "Who helped, and with what.",
		example: "section \"contributors\" {\n  items = [{ name = \"Grace Hopper\", login = \"grace\", contributions = [\"code\", \"tests\"] }]\n}\n",
		attrs: []schema.Attr{itemsAttr(record("name?", "login?", "url?", "contributions*"),
			"`name` and `contributions` are plain text, `login` is one on GitHub, `url` a web address; a name or a login is needed.")},
		render: renderContributors,
	}
}

func renderContributors(r *request) []block {
	var items []string
	r.items("items", func(f *fields) {
		name, login, dest := f.line("name"), profile(f, "login"), f.web("url")
		who := escape(name)
		switch {
		case name == "" && login == "":
			f.failIn("name", "is missing", "Give a name or a login")
		case dest != "":
			who = linkTo(cell(first(name, f.line("login"))), dest)
		case name == "":
			who = login
		case login != "":
			who += " (" + login + ")"
		}
		var what []string
		for _, c := range f.texts("contributions") {
			what = append(what, cell(c))
		}
		items = append(items, noted(r, who, strings.Join(what, ", ")))
	})
	return []block{bullets(items, nil)}
}
