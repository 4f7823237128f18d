package components

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/show"
)

// maxSource is the longest source that Parse reads, in bytes.
const maxSource = 2048

var (
	errLong     = fmt.Errorf("is longer than %d bytes; shorten it", maxSource)
	errFragment = errors.New("has a #; write ?ref=NAME at the end for a branch, tag or commit")
)

// Parse reads a source in one of these forms, DIR and REF being optional:
//
//	builtin/NAME
//	./PATH, ../PATH
//	git::https://HOST/PATH//DIR?ref=REF    also ssh, file, and http on loopback
//	git::USER@HOST:PATH//DIR?ref=REF
//	gh:OWNER/REPO//DIR?ref=REF             GitHub; gl: is GitLab, bb: Bitbucket
//	NAME:REPO//DIR?ref=REF                 a form of short, see CheckShort
//	./PATH.zip//DIR, https://HOST/PATH.zip//DIR
//
// "git::" may be left out before ssh://, before USER@HOST:PATH and before a URL
// that ends in .git. DIR and REF may have percent-escapes.
//
// An error continues a sentence that begins with "the source" and says what to
// write instead; it is one line that is safe to print and repeats nothing that
// could be a credential.
func Parse(text string, short map[string]string) (Source, error) {
	if err := plain(text); err != nil {
		return Source{}, err
	}
	s, err := parse(text, short)
	switch {
	case err != nil:
		return Source{}, err
	case len(s.String()) > maxSource: // escapes lengthen
		return Source{}, errLong
	}
	return s, nil
}

func parse(text string, short map[string]string) (Source, error) {
	archive, inside, zipped := cutZip(text)
	switch rest, git := strings.CutPrefix(text, "git::"); {
	case git:
		return parseGit(rest)
	case zipped:
		return parseZip(archive, inside)
	case strings.HasPrefix(text, "builtin/"):
		return parseBuiltin(text[len("builtin/"):])
	case text == "." || text == ".." || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../"):
		return parseLocal(text)
	}
	if prefix, rest, ok := strings.Cut(text, ":"); ok {
		if template, known := shortForm(prefix, short); known {
			return parseShort(prefix, rest, template)
		}
	}
	if implied(text) {
		return parseGit(text)
	}
	return Source{}, unknown(text, short)
}

