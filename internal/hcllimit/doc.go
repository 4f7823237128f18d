// Package hcllimit keeps hostile or mistaken HCL from harming the process that
// reads it.
//
// hclsyntax has no limits of its own: deep nesting ends in a stack overflow,
// which Go cannot recover from; some short texts take it quadratic time; and a
// few nested "for" expressions or doubling templates evaluate for ever or fill
// the memory. This package guards both ends:
//
//   - Scan, ScanTemplate and ScanJSON look at source text before any parser
//     does. They are byte scanners that follow the lexer's modes exactly and
//     the parser's recursion from above: what they let pass is parsed, walked
//     and evaluated in a small part of the stack and in linear time.
//   - Budget counts the work and the bytes of evaluation. Instrument places the
//     counters in a syntax tree, Eval runs an expression under them. There is
//     no clock: the same spec is accepted or refused on every machine.
//
// Vocabulary: nesting is what opens and closes (brackets, templates, blocks,
// directives) or recurses like it (unary operators, splats); depth is the
// height of the syntax tree, where chains of operators and conditionals count
// too; a step is one unit of evaluation work, about one visited node or value.
//
// The package refuses to know the language: no block, attribute or function is
// named here.
package hcllimit
