package components

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/mlops-as-code/mlops/internal/show"
)

// shortForm returns the URL of a short form, in which {} stands for what follows
// the colon.
func shortForm(name string, own map[string]string) (template string, ok bool) {
	switch name {
	case "gh":
		return "https://github.com/{}.git", true
	case "gl":
		return "https://gitlab.com/{}.git", true
	case "bb":
		return "https://bitbucket.org/{}.git", true
	}
	template, ok = own[name]
	return template, ok
}

// CheckShort judges a short form of the project's own: a source NAME:REPO means
// git::URL with {} replaced by REPO. The name begins with a letter and has
// lower-case letters, digits and single dashes, two characters at least; {} stands
// in the URL's path once. An error continues a sentence that begins with "the
// short form".
func CheckShort(name, url string) error {
	switch name {
	case "gh", "gl", "bb", "git", "builtin", "http", "https", "ssh", "file", "ext", "fd":
		return fmt.Errorf("has the name %s, which is taken; choose another", name)
	}
	if len(name) < 2 || !isName(name) || name[0] <= '9' {
		return errors.New("has a name that is none; write two or more lower-case letters, digits and single dashes, a letter first")
	}
	if strings.Count(url, "{}") != 1 || plain(url) != nil {
		return errors.New("has a URL without {}, where the rest of the source goes; write one such as https://git.example.com/{}.git")
	}
	_, err := expand(url, "team/repo")
	return err
}

// expand puts what names a repository into the URL of a short form.
func expand(template, repo string) (string, error) {
	before, after, _ := strings.Cut(template, "{}")
	base, s, err := cutDirRef(before + "x" + after)
	switch {
	case err != nil:
		return "", err
	case base != before+"x"+after || s.ref != "":
		return "", errors.New("has a URL with a folder or a ref in it; write them in each source")
	case !strings.HasSuffix(before, "/") && !strings.HasSuffix(before, ":") && !strings.HasSuffix(before, "~"):
		return "", errors.New("has a URL with {} inside of a name; write it after a slash or a colon")
	case strings.HasSuffix(before, "://") || strings.HasSuffix(before, ":") && strings.Contains(before, "://"):
		return "", errors.New("has a URL with {} in place of the host; write it in the path")
	}
	return parseRemote(before + repo + after)
}

func parseShort(prefix, rest, template string) (Source, error) {
	base, s, err := cutDirRef(rest)
	if err != nil {
		return Source{}, err
	}
	if base, err = parseRepo(prefix, base); err != nil {
		return Source{}, err
	}
	if prefix != "gh" && prefix != "gl" && prefix != "bb" {
		if err := CheckShort(prefix, template); err != nil {
			return Source{}, fmt.Errorf("uses the short form %s, which %w", show.Clip(prefix, 40), err)
		}
	}
	s.short = prefix + ":" + base
	s.remote, err = expand(template, base)
	if err != nil {
		return Source{}, err
	}
	return s, nil
}

// parseRepo judges what follows the colon of a short form and takes off .git.
func parseRepo(prefix, repo string) (string, error) {
	for strings.HasSuffix(repo, ".git") {
		repo = strings.TrimSuffix(repo, ".git")
	}
	parts := strings.Split(repo, "/")
	if name, version, found := strings.Cut(repo, "@"); found && strings.Contains(name, "/") && isRef(version) {
		return "", errors.New("has a version after an @; write ?ref=NAME at the end")
	}
	for _, part := range parts {
		if part == "" || part == "." || part == ".." || part[0] == '-' ||
			strings.ContainsFunc(part, func(r rune) bool { return !isAlnum(r) && !strings.ContainsRune("._-", r) }) {
			return "", fmt.Errorf("has no name of a repository after %s:; write one such as %s:owner/repo", prefix, prefix)
		}
	}
	switch {
	case (prefix == "gh" || prefix == "bb") && len(parts) > 2:
		return "", fmt.Errorf("has more than an owner and a repository after %s:; write %s:%s/%s//%s for a folder of it", prefix, prefix, parts[0], parts[1], show.Clip(strings.Join(parts[2:], "/"), 80))
	case (prefix == "gh" || prefix == "bb" || prefix == "gl") && len(parts) < 2:
		return "", fmt.Errorf("has no owner after %s:; write %s:owner/%s", prefix, prefix, show.Clip(repo, 80))
	}
	return repo, nil
}

