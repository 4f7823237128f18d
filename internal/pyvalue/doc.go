// Package pyvalue holds Python values as templates meet them: the types, the
// operators, the methods and the texts of CPython 3.11, for an interpreter that
// runs foreign Jinja templates.
//
// Vocabulary: a value is anything an expression can yield. The closed set of
// Python's own types is defined here; a host value is a type of another
// package that implements Value and those hooks (Attributer, Caller, ...) it
// needs. A budget is what a computation may still spend, in steps and bytes.
//
// An error of a computation is an *Error, which carries the class and the very
// text CPython would raise, a *LimitError, or what a host value's hook returned.
//
// The package refuses: attributes that begin with two underscores, results
// beyond the budget or MaxSize, integers beyond MaxIntBits, and recursion
// beyond MaxDepth. Nothing in it reads a file, a clock or the environment.
package pyvalue
