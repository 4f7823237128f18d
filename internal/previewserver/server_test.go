package previewserver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/internal/previewserver"
	"github.com/mlops-as-code/mlops/readme"
)

// project is a Source that tests change.
type project struct {
	mu    sync.Mutex
	text  map[string]string
	fault error
	state int
}

func (p *project) Documents() []string { return []string{"README.md", "docs/a b.md"} }

func (p *project) Markdown(name string, disk bool) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, ok := p.text[name]
	switch {
	case p.fault != nil:
		return nil, p.fault
	case !ok:
		return nil, fmt.Errorf("%s: is not there", name)
	}
	return fmt.Appendf(nil, "%s\n\ndisk %t\n", text, disk), nil
}

func (p *project) State() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint(p.state)
}

func (p *project) change(text string, fault error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text["README.md"], p.fault = text, fault
	p.state++
}

// start serves a folder until the test ends.
func start(t *testing.T) (s *previewserver.Server, p *project, dir string) {
	t.Helper()
	dir = t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	p = &project{text: map[string]string{"README.md": "# Hello"}}
	s, err = previewserver.Listen(0, previewserver.Options{
		Source: p, Root: root, Title: "<demo>", Every: time.Millisecond,
		Anchors: func() func(string) string { return (&readme.Anchors{}).Next },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		root.Close()
	})
	return s, p, dir
}

// ask sends a request; a header is "Name: value", and Host is the host.
func ask(t *testing.T, method, url string, headers ...string) (status int, header http.Header, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(data)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t)
	url := s.URL()
	origin := strings.Join(strings.Split(url, "/")[:3], "/")
	host := strings.TrimPrefix(origin, "http://")
	port := host[strings.LastIndexByte(host, ':'):]
	for _, c := range []struct {
		name, method, url string
		headers           []string
		want              int
	}{
		{"the page", "GET", url, nil, 200},
		{"by a browser", "GET", url, []string{"Sec-Fetch-Site: none"}, 200},
		{"localhost", "GET", url, []string{"Host: localhost" + port}, 200},
		{"its own origin", "GET", url + "view/README.md", []string{"Origin: " + origin, "Sec-Fetch-Site: same-origin"}, 200},
		{"another name", "GET", url, []string{"Host: evil.example" + port}, 421},
		{"a name that starts the same", "GET", url, []string{"Host: 127.0.0.1" + port + ".evil.example"}, 421},
		{"no port", "GET", url, []string{"Host: 127.0.0.1"}, 421},
		{"another port", "GET", url, []string{"Host: 127.0.0.1:1"}, 421},
		{"another origin", "GET", url + "view/README.md", []string{"Origin: http://evil.example"}, 403},
		{"the origin of another port", "GET", url + "events", []string{"Origin: http://127.0.0.1:1"}, 403},
		{"no origin to speak of", "GET", url, []string{"Origin: null"}, 403},
		{"from another site", "GET", url, []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"from another port of ours", "GET", url + "file/x", []string{"Sec-Fetch-Site: same-site"}, 403},
		{"no token", "GET", origin + "/", nil, 403},
		{"half a token", "GET", url[:len(url)-2] + "/", nil, 403},
		{"another token", "GET", origin + "/" + strings.Repeat("A", 52) + "/", nil, 403},
		{"token elsewhere", "GET", origin + "/view/README.md?token=" + strings.Split(url, "/")[3], nil, 403},
		{"an opening code that is none", "GET", origin + "/open/X", nil, 403},
		{"writing", "POST", url, nil, 405},
		{"writing from elsewhere", "POST", url, []string{"Origin: http://evil.example"}, 403},
		{"asking to write", "OPTIONS", url, []string{"Origin: http://evil.example", "Access-Control-Request-Method: POST"}, 403},
		{"deleting", "DELETE", url + "file/README.md", nil, 405},
		{"nothing there", "GET", url + "nothing", nil, 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, header, body := ask(t, c.method, c.url, c.headers...)
			if got != c.want {
				t.Errorf("status %d, want %d\n%s", got, c.want, body)
			}
			for name := range header {
				if strings.HasPrefix(name, "Access-Control-") || name == "Set-Cookie" {
					t.Errorf("%s is set", name)
				}
			}
			if got >= 300 && strings.Contains(body, "Hello") {
				t.Error("a refusal tells what is in the document")
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"} {
				if header.Get(name) != want {
					t.Errorf("%s is %q", name, header.Get(name))
				}
			}
			if !strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("policy %q", header.Get("Content-Security-Policy"))
			}
		})
	}
}