// unknown words the refusal of what has no known form.
func unknown(text string, own map[string]string) error {
	base, _, _ := strings.Cut(text, "?")
	switch { // do not repeat what may be a secret
	case strings.ContainsRune(base, '@'):
		return errForm
	case strings.ContainsRune(base, '#'):
		return errFragment
	}
	if err := webPage(base); err != nil {
		return err
	}
	name := show.Clip(base, 80)
	switch head, _, colon := strings.Cut(base, ":"); {
	case strings.Contains(base, "://"):
		return unknownURL(base)
	case strings.HasPrefix(base, "/"), strings.HasPrefix(base, "~"), colon && len(head) == 1:
		return errors.New("is an absolute path; write one that begins with ./ or ../ for a folder, or git::file:///PATH for a repository")
	case strings.HasPrefix(base, "."):
		return fmt.Errorf("is no source; write ./%s for a folder of this project", name)
	case colon:
		return unknownPrefix(head, strings.HasPrefix(base, head+"::"), own)
	}
	head, rest, slash := strings.Cut(base, "/")
	switch {
	case slash && rest != "" && near(strings.ReplaceAll(strings.ToLower(head), "-", ""), []string{"builtin"}) != "":
		return fmt.Errorf("is no source; did you mean builtin/%s? A folder of this project begins with ./", show.Clip(rest, 80))
	case slash:
		return fmt.Errorf("is no source; write ./%s for a folder of this project, gh:OWNER/REPO for a repository on GitHub or git::URL for another", name)
	}
	return fmt.Errorf("is no source; write builtin/%s for a component that comes with mlops, or ./%s for a folder of this project", name, name)
}

// unknownURL refuses a URL that does not end in .git, or has another scheme.
func unknownURL(text string) error {
	url := strings.TrimPrefix(strings.TrimPrefix(text, "git+"), "git:")
	switch scheme, _, _ := strings.Cut(url, "://"); strings.ToLower(scheme) {
	case "https", "http", "ssh", "file":
		return fmt.Errorf("is a URL that need not be a repository; write git::%s when git can clone it", show.Clip(url, 120))
	}
	return errForm
}

// unknownPrefix refuses "head:" or, when helper, "head::".
func unknownPrefix(head string, helper bool, own map[string]string) error {
	known := append(slices.Collect(maps.Keys(own)), "gh", "gl", "bb", "git:", "builtin")
	slices.Sort(known)
	meant := ""
	switch lower := strings.ToLower(head); {
	case strings.HasPrefix(lower, "github"):
		meant = "gh"
	case strings.HasPrefix(lower, "gitlab"):
		meant = "gl"
	case strings.HasPrefix(lower, "bitbucket"):
		meant = "bb"
	case lower == "git":
		meant = "git:"
	default:
		meant = near(lower, known)
	}
	name := show.Clip(head, 40)
	switch {
	case meant == "builtin":
		return errors.New("has a colon after builtin; write builtin/NAME")
	case meant != "":
		return fmt.Errorf("begins with %s:, which is no short form; did you mean %s:?", name, show.Clip(meant, 40))
	case helper:
		return fmt.Errorf("begins with %s::, and only git:: is known; write git::URL", name)
	}
	known = slices.DeleteFunc(known, func(k string) bool { return k == "git:" || k == "builtin" })
	return fmt.Errorf("begins with %s:, which is no short form; write one of %s: or git::URL", name, show.Clip(strings.Join(known, ":, "), 120))
}

// near is the one of names that given was probably meant to be, or "".
func near(given string, names []string) string {
	best, limit := "", len(given)/3+1
	switch {
	case len(given) > 40:
		return ""
	case len(given) > 3:
		limit = max(limit, 3)
	}
	for _, name := range names {
		if d := levenshtein.Distance(given, name, nil); d < limit {
			best, limit = name, d
		}
	}
	return best
}

// webPage recognises the address of a repository's page on a known host, with or
// without scheme, and says how to write it.
func webPage(text string) error {
	_, rest, found := strings.Cut(text, "://")
	if !found {
		rest = text
	}
	host, repo, _ := strings.Cut(rest, "/")
	prefix := ""
	switch strings.TrimPrefix(strings.ToLower(host), "www.") {
	case "github.com":
		prefix = "gh"
	case "gitlab.com":
		prefix = "gl"
	case "bitbucket.org":
		prefix = "bb"
	default:
		return nil
	}
	repo, sub, _ := strings.Cut(repo, "//")
	repo, tail, page := strings.Cut(repo, "/tree/")
	repo = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(repo, "/"), "/-"), ".git")
	if _, err := parseRepo(prefix, repo); err != nil {
		return nil
	}
	ref, dir, _ := strings.Cut(tail, "/")
	if !page {
		dir = sub
	}
	if dir = strings.TrimSuffix(dir, "/"); dir != "" {
		repo += "//" + dir
	}
	if ref != "" {
		repo += "?ref=" + ref
	}
	return fmt.Errorf("is the address of a web page; write %s:%s", prefix, show.Clip(repo, 120))
}
