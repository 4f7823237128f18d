package jinja

import "math/big"

// pos is a place in the text of a template: the line from 1 and the offset in
// bytes of the text with normalised newlines.
type pos struct{ line, off int32 }

type kind uint8

// The kinds of tokens the parser sees. An operator's kind is its own.
const (
	tEOF kind = iota
	tData
	tBlockBegin
	tBlockEnd
	tVariableBegin
	tVariableEnd
	tName
	tString
	tInteger
	tFloat
	tAdd
	tAssign
	tColon
	tComma
	tDiv
	tDot
	tEq
	tFloordiv
	tGt
	tGteq
	tLbrace
	tLbracket
	tLparen
	tLt
	tLteq
	tMod
	tMul
	tNe
	tPipe
	tPow
	tRbrace
	tRbracket
	tRparen
	tSemicolon
	tSub
	tTilde
	tError
)

// token is one token; text is a name, the data or a string's value.
type token struct {
	kind  kind
	pos   pos
	text  string
	int   *big.Int
	float float64
	err   error // of a tError: what is raised when it is reached
}

// describeKind is how Jinja's messages name a kind.
func describeKind(k kind) string {
	switch k {
	case tBlockBegin:
		return "begin of statement block"
	case tBlockEnd:
		return "end of statement block"
	case tVariableBegin:
		return "begin of print statement"
	case tVariableEnd:
		return "end of print statement"
	case tData:
		return "template data / text"
	case tEOF:
		return "end of template"
	case tName:
		return "name"
	case tString:
		return "string"
	case tInteger:
		return "integer"
	case tFloat:
		return "float"
	}
	for _, op := range operators() {
		if op.kind == k {
			return op.text
		}
	}
	return "initial"
}

func (t token) describe() string {
	if t.kind == tName {
		return t.text
	}
	return describeKind(t.kind)
}

type operator struct {
	text string
	kind kind
}

// operators are Jinja's, the longest first.
func operators() [26]operator {
	return [...]operator{
		{"//", tFloordiv},
		{"**", tPow},
		{"==", tEq},
		{"!=", tNe},
		{">=", tGteq},
		{"<=", tLteq},
		{"+", tAdd},
		{"-", tSub},
		{"/", tDiv},
		{"*", tMul},
		{"%", tMod},
		{"~", tTilde},
		{"[", tLbracket},
		{"]", tRbracket},
		{"(", tLparen},
		{")", tRparen},
		{"{", tLbrace},
		{"}", tRbrace},
		{">", tGt},
		{"<", tLt},
		{"=", tAssign},
		{".", tDot},
		{":", tColon},
		{"|", tPipe},
		{",", tComma},
		{";", tSemicolon},
	}
}
