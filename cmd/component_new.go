package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/compdocs"
	"github.com/mlops-as-code/mlops/internal/comptest"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
)

type newOptions struct {
	dir, name string
	json      bool
}

func newComponentNewCmd(a *app) *cobra.Command {
	o := &newOptions{}
	c := &cobra.Command{
		Use:   "new DIR",
		Short: "Write the skeleton of a component, with tests",
		Long: `New writes a small component that works into DIR: component.hcl with an input and its
rule, a template, a README.md with the table of inputs, and two tests that pass. It
overwrites nothing.`,
		Example:           "  mlops component new parts/ci\n  mlops component new . --name ci\n  mlops component new parts/ci && mlops component test parts/ci",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeFolders,
		RunE: func(_ *cobra.Command, args []string) error {
			o.dir = args[0]
			return runComponentNew(a, o)
		},
	}
	c.Flags().StringVar(&o.name, "name", "", "name of the component (default the folder's)")
	c.Flags().BoolVar(&o.json, "json", false, "print what was written as JSON")
	return c
}

func runComponentNew(a *app, o *newOptions) error {
	dir, name := o.dir, o.name
	if name == "" {
		src, err := components.Parse("./"+filepath.Base(a.inRoot(dir)), nil)
		if err != nil {
			return fmt.Errorf("%s: the folder's name makes no name for a component; give one with --name", slashed(dir))
		}
		name = src.Name()
	}
	if !regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`).MatchString(name) {
		return fmt.Errorf("component name %q: use lower-case letters, digits, dashes and underscores, beginning with a letter", name)
	}
	files, err := skeleton(name)
	if err != nil {
		return err
	}
	if err := a.writeSkeleton(dir, files); err != nil {
		return err
	}
	if o.json {
		names := []string{}
		for _, f := range files {
			names = append(names, path.Join(slashed(dir), f.name))
		}
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "name": name, "written": names})
	}
	w := a.Streams.Out
	for _, f := range files {
		fmt.Fprintf(w, "wrote %s\n", show.Line(path.Join(slashed(dir), f.name)))
	}
	fmt.Fprintf(w, "\nNext: edit them, then\n  mlops component test %s\n  mlops component docs %s --write README.md\n", show.Line(slashed(dir)), show.Line(slashed(dir)))
	return nil
}

// writeSkeleton writes the files, all or none.
func (a *app) writeSkeleton(dir string, files []skeletonFile) error {
	at := a.inRoot(dir)
	if err := os.MkdirAll(at, 0o755); err != nil {
		return fmt.Errorf("%s: %w", slashed(dir), bare(err))
	}
	root, err := os.OpenRoot(at)
	if err != nil {
		return fmt.Errorf("%s: %w", slashed(dir), bare(err))
	}
	defer root.Close()
	for _, f := range files {
		if _, err := root.Lstat(f.name); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: is there already, and new overwrites nothing", path.Join(slashed(dir), f.name))
		}
	}
	for i, f := range files {
		err := root.MkdirAll(path.Dir(f.name), 0o755)
		if err == nil {
			err = writeOnce(root, f)
		}
		if err != nil {
			for _, done := range files[:i] {
				root.Remove(done.name)
			}
			return fmt.Errorf("%s: %w", path.Join(slashed(dir), f.name), bare(err))
		}
	}
	return nil
}

func writeOnce(root *os.Root, f skeletonFile) error {
	out, err := root.OpenFile(f.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = out.Write(f.content)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		root.Remove(f.name)
	}
	return err
}

type skeletonFile struct {
	name    string
	content []byte
}

// skeleton makes the files of a new component. What its tests expect and what its
// README says comes from the component itself.
func skeleton(name string) ([]skeletonFile, error) {
	named := func(text string) []byte { return []byte(strings.ReplaceAll(text, "NAME", name)) }
	files := []skeletonFile{
		{hclspec.ManifestFile, named(skeletonManifest)},
		{"templates/greeting.md.tmpl", []byte(skeletonTemplate)},
		{comptest.Folder + "/greeting.txtar", named(skeletonTest)},
		{comptest.Folder + "/refused.txtar", named(skeletonRefused)},
	}
	tree := components.NewTree()
	for _, f := range files {
		if err := tree.Add(f.name, f.content, false); err != nil {
			return nil, err
		}
	}
	cases, err := comptest.Cases(tree, func(string) bool { return true })
	if err != nil {
		return nil, err
	}
	suite := &comptest.Suite{FS: tree, Dir: ".", Version: version()}
	for _, c := range cases {
		if r := suite.Run(c); r.Updated != nil {
			for i := range files {
				if files[i].name == c.File {
					files[i].content = r.Updated
				}
			}
		}
	}
	info, diags := hclspec.Describe(hclspec.Params{Sections: readme.Kinds(), Version: version()}, &hclspec.ComponentFiles{FS: tree, Label: name})
	if diags.HasErrors() {
		return nil, diags
	}
	text, err := compdocs.Put(named(skeletonReadme), compdocs.Markdown(info))
	return append(files, skeletonFile{"README.md", text}), err
}

const skeletonManifest = `# What the component is, and the facts of the project that it reads. It sees no others.
component "NAME" {
  version     = "0.1.0"
  description = "Greets in the name of the project."
  reads       = ["project.title"]
}

# An input. A project gives it as inputs = { greeting = "Welcome" }.
variable "greeting" {
  description = "What the greeting begins with."
  type        = string
  default     = "Hello"

  validation {
    condition     = can(regex("^[A-Z]", var.greeting))
    error_message = "Begin greeting with a capital letter."
  }
}

# A file of the project. The label is its path there; the template lies beside this file.
# ownership = "shared" would let people edit the file, and merge what is new into it.
file "GREETING.md" {
  template = "templates/greeting.md.tmpl"
}

# What others may read, as component.LABEL.path.
output "path" {
  description = "Where the greeting is."
  value       = "GREETING.md"
}
`

const skeletonTemplate = "# ${var.greeting} from ${project.title}\n"

const skeletonTest = `A greeting of the project's own.
-- mlops.hcl --
project "demo" {
  title = "Demo"
}

component "NAME" {
  source = ".."
  inputs = { greeting = "Welcome" }
}
`

const skeletonRefused = `The rule for greeting is kept.
-- mlops.hcl --
project "demo" {}

component "NAME" {
  source = ".."
  inputs = { greeting = "welcome" }
}
-- refused --
`

const skeletonReadme = "# NAME\n\nUse it in `mlops.hcl`:\n\n```hcl\ncomponent \"NAME\" {\n  source = \"./path/to/NAME\"\n}\n```\n\n"
