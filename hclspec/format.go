package hclspec

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
)

// MaxFileBytes bounds a spec or variable file.
const MaxFileBytes = hcllimit.MaxFileBytes

// Format returns a native file in the canonical layout. A file that does not
// parse comes back with diagnostics and is not touched; line endings and a byte
// order mark stay as they are. Formatting twice gives the same as once.
func Format(src Source) ([]byte, hcl.Diagnostics) {
	if _, diags := parse(src); diags.HasErrors() {
		return nil, diags
	}
	body, bom := bytes.CutPrefix(src.Src, []byte("\uFEFF"))
	crlf := bytes.Contains(body, []byte("\r\n"))
	if crlf {
		body = bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	}
	out := hclwrite.Format(body)
	if crlf {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	if bom {
		out = append([]byte("\uFEFF"), out...)
	}
	return out, nil
}
