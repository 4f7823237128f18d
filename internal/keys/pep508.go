package keys

import (
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// match says how an element that is there compares to a wanted one.
type match byte

const (
	different match = iota
	similar         // another text of the same requirement: it is replaced
	identical
)

// matcher returns how the elements of the list at a key are compared. In the
// dependency lists of pyproject.toml (PEP 621, PEP 735, PEP 518) they are the
// requirements of PEP 508: two of the same project and marker are one, whatever
// their extras and versions.
func (d *document) matcher(k Key) func(a, b any) match {
	if d.format == TOML && isRequirements(k) {
		return matchRequirements
	}
	return matchEqual
}

func isRequirements(k Key) bool {
	switch len(k) {
	case 2:
		return k[0] == "project" && k[1] == "dependencies" || k[0] == "build-system" && k[1] == "requires" ||
			k[0] == "dependency-groups"
	case 3:
		return k[0] == "project" && k[1] == "optional-dependencies"
	}
	return false
}

func matchEqual(a, b any) match {
	if Equal(a, b) {
		return identical
	}
	return different
}

func matchRequirements(a, b any) match {
	x, isX := a.(string)
	y, isY := b.(string)
	if !isX || !isY || x == y {
		return matchEqual(a, b)
	}
	p, okP := parseRequirement(x)
	q, okQ := parseRequirement(y)
	switch {
	case !okP || !okQ || p.name != q.name || p.marker != q.marker:
		return different
	case p.version == q.version && slices.Equal(p.extras, q.extras):
		return identical
	}
	return similar
}

// requirement is what two texts are compared by.
type requirement struct {
	name    string // normalized by PEP 503
	extras  []string
	version string // or the URL, without white space
	marker  string // in one spelling
}

var (
	requirementText = lazy.Regexp(`^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*([^;]*?)\s*(?:;\s*(.*?))?\s*$`)
	urlRequirement  = lazy.Regexp(`^(.*?@\s*\S+)(?:\s+;\s*(.*?))?\s*$`)
	nameRuns        = lazy.Regexp(`[-_.]+`)
	versionStart    = lazy.Regexp(`^$|^[<>=!~(@]`)
)

func parseRequirement(s string) (requirement, bool) {
	m := requirementText().FindStringSubmatch(s)
	if m == nil {
		return requirement{}, false
	}
	if strings.HasPrefix(m[3], "@") { // a URL may hold semicolons: " ;" ends it
		u := urlRequirement().FindStringSubmatch(s)
		if u == nil {
			return requirement{}, false
		}
		m[3], m[4] = u[1][strings.Index(u[1], "@"):], u[2]
	}
	if !versionStart().MatchString(m[3]) {
		return requirement{}, false
	}
	r := requirement{name: normalName(m[1])}
	for _, e := range strings.Split(m[2], ",") {
		if e = strings.TrimSpace(e); e != "" {
			r.extras = append(r.extras, normalName(e))
		}
	}
	slices.Sort(r.extras)
	r.version = strings.Trim(strings.Join(strings.Fields(m[3]), ""), "()")
	r.marker = strings.Join(strings.Fields(strings.ReplaceAll(m[4], "'", `"`)), " ")
	return r, true
}

// normalName is the rule of PEP 503.
func normalName(s string) string {
	return strings.ToLower(nameRuns().ReplaceAllString(s, "-"))
}
