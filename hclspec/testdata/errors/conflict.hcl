project "x" {}
<<<<<<< HEAD # ERROR: Merge conflict
=======
>>>>>>> other
