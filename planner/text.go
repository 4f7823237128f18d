package planner

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/textdiff"
)

// TextOptions say how a plan is shown to a person.
type TextOptions struct {
	Color bool
	// Summary leaves out the diffs.
	Summary bool
	// MaxLines cuts each file's diff; 0 shows all of it.
	MaxLines int
}

// WriteText shows the plan: what was changed outside, the actions, the diffs with
// their reasons, the checks and Terraform's sentence. It reads nothing but the
// document. Nothing in it reaches w that a terminal would obey.
func (p *Plan) WriteText(w io.Writer, o TextOptions) error {
	t := &text{w: bufio.NewWriter(w), o: o, p: p}
	t.drift()
	t.actions()
	if !o.Summary {
		t.diffs()
	}
	t.checks()
	t.last()
	return t.w.Flush()
}

// WriteDiff shows only the patch of the changes that pick chooses. It reports
// how many there were.
func (p *Plan) WriteDiff(w io.Writer, o TextOptions, pick func(*Change) bool) (int, error) {
	t := &text{w: bufio.NewWriter(w), o: o, p: p}
	n := 0
	for i := range p.Changes {
		c := &p.Changes[i]
		switch {
		case !pick(c) || c.Actions[0] == "adopt" || c.Actions[0] == "forget":
			continue
		case c.Actions[0] == "conflict": // a patch would do what apply refuses
			t.line("# %s: CONFLICT: %s", show.Line(c.Path), show.Line(c.Message))
			t.conflicts(c)
		case !t.shownAbove(i):
			t.patch(c)
		}
		n++
	}
	return n, t.w.Flush()
}

type text struct {
	w *bufio.Writer
	o TextOptions
	p *Plan
}

const (
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
	bold   = "1"
)

func (t *text) paint(code, s string) string {
	if !t.o.Color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *text) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

// driftLetter and willWords are the whole vocabulary of the drift list.
var (
	driftLetter = map[string]string{"modified": "M", "deleted": "D", "mode": "X", "symlink": "T", "directory": "T", "other": "T"}
	driftWords  = map[string]string{
		"modified": "edited", "deleted": "deleted", "mode": "mode changed", "symlink": "replaced by a symbolic link",
		"directory": "replaced by a directory", "other": "replaced by something that is no file",
	}
	willWords = map[string]string{
		"overwrite": "will be overwritten", "delete": "will be deleted", "restore": "will be written again", "keep": "is kept",
		"merge": "will be merged", "refuse": "needs a person", "none": "",
	}
)

func (t *text) drift() {
	if len(t.p.Drift) == 0 {
		return
	}
	t.line("%s", t.paint(bold, fmt.Sprintf("Changed outside mlops since the last apply: %d", len(t.p.Drift))))
	width := 0
	for _, d := range t.p.Drift {
		width = max(width, len(show.Line(d.Path)))
	}
	for _, d := range t.p.Drift {
		words := driftWords[d.Drift]
		if len(d.Keys) > 0 {
			words += " at " + show.Line(strings.Join(d.Keys, ", "))
		}
		if _, section, ok := strings.Cut(d.Address, ".section."); ok {
			words += " in section " + show.Line(section)
		}
		if will := willWords[d.Will]; will != "" {
			words += ", " + will
		}
		t.line("  %s  %-*s  %s", t.paint(yellow, driftLetter[d.Drift]), width, show.Line(d.Path), words)
	}
	if slices.ContainsFunc(t.p.Drift, func(d Drift) bool { return d.Will == "overwrite" && d.Drift == "modified" }) {
		t.line("  (`mlops adopt PATH` writes an edit back into the spec.)")
	}
	t.line("")
}

func (t *text) actions() {
	if len(t.p.Changes) == 0 {
		return
	}
	t.line("%s", t.paint(bold, fmt.Sprintf("Planned actions: %d", len(t.p.Changes))))
	width := 0
	for i := range t.p.Changes {
		width = max(width, min(60, len(pathOf(&t.p.Changes[i]))))
	}
	for i := range t.p.Changes {
		c := &t.p.Changes[i]
		sign, color := signOf(c)
		t.line("  %s  %s", t.paint(color, sign), strings.TrimRight(fmt.Sprintf("%-*s  %-9s  %s", width, pathOf(c), t.note(c), show.Line(c.Address)), " "))
		if c.Message != "" {
			t.line("       %s", show.Line(c.Message))
		}
		if t.o.Summary {
			t.paste(c)
		}
	}
	t.line("")
}

