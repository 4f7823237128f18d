package readme

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// web is a field that holds a web address, as a link's destination.
func (f *fields) web(name string) string {
	s := f.line(name)
	if u, err := url.Parse(s); s != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		f.failIn(name, "is not a web address", "Write it with https://")
	}
	return destination(s)
}

var emailAddress = lazy.Regexp(`^[A-Za-z0-9.!#$%&'*+/=?^_{}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$`)

// email is a field that holds an e-mail address, as an autolink; "" when absent.
func (f *fields) email(name string) string {
	s := f.line(name)
	switch {
	case s == "":
		return ""
	case !emailAddress().MatchString(s):
		f.failIn(name, "is not an e-mail address", "Write it as name@example.com")
	}
	return "<" + s + ">"
}

// target is a field that holds a web address or the path of a file of the
// project, as a link's destination.
func (r *request) target(f *fields, name string) string {
	s := f.line(name)
	if strings.Contains(s, "://") {
		return f.web(name)
	}
	return r.path(f, name)
}

// path is a field that holds the path of a file or folder of the project, as a
// link's destination; a fragment may follow it.
func (r *request) path(f *fields, name string) string {
	file, fragment, cut := strings.Cut(f.line(name), "#")
	if file == "" && !cut {
		return ""
	}
	file = strings.TrimSuffix(file, "/")
	switch {
	case file == "" || !localPath(file):
		f.failIn(name, "is not a path in the project", "Write it relative to the project root, with slashes, or a web address with https:// where one is possible")
	case !r.exists(file):
		f.failIn(name, fmt.Sprintf("names %q, which is neither managed nor there", file), "Correct the path, or add the file")
	}
	if cut {
		return r.href(file) + "#" + destination(fragment)
	}
	return r.href(file)
}

// localPath reports whether s is a clean relative path that stays in the project.
func localPath(s string) bool {
	return path.Clean(s) == s && !path.IsAbs(s) && s != ".." && !strings.HasPrefix(s, "../") && !strings.ContainsAny(s, ":\\?")
}

// exists reports whether the project has a file or folder of that path, as far
// as it is known.
func (r *request) exists(file string) bool {
	if r.has(file) || r.project.Exists == nil {
		return true
	}
	i, _ := slices.BinarySearch(r.project.Files, file+"/")
	if i < len(r.project.Files) && strings.HasPrefix(r.project.Files[i], file+"/") {
		return true
	}
	return r.project.Exists(file)
}
