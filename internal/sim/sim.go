// Package sim lives in tests alone: the whole desk with two nodes over one
// database, with customers and engineers who do things at random on a virtual
// clock, and with faults: a crash between any two statements, mail that left
// and was not recorded, clocks that step, commands that come twice or late.
//
// It refuses to know how the product decides: what must hold is read from the
// facts that were written and from what left the house.
//
// Data layout: a run is one seed and one database of the engine that
// MADOGUCHI_TEST_ENGINE names, SQLite unless it says postgresql; the same seed
// does the same again. What was acknowledged is kept beside it.
package sim
