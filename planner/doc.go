// Package planner turns an evaluated Project into a desired Tree, reads the
// actual Tree, and computes the Plan between them.
package planner
