package readme

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func includeKind() kind {
	return kind{
		name: "include", optional: true,
		doc:     "A file of the project or a region of it, as code or as Markdown.",
		example: "section \"include\" {\n  path  = \"params.yaml\"\n  lines = \"1-2\"\n}\n",
		attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Required: true, Doc: "Path of the file, relative to the project root; a managed file is shown as it is wanted."},
			{Name: "as", Type: cty.String, OneOf: []string{"code", "markdown"}, Default: "`\"markdown\"` for a .md file, else `\"code\"`", Doc: "Whether it becomes a code block or stands as it is."},
			{Name: "lang", Type: cty.String, Default: "by the file's name", Doc: "Language of the code block, one word."},
			{Name: "start", Type: cty.String, Default: "the file's start", Doc: "Text in the line above the region."},
			{Name: "end", Type: cty.String, Default: "the file's end", Doc: "Text in the line below the region."},
			{Name: "lines", Type: cty.String, Default: "all", Doc: "Numbers of the first and the last line, such as `10-25`, in place of `start` and `end`."},
			{Name: "command", Type: cty.List(cty.String), Default: "none", Doc: "The command and its arguments whose output the file is. Only `mlops readme capture` runs it, and none of a component."},
		},
		sources: func(r *request) []string { return []string{r.line("path")} },
		render:  renderInclude,
	}
}

func renderInclude(r *request) []block {
	file := r.line("path")
	if len(r.texts("command")) > 0 && r.uncaptured(file) {
		r.fail("path", fmt.Sprintf("%q is not there yet", file), "Run `mlops readme capture`, which writes it")
		return nil
	}
	s, ok := r.source("path", file)
	if !ok || !s.present() {
		return r.notRun([]source{s})
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(s.content), "\ufeff"), "\r\n", "\n")
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		r.fail("path", fmt.Sprintf("%q is not UTF-8 text", file), "Name a text file")
		return nil
	}
	text = r.region(file, text)
	if r.err == nil && strings.TrimSpace(text) == "" {
		r.fail("path", fmt.Sprintf("The region of %q is empty", file), "Choose another one")
	}
	if r.err != nil || !r.quotable("path", file, text) {
		return nil
	}
	as := "code"
	if path.Ext(file) == ".md" {
		as = "markdown"
	}
	if as = first(r.line("as"), as); as == "markdown" {
		return r.includedMarkdown(file, text)
	}
	if as != "code" {
		r.fail("as", fmt.Sprintf("%q is neither code nor markdown", as), "Write one of them")
	}
	lang := first(r.line("lang"), languageOf(file))
	if !language().MatchString(lang) {
		r.fail("lang", "The language is not one word", "Write one, such as python")
	}
	return []block{fence(lang, rightTrimmed(text))}
}

// uncaptured reports whether the output of a command is still to be written.
func (r *request) uncaptured(file string) bool {
	if !localPath(file) || r.project.Read == nil {
		return false
	}
	_, err := r.project.Read(file)
	return errors.Is(err, fs.ErrNotExist)
}

// rightTrimmed is text without white space at the end of its lines.
func rightTrimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.Join(lines, "\n")
}

// includedMarkdown is Markdown of a file, held to what a field may hold.
func (r *request) includedMarkdown(file, text string) []block {
	sub := fields{
		value: cty.ObjectVal(map[string]cty.Value{"text": cty.StringVal(text)}),
		attr:  "path", place: file,
	}
	out := sub.markdown("text", r.level)
	r.adopt(&sub)
	return out
}

var lineRange = lazy.Regexp(`^([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?$`)

// region is the part of the text that the section asks for.
func (r *request) region(file, text string) string {
	start, end, span := r.line("start"), r.line("end"), r.line("lines")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if span != "" {
		if start+end != "" {
			r.fail("lines", "The section has both lines and a start or end", "Leave one out")
		}
		return r.numberedRegion(file, lines, span)
	}
	from, to := 0, len(lines)
	if start != "" {
		if from = 1 + lineWith(lines, start); from == 0 {
			r.fail("start", fmt.Sprintf("No line of %q holds %q", file, start), "Write what stands in the line above the region")
			return ""
		}
	}
	if end != "" {
		n := lineWith(lines[from:], end)
		if n < 0 {
			r.fail("end", fmt.Sprintf("No line of %q below its start holds %q", file, end), "Write what stands in the line below the region")
			return ""
		}
		to = from + n
	}
	return strings.Join(lines[from:to], "\n")
}

func lineWith(lines []string, text string) int {
	for i, l := range lines {
		if strings.Contains(l, text) {
			return i
		}
	}
	return -1
}

func (r *request) numberedRegion(file string, lines []string, span string) string {
	m := lineRange().FindStringSubmatch(span)
	if m == nil {
		r.fail("lines", fmt.Sprintf("%q is no range of lines", span), "Write it as 10-25")
		return ""
	}
	from, _ := strconv.Atoi(m[1])
	to, err := strconv.Atoi(m[2])
	if err != nil {
		to = from
	}
	if from > to || to > len(lines) {
		r.fail("lines", fmt.Sprintf("%q has %d lines, so there are no lines %s", file, len(lines), span), "Write the first and the last line of the region")
		return ""
	}
	return strings.Join(lines[from-1:to], "\n")
}

// languageOf is what GitHub calls the language of a file.
func languageOf(file string) string {
	switch strings.ToLower(path.Base(file)) {
	case "dockerfile", "containerfile":
		return "dockerfile"
	case "makefile":
		return "makefile"
	}
	known := map[string]string{
		".py": "python", ".sh": "sh", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml", ".sql": "sql", ".r": "r", ".go": "go",
		".js": "js", ".ts": "ts", ".html": "html", ".css": "css", ".xml": "xml", ".ini": "ini", ".cfg": "ini", ".hcl": "hcl", ".tf": "hcl",
		".rs": "rust", ".java": "java", ".c": "c", ".h": "c", ".cpp": "cpp", ".jl": "julia", ".csv": "csv", ".diff": "diff", ".md": "markdown", ".dvc": "yaml",
	}
	return first(known[strings.ToLower(path.Ext(file))], "text")
}
