package cmd_test

import (
	"io"
	"log"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// serve [-private] DIR serves the repositories in a folder by git's own HTTP backend
// on a loopback address, which $URL then holds, and zip archives as they are; unserve ends it. Private ones want
// the user "me" with the password "secret".
func serve(ts *testscript.TestScript, neg bool, args []string) {
	private := len(args) > 0 && args[0] == "-private"
	if private {
		args = args[1:]
	}
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve [-private] DIR")
	}
	root := ts.MkAbs(args[0])
	out, err := exec.Command("git", "--exec-path").Output()
	ts.Check(err)
	backend := &cgi.Handler{
		Path:   filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env:    []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + ts.Getenv("HOME")},
		Stderr: io.Discard, Logger: log.New(io.Discard, "", 0),
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); private && (user != "me" || password != "secret") {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		if strings.HasSuffix(r.URL.Path, ".zip") {
			http.ServeFile(w, r, filepath.Join(root, filepath.FromSlash(r.URL.Path)))
			return
		}
		backend.ServeHTTP(w, r)
	}))
	ts.Defer(s.Close)
	ts.Setenv("URL", s.URL)
}