func TestOpenOnce(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t)
	once := s.OpenURL()
	if strings.Contains(once, strings.Split(s.URL(), "/")[3]) {
		t.Error("the address for the command line holds the token")
	}
	status, header, _ := ask(t, "GET", once)
	if status != 303 || !strings.HasSuffix(s.URL(), header.Get("Location")) {
		t.Errorf("%d %s", status, header.Get("Location"))
	}
	if status, _, _ = ask(t, "GET", once); status != 403 {
		t.Errorf("the second time: %d", status)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s, p, _ := start(t)
	_, _, body := ask(t, "GET", s.URL())
	for _, want := range []string{"<h1>&lt;demo&gt;</h1>", `sandbox="allow-same-origin"`, `src="view/README.md?as=plan"`, `href="?doc=docs%2Fa+b.md&amp;as=plan"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s\n%s", want, body)
		}
	}
	_, _, body = ask(t, "GET", s.URL()+"?doc=docs/a+b.md&as=disk")
	if !strings.Contains(body, `src="view/docs/a%20b.md?as=disk"`) {
		t.Error(body)
	}
	_, header, body := ask(t, "GET", s.URL()+"view/README.md?as=disk")
	if !strings.Contains(body, `<h1 id="hello" dir="auto">Hello</h1>`) || !strings.Contains(body, "disk true") {
		t.Error(body)
	}
	if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "img-src 'self';") || strings.Contains(policy, "script-src") || !strings.Contains(policy, "sandbox allow-same-origin") {
		t.Error(policy)
	}
	p.change("x", errors.New("mlops.hcl: <b>\x1b[31m"))
	status, _, body := ask(t, "GET", s.URL()+"view/README.md")
	if status != 200 || !strings.Contains(body, `mlops.hcl: &lt;b&gt;\u{1b}[31m`) {
		t.Error(status, body)
	}
	p.change("<script>alert(1)</script> ![a](https://evil.example/x.png)", nil)
	if _, _, body = ask(t, "GET", s.URL()+"view/README.md"); strings.Contains(body, "<script") || strings.Contains(body, "src=\"https") {
		t.Error(body)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	s, _, dir := start(t)
	outside := filepath.Join(t.TempDir(), "secret.txt")
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	if err := os.WriteFile(outside, []byte("SECRET"), 0o644); err != nil {
		t.Fatal(err)
	}
	write("img/a b.PNG", "png")
	write("x.svg", "<svg onload=alert(1)></svg>")
	write("page.html", "<script>alert(1)</script>")
	write("data.bin", "a\x00b")
	write(".git/config", "SECRET")
	write("sub/.git/config", "SECRET")
	link(outside, "out.txt")
	link(filepath.Dir(outside), "out")
	link(".git", "in")
	link("page.html", "inner.txt")
	for _, c := range []struct {
		path string
		want int
		kind string
	}{
		{"img/a%20b.PNG", 200, "image/png"},
		{"x.svg", 200, "image/svg+xml"},
		{"page.html", 200, "text/plain; charset=utf-8"},
		{"data.bin", 415, ""},
		{"img", 404, ""},
		{"gone.png", 404, ""},
		{".git/config", 404, ""},
		{".GIT/config", 404, ""},
		{"git~1/config", 404, ""},
		{"sub/.git/config", 404, ""},
		{"in/config", 404, ""},
		{"out.txt", 404, ""},
		{"out/secret.txt", 404, ""},
		{"inner.txt", 404, ""},
		{"..%2f" + filepath.Base(filepath.Dir(outside)) + "%2fsecret.txt", 404, ""},
		{"%2e%2e/%2e%2e/etc/passwd", 0, ""},
		{"..%5c..%5cetc%5cpasswd", 404, ""},
		{"%2fetc%2fpasswd", 0, ""},
		{"x.svg%00.png", 404, ""},
	} {
		status, header, body := ask(t, "GET", s.URL()+"file/"+c.path)
		if c.want == 0 {
			// Cleaned by the server into an address that is not below the token's.
			if status == 200 {
				t.Errorf("%s: %d", c.path, status)
			}
			continue
		}
		if status != c.want || c.kind != "" && header.Get("Content-Type") != c.kind {
			t.Errorf("%s: %d %s", c.path, status, header.Get("Content-Type"))
		}
		if strings.Contains(body, "SECRET") || strings.Contains(body, "root:") {
			t.Errorf("%s gives what it must not", c.path)
		}
		if !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") || strings.Contains(header.Get("Content-Security-Policy"), "script-src") {
			t.Errorf("%s: policy %s", c.path, header.Get("Content-Security-Policy"))
		}
	}
}

// TestEvents changes the project and waits for the page to be told; then the server
// ends, and tells that too.
func TestEvents(t *testing.T) {
	t.Parallel()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	p := &project{text: map[string]string{}}
	s, err := previewserver.Listen(0, previewserver.Options{Source: p, Root: root, Every: time.Millisecond, Anchors: func() func(string) string { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var seen []string
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		name, is := strings.CutPrefix(lines.Text(), "event: ")
		if !is {
			continue
		}
		switch seen = append(seen, name); name {
		case "ready":
			p.change("new", nil)
		case "changed":
			stop()
		}
	}
	if got := strings.Join(seen, " "); got != "ready changed end" {
		t.Errorf("events %q", got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t)
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Error(s.URL())
	}
	for _, port := range []int{-1, 70000} {
		if _, err := previewserver.Listen(port, previewserver.Options{}); err == nil {
			t.Errorf("%d is a port", port)
		}
	}
	var taken int
	if _, err := fmt.Sscanf(s.URL(), "http://127.0.0.1:%d/", &taken); err != nil {
		t.Fatal(err)
	}
	if _, err := previewserver.Listen(taken, previewserver.Options{}); err == nil {
		t.Error("two servers on one port")
	}
}
