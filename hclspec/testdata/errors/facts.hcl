project "x" {
  problem {
    kind   = "regresion" # ERROR: Unsupported value
    target = dataset.d.columns.y
  }
}

dataset "d" {
  path    = "d.csv"
  columns = { y = { type = "float", role = "target" } }
}

stage "a" {
  command = "true"
  deps    = [dataset.dd] # ERROR: Undeclared dataset
}

stage "b" {
  command = "true"
  deps    = [dataset.d.columns.y] # ERROR: Wrong kind of reference
}

model "m" {
  artifact = project.problems # ERROR: Unsupported attribute
}

service "s" { # ERROR: Missing required argument
  port = "80"
}
