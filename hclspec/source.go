package hclspec

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// MainFile is the name of the spec; its folder is the project root.
const MainFile = "mlops.hcl"

// ErrNoSpec says that a directory holds no spec.
var ErrNoSpec = errors.New("no mlops.hcl here: run `mlops init`, or name the project's folder with -C")

// Source is one spec or variable file as written. Name is its path relative to
// the project root.
type Source struct {
	Name string
	Src  []byte
}

// IsSpecFile reports whether a name in the project root belongs to the spec.
func IsSpecFile(name string) bool {
	return name == MainFile || name == MainFile+".json" ||
		strings.HasSuffix(name, ".mlops.hcl") || strings.HasSuffix(name, ".mlops.hcl.json")
}

// Find reads the spec files in the root of fsys: mlops.hcl first, the others by
// name. It returns ErrNoSpec when there is none.
func Find(fsys fs.FS) ([]Source, error) {
	return readRoot(fsys, IsSpecFile, ErrNoSpec)
}

// FindVars reads the variable files that apply without being named:
// mlops.vars.hcl, then *.auto.vars.hcl by name, each also in its JSON form.
func FindVars(fsys fs.FS) ([]Source, error) {
	isVars := func(name string) bool {
		name = strings.TrimSuffix(name, ".json")
		return name == "mlops.vars.hcl" || strings.HasSuffix(name, ".auto.vars.hcl")
	}
	return readRoot(fsys, isVars, nil)
}

func readRoot(fsys fs.FS, want func(string) bool, none error) ([]Source, error) {
	fsys = hide(fsys)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var found []Source
	for _, entry := range entries {
		if entry.IsDir() || !want(entry.Name()) {
			continue
		}
		src, err := readLimited(fsys, entry.Name())
		if err != nil {
			return nil, err
		}
		found = append(found, Source{entry.Name(), src})
	}
	if len(found) == 0 {
		return nil, none
	}
	sort.Slice(found, func(i, j int) bool { return rank(found[i].Name) < rank(found[j].Name) })
	return found, nil
}

// rank puts the main file of a group first and leaves the others in name order.
func rank(name string) string {
	if strings.HasPrefix(name, "mlops.") {
		return "0" + name
	}
	return "1" + name
}

// readLimited refuses an oversized spec before it is in memory.
func readLimited(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is not a regular file", name)
	}
	if info.Size() > hcllimit.MaxFileBytes {
		return nil, fmt.Errorf("%s: is larger than the limit of %d MiB for a spec file", name, hcllimit.MaxFileBytes>>20)
	}
	return fs.ReadFile(fsys, name)
}

// parse turns one source into a body; JSON and native syntax are told apart by
// the name. A source that fails the pre-scan never meets a parser.
func parse(src Source) (hcl.Body, hcl.Diagnostics) {
	if diags := conflictMarkers(src); diags.HasErrors() {
		return nil, diags
	}
	if path.Ext(src.Name) == ".json" {
		if diags := hcllimit.ScanJSON(src.Name, src.Src); diags.HasErrors() {
			return nil, diags
		}
		// A byte order mark takes no room in a line, as in the native syntax.
		text, start := bytes.TrimPrefix(src.Src, []byte("\uFEFF")), hcl.InitialPos
		start.Byte = len(src.Src) - len(text)
		file, diags := hcljson.ParseWithStartPos(text, src.Name, start)
		if file == nil {
			return nil, diags
		}
		return file.Body, diags
	}
	if diags := hcllimit.Scan(src.Name, src.Src); diags.HasErrors() {
		return nil, diags
	}
	file, diags := hclsyntax.ParseConfig(src.Src, src.Name, hcl.InitialPos)
	diags = hcllimit.ExplainSyntax(src.Src, diags)
	if file == nil {
		return nil, diags
	}
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		nameSections(body)
	}
	return file.Body, diags
}

// conflictMarkers names what git leaves in a file when a merge fails.
func conflictMarkers(src Source) hcl.Diagnostics {
	at := 0
	for line := range strings.Lines(string(src.Src)) {
		if strings.HasPrefix(line, "<<<<<<< ") {
			rng := hcllimit.Range(src.Name, src.Src, at, at+7)
			return hcl.Diagnostics{errorAt(rng, "Merge conflict", "git left conflict markers here. Decide between the two sides, remove the markers, and plan again.")}
		}
		at += len(line)
	}
	return nil
}

// nameSections gives every section block its second label, empty when left out:
// the library's schemas know no optional labels.
func nameSections(body *hclsyntax.Body) {
	for _, block := range body.Blocks {
		if block.Type != "readme" && block.Type != "translation" {
			continue
		}
		nameSections(block.Body) // of translations
		for _, section := range block.Body.Blocks {
			switch {
			case section.Type == "section" && len(section.Labels) == 1:
				section.Labels = append(section.Labels, "")
				section.LabelRanges = append(section.LabelRanges, section.LabelRanges[0])
			case section.Type == "dynamic":
				nameDynamic(section.Body)
			}
		}
	}
}

func nameDynamic(body *hclsyntax.Body) {
	attr := body.Attributes["labels"]
	if attr == nil {
		return
	}
	if tuple, ok := attr.Expr.(*hclsyntax.TupleConsExpr); ok && len(tuple.Exprs) == 1 {
		tuple.Exprs = append(tuple.Exprs, emptyString(tuple.SrcRange))
	}
}
