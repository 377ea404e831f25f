package demo

// Play lets a test play less than the year.
var Play = play