// pathOf is where a change is, and where the file comes from.
func pathOf(c *Change) string {
	if c.PreviousPath != "" {
		return show.Line(c.PreviousPath) + " -> " + show.Line(c.Path)
	}
	return show.Line(c.Path)
}

func signOf(c *Change) (sign, color string) {
	switch c.Actions[0] {
	case "create":
		return "+", green
	case "update":
		return "~", yellow
	case "delete":
		return "-", red
	case "conflict":
		return "!", red
	case "move":
		return ">", cyan
	case "forget":
		return ".", cyan
	default:
		return "=", cyan
	}
}

// note is the short remark beside a path: line counts, sizes, modes.
func (t *text) note(c *Change) string {
	switch c.Actions[0] {
	case "conflict":
		return "CONFLICT"
	case "adopt":
		return "record"
	case "forget":
		return "forget"
	}
	if n := len(c.Keys); n > 0 {
		return count(n, "key", "keys")
	}
	if binaryChange(c) {
		return "binary"
	}
	before, after := t.bytes(origin(c)), t.bytes(c.After)
	if c.PreviousPath != "" && bytes.Equal(before, after) {
		return "moved"
	}
	if bytes.Equal(before, after) && c.Before != nil && c.After != nil {
		return "mode"
	}
	switch {
	case origin(c) == nil:
		return fmt.Sprintf("+%d", lineCount(after))
	case c.After == nil:
		return fmt.Sprintf("-%d", lineCount(before))
	}
	added, removed := textdiff.Stat(before, after)
	return fmt.Sprintf("+%d -%d", added, removed)
}

// origin is the state that the new one is to be compared with.
func origin(c *Change) *State {
	if c.PreviousPath != "" {
		return c.Previous
	}
	return c.Before
}

// lineCount counts lines as a patch does: the last one may lack its end.
func lineCount(b []byte) int {
	n := bytes.Count(b, []byte("\n"))
	if len(b) > 0 && b[len(b)-1] != '\n' {
		n++
	}
	return n
}

func binaryChange(c *Change) bool {
	from := origin(c)
	return from != nil && from.Binary || c.After != nil && c.After.Binary
}

func (t *text) bytes(s *State) []byte {
	if s == nil {
		return nil
	}
	return t.p.Blobs[s.Digest]
}

func (t *text) diffs() {
	for i := range t.p.Changes {
		c := &t.p.Changes[i]
		verb := map[string]string{"create": "created", "update": "updated in place", "delete": "destroyed", "conflict": "left alone: CONFLICT", "move": "moved"}[c.Actions[0]]
		if c.Merge == "clean" {
			verb = "merged with the edits it has"
		}
		if verb == "" {
			continue
		}
		t.line("  %s", t.paint(bold, fmt.Sprintf("# %s will be %s (%s)", show.Line(c.Address), verb, c.Class)))
		for _, why := range c.Because {
			t.line("  #   because %s", show.Line(why))
		}
		t.keys(c)
		switch {
		case len(c.Conflicts) > 0:
			t.conflicts(c)
		case t.shownAbove(i):
			t.line("  # in %s, see above", show.Line(c.Path))
		default:
			t.patch(c)
		}
		t.paste(c)
		t.line("")
	}
}

// patch shows one change as a git patch, or as a plain line where there is none.
func (t *text) patch(c *Change) {
	if c.Message != "" && (c.Before == nil || c.After == nil || c.Before.Type != "file") {
		t.line("  # %s", show.Line(c.Message))
		return
	}
	if binaryChange(c) {
		t.line("  # binary file %s: %s -> %s", show.Line(c.Path), size(c.Before), size(c.After))
		return
	}
	from, was := c.Before, c.Path
	if c.PreviousPath != "" {
		from, was = c.Previous, c.PreviousPath
	}
	if from != nil && from.Type == "symlink" {
		t.line("  # a symbolic link to %s becomes a file", show.Line(string(t.bytes(from))))
		from = nil
	}
	shown, escaped := textdiff.Shown(textdiff.Patch(t.side(was, from), t.side(c.Path, c.After)))
	if escaped {
		t.line("  # hidden characters in this diff are escaped, so it is no patch for `git apply`")
		shown = append([]byte("  | "), bytes.ReplaceAll(bytes.TrimSuffix(shown, []byte("\n")), []byte("\n"), []byte("\n  | "))...)
		shown = append(shown, '\n')
	}
	t.lines(shown)
}

func (t *text) side(path string, s *State) *textdiff.File {
	if s == nil {
		return nil
	}
	return &textdiff.File{Path: path, Mode: s.Mode, Data: t.bytes(s)}
}

