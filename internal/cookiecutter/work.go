package cookiecutter

import (
	"context"
	"errors"
	"fmt"

	"github.com/mlops-as-code/mlops/internal/jinja"
)

// What the engine gives one render; see jinja.Limits.
const (
	renderSteps  = 10_000_000
	renderMemory = 512 << 20
)

// ErrTooMuch is wrapped by the error of a template that costs more than Limits.Total,
// though no part of it costs too much.
var ErrTooMuch = errors.New("the template costs too much to render")

// meter counts what the renders of one generation cost.
type meter struct {
	max, spent Work
	out        *Work // of the caller; may be nil
}

func (m *meter) spend(steps, memory int64) {
	m.spent.Steps += steps
	m.spent.Memory += memory
	if m.out != nil {
		m.out.Steps += steps
		m.out.Memory += memory
	}
}

// render renders within what is left of the whole.
func (m *meter) render(ctx context.Context, t *jinja.Template, in jinja.Input) (string, error) {
	left := Work{m.max.Steps - m.spent.Steps, m.max.Memory - m.spent.Memory}
	if left.Steps <= 0 || left.Memory <= 0 {
		return "", m.tooMuch()
	}
	if in.Limits.Steps <= 0 {
		in.Limits.Steps = renderSteps
	}
	whole := in.Limits.Steps > left.Steps || renderMemory > left.Memory
	in.Limits.Steps, in.Limits.Memory = min(in.Limits.Steps, left.Steps), min(renderMemory, left.Memory)
	cost := jinja.Limits{}
	in.Spent = &cost
	text, err := t.Render(ctx, in)
	m.spend(cost.Steps, cost.Memory+cost.Output)
	var fault *jinja.Error
	if whole && errors.As(err, &fault) && fault.Class == "LimitError" {
		return "", m.tooMuch()
	}
	return text, err
}

func (m *meter) tooMuch() error {
	return fmt.Errorf("%w: all its variables, names and files together take more than the %d steps or the %d MiB of values it may", ErrTooMuch, m.max.Steps, m.max.Memory>>20)
}
