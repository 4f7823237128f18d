package gitfetch

import (
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/show"
)

// Kind tells failures apart.
type Kind string

// The kinds of failure.
const (
	KindURL         Kind = "url"         // the URL is refused, nothing was tried
	KindRepository  Kind = "repository"  // no such repository, or none that may be seen
	KindAccess      Kind = "access"      // the server wants other credentials
	KindUnreachable Kind = "unreachable" // no connection, or none that can be trusted
	KindRef         Kind = "ref"         // no such branch, tag or commit
	KindDirectory   Kind = "directory"   // no such directory in the commit
	KindContent     Kind = "content"     // what the repository holds is refused
	KindLimit       Kind = "limit"       // over one of the Limits
	KindInterrupted Kind = "interrupted" // the context ended; errors.Is finds its error
	KindOther       Kind = "other"
)

// Error is how every method of Fetcher fails. Neither field holds credentials or
// a control character.
type Error struct {
	URL    string
	Kind   Kind
	Reason string
	err    error
}

// Error returns "URL: reason".
func (e *Error) Error() string { return e.URL + ": " + e.Reason }

// Unwrap returns what the error was made of, or nil.
func (e *Error) Unwrap() error { return e.err }

var (
	// urlSecret is the part of a URL before its host, which may be credentials
	// that the user's configuration (url.insteadOf) has put there.
	urlSecret = lazy.Regexp(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s'"]*@`)
	urlQuery  = lazy.Regexp(`([A-Za-z][A-Za-z0-9+.-]*://[^\s'"?]*)\?[^\s'"]*`)
	header    = lazy.Regexp(`(?i)(authorization|cookie|token|password)(\s*[:=]\s*).*`)
)

// clean makes one line of foreign text fit for a message.
func clean(line string) string {
	line = urlSecret().ReplaceAllString(line, "$1")
	line = urlQuery().ReplaceAllString(line, "$1")
	line = header().ReplaceAllString(line, "$1$2...")
	return show.Clip(strings.TrimSpace(line), 300)
}

// quoted is what git quotes of the URL and of names; it says nothing of causes.
var quoted = lazy.Regexp(`'[^'\n]*'|"[^"\n]*"`)

// symptom is a failure as git, ssh or curl words it with LC_ALL=C.
type symptom struct {
	text   string // part of what is said, in lower case and without what is quoted
	kind   Kind
	advice string
}

const (
	adviceAccess    = "access denied: check that git itself can read it (git ls-remote), and set up a credential helper or an ssh key if not"
	adviceNone      = "no such repository, or none that you may read: check the address, and that git itself can read it (git ls-remote)"
	adviceReach     = "the server cannot be reached"
	adviceElsewhere = "the server sends elsewhere, where it is not followed"
	adviceTrust     = "the server's identity cannot be checked"
	adviceObject    = "git refuses an object of the repository (fetch.fsck.<message> of your git configuration can allow it)"
)

// symptoms go from the particular to the general; the first that fits counts.
func symptoms() []symptom {
	return []symptom{
		{"dubious ownership", KindRepository, "the repository belongs to another user: git config --global --add safe.directory PATH allows it"},
		{"unsafe repository", KindRepository, "the repository belongs to another user: git config --global --add safe.directory PATH allows it"},
		{"host key verification failed", KindUnreachable, adviceTrust + ": connect to it with ssh once"},
		{"certificate", KindUnreachable, adviceTrust},
		{"fsck error", KindContent, adviceObject},
		{"error: object ", KindContent, adviceObject},
		{"transport  not allowed", KindURL, "git's configuration (url.insteadOf) leads to a transport that is not fetched from"},
		{"redirect", KindUnreachable, adviceElsewhere},
		{"disabled in libcurl", KindUnreachable, adviceElsewhere},
		{"returned error: 30", KindUnreachable, adviceElsewhere},
		{"attempting to allocate", KindLimit, "an object is too large"},
		{"unknown repository extension", KindOther, "this git does not know SHA-256 repositories"},
		{"mismatched algorithms", KindOther, "the repository has another object format than the commit id"},
		{"could not resolve host", KindUnreachable, adviceReach},
		{"couldn't resolve host", KindUnreachable, adviceReach},
		{"failed to connect", KindUnreachable, adviceReach},
		{"couldn't connect", KindUnreachable, adviceReach},
		{"connection refused", KindUnreachable, adviceReach},
		{"connection timed out", KindUnreachable, adviceReach},
		{"connection reset", KindUnreachable, adviceReach},
		{"no route to host", KindUnreachable, adviceReach},
		{"network is unreachable", KindUnreachable, adviceReach},
		{"authentication failed", KindAccess, adviceAccess},
		{"could not read username", KindAccess, adviceAccess},
		{"could not read password", KindAccess, adviceAccess},
		{"permission denied (", KindAccess, adviceAccess},
		{"returned error: 401", KindAccess, adviceAccess},
		{"returned error: 403", KindAccess, adviceAccess},
		{"access denied", KindAccess, adviceAccess},
		{"repository not found", KindRepository, adviceNone},
		{"returned error: 404", KindRepository, adviceNone},
		{"does not appear to be a git repository", KindRepository, adviceNone},
		{"not found", KindRepository, adviceNone},
		{"could not read from remote repository", KindRepository, adviceNone},
	}
}

// diagnose turns what a program or the library said into an Error.
func diagnose(said []string) *Error {
	e := &Error{Kind: KindOther, Reason: "the transfer failed"}
	all := strings.ToLower(quoted().ReplaceAllString(strings.Join(said, "\n"), ""))
	for _, s := range symptoms() {
		if strings.Contains(all, s.text) {
			e.Kind, e.Reason = s.kind, s.advice
			break
		}
	}
	var last []string
	for _, line := range said {
		if line = clean(line); line != "" {
			last = append(last, line)
		}
	}
	if last = last[max(0, len(last)-3):]; len(last) > 0 {
		e.Reason += " (git: " + strings.Join(last, "; ") + ")"
	}
	return e
}