func size(s *State) string {
	if s == nil {
		return "absent"
	}
	return fmt.Sprintf("%d bytes", s.Size)
}

// lines writes a patch, cut and coloured as asked.
func (t *text) lines(patch []byte) {
	n := 0
	for len(patch) > 0 {
		end := bytes.IndexByte(patch, '\n') + 1
		if end == 0 {
			end = len(patch)
		}
		if n++; t.o.MaxLines > 0 && n > t.o.MaxLines {
			t.line("  # (%d more lines, use `mlops diff PATH`)", bytes.Count(patch, []byte("\n")))
			return
		}
		t.patchLine(patch[:end])
		patch = patch[end:]
	}
}

func (t *text) patchLine(line []byte) {
	color := ""
	switch {
	case !t.o.Color:
	case bytes.HasPrefix(line, []byte("+")):
		color = green
	case bytes.HasPrefix(line, []byte("-")):
		color = red
	case bytes.HasPrefix(line, []byte("@@")):
		color = cyan
	}
	if color == "" {
		t.w.Write(line)
		return
	}
	body := bytes.TrimSuffix(line, []byte("\n"))
	fmt.Fprintf(t.w, "%s\n", t.paint(color, string(body)))
}

func (t *text) checks() {
	failed := 0
	for _, c := range t.p.Checks {
		if c.Status == "fail" {
			failed++
		}
	}
	if len(t.p.Checks) == 0 {
		return
	}
	t.line("Checks: %d passed, %d failed", len(t.p.Checks)-failed, failed)
	for _, c := range t.p.Checks {
		if c.Status != "fail" {
			continue
		}
		head, color := "Warning", yellow
		if c.Severity == "error" {
			head, color = "Error", red
		}
		where := ""
		if c.Range != nil {
			where = fmt.Sprintf(" (%s:%d)", show.Line(c.Range.Filename), c.Range.Start.Line)
		}
		t.line("  %s: check %q failed%s", t.paint(color, head), show.Line(c.Name), where)
		t.line("    %s", show.Line(c.Message))
	}
	t.line("")
}

func (t *text) last() {
	for _, note := range t.p.Notes {
		t.line("Note: %s.", show.Line(note))
	}
	t.leftover()
	switch {
	case t.p.Mode == "refresh-only" && t.p.Summary.Drift == 0:
		t.line("No drift. The managed files are as last applied.")
	case t.p.Mode == "refresh-only":
		t.line("Drift: %d changed outside.", t.p.Summary.Drift)
	case !t.p.HasChanges():
		t.line("%s", t.unchanged())
	case len(t.p.Changes) == 0 && t.p.Lock == nil:
		t.line("Plan: 0 to add, 0 to change, 0 to destroy. The merge bases in %s will be updated.", BaseDir)
	case len(t.p.Changes) == 0:
		t.line("Plan: 0 to add, 0 to change, 0 to destroy. The lock file will be updated.")
	default:
		t.line("%s", t.paint(bold, t.p.Summary.Sentence()))
	}
}

// leftover names what the lock knows and no commit holds.
func (t *text) leftover() {
	var names []string
	for _, f := range t.p.Leftover {
		if !IsOwn(f.Path) {
			names = append(names, show.Line(f.Path))
		}
	}
	switch n := len(names); {
	case n > 3:
		t.line("%d files are noted in the lock and not committed yet; the next apply commits them: %s and %d more.", n, strings.Join(names[:3], ", "), n-3)
	case n > 1:
		t.line("%d files are noted in the lock and not committed yet; the next apply commits them: %s and %s.", n, strings.Join(names[:n-1], ", "), names[n-1])
	case n == 1:
		t.line("1 file is noted in the lock and not committed yet; the next apply commits it: %s.", names[0])
	case len(t.p.Leftover) > 0:
		t.line("The lock is not committed yet; the next apply commits it.")
	}
}

// IsOwn reports whether a path of the project is mlops's own, the lock or a merge
// base, which is not counted as a file of the user's project.
func IsOwn(name string) bool {
	return name == LockPath || strings.HasPrefix(name, path.Dir(BaseDir)+"/")
}

func (t *text) unchanged() string {
	if t.p.Summary.Kept == 0 {
		return "No changes. The directory matches mlops.hcl."
	}
	return fmt.Sprintf("No changes. The directory matches mlops.hcl; %s kept.", count(t.p.Summary.Kept, "edit from outside is", "edits from outside are"))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
