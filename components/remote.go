package components

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// longestUser is the longest user name that a remote may have, in bytes. Tokens
// are longer.
const longestUser = 16

var (
	errCredentials = errors.New("has a password or token in its URL; remove everything before the @ and let a git credential helper supply it (git help credentials)")
	errUser        = errors.New("has a user name in its URL that is none or looks like a token; write one such as git@, or none and let a git credential helper supply it (git help credentials)")
	errHost        = errors.New("names no proper host; write one such as git.example.com")
	errRepository  = errors.New("has no proper path of a repository after the host; write one such as https://git.example.com/team/repo.git, with percent-escapes for unusual characters")
	errForm        = errors.New("is no git URL; write git::https://HOST/PATH, git::ssh://git@HOST/PATH, git::git@HOST:PATH or git::file:///PATH")
)

// implied reports whether text can only be a git source, though "git::" is left
// out.
func implied(text string) bool {
	base, _, err := cutDirRef(text)
	if err != nil {
		base, _, _ = strings.Cut(text, "?")
	}
	scheme, rest, isURL := strings.Cut(base, "://")
	if !isURL {
		user, _, isSCP := strings.Cut(base, "@")
		return isSCP && !strings.ContainsAny(user, "/:")
	}
	switch strings.ToLower(scheme) {
	case "ssh", "git":
		return true
	case "https", "http", "file":
		authority, _, _ := strings.Cut(rest, "/")
		return strings.HasSuffix(base, ".git") || strings.Contains(authority, "@")
	}
	return false
}

// parseRemote returns the canonical spelling of a URL, or of the form USER@HOST:PATH.
func parseRemote(text string) (string, error) {
	scheme, rest, isURL := strings.Cut(text, "://")
	switch {
	case hasHelper(text):
		return "", errors.New("asks for a remote helper, which is a program; " + strings.TrimPrefix(errForm.Error(), "is no git URL; "))
	case !isURL:
		return parseSCP(text)
	}
	authority, repo, _ := strings.Cut(rest, "/")
	repo = "/" + repo
	scheme = strings.ToLower(scheme)
	user, host, err := cutUser(scheme, authority)
	if err != nil {
		return "", err
	}
	switch scheme {
	case "https", "ssh":
	case "http":
		if name, _, _ := cutPort(host); !loopback(name) {
			return "", errors.New("is not encrypted; write https:// instead of http://")
		}
	case "git":
		return "", errors.New("is not encrypted; write https:// or ssh:// instead of git://")
	case "file":
		if authority != "" {
			return "", errors.New("has a host in a file URL; write three slashes, as in file:///srv/git/repo.git")
		}
		return "file://" + repo, checkRepository(repo)
	default:
		return "", errForm
	}
	if host, err = parseHost(host); err != nil {
		return "", err
	}
	return scheme + "://" + user + host + repo, checkRepository(repo)
}

// hasHelper reports whether git would run git-remote-NAME for what begins with
// NAME:: (gitremote-helpers(7)).
func hasHelper(text string) bool {
	name, _, found := strings.Cut(text, "::")
	return found && !strings.ContainsFunc(name, func(r rune) bool { return !isAlnum(r) && !strings.ContainsRune("+-._", r) })
}

// cutUser splits the user from an authority and judges it. The user comes back
// with its @.
func cutUser(scheme, authority string) (user, host string, err error) {
	i := strings.LastIndexByte(authority, '@')
	if i < 0 {
		return "", authority, nil
	}
	user, host = authority[:i], authority[i+1:]
	switch {
	case strings.ContainsRune(user, ':'), scheme != "ssh":
		return "", "", errCredentials
	case !isUser(user):
		return "", "", errUser
	}
	return user + "@", host, nil
}

// isUser reports whether name is a short name of a login. It keeps out tokens,
// which have no other place here.
func isUser(name string) bool {
	if name == "" || len(name) > longestUser || name[0] == '-' {
		return false
	}
	for _, token := range []string{"gho_", "ghp_", "ghr_", "ghs_", "ghu_", "github_pat_", "glpat-"} {
		if strings.HasPrefix(strings.ToLower(name), token) {
			return false
		}
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return !isAlnum(r) && !strings.ContainsRune("._-", r) })
}

