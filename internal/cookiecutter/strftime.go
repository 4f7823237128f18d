package cookiecutter

import (
	"strconv"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// strftime is Python's on Linux (glibc) in the C locale, with glibc's flags
// and widths.
func strftime(t time.Time, format string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			out.WriteByte(format[i])
			continue
		}
		d, n := directive(format[i:])
		text, ok := d.render(t)
		switch {
		case !ok:
			out.WriteString(format[i : i+n])
		case len(text) > 1024:
			return "", pyvalue.Raise("ValueError", "a field of the date is too wide")
		default:
			out.WriteString(text)
		}
		i += n - 1
	}
	return out.String(), nil
}

// dateField is one directive of a format.
type dateField struct {
	verb         byte
	fill         byte // '-', '_', '0', or 0 for the verb's own
	upper, swap  bool
	width        int
	colon, valid bool
}

// directive reads what begins with a percent sign, and says how long it is.
func directive(s string) (dateField, int) {
	var d dateField
	i := 1
	for ; i < len(s); i++ {
		switch s[i] {
		case '-', '_', '0':
			d.fill = s[i]
		case '^':
			d.upper = true
		case '#':
			d.swap = true
		default:
			goto width
		}
	}
width:
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		d.width = min(d.width*10+int(s[i]-'0'), 4096)
	}
	for i < len(s) && (s[i] == 'E' || s[i] == 'O') {
		i++
	}
	if i+1 < len(s) && s[i] == ':' && s[i+1] == 'z' {
		d.colon = true
		i++
	}
	if i >= len(s) {
		return d, len(s)
	}
	d.verb, d.valid = s[i], true
	return d, i + 1
}

func (d dateField) render(t time.Time) (string, bool) {
	if !d.valid {
		return "", false
	}
	if n, width, fill, ok := dateNumber(t, d.verb); ok {
		return d.number(n, width, fill), true
	}
	text, ok := d.words(t)
	switch {
	case d.upper, d.swap && strings.IndexByte("aAbBh", d.verb) >= 0:
		text = strings.ToUpper(text)
	case d.swap && (d.verb == 'p' || d.verb == 'Z'):
		text = strings.ToLower(text)
	}
	if pad := d.width - len(text); pad > 0 {
		fill := " "
		if d.fill == '0' {
			fill = "0"
		}
		text = strings.Repeat(fill, pad) + text
	}
	return text, ok
}

func (d dateField) number(n, width int, fill byte) string {
	switch d.fill {
	case '-':
		width = 0
	case '_':
		fill = ' '
	case '0':
		fill = '0'
	}
	return pad(n, max(width, d.width), fill)
}

// dateNumber is a directive that is a number, with its width and fill.
func dateNumber(t time.Time, verb byte) (n, width int, fill byte, ok bool) {
	year, week := t.ISOWeek()
	hour12 := (t.Hour()+11)%12 + 1
	switch verb {
	case 'C':
		return t.Year() / 100, 2, '0', true
	case 'd':
		return t.Day(), 2, '0', true
	case 'e':
		return t.Day(), 2, ' ', true
	case 'f':
		return t.Nanosecond() / 1000, 6, '0', true
	case 'g':
		return year % 100, 2, '0', true
	case 'G':
		return year, 1, '0', true
	case 'H':
		return t.Hour(), 2, '0', true
	case 'I':
		return hour12, 2, '0', true
	case 'j':
		return t.YearDay(), 3, '0', true
	case 'k':
		return t.Hour(), 2, ' ', true
	case 'l':
		return hour12, 2, ' ', true
	case 'm':
		return int(t.Month()), 2, '0', true
	case 'M':
		return t.Minute(), 2, '0', true
	case 's':
		return int(t.Unix()), 1, '0', true
	case 'S':
		return t.Second(), 2, '0', true
	case 'u':
		return (int(t.Weekday())+6)%7 + 1, 1, '0', true
	case 'U':
		return (t.YearDay() + 6 - int(t.Weekday())) / 7, 2, '0', true
	case 'V':
		return week, 2, '0', true
	case 'w':
		return int(t.Weekday()), 1, '0', true
	case 'W':
		return (t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7, 2, '0', true
	case 'y':
		return t.Year() % 100, 2, '0', true
	case 'Y':
		return t.Year(), 1, '0', true
	}
	return 0, 0, 0, false
}

// words is a directive that is no number.
func (d dateField) words(t time.Time) (string, bool) {
	layouts := map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan", 'c': "Mon Jan _2 15:04:05 2006",
		'D': "01/02/06", 'x': "01/02/06", 'F': "2006-01-02", 'p': "PM", 'P': "pm", 'r': "03:04:05 PM",
		'R': "15:04", 'T': "15:04:05", 'X': "15:04:05", 'z': "-0700", 'Z': "MST",
	}
	switch d.verb {
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case '%':
		return "%", true
	}
	layout, ok := layouts[d.verb]
	if d.verb == 'z' && d.colon {
		layout = "-07:00"
	}
	return t.Format(layout), ok
}

func pad(n, width int, fill byte) string {
	s := strconv.Itoa(n)
	if more := width - len(s); more > 0 {
		s = strings.Repeat(string(fill), more) + s
	}
	return s
}
