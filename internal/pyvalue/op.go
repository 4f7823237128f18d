package pyvalue

// Op is an operator.
type Op uint8

// The operators. And, Or, not and is have no place here: they are the
// interpreter's, by Truth and Identical.
const (
	OpAdd Op = iota + 1
	OpSub
	OpMul
	OpDiv
	OpFloorDiv
	OpMod
	OpPow
	OpEq
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpNeg
	OpPos
)

// String is the operator as Python writes it in messages.
func (o Op) String() string {
	switch o {
	case OpAdd:
		return "+"
	case OpSub:
		return "-"
	case OpMul:
		return "*"
	case OpDiv:
		return "/"
	case OpFloorDiv:
		return "//"
	case OpMod:
		return "%"
	case OpPow:
		return "** or pow()"
	case OpEq:
		return "=="
	case OpNe:
		return "!="
	case OpLt:
		return "<"
	case OpLe:
		return "<="
	case OpGt:
		return ">"
	case OpGe:
		return ">="
	case OpNeg:
		return "unary -"
	case OpPos:
		return "unary +"
	}
	return "?"
}
