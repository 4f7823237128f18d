package gitconf

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// environment reads the command scope: GIT_CONFIG_COUNT with its numbered
// pairs, then GIT_CONFIG_PARAMETERS, which `git -c` sets for its children.
func (l *loader) environment() error {
	if err := l.pairs(); err != nil {
		return err
	}
	if err := l.parameters(l.o.Env["GIT_CONFIG_PARAMETERS"]); err != nil {
		return fmt.Errorf("GIT_CONFIG_PARAMETERS: %w", err)
	}
	return nil
}

func (l *loader) pairs() error {
	text := l.o.Env["GIT_CONFIG_COUNT"]
	if text == "" {
		return nil
	}
	count, err := strconv.ParseUint(strings.TrimLeft(text, " +"), 10, 31)
	if err != nil {
		return fmt.Errorf("GIT_CONFIG_COUNT: %q is no number of entries", text)
	}
	for i := range count {
		suffix := strconv.FormatUint(i, 10)
		key, ok := l.o.Env["GIT_CONFIG_KEY_"+suffix]
		value, valueOK := l.o.Env["GIT_CONFIG_VALUE_"+suffix]
		if !ok || !valueOK {
			return fmt.Errorf("GIT_CONFIG_COUNT: %d entries announced, but GIT_CONFIG_KEY_%s or GIT_CONFIG_VALUE_%s is not set", count, suffix, suffix)
		}
		if err := l.pair(key, value, true); err != nil {
			return fmt.Errorf("GIT_CONFIG_KEY_%s: %w", suffix, err)
		}
	}
	return nil
}

func (l *loader) pair(key, value string, valued bool) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return l.add(Entry{Key: canonical(key), Value: value, Valued: valued, Scope: Command}, 0)
}

// checkKey accepts what git accepts as a key outside a file.
func checkKey(key string) error {
	first, last := strings.IndexByte(key, '.'), strings.LastIndexByte(key, '.')
	if last < 1 || last == len(key)-1 {
		return fmt.Errorf("%q is no key of the form section.name", key)
	}
	section, middle, name := key[:first], key[first:last], key[last+1:]
	valid := isAlpha(name[0]) && !strings.Contains(middle, "\n")
	for _, c := range []byte(section + name) {
		valid = valid && isKeyChar(c)
	}
	if !valid {
		return fmt.Errorf("%q is no key of the form section.name", key)
	}
	return nil
}

var errQuoting = errors.New("not in the form that git writes")

// parameters reads 'key'='value' and the older 'key=value', separated by
// spaces and quoted for the shell.
func (l *loader) parameters(text string) error {
	text = strings.TrimLeft(text, " \t\n\r")
	for text != "" {
		key, rest, ok := unquote(text)
		if !ok {
			return errQuoting
		}
		value, valued := "", false
		if after, split := strings.CutPrefix(rest, "="); split {
			if rest = after; strings.HasPrefix(rest, "'") {
				if value, rest, ok = unquote(rest); !ok {
					return errQuoting
				}
				valued = true
			}
		} else {
			key, value, valued = strings.Cut(key, "=")
		}
		if rest != "" && !isSpace(rest[0]) {
			return errQuoting
		}
		if err := l.pair(key, value, valued); err != nil {
			return err
		}
		text = strings.TrimLeft(rest, " \t\n\r")
	}
	return nil
}

// unquote takes one shell word in single quotes; \' and \! may stand between
// quoted parts.
func unquote(s string) (word, rest string, ok bool) {
	var b strings.Builder
	for {
		if !strings.HasPrefix(s, "'") {
			return "", "", false
		}
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return "", "", false
		}
		b.WriteString(s[1 : 1+end])
		s = s[end+2:]
		if len(s) < 3 || s[0] != '\\' || s[1] != '\'' && s[1] != '!' || s[2] != '\'' {
			return b.String(), s, true
		}
		b.WriteByte(s[1])
		s = s[2:]
	}
}
