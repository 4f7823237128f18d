package cmd_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// TestPreviewFollows is readme preview as a browser meets it: the page follows the spec,
// a source file and the README, shows a fault of the spec, and ends with Ctrl-C.
func TestPreviewFollows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		// Put in place by a rename, as an editor and mlops do it: no half file is seen.
		if err := os.WriteFile(filepath.Join(dir, name+".new"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, name+".new"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	const spec = "project \"demo\" {}\nreadme {\n  section \"title\" {}\n  section \"include\" { path = \"a.txt\" }\n}\n"
	write("mlops.hcl", spec)
	write("a.txt", "first\n")

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, to := io.Pipe()
	code := make(chan int, 1)
	go func() {
		defer to.Close()
		code <- cmd.Main(ctx, &cmd.Process{
			Args: []string{"readme", "preview"}, Dir: dir, Env: []string{"HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1"}, Now: time.Now,
			Streams: &term.Streams{In: strings.NewReader(""), Out: to, Err: io.Discard, Width: 80},
		})
	}()
	said := bufio.NewReader(out)
	line, err := said.ReadString('\n')
	url := strings.TrimSpace(strings.TrimPrefix(line, "Preview of README.md: "))
	if err != nil || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Fatal(line, err)
	}
	go io.Copy(io.Discard, said)
	get := func(name string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	events := bufio.NewScanner(stream.Body)
	wait := func(name string) {
		t.Helper()
		for events.Scan() {
			if events.Text() == "event: "+name {
				return
			}
		}
		t.Fatalf("the stream ended without %s: %v", name, events.Err())
	}
	shows := func(name, want string) {
		t.Helper()
		if body := get(name); !strings.Contains(body, want) {
			t.Fatalf("%s lacks %q\n%s", name, want, body)
		}
	}
	wait("ready")
	shows("view/README.md", "first")
	shows("view/README.md?as=disk", "README.md: is not there")

	write("a.txt", "second, longer\n")
	wait("changed")
	shows("view/README.md", "second, longer")

	write("mlops.hcl", strings.Replace(spec, "a.txt", "b.txt", 1))
	wait("changed")
	shows("view/README.md", "&#34;b.txt&#34; is not there")
	write("b.txt", "third\n")
	wait("changed")
	shows("view/README.md", "third")

	write("mlops.hcl", "project \"demo\" {\n")
	wait("changed")
	shows("view/README.md", "on mlops.hcl:")
	write("mlops.hcl", strings.Replace(spec, "section \"title\" {}", "section \"title\" { title = \"Other\" }", 1))
	wait("changed")
	shows("view/README.md", "<h1 id=\"other\"")

	write("README.md", "# On disk\n")
	wait("changed")
	shows("view/README.md?as=disk", "On disk")

	stop()
	wait("end")
	if got := <-code; got != 0 {
		t.Errorf("exit code %d", got)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 4 {
		t.Errorf("the preview wrote something: %v %v", names, err)
	}
}