// plain refuses what no form can have.
func plain(text string) error {
	switch {
	case text == "":
		return errors.New("is empty; write builtin/NAME, ./FOLDER or git::URL")
	case len(text) > maxSource:
		return errLong
	case !utf8.ValidString(text):
		return errors.New("is not valid UTF-8; retype it")
	case text[0] == '-':
		return errors.New("begins with a dash, like an option of a program; write builtin/NAME, ./FOLDER or git::URL")
	case strings.TrimSpace(text) != text:
		return errors.New("begins or ends with a space; remove it")
	case strings.Contains(text, `\`):
		return errors.New("has a backslash; write a forward slash")
	}
	return visible(text)
}

// visible refuses control characters and others that nobody can see.
func visible(text string) error {
	for _, r := range text {
		if show.Hidden(r) {
			return fmt.Errorf("has the invisible character %U; remove it", r)
		}
	}
	return nil
}

func parseBuiltin(name string) (Source, error) {
	switch {
	case strings.ContainsRune(name, '?'):
		return Source{}, errors.New("has a ?, and a built-in component comes in the one version that mlops brings; leave out what follows the name")
	case !isName(name):
		return Source{}, errors.New("is no name of a built-in component, which has lower-case letters, digits and single dashes; write one such as builtin/python-package")
	}
	return Source{Kind: Builtin, path: name}, nil
}

// isName reports whether name is lower-case letters and digits with single dashes
// between them.
func isName(name string) bool {
	for part := range strings.SplitSeq(name, "-") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !isAlnum(r) || r <= 'Z' && r >= 'A' }) {
			return false
		}
	}
	return true
}

func parseLocal(text string) (Source, error) {
	clean := path.Clean(text)
	switch {
	case strings.ContainsRune(text, '?'):
		return Source{}, errors.New("has a ?, and a local component has no ref; leave out what follows the folder")
	case strings.Contains(text, "//"):
		return Source{}, errors.New("has two slashes in a row; write one")
	case clean == "." || clean == ".." || strings.HasSuffix(clean, "/.."):
		return Source{}, errors.New("names a folder that holds the file itself; write the component's own folder, such as ./components/NAME")
	case !strings.HasPrefix(clean, "../"):
		clean = "./" + clean
	}
	if strings.TrimSpace(clean) != clean {
		return Source{}, errors.New("ends with a space; remove it")
	}
	return Source{Kind: Local, path: clean}, nil
}

func parseGit(text string) (Source, error) {
	base, s, err := cutDirRef(text)
	if err != nil {
		return Source{}, err
	}
	s.remote, err = parseRemote(base)
	if err != nil {
		return Source{}, err
	}
	return s, nil
}

// cutDirRef splits the folder and the ref from what names the repository.
func cutDirRef(text string) (base string, s Source, err error) {
	s.Kind = Git
	if strings.ContainsRune(text, '#') {
		return "", s, errFragment
	}
	base, query, asked := strings.Cut(text, "?")
	if asked {
		if s.ref, err = parseQuery(query); err != nil {
			return "", s, err
		}
	}
	from := 0
	if i := strings.Index(base, "://"); i >= 0 {
		from = i + len("://")
	}
	if i := strings.Index(base[from:], "//"); i >= 0 {
		dir := base[from+i+len("//"):]
		base = base[:from+i]
		if s.dir, err = parseDir(dir); err != nil {
			return "", s, err
		}
	}
	return strings.TrimSuffix(base, "/"), s, nil
}

func parseDir(text string) (string, error) {
	dir, err := url.PathUnescape(strings.TrimSuffix(text, "/"))
	if err != nil {
		return "", errors.New("has a % that begins no escape in its folder; write %25 for a percent sign")
	}
	if err := checkPath(dir); err != nil || dir[0] == '-' || strings.Contains(dir, `\`) || strings.TrimSpace(dir) != dir {
		return "", errors.New("has no clean folder after //; write it relative to the top of the repository, such as //components/NAME")
	}
	return dir, visible(dir)
}

func parseQuery(query string) (string, error) {
	ref, found := "", false
	for pair := range strings.SplitSeq(query, "&") {
		value, is := strings.CutPrefix(pair, "ref=")
		switch {
		case !is:
			return "", unknownKey(pair)
		case found:
			return "", errors.New("has two refs; write one")
		}
		found = true
		var err error
		if ref, err = url.PathUnescape(value); err != nil {
			return "", errors.New("has a % that begins no escape in its ref; write %25 for a percent sign")
		}
	}
	if !isRef(ref) || strings.TrimSpace(ref) != ref {
		return "", errors.New("has a ref that git would refuse; write the name of a branch or tag, or a commit, such as ?ref=v1.2.0")
	}
	return ref, visible(ref)
}

// unknownKey refuses a parameter. Its name is only repeated when it is a plain
// word, since a token may stand here.
func unknownKey(pair string) error {
	key, _, _ := strings.Cut(pair, "=")
	switch {
	case key == "version":
		return errors.New("has a version after ?; write it as the attribute version beside source")
	case key != pair && len(key) <= 16 && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") == "" && key != "":
		return fmt.Errorf("has the parameter %s, and only ref is known; write ?ref=NAME", key)
	}
	return errors.New("has something else than ref= after the ?; write ?ref=NAME")
}

// isRef reports whether name may name a branch, tag or commit: the rules of
// git-check-ref-format(1) with --allow-onelevel, and no dash in front.
func isRef(name string) bool {
	if name == "" || len(name) > maxSource || name[0] == '-' || !utf8.ValidString(name) ||
		strings.ContainsAny(name, " ~^:?*[\\") || strings.Contains(name, "..") || strings.Contains(name, "@{") ||
		name == "@" || strings.HasSuffix(name, ".") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r == 0x7f })
}
