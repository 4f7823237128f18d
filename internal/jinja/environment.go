package jinja

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// MaxTemplate is the largest text of a template, in bytes.
const MaxTemplate = 16 << 20

// A Loader returns the text of a template by its name, and false when there is
// none. It must answer the same name with the same text, and may be asked by
// several renders at once.
type Loader func(name string) (text string, ok bool, err error)

// A Function is a filter, a test, a global or a tag written in Go. The subject
// of a filter or test is the first of args.Pos.
type Function func(c *Context, args pyvalue.Args) (pyvalue.Value, error)

// Tag is a statement written in Go, {% name expr, expr %}, which prints what
// Call returns for its expressions.
type Tag struct {
	Call Function
	// SplitSum hands a first expression that is a sum or difference over as
	// three: the left side, the operator as a str, the right side.
	SplitSum bool
	// Option, if set, is a name that may stand before the first expression, with an =.
	Option string
}

// UndefinedKind is how a variable that is not there behaves.
type UndefinedKind uint8

// The behaviours, by the names of Jinja's classes.
const (
	// Lenient is Undefined: printed, iterated and tested as empty, an error
	// for all else.
	Lenient UndefinedKind = iota
	// Strict is StrictUndefined: an error for all but "is defined".
	Strict
	// Chainable is ChainableUndefined: Lenient, and its attributes and items
	// are itself.
	Chainable
	// Debug is DebugUndefined: Lenient, and printed as {{ name }}.
	Debug
)

// Extensions are those of Jinja that are off by default.
type Extensions struct {
	Do, LoopControls, I18n, Debug bool
}

// Options are the settings of an Environment. The zero value is Jinja's
// default; an empty text is the default text.
type Options struct {
	BlockStart, BlockEnd       string
	VariableStart, VariableEnd string
	CommentStart, CommentEnd   string
	// LineStatementPrefix and LineCommentPrefix are off when empty.
	LineStatementPrefix, LineCommentPrefix string
	TrimBlocks, LstripBlocks               bool
	// NewlineSequence is "\n", "\r\n" or "\r".
	NewlineSequence     string
	KeepTrailingNewline bool
	Autoescape          bool
	Undefined           UndefinedKind
	Extensions          Extensions
	// Loader may be nil: then nothing can be included or extended.
	Loader Loader
	// Filters, Tests, Functions (globals) and Globals are added to Jinja's
	// own, or replace them.
	Filters, Tests, Functions map[string]Function
	Globals                   map[string]pyvalue.Value
	Tags                      map[string]Tag
}

func (o Options) withDefaults() Options {
	for text, def := range map[*string]string{
		&o.BlockStart: "{%", &o.BlockEnd: "%}", &o.VariableStart: "{{", &o.VariableEnd: "}}",
		&o.CommentStart: "{#", &o.CommentEnd: "#}", &o.NewlineSequence: "\n",
	} {
		if *text == "" {
			*text = def
		}
	}
	return o
}

// Environment parses templates and holds those that were loaded. It is safe
// for concurrent use.
type Environment struct {
	opts           Options
	syntax         *syntax
	filters, tests map[string]Function
	globals        map[string]pyvalue.Value

	mu     sync.Mutex
	loaded map[string]*Template
	folded Limits // what the compiler spent on constants
}

// NewEnvironment returns an environment, or an error for delimiters Jinja
// refuses, too.
func NewEnvironment(o Options) (*Environment, error) {
	o = o.withDefaults()
	if o.BlockStart == o.VariableStart || o.BlockStart == o.CommentStart || o.VariableStart == o.CommentStart {
		return nil, errors.New("block, variable and comment start strings must be different")
	}
	if !slices.Contains([]string{"\n", "\r\n", "\r"}, o.NewlineSequence) {
		return nil, errors.New(`newline sequence must be one of "\n", "\r\n" and "\r"`)
	}
	e := &Environment{
		opts: o, syntax: newSyntax(o), filters: builtinFilters(), tests: builtinTests(),
		globals: builtinGlobals(), loaded: map[string]*Template{},
	}
	maps.Copy(e.filters, o.Filters)
	maps.Copy(e.tests, o.Tests)
	if o.Extensions.I18n {
		e.globals["_"] = &goFunction{"_gettext_alias", gettextAlias}
	}
	for name, f := range o.Functions {
		e.globals[name] = &goFunction{name, f}
	}
	maps.Copy(e.globals, o.Globals)
	return e, nil
}

