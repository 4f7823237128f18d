package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
)

func newComponentCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "component",
		Short: "What the project is built from: add, update, pin, describe and test components",
		Long: `A component is a folder with component.hcl and the files it copies and renders: built
in, in the project, or in a git repository. The spec names them, the lock pins those
from git, and plan reads those from the cache. add, lock, update and outdated ask the
remotes; no other command opens a connection.`,
		Example: `  mlops component list
  mlops component add builtin/python-package
  mlops component update
  mlops component new parts/ci && mlops component test parts/ci`,
		Args: known,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		newComponentListCmd(a), newComponentShowCmd(a), newComponentAddCmd(a), newComponentRemoveCmd(a),
		newComponentLockCmd(a), newComponentUpdateCmd(a), newComponentOutdatedCmd(a),
		newComponentDocsCmd(a), newComponentNewCmd(a), newComponentTestCmd(a),
	)
	return c
}

// described is a component that was read alone.
type described struct {
	source string
	files  *hclspec.ComponentFiles
	info   *hclspec.ComponentInfo
}

// describe reads a component of project, the project's file system (nil when the
// component does not lie in one).
func (d *described) describe(project fs.FS, json bool) error {
	info, diags := hclspec.Describe(hclspec.Params{FS: project, Sections: readme.Kinds(), Version: version()}, d.files)
	if !diags.HasErrors() {
		d.info = info
		return nil
	}
	// Only component.hcl was read; it is read again while it is at hand.
	fsys := d.files.FS
	if d.files.Local != "" {
		fsys = project
	}
	src, _ := fs.ReadFile(fsys, path.Join(d.files.Local, hclspec.ManifestFile))
	return &diagError{diags: diags, json: json, sources: func(string) []byte { return src }}
}

// isSource tells a source from the name of a component.
func isSource(text string) bool {
	return text == "." || text == ".." || strings.ContainsAny(text, "/:")
}

// describeBuiltin reads a built-in component by its source.
func (a *app) describeBuiltin(source string, json bool) (*described, error) {
	r := &components.Resolver{Builtin: catalog.Files()}
	files, err := r.Find(hclspec.ComponentCall{Source: source})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	d := &described{source: source, files: files}
	return d, d.describe(nil, json)
}

// describeFolder reads a component in a folder, which is named as the project root
// sees it.
func (a *app) describeFolder(dir string, json bool) (*described, error) {
	root, err := a.openComponent(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	d := &described{source: dir, files: &hclspec.ComponentFiles{FS: root.FS(), Label: slashed(dir)}}
	return d, d.describe(nil, json)
}

// openComponent opens the folder of a component.
func (a *app) openComponent(dir string) (*os.Root, error) {
	if strings.Contains(dir, "://") { // which may hold a password
		return nil, errors.New("a folder is wanted here, not the address of a repository")
	}
	root, err := os.OpenRoot(a.inRoot(dir))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", slashed(dir), bare(err))
	}
	info, err := root.Stat(hclspec.ManifestFile)
	if err == nil && info.Mode().IsRegular() {
		return root, nil
	}
	root.Close()
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: has no %s, so it is no component; `mlops component new %s` writes one", slashed(dir), hclspec.ManifestFile, slashed(dir))
	}
	return nil, fmt.Errorf("%s/%s: %w", slashed(dir), hclspec.ManifestFile, bare(err))
}

// inRoot is a path of the command line: relative to the project root.
func (a *app) inRoot(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(a.root(), filepath.FromSlash(name))
}

func slashed(name string) string { return filepath.ToSlash(filepath.Clean(name)) }

// completeComponents offers the components of the spec and the built-in ones.
func (a *app) completeComponents(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if a.Now == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []cobra.Completion
	for _, name := range builtins() {
		out = append(out, "builtin/"+name)
	}
	s, err := a.open(varFlags{}, false)
	if err != nil {
		return out, cobra.ShellCompDirectiveDefault
	}
	defer s.close()
	for _, use := range s.project.Components {
		out = append(out, cobra.CompletionWithDesc(use.Address, use.Source))
	}
	return out, cobra.ShellCompDirectiveDefault
}

// completeFolders offers the folders below the current one.
func completeFolders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func builtins() []string { return (&components.Resolver{Builtin: catalog.Files()}).Names() }
