package gitfetch

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestArchive(t *testing.T) {
	t.Parallel()
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a.zip":
			_, _ = w.Write([]byte("archive"))
		case "/large.zip":
			_, _ = w.Write([]byte(strings.Repeat("x", 101)))
		case "/moved.zip":
			http.Redirect(w, r, s.URL+"/a.zip", http.StatusFound)
		case "/private.zip":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	f := &Fetcher{Dir: t.TempDir(), Limits: Limits{Tree: 100}}
	if data, err := f.Archive(t.Context(), s.URL+"/a.zip"); err != nil || string(data) != "archive" {
		t.Errorf("%q, %v", data, err)
	}
	for name, c := range map[string]struct {
		kind Kind
		say  string
	}{
		"/large.zip":   {KindLimit, "over the limit of 100 bytes"},
		"/moved.zip":   {KindUnreachable, "redirect"},
		"/private.zip": {KindAccess, "put a copy into the project"},
		"/none.zip":    {KindRepository, "the server answers 404"},
	} {
		_, err := f.Archive(t.Context(), s.URL+name)
		fails(t, err, c.kind, s.URL+name, c.say)
	}
	for _, url := range []string{"ssh://git@example.com/a.zip", "file:///a.zip", "http://example.com/a.zip", "https://a:b@example.com/a.zip"} {
		_, err := f.Archive(t.Context(), url)
		fails(t, err, KindURL)
	}
}
