package cookiecutter

import (
	"context"
	"regexp"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// Kind is the kind of a question.
type Kind string

// The kinds of questions.
const (
	KindText     Kind = "text"     // any text
	KindBool     Kind = "bool"     // yes or no
	KindChoice   Kind = "choice"   // one of Choices
	KindObject   Kind = "object"   // an object, written as JSON
	KindTemplate Kind = "template" // one of Choices: a nested template
)

// Question is what the template asks of its user.
type Question struct {
	// Name is the variable, and the key of the answer among the overrides.
	Name string
	// Label is the template's own text for it, or the name.
	Label string
	Kind  Kind
	// Default is the answer if none is given, or the one that was.
	Default pyvalue.Value
	Choices []Choice
}

// Choice is one of the answers that can be given.
type Choice struct {
	Value pyvalue.Value
	// Label is the template's own text for it, or the value's.
	Label string
}

// Questions are the template's questions in the order they are asked. Defaults
// are rendered from the answers in in.Overrides and the defaults of the other
// questions: a form asks again after each answer, as later defaults, and with
// a nested template the later questions, hang on it.
func (t *Template) Questions(ctx context.Context, in Input) ([]Question, error) {
	in.Limits = in.Limits.withDefaults()
	v, err := t.resolve(ctx, in)
	if err != nil || v.nested == nil {
		if v == nil {
			return nil, err
		}
		return v.questions, err
	}
	more, err := v.nested.Questions(ctx, v.in)
	return append(v.questions, more...), err
}

// ask notes the question of a variable with its settled value.
func (v *variables) ask(name string, x pyvalue.Value, options []pyvalue.Value) {
	q := Question{Name: name, Label: name, Kind: KindText, Default: x}
	prompt, _ := v.prompts.GetStr(name)
	own, _ := prompt.(*pyvalue.Dict)
	if own != nil {
		prompt, _ = own.GetStr("__prompt__")
	}
	if s, ok := pyvalue.TextOf(prompt); ok && s != "" {
		q.Label = plain(s)
	}
	switch x.(type) {
	case pyvalue.Bool:
		q.Kind = KindBool
	case *pyvalue.Dict:
		q.Kind = KindObject
	}
	if options != nil {
		q.Kind = KindChoice
		for _, o := range options {
			q.Choices = append(q.Choices, Choice{o, v.choiceLabel(own, o)})
		}
	}
	v.questions = append(v.questions, q)
}

func (v *variables) choiceLabel(own *pyvalue.Dict, o pyvalue.Value) string {
	s, err := pyvalue.Str(v.budget, o)
	if err != nil {
		return o.TypeName()
	}
	if own != nil {
		if x, ok := own.GetStr(s); ok {
			if label, ok := pyvalue.TextOf(x); ok {
				return plain(label)
			}
		}
	}
	return s
}

// plain is a text without the styles of Rich's console markup.
func plain(s string) string {
	re := regexp.MustCompile(`\\?\[[a-z#/@][^\[\]]*\]|\[/\]`)
	return re.ReplaceAllStringFunc(s, func(tag string) string {
		if tag[0] == '\\' {
			return tag[1:]
		}
		return ""
	})
}
