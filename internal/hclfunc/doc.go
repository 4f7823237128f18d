// Package hclfunc is the function table of the language: Terraform's functions,
// under Terraform's names and with Terraform's results, as far as they are pure.
//
// Vocabulary: a guard stands before each function. It measures the arguments
// and charges a hcllimit.Budget with the work and the bytes the call will take,
// before anything is allocated; so a short spec can neither fill the memory nor
// run for ever. A sensitive value carries the mark Sensitive; what is computed
// from it carries the mark too, and errors about it keep its content to
// themselves.
//
// The package refuses everything that would make a plan depend on more than the
// spec and the project's files: it has no clock, randomness, environment,
// network or process, and reads files only through Files. There is no way to
// take the mark off a sensitive value.
package hclfunc
