package comptest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/textdiff"
)

const (
	// Folder is where the cases of a component lie, in its folder.
	Folder = "tests"
	// MaxCases and MaxSize bound the cases of a component and the bytes of one.
	MaxCases = 1000
	MaxSize  = 16 << 20

	extension = ".txtar"
	expected  = "expected/"
	refused   = "refused"
	warnings  = "warnings"
)

// Case is one test of a component.
type Case struct {
	// Name is that of its file without the ending, File its path in the component.
	Name, File string

	src     []byte
	comment []byte
	given   []member         // the project's files, in order
	project *components.Tree // the same as a file system
	want    map[string]member
	// refused and warnings are nil when the case does not have them.
	refused, warnings *member
}

// Cases reads the cases of a component, sorted by name: those whose names pick
// accepts. A folder without any is no error. Errors are "FILE:LINE: reason" or
// "FILE: reason", FILE being the path in the component.
func Cases(component fs.FS, pick func(name string) bool) ([]*Case, error) {
	entries, err := fs.ReadDir(component, Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Folder, bare(err))
	}
	var out []*Case
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), extension)
		if !ok || !pick(name) {
			continue
		}
		if len(out) >= MaxCases {
			return nil, fmt.Errorf("%s: has more than %d cases, which is the limit", Folder, MaxCases)
		}
		c := &Case{Name: name, File: path.Join(Folder, entry.Name())}
		if err := c.read(component); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// bare strips the path that package os already put in.
func bare(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

func (c *Case) read(component fs.FS) error {
	info, err := fs.Stat(component, c.File)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", show.Line(c.File), bare(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: is not a regular file", show.Line(c.File))
	case info.Size() > MaxSize:
		return fmt.Errorf("%s: is larger than %d MiB, which is the limit for a case", show.Line(c.File), MaxSize>>20)
	}
	if c.src, err = fs.ReadFile(component, c.File); err != nil {
		return fmt.Errorf("%s: %w", show.Line(c.File), bare(err))
	}
	if err := c.parse(); err != nil {
		return fmt.Errorf("%s:%w", show.Line(c.File), err)
	}
	return nil
}

// parse sorts the files of the archive. The error begins with a line or a space.
func (c *Case) parse() error {
	comment, members, err := parseArchive(c.src)
	if err != nil {
		return err
	}
	c.comment, c.project, c.want = comment, components.NewTree(), map[string]member{}
	goldens := components.NewTree() // for its limits and rules alone
	for i := range members {
		m := &members[i]
		var err error
		switch rest, golden := strings.CutPrefix(m.name, expected); {
		case golden:
			err = goldens.Add(rest, m.content, m.executable)
			c.want[rest] = *m
		case m.name == refused && c.refused == nil:
			c.refused = m
		case m.name == warnings && c.warnings == nil:
			c.warnings = m
		case m.name == refused || m.name == warnings:
			err = fmt.Errorf("%s: stands twice in the case", m.name)
		case m.digest != "" || textdiff.IsBinary(m.content):
			err = errors.New("a file of the project has to be text; a binary one can only be expected, as its digest")
		default:
			err = c.project.Add(m.name, m.content, m.executable)
			c.given = append(c.given, *m)
		}
		if err != nil {
			return fmt.Errorf("%d: %w", m.line, err)
		}
	}
	if c.refused != nil && len(c.want) > 0 {
		return fmt.Errorf("%d: a case is refused or has expected files, not both", c.refused.line)
	}
	if !slices.ContainsFunc(c.given, func(m member) bool { return hclspec.IsSpecFile(m.name) }) {
		return fmt.Errorf(" has no %s; write the project that uses the component behind the line -- %s --", hclspec.MainFile, hclspec.MainFile)
	}
	return nil
}
