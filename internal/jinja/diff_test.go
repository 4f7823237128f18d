package jinja

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// A jinjaCase is one template for Jinja and for us, and what Jinja said.
type jinjaCase struct {
	Text  string            `json:"text,omitempty"`
	Name  string            `json:"name,omitempty"`
	Vars  json.RawMessage   `json:"vars,omitempty"`
	Env   json.RawMessage   `json:"env,omitempty"`
	Files map[string]string `json:"files,omitempty"`
	Want  *outcome          `json:"want,omitempty"`
}

type outcome struct {
	Out     *string `json:"out,omitempty"`
	Class   string  `json:"class,omitempty"`
	Message string  `json:"message,omitempty"`
	Line    int     `json:"line,omitempty"`
}

type caseEnv struct {
	BlockStart          string   `json:"block_start_string"`
	BlockEnd            string   `json:"block_end_string"`
	VariableStart       string   `json:"variable_start_string"`
	VariableEnd         string   `json:"variable_end_string"`
	CommentStart        string   `json:"comment_start_string"`
	CommentEnd          string   `json:"comment_end_string"`
	LineStatementPrefix string   `json:"line_statement_prefix"`
	LineCommentPrefix   string   `json:"line_comment_prefix"`
	TrimBlocks          bool     `json:"trim_blocks"`
	LstripBlocks        bool     `json:"lstrip_blocks"`
	NewlineSequence     string   `json:"newline_sequence"`
	KeepTrailingNewline bool     `json:"keep_trailing_newline"`
	Autoescape          bool     `json:"autoescape"`
	Undefined           string   `json:"undefined"`
	Extensions          []string `json:"extensions"`
	Sandbox             bool     `json:"sandbox"`
}

func (c *jinjaCase) options() (Options, error) {
	var e caseEnv
	if len(c.Env) > 0 {
		if err := json.Unmarshal(c.Env, &e); err != nil {
			return Options{}, err
		}
	}
	o := Options{
		BlockStart: e.BlockStart, BlockEnd: e.BlockEnd, VariableStart: e.VariableStart, VariableEnd: e.VariableEnd,
		CommentStart: e.CommentStart, CommentEnd: e.CommentEnd, LineStatementPrefix: e.LineStatementPrefix,
		LineCommentPrefix: e.LineCommentPrefix, TrimBlocks: e.TrimBlocks, LstripBlocks: e.LstripBlocks,
		NewlineSequence: e.NewlineSequence, KeepTrailingNewline: e.KeepTrailingNewline, Autoescape: e.Autoescape,
		Undefined: map[string]UndefinedKind{"strict": Strict, "chainable": Chainable, "debug": Debug}[e.Undefined],
		Loader:    func(name string) (string, bool, error) { text, ok := c.Files[name]; return text, ok, nil },
	}
	for _, x := range e.Extensions {
		switch x {
		case "do":
			o.Extensions.Do = true
		case "loopcontrols":
			o.Extensions.LoopControls = true
		case "debug":
			o.Extensions.Debug = true
		case "i18n":
			o.Extensions.I18n = true
			o.Functions = nullTranslations()
		}
	}
	return o, nil
}

func nullTranslations() map[string]Function {
	choose := func(c *Context, one, many, n pyvalue.Value) (pyvalue.Value, error) {
		single, err := pyvalue.Equal(c.Budget(), n, pyvalue.Int(1))
		if single {
			return one, err
		}
		return many, err
	}
	return map[string]Function{
		"gettext":  func(_ *Context, a pyvalue.Args) (pyvalue.Value, error) { return a.Pos[0], nil },
		"pgettext": func(_ *Context, a pyvalue.Args) (pyvalue.Value, error) { return a.Pos[1], nil },
		"ngettext": func(c *Context, a pyvalue.Args) (pyvalue.Value, error) {
			return choose(c, a.Pos[0], a.Pos[1], a.Pos[2])
		},
		"npgettext": func(c *Context, a pyvalue.Args) (pyvalue.Value, error) {
			return choose(c, a.Pos[1], a.Pos[2], a.Pos[3])
		},
	}
}

func (c *jinjaCase) vars() (map[string]pyvalue.Value, error) {
	vars := map[string]pyvalue.Value{}
	if len(c.Vars) == 0 {
		return vars, nil
	}
	v, err := pyvalue.DecodeJSON(nil, string(c.Vars))
	if err != nil {
		return nil, err
	}
	for k, v := range v.(*pyvalue.Dict).All() {
		name, _ := pyvalue.TextOf(k)
		vars[name] = v
	}
	return vars, nil
}

// render is what we make of the case.
func (c *jinjaCase) render(t *testing.T) outcome {
	t.Helper()
	o, err := c.options()
	if err != nil {
		t.Fatal(err)
	}
	vars, err := c.vars()
	if err != nil {
		t.Fatal(err)
	}
	env, err := NewEnvironment(o)
	if err != nil {
		t.Fatal(err)
	}
	text := c.Text
	if c.Name != "" {
		text = c.Files[c.Name]
	}
	tmpl, err := env.Parse(c.Name, text)
	var out string
	if err == nil {
		out, err = tmpl.Render(t.Context(), Input{Vars: vars, Random: rand.New(rand.NewPCG(1, 2)), Limits: Limits{Steps: 5_000_000}})
	}
	if err == nil {
		return outcome{Out: &out}
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%q: error %T %v is no *Error", text, err, err)
	}
	r := outcome{Class: e.Class, Message: e.Message}
	if e.Class == classSyntax || e.Class == classAssertion {
		r.Line = e.Line
	}
	return r
}

// oracle asks Jinja itself for the outcome of every case.
func oracle(t *testing.T, cases []*jinjaCase) {
	t.Helper()
	var in bytes.Buffer
	for _, c := range cases {
		c.Want = nil
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.CommandContext(t.Context(), os.Getenv("MLOPS_JINJA"), filepath.Join("testdata", "oracle.py"))
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 64<<20)
	for i := 0; s.Scan(); i++ {
		cases[i].Want = &outcome{}
		if err := json.Unmarshal(s.Bytes(), cases[i].Want); err != nil {
			t.Fatal(err)
		}
	}
}

// differs says how what we did is not what Jinja did; empty when it is.
func differs(got, want outcome) string {
	switch {
	case want.Class == "Slow" || want.Class == "RecursionError" || got.Class == classLimit:
		return "" // neither output nor message is anything to compare
	case want.Out != nil && strings.Contains(*want.Out, " at 0x0"):
		return "" // the address of an object
	case (got.Out == nil) != (want.Out == nil):
		return "one renders, one refuses"
	case got.Out != nil && *got.Out != *want.Out:
		return "output"
	case got.Class != want.Class:
		return "class"
	case got.Message != plainMessage(want.Message):
		return "message"
	case want.Line != 0 && got.Line != want.Line:
		return "line"
	}
	return ""
}

// plainMessage is CPython's message as we have it: without places in code that
// was generated, and without the index of a piece of output.
func plainMessage(m string) string {
	m = regexp.MustCompile(` \(<template>, line \d+\)$`).ReplaceAllString(m, "")
	return regexp.MustCompile(`^sequence item \d+:`).ReplaceAllString(m, "sequence item 0:")
}

func (o outcome) String() string {
	if o.Out != nil {
		return "output " + strings.TrimSpace(string(mustJSON(*o.Out)))
	}
	return string(mustJSON(o))
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(err.Error())
	}
	return b
}
