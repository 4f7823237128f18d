package pyvalue

// strMethod is the table of str's methods.
func strMethod(name string) (method, bool) {
	switch name {
	case "center", "ljust", "rjust":
		return plain(1, 2, strJustify)
	case "count":
		return parsed(1, 3, strCount)
	case "encode":
		return keyword(strEncode, "encoding", "errors")
	case "endswith", "startswith":
		return parsed(1, 3, strAffix)
	case "expandtabs":
		return keyword(strExpandTabs, "tabsize")
	case "find", "index", "rfind", "rindex":
		return parsed(1, 3, strFind)
	case "format":
		return method{sig: sigAny, run: strFormat}, true
	case "format_map":
		return one(strFormatMap)
	case "join":
		return one(strJoin)
	case "strip", "lstrip", "rstrip":
		return plain(0, 1, strStrip)
	case "maketrans":
		return plain(1, 3, strMakeTrans)
	case "partition", "rpartition":
		return one(strPartition)
	case "removeprefix", "removesuffix":
		return one(strRemove)
	case "replace":
		return plain(2, 3, strReplace)
	case "split", "rsplit":
		return keyword(strSplit, "sep", "maxsplit")
	case "splitlines":
		return keyword(strSplitLines, "keepends")
	case "translate":
		return one(strTranslate)
	case "zfill":
		return one(strZfill)
	case "capitalize", "casefold", "lower", "swapcase", "title", "upper":
		return none(strCase)
	case "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
		"isprintable", "isspace", "istitle", "isupper":
		return none(strIs)
	}
	return method{}, false
}

// text is the text of the str a method is called on.
func (c *call) text() string {
	s, _ := TextOf(c.self)
	return s
}

// strCase is the methods that change the case.
func strCase(c *call) (Value, error) {
	s := c.text()
	if err := payRunes(c.b, s); err != nil {
		return nil, err
	}
	if err := c.b.Step(len(s)); err != nil {
		return nil, err
	}
	switch c.name {
	case "capitalize":
		return String(capitalize(s)), nil
	case "casefold":
		return String(caseFold(s)), nil
	case "lower":
		return String(toLower(s)), nil
	case "swapcase":
		return String(swapCase(s)), nil
	case "title":
		return String(toTitle(s)), nil
	}
	return String(toUpper(s)), nil
}

// payRunes pays for s as a slice of code points.
func payRunes(b *Budget, s string) error { return b.Alloc(4 * int64(len(s))) }

// strIs is the questions about all code points.
func strIs(c *call) (Value, error) {
	s := c.text()
	if err := c.b.Step(len(s)); err != nil {
		return nil, err
	}
	switch c.name {
	case "isascii":
		return Bool(isASCII(s)), nil
	case "isprintable":
		return Bool(s == "" || all(s, isPrintable)), nil
	case "isalnum":
		return Bool(all(s, isAlnum)), nil
	case "isalpha":
		return Bool(all(s, isAlpha)), nil
	case "isdecimal":
		return Bool(all(s, isDecimal)), nil
	case "isdigit":
		return Bool(all(s, isDigit)), nil
	case "isnumeric":
		return Bool(all(s, isNumeric)), nil
	case "isspace":
		return Bool(all(s, isSpace)), nil
	case "isidentifier":
		return Bool(isIdentifier(s)), nil
	case "islower":
		return Bool(oneCase(s, isLower, isUpper)), nil
	case "isupper":
		return Bool(oneCase(s, isUpper, isLower)), nil
	}
	return Bool(isTitled(s)), nil
}

func all(s string, is func(rune) bool) bool {
	for _, r := range s {
		if !is(r) {
			return false
		}
	}
	return s != ""
}

func isIdentifier(s string) bool {
	for i, r := range s {
		if i == 0 && !beginsIdentifier(r) || !continuesIdentifier(r) {
			return false
		}
	}
	return s != ""
}

// oneCase says whether s has the one case, and neither the other nor title.
func oneCase(s string, is, not func(rune) bool) bool {
	seen := false
	for _, r := range s {
		if not(r) || isTitle(r) {
			return false
		}
		seen = seen || is(r)
	}
	return seen
}

func isTitled(s string) bool {
	seen, inWord := false, false
	for _, r := range s {
		switch {
		case isUpper(r) || isTitle(r):
			if inWord {
				return false
			}
			inWord, seen = true, true
		case isLower(r):
			if !inWord {
				return false
			}
			seen = true
		default:
			inWord = false
		}
	}
	return seen
}
