package cmd

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
)

// printDiags shows diagnostics on the error stream, or as JSON on the output.
func (a *app) printDiags(d *diagError) {
	if d.json {
		a.printJSON(diagDocument(d.diags))
		return
	}
	w := diagWriter{w: a.Streams.Err, color: a.colors(a.Streams.ErrTTY), sources: d.sources}
	for _, diag := range d.diags {
		w.write(diag)
	}
}

// diagDocument has the shape of terraform validate -json.
func diagDocument(diags hcl.Diagnostics) map[string]any {
	errs, warnings := 0, 0
	list := planner.Diagnostics(diags)
	for _, d := range list {
		if d.Severity == "error" {
			errs++
		} else {
			warnings++
		}
	}
	return map[string]any{
		"format_version": planner.FormatVersion, "valid": errs == 0,
		"error_count": errs, "warning_count": warnings, "diagnostics": list,
	}
}

func (a *app) printJSON(v any) error {
	out, err := planner.EncodeJSON(v)
	if err != nil {
		return err
	}
	_, err = a.Streams.Out.Write(out)
	return err
}

// diagWriter prints diagnostics with the place, the source line and what to do.
// Source text is untrusted and escaped; the library's own writer is not used
// because it passes control characters through.
type diagWriter struct {
	w       io.Writer
	color   bool
	sources func(name string) []byte
}

func (d *diagWriter) write(diag *hcl.Diagnostic) {
	head, code := "Error", "31"
	if diag.Severity == hcl.DiagWarning {
		head, code = "Warning", "33"
	}
	if d.color {
		head = "\x1b[1;" + code + "m" + head + "\x1b[0m"
	}
	fmt.Fprintf(d.w, "%s: %s\n", head, show.Line(diag.Summary))
	if diag.Subject != nil && diag.Subject.Filename != "" {
		_, secret := diag.Extra.(hclspec.Withheld)
		d.place(diag.Subject, secret)
	}
	fmt.Fprintf(d.w, "\n%s\n\n", show.Text(diag.Detail))
}

func (d *diagWriter) place(rng *hcl.Range, secret bool) {
	fmt.Fprintf(d.w, "\n  on %s:%d:%d\n", show.Line(rng.Filename), rng.Start.Line, rng.Start.Column)
	if d.sources == nil || secret {
		return
	}
	src := d.sources(rng.Filename)
	if src == nil || rng.Start.Byte > len(src) || rng.End.Byte > len(src) || rng.Start.Byte > rng.End.Byte {
		return
	}
	from := bytes.LastIndexByte(src[:rng.Start.Byte], '\n') + 1
	to := len(src)
	if i := bytes.IndexByte(src[rng.Start.Byte:], '\n'); i >= 0 {
		to = rng.Start.Byte + i
	}
	before := strings.ReplaceAll(show.Line(string(src[from:rng.Start.Byte])), "\t", " ")
	line := show.Line(strings.TrimRight(string(src[from:to]), "\r"))
	under := show.Line(string(src[rng.Start.Byte:min(rng.End.Byte, to)]))
	if len(line) > 300 {
		return // a place in a huge line says enough
	}
	num := fmt.Sprintf("%d", rng.Start.Line)
	fmt.Fprintf(d.w, "  %s | %s\n", num, line)
	fmt.Fprintf(d.w, "  %s | %s%s\n", strings.Repeat(" ", len(num)), blank(before), strings.Repeat("^", max(1, columns(under))))
}

func blank(s string) string { return strings.Repeat(" ", columns(s)) }

func columns(s string) int { return len([]rune(s)) }
