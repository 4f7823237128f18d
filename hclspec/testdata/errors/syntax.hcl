project "x" {
  title = = "a" # ERROR: Invalid expression
}
