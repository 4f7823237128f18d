package pyvalue

import (
	"math"
	"strconv"
	"strings"
)

// floatStyle is how a float is written: verb is e, f, g or r (repr).
type floatStyle struct {
	verb      byte
	precision int
	upper     bool
	// alternate keeps the point and the zeros behind it.
	alternate bool
	// pointZero writes .0 behind what would look like an int.
	pointZero bool
}

// formatFloat writes f without a sign unless it is negative.
func formatFloat(b *Budget, f float64, style floatStyle) (string, error) {
	if style.precision > math.MaxInt32 {
		return "", Raise("ValueError", "precision too big")
	}
	if err := b.Alloc(int64(style.precision) + 32); err != nil {
		return "", err
	}
	s, special := notFinite(f)
	if !special {
		switch style.verb {
		case 'f':
			s = strconv.FormatFloat(f, 'f', style.precision, 64)
			if style.alternate && style.precision == 0 {
				s += "."
			}
		case 'e':
			s = strconv.FormatFloat(f, 'e', style.precision, 64)
			if style.alternate && style.precision == 0 {
				s = strings.Replace(s, "e", ".e", 1)
			}
		case 'r':
			s = floatRepr(f)
			if style.alternate && !strings.Contains(s, ".") {
				s = strings.Replace(s, "e", ".e", 1)
			}
		default:
			s = formatGeneral(f, style)
		}
	}
	if style.upper {
		s = strings.ToUpper(s)
	}
	return s, nil
}

// formatGeneral is C's %g.
func formatGeneral(f float64, style floatStyle) string {
	p := max(style.precision, 1)
	s := strconv.FormatFloat(f, 'e', p-1, 64)
	at := strings.IndexByte(s, 'e')
	exp, _ := strconv.Atoi(s[at+1:])
	limit := p
	if style.pointZero {
		limit--
	}
	if exp < -4 || exp >= limit {
		return tidy(s[:at], style.alternate) + s[at:]
	}
	s = tidy(strconv.FormatFloat(f, 'f', p-1-exp, 64), style.alternate)
	if style.pointZero && !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// tidy drops zeros behind the point, or keeps them and the point.
func tidy(s string, alternate bool) string {
	switch {
	case alternate && !strings.Contains(s, "."):
		return s + "."
	case alternate || !strings.Contains(s, "."):
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
