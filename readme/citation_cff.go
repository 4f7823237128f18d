package readme

import (
	"net/url"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// CitationFile makes CITATION.cff (Citation File Format 1.2.0) from the project.
// What is not known is left out and named as missing; without a title and an
// author there is no valid file, which is an error: a *SectionError with Index
// -1.
func CitationFile(p Project) ([]byte, []Missing, error) {
	r := &request{project: &p}
	title := first(r.fact("title", p.Title), r.fact("name", p.Name))
	var y yamlText
	y.line("", "cff-version: 1.2.0")
	y.scalar("", "message", "If you use this work, please cite it as below.")
	y.scalar("", "type", "software")
	y.scalar("", "title", title)
	y.scalar("", "abstract", r.fact("summary", p.Summary))
	authors := 0
	for _, a := range p.Authors {
		if name := r.fact("author", a.Name); name != "" {
			if authors++; authors == 1 {
				y.line("", "authors:")
			}
			y.author(name, a.Email)
		}
	}
	switch {
	case r.err != nil:
		r.err.Index = -1
		return nil, nil, r.err
	case title == "":
		return nil, nil, &SectionError{Index: -1, Reason: "The project has no title to cite", Fix: "State project.title"}
	case authors == 0:
		return nil, nil, &SectionError{Index: -1, Reason: "The project has no author to cite", Fix: "State project.authors"}
	}
	var missing []Missing
	if ids := cffLicenses(p.License); len(ids) == 1 {
		y.scalar("", "license", ids[0])
	} else if len(ids) > 1 {
		y.list("", "license", ids)
	} else {
		missing = append(missing, Missing{"license", "State project.license as an SPDX identifier, or as several with OR"})
	}
	if at := webRepository(p.Repository); at != "" {
		y.scalar("", "repository-code", at)
	} else {
		missing = append(missing, Missing{"repository", "State project.repository as a web address"})
	}
	return []byte(y.b.String()), missing, nil
}

// author writes a person, or an entity where the name has one word. The last word
// is the family name, unless a comma tells.
func (y *yamlText) author(name, email string) {
	family, given, comma := strings.Cut(name, ", ")
	if at := strings.LastIndexByte(name, ' '); !comma && at > 0 {
		family, given = name[at+1:], name[:at]
	}
	if given == "" {
		y.line("  ", "- name: "+yamlString(name))
	} else {
		y.line("  ", "- given-names: "+yamlString(given))
		y.scalar("    ", "family-names", family)
	}
	if emailAddress().MatchString(email) {
		y.scalar("    ", "email", email)
	}
}

var spdxID = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9.-]*$`)

// cffLicenses are the identifiers of an SPDX expression that the format can say:
// one, or several of which each will do.
func cffLicenses(expression string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.Trim(expression, "() "), " OR ") {
		if part = strings.TrimSpace(part); !spdxID().MatchString(part) {
			return nil
		}
		out = append(out, part)
	}
	return out
}

// webRepository is a repository's address as a page of the web, or "".
func webRepository(at string) string {
	if page := githubRepository(at); page != "" {
		return page
	}
	u, err := url.Parse(at)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return at
}