// parseSCP reads USER@HOST:PATH, git's short spelling of ssh.
func parseSCP(text string) (string, error) {
	user, rest, found := strings.Cut(text, "@")
	switch {
	case !found:
		return "", notRemote(text)
	case strings.ContainsRune(user, ':'):
		return "", errCredentials
	case !isUser(user):
		return "", errUser
	}
	end := strings.IndexByte(rest, ':')
	if strings.HasPrefix(rest, "[") {
		end = strings.Index(rest, "]:") + 1
	}
	if end <= 0 {
		return "", errForm
	}
	host, repo := rest[:end], strings.TrimSuffix(rest[end+1:], "/")
	host, err := parseHost(host)
	switch {
	case err != nil:
		return "", err
	case strings.HasPrefix(repo, "-"), strings.ContainsRune(repo, '%'):
		return "", errRepository
	}
	return user + "@" + host + ":" + repo, checkRepository("/" + strings.TrimPrefix(repo, "/"))
}

// notRemote words the refusal of what has no @ and no scheme.
func notRemote(text string) error {
	switch prefix, _, _ := strings.Cut(text, ":"); {
	case prefix == "gh" || prefix == "gl" || prefix == "bb":
		return fmt.Errorf("has git:: before a short form; write %s:OWNER/REPO without it", prefix)
	case strings.HasPrefix(text, "/"):
		return errors.New("is a path and no URL; write git::file:///PATH")
	case strings.HasPrefix(text, "."):
		return errors.New("is a relative path and no URL; leave out git:: for a folder of this project, or write git::file:///PATH")
	}
	return errForm
}

// parseHost judges "host" or "host:port" and spells it in lower case.
func parseHost(text string) (string, error) {
	host, port, ok := cutPort(strings.ToLower(text))
	if !ok {
		return "", errHost
	}
	if v6, is := strings.CutPrefix(host, "["); is {
		addr, err := netip.ParseAddr(strings.TrimSuffix(v6, "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", errHost
		}
		return "[" + addr.String() + "]" + port, nil
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || label[0] == '-' || strings.ContainsFunc(label, func(r rune) bool { return !isAlnum(r) && r != '-' && r != '_' }) {
			return "", errHost
		}
	}
	return host + port, nil
}

// cutPort splits a port from a host; it comes back with its colon.
func cutPort(text string) (host, port string, ok bool) {
	host, rest := text, ""
	if i := strings.IndexByte(text, ']'); strings.HasPrefix(text, "[") && i >= 0 {
		host, rest = text[:i+1], text[i+1:]
	} else if i := strings.IndexByte(text, ':'); i >= 0 {
		host, rest = text[:i], text[i:]
	}
	if rest == "" {
		return host, "", true
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(rest, ":"), 10, 16)
	if rest[0] != ':' || err != nil || n == 0 {
		return "", "", false
	}
	return host, ":" + strconv.FormatUint(n, 10), true
}

// loopback reports whether a host is this machine by any configuration.
func loopback(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && !addr.Is4In6() && addr.Zone() == "" && addr.IsLoopback()
}

// checkRepository judges the path of a URL, which begins with a slash. Its
// escapes stay as they are, so that git sees what was written; they may only
// stand for characters that could not be mistaken.
func checkRepository(repo string) error {
	plain, err := url.PathUnescape(repo)
	if err != nil || strings.Count(plain, "/") != strings.Count(repo, "/") || strings.Contains(plain, `\`) ||
		!utf8.ValidString(plain) || visible(plain) != nil {
		return errRepository
	}
	switch at, version, found := strings.Cut(repo, "@"); {
	case found && strings.HasSuffix(at, ".git") && isRef(version):
		return errors.New("has a version after an @; write ?ref=NAME at the end")
	case found: // what stands before it may be a password with a slash in it
		return errCredentials
	}
	for _, r := range repo {
		if !isAlnum(r) && !strings.ContainsRune("-._~/%+=,:", r) {
			return errRepository
		}
	}
	for segment := range strings.SplitSeq(plain[1:], "/") {
		if segment == "" || segment == "." || segment == ".." {
			return errRepository
		}
	}
	return nil
}
