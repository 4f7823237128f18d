package gitfetch

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/show"
)

// maxURL is longer than any URL that a server takes.
const maxURL = 2048

// remote is a URL that may be handed to git. It holds no credentials.
type remote struct {
	text   string
	scheme string // https, http, ssh, file
}

const (
	whyForm        = "is no git URL: write https://, ssh://, host:path or file:///"
	whyScheme      = "is not fetched from: only https, ssh and file are, and http on this machine"
	whyCredentials = "holds credentials, which would end up in files and logs: leave them out and let git's credential helper give them"
	whyOption      = "could be read as an option"
)

// CheckURL returns nil when url may be fetched from, as far as its text tells,
// and an *Error of KindURL otherwise. It makes no connection.
func CheckURL(url string) error {
	if _, reason := parseURL(url); reason != "" {
		return &Error{URL: redact(url), Kind: KindURL, Reason: reason}
	}
	return nil
}

// parseURL checks a URL, or returns what is wrong with it.
func parseURL(raw string) (r remote, reason string) {
	switch {
	case raw == "":
		return r, whyForm
	case len(raw) > maxURL:
		return r, "is too long for a URL"
	case !plain(raw) || strings.ContainsAny(raw, " \\"):
		return r, "holds a space, a backslash or a character that cannot be seen"
	case raw[0] == '-':
		return r, whyOption
	case helperForm().MatchString(raw):
		return r, whyScheme
	case !strings.Contains(raw, "://"):
		return parseSCP(raw)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return r, whyForm
	}
	if strings.ContainsAny(raw, "?#") {
		return r, "has a query or a fragment"
	}
	if !strings.HasPrefix(raw, u.Scheme+"://") {
		return r, "does not spell its scheme in lower case"
	}
	if reason := checkParts(u); reason != "" {
		return r, reason
	}
	return remote{text: raw, scheme: u.Scheme}, ""
}

// helperForm is how git is told to run a remote helper (gitremote-helpers(7)).
var helperForm = lazy.Regexp(`^[A-Za-z0-9+.-]*::`)

// plain reports whether s is UTF-8 and all of it can be seen.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, show.Hidden)
}

func checkParts(u *url.URL) string {
	user, host := u.User.Username(), u.Hostname()
	_, password := u.User.Password()
	switch u.Scheme {
	case "https":
		if u.User != nil {
			return whyCredentials
		}
	case "http":
		if u.User != nil {
			return whyCredentials
		}
		if !loopback(host) {
			return "is not fetched from without encryption: write https://"
		}
	case "ssh":
		if password {
			return whyCredentials
		}
	case "file":
		if u.Host != "" || u.User != nil {
			return "names a host: write file:///path"
		}
	default:
		return whyScheme
	}
	switch {
	case u.Scheme != "file" && host == "", !strings.HasPrefix(u.Path, "/"):
		return whyForm
	case strings.HasPrefix(user, "-"), strings.HasPrefix(host, "-"):
		return whyOption
	case !plain(u.Path + user + host):
		return "holds a character that cannot be seen"
	}
	return ""
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// parseSCP checks [user@]host:path (git-fetch(1)). A host of one letter would be
// a drive.
func parseSCP(raw string) (r remote, reason string) {
	left, path, ok := strings.Cut(raw, ":")
	host := left[strings.LastIndexByte(left, '@')+1:]
	switch {
	case !ok, path == "", len(host) < 2, strings.Contains(left, "/"), strings.HasPrefix(left, "@"):
		return r, whyForm
	case strings.Contains(path, "@") && strings.Contains(path[strings.IndexByte(path, '@'):], ":"):
		return r, whyCredentials
	case strings.HasPrefix(host, "-"), strings.HasPrefix(path, "-"):
		return r, whyOption
	case strings.ContainsAny(raw, "?#"):
		return r, "has a query or a fragment"
	}
	return remote{text: raw, scheme: "ssh"}, ""
}

// redact makes a refused URL fit for messages: without user, password and query.
func redact(raw string) string {
	scheme := ""
	if i := strings.Index(raw, "://"); i >= 0 {
		scheme, raw = raw[:i+3], raw[i+3:]
	}
	if i := strings.LastIndexByte(raw, '@'); i >= 0 {
		raw = raw[i+1:]
	}
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		raw = raw[:i]
	}
	return show.Clip(scheme+raw, 200)
}
