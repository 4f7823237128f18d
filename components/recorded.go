package components

import (
	"errors"
	"net/url"
	"strings"
)

// Recorded is the source of a template as Cookiecutter and cruft call it: an
// abbreviation, a URL or USER@HOST:PATH, with a folder in it and a branch, tag or
// commit, which may be "". Paths of this machine are for the caller.
//
// The error continues a sentence that begins with "the source".
func Recorded(template, dir, ref string) (Source, error) {
	base := strings.TrimSuffix(strings.TrimPrefix(template, "git+"), "/")
	tail := ""
	if dir = strings.Trim(dir, "/"); dir != "" && dir != "." {
		tail = "//" + escape(dir)
	}
	if ref != "" && !isZip(base) {
		tail += "?ref=" + escape(ref)
	}
	if short := hosted(base); short != "" {
		if s, err := Parse(short+tail, nil); err == nil {
			return s, nil
		}
	}
	if strings.HasPrefix(base, "hg+") {
		return Source{}, errors.New("is a repository of Mercurial, which mlops does not read")
	}
	if strings.Contains(base, "://") && !isZip(base) {
		base = "git::" + base
	}
	return Parse(base+tail, nil)
}

// hosted is the short form of a URL of a known host, or "".
func hosted(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || isZip(text) {
		return ""
	}
	prefix := map[string]string{"github.com": "gh:", "gitlab.com": "gl:", "bitbucket.org": "bb:"}[strings.ToLower(u.Host)]
	if prefix == "" {
		return ""
	}
	return prefix + strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")
}

// isZip tells an archive by its name, as Cookiecutter does.
func isZip(text string) bool {
	return len(text) > len(".zip") && strings.EqualFold(text[len(text)-len(".zip"):], ".zip")
}
