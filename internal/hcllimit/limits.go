package hcllimit

import (
	"github.com/hashicorp/hcl/v2"
)

// Limits of source text. They are far above what people write by hand or
// generate, and far below what hclsyntax survives (40,000 levels).
const (
	// MaxFileBytes is the largest spec file, in bytes.
	MaxFileBytes = 8 << 20
	// MaxTemplateBytes is the largest template, in bytes: more could never be
	// rendered.
	MaxTemplateBytes = 256 << 20
	// MaxNesting is the deepest nesting of brackets, blocks, template
	// sequences and directives.
	MaxNesting = 200
	// MaxDepth is the greatest height of one expression's syntax tree.
	MaxDepth = 1_000
	// MaxTokens is the greatest number of lexical tokens in a file.
	MaxTokens = 2_000_000

	maxNumberBytes = 1_024         // parsing a number is quadratic in its digits
	maxExponent    = 400           // a number is written out in full as a string; float64 ends at 308
	maxInvalid     = 1_000         // each invalid character is a diagnostic of its own
	maxScopes      = 16            // a::b::c() is joined quadratically
	maxWork        = 2_500_000_000 // bytes moved by quadratic steps of the parser, about a second
	looseNesting   = 10_000        // for texts that are most likely no expression at all
)

// limits are the two bounds that differ between uses.
type limits struct {
	nesting, depth int32
}

// fault says which limit was crossed, in words that do not depend on where.
type fault struct {
	summary, detail string
}

func faultSize() fault {
	return fault{"File too large", "The limit for one file is 8 MiB. Split the file, or keep long text in files of its own and copy them with \"source\"."}
}

func faultTemplateSize() fault {
	return fault{"Template too large", "The limit for one template is 256 MiB. A file that needs no interpolation can be copied with \"source\"."}
}

func faultNesting() fault {
	return fault{"Nesting too deep", "Brackets, blocks, template sequences and unary operators may nest 200 levels deep; here the next level begins. Give inner parts a name in a \"locals\" block and refer to it."}
}

func faultDepth() fault {
	return fault{"Expression too deep", "Operators, conditionals and brackets of one expression may build on each other 1,000 times; here is one more. Put the values in a list and use a \"for\" expression or a function such as join, sum or alltrue."}
}

func faultTokens() fault {
	return fault{"Too many tokens", "The limit for one file is 2 million tokens. Split the file, or keep data in a file of its own and read it with a function such as jsondecode(file(...)) or csvdecode(file(...))."}
}

func faultLiteral() fault {
	return fault{"Literal text too long", "So many lines of literal text cannot be parsed in reasonable time. Move the text to a file of its own and copy it with \"source\", or read it with file()."}
}

func faultBlank() fault {
	return fault{"Expression too spread out", "So many line breaks within nested operators cannot be parsed in reasonable time. Remove empty lines and comments here."}
}

func faultNumber() fault {
	return fault{"Number too long", "A number may have 1,024 characters and an exponent up to 400. If this is no number to calculate with, write it in quotes."}
}

func faultScopes() fault {
	return fault{"Function name too long", "A function name may have at most 16 parts joined by \"::\"."}
}

func faultComment() fault {
	return fault{"Unclosed comment", "This comment is opened with \"/*\" and never closed. End it with \"*/\"."}
}

func faultInvalid() fault {
	return fault{"Too many invalid characters", "More than 1,000 characters up to here have no meaning in the language, or line breaks stand within quoted strings. This does not seem to be an HCL file, or a closing quote is missing further up."}
}

func faultEncoding() fault {
	return fault{"Invalid character encoding", "Text must be UTF-8, and this byte is not. Save the file as UTF-8; a binary file can be copied with \"source\"."}
}

// Scan checks a file in HCL's native syntax before it is parsed. No errors
// means: hclsyntax parses the text (with or without syntax errors) in at most
// a few megabytes of stack and about linear time. The diagnostic, one at most,
// names the limit and has as its Subject the first byte beyond it.
func Scan(filename string, src []byte) hcl.Diagnostics {
	if len(src) > MaxFileBytes {
		return diagnose(filename, src, MaxFileBytes, faultSize())
	}
	s := newScanner(src, strictLimits(), modeMain)
	s.run()
	return s.diagnostics(filename)
}

// ScanTemplate checks a template that hclsyntax.ParseTemplate will parse, under
// the guarantee of Scan. Unlike SplitTemplate it counts the time the parser
// takes to join long literal text.
func ScanTemplate(filename string, src []byte) hcl.Diagnostics {
	s := newTemplateScanner(src)
	s.join = true
	s.run()
	return s.diagnostics(filename)
}

func strictLimits() limits { return limits{nesting: MaxNesting, depth: MaxDepth} }

// diagnose makes the diagnostic of a fault at byte off of src.
func diagnose(filename string, src []byte, off int, f fault) hcl.Diagnostics {
	rng := Range(filename, src, off, min(off+1, len(src)))
	return hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  f.summary,
		Detail:   f.detail,
		Subject:  &rng,
	}}
}