// Template is a compiled template. It is immutable and safe for concurrent use.
type Template struct {
	env        *Environment
	name       string
	src        string
	fn         *function
	root       execFn
	blocks     map[string]*block
	blockNames []string
	free       []string
}

// Parse compiles a template. The name may be empty; it is what messages and
// templates see. Errors are *Error with the place.
func (e *Environment) Parse(name, text string) (*Template, error) {
	t := &Template{env: e, name: name, blocks: map[string]*block{}}
	if len(text) > MaxTemplate {
		return nil, t.located(raise(classLimit, "limit of %d bytes in a template exceeded", MaxTemplate), pos{line: 1})
	}
	if !utf8.ValidString(text) {
		return nil, t.located(pyvalue.Raise("UnicodeDecodeError", "the template is not UTF-8"), pos{line: 1})
	}
	var tokens []token
	t.src, tokens = e.syntax.lex(text)
	root, err := e.parse(t, tokens)
	if err == nil {
		err = t.compile(root)
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// column is the column of a place, in code points from 1.
func (t *Template) column(p pos) int {
	off := min(int(p.off), len(t.src))
	return utf8.RuneCountInString(t.src[strings.LastIndexByte(t.src[:off], '\n')+1:off]) + 1
}

// Variables are the names the template reads from its context and the
// environment does not define, sorted: what meta.find_undeclared_variables
// finds. Names that included templates read are not among them.
func (t *Template) Variables() []string { return slices.Clone(t.free) }

// Limits bound a render. A zero field is the default.
type Limits struct {
	// Steps is the number of statements, calls, loop rounds and elements
	// visited; the default is 10 million.
	Steps int64
	// Output is the size of the result in bytes; the default is 64 MiB.
	Output int64
	// Memory is the size of all values computed, in bytes; the default is
	// 512 MiB.
	Memory int64
}

// Input is what a render is given.
type Input struct {
	// Vars are the variables. They are not changed, but a template may change
	// the lists and dicts among them.
	Vars   map[string]pyvalue.Value
	Limits Limits
	// Random serves the filter random and lipsum; without it they are errors.
	Random *rand.Rand
	// Spent, if set, is what the render cost, added to what is there, also of one
	// that fails.
	Spent *Limits
}

// Render renders the template. Errors are *Error with the place; when ctx is
// done, its error.
func (t *Template) Render(ctx context.Context, in Input) (string, error) {
	r := newRun(t.env, in)
	r.done = ctx
	defer r.account(in.Spent)
	vars := maps.Clone(t.env.globals)
	maps.Copy(vars, in.Vars)
	text, err := r.hold(func(out *buffer) error { return t.render(t.newContext(r, vars, nil), out) })
	if err != nil {
		return "", t.located(err, pos{line: 1})
	}
	return text, nil
}

// get returns a template by name, from those loaded before or the Loader.
func (e *Environment) get(name string) (*Template, error) {
	e.mu.Lock()
	t := e.loaded[name]
	e.mu.Unlock()
	if t != nil {
		return t, nil
	}
	if e.opts.Loader == nil {
		return nil, typeError("no loader for this environment specified")
	}
	text, ok, err := e.opts.Loader(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !ok {
		return nil, raise(classNotFound, "%s", name)
	}
	if t, err = e.Parse(name, text); err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.loaded[name] = t
	e.mu.Unlock()
	return t, nil
}
