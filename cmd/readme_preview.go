package cmd

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/previewserver"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/termmd"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
)

type previewOptions struct {
	vars     varFlags
	file     string
	lang     string
	port     int
	actual   bool
	terminal bool
	open     bool
	remote   bool
}

func newReadmePreviewCmd(a *app) *cobra.Command {
	o := &previewOptions{}
	c := &cobra.Command{
		Use:   "preview [FILE]",
		Short: "Show the README as GitHub would, in a browser or on the terminal",
		Long: `Preview prints the address of a page that shows the README as the next apply leaves
it, with its translations and the other Markdown files of the spec, until Ctrl-C. The
page follows every change of the spec, of the README and of the files they are made
from; a fault in the spec is shown in the page. FILE, or --actual, shows what is on
disk; that needs no spec.

Only this machine can open the page, and only with the token in its address. What is
in the documents cannot run: no scripts, no forms, no frames. Images come from the
project; those of other sites, such as badges, are shown by their text, unless
--remote-images is given. Links to other sites lead nowhere. Nothing is written, and
no program is started; only --open starts the browser.

--terminal prints the document instead, as wide as the terminal.`,
		Example:           "  mlops readme preview\n  mlops readme preview --open --port 8080\n  mlops readme preview --terminal --lang de\n  mlops readme preview --terminal docs/usage.md",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cobra.FixedCompletions([]string{"md"}, cobra.ShellCompDirectiveFilterFileExt),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.file = args[0]
			}
			return runPreview(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	f := c.Flags()
	f.BoolVar(&o.terminal, "terminal", false, "print the document on the terminal")
	f.BoolVar(&o.actual, "actual", false, "show what is on disk, not what is planned")
	f.StringVar(&o.lang, "lang", "", "show the translation in this `language` first")
	f.IntVar(&o.port, "port", 0, "listen on this `port`; any free one if not given")
	f.BoolVar(&o.open, "open", false, "start the browser")
	f.BoolVar(&o.remote, "remote-images", false, "let the page load images of other sites, which then know of it")
	return c
}

func runPreview(ctx context.Context, a *app, o *previewOptions) error {
	if o.terminal && (o.open || o.port != 0 || o.remote) {
		return errors.New("--terminal opens no page: it goes with none of --open, --port and --remote-images")
	}
	if o.file != "" {
		if o.lang != "" {
			return errors.New("FILE and --lang both say what to show: leave one out")
		}
		o.file = path.Clean(filepath.ToSlash(o.file))
		if ext := strings.ToLower(path.Ext(o.file)); ext != ".md" && ext != ".markdown" {
			return fmt.Errorf("%s: is no Markdown file", o.file)
		}
	}
	v, err := newPreviewed(a, o)
	if err != nil {
		return err
	}
	defer v.root.Close()
	if o.terminal {
		return v.print(ctx)
	}
	return v.serve(ctx)
}

// print shows the first document on the terminal.
func (v *previewed) print(ctx context.Context) error {
	docs := v.Documents()
	if v.fault != nil && !v.disk() {
		return v.fault
	}
	text, err := v.Markdown(docs[0], v.disk())
	if err != nil {
		return err
	}
	slugs := &readme.Anchors{}
	var out string
	rendered := make(chan error, 1)
	go func() { // some Markdown takes a long time, and Ctrl-C must not wait for it
		var err error
		out, err = termmd.Render(text, termmd.Options{
			Width: min(v.a.Streams.Width, 120), Color: v.a.colors(v.a.Streams.OutTTY), Slug: slugs.Next,
		})
		rendered <- err
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err = <-rendered:
	}
	if err != nil {
		return fmt.Errorf("%s: %w", docs[0], err)
	}
	_, err = fmt.Fprint(v.a.Streams.Out, out)
	return err
}

// serve shows the page until the person ends it.
func (v *previewed) serve(ctx context.Context) error {
	srv, err := previewserver.Listen(v.o.port, previewserver.Options{
		Source: v, Root: v.root, Title: v.title, Disk: v.disk(), RemoteImages: v.o.remote,
		Anchors: func() func(string) string { return (&readme.Anchors{}).Next },
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(v.a.Streams.Out, "Preview of %s: %s\nEnd it with Ctrl-C.\n", show.Line(v.Documents()[0]), srv.URL())
	if v.o.open {
		if err := v.a.browse(srv.OpenURL()); err != nil {
			fmt.Fprintf(v.a.Streams.Err, "The browser cannot be started: %s. Open the address yourself.\n", show.Line(err.Error()))
		}
	}
	return srv.Serve(ctx)
}

// browse starts the person's browser and does not wait for it.
func (a *app) browse(url string) error {
	words := []string{"xdg-open"}
	switch {
	case a.getenv("BROWSER") != "" && runtime.GOOS != "windows":
		words = []string{a.getenv("BROWSER")}
	case runtime.GOOS == "darwin":
		words = []string{"open"}
	case runtime.GOOS == "windows":
		words = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	c := exec.Command(words[0], append(words[1:], url)...)
	c.Env, c.Dir = a.Env, a.Dir
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }() // how it ends is the person's affair
	return nil
}

// first is what is shown first.
func (v *previewed) first(project *hclspec.Project) (string, error) {
	if v.o.file != "" {
		return v.o.file, nil
	}
	if project == nil || project.Readme == nil {
		if v.o.lang != "" {
			return "", errNoReadme
		}
		return "README.md", nil
	}
	if v.o.lang == "" || v.o.lang == project.Readme.Lang {
		return string(project.Readme.Path), nil
	}
	for _, other := range project.Readme.Translations {
		if other.Lang == v.o.lang {
			return string(other.Path), nil
		}
	}
	return "", fmt.Errorf("the readme block has no translation in %q", v.o.lang)
}
