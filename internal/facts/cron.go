package facts

import (
	"fmt"
	"strconv"
	"strings"
)

// cronField is one of the five fields of a cron expression.
type cronField struct {
	name      string
	low, high int
	names     []string // names of the values, beginning with low
}

func cronFields() []cronField {
	return []cronField{
		{name: "minute", high: 59},
		{name: "hour", high: 23},
		{name: "day of the month", low: 1, high: 31},
		{name: "month", low: 1, high: 12, names: strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")},
		{name: "day of the week", high: 6, names: strings.Fields("SUN MON TUE WED THU FRI SAT")},
	}
}

// badCron says what is wrong with a schedule, or "". It takes what crontab(5) of
// POSIX takes, and ranges with steps and names, as every runner of CI does: no
// @daily, L, W, # or seconds.
func badCron(s string) string {
	const longest = 200
	words := strings.Fields(s)
	if plain, ok := macros()[strings.ToLower(strings.TrimSpace(s))]; ok {
		return "is a short form that not every scheduler knows. Write " + quote(plain) + "."
	}
	if len(s) > longest {
		return "is longer than 200 bytes."
	}
	if len(words) != 5 {
		return fmt.Sprintf("has %d fields, and a cron expression has five: minute, hour, day of the month, month, day of the week, as in \"0 6 * * 1\".", len(words))
	}
	var sets [5]map[int]bool
	for i, f := range cronFields() {
		set, why := f.parse(words[i])
		if why != "" {
			return "has " + a(f.name) + " of " + quote(words[i]) + ", which " + why + "."
		}
		sets[i] = set
	}
	if words[4] == "*" && never(sets[2], sets[3]) {
		return "names a day that none of its months has, so it never comes."
	}
	return ""
}

func macros() map[string]string {
	return map[string]string{
		"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
		"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
	}
}

// parse reads a list of values, ranges and steps.
func (f cronField) parse(s string) (map[int]bool, string) {
	set := map[int]bool{}
	for part := range strings.SplitSeq(s, ",") {
		span, step, stepped := strings.Cut(part, "/")
		by := 1
		if stepped {
			n, err := strconv.Atoi(step)
			if err != nil || n < 1 || n > f.high {
				return nil, fmt.Sprintf("has a step that is no number from 1 to %d", f.high)
			}
			by = n
		}
		from, to, why := f.span(span, stepped)
		if why != "" {
			return nil, why
		}
		for v := from; v <= to; v += by {
			set[v] = true
		}
	}
	return set, ""
}

func (f cronField) span(s string, stepped bool) (from, to int, why string) {
	if s == "*" {
		return f.low, f.high, ""
	}
	first, last, ranged := strings.Cut(s, "-")
	from, ok := f.value(first)
	if !ok {
		return 0, 0, fmt.Sprintf("is no value from %d to %d", f.low, f.high)
	}
	switch to, ok = f.value(last); {
	case !ranged && stepped:
		return from, f.high, ""
	case !ranged:
		return from, from, ""
	case !ok:
		return 0, 0, fmt.Sprintf("is no range within %d to %d", f.low, f.high)
	case to < from:
		return 0, 0, "is a range that runs backwards"
	}
	return from, to, ""
}

func (f cronField) value(s string) (int, bool) {
	for i, name := range f.names {
		if strings.EqualFold(name, s) {
			return f.low + i, true
		}
	}
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= f.low && n <= f.high
}

// never reports whether no month of the set has a day of the set.
func never(days, months map[int]bool) bool {
	for m := range months {
		last := 31
		switch m {
		case 2:
			last = 29
		case 4, 6, 9, 11:
			last = 30
		}
		for d := range days {
			if d <= last {
				return false
			}
		}
	}
	return true
}
